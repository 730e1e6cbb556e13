"""Between upload and check: what was understood of the files, and what only the user knows."""

from __future__ import annotations

import secrets
from dataclasses import asdict, replace
from pathlib import Path
from urllib.parse import parse_qsl

from flask import Blueprint, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from geo.errors import GeoError
from services.errors import InvalidOptionError, ServiceError
from services.preview_trials import crs_candidates
from web.assets import MAP_SCRIPTS, MAP_STYLES
from web.downloads import issue_download
from web.errors import error_lines, status_of
from web.forms import DATUMS, ENCODINGS, USE_SCHEMES, CheckForm
from web.language import page_language
from web.pages.check import ask_again, named_choices, require_token, result_address, sent_files
from web.ports import Services
from web.presentation.detected import file_cards
from web.presentation.issues import IssueTable, issue_table
from web.presentation.questions import crs_name, question_cards
from web.presentation.reading import RefusalLine
from web.preview_cache import PreviewCache, SeenPreview
from web.preview_errors import PreviewChangedError
from web.preview_map import issue_shape, outline_shape, preview_map
from web.preview_shapes import ISSUES_SHOWN
from web.preview_store import PreviewStore, Upload, sha256_of
from web.settings import WebSettings

__all__ = ["preview_pages"]

OWNER = "visitor"
JSON = "application/json"


def preview_pages(services: Services, settings: WebSettings, store: PreviewStore) -> Blueprint:
    """`/preview` takes files, `/preview/<name>` shows them, and leads to the check."""
    pages = Blueprint("preview", __name__, url_prefix="/preview")
    desk = _Desk(services, settings, store)
    pages.add_url_rule("", "upload", desk.upload, methods=["POST"])
    pages.add_url_rule("/<name>", "show", desk.show)
    pages.add_url_rule("/<name>/options", "change", desk.change, methods=["POST"])
    pages.add_url_rule("/<name>/check", "confirm", desk.confirm, methods=["POST"])
    pages.add_url_rule("/<name>/discard", "discard", desk.discard, methods=["POST"])
    pages.add_url_rule("/<name>/issues.<suffix>", "issues", desk.issues)
    return pages


