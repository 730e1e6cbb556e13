"""KML written by hand: Placemarks, names in Chinese, encodings, faults, hostile documents."""

import tracemalloc
import zipfile

import numpy as np
import pytest
import shapely

from geo.errors import MixedCRSError, UnreadableFileError
from geo.intake import ReadOptions
from geo.io.limits import SITE_LIMITS, ReadLimits
from geo.io.vector import read_features
from geo.reading_codes import Fault, Remark

RING = "117.25,34.80,0 117.26,34.80,0 117.26,34.81,0 117.25,34.81,0 117.25,34.80,0"
HOLE = "117.252,34.802 117.254,34.802 117.254,34.804 117.252,34.804 117.252,34.802"
OUTER = (
    f"<outerBoundaryIs><LinearRing><coordinates>{RING}</coordinates></LinearRing></outerBoundaryIs>"
)
POLYGON = f"<Polygon>{OUTER}</Polygon>"
AREA = 1e-4


def ring(text, kind="outer"):
    return (
        f"<{kind}BoundaryIs><LinearRing><coordinates>{text}</coordinates></LinearRing>"
        f"</{kind}BoundaryIs>"
    )


def placemark(inner=POLYGON, name="甲"):
    return f"<Placemark><name>{name}</name>{inner}</Placemark>"


@pytest.fixture
def kml(tmp_path):
    def write(*body, encoding="utf-8", declared="UTF-8", name="site.kml", namespace=True):
        xmlns = ' xmlns="http://www.opengis.net/kml/2.2"' if namespace else ""
        text = (
            f'<?xml version="1.0" encoding="{declared}"?>\n<kml{xmlns} '
            'xmlns:gx="http://www.google.com/kml/ext/2.2"><Document>'
            f"<name>doc</name>{''.join(body)}</Document></kml>"
        )
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return write


def read(path, limits=SITE_LIMITS, **options):
    return read_features(path, ReadOptions(**options), limits)


def areas(raw):
    """In square degrees: what the texts say, without any projection."""
    return shapely.area(raw.frame.geometry.to_numpy()).tolist()


def refusal(path, **options):
    with pytest.raises((UnreadableFileError, MixedCRSError)) as caught:
        read(path, **options)
    assert caught.value.params["file"] == path.name
    return caught.value


def notes(raw):
    return {note.code: note.params for note in raw.detected.notes}


def test_a_plain_document(kml):
    raw = read(kml(placemark()))
    assert areas(raw) == pytest.approx([AREA])
    assert raw.frame.crs == "EPSG:4326"
    assert raw.frame["name"].tolist() == ["甲"]
    assert (raw.count, raw.refused) == (1, ())
    assert (raw.detected.driver, raw.detected.encoding, raw.detected.notes) == ("KML", "UTF-8", ())


@pytest.mark.parametrize("name", ["site.kml", "site.txt", "site.shp", "site"])
@pytest.mark.parametrize("namespace", [True, False])
def test_known_by_its_root_under_any_name(kml, name, namespace):
    assert read(kml(placemark(), name=name, namespace=namespace)).count == 1


def test_extended_data_of_both_kinds_with_names_in_chinese(kml):
    extended = (
        '<ExtendedData><Data name="地类编码"><displayName>x</displayName><value>0101</value></Data>'
        '<SchemaData schemaUrl="#s"><SimpleData name="权利人">张三 &amp; 李四</SimpleData>'
        '<SimpleData name="宗地代码">3704030010010000012</SimpleData></SchemaData>'
        '<gx:面积>20000.5</gx:面积><Data name="空"><value></value></Data></ExtendedData>'
    )
    (row,) = (
        read(kml(placemark(extended + POLYGON))).frame.drop(columns="geometry").to_dict("records")
    )
    assert row["地类编码"] == "0101"
    assert row["权利人"] == "张三 & 李四"
    assert row["宗地代码"] == "3704030010010000012"
    assert row["面积"] == "20000.5"
    assert isinstance(row["空"], float)


