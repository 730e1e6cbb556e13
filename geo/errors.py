"""One tree of errors for everything that `geo` refuses.

Each leaf names a situation and carries a stable `code`; the words in Chinese and English
belong to `services.messages`, which has an entry for every code.
"""

from __future__ import annotations

from typing import ClassVar

__all__ = [
    "EngineDisagreementError",
    "GeoError",
    "GeographicCRSError",
    "InvalidGeometryError",
    "MissingCRSError",
    "MixedCRSError",
    "SandboxUnavailableError",
    "UnreadableFileError",
]

Param = str | int | float | None


class GeoError(Exception):
    """Root of all refusals of `geo`.

    Parameters
    ----------
    code
        Stable identifier of the situation; `None` takes the class default.
    params
        Facts for the message (file, feature, layer, found, needed).
    """

    default_code: ClassVar[str] = "geo_error"

    def __init__(self, code: str | None = None, **params: Param) -> None:
        self.code = code or self.default_code
        self.params: dict[str, Param] = params
        facts = ", ".join(f"{name}={value!r}" for name, value in params.items())
        super().__init__(f"{self.code}({facts})")

    def __reduce__(self) -> tuple[object, ...]:
        """Survive the way from a child process: keyword facts are not in `args`."""
        return (_rebuild, (type(self), self.code, self.params))


def _rebuild(kind: type[GeoError], code: str, params: dict[str, Param]) -> GeoError:
    return kind(code, **params)


class UnreadableFileError(GeoError, ValueError):
    """A file as a whole cannot be used: wrong type, broken, empty, over a limit."""

    default_code = "unreadable_file"


class MissingCRSError(GeoError, ValueError):
    """Coordinates without a coordinate reference system."""

    default_code = "missing_crs"


class GeographicCRSError(GeoError, ValueError):
    """Degrees where metres are needed."""

    default_code = "geographic_crs"


class MixedCRSError(GeoError, ValueError):
    """Two coordinate reference systems where one is needed."""

    default_code = "mixed_crs"


class InvalidGeometryError(GeoError, ValueError):
    """Geometry that must be valid and is not."""

    default_code = "invalid_geometry"


class EngineDisagreementError(GeoError, ArithmeticError):
    """Two independent ways to an area differ: the answer is not to be trusted."""

    default_code = "engine_disagreement"


class SandboxUnavailableError(GeoError, RuntimeError):
    """No process can be had that would read a file apart; the file was not read."""

    default_code = "sandbox_unavailable"
