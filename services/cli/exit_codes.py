"""Exit codes of the contract: 0 done, 2 wrong usage or refused input, 1 failure."""

from __future__ import annotations

from geo.errors import EngineDisagreementError, GeoError
from services.errors import ServiceError

__all__ = ["DONE", "FAILED", "FAILURE_CODES", "REFUSED", "exit_code_of"]

DONE, FAILED, REFUSED = 0, 1, 2
# nothing that was asked for is at fault: the store, the disk or another program is
FAILURE_CODES = frozenset(
    {
        "layer_damaged",
        "record_differs",
        "result_damaged",
        "sandbox_self_test_failed",
        "sandbox_unavailable",
        "workspace_broken",
        "workspace_busy",
        "workspace_unwritable",
    }
)


def exit_code_of(error: GeoError | ServiceError) -> int:
    """Code with which a refusal ends a command."""
    if isinstance(error, EngineDisagreementError) or error.code in FAILURE_CODES:
        return FAILED
    return REFUSED
