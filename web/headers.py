"""Headers of every answer: a content policy with a nonce, and nothing kept by others."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import cast

from flask import Flask, Response, g, request

__all__ = ["init_headers", "nonce"]

EMBED_PREFIX = "/embed/"
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def nonce() -> str:
    """The nonce of this answer's own scripts."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(18)
    return cast(str, g.nonce)


def init_headers(app: Flask, frame_ancestors: Sequence[str]) -> None:
    """Set the headers on every answer, static files included."""
    app.context_processor(lambda: {"nonce": nonce()})

    @app.after_request
    def harden(response: Response) -> Response:
        framed = request.path.startswith(EMBED_PREFIX)
        ancestors = " ".join(frame_ancestors) if framed else "'self'"
        response.headers["Content-Security-Policy"] = _policy(ancestors)
        response.headers.update(FIXED)
        response.headers.setdefault("Cache-Control", "private, no-store")
        if request.endpoint == "static":
            response.headers["Cache-Control"] = "private, no-cache"
        return response


def _policy(ancestors: str) -> str:
    rules = {
        "default-src": "'none'",
        "script-src": f"'self' 'nonce-{nonce()}'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "object-src": "'none'",
        "frame-ancestors": ancestors,
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())
