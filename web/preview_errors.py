"""Refusals of the store of previews."""

from __future__ import annotations

from services.errors import ServiceError

__all__ = [
    "PreviewBusyError",
    "PreviewChangedError",
    "PreviewNotFoundError",
    "TooManyPreviewsError",
    "UploadsFullError",
]


class PreviewNotFoundError(ServiceError):
    """No upload of this visitor has this id: expired, checked, or never there."""

    default_code = "preview_not_found"


class PreviewChangedError(ServiceError):
    """What would be checked is not what the page showed."""

    default_code = "preview_changed"


class PreviewBusyError(ServiceError):
    """The upload is being checked at this moment."""

    default_code = "preview_busy"


class TooManyPreviewsError(ServiceError):
    """As many uploads wait for their users as the server keeps."""

    default_code = "too_many_previews"


class UploadsFullError(ServiceError):
    """The uploads would take more space than they may, or than there is."""

    default_code = "uploads_full"
