"""The red line of the input files, read back without any reader of plotwise."""

import json
import zipfile

import pytest
import shapely

from sample_data import shipped_inputs
from sample_data.input_files import INPUTS_FILE

INPUTS = json.loads((shipped_inputs() / INPUTS_FILE).read_text("utf-8"))
FILES = {entry["path"]: entry for entry in INPUTS["red_line"]}


def plots(path: str) -> list[list[shapely.Polygon]]:
    """Rings of every plot by what the list says of the file."""
    entry = FILES[path]
    text = (shipped_inputs() / path).read_bytes().decode(entry["encoding"])
    found: list[dict[str, list[tuple[float, float]]]] = []
    for line in text.split("[地块坐标]")[1].split():
        if line.endswith("@"):
            found.append({})
            continue
        fields = line.split(",")
        ring = fields[4] if entry["dialect"] == "zengjian" else fields[1]
        pair = fields[1:3] if entry["dialect"] == "zengjian" else fields[2:4]
        north, east = (float(value) for value in (pair[::-1] if entry["swap_axes"] else pair))
        east += entry["shift_m"][0] + (0 if east > 1e7 else 39e6)
        found[-1].setdefault(ring, []).append((east, north + entry["shift_m"][1]))
    return [[shapely.Polygon(ring) for ring in rings.values()] for rings in found]


def area(rings: list[shapely.Polygon]) -> shapely.Geometry:
    shape: shapely.Geometry = shapely.Polygon()
    for ring in rings:
        shape = shape.symmetric_difference(ring)
    return shape


@pytest.mark.parametrize("path", sorted(FILES))
def test_every_file_holds_the_same_red_line(path: str) -> None:
    shapes = [area(rings) for rings in plots(path)]
    union = shapely.union_all(shapes)
    # 200 × 100 less 20 × 20
    assert union.area == pytest.approx(19_600, abs=1e-6)
    assert FILES[path]["area_m2"] == 19_600
    reference = shapely.union_all([area(rings) for rings in plots("red_line/hectares.txt")])
    assert shapely.symmetric_difference(union, reference).area == pytest.approx(0, abs=1e-6)
    overlap = sum(shape.area for shape in shapes) - union.area
    assert overlap == pytest.approx(FILES[path]["overlap_m2"], abs=1e-6)


def test_the_files_differ_in_what_they_are_about() -> None:
    def lines(name: str) -> list[str]:
        entry = FILES[f"red_line/{name}.txt"]
        return (shipped_inputs() / entry["path"]).read_bytes().decode(entry["encoding"]).split()

    assert any(line.startswith("10,1.9600,1,") for line in lines("hectares"))
    assert any(line.startswith("10,19600.00,1,") for line in lines("square_metres"))
    assert "J1,1,39524400.000,3848690.000" in lines("swapped_axes")
    assert "J1,1,3848690.000,524400.000" in lines("no_zone_prefix")
    assert "J1,2,3848640.000,39524440.000" in lines("restarted_numbers")
    assert "J5,2,3848640.000,39524440.000" in lines("hectares")
    assert sum(line.startswith("J1,1,") for line in lines("unclosed")) == 1
    assert FILES["red_line/overlapping_plots.txt"]["plots"] == 2
    assert FILES["red_line/overlapping_plots.txt"]["overlap_m2"] == 2_000
    encodings = {entry["encoding"] for entry in FILES.values()}
    assert encodings == {"gbk", "utf-8", "utf-8-sig"}
    dialects = {entry["dialect"] for entry in FILES.values()}
    assert dialects == {"baopi", "zengjian", "yizhangtu", "zhifa", "pinghe"}


def test_bad_inputs_are_as_bad_as_they_say() -> None:
    bad = shipped_inputs() / "bad"
    listed = {entry["path"] for entry in INPUTS["bad"]}
    assert listed == {f"bad/{path.name}" for path in bad.iterdir()}
    assert (bad / "empty.txt").stat().st_size == 0
    assert json.loads((bad / "no_feature.geojson").read_text("utf-8"))["features"] == []
    (ring,) = json.loads((bad / "open_ring.geojson").read_text("utf-8"))["features"][0]["geometry"][
        "coordinates"
    ]
    assert ring[0] != ring[-1]
    unreadable = (bad / "unreadable_encoding.txt").read_bytes()
    for encoding in ("utf-8", "gb18030"):
        with pytest.raises(UnicodeDecodeError, match="codec can't decode"):
            unreadable.decode(encoding)
    names = {
        name: {member.split(".")[-1] for member in zipfile.ZipFile(bad / name).namelist()}
        for name in ("without_shp.zip", "no_crs.zip", "two_crs.zip")
    }
    assert "shp" not in names["without_shp.zip"]
    assert "shp" in names["no_crs.zip"]
    assert "prj" not in names["no_crs.zip"]
    with zipfile.ZipFile(bad / "two_crs.zip") as archive:
        assert archive.read("zone_39.prj") != archive.read("no_zone.prj")
    features = json.loads((bad / "one_bad_of_three.geojson").read_text("utf-8"))["features"]
    sound = [shapely.geometry.shape(one["geometry"]).is_valid for one in features]
    assert sound == [True, False, True]
