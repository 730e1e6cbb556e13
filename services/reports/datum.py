"""Name of a coordinate reference system as officials write it."""

from __future__ import annotations

from functools import cache

from geo.crs import parse_crs
from geo.gauss_kruger import NationalDatum, zone_of_code
from services.domain.wording import Wording

__all__ = ["crs_wording"]


NAMES = {
    NationalDatum.CGCS2000: Wording("2000国家大地坐标系", "CGCS2000"),
    NationalDatum.XIAN_80: Wording("1980西安坐标系", "Xi'an 1980"),
    NationalDatum.BEIJING_54: Wording("1954年北京坐标系", "Beijing 1954"),
    NationalDatum.NEW_BEIJING_54: Wording("新1954年北京坐标系", "New Beijing 1954"),
}


@cache
def crs_wording(crs: str) -> Wording:
    """Datum, zone and central meridian; a foreign system by its registered name.

    Raises
    ------
    MissingCRSError
        Nothing is known under `crs`.
    """
    system = parse_crs(crs)
    number = system.to_epsg()
    zone = zone_of_code(number) if number else None
    code = f"EPSG:{number}" if number else crs
    if zone is None:
        return Wording(zh=f"{system.name}（{code}）", en=f"{system.name} ({code})")
    names = NAMES[zone.datum]
    meridian = zone.central_meridian_deg
    prefix_zh = "加带号" if zone.prefixed else "不加带号"
    prefix_en = "with" if zone.prefixed else "without"
    return Wording(
        zh=f"{names.zh}，高斯-克吕格投影{zone.width_deg}度分带第{zone.number}带，"
        f"中央经线{meridian}°，横坐标{prefix_zh}（{code}）",
        en=f"{names.en}, {zone.width_deg}-degree Gauss-Krüger zone {zone.number}, central meridian "
        f"{meridian}°E, eastings {prefix_en} zone number ({code})",
    )
