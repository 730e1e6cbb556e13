"""Names of coordinate systems; codes from the EPSG database."""

import pytest

from geo.errors import MissingCRSError
from services.reports.datum import crs_wording


@pytest.mark.parametrize(
    ("crs", "parts"),
    [
        ("EPSG:4527", ("2000国家大地坐标系", "3度分带第39带", "中央经线117°", "加带号")),
        ("EPSG:4548", ("3度分带第39带", "中央经线117°", "横坐标不加带号", "EPSG:4548")),
        ("EPSG:4497", ("6度分带第19带", "中央经线111°")),
        ("EPSG:26986", ("NAD83 / Massachusetts Mainland（EPSG:26986）",)),
    ],
)
def test_datum_zone_and_meridian(crs, parts):
    assert all(part in crs_wording(crs).zh for part in parts)
    assert crs in crs_wording(crs).en


def test_an_unknown_system_is_refused():
    with pytest.raises(MissingCRSError, match="unknown_crs"):
        crs_wording("EPSG:1")
