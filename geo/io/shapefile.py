"""Shapefiles: parts in one folder or in a zip, with Chinese text in any encoding."""

from __future__ import annotations

import codecs
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import pandas as pd
from pyproj import CRS

from geo.crs import crs_label
from geo.errors import UnreadableFileError
from geo.intake import Detected, Note, ReadOptions, Refusal
from geo.io.archive import ArchiveLimits, unpacked_shapefiles
from geo.io.bulk_read import layer_facts, read_layer
from geo.io.dbf_text import LANGUAGE_ENCODINGS, dbf_record_count, dbf_text_samples
from geo.io.file_kind import FileKind, file_kind
from geo.io.limits import ReadLimits
from geo.io.raw_features import (
    RawFeatures,
    declared_crs,
    require_one_crs,
    settled_crs,
    unique_names,
)
from geo.io.text_encoding import ChosenEncoding, choose_encoding, encoding_named, is_cut
from geo.reading_codes import Fault, Remark

__all__ = ["read_shapefile", "read_zipped_shapefile", "shapefile_parts"]

DRIVER = "ESRI Shapefile"
NEEDED_PARTS = (".shx", ".dbf")
READ_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
# header of .shp and .shx, and one entry of .shx: ESRI Shapefile Technical Description (1998)
HEADER_BYTES, INDEX_BYTES = 100, 8
# ISO 8859-1 keeps every byte as it is
BYTES_AS_SIGNS = "ISO-8859-1"


def shapefile_parts(path: Path) -> dict[str, Path]:
    """Parts of a shapefile by suffix in lower case, however they are spelt."""
    stem = path.stem.casefold()
    parts = {
        part.suffix.lower(): part
        for part in sorted(path.parent.iterdir())
        if part.suffix.lower() in READ_PARTS and part.stem.casefold() == stem
    }
    # the shapes themselves may go by any name: they were known by content
    return {**parts, ".shp": path}


def read_shapefile(path: Path, options: ReadOptions, limits: ReadLimits) -> RawFeatures:
    """Features of a shapefile in its own CRS.

    Raises
    ------
    UnreadableFileError
        A part is missing or broken, no encoding fits, too many features.
    MissingCRSError, MixedCRSError
        See `settled_crs`.
    """
    parts = shapefile_parts(path)
    for suffix in NEEDED_PARTS:
        if suffix not in parts:
            raise UnreadableFileError(
                Fault.SHAPEFILE_PART_MISSING, file=path.name, part=path.stem + suffix
            )
    with _side_by_side(parts) as shp:
        return _read(shp, options, limits, file=path.name)


def read_zipped_shapefile(
    path: Path,
    options: ReadOptions,
    limits: ReadLimits,
    archive_limits: ArchiveLimits | None = None,
) -> RawFeatures:
    """Features of the shapefile in a zip, or of the one that `options.layer` names.

    Raises
    ------
    UnreadableFileError
        See `unpacked_shapefiles` and `read_shapefile`; or several shapefiles and no choice.
    """
    with unpacked_shapefiles(path, archive_limits) as found:
        name = _chosen(found, options.layer, path.name)
        shp = found[name]
        if file_kind(shp) is not FileKind.SHAPEFILE:
            raise UnreadableFileError(
                Fault.UNSUPPORTED_FORMAT, file=f"{path.name}/{name}.shp", kind=file_kind(shp)
            )
        for suffix in NEEDED_PARTS:
            if not shp.with_suffix(suffix).exists():
                raise UnreadableFileError(
                    Fault.SHAPEFILE_PART_MISSING, file=path.name, part=name + suffix
                )
        return _read(shp, options, limits, file=path.name)


def _chosen(found: Mapping[str, Path], wanted: str | None, file: str) -> str:
    names = "、".join(found)
    if wanted is not None:
        if wanted not in found:
            raise UnreadableFileError(Fault.LAYER_NOT_FOUND, file=file, layer=wanted, layers=names)
        return wanted
    if len(found) > 1:
        require_one_crs((_stated_crs(shp) for shp in found.values()), file=file)
        raise UnreadableFileError(Fault.SEVERAL_LAYERS, file=file, layers=names)
    return next(iter(found))


@contextmanager
def _side_by_side(parts: Mapping[str, Path]) -> Iterator[Path]:
    """The `.shp` among parts spelt alike, as the driver needs them."""
    shp = parts[".shp"]
    if all(part == shp.with_suffix(suffix) for suffix, part in parts.items()):
        yield shp
        return
    with TemporaryDirectory(prefix="plotwise-") as folder:
        for suffix, part in parts.items():
            shutil.copyfile(part, Path(folder) / f"0{suffix}")
        yield Path(folder) / "0.shp"


