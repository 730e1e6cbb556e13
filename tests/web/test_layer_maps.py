"""The map of a layer inspection: every fault with a place, text that stays text, no request."""

import html
import json
import re
from datetime import date

import pytest
import shapely

from services.domain.issue import Severity
from services.domain.layer import LayerVersion
from services.domain.project import UseScheme
from services.domain.wording import Language, Wording
from services.errors import TargetExistsError
from services.layers.inspection.report import Check, Inspection, LayerFault, Limits
from web.layer_maps import (
    FAULTS_SHOWN,
    inspection_map_html,
    inspection_map_parts,
    write_inspection_map,
)
from web.testing import HOSTILE_TEXTS

EAST, NORTH = 39_524_000, 3_850_000


def version(**changes):
    facts = {
        "role": "land_survey",
        "version": "2020",
        "valid_from": date(2021, 9, 1),
        "valid_to": None,
        "imported_at": "2026-11-24T09:30:00",
        "sha256": "0" * 64,
        "folder": "layers/land_survey/2020",
        "source_name": "survey.gpkg",
        "crs": "EPSG:4527",
        "class_field": "DLBM",
        "name_field": "DLMC",
        "scheme": UseScheme.SANDIAO,
        "accuracy_m": None,
        "secrecy": None,
        "feature_count": 2,
        "has_coverage": True,
    }
    return LayerVersion(**(facts | changes))


def overlap(text="A", at=0):
    """A strip of 1 mm × 100 m."""
    west = EAST + 99.999 + at
    return LayerFault(
        Check.OVERLAP,
        "topology_overlap",
        Severity.ERROR,
        features=(1, 2),
        ids=(text, "B"),
        area_m2=0.1,
        width_m=0.001,
        length_m=100.001,
        is_sliver=True,
        geometry=shapely.box(west, NORTH, west + 0.001, NORTH + 100),
    )


def junction():
    return LayerFault(
        Check.UNMATCHED_VERTEX,
        "topology_unmatched_vertex",
        Severity.INFO,
        features=(1, 2),
        ids=("A", "B"),
        geometry=shapely.Point(EAST + 100, NORTH + 50),
    )


def missing_field():
    return LayerFault(
        Check.FIELDS, "inspect_field_missing", Severity.ERROR, params={"field": "DLMC"}
    )


def inspection(*faults, **changes):
    outlines = {1: shapely.box(EAST, NORTH, EAST + 100, NORTH + 100)}
    return Inspection(
        version=version(**changes),
        crs="EPSG:4527",
        limits=Limits(1e-4, 1.0, 0.1, 600.0),
        boundary=Wording("town", "town"),
        outcomes=(),
        faults=faults,
        outlines=outlines,
    )


def calls(parts, function):
    found = re.findall(rf"{function}\(\w+, (.*)\);", str(parts.script))
    return [json.loads(facts) for facts in found]


def test_every_check_is_a_layer_with_its_weights_in_the_legend():
    parts = inspection_map_parts(inspection(overlap(), junction(), missing_field()), Language.ZH)
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
    parts = inspection_map_parts(inspection(overlap()), Language.EN)
    layers = {layer["id"]: layer for layer in calls(parts, "plotwise.addShapes")}
    shapes = layers["check-overlap"]
    drawn = shapely.geometry.shape(shapes["shapes"][0]["geometry"])
    assert drawn.is_valid
    assert drawn.area > 0


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_hostile_identifiers_stay_text(text):
    script = str(inspection_map_parts(inspection(overlap(text)), Language.ZH).script)
    assert "<" not in script
    (layer,) = (
        facts for facts in calls(inspection_map_parts(inspection(overlap(text)), Language.ZH),
                                 "plotwise.addShapes") if facts["id"] == "check-overlap"
    )  # fmt: skip
    assert any("重叠" in line for line in layer["shapes"][0]["lines"])


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_a_hostile_version_name_is_escaped(text):
    page = inspection_map_html(inspection(overlap(), version=text), Language.EN)
    assert "<img src=x" not in page
    assert page.count("<script>") == page.count("</script>")


def test_a_restricted_layer_shows_places_only():
    parts = inspection_map_parts(inspection(overlap(), secrecy="内部"), Language.ZH)
    assert [layer["id"] for layer in calls(parts, "plotwise.addShapes")] == ["check-overlap"]
    (options,) = calls(parts, "plotwise.openMap")
    assert options["notices"] == ["该图层有密级，图上只有问题位置"]


def test_more_faults_than_a_map_can_hold_are_cut_and_said_so():
    many = [overlap(at=n) for n in range(FAULTS_SHOWN + 1)]
    parts = inspection_map_parts(inspection(*many), Language.EN)
    layers = {layer["id"]: layer for layer in calls(parts, "plotwise.addShapes")}
    assert len(layers["check-overlap"]["shapes"]) == FAULTS_SHOWN
    (options,) = calls(parts, "plotwise.openMap")
    assert options["notices"][0].startswith(f"At most {FAULTS_SHOWN}")


def test_the_page_stands_alone_and_asks_for_nothing():
    page = html.unescape(inspection_map_html(inspection(overlap()), Language.ZH))
    assert "default-src 'none'" in page
    assert not re.search(r"<(?:script|link|img)\b[^>]*?(?:src|href)=", page)
    assert "错误 1" in page


def test_a_layer_without_faults_has_a_map(tmp_path):
    write_inspection_map(inspection(), tmp_path / "m.html", language=Language.EN)
    assert "Nothing found" in (tmp_path / "m.html").read_text("utf-8")
    with pytest.raises(TargetExistsError, match="file_exists"):
        write_inspection_map(inspection(), tmp_path / "m.html", language=Language.EN)
