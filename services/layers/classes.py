"""Classes of a layer: which field holds the code, and what the codes are.

Codes are text without surrounding blanks; leading zeros count. A feature whose code is missing
has the code `?`, which is in no code table: it is found, and it is never taken for a class.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.intake import Note
from services.domain.wording import Language
from services.errors import InvalidOptionError
from services.labels import label
from services.layers.request import LayerImport
from services.layers.roles import Role

__all__ = [
    "INTAKE_COLUMNS",
    "SINGLE_CLASS",
    "UNCODED",
    "LayerClasses",
    "class_texts",
    "layer_classes",
]

SINGLE_CLASS = "1"
UNCODED = "?"
# joins the codes of overlapping features in one cell, so that it can't be part of a code
JOINT = "|"
INTAKE_COLUMNS = ("source_index", "site_id", "site_name", "stated_area_m2")


@dataclass(frozen=True, slots=True, eq=False)
class LayerClasses:
    """Class of every feature of a layer.

    Attributes
    ----------
    ids
        Per feature the position of its class in `codes`.
    codes, names
        The k classes in the order of their codes; a name may be empty.
    """

    class_field: str | None
    name_field: str | None
    ids: NDArray[np.int32]
    codes: tuple[str, ...]
    names: tuple[str, ...]
    notes: tuple[Note, ...] = ()


def layer_classes(frame: gpd.GeoDataFrame, role: Role, request: LayerImport) -> LayerClasses:
    """Classes of the features by the field asked for, else by the first that the role knows.

    Raises
    ------
    InvalidOptionError
        A field asked for is missing (`no_such_field`), the role needs a class field and none
        is there (`class_field_missing`), or a code holds `|` (`class_code_sign`).
    """
    fields = [str(name) for name in frame.columns if name not in (*INTAKE_COLUMNS, "geometry")]
    file = request.paths[0].name
    if not len(frame):
        # no features, no classes: an empty GeoJSON has not even fields
        return _single_class(0, role, None)
    class_field = _field(request.class_field, role.class_fields, fields, file=file)
    name_field = _field(request.name_field, role.name_fields, fields, file=file)
    if class_field is None:
        if role.class_required:
            raise InvalidOptionError(
                "class_field_missing",
                role=role.name,
                file=file,
                wanted=", ".join(role.class_fields) or "–",
                fields=", ".join(fields) or "–",
            )
        return _single_class(len(frame), role, name_field)
    texts = class_texts(frame[class_field])
    if any(JOINT in text for text in texts.unique()):
        raise InvalidOptionError("class_code_sign", file=file, field=class_field, sign=JOINT)
    codes, ids = np.unique(texts.to_numpy(dtype=object).astype(str), return_inverse=True)
    known = tuple(str(code) for code in codes)
    names = _names(known, texts, frame[name_field]) if name_field else ("",) * len(known)
    return LayerClasses(
        class_field=class_field,
        name_field=name_field,
        ids=ids.astype(np.int32),
        codes=known,
        names=names,
        notes=tuple(_notes(frame[class_field], texts, class_field)),
    )


def _single_class(count: int, role: Role, name_field: str | None) -> LayerClasses:
    name = label("role", role.name).in_language(Language.ZH)
    ids = np.zeros(count, dtype=np.int32)
    return LayerClasses(None, name_field, ids, (SINGLE_CLASS,), (name,))


def _field(asked: str | None, known: Iterable[str], fields: list[str], *, file: str) -> str | None:
    """The field asked for, else the first known one, in any case of letters."""
    by_lower = {field.lower(): field for field in reversed(fields)}
    if asked is not None:
        found = asked if asked in fields else by_lower.get(asked.lower())
        if found is None:
            raise InvalidOptionError(
                "no_such_field", field=asked, file=file, fields=", ".join(fields) or "–"
            )
        return found
    return next((by_lower[name.lower()] for name in known if name.lower() in by_lower), None)


def class_texts(values: pd.Series) -> pd.Series:
    """Codes as stripped text; whole numbers without a decimal point, nothing as `?`."""
    if pd.api.types.is_float_dtype(values):
        texts = values.map(_number_text)
    else:
        texts = values.astype(object).where(values.notna(), "").map(str).str.strip()
    return texts.where(texts != "", UNCODED)


def _number_text(value: float) -> str:
    if not np.isfinite(value):
        return ""
    return str(int(value)) if value == int(value) else repr(float(value))


def _names(codes: tuple[str, ...], texts: pd.Series, values: pd.Series) -> tuple[str, ...]:
    """The most frequent name of every code; of equally frequent ones the first in order."""
    names = values.astype(object).where(values.notna(), "").map(str).str.strip()
    counts = pd.DataFrame({"code": texts, "name": names}).value_counts().reset_index()
    ordered = counts[counts["name"] != ""].sort_values(
        ["count", "name"], ascending=[False, True], kind="stable"
    )
    first = ordered.drop_duplicates("code").set_index("code")["name"]
    return tuple(str(first.get(code, "")) for code in codes)


def _notes(values: pd.Series, texts: pd.Series, field: str) -> Iterable[Note]:
    missing = int((texts == UNCODED).sum())
    if missing:
        yield Note("class_codes_missing", {"field": field, "count": missing})
    if pd.api.types.is_numeric_dtype(values):
        yield Note("class_field_numeric", {"field": field})
