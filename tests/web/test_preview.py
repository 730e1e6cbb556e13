"""Between upload and check: what was understood, what only the user knows, nothing stored."""

import io
import json
import math
import os
import re
import shutil
import threading
import time
from dataclasses import replace
from urllib.parse import parse_qs

import openpyxl
import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from services.intake_records import latest_records
from services.layers.import_layer import add_layer
from services.layers.request import LayerImport
from services.results import recent_results
from services.workspace import create_workspace, open_workspace
from web.app import create_app
from web.bootstrap import bind_services
from web.forms import READING_FIELDS
from web.preview_errors import PreviewNotFoundError
from web.preview_store import PreviewStore, UploadLimits
from web.settings import WebSettings
from web.testing import HOSTILE_TEXTS, fake_services

EAST, NORTH = 39_524_000, 3_850_000
# the county of these tests: 8 km by 8 km
COUNTY = (EAST - 4000, NORTH - 4000, EAST + 4000, NORTH + 4000)


def ring(west, south, east, north):
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def geojson(*rings, crs="EPSG:4527", **properties):
    features = [
        {
            "type": "Feature",
            "properties": {key: values[at] for key, values in properties.items()},
            "geometry": {"type": "Polygon", "coordinates": [each]},
        }
        for at, each in enumerate(rings)
    ]
    system = {"type": "name", "properties": {"name": crs}}
    document = {"type": "FeatureCollection", "crs": system, "features": features}
    return json.dumps(document, ensure_ascii=False).encode()


SOUND = ring(EAST, NORTH, EAST + 200, NORTH + 100)
BOW_TIE = [
    [EAST + 300, NORTH],
    [EAST + 400, NORTH + 100],
    [EAST + 400, NORTH],
    [EAST + 300, NORTH + 100],
    [EAST + 300, NORTH],
]
SITE = geojson(SOUND, DKMC=["甲地块"])
TWO = geojson(SOUND, BOW_TIE, DKMC=["甲地块", "乙地块"])
SWAPPED = geojson([point[::-1] for point in SOUND], DKMC=["甲地块"])


class Visitor:
    """One browser before the pages of a workspace."""

    def __init__(self, app):
        self.app = app
        self.client = app.test_client()
        self.page = ""

    def token(self):
        page = self.client.get("/").text
        return re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)

    def upload(self, content=SITE, name="红线.geojson", *, headers=None, **fields):
        contents = content if isinstance(content, list) else [(content, name)]
        files = [FileStorage(io.BytesIO(data), filename=each) for data, each in contents]
        data = {"csrf_token": self.token(), "date": "2022-06-16", "files": files, **fields}
        # encoded in memory: the client leaves the temporary file of a large body open
        boundary, body = encode_multipart(data)
        kind = f'multipart/form-data; boundary="{boundary}"'
        return self.client.post("/preview", data=body, content_type=kind, headers=headers)

    def preview(self, content=SITE, name="红线.geojson", **fields):
        answer = self.upload(content, name, **fields)
        assert answer.status_code == 303, answer.text
        return answer.location

    def see(self, address):
        self.page = self.client.get(f"{address}?lang=zh").text
        return self.page

    def send(self, address, to, **fields):
        page = self.client.get(address).text
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
        return self.client.post(
            f"{address}/{to}", data=hidden | fields, content_type="multipart/form-data"
        )


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    """A workspace with one town, to be copied."""
    folder = tmp_path_factory.mktemp("county")
    workspace = create_workspace(folder / "workspace")
    path = folder / "towns.geojson"
    path.write_bytes(geojson(ring(*COUNTY), XZQDM=["370403001"], XZQMC=["甲镇"]))
    add_layer(LayerImport("town", (path,)), workspace)
    workspace.engine.dispose()
    return workspace.root


@pytest.fixture
def workspace(county, tmp_path):
    workspace = open_workspace(shutil.copytree(county, tmp_path / "workspace"))
    yield workspace
    workspace.engine.dispose()


@pytest.fixture
def limits():
    return UploadLimits()


@pytest.fixture
def app(workspace, limits):
    return create_app(bind_services(workspace), WebSettings(previews=limits))


