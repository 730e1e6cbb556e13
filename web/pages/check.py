"""The page that asks: files, use, type and date; the answer has an address of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.errors import GeoError
from services.errors import InvalidOptionError, ServiceError
from services.siting.request import CheckRun
from web.assets import MAP_SCRIPTS, MAP_STYLES
from web.csrf import token_holds
from web.errors import error_lines, status_of
from web.folium_page import map_parts
from web.forms import DRAWN_NAME, ENCODINGS, SWITCHES, USE_SCHEMES, CheckForm
from web.language import page_language
from web.maps import county_map
from web.ports import Choice, Services
from web.presentation.result_rows import result_rows
from web.run_notes import RunNotes
from web.settings import WebSettings
from web.uploads import saved_bytes, saved_uploads

__all__ = ["check_pages"]


def check_pages(services: Services, settings: WebSettings, notes: RunNotes) -> Blueprint:
    """`/` asks, and takes the answer."""
    pages = Blueprint("check", __name__)

    @pages.get("/")
    def ask() -> ResponseReturnValue:
        return _page(services, settings, CheckForm.empty())

    @pages.post("/")
    def submit() -> ResponseReturnValue:
        form = CheckForm.typed(request.form)
        try:
            _require_sound(form, services)
            with _inputs(form, settings) as paths:
                run = services.check(form.request(paths))
        except (GeoError, ServiceError) as error:
            return _page(services, settings, form, error), status_of(error)
        notes.keep(run)
        return redirect(_address(run), code=303)

    return pages


def _require_sound(form: CheckForm, services: Services) -> None:
    """Raise `InvalidOptionError` for a stale page or the first fault of the form."""
    if not token_holds():
        raise InvalidOptionError("form_expired")
    form.require_sound(services.uses, services.project_types())


@contextmanager
def _inputs(form: CheckForm, settings: WebSettings) -> Iterator[tuple[Path, ...]]:
    files = [file for file in request.files.getlist("files") if file.filename]
    if not files and not form.drawn:
        raise InvalidOptionError("no_file_chosen")
    if len(files) > settings.max_files:
        raise InvalidOptionError("too_many_files", most=settings.max_files, found=len(files))
    kept = saved_uploads(files) if files else saved_bytes(form.drawn.encode(), DRAWN_NAME)
    with kept as paths:
        yield paths


def _address(run: CheckRun) -> str:
    numbers = [result.number for result in run.results]
    if len(numbers) == 1:
        return url_for("result.show", number=numbers[0])
    return url_for("result.several", number=numbers)


def _page(
    services: Services,
    settings: WebSettings,
    form: CheckForm,
    error: GeoError | ServiceError | None = None,
) -> str:
    language = page_language()

    def named(choices: tuple[Choice, ...]) -> list[dict[str, str]]:
        return [{"code": item.code, "name": item.name.in_language(language)} for item in choices]

    return render_template(
        "check.html",
        form=form,
        refusals=error_lines(error, language) if error else (),
        uses=named(services.uses(form.scheme)),
        use_schemes=USE_SCHEMES,
        project_types=named(services.project_types()),
        encodings=ENCODINGS,
        switches=SWITCHES,
        rows=result_rows(services.recent(settings.recent_results), language),
        no_layers=not services.layer_count(),
        map=map_parts(county_map(services.crs, language, services.surroundings())),
        map_styles=MAP_STYLES,
        map_scripts=MAP_SCRIPTS,
    )
