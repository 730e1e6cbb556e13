"""Language of a request: asked for in the address, remembered, or what the browser prefers."""

from __future__ import annotations

from typing import Any, cast

from flask import Flask, Response, g, request, url_for

from services.domain.wording import Language
from web.texts import in_language

__all__ = ["init_language", "page_language"]

# pages that show again what a form of theirs could not do
PAGES_OF_FORMS = {
    "check.submit": "check.ask",
    "preview.upload": "check.ask",
    "preview.change": "preview.show",
    "preview.confirm": "preview.show",
}
COOKIE = "plotwise_lang"
YEAR_SECONDS = 365 * 24 * 3600


def page_language() -> Language:
    """Language of the page that answers this request."""
    if "language" not in g:
        g.language = _chosen()
    return cast(Language, g.language)


def _chosen() -> Language:
    for wanted in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if wanted in set(Language):
            return Language(wanted)
    preferred = request.accept_languages.best_match([str(item) for item in Language])
    return Language(preferred) if preferred else Language.ZH


def init_language(app: Flask) -> None:
    """Give templates their words, and remember a choice made in the address."""

    @app.context_processor
    def words() -> dict[str, object]:
        language = page_language()
        return {
            "t": in_language(language),
            "language": str(language),
            "switch_language_url": _switch_url,
        }

    @app.after_request
    def remember(response: Response) -> Response:
        response.vary.update(["Cookie", "Accept-Language"])
        wanted = request.args.get("lang")
        if wanted in set(Language) and not request.path.startswith(("/embed/", "/api/")):
            response.set_cookie(COOKIE, str(wanted), max_age=YEAR_SECONDS, samesite="Lax")
        return response


def _switch_url() -> str:
    """The same page in the other language."""
    other = Language.EN if page_language() is Language.ZH else Language.ZH
    if request.endpoint is None:
        return url_for("check.ask", lang=str(other))
    endpoint = PAGES_OF_FORMS.get(request.endpoint, request.endpoint)
    kept: dict[str, Any] = {
        name: values for name, values in request.args.lists() if not name.startswith(("lang", "_"))
    }
    return url_for(endpoint, **{**kept, **(request.view_args or {}), "lang": str(other)})
