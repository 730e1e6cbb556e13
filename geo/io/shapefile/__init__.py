"""Shapefiles: parts, shapes, tables of dBASE, names cut short, and writing."""
