"""The pages over a real workspace: choices of the rule set, a check, and nothing protected."""

import json
import re
from datetime import date
from io import BytesIO

import pytest

from services.domain.project import UseScheme
from services.errors import InvalidOptionError, ResultNotFoundError
from services.layers.import_layer import add_layer
from services.layers.request import LayerImport
from services.workspace import create_workspace
from web.app import create_app
from web.bootstrap import bind_services
from web.serve import serve


def box(west, south, east, north):
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def feature(geometry, **properties):
    return {"type": "Feature", "properties": properties, "geometry": geometry}


TOWN = feature(box(117.20, 34.70, 117.30, 34.80), XZQDM="370403001", XZQMC="甲镇")
SITE = feature(box(117.24, 34.74, 117.242, 34.742))


@pytest.fixture
def workspace(tmp_path):
    return create_workspace(tmp_path / "workspace")


@pytest.fixture
def load_towns(workspace, tmp_path):
    def load(secrecy=None):
        path = tmp_path / "towns.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": [TOWN]}), "utf-8")
        request = LayerImport("town", (path,), valid_from=date(2020, 1, 1), secrecy=secrecy)
        add_layer(request, workspace)

    return load


def submit(client, **fields):
    page = client.get("/").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
    content = BytesIO(json.dumps(SITE).encode())
    data = {"csrf_token": token, "date": "2022-06-16", "files": [(content, "site.geojson")]}
    return client.post("/", data=data | fields, content_type="multipart/form-data")


def test_an_empty_workspace_has_choices_but_no_ground(workspace):
    services = bind_services(workspace)
    assert {"M2", "A33"} <= {item.code for item in services.uses(UseScheme.GB50137)}
    assert "1001" in {item.code for item in services.uses(UseScheme.YDYH_2023)}
    assert "industry" in {item.code for item in services.project_types()}
    assert services.layer_count() == 0
    assert services.surroundings().bounds is None
    assert services.recent(10) == ()
    with pytest.raises(ResultNotFoundError, match="result_not_found"):
        services.load("2026-000001")


def test_the_county_is_where_its_layers_are(workspace, load_towns):
    load_towns()
    found = bind_services(workspace).surroundings()
    assert found.bounds == pytest.approx((34.70, 117.20, 34.80, 117.30), abs=1e-3)
    assert [name for name, _ in found.towns] == ["甲镇"]


def test_a_protected_layer_is_not_drawn(workspace, load_towns):
    load_towns(secrecy="内部")
    assert bind_services(workspace).surroundings().towns == ()


def test_a_check_without_layers_is_never_green(workspace):
    client = create_app(bind_services(workspace)).test_client()
    answer = submit(client, use="M2")
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert re.search(r'<section class="verdict state-(\w+)"', page).group(1) == "undecided"
    assert "无法判定" in client.get("/").text


def test_a_document_of_a_stored_result_is_the_document_of_the_check(workspace):
    client = create_app(bind_services(workspace)).test_client()
    sent = client.post("/api/check?date=2022-06-16&use=M2", json=SITE)
    assert sent.status_code == 200
    number = sent.json["results"][0]["number"]
    assert client.get(f"/api/result/{number}").json == sent.json["results"][0]


def test_sheet_and_workbook_of_a_result_can_be_taken(workspace):
    client = create_app(bind_services(workspace)).test_client()
    address = submit(client, use="M2").location
    for name in ("sheet.docx", "areas.xlsx"):
        answer = client.get(f"{address}/{name}")
        assert answer.status_code == 200
        assert answer.data.startswith(b"PK")


def test_nobody_else_is_served(workspace):
    with pytest.raises(InvalidOptionError, match="host_not_loopback"):
        serve(workspace, host="0.0.0.0")
