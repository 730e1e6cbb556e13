"""Columns of the output: those of the inputs, under their own names and in their order."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files

import geopandas as gpd
import pandas as pd

from services.intake import LookedThrough
from services.site_columns import OUR_COLUMNS

__all__ = ["own_attributes", "with_txt_fields"]

ALIAS_FILE = "txt_fields.toml"


def own_attributes(looked: LookedThrough, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Attributes as the files have them, and the geometry of the frame.

    What the intake adds for itself (identifier, name, stated area) is left out; a column of
    a file that goes by one of these names is given as the file has it.

    Parameters
    ----------
    frame
        Rows of the input that are left, with `source_index`.
    """
    names = dict.fromkeys(
        name
        for _, raw in looked.raws
        for name in raw.frame.columns
        if name not in ("source_index", raw.frame.geometry.name)
    )
    attributes = frame[[*names, frame.geometry.name]]
    ours = [name for name in names if name in OUR_COLUMNS]
    return attributes.assign(
        **{name: _as_read(looked, name, frame["source_index"]) for name in ours}
    )


def _as_read(looked: LookedThrough, name: str, index: pd.Series) -> pd.Series:
    """Values of a column by the index of their feature."""
    values: pd.Series = pd.concat(list(_indexed(looked, name)))
    return values.reindex(index).set_axis(index.index)


def _indexed(looked: LookedThrough, name: str) -> Iterator[pd.Series]:
    for (_, raw), source in zip(looked.raws, looked.intake.files, strict=True):
        if name in raw.frame.columns:
            positions = raw.frame["source_index"] + source.first_index
            yield raw.frame[name].set_axis(positions)


def with_txt_fields(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Frame whose columns of known other names go by those of the coordinate TXT as well."""
    by_name = {str(name).lower(): name for name in reversed(list(frame.columns))}
    added = {}
    for field, aliases in _txt_aliases().items():
        alias = next((by_name[each] for each in aliases if each in by_name), None)
        if field not in frame.columns and alias is not None:
            added[field] = frame[alias]
    return frame.assign(**added)


@cache
def _txt_aliases() -> Mapping[str, Sequence[str]]:
    """Names that columns go by elsewhere, in lower case, by the field of the TXT."""
    text = files(__package__).joinpath(ALIAS_FILE).read_text("utf-8")
    return {
        field: [alias.lower() for alias in aliases]
        for field, aliases in tomllib.loads(text)["fields"].items()
    }
