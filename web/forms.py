"""From the form of the check page to the request of the service, or to field errors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from geo.intake import ReadOptions
from services.domain.project import UseScheme
from services.errors import InvalidOptionError
from services.siting.request import CheckRequest
from web.ports import Choice

__all__ = [
    "DATUMS",
    "ENCODINGS",
    "READING_FIELDS",
    "SWITCHES",
    "USE_SCHEMES",
    "CheckForm",
    "field_of",
    "today",
]

ENCODINGS = ("UTF-8", "GB18030", "Big5")
USE_SCHEMES = (UseScheme.GB50137, UseScheme.YDYH_2023)
SWITCHES = ("swap_axes", "accept_repairs", "each")
DATUMS = ("gcj02", "bd09")
# what says how the file is read; the rest says what is asked of it
READING_FIELDS = (
    "crs", "encoding", "layer", "id_field", "datum", "datum_parameters", "swap_axes",
    "accept_repairs",
)  # fmt: skip
LONGEST_ANSWER = 200
OFF = frozenset({"", "0", "false", "off", "no"})
# the field that mends a refusal; every other refusal is about the file
FIELDS = {
    "old_datum": "crs",
    "no_datum_shift": "crs",
    "no_such_zone": "crs",
    "unknown_projection": "crs",
    "crs_unit_not_metre": "crs",
    "degrees_expected": "crs",
    "metres_expected": "crs",
    "degrees_out_of_range": "crs",
    "local_grid": "crs",
    "zone_mismatch": "crs",
    "missing_crs": "crs",
    "unknown_crs": "crs",
    "mixed_crs": "crs",
    "crs_contradicts": "crs",
    "wrong_zone": "crs",
    "zone_missing": "crs",
    "unreadable_encoding": "encoding",
    "unknown_encoding": "encoding",
    "layer_not_found": "layer",
    "several_layers": "layer",
    "no_such_field": "project_field",
    "field_not_found": "project_field",
    "axes_swapped": "swap_axes",
    "swap_not_needed": "swap_axes",
    "repair_too_large": "accept_repairs",
    "unknown_use": "use",
    "use_not_on_list": "use",
    "unknown_project_type": "project_type",
    "project_type_not_on_list": "project_type",
    "date_not_valid": "date",
}


def field_of(code: str) -> str:
    """The input that a refusal is about."""
    return FIELDS.get(code, "files")


@dataclass(frozen=True, slots=True)
class CheckForm:
    """What was typed, kept as it was typed so that the page can show it again."""

    use: str = ""
    use_scheme: str = ""
    project_type: str = ""
    date: str = ""
    crs: str = ""
    encoding: str = ""
    layer: str = ""
    project_field: str = ""
    id_field: str = ""
    datum: str = ""
    datum_parameters: str = ""
    drawn: str = ""
    pasted: str = ""
    swap_axes: bool = False
    accept_repairs: bool = False
    each: bool = False

    @classmethod
    def empty(cls) -> CheckForm:
        """A fresh form: today, nothing chosen."""
        return cls(date=today().isoformat())

    @classmethod
    def typed(cls, values: Mapping[str, str]) -> CheckForm:
        """The form as it was sent."""
        facts: dict[str, Any] = {name: values.get(name, "") not in OFF for name in SWITCHES}
        for field in fields(cls):
            if field.name not in SWITCHES:
                facts[field.name] = values.get(field.name, "").strip()
        return cls(**facts)

    def changed(self, values: Mapping[str, str]) -> CheckForm:
        """The form with the fields that `values` hold, and all others as they were."""
        facts: dict[str, Any] = {}
        for field in fields(self):
            if field.name in values:
                typed = values[field.name].strip()
                facts[field.name] = typed not in OFF if field.name in SWITCHES else typed
        return replace(self, **facts)

    def reads_like(self, other: CheckForm) -> bool:
        """Whether both say the same of how the file is read."""
        return self.reading_like(other) == self

    def reading_like(self, other: CheckForm) -> CheckForm:
        """What this form asks, with the file read as another says."""
        return replace(self, **{name: getattr(other, name) for name in READING_FIELDS})

    @property
    def folded_in_use(self) -> bool:
        """Whether one of the folded options is set."""
        folded = ("crs", "encoding", "layer", "project_field", *SWITCHES)
        return self.scheme is not USE_SCHEMES[0] or any(getattr(self, name) for name in folded)

    @property
    def use_code(self) -> str | None:
        """Code of the use; the name behind it may have been typed along."""
        return self.use.split()[0] if self.use else None

    @property
    def scheme(self) -> UseScheme:
        """Code table of the use; GB 50137 unless another is chosen."""
        return UseScheme(self.use_scheme) if self.use_scheme in USE_SCHEMES else USE_SCHEMES[0]

    def require_sound(
        self, uses: Callable[[UseScheme], Iterable[Choice]], types: Iterable[Choice]
    ) -> None:
        """Check what the lists and the calendar can tell before any file is read.

        Raises
        ------
        InvalidOptionError
            Use or type are not on their lists, or the date is none.
        """
        self.require_readable()
        use, kind = self.use_code, self.project_type
        if use is not None and use not in {item.code for item in uses(self.scheme)}:
            raise InvalidOptionError("use_not_on_list", use=use)
        if kind and kind not in {item.code for item in types}:
            raise InvalidOptionError("project_type_not_on_list", type=kind)
        if _day(self.date) is None:
            raise InvalidOptionError("date_not_valid", date=self.date)

    def require_readable(self) -> None:
        """Check the options of reading that are no more than a choice.

        Raises
        ------
        InvalidOptionError
            The public map is not on the list, or a text is longer than any name.
        """
        if self.datum and self.datum not in DATUMS:
            raise InvalidOptionError("datum_not_on_list", datum=self.datum)
        for name in READING_FIELDS:
            if len(str(getattr(self, name))) > LONGEST_ANSWER:
                raise InvalidOptionError("answer_too_long", field=name, most=LONGEST_ANSWER)

    def options(self, parameters: Path | None = None) -> ReadOptions:
        """How the file is to be read; `parameters` is the centre's file for an old datum."""
        return ReadOptions(
            layer=self.layer or None,
            crs=f"EPSG:{self.crs}" if self.crs.isdecimal() else self.crs or None,
            encoding=self.encoding or None,
            id_field=self.id_field or None,
            swap_axes=self.swap_axes,
            accept_repairs=self.accept_repairs,
            datum=self.datum or None,
            datum_parameters=parameters,
        )

    def request(
        self,
        paths: tuple[Path, ...],
        *,
        parameters: Path | None = None,
        source_name: str | None = None,
    ) -> CheckRequest:
        """The question to the service, once there are no faults."""
        return CheckRequest(
            paths=paths,
            options=self.options(parameters),
            as_of=_day(self.date) or today(),
            use=self.use_code,
            use_scheme=self.scheme,
            project_type=self.project_type or None,
            project_field=self.project_field or None,
            each=self.each,
            source_name=source_name or (paths[0].name if len(paths) == 1 else None),
        )


def today() -> date:
    """The official's own calendar day."""
    return datetime.now().astimezone().date()


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
