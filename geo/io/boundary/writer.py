"""Writing coordinate TXT in the dialects for 报批 and 供地.

Rings begin at the north-west corner and run clockwise, as the careful writers have it; the
first point is repeated at the end of each ring under its own number, and points are numbered
through all rings of a parcel.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import geopandas as gpd

from geo.crs import crs_label, require_crs, zone_of
from geo.errors import GeoError
from geo.gauss_kruger import GaussKrugerZone
from geo.intake import Note
from geo.io.boundary.fields import (
    CLASS_COLUMN,
    NAME_COLUMN,
    NUMBER_COLUMN,
    SHEET_COLUMN,
    USE_COLUMN,
    ParcelTexts,
    parcel_texts,
    plain_text,
)
from geo.io.boundary.printing import FEWEST_DIGITS, PrintedOutline, printed_outlines
from geo.io.text_encoding import GB18030, encoding_named
from geo.reading_codes import Fault, Remark
from geo.sheet_number import sheets_of

__all__ = ["AreaUnit", "BoundaryDocument", "Dialect", "boundary_text", "write_boundary_txt"]

Dialect = Literal["baopi", "gongdi"]
AreaUnit = Literal["ha", "m2"]

LINE_END = "\r\n"
# 供地 leaves the version blank
VERSIONS = {"baopi": "1.01版本", "gongdi": ""}
# a hectare to 4 decimals is a whole square metre, a square metre to 2 a hundredth
AREA_STEPS_PER_M2: dict[AreaUnit, int] = {"ha": 1, "m2": 100}
AREA_DIGITS: dict[AreaUnit, int] = {"ha": 4, "m2": 2}
BETWEEN_SHEETS = "、"
MOST_SIGNS_NAMED = 20


@dataclass(frozen=True, slots=True)
class BoundaryDocument:
    """Text of a coordinate TXT, and what of the parcels it does not say as they do."""

    text: str
    notes: tuple[Note, ...]


def boundary_text(
    frame: gpd.GeoDataFrame,
    *,
    dialect: Dialect = "baopi",
    area_unit: AreaUnit = "ha",
    producer: str = "",
    day: str = "",
) -> BoundaryDocument:
    """Coordinate TXT of valid polygons and multipolygons, to the millimetre.

    The sixth field is the 1:10 000 sheet, several joined by “、” from north to south and
    west to east (the format is silent on several). The area is that of the corners as they
    are printed. A sign that separates fields is written in its full width.

    Parameters
    ----------
    frame
        `site_id`, `site_name` and the columns 地块用途 and 地类编码 fill the parcel line where
        present.
    area_unit
        Hectares with four decimals or square metres with two.
    day
        When the data was made, as YYYY-MM-DD.

    Raises
    ------
    GeoError
        The CRS is no CGCS2000 Gauss-Krüger zone (`txt_needs_zone`), there is no parcel
        (`nothing_to_write`), or an outline does not survive printing (`txt_not_printable`).
    InvalidGeometryError
        A geometry is missing, empty, invalid or no polygon.
    """
    zone = _zone(frame)
    outlines = printed_outlines(frame.geometry)
    texts = parcel_texts(frame)
    sheets = [BETWEEN_SHEETS.join(each) for each in sheets_of(frame)]
    digits = max(outline.digits for outline in outlines)
    lines = [*_header(zone, dialect, producer, day, digits), "[地块坐标]"]
    for row, outline in enumerate(outlines):
        points = list(_point_lines(outline))
        area = _area(outline, area_unit)
        number, name, use, land_class = (
            texts.texts[column][row]
            for column in (NUMBER_COLUMN, NAME_COLUMN, USE_COLUMN, CLASS_COLUMN)
        )
        fields = [len(points), area, number, name, "面", sheets[row], use, land_class, "@"]
        lines.append(",".join(map(str, fields)))
        lines.extend(points)
    notes = (*_outline_notes(outlines), *_text_notes(texts, sheets))
    return BoundaryDocument(LINE_END.join([*lines, ""]), notes)


def write_boundary_txt(
    frame: gpd.GeoDataFrame,
    path: Path,
    *,
    dialect: Dialect = "baopi",
    area_unit: AreaUnit = "ha",
    producer: str = "",
    day: str = "",
    encoding: str = GB18030,
) -> tuple[Note, ...]:
    """Write a coordinate TXT in place of any older file; it appears whole or not at all.

    Parameters
    ----------
    encoding
        GB18030 holds every sign, and is byte for byte GBK where GBK suffices; UTF-8 is what
        newer programs read, `utf-8-sig` with the mark that Windows editors look for.

    Raises
    ------
    GeoError, InvalidGeometryError
        See `boundary_text`; an encoding that there is not, or that lacks a sign
        (`unknown_encoding`, `signs_not_encodable`).
    """
    document = boundary_text(
        frame, dialect=dialect, area_unit=area_unit, producer=producer, day=day
    )
    codec = encoding_named(encoding)
    data = _encoded(document.text, codec)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    finally:
        with suppress(FileNotFoundError):
            beside.unlink()
    notes = (*document.notes, *_rare_signs(document.text, codec))
    return tuple(Note(note.code, {"file": path.name, **note.params}) for note in notes)


def _zone(frame: gpd.GeoDataFrame) -> GaussKrugerZone:
    zone = zone_of(require_crs(frame))
    if zone is None:
        raise GeoError(Fault.TXT_NEEDS_ZONE, crs=crs_label(frame.crs))
    if not len(frame):
        raise GeoError(Fault.NOTHING_TO_WRITE)
    return zone


def _header(
    zone: GaussKrugerZone, dialect: Dialect, producer: str, day: str, digits: int
) -> Sequence[str]:
    return (
        "[属性描述]",
        f"格式版本号={VERSIONS[dialect]}",
        f"数据产生单位={plain_text(producer)}",
        f"数据产生日期={plain_text(day)}",
        "坐标系=2000国家大地坐标系",
        f"几度分带={zone.width_deg}",
        "投影类型=高斯克吕格",
        "计量单位=米",
        f"带号={zone.number}",
        f"精度={0.1**digits:.{digits}f}",
        "转换参数=,,,,,,",
    )


def _area(outline: PrintedOutline, unit: AreaUnit) -> str:
    whole, rest = divmod(outline.area(AREA_STEPS_PER_M2[unit]), 10 ** AREA_DIGITS[unit])
    return f"{whole}.{rest:0{AREA_DIGITS[unit]}d}"


def _point_lines(outline: PrintedOutline) -> Iterator[str]:
    label = 1
    for ring, steps in enumerate(outline.rings, start=1):
        corners = steps.tolist()
        labels = [*range(label, label + len(corners)), label]
        label += len(corners)
        for number, (east, north) in zip(labels, [*corners, corners[0]], strict=True):
            yield f"J{number},{ring},{outline.coordinate(north)},{outline.coordinate(east)}"


def _outline_notes(outlines: Sequence[PrintedOutline]) -> Iterator[Note]:
    finer = [row for row, each in enumerate(outlines) if each.digits > FEWEST_DIGITS]
    if finer:
        digits = max(outlines[row].digits for row in finer)
        facts = {"feature": finer[0] + 1, "count": len(finer), "digits": digits}
        yield Note(Remark.TXT_FINER_DIGITS, facts)
    repeated = sum(each.repeated for each in outlines)
    if repeated:
        yield Note(Remark.TXT_POINTS_MERGED, {"count": repeated})


def _text_notes(texts: ParcelTexts, sheets: Sequence[str]) -> Iterator[Note]:
    for row, before, after in texts.changed[:1]:
        told = {"before": repr(before), "after": after}
        count = len(texts.changed)
        yield Note(Remark.TXT_TEXT_CHANGED, {"feature": row + 1, "count": count, **told})
    stated = texts.texts[SHEET_COLUMN]
    other = [row for row, text in enumerate(stated) if text and text != sheets[row]]
    for row in other[:1]:
        facts = {"feature": row + 1, "count": len(other)}
        yield Note(
            Remark.TXT_SHEET_REPLACED, {**facts, "stated": stated[row], "found": sheets[row]}
        )
    if texts.left_out:
        yield Note(Remark.TXT_FIELDS_LEFT_OUT, {"fields": "、".join(texts.left_out)})


def _encoded(text: str, codec: str) -> bytes:
    try:
        return text.encode(codec)
    except UnicodeEncodeError as err:
        raise GeoError(
            Fault.SIGNS_NOT_ENCODABLE, encoding=codec, signs=text[err.start : err.end]
        ) from err


def _rare_signs(text: str, codec: str) -> Iterator[Note]:
    """Signs of GB18030 that programs for GBK show as something else."""
    if codec != GB18030:
        return
    rare = [sign for sign in dict.fromkeys(text) if not sign.isascii() and not _is_gbk(sign)]
    if rare:
        yield Note(Remark.TXT_RARE_SIGNS, {"signs": "".join(rare[:MOST_SIGNS_NAMED])})


def _is_gbk(sign: str) -> bool:
    try:
        sign.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True
