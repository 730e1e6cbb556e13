"""Profile of a coordinate TXT: which dialect it is, how it was read, and why."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import shapely

from geo.errors import Param
from geo.intake import Note, ReadOptions
from geo.io.boundary.grammar import BoundaryText, PointRecord
from geo.io.boundary.lines import PointLayout, Separator
from geo.io.boundary.parcel import BoundaryParcel
from geo.io.text_encoding import GB18030, UTF8
from geo.stated_area import stated_areas

__all__ = ["BoundaryProfile", "TextFacts", "Trait", "boundary_profile", "reasons", "text_facts"]

# tables of the exchange format, in the order of its writers
HEADER_KEYS = (
    "格式版本号", "数据产生单位", "数据产生日期", "坐标系", "几度分带", "投影类型", "计量单位",
    "带号", "精度", "转换参数",
)  # fmt: skip
KEY_ALIASES = {"分带": "几度分带"}
SEPARATOR_SIGNS = {
    Separator.COMMA: ",",
    Separator.WIDE_COMMA: "，",
    Separator.TAB: "Tab",
    Separator.SPACE: "␣",
}
LABEL_NUMBER = re.compile(r"\d+", re.ASCII)
BETWEEN = "、"
NONE = "–"


class Trait(StrEnum):
    """What a profile says, each with the reason in its words."""

    DIALECT_BAOPI = "txt_dialect_baopi"
    DIALECT_GONGDI = "txt_dialect_gongdi"
    DIALECT_ZENGJIAN = "txt_dialect_zengjian"
    DIALECT_YIZHANGTU = "txt_dialect_yizhangtu"
    DIALECT_ZHIFA = "txt_dialect_zhifa"
    DIALECT_ZHIFA_PINGHE = "txt_dialect_zhifa_pinghe"
    HEADER = "txt_header"
    POINTS_RING_SECOND = "txt_points_ring_second"
    POINTS_RING_LAST = "txt_points_ring_last"
    POINTS_WITHOUT_RING = "txt_points_without_ring"
    POINTS_PAIR = "txt_points_pair"
    ZONE_BOTH = "txt_zone_both"
    ZONE_HEADER = "txt_zone_header"
    ZONE_EASTING = "txt_zone_easting"
    ZONE_OPTION = "txt_zone_option"
    AXES_NORTH_EAST = "txt_axes_north_east"
    AXES_SWAPPED = "txt_axes_swapped"
    CLOSING_REPEATED = "txt_closing_repeated"
    CLOSING_OPEN = "txt_closing_open"
    CLOSING_MIXED = "txt_closing_mixed"
    COUNT_WITH_CLOSING = "txt_count_with_closing"
    COUNT_WITHOUT_CLOSING = "txt_count_without_closing"
    COUNT_UNSTATED = "txt_count_unstated"
    COUNT_MIXED = "txt_count_mixed"
    NUMBERING_CONTINUOUS = "txt_numbering_continuous"
    NUMBERING_RESTARTED = "txt_numbering_restarted"
    NUMBERING_OTHER = "txt_numbering_other"
    DIGITS = "txt_digits"
    AREA_NAMED = "txt_area_named"
    AREA_RATIO = "txt_area_ratio"
    AREA_UNSTATED = "txt_area_unstated"
    ENCODING_MARK = "txt_encoding_mark"
    ENCODING_UTF8 = "txt_encoding_utf8"
    ENCODING_CHINESE = "txt_encoding_chinese"
    ENCODING_ASCII = "txt_encoding_ascii"
    ENCODING_OPTION = "txt_encoding_option"
    ENCODING_AGAINST_MARK = "txt_encoding_against_mark"


@dataclass(frozen=True, slots=True)
class TextFacts:
    """Encoding of the file, why, and how its lines end (`CRLF`, `LF`, `CR`, joined by +)."""

    encoding: str
    encoding_trait: Trait
    line_end: str


@dataclass(frozen=True, slots=True)
class BoundaryProfile:
    """How a coordinate TXT is written.

    What is said of parcels (zone, closing, count, numbering, area) is said of those that
    could be read; the traits are `None`, and `zones` empty, where there is none.

    Attributes
    ----------
    dialects
        Each with the number of its parcels.
    header_found, header_missing, header_unknown
        Keys of all headers together.
    zones
        Zone numbers, or the CRS where it is no zone; `prefixed` when some easting has one.
    most_rings
        Rings of the parcel with the most.
    decimals
        Most decimals of a coordinate; `precision` is what the headers say of it.
    area_unit
        `ha`, `m2`, `mu`, several joined by /, or `None`.
    """

    dialects: tuple[tuple[str, int], ...]
    header_found: tuple[str, ...]
    header_missing: tuple[str, ...]
    header_unknown: tuple[str, ...]
    layouts: tuple[PointLayout, ...]
    separators: tuple[Separator, ...]
    zone_trait: Trait | None
    zones: tuple[str, ...]
    prefixed: bool
    axes_trait: Trait
    closing_trait: Trait | None
    count_trait: Trait | None
    numbering_trait: Trait | None
    most_rings: int
    decimals: int
    precision: str
    area_trait: Trait | None
    area_unit: str | None
    text: TextFacts


def text_facts(data: bytes, text: str, encoding: str, option: str | None) -> TextFacts:
    """Facts of the bytes and of the text that they were read as."""
    crlf = text.count("\r\n")
    ends = {"CRLF": crlf, "LF": text.count("\n") - crlf, "CR": text.count("\r") - crlf}
    line_end = "+".join(name for name, count in ends.items() if count) or NONE
    return TextFacts(encoding, _encoding_trait(data, encoding, option), line_end)


def _encoding_trait(data: bytes, encoding: str, option: str | None) -> Trait:
    if data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Trait.ENCODING_AGAINST_MARK if encoding == GB18030 else Trait.ENCODING_MARK
    if option is not None:
        return Trait.ENCODING_OPTION
    if data.isascii():
        return Trait.ENCODING_ASCII
    return Trait.ENCODING_UTF8 if encoding == UTF8 else Trait.ENCODING_CHINESE


def boundary_profile(
    parsed: BoundaryText,
    parcels: Sequence[BoundaryParcel],
    text: TextFacts,
    options: ReadOptions,
) -> BoundaryProfile:
    """Profile of a parsed file with the parcels that could be read."""
    dialects = [record.dialect for record in parsed.parcels]
    keys = list(dict.fromkeys(key for header in parsed.headers for key in header))
    known = [KEY_ALIASES.get(key, key) for key in keys]
    records = [record for record in parsed.parcels if record.layout]
    unit, area_trait = _area(parcels)
    return BoundaryProfile(
        dialects=tuple((name, dialects.count(name)) for name in dict.fromkeys(dialects)),
        header_found=tuple(key for key in HEADER_KEYS if key in known),
        header_missing=tuple(key for key in HEADER_KEYS if key not in known),
        header_unknown=tuple(
            key for key, plain in zip(keys, known, strict=True) if plain not in HEADER_KEYS
        ),
        layouts=tuple(dict.fromkeys(record.layout for record in records if record.layout)),
        separators=tuple(dict.fromkeys(record.separator for record in records if record.separator)),
        zone_trait=_zone_trait(parcels, options),
        zones=tuple(dict.fromkeys(_zone_name(parcel) for parcel in parcels)),
        prefixed=any(parcel.position.zone and parcel.position.zone.prefixed for parcel in parcels),
        axes_trait=Trait.AXES_SWAPPED if options.swap_axes else Trait.AXES_NORTH_EAST,
        closing_trait=_closing(parcels),
        count_trait=_count(parcels),
        numbering_trait=_numbering(parcels),
        most_rings=max((len(parcel.rings.rings) for parcel in parcels), default=0),
        decimals=max((record.decimals for record in records), default=0),
        precision=BETWEEN.join(_stated(parsed.headers, "精度")),
        area_trait=area_trait,
        area_unit=unit,
        text=text,
    )


def _stated(headers: Iterable[Mapping[str, str]], key: str) -> list[str]:
    return list(dict.fromkeys(header[key] for header in headers if header.get(key)))


def _zone_name(parcel: BoundaryParcel) -> str:
    zone = parcel.position.zone
    return parcel.position.label if zone is None else str(zone.number)


def _zone_trait(parcels: Sequence[BoundaryParcel], options: ReadOptions) -> Trait | None:
    if not parcels:
        return None
    if options.crs is not None:
        return Trait.ZONE_OPTION
    in_header = all(LABEL_NUMBER.search(each.record.header.get("带号", "")) for each in parcels)
    in_easting = all(each.position.zone and each.position.zone.prefixed for each in parcels)
    if in_header:
        return Trait.ZONE_BOTH if in_easting else Trait.ZONE_HEADER
    return Trait.ZONE_EASTING


def _closing(parcels: Sequence[BoundaryParcel]) -> Trait | None:
    rings = sum(len(parcel.rings.rings) for parcel in parcels)
    closed = sum(parcel.rings.closed for parcel in parcels)
    if not rings:
        return None
    if closed in (0, rings):
        return Trait.CLOSING_REPEATED if closed else Trait.CLOSING_OPEN
    return Trait.CLOSING_MIXED


def _count(parcels: Sequence[BoundaryParcel]) -> Trait | None:
    """What the stated count counts; one trait only where it holds for all parcels."""
    if not parcels:
        return None
    stated = [(each.record.fields.count, each.rings) for each in parcels]
    known = [(count, rings) for count, rings in stated if count is not None]
    if not known:
        return Trait.COUNT_UNSTATED
    if all(count == rings.corners for count, rings in known):
        return Trait.COUNT_WITHOUT_CLOSING
    if all(count == rings.corners + len(rings.rings) for count, rings in known):
        return Trait.COUNT_WITH_CLOSING
    return Trait.COUNT_MIXED


def _numbering(parcels: Sequence[BoundaryParcel]) -> Trait | None:
    """Whether numbers run on from ring to ring; `None` without a parcel of two rings."""
    several = [parcel for parcel in parcels if len(parcel.rings.rings) > 1]
    found = {trait for parcel in several for trait in _ring_numberings(parcel.record.points)}
    if not found:
        return None
    return found.pop() if len(found) == 1 else Trait.NUMBERING_OTHER


def _ring_numberings(points: Sequence[PointRecord]) -> Iterator[Trait]:
    first = greatest = None
    ring = None
    for point in points:
        digits = LABEL_NUMBER.search(point.label)
        number = int(digits.group()) if digits else None
        if ring is not None and point.ring != ring:
            if number is None or greatest is None:
                yield Trait.NUMBERING_OTHER
            elif number == greatest + 1:
                yield Trait.NUMBERING_CONTINUOUS
            else:
                yield Trait.NUMBERING_RESTARTED if number == first else Trait.NUMBERING_OTHER
        first = number if ring is None else first
        ring = point.ring
        greatest = number if greatest is None else max(greatest, number or 0)


def _area(parcels: Sequence[BoundaryParcel]) -> tuple[str | None, Trait | None]:
    if not parcels:
        return None, None
    texts = [parcel.record.fields.area for parcel in parcels]
    measured = np.asarray(shapely.area([parcel.geometry for parcel in parcels]), dtype=float)
    found = stated_areas(texts, measured)
    if found.unit is None:
        return None, Trait.AREA_UNSTATED
    named = any(text and not text.strip()[-1].isdigit() for text in texts)
    return found.unit, Trait.AREA_NAMED if named else Trait.AREA_RATIO


def reasons(profile: BoundaryProfile) -> tuple[Note, ...]:
    """The profile as codes with facts, in the order in which a reader asks."""
    return tuple(_reasons(profile))


def _reasons(profile: BoundaryProfile) -> Iterator[Note]:
    for dialect, count in profile.dialects:
        trait = Trait("txt_dialect_" + dialect.replace("/", "_"))
        yield Note(trait, {"dialect": dialect, "count": count})
    yield Note(
        Trait.HEADER,
        {
            "count": len(profile.header_found),
            "found": BETWEEN.join(profile.header_found) or NONE,
            "missing": BETWEEN.join(profile.header_missing) or NONE,
            "unknown": BETWEEN.join(profile.header_unknown) or NONE,
        },
    )
    separators = " ".join(SEPARATOR_SIGNS[each] for each in profile.separators)
    for layout in profile.layouts:
        yield Note(Trait(f"txt_points_{layout}"), {"separator": separators})
    facts: dict[str, Param] = {
        "zone": BETWEEN.join(profile.zones),
        "rings": profile.most_rings,
        "unit": profile.area_unit,
    }
    of_parcels = (
        profile.zone_trait,
        profile.axes_trait if profile.zone_trait else None,
        profile.closing_trait,
        profile.count_trait,
        profile.numbering_trait,
        profile.area_trait,
    )
    yield from (Note(trait, facts) for trait in of_parcels if trait is not None)
    if profile.layouts:
        precision = profile.precision or NONE
        yield Note(Trait.DIGITS, {"decimals": profile.decimals, "precision": precision})
    text = profile.text
    yield Note(text.encoding_trait, {"encoding": text.encoding, "line_end": text.line_end})
