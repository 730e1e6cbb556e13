"""What somebody pastes is known by what it says."""

import pytest

from geo.intake import ReadOptions
from geo.io.file_kind import FileKind, file_kind
from geo.io.pasted_text import pasted_kind, pasted_suffix
from geo.io.vector import read_features

WKT = "POLYGON((39524000 3850000, 39524200 3850000, 39524200 3850100, 39524000 3850000))"
GEOJSON = (
    '{"type": "Polygon", "coordinates": [[[39524000, 3850000], [39524200, 3850000],'
    " [39524200, 3850100], [39524000, 3850000]]]}"
)
PAIRS = "39524000.0,3850000.0\n39524200.0,3850000.0\n39524200.0,3850100.0\n"
TXT = "[属性描述]\n坐标系=2000国家大地坐标系\n[地块坐标]\n3,1.0,1,甲,面,,,,@\n" + "".join(
    f"J{at},1,{north},{east}\n"
    for at, (east, north) in enumerate(
        [(39524000, 3850000), (39524200, 3850000), (39524200, 3850100)], 1
    )
)


@pytest.mark.parametrize(
    ("text", "kind", "suffix"),
    [
        (WKT, FileKind.WKT, ".wkt"),
        (f"  \n SRID=4527;{WKT}", FileKind.WKT, ".wkt"),
        (GEOJSON, FileKind.JSON, ".geojson"),
        (PAIRS, FileKind.COORDINATE_TABLE, ".csv"),
        (PAIRS.replace(",", "\t"), FileKind.COORDINATE_TABLE, ".csv"),
        (PAIRS.replace("\n", "\r\n"), FileKind.COORDINATE_TABLE, ".csv"),
        ("点号 经度 纬度\nJ1 117°15′30″ 34°48′20″\n", FileKind.COORDINATE_TABLE, ".csv"),
        (TXT, FileKind.BOUNDARY_TXT, ".txt"),
        (f"{'说明' * 4000}\n{TXT}", FileKind.BOUNDARY_TXT, ".txt"),
        ("你好", FileKind.BOUNDARY_TXT, ".txt"),
        ("", FileKind.EMPTY, ".txt"),
        ("<kml></kml>", FileKind.KML, ".txt"),
    ],
)
def test_kinds(text, kind, suffix):
    assert pasted_kind(text) is kind
    assert pasted_suffix(text) == suffix


@pytest.mark.parametrize("text", [WKT, GEOJSON, PAIRS, TXT])
def test_a_pasted_text_kept_as_a_file_reads_as_the_same_triangle(tmp_path, text):
    path = tmp_path / f"pasted{pasted_suffix(text)}"
    path.write_text(text, "utf-8")
    assert file_kind(path) is pasted_kind(text)
    raw = read_features(path, ReadOptions(crs="EPSG:4527"))
    assert raw.frame.area.tolist() == [10_000.0]
    assert raw.frame.crs.to_epsg() == 4527
