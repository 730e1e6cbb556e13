"""The file of the red line on Xi'an 80: one area with the centre's parameters, none without.

The parameters are made up: east + 115.25 m, north - 1.5 m, so that the answer is exact.
"""

from pathlib import Path

import pytest
import shapely

from geo.errors import GeoError
from geo.intake import ReadOptions
from services.errors import ServiceError
from services.intake import take_in

RED_LINE = Path(__file__).parents[3] / "sample_data" / "inputs" / "red_line"
PARAMETERS = RED_LINE / "xian_80_parameters.toml"
AREA_M2 = 19_600.0


def taken(name, **options):
    return take_in([RED_LINE / f"{name}.txt"], ReadOptions(**options), working_crs="EPSG:4527")


@pytest.mark.parametrize("options", [{}, {"crs": "EPSG:4527"}])
def test_without_parameters_it_is_refused(options):
    with pytest.raises((GeoError, ServiceError), match="old_datum"):
        taken("xian_80", **options)


def test_with_parameters_it_is_the_red_line():
    intake = taken("xian_80", datum_parameters=PARAMETERS)
    (outline,) = intake.frame.geometry
    (reference,) = taken("hectares").frame.geometry
    assert outline.area == pytest.approx(AREA_M2, abs=1e-6)
    assert shapely.hausdorff_distance(outline, reference) < 1e-6
    assert intake.refused == ()


def test_a_check_takes_the_file_of_parameters(plotwise):
    plotwise("init")
    old = RED_LINE / "xian_80.txt"
    assert plotwise("check", old).code == 2
    ended = plotwise("check", old, "--datum-parameters", PARAMETERS, "--json")
    (result,) = ended.document["results"]
    assert result["site"]["area_m2"] == AREA_M2
