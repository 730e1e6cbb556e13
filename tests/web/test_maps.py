"""Maps: only our own elements, text that stays text, nothing outside the site, no address."""

import ast
import json
import re
from dataclasses import replace
from pathlib import Path

import folium
import folium.plugins
import pytest

import web
from services.domain.wording import Language
from services.errors import TargetExistsError
from web.folium_elements import OfflineMap, script_json
from web.folium_page import ExternalLinkError, map_parts
from web.map_shapes import PLOTS_SHOWN, VERTICES_SHOWN, map_content
from web.maps import result_map, result_map_html, write_result_map
from web.palette import look_of
from web.projection import transverse_mercator
from web.testing import HOSTILE_TEXTS, hostile_result

WEB = Path(web.__file__).parent
OUTSIDE = re.compile(r"cdn|jsdelivr|unpkg|openstreetmap|googleapis|@import", re.IGNORECASE)
ADDRESS_IN_TAG = re.compile(r"<(?:script|link|img|iframe)\b[^>]*?(?:src|href)=", re.IGNORECASE)


def plot_circle(result, vertices):
    """The example with a site of many vertices."""
    west, south = result.geometry[0]["coordinates"][0][0]
    ring = [[west + 1e-9 * i, south + (i % 2) * 1e-9] for i in range(vertices)]
    ring += [[west, south + 0.001], ring[0]]
    return replace(result, geometry=({"type": "Polygon", "coordinates": [ring]},))


def test_the_site_the_findings_and_the_classes_are_layers(result):
    content = map_content(result, Language.ZH)
    assert [layer["id"] for layer in content.layers] == ["hits-land_survey", "findings", "site"]
    assert [group["id"] for group in content.legend] == ["site", "findings", "hits-land_survey"]
    assert [len(layer["shapes"]) for layer in content.layers] == [2, 2, 1]
    assert content.notices == []


def test_the_gravest_finding_lies_on_top_and_leads_the_legend(result):
    turned = replace(result, findings=result.findings[::-1])
    for order in (result, turned):
        layer = map_content(order, Language.EN).layers[1]
        assert layer["shapes"][-1]["classes"] == "finding state-nonconforming"
        assert layer["keys"][0]["title"] == "Does not conform"
    assert map_content(turned, Language.EN).layers[1]["shapes"][-1]["id"] == "finding-1"


def test_an_empty_shape_is_left_out(result):
    nothing = {"type": "Polygon", "coordinates": []}
    findings = tuple(replace(item, geometry=nothing) for item in result.findings)
    hits = tuple(replace(item, geometry=nothing) for item in result.hits)
    content = map_content(replace(result, findings=findings, hits=hits), Language.ZH)
    assert [layer["id"] for layer in content.layers] == ["site"]


def visibility(result, roles):
    hits = tuple(replace(result.hits[0], role=role) for role in roles)
    content = map_content(replace(result, hits=hits), Language.ZH)
    layers = [layer for layer in content.layers if layer["id"].startswith("hits-")]
    return [(layer["id"].removeprefix("hits-"), layer["visible"]) for layer in layers]


def test_one_covering_layer_and_the_control_lines_with_findings_are_shown_at_first(result):
    roles = ("urban_plan", "goaf", "land_survey", "permanent_farmland", "urban_plan")
    assert visibility(result, roles) == [
        ("urban_plan", True),
        ("permanent_farmland", True),
        ("goaf", False),
        ("land_survey", False),
    ]


def test_more_plots_than_a_page_can_hold_are_counted(result):
    many = PLOTS_SHOWN + 5
    plots = tuple(replace(result.plots[0], index=index) for index in range(many))
    crowded = replace(result, plots=plots, geometry=result.geometry * many)
    content = map_content(crowded, Language.EN)
    assert len(content.layers[-1]["shapes"]) == PLOTS_SHOWN
    assert content.notices == [f"Showing {PLOTS_SHOWN} of {many} plots"]


def test_very_many_vertices_are_thinned_and_said_so(result):
    content = map_content(plot_circle(result, VERTICES_SHOWN + 10), Language.EN)
    ring = content.layers[-1]["shapes"][0]["geometry"]["coordinates"][0]
    assert len(ring) < VERTICES_SHOWN
    assert content.notices == ["Outlines are thinned for display; areas are not"]


