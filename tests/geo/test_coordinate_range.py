"""Coordinates that their CRS cannot have."""

import numpy as np
import pytest
from pyproj import CRS

from geo.coordinate_range import extent_of_use, outside, range_faults
from geo.reading_codes import Fault

SITE = (39_524_000.0, 3_850_000.0, 39_524_200.0, 3_850_100.0)
BARE = (524_000.0, 3_850_000.0, 524_200.0, 3_850_100.0)
DEGREES = (117.25, 34.8, 117.26, 34.81)


def turned(bounds):
    west, south, east, north = bounds
    return south, west, north, east


@pytest.mark.parametrize(
    ("code", "bounds", "fault"),
    [
        (4490, DEGREES, None),
        (4326, (-71.1, 42.3, -71.0, 42.4), None),
        (4490, turned(DEGREES), Fault.AXES_SWAPPED),
        (4490, SITE, Fault.DEGREES_EXPECTED),
        (4490, BARE, Fault.DEGREES_EXPECTED),
        (4527, SITE, None),
        (4527, turned(SITE), Fault.AXES_SWAPPED),
        (4527, BARE, Fault.ZONE_PREFIX_MISSING),
        (4527, turned(BARE), Fault.AXES_SWAPPED),
        (4527, DEGREES, Fault.METRES_EXPECTED),
        (4526, SITE, Fault.ZONE_MISMATCH),
        (4528, SITE, Fault.ZONE_MISMATCH),
        (4548, BARE, None),
        (4548, SITE, Fault.ZONE_PREFIX_UNEXPECTED),
        (4549, SITE, Fault.ZONE_MISMATCH),
        (4527, (39_524_000.0, 950_000.0, 39_524_200.0, 950_100.0), Fault.COORDINATES_OUT_OF_RANGE),
        (26986, (236_000.0, 900_000.0, 236_100.0, 900_100.0), None),
        (26986, (-71.1, 42.3, -71.0, 42.4), Fault.METRES_EXPECTED),
        (4527, (np.nan,) * 4, None),
    ],
)
def test_magnitude_tells(code, bounds, fault):
    found = range_faults(np.array([bounds]), CRS.from_epsg(code))
    assert [each.fault for each in found] == ([] if fault is None else [fault])


def test_facts_name_found_needed_and_the_remedy():
    (mismatch,) = range_faults(np.array([SITE]), CRS.from_epsg(4528))
    assert (mismatch.params["found"], mismatch.params["needed"]) == (39, 40)
    (missing,) = range_faults(np.array([BARE]), CRS.from_epsg(4527))
    assert missing.params["suggestion"] == "EPSG:4548"
    (unexpected,) = range_faults(np.array([SITE]), CRS.from_epsg(4548))
    assert unexpected.params["suggestion"] == "EPSG:4527"


def test_a_swap_that_was_not_needed_is_said():
    (found,) = range_faults(np.array([turned(SITE)]), CRS.from_epsg(4527), swapped=True)
    assert found.fault is Fault.SWAP_NOT_NEEDED


def test_only_the_bad_ones_are_named():
    bounds = np.array([SITE, BARE, SITE])
    assert [each.position for each in range_faults(bounds, CRS.from_epsg(4527))] == [1]


def test_outside_means_no_point_in_common():
    envelope = (0.0, 0.0, 10.0, 10.0)
    bounds = np.array(
        [(1, 1, 2, 2), (10, 10, 12, 12), (-5, 5, 50, 6), (10.1, 0, 11, 1), (0, -3, 1, -2)],
        dtype=float,
    )
    assert outside(bounds, envelope).tolist() == [False, False, False, True, True]


def test_extent_of_use_holds_the_county_and_not_the_next_continent():
    extent = extent_of_use("EPSG:4527")
    assert not outside(np.array([SITE]), extent).any()
    massachusetts = np.array([(40_169_629.6, 15_275_598.9, 40_169_763.6, 15_275_712.1)])
    assert outside(massachusetts, extent).all()
