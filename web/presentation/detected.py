"""What was detected of each file, why it is believed, and where to say otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from geo.crs import parse_crs, zone_of
from geo.errors import GeoError
from geo.intake import Detected
from geo.reading_codes import Remark
from services.domain.wording import Language
from services.messages import message_of
from services.preview import Counts, Preview, PreviewFile
from web.forms import CheckForm
from web.presentation.questions import crs_name
from web.texts import entries, text

__all__ = [
    "DetectedFact",
    "FileCard",
    "dialect_names",
    "driver_name",
    "file_cards",
    "system_name",
]

SHIFTS = (
    Remark.DATUM_SHIFTED,
    Remark.DATUM_TAKEN_BACK,
    Remark.DATUM_BY_PARAMETERS,
    Remark.DATUM_BY_PARAMETERS_UNCHECKED,
)
TXT_DRIVER, SEPARATOR = "CoordinateTXT", " + "


@dataclass(frozen=True, slots=True)
class DetectedFact:
    """One thing that was detected; `field` is the option that overrules it."""

    name: str
    value: str
    why: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class FileCard:
    """One file that could be read."""

    name: str
    counts: Counts
    sha256: str
    facts: tuple[DetectedFact, ...]
    reasons: tuple[str, ...]


def file_cards(
    preview: Preview, names: dict[str, str], form: CheckForm, language: Language
) -> tuple[FileCard, ...]:
    """Cards of the files in order; `names` are those that the files came with."""
    return tuple(
        FileCard(
            name=names.get(file.source.name, file.source.name),
            counts=file.counts,
            sha256=file.source.sha256,
            facts=tuple(_facts(file, form, language)),
            reasons=tuple(
                message_of(note.code, note.params).in_language(language)
                for note in file.source.detected.reasons
            ),
        )
        for file in preview.files
    )


def _facts(file: PreviewFile, form: CheckForm, language: Language) -> Iterator[DetectedFact]:
    detected = file.source.detected
    dash = text("detected.unknown", language)

    def why(name: str) -> str:
        return text(f"detected.{name}", language)

    def told(field: str, otherwise: str) -> str:
        return why("told") if getattr(form, field) else why(otherwise)

    def proven(reason: str) -> str:
        return reason if file.counts.kept else "unsettled"

    def fact(name: str, value: str, reason: str, field: str = "") -> DetectedFact:
        return DetectedFact(why(name), value or dash, reason, field)

    yield fact("driver", driver_name(detected, language), why("by_content"), "layer")
    if detected.dialect:
        yield fact("dialect", dialect_names(detected.dialect, language), why("by_header"))
    if detected.encoding:
        contradicted = _remark(detected, Remark.ENCODING_CONTRADICTED, language)
        reason = contradicted or told("encoding", "by_bytes")
        yield fact("encoding", detected.encoding, reason, "encoding")
    stated = "by_header_and_zone" if detected.driver == TXT_DRIVER else "by_file"
    yield fact(
        "crs",
        system_name(detected, language),
        told("crs", stated if detected.crs else "unsettled"),
        "crs",
    )
    order = f"detected.{detected.axis_order}"
    value = text(order, language) if order in entries() else detected.axis_order
    yield fact("axes", value, told("swap_axes", proven("by_magnitude")), "swap_axes")
    unit = detected.area_unit or ""
    yield fact("unit", unit, why("by_areas" if unit else proven("no_area")))
    shift = next(filter(None, (_remark(detected, code, language) for code in SHIFTS)), "")
    shifted = why("shifted") if shift else why("not_shifted")
    yield fact("shift", shifted, shift or told("datum", proven("same_datum")), "datum")


def driver_name(detected: Detected, language: Language) -> str:
    """Name of the format as people say it; of several, one after the other."""
    said = (f"driver.{name}" for name in detected.driver.split(SEPARATOR))
    return SEPARATOR.join(
        text(key, language) if key in entries() else key.removeprefix("driver.") for key in said
    )


def dialect_names(names: str, language: Language) -> str:
    """Names of the dialects of a TXT as officials say them."""
    said = (f"dialect.{name.replace('/', '_')}" for name in names.split(SEPARATOR))
    return SEPARATOR.join(
        text(key, language) if key in entries() else key.removeprefix("dialect.") for key in said
    )


def system_name(detected: Detected, language: Language) -> str:
    """Name of the system, with zone and central meridian where it has them."""
    if detected.crs is None:
        return ""
    try:
        parse_crs(detected.crs)
        zone = zone_of(detected.crs)
    except GeoError:
        return detected.crs
    name = crs_name(detected.crs, language)
    if zone is None:
        return name
    meridian = text("detected.meridian", language, degrees=zone.central_meridian_deg)
    return f"{name} · {meridian}"


def _remark(detected: Detected, code: str, language: Language) -> str:
    for note in detected.notes:
        if note.code == code:
            return message_of(note.code, note.params).in_language(language)
    return ""