def test_an_attribute_called_name_does_not_replace_the_name(kml):
    data = "".join(f'<Data name="name"><value>{each}</value></Data>' for each in "乙丙")
    frame = read(kml(placemark(f"<ExtendedData>{data}</ExtendedData>{POLYGON}"))).frame
    assert frame[["name", "name_1", "name_2"]].iloc[0].tolist() == ["甲", "乙", "丙"]


def test_description_is_text_also_in_cdata(kml):
    frame = read(
        kml(placemark(f"<description><![CDATA[<b>备注</b>]]></description>{POLYGON}"))
    ).frame
    assert frame["description"].tolist() == ["<b>备注</b>"]


def test_holes_and_parts(kml):
    holed = f"<Polygon>{OUTER}{ring(HOLE, 'inner')}</Polygon>"
    far = RING.replace("117.", "118.")
    inner = f"<MultiGeometry><Polygon>{ring(far)}</Polygon></MultiGeometry>"
    nested = f"<MultiGeometry>{holed}{inner}</MultiGeometry>"
    raw = read(kml(placemark(holed), placemark(nested)))
    assert areas(raw) == pytest.approx([AREA - 4e-6, 2 * AREA - 4e-6])
    assert raw.frame.geom_type.tolist() == ["Polygon", "MultiPolygon"]
    assert len(raw.frame.geometry.iloc[0].interiors) == 1


def test_several_holes_in_one_boundary(kml):
    two = (
        "<innerBoundaryIs>"
        f"<LinearRing><coordinates>{HOLE}</coordinates></LinearRing>"
        f"<LinearRing><coordinates>{HOLE.replace('34.80', '34.805')}</coordinates></LinearRing>"
        "</innerBoundaryIs>"
    )
    raw = read(kml(placemark(f"<Polygon>{OUTER}{two}</Polygon>")))
    assert len(raw.frame.geometry.iloc[0].interiors) == 2


@pytest.mark.parametrize(
    "text",
    [
        RING.replace(",0 ", " ").removesuffix(",0"),
        RING.replace(" ", "\n\t\t"),
        f"\n   {RING}   \n",
        RING.replace(",", ", "),
        RING.replace(",", " ,\n"),
        RING.replace("34.80,0 117.26", "34.80 117.26"),
        RING.replace("117.25,", "+1.1725e2,"),
    ],
)
def test_lists_of_positions_as_real_files_have_them(kml, text):
    raw = read(kml(placemark(f"<Polygon>{ring(text)}</Polygon>")))
    assert areas(raw) == pytest.approx([AREA])


@pytest.mark.parametrize(
    ("text", "fault", "facts"),
    [
        (RING.replace("117.26,34.81,0", "117.26"), Fault.BAD_COORDINATE, {"value": "117.26"}),
        (RING.replace("34.81,0", "34.8l,0", 1), Fault.BAD_COORDINATE, {"value": "117.26,34.8l,0"}),
        (RING.replace("34.81", "nan", 1), Fault.BAD_COORDINATE, {"value": "117.26,nan,0"}),
        (RING.replace("34.81", "1_0", 1), Fault.BAD_COORDINATE, {"value": "117.26,1_0,0"}),
        (RING.replace("34.81,0 ", "34.81,0,", 1), Fault.BAD_COORDINATE, None),
        (RING.replace("34.81,0", "34.81,", 1), Fault.BAD_COORDINATE, None),
        (RING.replace("34.81", "1e999", 1), Fault.NON_FINITE, {}),
        (RING.rsplit(" ", 1)[0], Fault.OPEN_RING, {}),
        ("117.25,34.80 117.26,34.80 117.25,34.80", Fault.TOO_FEW_POINTS, {"found": 2}),
        ("", Fault.TOO_FEW_POINTS, {"found": 0}),
    ],
)
def test_a_bad_ring_refuses_its_feature_by_name(kml, text, fault, facts):
    raw = read(
        kml(placemark(), placemark(f"<Polygon>{ring(text)}</Polygon>", name="乙"), placemark())
    )
    ((index, site, code, params),) = [(r.index, r.site, r.code, r.params) for r in raw.refused]
    assert (index, site, code) == (1, "乙", fault)
    assert params["feature"] == 2
    assert facts is None or facts.items() <= params.items()
    assert raw.frame["source_index"].tolist() == [0, 2]
    assert raw.count == 3


