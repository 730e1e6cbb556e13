"""`/api/check` and `/api/result/<number>`."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from services.domain.document import contract_json
from services.intake_documents import detected_document, refused_documents, repaired_documents
from services.siting.request import CheckRun
from web.csrf import require_same_origin_json
from web.forms import CheckForm, today
from web.language import page_language
from web.ports import Services
from web.uploads import saved_bytes

__all__ = ["api"]

SENT_NAME = "site.geojson"


def api(services: Services) -> Blueprint:
    """Check a GeoJSON site; read a stored result."""
    routes = Blueprint("api", __name__, url_prefix="/api")

    @routes.post("/check")
    def check() -> ResponseReturnValue:
        """Options are in the query, with the names of the form; `geometry` adds shapes.

        `datum_parameters` names one of the centre's files, as on the page.
        """
        require_same_origin_json()
        form = CheckForm.typed({"date": today().isoformat(), **request.args.to_dict()})
        form.require_sound(services.uses, services.project_types())
        with saved_bytes(request.get_data(), SENT_NAME) as paths:
            name = form.datum_parameters
            parameters = services.datum_file(name) if name else None
            run = services.check(form.request(paths, parameters=parameters))
        return _document(run)

    @routes.get("/result/<number>")
    def result(number: str) -> ResponseReturnValue:
        return contract_json(
            services.load(number), language=page_language(), geometry=_with_geometry()
        )

    return routes


def _with_geometry() -> bool:
    return request.args.get("geometry", "") in {"1", "true"}


def _document(run: CheckRun) -> dict[str, object]:
    language = page_language()
    return {
        "results": [
            contract_json(result, language=language, geometry=_with_geometry())
            for result in run.results
        ],
        "refused": refused_documents(run.refused, language),
        "repaired": repaired_documents(run.repaired, language),
        "detected": detected_document(run.detected, language),
    }