class _Desk:
    """What happens to the uploads of one server, one method an address."""

    def __init__(self, services: Services, settings: WebSettings, store: PreviewStore) -> None:
        self._services = services
        self._settings = settings
        self._store = store
        self._cache = PreviewCache(services.preview, services.crs)

    def upload(self) -> ResponseReturnValue:
        """Keep the files, read them, and lead to their page."""
        form = CheckForm.typed(request.form)
        try:
            require_token()
            self._require_sound(form)
            files = sent_files(form, self._settings)
            if OWNER not in session:
                session[OWNER] = secrets.token_urlsafe(24)
            size = request.content_length or 0
            kept = self._store.create(files, session[OWNER], _typed(form), size)
            self._seen(kept)
        except (GeoError, ServiceError) as error:
            if _wants_json():
                lines = [asdict(line) for line in error_lines(error, page_language())]
                return jsonify(refusals=lines), status_of(error)
            return ask_again(self._services, self._settings, form, error), status_of(error)
        address = url_for("preview.show", name=kept.id)
        return jsonify(location=address) if _wants_json() else redirect(address, code=303)

    def show(self, name: str) -> ResponseReturnValue:
        """The page, the same at every visit."""
        return self._page(self._mine(name))

    def change(self, name: str) -> ResponseReturnValue:
        """Take an answer, and read the files again as it says."""
        kept = self._mine(name)
        require_token()
        form = CheckForm.typed(kept.form).changed(request.form.to_dict())
        form = form.changed(dict(parse_qsl(request.form.get("answer", ""), keep_blank_values=True)))
        try:
            form.require_readable()
            self._parameters(form)
        except InvalidOptionError as error:
            return self._page(kept, error=error), status_of(error)
        settled = list(dict.fromkeys([*kept.settled, *request.form.getlist("settle")]))
        self._seen(self._store.change(kept, form=_typed(form), settled=settled))
        return redirect(url_for("preview.show", name=name), code=303)

    def confirm(self, name: str) -> ResponseReturnValue:
        """Check what the page showed; only now is anything stored."""
        kept = self._mine(name)
        require_token()
        read_as = CheckForm.typed(kept.form)
        form = read_as.changed(request.form.to_dict())
        try:
            with self._store.claimed(kept):
                if not form.reads_like(read_as):
                    raise PreviewChangedError
                self._require_as_shown(kept)
                self._require_sound(form)
                asked = form.request(kept.paths, parameters=self._parameters(form))
                run = self._services.check(asked)
        except (GeoError, ServiceError) as error:
            if isinstance(error, PreviewChangedError):
                self._cache.forget(kept)
            return self._page(kept, form.reading_like(read_as), error), status_of(error)
        self._forget(kept)
        return redirect(result_address(run), code=303)

    def discard(self, name: str) -> ResponseReturnValue:
        """Delete an upload on its user's word."""
        kept = self._mine(name)
        require_token()
        with self._store.claimed(kept):
            self._forget(kept)
        return redirect(url_for("check.ask"), code=303)

    def issues(self, name: str, suffix: str) -> ResponseReturnValue:
        """The issue log to take away."""
        kept = self._mine(name)
        title = kept.files[0].saved.rpartition(".")[0] or "preview"
        return issue_download(self._services, self._seen(kept).preview.issues, title, suffix)

    def _mine(self, name: str) -> Upload:
        """The visitor's own upload; a file of parameters that is gone is named no longer."""
        kept = self._store.get(name, str(session.get(OWNER, "")))
        named = kept.form.get("datum_parameters")
        if named and named not in self._services.datum_files():
            form = {**kept.form, "datum_parameters": ""}
            return self._store.change(kept, form=form, settled=kept.settled)
        return kept

    def _seen(self, kept: Upload) -> SeenPreview:
        form = CheckForm.typed(kept.form)
        return self._cache.of(kept, form.options(self._parameters(form)))

    def _parameters(self, form: CheckForm) -> Path | None:
        """File of the centre that the form names."""
        name = form.datum_parameters
        return self._services.datum_file(name) if name else None

    def _forget(self, kept: Upload) -> None:
        self._store.remove(kept)
        self._cache.forget(kept)

    def _require_sound(self, form: CheckForm) -> None:
        form.require_sound(self._services.uses, self._services.project_types())

    def _require_as_shown(self, kept: Upload) -> None:
        """Raise unless exactly what the page showed would be checked, and something can be."""
        if request.form.get("revision") != kept.revision or not kept.is_unchanged():
            raise PreviewChangedError
        preview = self._seen(kept).preview
        used = {
            file.source.detected.datum.sha256
            for file in preview.files
            if file.source.detected.datum
        }
        parameters = self._parameters(CheckForm.typed(kept.form))
        if parameters is not None and used and used != {sha256_of(parameters)}:
            raise PreviewChangedError
        if not preview.usable:
            raise InvalidOptionError("nothing_to_check")

    def _page(
        self,
        kept: Upload,
        form: CheckForm | None = None,
        error: GeoError | ServiceError | None = None,
    ) -> str:
        services, language, seen = self._services, page_language(), self._seen(kept)
        form = form or CheckForm.typed(kept.form)
        names = {file.saved: file.name for file in kept.files}
        return render_template(
            "preview.html",
            upload=kept,
            inputs=[names[path.name] for path in kept.paths],
            form=form,
            preview=seen.preview,
            refusals=_refusals(error) if error else (),
            questions=question_cards(seen.preview, kept.settled, language),
            files=file_cards(seen.preview, names, form, language),
            issues=_issues(seen),
            has_places=seen.shapes.has_places,
            issues_of=("preview.issues", {"name": kept.id}),
            uses=named_choices(services.uses(form.scheme)),
            use_schemes=USE_SCHEMES,
            project_types=named_choices(services.project_types()),
            encodings=ENCODINGS,
            datums=DATUMS,
            datum_files=services.datum_files(),
            systems=[(code, crs_name(code, language)) for code in crs_candidates(services.crs)],
            map=preview_map(seen, services.crs, services.surroundings(), language),
            map_styles=MAP_STYLES,
            map_scripts=MAP_SCRIPTS,
        )


def _wants_json() -> bool:
    return request.accept_mimetypes.best_match(["text/html", JSON]) == JSON


def _typed(form: CheckForm) -> dict[str, str]:
    """The form as it is written down; texts that became files are not repeated."""
    facts = asdict(form) | {"drawn": "", "pasted": ""}
    return {
        name: str(int(value)) if isinstance(value, bool) else value for name, value in facts.items()
    }


def _refusals(error: GeoError | ServiceError) -> list[RefusalLine]:
    """Refusals as sentences; the files themselves cannot be chosen again on this page."""
    lines = error_lines(error, page_language())
    return [replace(line, field="") if line.field == "files" else line for line in lines]


def _issues(seen: SeenPreview) -> IssueTable:
    """The issue log, each line with its mark or the outline that it is about."""
    preview, shapes = seen.preview, seen.shapes
    drawn = {outline.index for outline in shapes.outlines}
    names = []
    for number, (issue, mark) in enumerate(zip(preview.issues, shapes.marks, strict=False)):
        index = preview.index_of(issue)
        if mark is not None:
            names.append(issue_shape(number))
        else:
            names.append(outline_shape(index) if index is not None and index in drawn else "")
    return issue_table(preview.issues, page_language(), most=ISSUES_SHOWN, shapes=names)
