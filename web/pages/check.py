"""The page that asks: files, use, type and date; the answer has an address of its own."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from geo.errors import GeoError
from services.errors import InvalidOptionError, ServiceError
from services.siting.request import CheckRun
from web.assets import MAP_SCRIPTS, MAP_STYLES
from web.csrf import token_holds
from web.errors import error_lines, status_of
from web.folium_page import map_parts
from web.forms import ENCODINGS, SWITCHES, USE_SCHEMES, CheckForm
from web.language import page_language
from web.maps import county_map
from web.ports import Choice, Services
from web.presentation.result_rows import result_rows
from web.settings import WebSettings
from web.uploads import saved_uploads, text_upload

__all__ = [
    "ask_again",
    "check_pages",
    "named_choices",
    "require_token",
    "result_address",
    "sent_files",
]

DRAWN_NAME, PASTED_NAME = "drawn.geojson", "pasted.txt"


def check_pages(services: Services, settings: WebSettings) -> Blueprint:
    """`/` asks, and takes the answer."""
    pages = Blueprint("check", __name__)

    @pages.get("/")
    def ask() -> ResponseReturnValue:
        return ask_again(services, settings, CheckForm.empty())

    @pages.post("/")
    def submit() -> ResponseReturnValue:
        form = CheckForm.typed(request.form)
        try:
            require_token()
            form.require_sound(services.uses, services.project_types())
            with saved_uploads(sent_files(form, settings)) as paths:
                name = form.datum_parameters
                parameters = services.datum_file(name) if name else None
                run = services.check(form.request(paths, parameters=parameters))
        except (GeoError, ServiceError) as error:
            return ask_again(services, settings, form, error), status_of(error)
        return redirect(result_address(run), code=303)

    return pages


def require_token() -> None:
    """Raise `InvalidOptionError` for a form of a page that has expired."""
    if not token_holds():
        raise InvalidOptionError("form_expired")


def sent_files(form: CheckForm, settings: WebSettings) -> list[FileStorage]:
    """Everything that was sent to be read: files, a pasted text, a drawing.

    Raises
    ------
    InvalidOptionError
        Nothing, or too much.
    """
    files = [file for file in request.files.getlist("files") if file.filename]
    if form.pasted:
        files.append(text_upload(form.pasted, PASTED_NAME))
    if form.drawn:
        files.append(text_upload(form.drawn, DRAWN_NAME))
    if not files:
        raise InvalidOptionError("no_file_chosen")
    if len(files) > settings.max_files:
        raise InvalidOptionError("too_many_files", most=settings.max_files, found=len(files))
    return files


def result_address(run: CheckRun) -> str:
    """Page of the result, or of the list of results."""
    numbers = [result.number for result in run.results]
    if len(numbers) == 1:
        return url_for("result.show", number=numbers[0])
    return url_for("result.several", number=numbers)


def named_choices(choices: tuple[Choice, ...]) -> list[dict[str, str]]:
    """Entries of a list in the language of the page."""
    language = page_language()
    return [{"code": item.code, "name": item.name.in_language(language)} for item in choices]


def ask_again(
    services: Services,
    settings: WebSettings,
    form: CheckForm,
    error: GeoError | ServiceError | None = None,
) -> str:
    """The first page with what was typed, and why that could not be done."""
    language = page_language()
    return render_template(
        "check.html",
        form=form,
        refusals=error_lines(error, language) if error else (),
        uses=named_choices(services.uses(form.scheme)),
        use_schemes=USE_SCHEMES,
        project_types=named_choices(services.project_types()),
        encodings=ENCODINGS,
        switches=SWITCHES,
        rows=result_rows(services.recent(settings.recent_results), language),
        no_layers=not services.layer_count(),
        map=map_parts(county_map(services.crs, language, services.surroundings())),
        map_styles=MAP_STYLES,
        map_scripts=MAP_SCRIPTS,
    )
