"""Lines of CSV that a spreadsheet opens and does nothing: no cell of the data is a formula."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Final

_DOES: Final = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet may take for a formula. Source: OWASP, "CSV Injection"."""
_BOM: Final = b"\xef\xbb\xbf"
_ROWS: Final = 500


def harmless(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: as it is, or after an apostrophe."""
    said = text.replace("\0", "")
    return f"'{said}" if said.lstrip(" ").startswith(_DOES) else said


def csv_pieces(header: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[bytes]:
    """Yield a table as CSV, RFC 4180, UTF-8 with its mark so that spreadsheets read it right.

    Args:
        header: Names of the columns.
        rows: Its rows; they are asked for as the pieces are.
    """
    yield _BOM + _line(header)
    held: list[bytes] = []
    for row in rows:
        held.append(_line(row))
        if len(held) >= _ROWS:
            yield b"".join(held)
            held.clear()
    if held:
        yield b"".join(held)


def _line(cells: Iterable[object]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow([harmless(str(cell)) for cell in cells])
    return out.getvalue().encode("utf-8", "replace")