def test_a_refusal_knows_where_the_feature_lies(kml):
    cut = RING.rsplit(" ", 1)[0]
    point = "<Point><coordinates>117,34</coordinates></Point>"
    bad = f"<Polygon>{ring(RING.replace('34.81', 'x'))}</Polygon>"
    raw = read(kml(placemark(f"<Polygon>{ring(cut)}</Polygon>"), placemark(point), placemark(bad)))
    assert [refusal.bounds for refusal in raw.refused] == [
        (117.25, 34.80, 117.26, 34.81),
        (117.0, 34.0, 117.0, 34.0),
        None,
    ]


@pytest.mark.parametrize(
    ("inner", "fault", "found"),
    [
        ("", Fault.NO_GEOMETRY, None),
        ("<Point><coordinates>117,34</coordinates></Point>", Fault.NO_POLYGON, "Point"),
        (
            "<LineString><coordinates>117,34 118,34</coordinates></LineString>",
            Fault.NO_POLYGON,
            "LineString",
        ),
        ("<gx:MultiTrack><gx:Track/></gx:MultiTrack>", Fault.NO_POLYGON, "MultiTrack"),
        ("<gx:Track/>", Fault.NO_POLYGON, "Track"),
        ("<Model/>", Fault.NO_POLYGON, "Model"),
        ("<Polygon></Polygon>", Fault.EMPTY_GEOMETRY, None),
        (f"<Polygon>{ring(HOLE, 'inner')}</Polygon>", Fault.EMPTY_GEOMETRY, None),
        (f"<Polygon>{OUTER}{OUTER}</Polygon>", Fault.SEVERAL_SHELLS, 2),
        ("<MultiGeometry></MultiGeometry>", Fault.NO_GEOMETRY, None),
    ],
)
def test_what_is_no_polygon_is_refused(kml, inner, fault, found):
    raw = read(kml(placemark(inner, name="乙")))
    (only,) = raw.refused
    assert (only.index, only.site, only.code) == (0, "乙", fault)
    assert found is None or only.params["found"] == found
    assert raw.count == 1


def test_a_point_beside_a_polygon_is_left_out_with_a_remark(kml):
    mixed = f"<MultiGeometry>{POLYGON}<Point><coordinates>1,2</coordinates></Point></MultiGeometry>"
    raw = read(kml(placemark(mixed)))
    assert raw.frame.geom_type.tolist() == ["Polygon"]
    assert notes(raw)[Remark.COLLECTION_REDUCED]["points"] == 1


def test_heights_are_left_out_with_a_remark(kml):
    raw = read(kml(placemark(POLYGON.replace(",0 ", ",55.5 "))))
    assert not raw.frame.has_z.any()
    assert notes(raw)[Remark.HEIGHTS_DROPPED]["count"] == 1


FOLDERS = (
    f"{placemark(name='根')}<Folder><name>红线</name>{placemark(name='一')}<Folder><name>内</name>"
    f"{placemark(name='二')}</Folder>{placemark(name='三')}</Folder>"
    f"<Folder><name>蓝线</name>{placemark(name='四')}</Folder>"
)


