"""Topology of one layer: what overlaps, gapes, repeats itself or sticks out, and where."""
