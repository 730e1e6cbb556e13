"""Names of the codes that the sample county uses, and the class field of every role.

Sources: TD/T 1057-2020 (third survey), TD/T 1027-2010 (land-use plan), GB 50137-2011.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["CLASS_FIELDS", "CONTROL_ZONES", "LAND_CLASSES", "PLAN_CLASSES", "URBAN", "USE_ZONES"]

CLASS_FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "land_survey": "DLBM",
        "plan_control_zone": "GZQLXDM",
        "plan_use_zone": "TDYTQLXDM",
        "plan_land_class": "GHDLDM",
        "urban_plan": "YDDM",
        "urban_control_line": "type",
        "growth_boundary": "GHFQDM",
        "village_plan": "GHYTDM",
        "town": "XZQDM",
        "village": "ZLDWDM",
        "goaf": "type",
        "geohazard": "type",
        "water_source": "type",
        "heritage": "type",
        "power_corridor": "type",
        "river_lake": "type",
        "road": "type",
        "river": "type",
    }
)

LAND_CLASSES = MappingProxyType(
    {
        "0101": "水田",
        "0102": "水浇地",
        "0103": "旱地",
        "0201": "果园",
        "0204": "其他园地",
        "0301": "乔木林地",
        "0305": "灌木林地",
        "0307": "其他林地",
        "0404": "其他草地",
        "05H1": "商业服务业设施用地",
        "0508": "物流仓储用地",
        "0601": "工业用地",
        "0602": "采矿用地",
        "0701": "城镇住宅用地",
        "0702": "农村宅基地",
        "08H1": "机关团体新闻出版用地",
        "08H2": "科教文卫用地",
        "0809": "公用设施用地",
        "0810": "公园与绿地",
        "1003": "公路用地",
        "1004": "城镇村道路用地",
        "1006": "农村道路",
        "1101": "河流水面",
        "1104": "坑塘水面",
        "1107": "沟渠",
        "1201": "空闲地",
        "1202": "设施农用地",
        "1206": "裸土地",
    }
)

CONTROL_ZONES = MappingProxyType(
    {
        "01": "允许建设区",
        "010": "允许建设区",
        "020": "有条件建设区",
        "030": "限制建设区",
        "040": "禁止建设区",
    }
)

USE_ZONES = MappingProxyType(
    {
        "010": "基本农田保护区",
        "020": "一般农地区",
        "030": "城镇建设用地区",
        "040": "村镇建设用地区",
        "050": "独立工矿用地区",
        "070": "生态环境安全控制区",
        "090": "林业用地区",
        "990": "其他用地区",
    }
)

PLAN_CLASSES = MappingProxyType(
    {
        "11": "耕地",
        "12": "园地",
        "13": "林地",
        "15": "其他农用地",
        "211": "城镇用地",
        "212": "农村居民点用地",
        "213": "采矿用地",
        "214": "其他独立建设用地",
        "222": "公路用地",
        "311": "河流水面",
        "32": "自然保留地",
    }
)

URBAN = MappingProxyType(
    {
        "A1": "行政办公用地",
        "A33": "中小学用地",
        "B1": "商业用地",
        "E2": "农林用地",
        "G1": "公园绿地",
        "H22": "公路用地",
        "M2": "二类工业用地",
        "R2": "二类居住用地",
        "S1": "城市道路用地",
        "U1": "供应设施用地",
        "U12": "供电用地",
        "W1": "一类物流仓储用地",
        "K9": "（未收录代码）",
    }
)