@pytest.fixture
def visitor(app):
    return Visitor(app)


@pytest.fixture
def uploads(workspace):
    return lambda: sorted((workspace.root / "uploads").iterdir())


def stored(workspace):
    """Results and readings in the database, the county's own left out."""
    readings = [record for record in latest_records(workspace, 99) if record.purpose == "check"]
    return len(recent_results(workspace, 99)) + len(readings)


def test_an_upload_leads_to_its_preview_and_stores_nothing(visitor, workspace, uploads):
    address = visitor.preview()
    page = visitor.see(address)
    assert "读入 1 = 采用 1 + 拒收 0，修复 0" in page
    assert "GeoJSON" in page
    assert "CGCS2000 3°带 39 带" in page
    assert "中央经线 117°" in page
    assert "甲地块" in page
    assert "核查采用的 1 个地块" in page
    assert stored(workspace) == 0
    assert len(uploads()) == 1


def test_a_preview_may_be_opened_again_and_again(visitor):
    address = visitor.preview()
    first, again = visitor.see(address), visitor.see(address)
    strip = re.compile(r'nonce="[^"]+"|map_[0-9a-f]+')
    assert strip.sub("", first) == strip.sub("", again)


def test_the_check_takes_what_was_shown_and_leaves_no_file(visitor, workspace, uploads):
    address = visitor.preview(use="M2")
    answer = visitor.send(address, "check", use="M2", date="2022-06-16")
    assert answer.status_code == 303
    assert answer.location.startswith("/result/")
    assert len(recent_results(workspace, 99)) == 1
    assert uploads() == []
    assert visitor.client.get(address).status_code == 404
    page = visitor.see(answer.location)
    assert "读入记录" in page
    assert "读入 1 = 采用 1 + 拒收 0，修复 0" in page


def test_the_result_keeps_the_issue_log_of_its_file(visitor):
    answer = visitor.send(visitor.preview(TWO), "check", date="2022-06-16")
    page = visitor.see(answer.location)
    assert "读入 2 = 采用 1 + 拒收 1" in page
    assert "repair_too_large" in page
    log = visitor.client.get(f"{answer.location}/issues.csv").data.decode("utf-8-sig")
    assert "repair_too_large" in log
    assert len(log.splitlines()) == 2


def test_files_of_a_preview_get_the_same_answer_as_at_once(visitor, workspace):
    data = {"csrf_token": visitor.token(), "date": "2022-06-16", "use": "M2"}
    direct = visitor.client.post(
        "/", data=data | {"files": [(io.BytesIO(SITE), "红线.geojson")]},
        content_type="multipart/form-data",
    )  # fmt: skip
    shown = visitor.send(visitor.preview(use="M2"), "check", use="M2", date="2022-06-16")
    documents = [
        visitor.client.get(f"{answer.location}/result.json").json for answer in (direct, shown)
    ]
    for document in documents:
        for name in ("number", "computed_at"):
            document.pop(name)
    assert documents[0] == documents[1]


def answers(page):
    return [
        {name: values[0] for name, values in parse_qs(text.replace("&amp;", "&"), True).items()}
        for text in re.findall(r'name="answer" value="([^"]*)"', page)
    ]


def test_swapped_axes_are_answered_by_a_button(visitor, workspace):
    address = visitor.preview(SWAPPED)
    page = visitor.see(address)
    assert "读入 1 = 采用 0 + 拒收 1" in page
    assert "把 X、Y 对调" in page
    assert "采用 1 个，落在本县内" in page
    assert "data-confirm" not in page
    assert answers(page) == [{"swap_axes": "1"}]
    answer = visitor.send(address, "options", answer="swap_axes=1")
    assert (answer.status_code, answer.location) == (303, address)
    page = visitor.see(address)
    assert "读入 1 = 采用 1 + 拒收 0" in page
    assert "由您指定" in page
    assert stored(workspace) == 0
    checked = visitor.send(address, "check", date="2022-06-16")
    assert checked.location.startswith("/result/")


