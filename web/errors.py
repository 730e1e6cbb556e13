"""One table from error to status, and one handler that answers in the reader's form."""

from __future__ import annotations

from typing import Any

from flask import Flask, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from geo import errors as geo_errors
from geo.errors import GeoError
from services import errors as service_errors
from services.domain.wording import Language
from services.errors import ServiceError
from services.intake_documents import refused_documents
from services.messages import catalogue, message_of, remedy_of
from web.forms import field_of
from web.language import page_language
from web.presentation.reading import RefusalLine, refusal_lines
from web.preview_errors import (
    PreviewBusyError,
    PreviewChangedError,
    PreviewNotFoundError,
    TooManyPreviewsError,
    UploadsFullError,
)

__all__ = ["STATUS", "error_document", "error_lines", "init_errors", "status_of"]

API_PREFIX = "/api/"
BAD_REQUEST, NOT_FOUND, CONFLICT, UNPROCESSABLE = 400, 404, 409, 422
TOO_MANY = 429
FAULT_OF_OURS, UNAVAILABLE, NO_ROOM = 500, 503, 507

STATUS: dict[type[Exception], int] = {
    GeoError: UNPROCESSABLE,
    geo_errors.UnreadableFileError: UNPROCESSABLE,
    geo_errors.MissingCRSError: UNPROCESSABLE,
    geo_errors.GeographicCRSError: UNPROCESSABLE,
    geo_errors.MixedCRSError: UNPROCESSABLE,
    geo_errors.InvalidGeometryError: UNPROCESSABLE,
    geo_errors.EngineDisagreementError: FAULT_OF_OURS,
    geo_errors.SandboxUnavailableError: UNAVAILABLE,
    ServiceError: UNPROCESSABLE,
    service_errors.InvalidOptionError: UNPROCESSABLE,
    service_errors.NothingUsableError: UNPROCESSABLE,
    service_errors.IntakeNotFoundError: NOT_FOUND,
    service_errors.ResultNotFoundError: NOT_FOUND,
    service_errors.RoleNotFoundError: CONFLICT,
    service_errors.AmbiguousVersionError: CONFLICT,
    service_errors.TargetExistsError: CONFLICT,
    service_errors.InvalidRuleSetError: FAULT_OF_OURS,
    service_errors.InconsistentResultError: FAULT_OF_OURS,
    service_errors.WorkspaceError: UNAVAILABLE,
    PreviewNotFoundError: NOT_FOUND,
    PreviewChangedError: CONFLICT,
    PreviewBusyError: CONFLICT,
    TooManyPreviewsError: TOO_MANY,
    UploadsFullError: NO_ROOM,
    service_errors.UnsafeReadingError: UNAVAILABLE,
}


def status_of(error: GeoError | ServiceError) -> int:
    """HTTP status of a refusal, by its class or the nearest one above it."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def error_lines(error: GeoError | ServiceError, language: Language) -> tuple[RefusalLine, ...]:
    """A refusal and the single faults behind it, as sentences.

    Where all faults are of the refusal's own kind, they say all that it says.
    """
    refused = getattr(error, "refused", ())
    faults = refusal_lines(refused, language)
    if refused and all(fault.code == error.code for fault in refused):
        return faults
    first = RefusalLine(
        message_of(error.code, error.params).in_language(language),
        remedy_of(error.code, error.params).in_language(language),
        field_of(error.code),
    )
    return (first, *faults)


def error_document(
    code: str, params: dict[str, Any], language: Language, *, refused: Any = ()
) -> dict[str, Any]:
    """The error document of the contract."""
    return {
        "error": {
            "code": code,
            "message": message_of(code, params).in_language(language),
            "remedy": remedy_of(code, params).in_language(language),
            "refused": refused_documents(refused, language),
        }
    }


def init_errors(app: Flask) -> None:
    """Answer refusals with their status, and the unexpected (logged by Flask) with a sentence."""
    app.register_error_handler(GeoError, _refused)
    app.register_error_handler(ServiceError, _refused)
    app.register_error_handler(HTTPException, _http)


def _refused(error: Exception) -> ResponseReturnValue:
    if not isinstance(error, GeoError | ServiceError):
        raise TypeError(error)
    refused = getattr(error, "refused", ())
    return _answer(error.code, error.params, status_of(error), refused=refused)


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or FAULT_OF_OURS
    if status < BAD_REQUEST:
        return error
    code = f"http_{status}"
    if code not in catalogue():
        code = "http_400" if status < FAULT_OF_OURS else "http_500"
    return _answer(code, {}, status)


def _answer(
    code: str, params: dict[str, Any], status: int, *, refused: Any = ()
) -> ResponseReturnValue:
    language = page_language()
    document = error_document(code, params, language, refused=refused)
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    if request.path.startswith(API_PREFIX) or best == "application/json":
        return jsonify(document), status
    return render_template("error.html", **document["error"]), status
