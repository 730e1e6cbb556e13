"""FlatGeobuf and GeoParquet."""