def test_a_result_without_geometry_has_a_map(result):
    empty = replace(result, geometry=(), plots=(), hits=(), findings=())
    assert map_content(empty, Language.ZH).layers == []
    assert map_parts(result_map(empty, Language.ZH)).body


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_facts_for_a_script_are_json_without_a_dangerous_sign(text):
    encoded = script_json({text: [text]})
    assert json.loads(encoded) == {text: [text]}
    strings = re.findall(r'"(?:[^"\\]|\\.)*"', encoded)
    assert not re.search(r"[<>&'`${}\u2028\u2029]", "".join(strings))


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_a_hostile_text_is_never_compiled_or_closed(text):
    script = str(map_parts(result_map(hostile_result(text), Language.ZH)).script)
    assert "49" not in re.findall(r"\b49\b", script)
    assert "<" not in script
    calls = [line for line in script.splitlines() if "addShapes" in line]
    names = [shape["title"] for call in calls for shape in facts_of(call)["shapes"]]
    assert text in names


def facts_of(call):
    return json.loads(re.search(r"addShapes\(\w+, (.*)\);", call).group(1))


@pytest.mark.parametrize("language", list(Language))
def test_the_offline_page_holds_no_address_and_allows_no_request(result, language):
    page = result_map_html(result, language)
    assert not ADDRESS_IN_TAG.search(page)
    assert not OUTSIDE.search(page)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page).group(1)
    assert "default-src &#39;none&#39;" in policy
    assert "unsafe" not in policy
    assert "script-src &#39;sha256-" in policy
    assert "user-scalable" not in page
    assert f'<html lang="{"zh-CN" if language is Language.ZH else "en"}">' in page


def test_the_offline_page_says_what_it_is_not(result):
    assert "不作为审批依据" in result_map_html(result, Language.ZH)
    assert "not a basis for approval" in result_map_html(result, Language.EN)


def test_a_map_is_written_whole_and_never_over_another(result, tmp_path):
    target = tmp_path / "map.html"
    write_result_map(result, target, language=Language.ZH)
    assert target.read_text("utf-8").endswith("</html>")
    assert [path.name for path in tmp_path.iterdir()] == ["map.html"]
    with pytest.raises(TargetExistsError, match="file_exists"):
        write_result_map(result, target, language=Language.ZH)
    write_result_map(result, target, language=Language.EN, overwrite=True)
    assert 'lang="en"' in target.read_text("utf-8")


def test_an_element_that_brings_a_link_along_is_refused():
    drawn = OfflineMap(center=(34.8, 117.2), options={})
    folium.plugins.Draw().add_to(drawn)
    with pytest.raises(ExternalLinkError, match=r"leaflet\.draw"):
        map_parts(drawn)


def test_folium_s_own_map_keeps_its_lists():
    assert folium.Map.default_js
    assert OfflineMap.default_js == []


FOLIUM_ALLOWED = {"folium.Map", "folium.map", "folium.template"}
FORBIDDEN_CALLS = {"save", "_repr_html_", "show_in_browser", "add_js_link", "add_css_link"}


def test_folium_is_used_in_one_module_and_through_allowed_classes():
    users = {}
    for path in sorted(WEB.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [getattr(node, "module", None) or "", *(item.name for item in node.names)]
                if any(name.split(".")[0] in {"folium", "branca"} for name in names):
                    users.setdefault(path.name, tree)
    assert set(users) == {"folium_elements.py", "folium_page.py"}
    source = (WEB / "folium_elements.py").read_text("utf-8")
    assert set(re.findall(r"\bfolium\.\w+", source)) <= FOLIUM_ALLOWED


def test_nothing_goes_round_the_safe_way_of_rendering():
    for path in sorted(WEB.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                called = node.func.attr
                assert called not in FORBIDDEN_CALLS or path.name == "uploads.py", path.name


def test_land_use_takes_the_longest_prefix_of_its_code():
    assert look_of("land_survey", "0601").colour == "#bb9674"
    assert look_of("land_survey", "0603").colour == "#65cdaa"
    assert look_of("land_survey", "0102K").colour == "#f5f8dc"
    assert look_of("urban_plan", "M2").colour == "#bb9674"
    assert look_of("urban_plan", "??").colour == "#9aa5b1"
    assert look_of("permanent_farmland", "x").hatch == "farmland"


def test_limits_drawn_as_dashed_lines_have_no_fill():
    assert look_of("planning_area", "1").opacity == 0.0
    assert look_of("land_survey", "0601").opacity == 0.45


def test_the_outline_is_darker_than_the_fill():
    assert look_of("land_survey", "0601").outline == "#705a46"  # 187 150 116 times 0.6


def test_a_zone_is_read_from_the_crs():
    zone = transverse_mercator("EPSG:4527")
    assert (zone["central_meridian_deg"], zone["false_easting_m"]) == (117.0, 39_500_000.0)
    assert transverse_mercator("EPSG:26986") is None
    assert transverse_mercator("no such system") is None
