"""Reading a file of our own once, so that what libraries look up first is there at the fork."""

from __future__ import annotations

import importlib
from pathlib import Path
from tempfile import TemporaryDirectory

from geo.crs import crs_label
from geo.intake import ReadOptions
from geo.io.limits import SITE_LIMITS
from geo.io.sandbox.answer import write_features
from geo.io.sandbox.file_access import library_paths
from geo.io.vector import read_features

__all__ = ["rehearse"]

COMMON_CODES = ("EPSG:4490", "EPSG:4326", "EPSG:4527", "EPSG:4548")
TEXT = """[属性描述]
格式版本号=1.01版本
坐标系=2000国家大地坐标系
几度分带=3
投影类型=高斯克吕格
计量单位=米
带号=39
精度=0.001
转换参数=,,,,,,
[地块坐标]
4,1.0,1,试读,面,,用途,,@
J1,1,3850000.000,39500000.000
J2,1,3850100.000,39500000.000
J3,1,3850100.000,39500100.000
J4,1,3850000.000,39500100.000
J1,1,3850000.000,39500000.000
"""


def rehearse() -> None:
    """Read a coordinate TXT in its two encodings and write the answer.

    No driver of GDAL opens anything here; PROJ opens its table anew in a child by itself.
    """
    for module in ("geo.io.sandbox.resources", "encodings.ascii"):
        importlib.import_module(module)
    library_paths()
    for code in COMMON_CODES:
        crs_label(code)
    with TemporaryDirectory(prefix="plotwise_reading_") as name:
        folder = Path(name)
        for encoding in ("gb18030", "utf-8"):
            file = folder / f"{encoding}.txt"
            file.write_text(TEXT, encoding)
            write_features(read_features(file, ReadOptions(), SITE_LIMITS), folder)
