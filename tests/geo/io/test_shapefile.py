"""Shapefiles: parts, encodings, CRS, geometry faults."""

import struct
import warnings
import zipfile

import geopandas as gpd
import pyogrio
import pytest
import shapely
from shapely import LineString, MultiPolygon, Point, Polygon, box

from geo.errors import MissingCRSError, MixedCRSError, UnreadableFileError
from geo.intake import ReadOptions
from geo.io.limits import SITE_LIMITS, ReadLimits
from geo.io.shapefile.reader import read_shapefile
from geo.io.vector import read_features
from geo.reading_codes import Fault, Remark

SQUARE = box(39_524_000, 3_850_000, 39_524_100, 3_850_200)
TEXT = "薛城区陶庄镇工业用地"


@pytest.fixture
def shapefile(tmp_path):
    def write(geometries=(SQUARE,), *, encoding="GBK", crs=4527, name="site", **columns):
        columns = columns or {"名称": [TEXT] * len(geometries)}
        frame = gpd.GeoDataFrame(columns, geometry=list(geometries), crs=crs)
        path = tmp_path / f"{name}.shp"
        with warnings.catch_warnings():
            # names are cut inside a sign, as other writers do without a word
            warnings.simplefilter("ignore", RuntimeWarning)
            pyogrio.write_dataframe(frame, path, encoding=encoding)
        return path

    return write


def zipped(path, target, *, leave_out=()):
    with zipfile.ZipFile(target, "a") as archive:
        for part in path.parent.glob(f"{path.stem}.*"):
            if part.suffix not in (*leave_out, ".zip"):
                archive.write(part, part.name)
    return target


def read(path, limits=SITE_LIMITS, **options):
    return read_shapefile(path, ReadOptions(**options), limits)


def read_zip(path, **options):
    return read_features(path, ReadOptions(**options), SITE_LIMITS)


def test_a_plain_shapefile(shapefile):
    raw = read(shapefile())
    assert raw.frame.area.tolist() == [20_000.0]
    assert raw.frame.crs == "EPSG:4527"
    assert raw.frame["名称"].tolist() == [TEXT]
    assert (raw.count, raw.refused) == (1, ())
    assert raw.detected.driver == "ESRI Shapefile"


@pytest.mark.parametrize(
    ("written", "cpg", "language", "found", "remarked"),
    [
        ("GBK", "GBK", 0, "GB18030", False),
        ("GBK", "936", 0, "GB18030", False),
        ("GBK", None, 0, "GB18030", False),
        ("GBK", None, 0x4D, "GB18030", False),
        ("GBK", "nonsense", 0x4D, "GB18030", False),
        ("UTF-8", "UTF-8", 0, "UTF-8", False),
        ("UTF-8", None, 0, "UTF-8", False),
        # wrong claims
        ("GBK", "UTF-8", 0, "GB18030", True),
        ("GBK", "ISO-8859-1", 0, "GB18030", True),
        ("UTF-8", "GBK", 0, "UTF-8", True),
        ("UTF-8", None, 0x4D, "UTF-8", True),
    ],
)
def test_encoding_by_bytes_against_claims(shapefile, written, cpg, language, found, remarked):
    path = shapefile(encoding=written, name="enc", 名=[TEXT], n=[1])
    path.with_suffix(".cpg").unlink()
    if cpg is not None:
        path.with_suffix(".cpg").write_text(cpg)
    table = bytearray(path.with_suffix(".dbf").read_bytes())
    table[29] = language
    path.with_suffix(".dbf").write_bytes(table)
    raw = read(path)
    assert raw.detected.encoding == found
    assert raw.frame["名"].tolist() == [TEXT]
    codes = [note.code for note in raw.detected.notes]
    assert codes == ([Remark.ENCODING_CONTRADICTED] if remarked else [])


def test_field_names_cut_inside_a_sign(shapefile):
    """UTF-8 names of four signs and more are cut at ten bytes; other readers fail on them."""
    raw = read(shapefile(encoding="UTF-8", 地块名称=["甲"], 地块编号=["乙"]))
    assert raw.frame.columns.tolist()[1:3] == ["地块名", "地块编"]
    assert raw.frame["地块名"].tolist() == ["甲"]
    assert [note.code for note in raw.detected.notes] == [Remark.TEXT_CUT]


