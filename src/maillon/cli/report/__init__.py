"""The report of a demo: one page, self-contained, in English and French."""

from maillon.cli.report.page import Report, write_report

__all__ = ["Report", "write_report"]
