"""The map of a layer inspection: every fault with a place, text that stays text, no request."""

import html
import json
import re

import pytest
import shapely

from services.domain.issue import Severity
from services.domain.wording import Language
from services.errors import TargetExistsError
from services.layers.inspection.report import Check, LayerFault
from services.testing_inspection import example_inspection, junction_fault, overlap_fault
from web.layer_maps import (
    FAULTS_SHOWN,
    inspection_map_html,
    inspection_map_parts,
    write_inspection_map,
)
from web.testing import HOSTILE_TEXTS


def missing_field():
    return LayerFault(
        Check.FIELDS, "inspect_field_missing", Severity.ERROR, params={"field": "DLMC"}
    )


def calls(parts, function):
    found = re.findall(rf"{function}\(\w+, (.*)\);", str(parts.script))
    return [json.loads(facts) for facts in found]


def test_every_check_is_a_layer_with_its_weights_in_the_legend():
    parts = inspection_map_parts(
        example_inspection(overlap_fault(), junction_fault(), missing_field()), Language.ZH
    )
    layers = {layer["id"]: layer for layer in calls(parts, "plotwise.addShapes")}
    assert list(layers) == ["features", "check-unmatched_vertex", "check-overlap"]
    (legend,) = calls(parts, "plotwise.addLegend")
    assert [group["id"] for group in legend] == ["check-overlap", "check-unmatched_vertex"]
    assert [key["title"] for key in legend[0]["keys"]] == ["错误"]
    (strip,) = layers["check-overlap"]["shapes"]
    assert strip["classes"] == "finding state-nonconforming"
    assert strip["lines"][0] == "0.10 m²"
    assert "重叠 0.10 平方米" in strip["lines"][1]
    (point,) = layers["check-unmatched_vertex"]["shapes"]
    assert (point["geometry"]["type"], point["classes"]) == ("Point", "place info")


def test_a_strip_of_a_millimetre_has_a_shape_that_can_be_drawn():
    parts = inspection_map_parts(example_inspection(overlap_fault()), Language.EN)
    layers = {layer["id"]: layer for layer in calls(parts, "plotwise.addShapes")}
    shapes = layers["check-overlap"]
    drawn = shapely.geometry.shape(shapes["shapes"][0]["geometry"])
    assert drawn.is_valid
    assert drawn.area > 0


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_hostile_identifiers_stay_text(text):
    parts = inspection_map_parts(example_inspection(overlap_fault(text)), Language.ZH)
    assert "<" not in str(parts.script)
    layers = {layer["id"]: layer for layer in calls(parts, "plotwise.addShapes")}
    assert any("重叠" in line for line in layers["check-overlap"]["shapes"][0]["lines"])


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_a_hostile_version_name_is_escaped(text):
    page = inspection_map_html(example_inspection(overlap_fault(), version=text), Language.EN)
    assert "<img src=x" not in page
    assert page.count("<script>") == page.count("</script>")


def test_a_restricted_layer_shows_places_only():
    parts = inspection_map_parts(example_inspection(overlap_fault(), secrecy="内部"), Language.ZH)
    assert [layer["id"] for layer in calls(parts, "plotwise.addShapes")] == ["check-overlap"]
    (options,) = calls(parts, "plotwise.openMap")
    assert options["notices"] == ["该图层有密级，图上只有问题位置"]


def test_more_faults_than_a_map_can_hold_are_cut_and_said_so():
    many = [overlap_fault(at_m=n) for n in range(FAULTS_SHOWN + 1)]
    parts = inspection_map_parts(example_inspection(*many), Language.EN)
    layers = {layer["id"]: layer for layer in calls(parts, "plotwise.addShapes")}
    assert len(layers["check-overlap"]["shapes"]) == FAULTS_SHOWN
    (options,) = calls(parts, "plotwise.openMap")
    assert options["notices"][0].startswith(f"At most {FAULTS_SHOWN}")


def test_the_page_stands_alone_and_asks_for_nothing():
    page = html.unescape(inspection_map_html(example_inspection(overlap_fault()), Language.ZH))
    assert "default-src 'none'" in page
    assert not re.search(r"<(?:script|link|img)\b[^>]*?(?:src|href)=", page)
    assert "错误 1" in page


def test_a_layer_without_faults_has_a_map(tmp_path):
    write_inspection_map(example_inspection(), tmp_path / "m.html", language=Language.EN)
    assert "Nothing found" in (tmp_path / "m.html").read_text("utf-8")
    with pytest.raises(TargetExistsError, match="file_exists"):
        write_inspection_map(example_inspection(), tmp_path / "m.html", language=Language.EN)