def test_all_folders_are_one_input_in_the_order_of_the_document(kml):
    frame = read(kml(FOLDERS)).frame
    assert frame["name"].tolist() == ["根", "一", "二", "三", "四"]
    assert frame["folder"].fillna("").tolist() == ["", "红线", "红线/内", "红线", "蓝线"]
    assert frame["source_index"].tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("layer", "names"),
    [("红线", ["一", "二", "三"]), ("红线/内", ["二"]), ("内", ["二"]), ("蓝线", ["四"])],
)
def test_a_folder_is_chosen_by_name_or_path(kml, layer, names):
    raw = read(kml(FOLDERS), layer=layer)
    assert raw.frame["name"].tolist() == names
    assert raw.count == len(names)


def test_an_unknown_folder_is_refused_with_those_there_are(kml):
    found = refusal(kml(FOLDERS), layer="绿线")
    assert (found.code, found.params["layers"]) == ("layer_not_found", "红线、红线/内、蓝线")


@pytest.mark.parametrize(
    ("encoding", "declared", "found", "remarked"),
    [
        ("utf-8", "UTF-8", "UTF-8", False),
        ("utf-8-sig", "UTF-8", "UTF-8", False),
        ("gbk", "GBK", "GB18030", False),
        ("gbk", "gb2312", "GB18030", False),
        ("utf-16", "UTF-16", "UTF-16", False),
        ("utf-16-be", "UTF-16", "UTF-16", False),
        ("gbk", "UTF-8", "GB18030", True),
        ("utf-8", "GBK", "UTF-8", True),
        ("utf-8", "klingon", "UTF-8", False),
    ],
)
def test_encoding_by_mark_declaration_and_bytes(kml, encoding, declared, found, remarked):
    bom = "\ufeff" if encoding == "utf-16-be" else ""
    path = kml(placemark(name="薛城区陶庄镇工业用地"), encoding="utf-8", declared=declared)
    path.write_bytes((bom + path.read_text("utf-8")).encode(encoding))
    raw = read(path)
    assert raw.detected.encoding == found
    assert raw.frame["name"].tolist() == ["薛城区陶庄镇工业用地"]
    assert (Remark.ENCODING_CONTRADICTED in notes(raw)) == remarked


