"""GeoJSON, parsed here, and written."""
