"""One red line as nine files (domain cases, inputs): one area, or a reason in words.

The red line is 200 m × 100 m with a hole of 20 m × 20 m: 19 600 m².
"""

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from geo.errors import GeoError
from geo.intake import ReadOptions
from geo.io.boundary.writer import write_boundary_txt
from services.errors import ServiceError
from services.intake import take_in
from services.messages import remedy_of
from services.plot_overlaps import plot_overlaps

INPUTS = Path(__file__).parents[3] / "sample_data" / "inputs"
RED_LINE = INPUTS / "red_line"
PARAMETERS = RED_LINE / "xian_80_parameters.toml"
COUNTY = (39_515_000.0, 3_840_000.0, 39_535_000.0, 3_860_000.0)
AREA_M2 = 19_600.0
PLAIN = ("hectares", "square_metres", "no_zone_prefix", "restarted_numbers", "unclosed")


def taken(*names, **options):
    paths = [RED_LINE / f"{name}.txt" for name in names]
    return take_in(paths, ReadOptions(**options), working_crs="EPSG:4527", envelope=COUNTY)


def reference():
    (outline,) = taken("hectares").frame.geometry
    return outline


@pytest.mark.parametrize("name", PLAIN)
def test_files_one_to_seven_that_need_no_word(name):
    intake = taken(name)
    (outline,) = intake.frame.geometry
    assert outline.area == AREA_M2
    assert outline.equals(reference())
    assert intake.refused == intake.repaired == intake.detected.notes == ()


def test_swapped_axes_need_their_word():
    with pytest.raises(ServiceError, match="axes_swapped") as caught:
        taken("swapped_axes")
    assert "--swap-axes" in remedy_of(caught.value.code, caught.value.params).zh
    intake = taken("swapped_axes", swap_axes=True)
    assert intake.frame.geometry.iloc[0].equals(reference())
    assert intake.detected.axis_order == "east_north"


@pytest.mark.parametrize("options", [{}, {"crs": "EPSG:4527"}])
def test_an_old_datum_is_refused_without_parameters(options):
    with pytest.raises((GeoError, ServiceError), match="old_datum"):
        taken("xian_80", **options)


def test_an_old_datum_needs_the_centres_parameters():
    """They are made up: east + 115.25 m, north - 1.5 m, so that the answer is exact."""
    intake = taken("xian_80", datum_parameters=PARAMETERS)
    (outline,) = intake.frame.geometry
    assert outline.area == pytest.approx(AREA_M2, abs=1e-6)
    assert shapely.hausdorff_distance(outline, reference()) < 1e-6
    assert intake.refused == ()


def test_overlapping_plots_give_their_union_and_a_report():
    """West 120 m and east 100 m of the same 200 m share 20 m × 100 m, without the hole."""
    intake = taken("overlapping_plots")
    assert len(intake.frame) == 2
    assert intake.frame.geometry.union_all().area == AREA_M2
    assert intake.frame.area.sum() - AREA_M2 == 2_000.0
    (note,) = plot_overlaps(intake.frame)
    assert (note.code, note.index) == ("plots_overlap", 1)
    assert note.params == {
        "first": 1, "second": 2, "one": "西地块", "other": "东地块", "area_m2": "2000.00",
    }  # fmt: skip


def test_a_drawing_is_refused_with_the_remedy():
    with pytest.raises(GeoError, match="dwg_file") as caught:
        take_in([INPUTS / "bad" / "drawing.dwg"], ReadOptions(), working_crs="EPSG:4527")
    words = remedy_of(caught.value.code, caught.value.params)
    assert "DXF" in words.zh
    assert "T3" in words.zh


# --- the same through the command line ------------------------------------------------------


@pytest.mark.parametrize("name", [*PLAIN, "overlapping_plots"])
def test_a_check_measures_one_area(plotwise, name):
    assert plotwise("init").code == 0
    document = plotwise("check", RED_LINE / f"{name}.txt", "--json").document
    (result,) = document["results"]
    assert result["site"]["area_m2"] == AREA_M2
    assert result["site"]["plot_overlap_m2"] == (2_000.0 if "overlapping" in name else 0.0)
    assert document["detected"]["profile"][0]["code"] == "txt_dialect_baopi"


def test_a_check_reports_the_overlap(plotwise):
    plotwise("init")
    ended = plotwise("check", RED_LINE / "overlapping_plots.txt", lang="zh")
    assert ended.code == 0
    assert "重叠 2000.00 平方米" in ended.err


def test_a_check_takes_the_users_word(plotwise):
    plotwise("init")
    swapped = RED_LINE / "swapped_axes.txt"
    assert plotwise("check", swapped).code == 2
    (result,) = plotwise("check", swapped, "--swap-axes", "--json").document["results"]
    assert result["site"]["area_m2"] == AREA_M2
    old = RED_LINE / "xian_80.txt"
    assert plotwise("check", old).code == 2
    ended = plotwise("check", old, "--datum-parameters", PARAMETERS, "--json")
    (result,) = ended.document["results"]
    assert result["site"]["area_m2"] == AREA_M2


def test_a_check_refuses_a_drawing_in_words(plotwise):
    plotwise("init")
    ended = plotwise("check", INPUTS / "bad" / "drawing.dwg", lang="zh")
    assert ended.code == 2
    assert "另存为 DXF" in ended.err


# --- zone-less and zone-prefixed files are one site -----------------------------------------


def test_files_with_and_without_the_zone_are_one_input():
    intake = taken("hectares", "no_zone_prefix")
    one, other = intake.frame.geometry
    assert one.equals(other)
    assert intake.frame.crs == "EPSG:4527"
    assert [file.detected.crs for file in intake.files] == ["EPSG:4527", "EPSG:4548"]
    assert intake.detected.notes == ()


def test_a_project_of_two_spellings_is_one_site(plotwise, tmp_path):
    """Neighbours of 100 m × 100 m, one file with the zone in its eastings, one without."""
    for crs, east in (("EPSG:4527", 39_524_000), ("EPSG:4548", 524_100)):
        plot = shapely.box(east, 3_850_000, east + 100, 3_850_100)
        frame = gpd.GeoDataFrame({"site_id": [crs[-4:]]}, geometry=[plot], crs=crs)
        write_boundary_txt(frame, tmp_path / f"{crs[-4:]}.txt")
    plotwise("init")
    paths = [tmp_path / "4527.txt", tmp_path / "4548.txt"]
    document = plotwise("check", *paths, "--json").document
    (result,) = document["results"]
    assert result["site"]["area_m2"] == 20_000.0
    assert result["site"]["plot_overlap_m2"] == 0.0
    assert document["refused"] == []
