"""Writing of layers and red lines; the same content gives the same bytes."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import numpy as np
import pyogrio
import pyproj
import shapely
from numpy.typing import NDArray

from sample_data.coordinate_txt import AreaUnit, Layout, TxtStyle, coordinate_text
from sample_data.expectation import FileForm
from sample_data.places import CRS, millimetres_to_map
from sample_data.rectangles import Part, Plot

__all__ = [
    "geojson_text",
    "shapefile_parts",
    "write_archive",
    "write_geopackage",
    "write_red_line",
    "write_text",
]

# GDAL stamps files with the time of writing; a fixed stamp keeps them reproducible
STAMP = "2022-06-16T00:00:00.000Z"
ZIP_STAMP = (2022, 6, 16, 0, 0, 0)
DEGREE_DECIMALS = 11
SHAPE_SUFFIXES = (".shp", ".shx", ".dbf", ".prj", ".cpg")

SUFFIXES = {
    FileForm.TXT_HECTARES_GBK: ".txt",
    FileForm.TXT_SQUARE_METRES_UTF8: ".txt",
    FileForm.TXT_WITHOUT_ZONE_BOM: ".txt",
    FileForm.TXT_ZENGJIAN_GBK: ".txt",
    FileForm.GEOJSON_PLANE: ".geojson",
    FileForm.GEOJSON_DEGREES: ".geojson",
    FileForm.GEOPACKAGE: ".gpkg",
    FileForm.SHAPEFILE_GBK: ".shp",
    FileForm.SHAPEFILE_ZIP_GBK: ".zip",
}
TXT_FORMS = {
    FileForm.TXT_HECTARES_GBK: (TxtStyle(), "gbk"),
    FileForm.TXT_SQUARE_METRES_UTF8: (TxtStyle(unit=AreaUnit.SQUARE_METRES, closed=False), "utf-8"),
    FileForm.TXT_WITHOUT_ZONE_BOM: (TxtStyle(zone_prefix=False), "utf-8-sig"),
    FileForm.TXT_ZENGJIAN_GBK: (TxtStyle(layout=Layout.ZENGJIAN), "gbk"),
}


def write_geopackage(frame: gpd.GeoDataFrame, path: Path, layer: str) -> None:
    """One layer in one GeoPackage, replacing the file; no index, for import makes its own."""
    path.unlink(missing_ok=True)
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": STAMP})
    try:
        pyogrio.write_dataframe(
            frame,
            path,
            layer=layer,
            driver="GPKG",
            geometry_type=_geometry_type(frame),
            dataset_options={"ADD_GPKG_OGR_CONTENTS": "NO"},
            layer_options={"SPATIAL_INDEX": "NO"},
        )
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _geometry_type(frame: gpd.GeoDataFrame) -> str:
    kinds = set(frame.geom_type)
    if any("Line" in kind for kind in kinds):
        return "MultiLineString" if "MultiLineString" in kinds else "LineString"
    return "MultiPolygon" if "MultiPolygon" in kinds else "Polygon"


def write_text(path: Path, text: str, encoding: str) -> None:
    """Text with CR LF line ends, as Windows programs write it."""
    path.write_bytes(text.replace("\n", "\r\n").encode(encoding))


def _plot_polygon(plot: Plot) -> shapely.Polygon | shapely.MultiPolygon:
    """A plot in EPSG:4527."""
    parts = [_part_polygon(part) for part in plot.parts]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _part_polygon(part: Part) -> shapely.Polygon:
    outer, *holes = ([millimetres_to_map(x, y) for x, y in ring] for ring in part.rings)
    return shapely.Polygon(outer, holes)


def _plots_frame(plots: Sequence[Plot]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "DKBH": [str(number) for number in range(1, len(plots) + 1)],
            "DKMC": [plot.name for plot in plots],
        },
        geometry=[_plot_polygon(plot) for plot in plots],
        crs=CRS,
    )


def write_red_line(folder: Path, stem: str, form: FileForm, plots: Sequence[Plot]) -> Path:
    """The plots of one project as one input file; the path written."""
    path = folder / (stem + SUFFIXES[form])
    if form in TXT_FORMS:
        style, encoding = TXT_FORMS[form]
        write_text(path, coordinate_text(plots, style), encoding)
    elif form in (FileForm.GEOJSON_PLANE, FileForm.GEOJSON_DEGREES):
        _write_geojson(plots, path, in_degrees=form is FileForm.GEOJSON_DEGREES)
    elif form is FileForm.GEOPACKAGE:
        write_geopackage(_plots_frame(plots), path, "red_line")
    elif form is FileForm.SHAPEFILE_GBK:
        _write_shapefile(plots, path)
    else:
        write_archive(path, shapefile_parts(plots, stem))
    return path


def _write_geojson(plots: Sequence[Plot], path: Path, *, in_degrees: bool) -> None:
    outlines = [_plot_polygon(plot) for plot in plots]
    if in_degrees:
        outlines = [shapely.transform(outline, _to_degrees) for outline in outlines]
    features = [
        {
            "type": "Feature",
            "properties": {"DKBH": str(number), "DKMC": plot.name},
            "geometry": shapely.geometry.mapping(outline),
        }
        for number, (plot, outline) in enumerate(zip(plots, outlines, strict=True), start=1)
    ]
    path.write_text(geojson_text(features, in_degrees=in_degrees), encoding="utf-8")


def _to_degrees(points: NDArray[np.float64]) -> NDArray[np.float64]:
    there = pyproj.Transformer.from_crs(CRS, "EPSG:4490", always_xy=True)
    return np.round(np.column_stack(there.transform(*points.T)), DEGREE_DECIMALS)


def geojson_text(features: Sequence[Mapping[str, object]], *, in_degrees: bool = False) -> str:
    """GeoJSON in longitude and latitude, or in EPSG:4527 with the old `crs` member."""
    document: dict[str, object] = {"type": "FeatureCollection"}
    if not in_degrees:
        document["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4527"}}
    document["features"] = list(features)
    return json.dumps(document, ensure_ascii=False)


def _write_shapefile(plots: Sequence[Plot], path: Path) -> None:
    """Shapefile with its attributes in GBK and a `.cpg` that says so."""
    pyogrio.write_dataframe(
        _plots_frame(plots),
        path,
        driver="ESRI Shapefile",
        encoding="GBK",
        layer_options={"DBF_DATE_LAST_UPDATE": STAMP[:10]},
    )


def shapefile_parts(plots: Sequence[Plot], stem: str) -> dict[str, bytes]:
    """Bytes of the files of a shapefile by name."""
    with TemporaryDirectory() as scratch:
        shape = Path(scratch) / f"{stem}.shp"
        _write_shapefile(plots, shape)
        return {stem + suffix: shape.with_suffix(suffix).read_bytes() for suffix in SHAPE_SUFFIXES}


def write_archive(path: Path, members: Mapping[str, bytes]) -> None:
    """Zip file whose entries bear a fixed time."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name, ZIP_STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
