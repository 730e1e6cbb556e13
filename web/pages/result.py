"""A result under its number: page, documents, map. Nothing is computed here."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from services.domain.document import contract_json
from services.domain.verdict import CheckResult
from services.errors import IntakeNotFoundError, ResultNotFoundError
from services.repositories import ResultLine
from web.assets import MAP_SCRIPTS, MAP_STYLES
from web.downloads import download, issue_download
from web.language import page_language
from web.maps import result_map_html, result_map_parts
from web.ports import Services
from web.presentation.findings import finding_groups
from web.presentation.reading import Reading, reading_of
from web.presentation.result_rows import result_rows
from web.presentation.tables import area_tables, origin, plot_table
from web.presentation.verdict_card import verdict_card

__all__ = ["result_pages"]

HTML = "text/html"


def result_pages(services: Services) -> Blueprint:
    """`/result/<number>` and what can be taken from it."""
    pages = Blueprint("result", __name__)

    @pages.get("/result/<number>")
    def show(number: str) -> ResponseReturnValue:
        result, language = services.load(number), page_language()
        return render_template(
            "result.html",
            result=result,
            card=verdict_card(result, language),
            groups=finding_groups(result, language),
            plots=plot_table(result, language),
            areas=area_tables(result, language),
            origin=origin(result, language),
            reading=_reading(number, services),
            issues_of=("result.issues", {"number": number}),
            map=result_map_parts(result, language),
            map_styles=MAP_STYLES,
            map_scripts=MAP_SCRIPTS,
        )

    @pages.get("/results")
    def several() -> ResponseReturnValue:
        results = [services.load(number) for number in request.args.getlist("number")]
        if not results:
            raise ResultNotFoundError(number="")
        rows = result_rows([_line(result) for result in results], page_language())
        return render_template(
            "results.html",
            rows=rows,
            reading=_reading(results[0].number, services),
            issues_of=("result.issues", {"number": results[0].number}),
        )

    @pages.get("/result/<number>/map")
    def only_map(number: str) -> ResponseReturnValue:
        result, language = services.load(number), page_language()
        return render_template(
            "map_served.html",
            result=result,
            card=verdict_card(result, language),
            map=result_map_parts(result, language),
            map_styles=MAP_STYLES,
            map_scripts=MAP_SCRIPTS,
        )

    @pages.get("/result/<number>/sheet.docx")
    def sheet(number: str) -> ResponseReturnValue:
        return _report(number, services, "sheet")

    @pages.get("/result/<number>/areas.xlsx")
    def workbook(number: str) -> ResponseReturnValue:
        return _report(number, services, "workbook")

    @pages.get("/result/<number>/issues.<suffix>")
    def issues(number: str, suffix: str) -> ResponseReturnValue:
        record = services.reading(services.load(number).number)
        return issue_download(services, record.issues, number, suffix)

    @pages.get("/result/<number>/map.html")
    def offline_map(number: str) -> ResponseReturnValue:
        page = result_map_html(services.load(number), page_language())
        return download(page.encode("utf-8"), f"{number}.html", HTML)

    @pages.get("/result/<number>/result.json")
    def document(number: str) -> ResponseReturnValue:
        result = services.load(number)
        return contract_json(result, language=page_language(), geometry=True)

    return pages


def _line(result: CheckResult) -> ResultLine:
    return ResultLine(
        number=result.number,
        computed_at=result.computed_at,
        as_of=result.as_of,
        site_name=result.site.name,
        verdict=result.verdict,
        outcome=result.outcome,
    )


def _reading(number: str, services: Services) -> Reading | None:
    """How the file was read; `None` for results of before that was kept."""
    try:
        return reading_of(services.reading(number), page_language())
    except IntakeNotFoundError:
        return None


def _report(number: str, services: Services, kind: str) -> Response:
    result = services.load(number)
    with TemporaryDirectory(prefix="plotwise-") as folder:
        files = services.write_report(result, Path(folder), language=page_language())
        path: Path = getattr(files, kind)
        return download(path.read_bytes(), path.name, None)
