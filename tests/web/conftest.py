import re

import pytest

from services.testing import example_result
from web.app import create_app
from web.testing import fake_services

NUMBER = "2026-000001"


class Site:
    """A client of the pages, with the requests that the services were sent."""

    def __init__(self, **options):
        services, self.asked = fake_services(**options)
        self.app = create_app(services)
        self.client = self.app.test_client()

    def token(self):
        page = self.client.get("/").text
        return re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)

    def submit(self, files=(), **fields):
        data = {"csrf_token": self.token(), "date": "2022-06-16", "files": list(files), **fields}
        return self.client.post("/", data=data, content_type="multipart/form-data")


@pytest.fixture
def site():
    return Site()


@pytest.fixture
def make_site():
    return Site


@pytest.fixture
def result():
    return example_result(number=NUMBER)
