"""Coordinate TXT (界址点坐标交换格式): grammar, meaning, profile, and writing."""
