"""The map of a layer inspection in a real browser, from a file and without network."""

import pytest

from services.domain.wording import Language
from services.testing_inspection import example_inspection, junction_fault, overlap_fault
from web.layer_maps import write_inspection_map
from web.testing import HOSTILE_TEXTS


def opened(visit, folder, *faults, **version):
    target = folder / "layer.html"
    write_inspection_map(example_inspection(*faults, **version), target, language=Language.ZH)
    return visit.open(target.as_uri())


def click_ring(page):
    ring = page.locator("path.ring").first.bounding_box()
    page.mouse.click(ring["x"] + ring["width"] / 2, ring["y"] + ring["height"] / 2)
    page.wait_for_selector(".map-cards")
    return page.locator(".map-cards").inner_text()


def test_a_fault_of_a_millimetre_is_seen_and_says_what_it_is(visit_with, tmp_path):
    visit = visit_with(offline=True, viewport={"width": 1366, "height": 768})
    page = opened(visit, tmp_path, overlap_fault(), junction_fault())
    told = click_ring(page)
    assert "重叠 0.10 平方米" in told
    assert "确定归属后从另一要素中扣除" in told
    assert page.locator(".legend section").count() == 2
    assert len(visit.requests) == 1
    visit.assert_clean("file:")


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_nothing_of_a_hostile_identifier_runs(visit, tmp_path, text):
    page = opened(visit, tmp_path, overlap_fault(text), version=text)
    click_ring(page)
    visit.assert_clean("file:")
    assert page.evaluate("document.querySelectorAll('img').length") == 0
