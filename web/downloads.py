"""Files that a page gives to take away."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Response, send_file
from werkzeug.exceptions import NotFound

from services.domain.issue import Issue
from web.language import page_language
from web.ports import Services

__all__ = ["ISSUE_SUFFIXES", "download", "issue_download"]

ISSUE_SUFFIXES = ("csv", "xlsx")


def download(content: bytes, name: str, mimetype: str | None) -> Response:
    """An answer that the browser saves under a name."""
    return send_file(io.BytesIO(content), mimetype=mimetype, as_attachment=True, download_name=name)


def issue_download(
    services: Services, issues: Sequence[Issue], title: str, suffix: str
) -> Response:
    """An issue log as CSV or Excel, in the language of the page.

    Raises
    ------
    NotFound
        Another suffix was asked for.
    """
    if suffix not in ISSUE_SUFFIXES:
        raise NotFound
    with TemporaryDirectory(prefix="plotwise-") as folder:
        path = Path(folder) / f"{title}-issues.{suffix}"
        services.write_issues(issues, path, language=page_language())
        return download(path.read_bytes(), path.name, None)
