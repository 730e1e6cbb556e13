"""The documents of a result: sheet, workbook and offline map in one folder."""

from __future__ import annotations

from pathlib import Path

from services.domain.verdict import CheckResult
from services.domain.wording import Language

__all__ = ["write_documents", "write_map"]


def write_map(
    result: CheckResult, path: Path, *, language: Language, overwrite: bool = False
) -> None:
    """Write the offline map of a result, whole or not at all.

    Raises
    ------
    TargetExistsError
        The file exists and may not be replaced.
    """
    from services.whole_file import whole_file
    from web.maps import write_result_map

    with whole_file(path, overwrite=overwrite) as beside:
        write_result_map(result, beside, language=language)


def write_documents(
    result: CheckResult, folder: Path, *, language: Language, overwrite: bool = False
) -> tuple[Path, ...]:
    """Write all documents of a result, named by its number.

    Raises
    ------
    TargetExistsError
        One of the files exists and may not be replaced.
    """
    from services.reports import write_site_report

    files = write_site_report(result, folder, language=language, overwrite=overwrite)
    page = folder / f"{result.number}.html"
    write_map(result, page, language=language, overwrite=overwrite)
    return (files.sheet, files.workbook, page)
