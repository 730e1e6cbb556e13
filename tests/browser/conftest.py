"""A real server and a real browser whose every name look-up fails but this machine's."""

import shutil
import threading

import pytest
from werkzeug.serving import make_server

from services.testing import example_result
from web.app import create_app
from web.testing import HOSTILE_TEXTS, fake_services, hostile_result

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
WATCH_POLICY = """
window.violations = [];
document.addEventListener("securitypolicyviolation",
    (event) => window.violations.push(event.violatedDirective + " " + event.blockedURI));
"""


def pytest_collection_modifyitems(items):
    here = [item for item in items if "/browser/" in str(item.path)]
    for item in here:
        item.add_marker(pytest.mark.browser)
        if CHROMIUM is None:
            item.add_marker(pytest.mark.skip(reason="no chromium on the path (apt: chromium)"))


@pytest.fixture(scope="session")
def browser():
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def hostile_results():
    return [
        hostile_result(text, number=f"2026-{index:06d}")
        for index, text in enumerate(HOSTILE_TEXTS, start=100)
    ]


@pytest.fixture(scope="session")
def address(hostile_results):
    """Address of a running server; result 2026-000001 is the example."""
    services, _ = fake_services([example_result(), *hostile_results])
    server = make_server("127.0.0.1", 0, create_app(services), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


class Visit:
    """A page with a record of what it asked for and complained of."""

    def __init__(self, context):
        self.page = context.new_page()
        self.requests, self.complaints, self.dialogs = [], [], []
        self.page.add_init_script(WATCH_POLICY)
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._listen)
        self.page.on("dialog", self._dismiss)

    def _listen(self, message):
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def _dismiss(self, dialog):
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def open(self, url):
        self.page.goto(url)
        self.page.wait_for_selector(".leaflet-container")
        return self.page

    def assert_clean(self, *origins):
        outside = [url for url in self.requests if not url.startswith((*origins, "data:", "blob:"))]
        assert outside == []
        assert self.complaints == []
        assert self.dialogs == []
        assert self.page.evaluate("window.violations") == []
        assert self.page.evaluate("typeof window.PWN") == "undefined"


@pytest.fixture
def visit(browser):
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    yield Visit(context)
    context.close()


@pytest.fixture
def visit_with(browser):
    contexts = []

    def start(**options):
        contexts.append(browser.new_context(**options))
        return Visit(contexts[-1])

    yield start
    for context in contexts:
        context.close()
