"""Who may ask: this machine only, under its loopback names, until accounts exist."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from flask import Flask, request
from werkzeug.exceptions import BadRequest, Forbidden

from services.errors import InvalidOptionError
from web.settings import WebSettings

__all__ = ["init_access", "is_loopback", "require_loopback"]


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine alone."""
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)


def require_loopback(host: str) -> None:
    """Refuse to listen where others could ask.

    Raises
    ------
    InvalidOptionError
        `host` is not a loopback address.
    """
    if not is_loopback(host):
        raise InvalidOptionError("host_not_loopback", host=host)


def init_access(app: Flask, settings: WebSettings) -> None:
    """Check host name, sender and size of every request."""
    app.config.update(
        MAX_CONTENT_LENGTH=settings.max_upload_bytes,
        MAX_FORM_MEMORY_SIZE=settings.max_form_text_bytes,
        MAX_FORM_PARTS=settings.max_files + 32,
        SESSION_COOKIE_NAME="plotwise_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )

    @app.before_request
    def from_this_machine() -> None:
        # Flask's TRUSTED_HOSTS knows no IPv6 names
        if urlsplit(f"//{request.host}").hostname not in settings.trusted_hosts:
            raise BadRequest
        if not is_loopback(request.remote_addr or ""):
            raise Forbidden
