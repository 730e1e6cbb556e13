"""KML and KMZ: read without document types or links, and written."""
