"""`plotwise audit`: counts that add up, exit codes, one JSON document."""

import geopandas as gpd
import pytest
from shapely import Polygon, box

E0, N0 = 39_520_000.0, 3_850_000.0
BOW_TIE = Polygon([(E0, N0), (E0 + 9, N0 + 9), (E0 + 9, N0), (E0, N0 + 9)])


@pytest.fixture
def parcels(plotwise, tmp_path):
    """One square of 100 m² on a survey, and a bow-tie, which is refused."""
    ground = gpd.GeoDataFrame(
        {"DLBM": ["0102"]}, geometry=[box(E0 - 500, N0 - 500, E0 + 500, N0 + 500)], crs=4527
    )
    ground.to_file(tmp_path / "dltb.gpkg")
    plotwise("init")
    plotwise("layers", "add", "land_survey", tmp_path / "dltb.gpkg", "--valid-from", "2020-01-01")
    frame = gpd.GeoDataFrame(geometry=[box(E0 + 20, N0, E0 + 30, N0 + 10), BOW_TIE], crs=4527)
    frame.to_file(tmp_path / "parcels.gpkg")
    return tmp_path / "parcels.gpkg"


def test_the_counts_add_up_in_text_and_json(plotwise, parcels, tmp_path):
    asked = ("audit", parcels, "--out", tmp_path / "a.csv", "--executor", "serial", "--use", "M2")
    ended = plotwise(*asked)
    assert ended.code == 0
    assert "2 = judged 1 + refused 1 + failed 0" in ended.out
    assert "✗ #2" in ended.err
    document = plotwise(*asked, "--overwrite", "--json").document
    assert document["sites"] == document["judged"] + document["refused"] + document["failed"]
    assert document["area_m2"]["undecided"] == 100.0
    assert document["by_verdict"] == {"undecided": 2}


def test_strict_ends_with_code_2_and_an_output_is_not_replaced(plotwise, parcels, tmp_path):
    asked = ("audit", parcels, "--out", tmp_path / "a.parquet", "--executor", "serial", "--strict")
    assert plotwise(*asked).code == 2
    assert (tmp_path / "a.parquet").exists()
    assert plotwise(*asked, "--json").document["error"]["code"] == "file_exists"


def test_dask_is_an_extra(plotwise, parcels, tmp_path, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    ended = plotwise("audit", parcels, "--out", tmp_path / "a.csv", "--executor", "dask")
    assert ended.code == 2
    assert "plotwise[dask]" in ended.err
