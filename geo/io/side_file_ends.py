"""Ends of the names of the side files of a shapefile, for those who must not load readers."""

from __future__ import annotations

__all__ = ["ALIAS_END", "SIDE_FILE_ENDS", "TEXT_END"]

ALIAS_END, TEXT_END = "_字段对照.csv", "_超长文本.csv"
SIDE_FILE_ENDS = (ALIAS_END, TEXT_END)
