"""Facts of a transverse Mercator CRS, for the coordinates beside the pointer."""

from __future__ import annotations

from functools import cache

from pyproj import CRS
from pyproj.exceptions import CRSError

__all__ = ["transverse_mercator"]

# EPSG codes of operation parameters
PARAMETERS = {
    8801: "latitude_of_origin_deg",
    8802: "central_meridian_deg",
    8805: "scale",
    8806: "false_easting_m",
    8807: "false_northing_m",
}
TRANSVERSE_MERCATOR = 9807


@cache
def transverse_mercator(crs: str) -> dict[str, float | str] | None:
    """Parameters of a CRS such as EPSG:4527, by name; `None` for any other projection."""
    try:
        found = CRS.from_user_input(crs)
    except CRSError:
        return None
    operation = found.coordinate_operation
    if operation is None or found.ellipsoid is None:
        return None
    if str(operation.method_code) != str(TRANSVERSE_MERCATOR):
        return None
    facts: dict[str, float | str] = {
        PARAMETERS[int(item.code)]: item.value for item in operation.params
    }
    ellipsoid = found.ellipsoid
    return facts | {
        "semi_major_m": ellipsoid.semi_major_metre,
        "inverse_flattening": ellipsoid.inverse_flattening,
        "name": found.name,
    }
