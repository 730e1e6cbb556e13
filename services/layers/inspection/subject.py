"""The layer under inspection: its features, attributes and what is expected of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.topology.edge_matching import LooseEdges, loose_edges
from geo.topology.shapes import LayerShapes, layer_shapes
from services.domain.issue import Severity
from services.domain.wording import Wording
from services.layers.inspection.report import Check, LayerFault, Limits
from services.layers.inspection.rulebook import RoleRules, Rulebook
from services.layers.manifest import Manifest
from services.layers.opened import OpenedLayer
from services.layers.roles import Role

__all__ = ["Boundary", "Found", "Subject"]


@dataclass(frozen=True, slots=True, eq=False)
class Boundary:
    """Ground that a layer should stay in, and fill if it has no gaps.

    `is_stated` says that the user named it; else it is the declared coverage, which may have
    been made from the layer itself.
    """

    name: Wording
    ground: BaseGeometry
    is_stated: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What one check found.

    Attributes
    ----------
    remarks
        What should be said beside the count.
    not_run
        Why the check was not carried out; `None` where it was.
    elsewhere
        Faults listed under other checks that count here too.
    below_count, below_m2
        Places narrower than the tolerance, which are not listed.
    """

    faults: tuple[LayerFault, ...] = ()
    remarks: tuple[Wording, ...] = ()
    not_run: Wording | None = None
    elsewhere: tuple[LayerFault, ...] = ()
    below_count: int = 0
    below_m2: float = 0.0


@dataclass(frozen=True, eq=False)
class Subject:
    """One version with everything that the checks look at."""

    opened: OpenedLayer
    manifest: Manifest
    role: Role
    book: Rulebook
    limits: Limits
    boundary: Boundary | None
    rules_folder: Path | None

    @property
    def rules(self) -> RoleRules:
        """What is expected of the role."""
        return self.book.of(self.role.name)

    @property
    def count(self) -> int:
        """Number of features."""
        return self.opened.version.feature_count

    @cached_property
    def shapes(self) -> LayerShapes:
        """The features as topology reads them, relative to the origin."""
        return layer_shapes(self.opened.edges)

    @cached_property
    def loose(self) -> LooseEdges:
        """Edges that no neighbour shares."""
        return loose_edges(self.shapes.rings)

    @cached_property
    def table(self) -> pd.DataFrame:
        """Attributes of all features."""
        return self.opened.attributes(np.arange(self.count))

    @cached_property
    def numbers(self) -> NDArray[np.int64]:
        """Number of each feature in the files of the import, counted from 1."""
        refused = [entry["index"] for entry in self.manifest.refused]
        taken = np.array([index for index in refused if index is not None], dtype=np.int64)
        every = np.arange(self.count + len(taken))
        return np.delete(every, taken[taken < len(every)])[: self.count] + 1

    @cached_property
    def names(self) -> NDArray[np.object_]:
        """Identifier of each feature for people: the first label field that is not empty."""
        names = np.full(self.count, "", dtype=object)
        for wanted in self.rules.labels:
            column = self.column(wanted)
            if column is None:
                continue
            values = self.texts(column).to_numpy(dtype=object)
            names = np.where(names == "", values, names)
        return names

    def column(self, wanted: str) -> str | None:
        """Field of the layer by one of the names `A|B`, in any case of letters."""
        by_lower = {name.lower(): name for name in self.opened.fields}
        return next(
            (by_lower[name.lower()] for name in wanted.split("|") if name.lower() in by_lower),
            None,
        )

    def first_column(self, wanted: Iterable[str]) -> str | None:
        """The first of several fields that the layer has."""
        return next(filter(None, map(self.column, wanted)), None)

    def texts(self, column: str) -> pd.Series:
        """Values of a field as text, as they stand; nothing for a missing one."""
        values = self.table[column]
        if pd.api.types.is_float_dtype(values):
            return values.map(_number_text)
        return values.astype(object).where(values.notna(), "").map(str)

    def absolute(self, geometries: NDArray[np.object_]) -> NDArray[np.object_]:
        """Local outlines in the working CRS."""
        shift = np.array(self.opened.edges.origin, dtype=float)
        return np.asarray(shapely.transform(geometries, lambda xy: xy + shift), dtype=object)

    def local(self, ground: BaseGeometry) -> BaseGeometry:
        """Ground of the working CRS relative to the origin."""
        shift = np.array(self.opened.edges.origin, dtype=float)
        return shapely.transform(ground, lambda xy: xy - shift)

    def severity(self, kind: str) -> Severity:
        """Weight of a kind of fault."""
        return self.book.severity[kind]

    def fault(
        self,
        check: Check,
        code: str,
        severity: Severity,
        row: int,
        params: Mapping[str, str | int | float | None],
    ) -> LayerFault:
        """A fault of one feature, placed by its outline."""
        return LayerFault(
            check=check,
            code=code,
            severity=severity,
            features=(int(self.numbers[row]),),
            ids=(str(self.names[row]),),
            params=params,
            geometry=self.absolute(self.shapes.outlines[row : row + 1])[0],
        )


def _number_text(value: float) -> str:
    if not np.isfinite(value):
        return ""
    return str(int(value)) if value == int(value) else repr(float(value))
