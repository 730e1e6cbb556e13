"""Sections of the siting report, one module each, in the order of the report forms."""