def test_texts_cut_inside_a_sign(shapefile):
    path = shapefile(encoding="UTF-8", t=["甲乙丙丁"])
    table = path.with_suffix(".dbf").read_bytes()
    path.with_suffix(".dbf").write_bytes(table.replace("丁".encode(), b"\xe4\xb8 "))
    raw = read(path)
    assert raw.frame["t"].tolist() == ["甲乙丙"]
    assert [note.code for note in raw.detected.notes] == [Remark.TEXT_CUT]


def test_encoding_by_option(shapefile):
    path = shapefile()
    assert read(path, encoding="gbk").frame["名称"].tolist() == [TEXT]
    with pytest.raises(UnreadableFileError, match="unreadable_encoding"):
        read(path, encoding="utf-8")
    with pytest.raises(UnreadableFileError, match="unknown_encoding"):
        read(path, encoding="klingon")


def test_bytes_of_no_encoding(shapefile):
    path = shapefile(t=["AAAA"])
    table = path.with_suffix(".dbf").read_bytes()
    path.with_suffix(".dbf").write_bytes(table.replace(b"AAAA", b"\xff\xff\xff\xff"))
    with pytest.raises(UnreadableFileError, match="unreadable_encoding"):
        read(path)


@pytest.mark.parametrize("part", [".shx", ".dbf"])
def test_missing_parts_are_named(shapefile, tmp_path, part):
    path = shapefile()
    if part == ".shx":
        # records that do not follow each other: no index can be made of them
        data = bytearray(path.read_bytes())
        data[103] = 7
        path.write_bytes(data)
    target = zipped(path, tmp_path / "a.zip", leave_out=(part,))
    path.with_suffix(part).unlink()
    for attempt in (lambda: read(path), lambda: read_zip(target)):
        with pytest.raises(UnreadableFileError, match="shapefile_part_missing") as caught:
            attempt()
        assert caught.value.params["part"] == f"site{part}"


def test_missing_prj_needs_the_users_word(shapefile):
    path = shapefile()
    path.with_suffix(".prj").unlink()
    with pytest.raises(MissingCRSError, match="missing_crs"):
        read(path)
    assert read(path, crs="EPSG:4527").frame.crs == "EPSG:4527"


def test_prj_against_the_users_word(shapefile):
    path = shapefile()
    assert read(path, crs="EPSG:4527").count == 1
    with pytest.raises(MixedCRSError, match="crs_contradicts") as caught:
        read(path, crs="EPSG:4528")
    assert (caught.value.params["found"], caught.value.params["given"]) == (
        "EPSG:4527",
        "EPSG:4528",
    )


def test_prj_that_is_no_crs(shapefile):
    path = shapefile()
    path.with_suffix(".prj").write_text("not a system")
    with pytest.raises(MissingCRSError, match="unknown_crs"):
        read(path)


def test_parts_in_capitals(shapefile, tmp_path):
    path = shapefile()
    for part in list(tmp_path.glob("site.*")):
        part.rename(part.with_name(part.stem.upper() + part.suffix.upper()))
    path.with_name("SITE.SHP").rename(tmp_path / "Site.shp")
    raw = read(tmp_path / "Site.shp")
    assert raw.frame["名称"].tolist() == [TEXT]


@pytest.mark.parametrize("name", ["红线", "a b", "x.y", "50%"])
def test_names_of_files(shapefile, name):
    assert read(shapefile(name=name)).frame.area.tolist() == [20_000.0]


def test_zip_with_its_own_crs(shapefile, tmp_path):
    raw = read_zip(zipped(shapefile(crs=4528), tmp_path / "红线.zip"))
    assert raw.frame.crs == "EPSG:4528"
    assert raw.frame["名称"].tolist() == [TEXT]


def test_zip_with_several_shapefiles_asks_which(shapefile, tmp_path):
    target = zipped(shapefile(name="one"), tmp_path / "a.zip")
    zipped(shapefile([SQUARE, SQUARE], name="two"), target)
    with pytest.raises(UnreadableFileError, match="several_layers") as caught:
        read_zip(target)
    assert caught.value.params["layers"] == "one、two"
    assert read_zip(target, layer="two").count == 2
    with pytest.raises(UnreadableFileError, match="layer_not_found"):
        read_zip(target, layer="three")


