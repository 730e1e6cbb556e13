"""Texts of other people's files run nowhere: page, map, embed, file without a server."""

import pytest

from services.domain.wording import Language
from web.maps import result_map_html
from web.testing import HOSTILE_TEXTS

KINDS = ("result", "map", "embed", "file")
NUMBERS = [f"2026-{index:06d}" for index in range(100, 100 + len(HOSTILE_TEXTS))]


def location(kind, number, address, folder, results):
    if kind == "file":
        found = next(result for result in results if result.number == number)
        target = folder / f"{number}.html"
        target.write_text(result_map_html(found, Language.ZH), "utf-8")
        return target.as_uri()
    paths = {"result": f"/result/{number}", "map": f"/result/{number}/map"}
    return address + paths.get(kind, f"/embed/result/{number}")


def touch_everything(page):
    """Open every line, hover and click the shapes, so that each text has been shown."""
    page.evaluate("document.querySelectorAll('details').forEach(item => { item.open = true; })")
    page.locator("path.shape.hit").last.hover(force=True)
    box = page.locator("path.shape.site").last.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.3, box["y"] + box["height"] / 2)
    page.wait_for_selector(".map-cards")


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_of_a_hostile_text_runs(visit, address, tmp_path, hostile_results, kind):
    for number, text in zip(NUMBERS, HOSTILE_TEXTS, strict=True):
        url = location(kind, number, address, tmp_path, hostile_results)
        page = visit.open(url)
        page.wait_for_selector("path.shape.hit")
        touch_everything(page)
        visit.assert_clean(address, "file:")
        assert page.evaluate("document.querySelectorAll('img').length") == 0
        shown = page.locator(".map-cards .card-title").first.evaluate("e => e.textContent")
        assert shown == text, "the text is shown as it is"


def test_an_offline_file_asks_for_nothing_but_itself(
    visit_with, address, tmp_path, hostile_results
):
    visit = visit_with(offline=True, viewport={"width": 1366, "height": 768})
    visit.open(location("file", NUMBERS[0], address, tmp_path, hostile_results))
    visit.page.wait_for_selector("path.shape.site")
    assert [url for url in visit.requests if not url.startswith("file:")] == []
    assert len(visit.requests) == 1
    visit.assert_clean("file:")
