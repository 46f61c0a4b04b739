"""Files of records to screen: entity lines, CSV, workbooks; read one record at a time."""

from maillon.screen.tables.header import PROPERTIES, Row, Table, property_of, questions
from maillon.screen.tables.queries import (
    HEAD,
    LONGEST_LINE,
    QueryForm,
    UnreadableFileError,
    form_of,
    read_file,
    read_lines,
)
from maillon.screen.tables.workbook import LONGEST_CELL, WorkbookError, read_rows, why_no_workbook

__all__ = [
    "HEAD",
    "LONGEST_CELL",
    "LONGEST_LINE",
    "PROPERTIES",
    "QueryForm",
    "Row",
    "Table",
    "UnreadableFileError",
    "WorkbookError",
    "form_of",
    "property_of",
    "questions",
    "read_file",
    "read_lines",
    "read_rows",
    "why_no_workbook",
]
