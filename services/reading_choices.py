"""What the user decided about the reading of a file, as a result keeps and prints it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from geo.datum_change import datum_note
from geo.intake import DatumRecord, Detected, ReadOptions
from services.domain.wording import Wording
from services.messages import message_of

__all__ = ["choice_settings", "choice_wordings"]

CRS_GIVEN, AXES_SWAPPED, DATUM = "crs_given", "axes_swapped", "datum"


def choice_settings(options: ReadOptions, detected: Detected) -> dict[str, Any]:
    """Entries of a result's settings; only what was decided has one."""
    settings: dict[str, Any] = {}
    if options.crs is not None:
        settings[CRS_GIVEN] = options.crs
    if options.swap_axes:
        settings[AXES_SWAPPED] = True
    if detected.datum is not None:
        settings[DATUM] = asdict(detected.datum)
    return settings


def choice_wordings(settings: Mapping[str, Any]) -> Iterator[tuple[str, Wording]]:
    """The decisions as sentences, by the name of their setting."""
    if CRS_GIVEN in settings:
        yield CRS_GIVEN, message_of("crs_given", {"crs": settings[CRS_GIVEN]})
    if settings.get(AXES_SWAPPED):
        yield AXES_SWAPPED, message_of("axes_turned", {})
    if DATUM in settings:
        note = datum_note(DatumRecord(**settings[DATUM]))
        yield DATUM, message_of(note.code, note.params)
