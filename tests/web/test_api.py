"""The interface for programs answers with the documents of the contract."""

import json

import pytest

from geo.errors import MissingCRSError

SITE = {"type": "Polygon", "coordinates": [[[117.2, 34.7], [117.3, 34.7], [117.3, 34.8]]]}
NUMBER = "2026-000001"


def post(site, query="", *, kind="application/json", headers=None):
    return site.client.post(
        f"/api/check{query}", data=json.dumps(SITE), content_type=kind, headers=headers or {}
    )


def test_a_site_is_checked(site):
    answer = post(site, "?use=M2&project_type=industry&date=2022-06-16&lang=en")
    assert answer.status_code == 200
    document = answer.json
    assert set(document) == {"results", "refused", "repaired", "detected"}
    result = document["results"][0]
    assert (result["number"], result["verdict"], result["outcome"]) == (
        NUMBER,
        "nonconforming",
        "resite",
    )
    assert result["findings"][0]["message"].startswith("30.00 m²")
    assert "geometry" not in result["findings"][0]
    assert document["repaired"][0]["area_after_m2"] == 100.02
    assert document["detected"]["driver"] == "GeoJSON"
    assert (site.asked[0].use, site.asked[0].as_of.isoformat()) == ("M2", "2022-06-16")


def test_a_switch_that_is_off_is_off(site):
    for query, swapped in (("?swap_axes=0", False), ("?swap_axes=1", True), ("", False)):
        post(site, query)
        assert site.asked[-1].options.swap_axes is swapped


def test_geometry_comes_when_asked_for(site):
    assert "geometry" in post(site, "?geometry=1").json["results"][0]["findings"][0]
    stored = site.client.get(f"/api/result/{NUMBER}?geometry=1").json
    assert stored["site"]["geometry"][0]["type"] == "Polygon"


def test_a_stored_result_is_the_same_document(site):
    assert site.client.get(f"/api/result/{NUMBER}").json == post(site).json["results"][0]


def test_chinese_is_written_as_it_is(site):
    assert "示例机械厂扩建" in site.client.get(f"/api/result/{NUMBER}").text


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_what_a_foreign_form_could_send_is_refused(site, kind):
    answer = post(site, kind=kind)
    assert answer.status_code == 415
    assert answer.json["error"]["code"] == "http_415"
    assert site.asked == []


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}],
)
def test_other_sites_are_refused(site, headers):
    assert post(site, headers=headers).status_code == 403
    assert site.asked == []


def test_our_own_pages_are_answered(site):
    headers = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert post(site, headers=headers).status_code == 200


def test_no_preflight_is_answered(site):
    answer = site.client.options("/api/check", headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("?use=Z9", "use_not_on_list"),
        ("?project_type=castle", "project_type_not_on_list"),
        ("?date=tomorrow", "date_not_valid"),
    ],
)
def test_a_choice_off_its_list_is_an_error_document(site, query, code):
    answer = post(site, query + "&lang=en")
    assert answer.status_code == 422
    error = answer.json["error"]
    assert error["code"] == code
    assert error["message"]
    assert error["remedy"]
    assert error["refused"] == []


def test_a_refusal_of_the_service_is_an_error_document(make_site):
    answer = post(make_site(fails=MissingCRSError("http_400")))
    assert answer.status_code == 422
    assert answer.json["error"]["code"] == "http_400"


def test_what_does_not_exist_is_said_in_json(site):
    assert site.client.get("/api/nothing").json["error"]["code"] == "http_404"
    assert site.client.get("/api/check").json["error"]["code"] == "http_405"
    assert site.client.get("/api/result/2026-999999").status_code == 404