def test_a_preview_with_nothing_usable_is_not_checked(visitor, workspace):
    answer = visitor.send(visitor.preview(SWAPPED), "check", date="2022-06-16")
    assert answer.status_code == 422
    assert "没有可用的地块" in answer.text
    links = re.findall(r'href="#([\w-]+)"', answer.text)
    assert set(links) <= set(re.findall(r'id="([\w-]+)"', answer.text))
    assert stored(workspace) == 0


def test_a_large_repair_shows_its_areas_and_is_accepted(visitor):
    address = visitor.preview(TWO)
    page = visitor.see(address)
    assert "乙地块：面积 0.00 → 5000.00 m²" in page
    assert "拒收的 1 个不参与核查" in page
    visitor.send(address, "options", answer="accept_repairs=1")
    page = visitor.see(address)
    assert "读入 2 = 采用 2 + 拒收 0，修复 1" in page


def test_a_file_that_cannot_be_read_shows_why_and_can_be_discarded(visitor, uploads):
    address = visitor.preview(b"", name="empty.txt")
    page = visitor.see(address)
    assert "文件未能读取" in page
    assert "empty_file" in page
    answer = visitor.send(address, "discard")
    assert (answer.status_code, answer.location) == (303, "/")
    assert uploads() == []


def test_all_ways_of_reading_can_be_overruled(visitor):
    address = visitor.preview()
    page = visitor.see(address)
    for name in READING_FIELDS:
        assert f'name="{name}"' in page
    visitor.send(address, "options", crs="4526", encoding="UTF-8", id_field="DKMC")
    page = visitor.see(address)
    assert "crs_contradicts" in page
    assert answers(page) == [{"crs": ""}]
    visitor.send(address, "options", answer="crs=")
    page = visitor.see(address)
    assert "采用 1" in page
    assert re.search(r"<option selected>\s*DKMC", page)


def test_what_was_asked_is_kept_while_options_change(visitor):
    address = visitor.preview(SWAPPED, use="M2", date="2022-05-01")
    visitor.send(address, "options", answer="swap_axes=1")
    page = visitor.see(address)
    assert 'name="use" list="uses" value="M2"' in page
    assert 'value="2022-05-01"' in page


def test_an_unread_change_of_options_is_not_checked(visitor, workspace):
    answer = visitor.send(visitor.preview(), "check", date="2022-06-16", swap_axes="1")
    assert answer.status_code == 409
    assert "读取选项在您看到的预览之后有改动" in answer.text
    assert stored(workspace) == 0


def test_a_check_of_an_older_page_is_refused(visitor, workspace):
    address = visitor.preview(TWO)
    old = re.search(r'name="revision" value="(\w+)"', visitor.see(address)).group(1)
    visitor.send(address, "options", answer="accept_repairs=1")
    answer = visitor.send(address, "check", date="2022-06-16", revision=old)
    assert answer.status_code == 409
    assert stored(workspace) == 0


def test_a_file_that_changed_on_disk_is_not_checked(visitor, workspace, uploads):
    address = visitor.preview()
    (path,) = (uploads()[0] / "files").iterdir()
    path.write_bytes(SITE.replace(b"39524200", b"39524300"))
    answer = visitor.send(address, "check", date="2022-06-16")
    assert answer.status_code == 409
    assert stored(workspace) == 0


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"use": "Z9"}, "规划用途“Z9”不在"),
        ({"date": "2022-13-01"}, "核查日期“2022-13-01”无效"),
        ({"project_type": "castle"}, "项目类型“castle”不在"),
    ],
)
def test_a_fault_of_the_form_keeps_the_preview(visitor, uploads, fields, words):
    address = visitor.preview()
    answer = visitor.send(address, "check", **{"date": "2022-06-16", **fields})
    assert answer.status_code == 422
    assert words in answer.text
    assert len(uploads()) == 1
    assert visitor.client.get(address).status_code == 200


def test_a_refused_check_keeps_the_preview(visitor, uploads):
    address = visitor.preview()
    answer = visitor.send(address, "check", date="2022-06-16", project_field="nothing")
    assert answer.status_code == 422
    assert "nothing" in answer.text
    assert len(uploads()) == 1