def test_zip_with_two_crs(shapefile, tmp_path):
    target = zipped(shapefile(name="one"), tmp_path / "a.zip")
    zipped(shapefile(name="two", crs=4528), target)
    with pytest.raises(MixedCRSError, match="mixed_crs"):
        read_zip(target)
    assert read_zip(target, layer="two").frame.crs == "EPSG:4528"


def test_a_shp_that_is_something_else(tmp_path):
    target = tmp_path / "a.zip"
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a.shp", "<OGRVRTDataSource></OGRVRTDataSource>")
        archive.writestr("a.shx", "")
        archive.writestr("a.dbf", "")
    with pytest.raises(UnreadableFileError, match="unsupported_format") as caught:
        read_zip(target)
    assert caught.value.params["kind"] == "XML"


def test_holes_parts_and_islands(shapefile):
    holed = SQUARE.difference(SQUARE.buffer(-30))
    island = SQUARE.buffer(-40)
    raw = read(shapefile([MultiPolygon([holed, island])]))
    assert raw.frame.area.iloc[0] == pytest.approx(holed.area + island.area, abs=1e-6)


def test_other_geometry_is_left_for_validity_to_refuse(shapefile):
    assert read(shapefile([Point(39_524_000, 3_850_000)])).frame.geom_type.tolist() == ["Point"]
    line = LineString([(39_524_000, 3_850_000), (39_524_001, 3_850_001)])
    assert read(shapefile([line], name="line")).frame.geom_type.tolist() == ["LineString"]


def test_null_shapes_stay_as_missing(shapefile):
    raw = read(shapefile([SQUARE, None]))
    assert raw.frame.geometry.isna().tolist() == [False, True]
    assert raw.count == len(raw.frame) == 2


def test_rings_that_geos_cannot_build(shapefile):
    """The one ring of five points is cut to two; the record stays in the file."""
    path = shapefile([SQUARE])
    data = bytearray(path.read_bytes())
    # record: header 8, type 4, box 32, parts 4, points 4, part index 4, then x, y
    data[100 + 48 : 100 + 52] = struct.pack("<i", 2)
    path.write_bytes(data)
    raw = read(path)
    kept = shapely.get_num_coordinates(raw.frame.geometry.to_numpy())
    assert len(raw.refused) + len(kept) == 1
    assert all(refusal.code == Fault.TOO_FEW_POINTS for refusal in raw.refused)


@pytest.mark.parametrize(
    ("part", "keep", "kind"),
    [
        (".dbf", 8, ".dbf"),
        (".shp", 60, ".shp"),
        (".shp", -40, ".shp"),
    ],
)
def test_files_that_break_off(shapefile, part, keep, kind):
    path = shapefile([SQUARE, SQUARE])
    data = path.with_suffix(part).read_bytes()
    path.with_suffix(part).write_bytes(data[:keep])
    with pytest.raises(UnreadableFileError, match="broken_file") as caught:
        read(path)
    assert caught.value.params["kind"] == kind


@pytest.mark.parametrize(
    ("part", "keep", "counts"),
    [(".dbf", -20, (2, 1)), (".dbf", 70, (2, 0)), (".shx", 100, (0, 2))],
)
def test_tables_and_indexes_that_break_off_name_both_counts(shapefile, part, keep, counts):
    path = shapefile([SQUARE, SQUARE])
    data = path.with_suffix(part).read_bytes()
    path.with_suffix(part).write_bytes(data[:keep])
    with pytest.raises(UnreadableFileError, match="record_counts_differ") as caught:
        read(path)
    assert (caught.value.params["shapes"], caught.value.params["records"]) == counts


def test_a_table_of_other_shapes(shapefile):
    path = shapefile([SQUARE, SQUARE])
    other = shapefile([SQUARE], name="other")
    path.with_suffix(".dbf").write_bytes(other.with_suffix(".dbf").read_bytes())
    with pytest.raises(UnreadableFileError, match="record_counts_differ"):
        read(path)


def test_limits_are_named(shapefile):
    path = shapefile([SQUARE, SQUARE])
    with pytest.raises(UnreadableFileError, match="too_many_features") as caught:
        read(path, ReadLimits(max_bytes=10**6, max_features=1))
    assert (caught.value.params["found"], caught.value.params["limit"]) == (2, 1)


def test_heights_of_a_survey(shapefile):
    tall = Polygon([(x, y, 55.5) for x, y in SQUARE.exterior.coords])
    assert read(shapefile([tall])).frame.area.tolist() == [20_000.0]
