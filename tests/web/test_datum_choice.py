"""The centre's files of datum parameters are chosen by name, on the page and by programs."""

import io
import json
import re
from pathlib import Path

import pytest
from werkzeug.datastructures import FileStorage

from services.workspace import create_workspace
from web.app import create_app
from web.bootstrap import bind_services

DEMO = Path(__file__).parents[1] / "data" / "datum" / "demo_four.toml"
E0, N0 = 39_524_000, 3_850_000
RING = [[E0, N0], [E0 + 100, N0], [E0 + 100, N0 + 200], [E0, N0 + 200], [E0, N0]]
OLD_SITE = json.dumps(
    {
        "type": "Feature",
        "properties": {},
        "crs": {"type": "name", "properties": {"name": "EPSG:2363"}},
        "geometry": {"type": "Polygon", "coordinates": [RING]},
    }
)
FORM = "multipart/form-data"
TITLE = "演示：西安80 转 2000 四参数"


@pytest.fixture
def client(tmp_path):
    workspace = create_workspace(tmp_path / "workspace")
    (workspace.root / "datum" / "demo.toml").write_bytes(DEMO.read_bytes())
    return create_app(bind_services(workspace)).test_client()


def api(client, query=""):
    return client.post(f"/api/check{query}", data=OLD_SITE, content_type="application/json")


def test_a_program_names_a_file(client):
    assert api(client).json["error"]["code"] == "old_datum"
    document = api(client, "?datum_parameters=demo.toml").json
    assert document["detected"]["datum"]["name"] == TITLE
    assert document["results"][0]["provenance"]["settings"]["datum"]["kind"] == "four"


@pytest.mark.parametrize("name", ["../plotwise.toml", "/etc/passwd", "none.toml"])
def test_no_path_reaches_a_file(client, name):
    answer = api(client, f"?datum_parameters={name}")
    assert answer.status_code == 422
    assert answer.json["error"]["code"] == "datum_file_not_kept"


def hidden(page):
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))


def test_the_page_offers_the_files_and_uses_the_chosen_one(client):
    file = FileStorage(io.BytesIO(OLD_SITE.encode()), filename="red.geojson")
    sent = hidden(client.get("/").text) | {"date": "2022-06-16", "files": file}
    address = client.post("/preview", data=sent, content_type=FORM).location
    page = client.get(f"{address}?lang=zh").text
    assert "demo.toml" in page
    fields = hidden(page) | {"datum_parameters": "demo.toml"}
    assert client.post(f"{address}/options", data=fields, content_type=FORM).status_code == 303
    page = client.get(f"{address}?lang=zh").text
    assert "残差中误差 0.013 米" in page
    wrong = hidden(page) | {"datum_parameters": "../plotwise.toml"}
    answer = client.post(f"{address}/options", data=wrong, content_type=FORM)
    assert answer.status_code == 422
