"""A preview at work: the question, the map, the log and the check, by hand and by key."""

import json
import threading

import pytest
from werkzeug.serving import make_server

from services.layers.import_layer import add_layer
from services.layers.request import LayerImport
from services.results import recent_results
from services.workspace import create_workspace
from web.app import create_app
from web.bootstrap import bind_services
from web.testing import HOSTILE_TEXTS

EAST, NORTH = 39_524_000, 3_850_000
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1366, "height": 768}
HEADER = """[属性描述]
格式版本号=1.01版本
坐标系=2000国家大地坐标系
几度分带=3
投影类型=高斯克吕格
计量单位=米
带号=39
[地块坐标]
4,2.0,1,甲地块,面,,工业用地,,@
"""


def ring(west, south, east, north):
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


SOUND = ring(EAST, NORTH, EAST + 200, NORTH + 100)
BOW_TIE = [
    [EAST + 300, NORTH],
    [EAST + 400, NORTH + 100],
    [EAST + 400, NORTH],
    [EAST + 300, NORTH + 100],
    [EAST + 300, NORTH],
]


def swapped_txt():
    """Easting before northing, against the rule of the format."""
    lines = [f"J{at},1,{east},{north}" for at, (east, north) in enumerate(SOUND, start=1)]
    return HEADER + "\n".join(lines) + "\n"


def geojson(*rings, **properties):
    features = [
        {
            "type": "Feature",
            "properties": {key: values[at] for key, values in properties.items()},
            "geometry": {"type": "Polygon", "coordinates": [each]},
        }
        for at, each in enumerate(rings)
    ]
    system = {"type": "name", "properties": {"name": "EPSG:4527"}}
    return json.dumps({"type": "FeatureCollection", "crs": system, "features": features})


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    folder = tmp_path_factory.mktemp("browser")
    workspace = create_workspace(folder / "workspace")
    path = folder / "towns.geojson"
    county = ring(EAST - 4000, NORTH - 4000, EAST + 4000, NORTH + 4000)
    path.write_text(geojson(county, XZQDM=["370403001"], XZQMC=["甲镇"]), "utf-8")
    add_layer(LayerImport("town", (path,)), workspace)
    return workspace


@pytest.fixture(scope="module")
def address(workspace):
    server = make_server("127.0.0.1", 0, create_app(bind_services(workspace)), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def preview(visit, address, text, name="红线.geojson", language="zh"):
    """Upload as a user does, and wait for the preview."""
    page = visit.open(f"{address}/?lang={language}")
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": text.encode()}
    page.set_input_files("#files", file)
    page.click("[data-preview]")
    page.wait_for_selector("form.preview")
    page.wait_for_selector(".leaflet-container")
    return page


def test_swapped_axes_from_question_to_result(visit, address, workspace):
    before = len(recent_results(workspace, 99))
    page = preview(visit, address, swapped_txt(), name="红线.txt")
    assert page.locator("path.shape.site").count() == 0
    assert page.locator(".map-empty").is_visible()
    assert page.locator("[data-confirm]").count() == 0
    page.click(".answer.fits")
    page.wait_for_selector("path.shape.site")
    assert "读入 1 = 采用 1 + 拒收 0" in page.inner_text(".count-line >> nth=0")
    assert len(recent_results(workspace, 99)) == before, "nothing is stored before the user's word"
    page.fill("#use", "M2")
    page.click("[data-confirm]")
    page.wait_for_selector(".verdict-word")
    assert len(recent_results(workspace, 99)) == before + 1
    assert page.locator(".reading .count-line").text_content().startswith("读入 1 = 采用 1")
    visit.assert_clean(address)
    page.go_back()
    page.wait_for_selector(".refusals")
    assert "已过期" in page.inner_text(".refusals")


def test_an_issue_is_shown_on_the_map_and_the_map_marks_its_line(visit, address):
    page = preview(visit, address, geojson(SOUND, BOW_TIE, DKMC=["甲", "乙"]))
    line = page.locator(".issue[data-place]").first
    assert page.locator("path.shape.refused").count() == 1
    line.locator("[data-locate]").click()
    page.wait_for_selector("path.refused.is-selected")
    assert "is-shown" in line.get_attribute("class")
    assert "乙" in line.inner_text()
    line.locator("[data-locate]").press("Escape")
    assert page.locator("path.is-selected").count() == 0
    assert page.locator(".issue.is-shown").count() == 0
    box = page.locator("path.shape.refused").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 4)
    page.wait_for_selector(".issue.is-shown")
    visit.assert_clean(address)


def test_an_issue_is_reached_by_keyboard_alone(visit, address):
    page = preview(visit, address, geojson(SOUND, BOW_TIE, DKMC=["甲", "乙"]))
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.hasAttribute('data-locate')"):
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("path.refused.is-selected")
    assert "已在图上显示" in page.inner_text("#announcer")


