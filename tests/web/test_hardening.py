"""Who may ask, what comes with every answer, and one status for every error."""

import importlib
import io
import pkgutil
import re
from pathlib import Path

import pytest

import geo
import services
from geo.errors import GeoError
from services.errors import InvalidOptionError, ServiceError
from web.access import is_loopback, require_loopback
from web.assets import STATIC, vendored
from web.errors import STATUS, status_of
from web.settings import WebSettings
from web.testing import HOSTILE_TEXTS, hostile_result

NUMBER = "2026-000001"
ADDRESSES = (
    "/",
    f"/result/{NUMBER}",
    f"/result/{NUMBER}/map",
    f"/result/{NUMBER}/result.json",
    f"/embed/result/{NUMBER}",
    f"/api/result/{NUMBER}",
    "/about",
    "/nothing",
    "/static/js/map.js",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_is_hardened(site, address):
    with site.client.get(address) as answer:
        headers = answer.headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self' 'nonce-")
    assert "unsafe" not in policy
    for rule in ("object-src 'none'", "base-uri 'none'", "form-action 'self'"):
        assert rule in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"].startswith("private")


def test_every_inline_script_carries_the_nonce_of_its_answer(site):
    first, second = (site.client.get(f"/result/{NUMBER}") for _ in range(2))
    nonces = []
    for page in (first, second):
        nonce = re.search(r"'nonce-([^']+)'", page.headers["Content-Security-Policy"]).group(1)
        scripts = re.findall(r"<script([^>]*)>", page.text)
        assert all(f'nonce="{nonce}"' in item or "src=" in item for item in scripts)
        nonces.append(nonce)
    assert nonces[0] != nonces[1]


def test_pages_hold_no_inline_style_or_handler(site):
    for address in ADDRESSES[:5]:
        page = site.client.get(address).text
        assert not re.search(r"<[^>]+\s(?:style|on\w+)=", re.sub(r"<script.*?</script>", "", page))


def test_only_embeds_may_be_framed_by_others(site):
    def ancestors(address):
        policy = site.client.get(address).headers["Content-Security-Policy"]
        return re.search(r"frame-ancestors ([^;]+)", policy).group(1)

    assert ancestors(f"/result/{NUMBER}") == "'self'"
    assert ancestors(f"/embed/result/{NUMBER}") == " ".join(WebSettings().frame_ancestors)


def test_embeds_and_results_set_no_cookie(site):
    for address in (f"/embed/result/{NUMBER}?lang=en", f"/api/result/{NUMBER}", "/about"):
        assert "Set-Cookie" not in site.client.get(address).headers


def test_the_session_cookie_is_closed_to_scripts_and_other_sites(site):
    cookie = site.client.get("/").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "192.168.1.2"])
def test_other_host_names_are_refused(site, host):
    assert site.client.get("/", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "[::1]:8000"])
def test_loopback_names_are_answered(site, host):
    assert site.client.get("/about", headers={"Host": host}).status_code == 200


def test_other_machines_are_refused(site):
    answer = site.client.get("/about", environ_base={"REMOTE_ADDR": "192.168.1.20"})
    assert answer.status_code == 403


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "[::1]", "localhost"])
def test_loopback_is_recognised(host):
    assert is_loopback(host)
    require_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "", "example.org", "127.1"])
def test_nothing_else_may_be_listened_on(host):
    with pytest.raises(InvalidOptionError, match="host_not_loopback"):
        require_loopback(host)


def test_too_large_an_upload_is_refused(site):
    site.app.config["MAX_CONTENT_LENGTH"] = 1000
    answer = site.submit([(io.BytesIO(b"x" * 2000), "a.txt")])
    assert answer.status_code == 413
    assert "上传内容过大" in answer.text


def test_a_fault_of_ours_is_a_sentence(make_site, caplog):
    answer = make_site(fails=RuntimeError("broken")).submit([(io.BytesIO(b"x"), "a.txt")])
    assert answer.status_code == 500
    assert "程序出错" in answer.text
    assert "broken" not in answer.text
    assert "broken" in caplog.text


def error_classes(root):
    return [root, *(leaf for child in root.__subclasses__() for leaf in error_classes(child))]


def import_all(package):
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)


def test_every_error_has_a_status_of_its_own():
    for package in (geo, services):
        import_all(package)
    known = [kind for root in (GeoError, ServiceError) for kind in error_classes(root)]
    ours = [kind for kind in known if kind.__module__.split(".")[0] in {"geo", "services"}]
    assert [kind.__name__ for kind in ours if kind not in STATUS] == []


def test_a_leaf_without_a_status_answers_as_its_parent():
    leaf = type("NewLeaf", (InvalidOptionError,), {})
    assert status_of(leaf("invalid_option")) == 422


def test_vendored_files_are_what_they_were():
    for part in vendored():
        assert part.changed_files() == []
    listed = {name for part in vendored() for name in part.files}
    folder = STATIC / "vendor"
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert found - {"vendor.json", "THIRD_PARTY.md"} == listed


def test_every_licence_is_written_out():
    texts = Path(STATIC / "vendor/THIRD_PARTY.md").read_text("utf-8")
    for part in vendored():
        licence = (STATIC / "vendor" / part.name / "LICENSE").read_text("utf-8").strip()
        assert licence in texts
        assert f"{part.version} ({part.licence})" in texts


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_hostile_texts_stay_text_on_every_page(make_site, text):
    site = make_site(results=(hostile_result(text),))
    for address in ADDRESSES[:5]:
        page = site.client.get(address).text
        for tag in ("<img", "<svg/", 'onfocus="window', "<script>window"):
            assert tag not in page or "json" in address
        assert "49" not in re.findall(r"\b49\b", page)
