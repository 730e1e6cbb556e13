"""FlatGeobuf files, read by one driver and counted against what their header says."""

from __future__ import annotations

from pathlib import Path

from geo.crs import crs_label
from geo.errors import UnreadableFileError
from geo.intake import Detected, ReadOptions
from geo.io.bulk_read import layer_facts, read_layer, require_feature_count
from geo.io.columnar.flatgeobuf_header import counted_features
from geo.io.limits import ReadLimits
from geo.io.raw_features import RawFeatures, declared_crs, settled_crs
from geo.reading_codes import Fault

__all__ = ["read_flatgeobuf"]

DRIVER = "FlatGeobuf"


def read_flatgeobuf(path: Path, options: ReadOptions, limits: ReadLimits) -> RawFeatures:
    """Features of a FlatGeobuf file in its own CRS.

    Raises
    ------
    UnreadableFileError
        Broken, cut short, or too many features.
    MissingCRSError, MixedCRSError
        See `settled_crs`.
    """
    facts = layer_facts(path, driver=DRIVER, layer=None, limits=limits, file=path.name)
    crs = settled_crs(declared_crs(facts["crs"]), options.crs, file=path.name)
    count = counted_features(path)
    if count is None:
        raise UnreadableFileError(Fault.BROKEN_FILE, file=path.name, kind=DRIVER)
    require_feature_count(count, limits, path.name)
    try:
        frame, refused = read_layer(path, layer=None, encoding=None, count=count, file=path.name)
    except UnicodeDecodeError as err:
        raise UnreadableFileError(Fault.BROKEN_FILE, file=path.name, kind=DRIVER) from err
    if len(frame) + len(refused) != count:
        raise UnreadableFileError(Fault.BROKEN_FILE, file=path.name, kind=DRIVER)
    return RawFeatures(
        frame=frame.set_crs(crs),
        detected=Detected(DRIVER, encoding="UTF-8", crs=crs_label(crs)),
        count=count,
        refused=refused,
    )
