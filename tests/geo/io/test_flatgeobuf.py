"""FlatGeobuf files made by the driver, whole and spoilt."""

import random
import struct
import zipfile
from contextlib import suppress

import geopandas as gpd
import pyogrio
import pytest
from shapely import MultiPolygon, Polygon, box

from geo.errors import MissingCRSError, UnreadableFileError
from geo.intake import ReadOptions
from geo.io.limits import SITE_LIMITS, ReadLimits
from geo.io.vector import read_features

SQUARE = box(39_524_000, 3_850_000, 39_524_100, 3_850_200)
HOLED = Polygon(SQUARE.exterior, [box(39_524_010, 3_850_010, 39_524_020, 3_850_020).exterior])


@pytest.fixture
def fgb(tmp_path):
    def write(geometries=(SQUARE,), crs=4527, name="site.fgb", index="YES", **columns):
        columns = columns or {"地块名称": [f"甲{n}" for n in range(len(geometries))]}
        frame = gpd.GeoDataFrame(columns, geometry=list(geometries), crs=crs)
        path = tmp_path / "x.fgb"
        pyogrio.write_dataframe(frame, path, driver="FlatGeobuf", SPATIAL_INDEX=index)
        return path.rename(tmp_path / name)

    return write


def read(path, limits=SITE_LIMITS, **options):
    return read_features(path, ReadOptions(**options), limits)


def refusal(path, limits=SITE_LIMITS):
    with pytest.raises(UnreadableFileError) as caught:
        read(path, limits)
    assert caught.value.params["file"] == path.name
    return caught.value


@pytest.mark.parametrize("name", ["site.fgb", "地块.geojson", "site"])
def test_known_by_content(fgb, name):
    raw = read(fgb(name=name))
    assert raw.frame.area.tolist() == [20_000.0]
    assert raw.frame.crs == "EPSG:4527"
    assert raw.frame["地块名称"].tolist() == ["甲0"]
    assert (raw.count, raw.refused, raw.detected.driver) == (1, (), "FlatGeobuf")


@pytest.mark.parametrize("index", ["YES", "NO"])
def test_holes_parts_and_missing_geometry(fgb, index):
    shapes = [HOLED, MultiPolygon([SQUARE, box(39_524_200, 3_850_000, 39_524_300, 3_850_001)])]
    raw = read(fgb(shapes, index=index, n=[1, 2]))
    assert dict(zip(raw.frame["n"], raw.frame.area, strict=True)) == {1: 19_900.0, 2: 20_100.0}


def test_codes_of_19_digits_stay_exact(fgb):
    codes = [3704030010010000012, 3704030010010000013]
    raw = read(fgb([SQUARE] * 2, code=codes, index="NO"))
    assert raw.frame["code"].tolist() == codes


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_without_crs(fgb):
    path = fgb(crs=None)
    with pytest.raises(MissingCRSError):
        read(path)
    assert read(path, crs="EPSG:4527").count == 1


def test_limits(fgb):
    found = refusal(fgb([SQUARE] * 3), ReadLimits(max_bytes=10**6, max_features=2))
    assert (found.code, found.params["found"]) == ("too_many_features", 3)


@pytest.mark.parametrize("index", ["YES", "NO"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_cut_off_is_refused_as_a_whole(fgb, index, share):
    path = fgb([SQUARE] * 50, index=index)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    assert refusal(path).code == "broken_file"


@pytest.mark.parametrize("index", ["YES", "NO"])
@pytest.mark.parametrize("stated", [2, 4, 0])
def test_features_are_counted_one_by_one(fgb, index, stated):
    """The header says two or four where there are three; 0 stands for an unknown number."""
    path = fgb([SQUARE] * 3, index=index)
    data = path.read_bytes()
    assert data.count(struct.pack("<Q", 3)) == 1
    path.write_bytes(data.replace(struct.pack("<Q", 3), struct.pack("<Q", stated)))
    if stated == 0 and index == "NO":
        assert read(path).count == 3
    else:
        assert refusal(path).code == "broken_file"


@pytest.mark.parametrize("count", [1, 15, 16, 17, 255, 256, 257, 5_000])
def test_the_index_of_any_size_is_stepped_over(fgb, count):
    assert read(fgb([SQUARE] * count)).count == count


@pytest.mark.parametrize("seed", range(40))
def test_spoilt_bytes_never_crash_or_lose_rows(fgb, seed):
    rng = random.Random(seed)
    path = fgb([HOLED] * 5, index=rng.choice(["YES", "NO"]))
    data = bytearray(path.read_bytes())
    for _ in range(rng.choice([1, 3, 20])):
        data[rng.randrange(8, len(data))] = rng.randrange(256)
    path.write_bytes(data)
    with suppress(UnreadableFileError, MissingCRSError):
        raw = read(path)
        assert raw.count == len(raw.frame) + len(raw.refused)


def test_in_a_zip(fgb, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(fgb(), "地块.fgb")
    assert read(tmp_path / "a.zip").frame.area.tolist() == [20_000.0]
