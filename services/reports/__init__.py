"""Documents of a result: Word sheet, workbook, static maps."""

from services.reports.site_report import ReportFiles, build_report, write_site_report

__all__ = ["ReportFiles", "build_report", "write_site_report"]
