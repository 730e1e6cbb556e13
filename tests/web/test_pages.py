"""Pages: parse, call, translate, render; every refusal is a sentence with a way on."""

import io
import re
from dataclasses import replace

import pytest

from geo.errors import MissingCRSError
from geo.intake import Refusal
from services.errors import NothingUsableError
from services.messages import catalogue
from services.testing import example_result
from web.forms import FIELDS

NUMBER = "2026-000001"


def upload(name="红线.txt", content=b"x"):
    return (io.BytesIO(content), name)


def test_the_first_page_asks(site):
    page = site.client.get("/")
    assert page.status_code == 200
    assert "二类工业用地" in page.text
    assert "示例机械厂扩建" in page.text
    assert 'lang="zh-CN"' in page.text


def test_an_empty_workspace_says_what_to_do(make_site):
    assert "plotwise layers add" in make_site(layers=0).client.get("/").text
    assert "plotwise layers add" not in make_site().client.get("/").text


def test_a_check_leads_to_the_page_of_its_result(site):
    answer = site.submit([upload()], use="M2 二类工业用地", project_type="industry", crs="4527")
    assert answer.status_code == 303
    assert answer.location == f"/result/{NUMBER}"
    asked = site.asked[0]
    assert (asked.use, asked.project_type, asked.as_of.isoformat()) == (
        "M2",
        "industry",
        "2022-06-16",
    )
    assert asked.options.crs == "EPSG:4527"
    assert asked.source_name == "红线.txt"


def test_what_was_read_is_shown_with_the_result(site):
    site.submit([upload()])
    page = site.client.get(f"/result/{NUMBER}").text
    assert "GeoJSON · 经纬度（EPSG:4490）" in page
    assert "第 3 个图形 S3" in page


def test_several_projects_lead_to_a_list(make_site):
    site = make_site(results=(example_result(), example_result(number="2026-000002")))
    answer = site.submit([upload()], each="on")
    assert answer.location == "/results?number=2026-000001&number=2026-000002"
    page = site.client.get(answer.location).text
    assert page.count('class="row-name"') == 2


def test_parts_of_a_shapefile_are_one_input(site):
    parts = [upload(f"地块.{ending}") for ending in ("shp", "shx", "dbf", "prj", "cpg", "shp.xml")]
    site.submit(parts)
    assert [path.name for path in site.asked[0].paths] == ["地块.shp"]


def test_a_part_alone_is_left_to_the_reader(site):
    site.submit([upload("地块.dbf")])
    assert [path.name for path in site.asked[0].paths] == ["地块.dbf"]


@pytest.mark.parametrize(
    ("name", "saved"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:/temp/红线.txt", "红线.txt"),
        ("..", "upload"),
        ("a<b>\x00.txt", "a_b_.txt"),
        ("长" * 300 + ".txt", "长" * 68 + ".txt"),
    ],
)
def test_names_of_uploads_stay_in_their_folder(site, name, saved):
    site.submit([upload(name)])
    assert site.asked[0].paths[0].name == saved


def test_two_uploads_of_one_name_are_both_kept(site):
    site.submit([upload("a.txt"), upload("a.txt")])
    assert [path.name for path in site.asked[0].paths] == ["a.txt", "a_2.txt"]


def test_a_drawing_is_an_input(site):
    site.submit(drawn='{"type": "Feature"}')
    assert site.asked[0].paths[0].name == "drawn.geojson"


def test_a_use_of_the_other_table_is_taken_with_its_scheme(site):
    site.submit([upload()], use="1001", use_scheme="ydyh_2023")
    assert (site.asked[0].use, site.asked[0].use_scheme) == ("1001", "ydyh_2023")


def test_every_refusal_that_points_at_a_field_has_words_and_the_field_exists(site):
    page = site.client.get("/").text
    for code, field in FIELDS.items():
        assert code in catalogue()
        assert f'id="{field}"' in page


def test_uploads_are_gone_after_the_check(site):
    site.submit([upload()])
    assert not site.asked[0].paths[0].exists()


@pytest.mark.parametrize(
    ("fields", "sentence", "field"),
    [
        ({"files": ()}, "没有选择红线文件", "files"),
        ({"use": "Z9"}, "规划用途“Z9”不在", "use"),
        ({"project_type": "castle"}, "项目类型“castle”不在", "project_type"),
        ({"date": "2022-13-01"}, "核查日期“2022-13-01”无效", "date"),
    ],
)
def test_a_fault_of_the_form_is_a_sentence_linked_to_its_field(site, fields, sentence, field):
    answer = site.submit(**{"files": [upload()], **fields})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}"' in answer.text
    assert site.asked == []


