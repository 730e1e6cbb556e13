"""The application factory."""

from __future__ import annotations

from flask import Flask

from web.access import init_access
from web.api import api
from web.csrf import init_csrf
from web.embed import embed_pages
from web.errors import init_errors
from web.headers import init_headers
from web.language import init_language
from web.pages.about import about_pages
from web.pages.check import check_pages
from web.pages.preview import preview_pages
from web.pages.result import result_pages
from web.ports import Services
from web.preview_store import PreviewStore
from web.settings import WebSettings

__all__ = ["create_app"]


def create_app(services: Services, settings: WebSettings | None = None) -> Flask:
    """The pages over the use cases of one workspace."""
    settings = settings or WebSettings()
    app = Flask("web")
    app.secret_key = settings.secret
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # the default provider has it
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    store = PreviewStore(services.uploads, settings.previews)
    store.clear()
    init_access(app, settings)
    init_headers(app, settings.frame_ancestors)
    init_language(app)
    init_csrf(app)
    init_errors(app)
    app.register_blueprint(check_pages(services, settings))
    app.register_blueprint(preview_pages(services, settings, store))
    app.register_blueprint(result_pages(services))
    app.register_blueprint(embed_pages(services))
    app.register_blueprint(about_pages())
    app.register_blueprint(api(services))
    return app
