"""One tree of errors for everything that `services` refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from geo.errors import Param

if TYPE_CHECKING:
    from geo.intake import Refusal

__all__ = [
    "AmbiguousVersionError",
    "InconsistentResultError",
    "IntakeNotFoundError",
    "InvalidOptionError",
    "InvalidRuleSetError",
    "NothingUsableError",
    "ResultNotFoundError",
    "RoleNotFoundError",
    "ServiceError",
    "TargetExistsError",
    "UnsafeReadingError",
    "WorkspaceError",
]


class ServiceError(Exception):
    """Root of all refusals of `services`.

    Parameters
    ----------
    code
        Stable identifier of the situation; `None` takes the class default.
    refused
        The single faults behind the refusal (features, lines, keys), each with its own code.
    params
        Facts for the message.
    """

    default_code: ClassVar[str] = "service_error"

    def __init__(
        self, code: str | None = None, *, refused: tuple[Refusal, ...] = (), **params: Param
    ) -> None:
        self.code = code or self.default_code
        self.refused = refused
        self.params: dict[str, Param] = params
        facts = ", ".join(f"{name}={value!r}" for name, value in params.items())
        super().__init__(f"{self.code}({facts})")

    def __reduce__(self) -> tuple[object, ...]:
        """Survive the way from a worker: keyword facts are not in `args`."""
        return (_rebuild, (type(self), self.code, self.refused, self.params))


def _rebuild(
    kind: type[ServiceError], code: str, refused: tuple[Refusal, ...], params: dict[str, Param]
) -> ServiceError:
    return kind(code, refused=refused, **params)


class WorkspaceError(ServiceError):
    """The workspace is missing, broken or of a later version."""

    default_code = "workspace_missing"


class RoleNotFoundError(ServiceError):
    """No version of a layer role is loaded."""

    default_code = "role_not_loaded"


class AmbiguousVersionError(ServiceError):
    """Two versions of one role begin on the same day."""

    default_code = "version_tie"


class InconsistentResultError(ServiceError):
    """The parts of a result do not add up, so that no document is written of it."""

    default_code = "areas_do_not_add_up"


class IntakeNotFoundError(ServiceError):
    """No reading is on record for a result or a layer version."""

    default_code = "intake_not_found"


class InvalidOptionError(ServiceError):
    """A choice that is not on the list (use, project type, date, scheme)."""

    default_code = "invalid_option"


class InvalidRuleSetError(ServiceError):
    """A rule set or code table with faults; all of them are listed with file and line."""

    default_code = "invalid_rule_set"


class NothingUsableError(ServiceError):
    """Every feature of the input was refused."""

    default_code = "nothing_usable"


class ResultNotFoundError(ServiceError):
    """No result has this number."""

    default_code = "result_not_found"


class UnsafeReadingError(ServiceError):
    """A hostile file was opened or a confinement is missing: files of others are not safe here."""

    default_code = "sandbox_self_test_failed"


class TargetExistsError(ServiceError):
    """The target exists and `--overwrite` was not given."""

    default_code = "file_exists"