def _read(shp: Path, options: ReadOptions, limits: ReadLimits, *, file: str) -> RawFeatures:
    _require_whole(shp, file)
    facts = layer_facts(shp, driver=DRIVER, layer=None, limits=limits, file=file)
    crs = settled_crs(_stated_crs(shp), options.crs, file=file)
    encoding, notes = _encoding(shp, options.encoding, file)
    count = int(facts["features"])
    frame, refused = _rows(shp, encoding, count, file)
    return RawFeatures(
        frame=frame.set_crs(crs),
        detected=Detected(DRIVER, encoding=encoding, crs=crs_label(crs), notes=tuple(notes)),
        count=count,
        refused=refused,
    )


def _require_whole(shp: Path, file: str) -> None:
    """Refuse shapes that break off, and a table that is not the one of these shapes.

    The driver would fill up with missing geometry or missing attributes.
    """
    with shp.open("rb") as stream:
        header = stream.read(HEADER_BYTES)
    stated_bytes = 2 * int.from_bytes(header[24:28], "big")
    records = (shp.with_suffix(".shx").stat().st_size - HEADER_BYTES) // INDEX_BYTES
    if len(header) < HEADER_BYTES or shp.stat().st_size < stated_bytes:
        raise UnreadableFileError(Fault.BROKEN_FILE, file=file, kind=".shp")
    if dbf_record_count(shp.with_suffix(".dbf")) != records:
        raise UnreadableFileError(Fault.BROKEN_FILE, file=file, kind=".dbf")


def _stated_crs(shp: Path) -> CRS | None:
    prj = shp.with_suffix(".prj")
    if not prj.exists():
        return None
    return declared_crs(prj.read_bytes().decode("utf-8", "replace").strip("\ufeff\x00 \r\n"))


def _encoding(shp: Path, option: str | None, file: str) -> tuple[str, list[Note]]:
    """Encoding of the table, with remarks on a claim that is wrong and on texts cut short."""
    language, samples = dbf_text_samples(shp.with_suffix(".dbf"))
    claimed = _claimed(shp) or LANGUAGE_ENCODINGS.get(language)
    chosen = ChosenEncoding(encoding_named(option)) if option else choose_encoding(samples, claimed)
    if chosen is None:
        raise UnreadableFileError(Fault.UNREADABLE_ENCODING, file=file)
    notes = []
    if chosen.contradicted:
        claim = {"file": file, "claimed": claimed, "found": chosen.name}
        notes.append(Note(Remark.ENCODING_CONTRADICTED, claim))
    if any(is_cut(sample, chosen.name) for sample in samples):
        notes.append(Note(Remark.TEXT_CUT, {"file": file, "encoding": chosen.name}))
    return chosen.name, notes


def _claimed(shp: Path) -> str | None:
    """Encoding that the `.cpg` names; `None` without one or when it makes no sense."""
    cpg = shp.with_suffix(".cpg")
    if not cpg.exists():
        return None
    name = cpg.read_bytes().decode("ascii", "replace").strip("\x00 \r\n")
    for spelling in (name, f"cp{name}", name.removeprefix("ANSI ").strip()):
        try:
            return encoding_named(spelling)
        except UnreadableFileError:
            continue
    return None


def _rows(
    shp: Path, encoding: str, count: int, file: str
) -> tuple[gpd.GeoDataFrame, tuple[Refusal, ...]]:
    """Rows of the table; those that the driver cannot decode are taken as bytes first."""
    try:
        return read_layer(shp, layer=None, encoding=encoding, count=count, file=file)
    except UnicodeDecodeError:
        frame, refused = read_layer(
            shp, layer=None, encoding=BYTES_AS_SIGNS, count=count, file=file
        )
    try:
        return _recoded(frame, encoding), refused
    except UnicodeDecodeError as err:
        raise UnreadableFileError(Fault.UNREADABLE_ENCODING, file=file) from err


def _recoded(frame: gpd.GeoDataFrame, encoding: str) -> gpd.GeoDataFrame:
    """Names and texts decoded from bytes; a sign cut off at the end is left out."""
    decoder = codecs.getincrementaldecoder(encoding)

    def recode(text: object) -> object:
        if not isinstance(text, str) or text.isascii():
            return text
        return decoder("strict").decode(text.encode(BYTES_AS_SIGNS), final=False)

    table = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    for name in table.columns:
        if pd.api.types.is_string_dtype(table[name]) or table[name].dtype == object:
            table[name] = table[name].map(recode)
    table.columns = pd.Index(unique_names([str(recode(name)) for name in table.columns]))
    return gpd.GeoDataFrame(table, geometry=frame.geometry)
