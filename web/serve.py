"""The production server of the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitress import serve as wait_for_requests

from web.access import require_loopback
from web.app import create_app
from web.bootstrap import bind_services
from web.settings import WebSettings

if TYPE_CHECKING:
    from services.workspace import Workspace

__all__ = ["serve"]

THREADS = 4


def serve(workspace: Workspace, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve a workspace to this machine until interrupted.

    Raises
    ------
    InvalidOptionError
        `host` can be reached from other machines; there are no accounts yet.
    """
    require_loopback(host)
    settings = WebSettings()
    app = create_app(bind_services(workspace), settings)
    wait_for_requests(
        app,
        host=host,
        port=port,
        threads=THREADS,
        ident=None,
        # above the limit of the pages, so that these may say it in a sentence
        max_request_body_size=2 * settings.max_upload_bytes,
    )
