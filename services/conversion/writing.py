"""A placed input written in one format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd

from geo.crs import crs_label
from geo.intake import Note
from geo.io.boundary.writer import write_boundary_txt
from geo.io.columnar.writer import write_flatgeobuf, write_geoparquet
from geo.io.geojson.writer import write_geojson
from geo.io.geopackage.layers import write_geopackage
from geo.io.geopackage.style import add_default_style
from geo.io.kml.writer import write_kml
from geo.io.shapefile.writer import shapefile_files, write_shapefile, write_zipped_shapefile
from services.conversion.columns import with_txt_fields
from services.conversion.formats import IN_DEGREES, TargetFormat
from services.conversion.request import TxtForm
from services.errors import TargetExistsError
from services.reports.boundary_points_xlsx import write_boundary_points
from services.whole_file import whole_file

__all__ = ["Content", "existing_files", "write_content"]

STYLE_NAME = "plotwise 地块"
LONLAT_CODES = ("EPSG:4490", "EPSG:4326")


@dataclass(frozen=True, slots=True, eq=False)
class Content:
    """What to write.

    Attributes
    ----------
    sites
        With `site_id` and `site_name`, for formats that have a place for these.
    attributes
        The same rows with the columns of the inputs alone.
    to_crs
        CRS that the user asked for; `None` leaves degrees to the formats that want them.
    """

    sites: gpd.GeoDataFrame
    attributes: gpd.GeoDataFrame
    to_crs: str | None
    txt: TxtForm

    @property
    def labels(self) -> list[str]:
        """What people call each parcel: its name, else its number, else its place in the row."""
        pairs = zip(self.sites["site_name"], self.sites["site_id"], strict=True)
        return [name or number or str(row) for row, (name, number) in enumerate(pairs, start=1)]


def existing_files(path: Path, target_format: TargetFormat) -> tuple[Path, ...]:
    """Files that writing there would replace."""
    if target_format is TargetFormat.SHAPEFILE:
        return shapefile_files(path)
    return (path,) if path.exists() else ()


def write_content(
    content: Content, path: Path, target_format: TargetFormat, *, overwrite: bool
) -> tuple[Note, ...]:
    """Write one file (or the parts of one shapefile), whole or not at all.

    Raises
    ------
    TargetExistsError
        It exists and may not be replaced.
    GeoError
        What the writer of the format says.
    """
    existing = existing_files(path, target_format)
    if existing and not overwrite:
        raise TargetExistsError(file=str(existing[0]))
    path.parent.mkdir(parents=True, exist_ok=True)
    return WRITERS[target_format](content, path)


def output_crs(content: Content, target_format: TargetFormat) -> str:
    """CRS of the coordinates in the file."""
    if target_format in IN_DEGREES and content.to_crs is None:
        return "EPSG:4326"
    return crs_label(content.sites.crs)


def _write_txt(content: Content, path: Path) -> tuple[Note, ...]:
    form = content.txt
    named = content.attributes.assign(
        site_id=content.sites["site_id"], site_name=content.sites["site_name"]
    )
    return write_boundary_txt(
        with_txt_fields(named),
        path,
        dialect=form.dialect,
        area_unit=form.area_unit,
        producer=form.producer,
        day=form.day,
        encoding=form.encoding,
    )


def _write_shapefile(content: Content, path: Path) -> tuple[Note, ...]:
    return write_shapefile(content.attributes, path)


def _write_zip(content: Content, path: Path) -> tuple[Note, ...]:
    return write_zipped_shapefile(content.attributes, path)


def _write_geopackage(content: Content, path: Path) -> tuple[Note, ...]:
    fields = _label_fields(content)
    with whole_file(path, overwrite=True) as beside:
        write_geopackage(content.attributes, beside, layer=path.stem)
        add_default_style(beside, layer=path.stem, label_fields=fields, name=STYLE_NAME)
    return ()


def _label_fields(content: Content) -> list[str]:
    """Columns that the name and the number of the parcels came from."""
    found = []
    for wanted in ("site_name", "site_id"):
        texts = content.sites[wanted].tolist()
        same = (
            str(name)
            for name in content.attributes.columns.drop("geometry")
            if any(texts) and [str(value).strip() for value in content.attributes[name]] == texts
        )
        found += list(same)[:1]
    return found


def _write_geojson(content: Content, path: Path) -> tuple[Note, ...]:
    own = content.to_crs is not None and content.to_crs not in LONLAT_CODES
    return write_geojson(content.attributes, path, in_own_crs=own)


def _write_kml(content: Content, path: Path) -> tuple[Note, ...]:
    return write_kml(content.attributes, path, name=path.stem, labels=content.labels)


def _write_flatgeobuf(content: Content, path: Path) -> tuple[Note, ...]:
    return write_flatgeobuf(content.attributes, path, layer=path.stem)


def _write_geoparquet(content: Content, path: Path) -> tuple[Note, ...]:
    return write_geoparquet(content.attributes, path)


def _write_point_table(content: Content, path: Path) -> tuple[Note, ...]:
    named = content.attributes.assign(
        site_id=content.sites["site_id"], site_name=content.sites["site_name"]
    )
    return write_boundary_points(with_txt_fields(named), path, overwrite=True)


WRITERS: dict[TargetFormat, Callable[[Content, Path], tuple[Note, ...]]] = {
    TargetFormat.TXT: _write_txt,
    TargetFormat.SHAPEFILE: _write_shapefile,
    TargetFormat.ZIPPED_SHAPEFILE: _write_zip,
    TargetFormat.GEOPACKAGE: _write_geopackage,
    TargetFormat.GEOJSON: _write_geojson,
    TargetFormat.KML: _write_kml,
    TargetFormat.FLATGEOBUF: _write_flatgeobuf,
    TargetFormat.GEOPARQUET: _write_geoparquet,
    TargetFormat.POINT_TABLE: _write_point_table,
}