def test_the_word_of_the_user_on_the_encoding(kml):
    path = kml(placemark(name="é"), encoding="latin-1", declared="UTF-8")
    assert read(path, encoding="latin-1").frame["name"].tolist() == ["é"]


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "doctype",
    [
        f'<!DOCTYPE kml [<!ENTITY l0 "ha">{LAUGHS}]>',
        '<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE kml [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;]>',
        '<!DOCTYPE kml SYSTEM "http://127.0.0.1:9/kml.dtd">',
        "<!DOCTYPE kml []>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_document_types_and_entities_are_forbidden(tmp_path, doctype, encoding):
    path = tmp_path / "site.kml"
    text = f'<?xml version="1.0"?>{doctype}<kml>{placemark(name="&l9;&x;")}</kml>'
    path.write_text(text, encoding)
    assert refusal(path).code == "xml_forbidden"


def test_an_entity_that_is_not_defined_is_no_text(kml):
    assert refusal(kml(placemark(name="a&nbsp;b"))).code == "kml_broken"


def test_a_document_cut_off_tells_where(kml):
    path = kml(placemark(), "\n", placemark())
    path.write_bytes(path.read_bytes()[:-60])
    found = refusal(path)
    assert (found.code, found.params["line"]) == ("kml_broken", 3)


def test_elements_too_deep(kml):
    assert refusal(kml("<Folder>" * 20_000)).code == "kml_too_deep"
    nested = "<MultiGeometry>" * 20_000 + POLYGON
    assert refusal(kml(f"<Placemark>{nested}")).code == "kml_too_deep"
    fine = "<MultiGeometry>" * 150 + POLYGON + "</MultiGeometry>" * 150
    assert areas(read(kml(placemark(fine)))) == pytest.approx([AREA])


def test_a_placemark_in_a_placemark_is_not_lost_in_silence(kml):
    assert refusal(kml(placemark(placemark()))).code == "kml_broken"


def test_links_are_never_fetched(kml):
    link = "<NetworkLink><Link><href>http://127.0.0.1:9/a.kml</href></Link></NetworkLink>"
    overlay = "<GroundOverlay><Icon><href>http://127.0.0.1:9/a.png</href></Icon></GroundOverlay>"
    raw = read(kml(placemark(), link, link, overlay))
    assert notes(raw)[Remark.KML_LINKS_SKIPPED]["count"] == 2
    assert notes(raw)[Remark.KML_OVERLAYS_SKIPPED]["count"] == 1
    found = refusal(kml(link))
    assert (found.code, found.params["count"]) == ("kml_only_links", 1)


def test_no_placemark_at_all(kml):
    assert read(kml("<Style/>")).count == 0


def test_limits(kml):
    path = kml(*[placemark()] * 3)
    with pytest.raises(UnreadableFileError, match="too_many_features") as caught:
        read(path, ReadLimits(max_bytes=10**6, max_features=2))
    assert (caught.value.params["found"], caught.value.params["limit"]) == (3, 2)
    (first, *_) = read(path, ReadLimits(max_bytes=10**6, max_features=9, max_vertices=4)).refused
    assert (first.code, first.params["found"]) == ("too_many_vertices", 5)


def test_the_system_is_that_of_the_standard(kml):
    path = kml(placemark())
    assert read(path, crs="EPSG:4490").frame.crs == "EPSG:4490"
    assert refusal(path, crs="EPSG:4527").code == "crs_contradicts"


def test_a_kmz_is_its_document(kml, tmp_path):
    path = kml(placemark())
    with zipfile.ZipFile(tmp_path / "site.kmz", "w") as archive:
        archive.write(path, "doc.kml")
        archive.writestr("files/logo.png", b"\x89PNG\r\n\x1a\n")
    raw = read(tmp_path / "site.kmz")
    assert raw.frame["name"].tolist() == ["甲"]
    assert notes(raw)[Remark.ZIP_MEMBERS_SKIPPED]["members"] == "files/logo.png"


def test_faults_in_a_kmz_name_the_kmz(kml, tmp_path):
    path = kml("<Folder>")
    with zipfile.ZipFile(tmp_path / "site.kmz", "w") as archive:
        archive.write(path, "doc.kml")
    assert refusal(tmp_path / "site.kmz").code == "kml_broken"


def test_memory_is_that_of_the_outlines(kml):
    """20 000 Placemarks of 10 MB: the document itself is never held."""
    many = "".join(
        placemark(f"<description>{'字' * 80}</description>{POLYGON}") for _ in range(20_000)
    )
    path = kml(many)
    size = path.stat().st_size
    del many
    tracemalloc.start()
    raw = read(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert raw.count == 20_000
    assert size > 9_000_000
    assert peak < 6 * size


def test_hundreds_of_holes_and_122_000_corners(kml):
    turns = np.linspace(0, 2 * np.pi, 122_000, endpoint=False)
    circle = shapely.Polygon(np.column_stack([np.cos(turns), np.sin(turns)]))
    shell = " ".join(f"{117 + x},{35 + y}" for x, y in circle.exterior.coords)
    holes = "".join(
        ring(
            " ".join(
                f"{117 + x / 500 + (n % 20 - 10) / 20},{35 + y / 500 + (n // 20 - 7) / 20}"
                for x, y in shapely.Point(0, 0).buffer(1).exterior.coords
            ),
            "inner",
        )
        for n in range(300)
    )
    raw = read(kml(placemark(f"<Polygon>{ring(shell)}{holes}</Polygon>")))
    (polygon,) = raw.frame.geometry
    assert shapely.get_num_coordinates(polygon) > 122_000
    assert len(polygon.interiors) == 300
    expected = circle.area - 300 * shapely.Point(0, 0).buffer(1).area / 500**2
    assert polygon.area == pytest.approx(expected, rel=1e-9)
