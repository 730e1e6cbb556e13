"""A planted site and what a right check must say about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sample_data.rectangles import Plot

__all__ = ["Expectation", "FileForm", "Gap", "PlantedSite", "Variant"]

DAY = "2022-06-16"


class FileForm(StrEnum):
    """How the red line of a site is written."""

    TXT_HECTARES_GBK = "txt_hectares_gbk"
    TXT_SQUARE_METRES_UTF8 = "txt_square_metres_utf8"
    TXT_WITHOUT_ZONE_BOM = "txt_without_zone_bom"
    TXT_ZENGJIAN_GBK = "txt_zengjian_gbk"
    GEOJSON_PLANE = "geojson_plane"
    GEOJSON_DEGREES = "geojson_degrees"
    GEOPACKAGE = "geopackage"
    SHAPEFILE_GBK = "shapefile_gbk"
    SHAPEFILE_ZIP_GBK = "shapefile_zip_gbk"


@dataclass(frozen=True, slots=True)
class Gap:
    """A layer that gives no answer, and why (reasons of the contract)."""

    role: str
    reason: str


@dataclass(frozen=True, slots=True)
class Variant:
    """What must differ from the plain workspace before the site is checked.

    `settings` are keys of plotwise.toml; `rules` switches of the rule set; roles in `omit`
    are not loaded; `replace` names layers of the manifest's `spare_layers` that stand in for
    every version of their role.
    """

    settings: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[str, str] = field(default_factory=dict)
    omit: tuple[str, ...] = ()
    replace: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Expectation:
    """Verdict and outcome; of themes and gaps only what is certain.

    `plots` are the verdicts of the plots in their order; `need_m2` the area that needs plan
    scale, `new_land_m2` construction land not yet approved, where the case is about them.
    """

    verdict: str
    outcome: str
    why_zh: str
    why_en: str
    themes: Mapping[str, str] = field(default_factory=dict)
    touched: Mapping[str, bool] = field(default_factory=dict)
    not_checked: tuple[Gap, ...] = ()
    plots: tuple[str, ...] = ()
    need_m2: float | None = None
    new_land_m2: float | None = None


@dataclass(frozen=True, slots=True)
class PlantedSite:
    """One red line, how it is asked about, and the expected answer.

    `file` has no suffix; `stage` is the code of the stage that it stands on.
    """

    case: str
    stage: str
    title_zh: str
    title_en: str
    plots: tuple[Plot, ...]
    file: str
    form: FileForm
    expect: Expectation
    use: str | None = "M2"
    use_scheme: str = "gb50137"
    project_type: str | None = "industry"
    as_of: str = DAY
    variant: Variant = Variant()
