"""The pages at work: nothing from outside, the list drives the map, by hand and by key."""

import json
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from pyproj import Transformer

NUMBER = "2026-000001"
PHONE = {"width": 390, "height": 844}
NARROWEST = {"width": 320, "height": 640}
DESK = {"width": 1366, "height": 768}
PLACES = ("/", f"/result/{NUMBER}", f"/embed/result/{NUMBER}")


@pytest.mark.parametrize("place", [*PLACES, f"/result/{NUMBER}/map"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_page_draws_under_its_policy_and_asks_nobody(visit, address, place, language):
    page = visit.open(f"{address}{place}?lang={language}")
    page.wait_for_selector("path.shape")
    visit.assert_clean(address)


@pytest.mark.parametrize("place", ["/", f"/result/{NUMBER}", f"/embed/result/{NUMBER}"])
@pytest.mark.parametrize("size", [DESK, PHONE, NARROWEST], ids=["desk", "phone", "narrowest"])
def test_nothing_runs_over_the_edge(visit_with, address, place, size):
    for language in ("zh", "en"):
        page = visit_with(viewport=size).open(f"{address}{place}?lang={language}")
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        panel = page.evaluate(
            "(() => { const p = document.querySelector('.panel, .embed-panel');"
            " return p.scrollWidth - p.clientWidth; })()"
        )
        assert panel <= 0


def test_a_finding_of_the_list_is_shown_on_the_map(visit, address):
    page = visit.open(f"{address}/result/{NUMBER}")
    page.click("#finding-0 > summary")
    page.wait_for_selector("path.is-selected")
    selected = page.locator("path.is-selected")
    assert selected.count() == 1
    assert "state-nonconforming" in selected.get_attribute("class")
    dimmed = page.locator("path.shape.hit").first.evaluate("e => getComputedStyle(e).opacity")
    assert float(dimmed) < 0.5
    assert "压占永久基本农田" in page.inner_text("#announcer")
    page.keyboard.press("Escape")
    assert page.locator("path.is-selected").count() == 0
    assert page.locator("#finding-0 > summary").evaluate("e => e === document.activeElement")


def test_the_list_is_reached_by_keyboard_alone(visit, address):
    page = visit.open(f"{address}/result/{NUMBER}")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('#finding-0') !== null"):
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("#finding-0[open]")
    page.wait_for_selector("path.is-selected")


def test_a_click_on_the_map_lists_what_lies_there_and_opens_the_line(visit, address):
    page = visit.open(f"{address}/result/{NUMBER}")
    box = page.locator("path.state-conditional").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 4, box["y"] + box["height"] / 3)
    cards = page.locator(".leaflet-popup .map-card")
    assert cards.count() == 3  # the plot, the finding, the survey class
    cards.nth(1).locator("button").click()
    page.wait_for_selector("#finding-1[open]")
    assert page.locator("path.is-selected").count() == 1


def test_a_layer_is_switched_off_in_the_legend(visit, address):
    page = visit.open(f"{address}/result/{NUMBER}")
    assert page.locator("path.shape.hit").count() == 2
    page.locator(".legend input").last.uncheck()
    assert page.locator("path.shape.hit").count() == 0


def test_the_legend_begins_with_the_site_and_what_was_found(visit, address):
    page = visit.open(f"{address}/result/{NUMBER}")
    assert page.locator(".legend label").all_inner_texts() == ["项目红线", "核查发现", "地类图斑"]


def test_a_finding_too_small_to_see_gets_a_ring(visit, address):
    page = visit.open(f"{address}/result/{NUMBER}")
    for _ in range(3):
        page.click(".leaflet-control-zoom-out")
        page.wait_for_timeout(350)
    assert page.locator("path.ring.state-nonconforming").count() == 1


def test_an_upload_leads_to_its_result(visit, address):
    page = visit.open(f"{address}/")
    file = {"name": "红线.txt", "mimeType": "text/plain", "buffer": b"x" * 3000}
    page.set_input_files("#files", file)
    assert "红线.txt (3 KB)" in page.inner_text("[data-chosen]")
    page.click("[data-direct]")
    page.wait_for_url("**/results?**")
    assert visit.complaints == []


def test_a_refusal_is_read_first_and_leads_to_its_field(visit, address):
    page = visit.open(f"{address}/")
    page.fill("#use", "Z9")
    page.set_input_files("#files", {"name": "a.txt", "mimeType": "text/plain", "buffer": b"x"})
    page.click("[type=submit]")
    page.wait_for_selector("#refusals:focus")
    page.click("#refusals a")
    page.wait_for_selector("#use:focus")


def draw(page, points):
    page.click("[data-draw]")
    for x, y in points:
        page.mouse.click(x, y)
        page.wait_for_timeout(400)  # slower than a double click
    page.click("[data-draw]")


def test_a_plot_is_drawn(visit, address):
    page = visit.open(f"{address}/")
    draw(page, [(300, 300), (500, 320), (480, 500)])
    ring = json.loads(page.input_value("#drawn"))["geometry"]["coordinates"][0]
    assert len(ring) == 4
    assert ring[0] == ring[-1]
    assert "3 个界址点" in page.inner_text("[data-chosen]")


def test_a_crossing_outline_is_not_taken(visit, address):
    page = visit.open(f"{address}/")
    draw(page, [(300, 300), (500, 500), (500, 300), (300, 500)])
    assert page.input_value("#drawn") == ""
    assert "自相交" in page.inner_text("[data-chosen]")


def test_the_switch_of_a_small_screen(visit_with, address):
    page = visit_with(viewport=PHONE).open(f"{address}/result/{NUMBER}")
    assert page.locator(".map-pane").is_visible()
    page.click("button[data-view=panel]")
    assert not page.locator(".map-pane").is_visible()
    page.click("button[data-view=map]")
    assert page.locator(".map-pane").is_visible()
    assert not page.locator(".panel").is_visible()


def test_the_pages_work_without_scripts(visit_with, address):
    page = visit_with(viewport=DESK, java_script_enabled=False).page
    page.goto(f"{address}/result/{NUMBER}?lang=zh")
    assert page.locator(".verdict-word").is_visible()
    assert not page.locator("[data-show]").first.is_visible()


@pytest.fixture
def host_page(tmp_path):
    """A page of another system, on another port, that frames an address in a sandbox."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()

    def write(url):
        frame = f'<iframe sandbox="allow-scripts" width="900" height="500" src="{url}"></iframe>'
        (tmp_path / "outer.html").write_text(frame, "utf-8")
        return f"http://127.0.0.1:{server.server_address[1]}/outer.html"

    yield write
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_embed_lives_in_the_sandboxed_frame_of_a_listed_page(visit, address, host_page):
    visit.page.goto(host_page(f"{address}/embed/result/{NUMBER}"))
    frame = visit.page.frame_locator("iframe")
    frame.locator("path.shape.site").first.wait_for()
    assert frame.locator(".verdict-word").inner_text().startswith("不符合")


def test_other_pages_may_not_frame_a_result(visit, address, tmp_path):
    outer = tmp_path / "outer.html"
    outer.write_text(f'<iframe src="{address}/result/{NUMBER}"></iframe>', "utf-8")
    visit.page.goto(outer.as_uri())
    visit.page.wait_for_timeout(500)
    assert any("frame-ancestors" in text for text in visit.complaints)


def test_the_pointer_s_coordinates_agree_with_proj(visit, address):
    page = visit.open(f"{address}/result/{NUMBER}")
    transformer = Transformer.from_crs("EPSG:4490", "EPSG:4527", always_xy=True)
    for lng, lat in [(117.263, 34.7785), (115.6, 30.0), (118.49, 50.0), (117.0, 0.01)]:
        east, north = transformer.transform(lng, lat)
        found = page.evaluate(
            "([lng, lat]) => plotwise.project(plotwise.maps[0].options.projection, lng, lat)",
            [lng, lat],
        )
        assert found["east"] == pytest.approx(east, abs=0.001)
        assert found["north"] == pytest.approx(north, abs=0.001)


def test_the_readout_changes_its_way_of_writing(visit, address):
    page = visit.open(f"{address}/result/{NUMBER}?lang=zh")
    page.mouse.move(300, 300)
    seen = [page.inner_text(".readout")]
    for _ in range(4):
        page.evaluate("document.querySelector('.readout').click()")
        seen.append(page.inner_text(".readout"))
    assert seen[0].startswith("CGCS2000 3°带 39 带")
    assert " Y 39524" in seen[0]
    assert " Y 524" in seen[1]
    assert "117.26" in seen[2]
    assert "117°15′" in seen[3]
    assert seen[4] == seen[0]


@pytest.mark.parametrize(
    ("degrees", "text"),
    [(117.26228, "117°15′44.21″"), (34.9999999, "35°00′00.00″"), (-0.5, "-0°30′00.00″")],
)
def test_degrees_are_written_in_minutes_and_seconds(visit, address, degrees, text):
    page = visit.open(f"{address}/")
    assert page.evaluate("value => plotwise.sexagesimalText(value)", degrees) == text
