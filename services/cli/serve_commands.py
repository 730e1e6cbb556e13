"""`plotwise serve`: the web front end on a production server."""

from __future__ import annotations

import click

from services.cli.guard_output import print_guards
from services.cli.language import say
from services.cli.options import Run, pass_run

__all__ = ["serve"]

DEFAULT_PORT = 8000


@click.command(help=say("启动网页服务（仅本机）。", "Serve the web page on this machine."))
@click.option("--host", default="127.0.0.1", help=say("监听地址，仅限本机", "loopback address"))
@click.option("--port", default=DEFAULT_PORT, type=click.IntRange(1, 65535), show_default=True)
@pass_run
def serve(run: Run, /, host: str, port: int) -> None:
    """Serve until interrupted."""
    from geo.io.sandbox import start_ahead

    start_ahead()
    from geo.io.sandbox import confinement_in_force
    from geo.warm_up import warm_up
    from services.safety_test import require_safe_reading
    from web.access import require_loopback
    from web.serve import serve as serve_pages

    require_loopback(host)
    workspace = run.workspace()
    print_guards(confinement_in_force(workspace.settings.site_sandbox), run.console)
    require_safe_reading()
    warm_up()
    run.console.line(
        say(
            f"地块智审：http://{host}:{port}/ （Ctrl-C 结束）",
            f"plotwise: http://{host}:{port}/ (Ctrl-C ends)",
        )
    )
    serve_pages(workspace, host=host, port=port)