def test_what_was_typed_is_kept(site):
    answer = site.submit([upload()], use="Z9", crs="EPSG:4526", swap_axes="on")
    assert 'value="Z9"' in answer.text
    assert 'value="EPSG:4526"' in answer.text
    assert re.search(r'name="swap_axes"[^>]*checked', answer.text)


def test_refused_features_are_listed_behind_the_refusal(make_site):
    refused = (Refusal(0, "甲", "no_file_chosen"), Refusal(4, None, "no_file_chosen"))
    site = make_site(fails=NothingUsableError("http_400", refused=refused))
    answer = site.submit([upload()])
    assert answer.status_code == 422
    assert "第 1 个图形 甲" in answer.text
    assert "第 5 个图形" in answer.text


def test_a_missing_crs_points_at_its_field(make_site):
    answer = make_site(fails=MissingCRSError("http_400")).submit([upload()])
    assert answer.status_code == 422


@pytest.mark.parametrize("token", ["", "wrong"])
def test_a_form_without_our_token_is_not_taken(site, token):
    site.token()
    data = {"csrf_token": token, "date": "2022-06-16", "files": [upload()]}
    answer = site.client.post("/", data=data, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "页面已过期" in answer.text
    assert site.asked == []


def test_a_result_page_holds_card_findings_tables_and_origin(site):
    page = site.client.get(f"/result/{NUMBER}?lang=en").text
    for words in (
        "Does not conform",
        "Choose another site",
        "Touched",
        "Not checked",
        "Slivers to be verified: 1",
        "Areas by class",
        "2222222222",
        "not a basis for approval",
    ):
        assert words in page


def test_the_disclaimer_stands_on_every_form_of_a_result(site):
    for address in (f"/result/{NUMBER}", f"/embed/result/{NUMBER}", f"/result/{NUMBER}/map.html"):
        assert "不作为审批依据" in site.client.get(address).text


def test_an_unknown_result_is_not_found(site):
    for address in ("/result/2026-999999", "/embed/result/x", "/results", "/result/x/areas.xlsx"):
        assert site.client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("address", "kind", "starts"),
    [("sheet.docx", "wordprocessingml", b".docx zh"), ("areas.xlsx", "spreadsheetml", b".xlsx zh")],
)
def test_documents_are_downloads(site, address, kind, starts):
    answer = site.client.get(f"/result/{NUMBER}/{address}")
    assert kind in answer.mimetype
    assert answer.data.startswith(starts)
    assert "attachment" in answer.headers["Content-Disposition"]


def test_the_json_of_a_result_is_the_contract(site):
    document = site.client.get(f"/result/{NUMBER}/result.json").json
    assert document["verdict"] == "nonconforming"
    assert document["findings"][0]["geometry"]["type"] == "Polygon"


def test_the_language_is_kept_and_the_page_too(site):
    page = site.client.get(f"/result/{NUMBER}?lang=en")
    assert 'lang="en"' in page.text
    assert f"/result/{NUMBER}?lang=zh" in page.text
    assert 'lang="en"' in site.client.get("/").text
    assert 'lang="zh-CN"' in site.client.get("/?lang=zh").text


def test_the_language_follows_the_browser_at_first(site):
    page = site.client.get("/", headers={"Accept-Language": "en-GB,en;q=0.8"})
    assert 'lang="en"' in page.text


def test_the_switch_keeps_the_query(make_site):
    site = make_site(results=(example_result(), example_result(number="2026-000002")))
    page = site.client.get("/results?number=2026-000001&number=2026-000002").text
    assert "number=2026-000001&amp;number=2026-000002&amp;lang=en" in page


def test_an_embedded_result_names_data_and_run(site):
    page = site.client.get(f"/embed/result/{NUMBER}?lang=en").text
    assert f"Data of 2017-12-31 · run {NUMBER}" in page
    assert f'href="/result/{NUMBER}?lang=en"' in page
    assert "<nav" not in page


def test_about_names_the_parts_of_others(site):
    page = site.client.get("/about").text
    assert "leaflet" in page
    assert "BSD 2-Clause License" in page


def test_a_green_card_is_only_for_a_green_verdict(make_site):
    for state in ("conditional", "procedure", "undecided", "nonconforming"):
        result = replace(example_result(), verdict=type(example_result().verdict)(state))
        page = make_site(results=(result,)).client.get(f"/result/{NUMBER}").text
        card = re.search(r'<section class="verdict state-(\w+)"', page).group(1)
        assert card == state