def test_the_issue_log_is_shown_and_taken_away(visitor):
    address = visitor.preview(TWO)
    page = visitor.see(address)
    assert page.count('<tr class="issue"') == 1
    assert 'data-place="issue-0"' in page
    assert "资料提供单位" in page
    text = visitor.client.get(f"{address}/issues.csv").data.decode("utf-8-sig")
    assert text.splitlines()[0].startswith("严重程度,文件,要素序号")
    book = openpyxl.load_workbook(
        io.BytesIO(visitor.client.get(f"{address}/issues.xlsx").data), read_only=True
    )
    rows = list(book.active.values)
    assert len(rows) == 2
    assert rows[1][-1] == "repair_too_large"
    assert visitor.client.get(f"{address}/issues.exe").status_code == 404


def map_layers(page):
    found = re.findall(r"plotwise\.addShapes\(map_\w+, (\{.*?\})\);", page)
    layers = [json.loads(text) for text in found]
    return {layer["id"]: layer["shapes"] for layer in layers}


def test_the_map_shows_what_was_kept_what_was_refused_and_the_county(visitor):
    layers = map_layers(visitor.see(visitor.preview(TWO)))
    assert [shape["label"] for shape in layers["towns"]] == ["甲镇"]
    assert [shape["classes"] for shape in layers["plots"]] == ["site"]
    (refused,) = layers["refused"]
    assert refused["classes"] == "refused"
    assert refused["title"] == "乙地块"


def test_a_mended_outline_is_marked_with_its_fault(visitor):
    address = visitor.preview(TWO)
    visitor.send(address, "options", answer="accept_repairs=1")
    page = visitor.see(address)
    layers = map_layers(page)
    assert [shape["classes"] for shape in layers["plots"]] == ["site", "site mended"]
    assert "修复后采用" in page
    assert 'data-place="' in page


def circle(count, radius=500.0):
    angles = [2 * math.pi * at / count for at in range(count)]
    points = [
        [round(EAST + radius * math.cos(a), 3), round(NORTH + radius * math.sin(a), 3)]
        for a in angles
    ]
    return [*points, points[0]]


def test_a_huge_outline_is_thinned_on_the_map_and_says_so(visitor):
    page = visitor.see(visitor.preview(geojson(circle(64_000), DKMC=["圆"])))
    (plot,) = map_layers(page)["plots"]
    assert len(plot["geometry"]["coordinates"][0]) < 60_000
    assert "图形已简化显示" in page
    assert "采用 1" in page


def test_a_pasted_text_is_a_file_like_any_other(visitor):
    address = visitor.preview([], pasted=SITE.decode())
    assert "采用 1" in visitor.see(address)


def test_nothing_chosen_is_said_on_the_first_page(visitor, uploads):
    answer = visitor.upload([])
    assert answer.status_code == 422
    assert "没有选择红线文件" in answer.text
    assert uploads() == []


def test_a_script_gets_the_address_or_the_refusals(visitor):
    headers = {"Accept": "application/json"}
    answer = visitor.upload(headers=headers)
    assert answer.json["location"].startswith("/preview/")
    refused = visitor.upload(headers=headers, use="Z9")
    assert refused.status_code == 422
    assert refused.json["refusals"][0]["field"] == "use"


@pytest.mark.parametrize("token", ["", "wrong"])
def test_a_form_without_our_token_is_not_taken(visitor, uploads, token):
    assert visitor.upload(csrf_token=token).status_code == 422
    assert uploads() == []
    address = visitor.preview()
    for action in ("options", "check", "discard"):
        answer = visitor.send(address, action, csrf_token=token, date="2022-06-16")
        assert answer.status_code == 422
        assert "页面已过期" in answer.text
    assert len(uploads()) == 1


def test_another_browser_does_not_see_a_preview(app, visitor, workspace, uploads):
    address = visitor.preview()
    other = Visitor(app)
    other.preview()
    assert other.client.get(address).status_code == 404
    assert other.client.get(f"{address}/issues.csv").status_code == 404
    for action in ("options", "check", "discard"):
        data = {"csrf_token": other.token(), "date": "2022-06-16"}
        assert other.client.post(f"{address}/{action}", data=data).status_code == 404
    assert visitor.client.get(address).status_code == 200
    assert len(uploads()) == 2
    assert stored(workspace) == 0