def test_the_log_is_filtered_by_severity(visit, address):
    twice = HEADER.replace("[地块坐标]\n4,2.0,1,甲地块,面,,工业用地,,@\n", "[地块坐标]\n")
    parcels = "".join(
        "4,1.0,7,地块,面,,工业用地,,@\n"
        + "".join(
            f"J{at},1,{NORTH + y},{EAST + west + x}\n"
            for at, (x, y) in enumerate([(0, 0), (0, 100), (100, 100), (100, 0), (0, 0)], 1)
        )
        for west in (0, 300)
    )
    crossing = "4,1.0,8,叉,面,,工业用地,,@\n" + "".join(
        f"J{at},1,{north},{east}\n" for at, (east, north) in enumerate(BOW_TIE, 1)
    )
    page = preview(visit, address, twice + parcels + crossing, name="清单.txt")
    total = page.locator(".issue").count()
    page.click(".filters [data-severity=error]")
    assert 0 < page.locator(".issue:visible").count() < total
    assert page.locator(".issue:visible .severity.warning").count() == 0
    page.click(".filters [data-severity='']")
    assert page.locator(".issue:visible").count() == total


def test_the_enter_key_never_gives_an_answer(visit, address):
    page = preview(visit, address, geojson(SOUND, BOW_TIE, DKMC=["甲", "乙"]))
    page.locator("#use").fill("Z9")
    page.locator("#use").press("Enter")
    page.wait_for_selector("#refusals:focus")
    assert "Z9" in page.inner_text("#refusals")
    assert "拒收 1" in page.inner_text(".count-line >> nth=0")


def test_a_detected_fact_leads_to_what_overrules_it(visit, address):
    page = preview(visit, address, geojson(SOUND, DKMC=["甲"]))
    page.click(".detected a[href='#crs']")
    page.wait_for_selector("#crs:focus")
    page.fill("#crs", "EPSG:4526")
    page.click("#reread button")
    page.wait_for_selector(".question .answer")
    assert "自带坐标系" in page.inner_text(".question >> nth=0")


def test_a_pasted_text_is_previewed(visit, address):
    page = visit.open(f"{address}/?lang=zh")
    page.click(".paste summary")
    page.fill("#pasted", geojson(SOUND, DKMC=["甲"]))
    page.click("[data-preview]")
    page.wait_for_selector("path.shape.site")
    visit.assert_clean(address)


def test_a_refused_upload_is_said_where_it_was_asked(visit, address):
    page = visit.open(f"{address}/?lang=zh")
    page.click("[data-preview]")
    page.wait_for_selector("#refusals:focus")
    assert "没有选择红线文件" in page.inner_text("#refusals")
    assert page.locator("[data-preview]").is_enabled()
    page.click("#refusals a")
    page.wait_for_selector("#files:focus")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_runs_over_the_edge(visit_with, address, size, language):
    wide = {f"字段名称很长的一列{at}": ["很长的内容" * 12, "x"] for at in range(12)}
    visit = visit_with(viewport=size)
    page = preview(visit, address, geojson(SOUND, BOW_TIE, **wide), language=language)
    page.evaluate("document.querySelectorAll('details').forEach(item => { item.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert page.locator(".panel").evaluate("e => e.scrollWidth - e.clientWidth") <= 0
    rows = page.locator(".rows")
    assert rows.evaluate("e => e.scrollWidth > e.clientWidth"), "the table scrolls by itself"
    assert page.locator("[data-confirm]").is_visible()


def test_hostile_texts_of_a_file_are_inert(visit, address):
    texts = [text[:200] for text in HOSTILE_TEXTS]
    rings = [
        ring(EAST + 150 * at, NORTH, EAST + 150 * at + 100, NORTH + 100) for at in range(len(texts))
    ]
    for name in ("<img src=x onerror=window.PWN=1>.geojson", "${window.PWN=1}.geojson"):
        page = preview(visit, address, geojson(*rings, BOW_TIE, DKMC=[*texts, texts[0]]), name=name)
        page.evaluate("document.querySelectorAll('details').forEach(item => { item.open = true; })")
        for shape in page.locator("path.shape.site:not(.casing)").all()[:6]:
            shape.hover(force=True)
        for button in page.locator("[data-locate]").all()[:6]:
            button.click()
        assert page.locator("img").count() == 0
        visit.assert_clean(address)


def test_it_works_without_scripts(visit_with, address):
    visit = visit_with(viewport=DESK, java_script_enabled=False)
    page = visit.page
    page.goto(f"{address}/?lang=zh")
    file = {"name": "a.txt", "mimeType": "text/plain", "buffer": swapped_txt().encode()}
    page.set_input_files("#files", file)
    page.click("[data-preview]")
    page.click(".answer.fits")
    page.click("[data-confirm]")
    assert page.locator(".verdict-word").is_visible()
