"""Inspection of an imported layer: topology, fields, codes and areas, as one report."""