def test_a_browser_without_a_session_sees_nothing(app, visitor):
    address = visitor.preview()
    answer = app.test_client().get(address)
    assert answer.status_code == 404
    assert "已过期" in answer.text


def test_two_visitors_at_once_are_not_mixed(app):
    visitors = [Visitor(app) for _ in range(4)]
    pages = {}

    def work(number):
        content = geojson(SOUND, DKMC=[f"地块{number}号"])
        address = visitors[number].preview(content, name="same.geojson")
        pages[number] = visitors[number].see(address)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number in range(4):
        assert set(re.findall(r"地块(\d)号", pages[number])) == {str(number)}


def test_ids_cannot_be_guessed(visitor):
    names = {visitor.preview().rpartition("/")[2] for _ in range(5)}
    assert len(names) == 5
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{32}", name) for name in names)


@pytest.mark.parametrize(
    "name", ["..", "%2e%2e", "..%2f..%2fplotwise.db", "a" * 32, "x", "a" * 31 + ".", "a" * 31 + "é"]
)
def test_no_other_folder_is_reached(visitor, name):
    visitor.preview()
    assert visitor.client.get(f"/preview/{name}").status_code in {404, 308}
    assert visitor.client.get(f"/preview/{name}/issues.csv").status_code == 404


def test_the_store_itself_takes_no_other_name(workspace):
    store = PreviewStore(workspace.root / "uploads", UploadLimits())
    for name in ("..", "../layers", "/etc", "a" * 32 + "\n", ""):
        with pytest.raises(PreviewNotFoundError, match="preview_not_found"):
            store.get(name, "")


@pytest.mark.parametrize(
    ("name", "saved"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\a.geojson", "a.geojson"),
        ("CON.geojson", "_CON.geojson"),
        ("lpt1", "_lpt1"),
        (".hidden", "hidden"),
        ("a\x00b<script>.geojson", "a_b_script_.geojson"),
    ],
)
def test_hostile_names_stay_text(visitor, uploads, name, saved):
    address = visitor.preview(name=name)
    (path,) = (uploads()[0] / "files").iterdir()
    assert path.name == saved
    page = visitor.see(address)
    assert "<script>." not in page
    document = json.loads((uploads()[0] / "upload.json").read_text("utf-8"))
    assert document["files"][0]["saved"] == saved


def test_hostile_texts_are_escaped_in_every_place_of_the_page(tmp_path):
    services, _ = fake_services(uploads=tmp_path / "uploads")
    visitor = Visitor(create_app(services))
    for text in HOSTILE_TEXTS[:18]:
        page = visitor.see(visitor.preview(text.encode(), name="a.txt"))
        assert "<img" not in page
        assert "<svg/onload" not in page
        assert 'autofocus onfocus="' not in page
        assert ("7*7" in text) == ("{{ 7*7 }}" in page)
        scripts = re.findall(r"<script[^>]*>(.*?)</script>", page, re.S)
        assert not any("window.PWN=1" in re.sub(r'"(?:[^"\\]|\\.)*"', "", s) for s in scripts)


@pytest.mark.parametrize("limits", [UploadLimits(seconds=100.0)], ids=["100s"])
def test_a_preview_that_is_not_used_goes(visitor, uploads):
    address = visitor.preview()
    record = uploads()[0] / "upload.json"
    used = time.time() - 90
    os.utime(record, (used, used))
    assert visitor.client.get(address).status_code == 200
    assert record.stat().st_mtime > used + 50, "its time begins anew"
    old = time.time() - 101
    os.utime(record, (old, old))
    assert visitor.client.get(address).status_code == 404
    assert uploads() == []


def test_the_start_of_a_server_removes_what_another_left(visitor, workspace, uploads):
    visitor.preview()
    keep = workspace.root / "uploads" / "readme.txt"
    keep.write_text("an administrator's own", "utf-8")
    create_app(bind_services(workspace))
    assert uploads() == [keep]


