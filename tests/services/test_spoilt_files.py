"""Files spoilt at random: nothing comes out but valid polygons and errors of our own."""

import json
import random
import shutil
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
import shapely

from geo.errors import GeoError
from geo.intake import ReadOptions
from services.errors import ServiceError
from services.intake import take_in
from services.messages import message_of, remedy_of

DATA = Path(__file__).parents[1] / "data" / "cn_txt"
SQUARE = shapely.box(39_524_000, 3_850_000, 39_524_100, 3_850_200)
SIGNS = b'0123456789.,-@J[]{}"eE \r\n'
PIECES = (b"\xff" * 8, bytes(8), b"nan,", b"1e999", b"@", b",", b"\r\n", b"[", b"{", b"-1")
ROUNDS = 40


@pytest.fixture(scope="module")
def sound_files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sound")
    frame = gpd.GeoDataFrame(
        {"名称": ["甲", "乙"], "n": [1, 2]}, geometry=[SQUARE, SQUARE.buffer(20)], crs=4527
    )
    pyogrio.write_dataframe(frame, folder / "site.shp", encoding="GBK")
    pyogrio.write_dataframe(frame, folder / "site.gpkg", layer="x")
    crs = {"type": "name", "properties": {"name": "EPSG:4527"}}
    document = {**json.loads(frame.to_json()), "crs": crs}
    (folder / "site.geojson").write_text(json.dumps(document), "utf-8")
    for path in DATA.glob("*.txt"):
        shutil.copyfile(path, folder / path.name)
    return folder


def spoilt(data, rng):
    data = bytearray(data)
    for _ in range(rng.choice([1, 1, 2, 4, 16])):
        at = rng.randrange(len(data) or 1)
        chance = rng.random()
        if not data:
            break
        if chance < 0.5:
            data[at] = rng.choice(SIGNS) if rng.random() < 0.6 else rng.randrange(256)
        elif chance < 0.6:
            del data[at : at + rng.randrange(1, 40)]
        elif chance < 0.9:
            data[at : at + 8] = rng.choice(PIECES)
        else:
            del data[at:]
    return bytes(data)


@pytest.mark.parametrize("seed", range(ROUNDS))
@pytest.mark.parametrize(
    ("name", "victims"),
    [
        ("site.shp", ("shp", "shx", "dbf", "prj", "cpg")),
        ("site.gpkg", ("gpkg",)),
        ("site.geojson", ("geojson",)),
        ("made_area_m2_gbk.txt", ("txt",)),
        ("made_no_zone_prefix_utf8bom.txt", ("txt",)),
    ],
)
def test_no_spoilt_file_brings_the_reader_down(sound_files, tmp_path, name, victims, seed):
    rng = random.Random(seed)
    victim = rng.choice(victims)
    for part in sound_files.glob(f"{Path(name).stem}.*"):
        data = part.read_bytes()
        spoil = part.suffix == f".{victim}"
        (tmp_path / part.name).write_bytes(spoilt(data, rng) if spoil else data)
    options = ReadOptions(
        swap_axes=rng.random() < 0.1,
        accept_repairs=rng.random() < 0.3,
        crs=rng.choice([None, None, "EPSG:4527"]),
    )
    try:
        intake = take_in([tmp_path / name], options, working_crs="EPSG:4527")
    except (GeoError, ServiceError) as err:
        message_of(err.code, err.params)
        remedy_of(err.code, err.params)
    else:
        assert intake.frame.is_valid.all()
        assert (intake.frame.area > 0).all()
        for refusal in intake.refused:
            assert message_of(refusal.code, refusal.params).zh
