"""Files in and out: the only place that opens geodata."""