@pytest.mark.parametrize("limits", [UploadLimits(most=2)], ids=["two"])
def test_one_s_own_oldest_upload_makes_way_others_do_not(app, visitor):
    first = visitor.preview()
    visitor.preview()
    third = visitor.preview()
    assert visitor.client.get(first).status_code == 404
    assert visitor.client.get(third).status_code == 200
    answer = Visitor(app).upload()
    assert answer.status_code == 429
    assert "等待确认的预览已达 2 份" in answer.text


@pytest.mark.parametrize("limits", [UploadLimits(most_bytes=3000)], ids=["3 kB"])
def test_uploads_have_room_for_so_much_together(app, visitor, uploads):
    visitor.preview()
    visitor.preview()
    answer = Visitor(app).upload(b"x" * 2500, name="large.txt")
    assert answer.status_code == 507
    assert "空间不足" in answer.text
    assert Visitor(app).upload(b"x" * 5000, name="larger.txt").status_code == 507
    assert len(uploads()) >= 1


def test_a_full_disk_is_said_and_leaves_nothing(visitor, uploads, monkeypatch):
    def full(files, folder):
        (folder / "half").write_bytes(b"x")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("web.preview_store.save_all", full)
    answer = visitor.upload()
    assert answer.status_code == 507
    assert uploads() == []


def test_a_check_that_is_under_way_is_not_begun_again(workspace):
    services = bind_services(workspace)
    entered, leave = threading.Event(), threading.Event()

    def slow(request):
        entered.set()
        assert leave.wait(20)
        return bind_services(workspace).check(request)

    visitor = Visitor(create_app(replace(services, check=slow)))
    address = visitor.preview()
    answers = []
    thread = threading.Thread(
        target=lambda: answers.append(visitor.send(address, "check", date="2022-06-16"))
    )
    thread.start()
    assert entered.wait(20)
    second = visitor.send(address, "check", date="2022-06-16")
    leave.set()
    thread.join()
    assert second.status_code == 409
    assert "正在核查" in second.text
    assert answers[0].status_code == 303
    assert len(recent_results(workspace, 99)) == 1


HEADER = """[属性描述]
格式版本号=1.01版本
坐标系=2000国家大地坐标系
几度分带=3
投影类型=高斯克吕格
计量单位=米
带号=39
[地块坐标]
"""


def parcel(number, west):
    corners = [(0, 0), (0, 100), (100, 100), (100, 0), (0, 0)]
    lines = [f"J{at},1,{NORTH + y},{EAST + west + x}" for at, (x, y) in enumerate(corners, start=1)]
    return "\n".join([f"4,1.0,{number},地块{number},面,,工业用地,,@", *lines, ""])


def test_a_question_is_settled_by_leaving_it_so(visitor):
    content = (HEADER + parcel("7", 0) + parcel("7", 300)).encode()
    address = visitor.preview(content, name="twice.txt")
    assert "是不同的地块吗" in visitor.see(address)
    visitor.send(address, "options", settle="duplicates")
    page = visitor.see(address)
    assert "是不同的地块吗" not in page
    assert "duplicate_number" in page, "it stays in the log"
    assert visitor.send(address, "check", date="2022-06-16").status_code == 303


def test_a_refusal_is_not_settled_by_leaving_it_so(visitor):
    address = visitor.preview(SWAPPED)
    visitor.send(address, "options", settle="axes")
    assert "把 X、Y 对调" in visitor.see(address)


PARAMETERS = """
name = "示例"
kind = "four"
date = 2018-05-01
issued_by = "示例"
secrecy = "示例"
accuracy_m = 0.1
[source]
crs = "EPSG:2363"
[target]
crs = "EPSG:4527"
[four]
north_m = 1.5
east_m = -2.5
rotation_s = 0.0
rotation_sense = "clockwise"
scale_ppm = 0.0
[extent]
west = 116.0
south = 34.0
east = 118.0
north = 36.0
"""
OLD = (HEADER.replace("2000国家大地坐标系", "1980西安坐标系") + parcel("1", 0)).encode()


@pytest.fixture
def parameters(workspace):
    folder = workspace.root / "datum"
    folder.mkdir(exist_ok=True)
    path = folder / "西安80.toml"
    path.write_text(PARAMETERS, "utf-8")
    return path


