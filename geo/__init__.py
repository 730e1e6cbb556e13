"""Pure computation on parcels and layers: no database, no web, no settings."""
