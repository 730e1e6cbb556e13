"""GeoPackages of others and our own, and their style."""
