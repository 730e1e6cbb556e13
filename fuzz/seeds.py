"""Sound files of every kind, small, to be spoilt: one folder of parts for each."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import geopandas as gpd
import pyogrio
import shapely
import xlsxwriter

from geo.io.kml.writer import write_kml

__all__ = ["sound_files"]

# the centre's own parameters belong to it
ON_OLD_DATUM = frozenset({"xian_80"})
INPUTS = Path(__file__).parents[1] / "sample_data" / "inputs"
SQUARE = shapely.box(39_524_000, 3_850_000, 39_524_100, 3_850_200)
RING = shapely.box(39_524_200, 3_850_000, 39_524_300, 3_850_100).difference(
    shapely.box(39_524_220, 3_850_020, 39_524_240, 3_850_040)
)


def sound_files(folder: Path) -> tuple[Path, ...]:
    """Write the seeds; each path is the file to give to a reader, its parts lie beside it."""
    frame = gpd.GeoDataFrame(
        {"名称": ["甲", "乙"], "DKBH": ["3704030010000000001", "3704030010000000002"], "n": [1, 2]},
        geometry=[SQUARE, RING],
        crs=4527,
    )
    made = [make(frame, _folder(folder, make.__name__)) for make in MAKERS]
    for path in sorted((INPUTS / "red_line").glob("*.txt")):
        if path.stem in ON_OLD_DATUM:
            continue
        target = _folder(folder, path.stem) / path.name
        shutil.copyfile(path, target)
        made.append(target)
    return tuple(made)


def _folder(parent: Path, name: str) -> Path:
    made = parent / name
    made.mkdir(parents=True)
    return made


def _shapefile(frame: gpd.GeoDataFrame, folder: Path) -> Path:
    pyogrio.write_dataframe(frame, folder / "site.shp", encoding="GBK")
    return folder / "site.shp"


def _zip(frame: gpd.GeoDataFrame, folder: Path) -> Path:
    parts = _folder(folder, "parts")
    _shapefile(frame, parts)
    with zipfile.ZipFile(folder / "site.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(parts.iterdir()):
            archive.write(part, f"地块/{part.name}")
    shutil.rmtree(parts)
    return folder / "site.zip"


def _geopackage(frame: gpd.GeoDataFrame, folder: Path) -> Path:
    pyogrio.write_dataframe(frame, folder / "site.gpkg", layer="地块")
    return folder / "site.gpkg"


def _geojson(frame: gpd.GeoDataFrame, folder: Path) -> Path:
    crs = {"type": "name", "properties": {"name": "EPSG:4527"}}
    text = json.dumps({**json.loads(frame.to_json()), "crs": crs}, ensure_ascii=False)
    (folder / "site.geojson").write_text(text, "utf-8")
    return folder / "site.geojson"


def _workbook(frame: gpd.GeoDataFrame, folder: Path) -> Path:
    """Points as a surveyor lists them: X is north."""
    with xlsxwriter.Workbook(str(folder / "site.xlsx")) as book:
        page = book.add_worksheet("坐标")
        for row, cells in enumerate(_listed(frame)):
            page.write_row(row, 0, cells)
    return folder / "site.xlsx"


def _list(frame: gpd.GeoDataFrame, folder: Path) -> Path:
    lines = [",".join(map(str, cells)) for cells in _listed(frame)]
    (folder / "site.csv").write_text("\n".join(lines), "utf-8")
    return folder / "site.csv"


def _listed(frame: gpd.GeoDataFrame) -> Iterator[list[str | float]]:
    yield ["2000国家大地坐标系，3度带"]
    yield ["地块编号", "圈号", "点号", "X坐标(m)", "Y坐标(m)", "边长"]
    for code, outline in zip(frame["DKBH"], frame.geometry, strict=True):
        for ring, line in enumerate((outline.exterior, *outline.interiors), start=1):
            for at, (east, north) in enumerate(line.coords, start=1):
                yield [code, ring, f"J{at}", north, east, ""]


def _wkt(frame: gpd.GeoDataFrame, folder: Path) -> Path:
    (folder / "site.wkt").write_text("\n".join(f"SRID=4527;{g.wkt}" for g in frame.geometry))
    return folder / "site.wkt"


def _flatgeobuf(frame: gpd.GeoDataFrame, folder: Path) -> Path:
    pyogrio.write_dataframe(frame, folder / "site.fgb", driver="FlatGeobuf")
    return folder / "site.fgb"


def _geoparquet(frame: gpd.GeoDataFrame, folder: Path) -> Path:
    frame.to_parquet(folder / "site.parquet")
    return folder / "site.parquet"


def _geodatabase(frame: gpd.GeoDataFrame, folder: Path) -> Path:
    narrow = frame.astype({"n": "int32"})
    pyogrio.write_dataframe(narrow, folder / "site.gdb", driver="OpenFileGDB", layer="地块")
    with zipfile.ZipFile(folder / "site_gdb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted((folder / "site.gdb").iterdir()):
            archive.write(part, f"site.gdb/{part.name}")
    shutil.rmtree(folder / "site.gdb")
    return folder / "site_gdb.zip"


def _kml(frame: gpd.GeoDataFrame, folder: Path) -> Path:
    write_kml(frame, folder / "site.kml", name="地块")
    return folder / "site.kml"


def _kmz(frame: gpd.GeoDataFrame, folder: Path) -> Path:
    document = _kml(frame, folder)
    with zipfile.ZipFile(folder / "site.kmz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(document, "doc.kml")
    document.unlink()
    return folder / "site.kmz"


MAKERS: tuple[Callable[[gpd.GeoDataFrame, Path], Path], ...] = (
    *(_shapefile, _zip, _geopackage, _geojson, _flatgeobuf, _geoparquet, _geodatabase),
    *(_kml, _kmz, _workbook, _list, _wkt),
)
