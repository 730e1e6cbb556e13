"""Settings of the web front end."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from web.preview_store import UploadLimits

__all__ = ["LOOPBACK_NAMES", "WebSettings"]

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "::1")
MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class WebSettings:
    """Limits and lists of one server.

    `frame_ancestors` are the pages that may show `/embed/…` in a frame, as sources of a
    content policy. `previews` bounds the uploads that wait to be confirmed. The secret signs
    session cookies and is new with every start.
    """

    trusted_hosts: tuple[str, ...] = LOOPBACK_NAMES
    frame_ancestors: tuple[str, ...] = (
        "'self'",
        "http://127.0.0.1:*",
        "http://localhost:*",
    )
    max_upload_bytes: int = 256 * MEBIBYTE
    max_form_text_bytes: int = 4 * MEBIBYTE
    max_files: int = 64
    recent_results: int = 10
    previews: UploadLimits = field(default_factory=UploadLimits)
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