def test_an_old_datum_is_transformed_with_the_centre_s_file_alone(visitor, parameters):
    address = visitor.preview(OLD, name="old.txt")
    page = visitor.see(address)
    assert "要用本中心的参数转换吗" in page
    assert answers(page) == [{"datum_parameters": "西安80.toml", "datum": ""}]
    visitor.send(address, "options", answer="datum_parameters=西安80.toml&datum=")
    page = visitor.see(address)
    assert "读入 1 = 采用 1" in page
    assert "已转换" in page
    (plot,) = map_layers(page)["plots"]
    assert plot["anchor"]
    answer = visitor.send(address, "check", date="2022-06-16")
    document = visitor.client.get(f"{answer.location}/result.json").json
    assert "西安80.toml" not in json.dumps(document["findings"], ensure_ascii=False)


def test_parameters_that_changed_since_the_preview_are_not_used(visitor, parameters, workspace):
    address = visitor.preview(OLD, name="old.txt")
    visitor.send(address, "options", answer="datum_parameters=西安80.toml")
    visitor.see(address)
    parameters.write_text(PARAMETERS.replace("1.5", "150.0"), "utf-8")
    answer = visitor.send(address, "check", date="2022-06-16")
    assert answer.status_code == 409
    assert stored(workspace) == 0


def test_parameters_that_are_gone_are_asked_for_again(visitor, parameters, workspace):
    address = visitor.preview(OLD, name="old.txt")
    visitor.send(address, "options", answer="datum_parameters=西安80.toml")
    old = re.search(r'name="revision" value="(\w+)"', visitor.see(address)).group(1)
    parameters.unlink()
    page = visitor.see(address)
    assert "要用本中心的参数转换吗" in page
    assert "data-confirm" not in page
    answer = visitor.send(address, "check", date="2022-06-16", revision=old)
    assert answer.status_code == 409
    assert stored(workspace) == 0


def test_without_a_file_an_old_datum_stays_refused(visitor):
    page = visitor.see(visitor.preview(OLD, name="old.txt"))
    assert "要用本中心的参数转换吗" in page
    assert answers(page) == []
    assert "data-confirm" not in page


@pytest.mark.parametrize("name", ["../plotwise.toml", "nothing.toml", "/etc/passwd"])
def test_only_files_of_the_centre_are_parameters(visitor, parameters, name):
    address = visitor.preview(OLD, name="old.txt")
    answer = visitor.send(address, "options", datum_parameters=name)
    assert answer.status_code == 422
    assert "没有参数文件" in answer.text
    assert visitor.client.get(address).status_code == 200


def test_degrees_of_a_public_map_are_taken_back_on_the_user_s_word(visitor):
    degrees = ring(117.24, 34.77, 117.242, 34.772)
    address = visitor.preview(geojson(degrees, crs="EPSG:4326", DKMC=["甲"]))
    before = map_layers(visitor.see(address))["plots"][0]["anchor"]
    visitor.send(address, "options", datum="gcj02")
    page = visitor.see(address)
    after = map_layers(page)["plots"][0]["anchor"]
    # GCJ-02 lies some hundred metres off the truth hereabouts
    moved_m = math.hypot((after[0] - before[0]) * 111e3, (after[1] - before[1]) * 91e3)
    assert 300 < moved_m < 800
    assert "已转换" in page


def test_both_languages_say_the_same(visitor):
    address = visitor.preview(TWO)
    zh, en = (visitor.client.get(f"{address}?lang={lang}").text for lang in ("zh", "en"))
    assert "需要您确认" in zh
    assert "Only you can tell" in en
    assert "2 read = 1 kept + 1 refused, 0 mended" in en
    assert not re.search(
        "[\u4e00-\u9fff]", re.sub("红线|甲地块|乙地块|甲镇|中文|DKMC|[“”]", "", words_of(en))
    )


def words_of(page):
    body = re.sub(r"<script.*?</script>|<datalist.*?</datalist>", "", page, flags=re.S)
    return re.sub(r"<[^>]+>", "", body)
