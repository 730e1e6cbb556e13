"""Proof that a form was filled on a page of ours."""

from __future__ import annotations

import hmac
import secrets
from urllib.parse import urlsplit

from flask import Flask, request, session
from werkzeug.exceptions import Forbidden, UnsupportedMediaType

__all__ = ["csrf_token", "init_csrf", "require_same_origin_json", "token_holds"]

FIELD = "csrf_token"
JSON_TYPES = frozenset({"application/json", "application/geo+json"})
OWN_FETCH_SITES = frozenset({"same-origin", "none"})


def csrf_token() -> str:
    """Token of this browser's session."""
    if FIELD not in session:
        session[FIELD] = secrets.token_urlsafe(24)
    return str(session[FIELD])


def init_csrf(app: Flask) -> None:
    """Give templates the token when they ask for it: pages without a form need no cookie."""
    app.jinja_env.globals["csrf_token"] = csrf_token


def token_holds() -> bool:
    """Whether the posted form carries the session's token."""
    expected, given = session.get(FIELD), request.form.get(FIELD)
    return bool(expected and given and hmac.compare_digest(str(expected), given))


def require_same_origin_json() -> None:
    """Let no other site use the interface through the user's browser.

    A JSON content type cannot be sent across sites without a preflight, which is never
    answered here; browsers also say where a request comes from.

    Raises
    ------
    UnsupportedMediaType, Forbidden
        The body is not JSON, or the request comes from another site.
    """
    if request.mimetype not in JSON_TYPES:
        raise UnsupportedMediaType
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in OWN_FETCH_SITES:
        raise Forbidden
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise Forbidden
