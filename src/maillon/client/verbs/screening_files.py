"""Verbs of screening files.

Written by `python3 dev.py client` from the OpenAPI document.
"""

from collections.abc import Mapping, Sequence
from typing import IO, Any, Literal
from urllib.parse import quote

from maillon.client.call import (
    Call,
    Page,
    Tagged,
    Verb,
    as_body,
    as_nothing,
    as_page,
    as_tagged,
    without_none,
)
from maillon.client.verbs.shared import JobLine, UploadLine


def send_screening(
    file: IO[bytes], *, name: str | None = None, as_of: str | None = None
) -> Call[UploadLine]:
    """Send a file to be screened: `POST /api/v1/files/screenings`.

    Send records as CSV, workbook or entity lines: they are counted, and screened when begun.
    """
    return Call(
        "send_screening",
        "POST",
        "/api/v1/files/screenings",
        as_body,
        params={"name": name, "as_of": as_of},
        file=file,
    )


def list_screening_files(*, as_of: str | None = None) -> Call[Page[UploadLine]]:
    """Files that wait: `GET /api/v1/screening-files`.

    Return the own account's files that wait to be screened, newest first.
    """
    return Call(
        "list_screening_files", "GET", "/api/v1/screening-files", as_page, params={"as_of": as_of}
    )


def look_at_screening(
    upload: str,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    as_of: str | None = None,
) -> Call[Tagged[dict[str, Any]]]:
    """What a file to screen seems to be: `GET /api/v1/screening-files/{upload}`.

    Return how many records a file has, and what each column is taken for.
    """
    return Call(
        "look_at_screening",
        "GET",
        f"/api/v1/screening-files/{quote(str(upload), safe='')}",
        as_tagged,
        params={"encoding": encoding, "delimiter": delimiter, "as_of": as_of},
    )


def forget_screening(upload: str, *, as_of: str | None = None) -> Call[None]:
    """Let go of a file: `DELETE /api/v1/screening-files/{upload}`.

    Erase a file that waits to be screened.
    """
    return Call(
        "forget_screening",
        "DELETE",
        f"/api/v1/screening-files/{quote(str(upload), safe='')}",
        as_nothing,
        params={"as_of": as_of},
    )


def begin_screening(
    upload: str,
    *,
    as_of: str | None = None,
    columns: Mapping[str, str] | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    date_order: Literal["", "dmy", "mdy"] | None = None,
    sheet: str | None = None,
    lists: Sequence[str] | None = None,
    use: str | None = None,
    threshold: float | None = None,
    top: int | None = None,
) -> Call[JobLine]:
    """Begin to screen a file: `POST /api/v1/screening-files/{upload}/job`.

    Have a file screened: asked twice, it is one job; killed, it goes on where it was.
    """
    return Call(
        "begin_screening",
        "POST",
        f"/api/v1/screening-files/{quote(str(upload), safe='')}/job",
        as_body,
        params={"as_of": as_of},
        body=without_none(
            {
                "columns": columns,
                "encoding": encoding,
                "delimiter": delimiter,
                "date_order": date_order,
                "sheet": sheet,
                "lists": lists,
                "use": use,
                "threshold": threshold,
                "top": top,
            }
        ),
    )


class ScreeningFilesVerbs:
    """Verbs of screening files."""

    send_screening = Verb(send_screening)
    list_screening_files = Verb(list_screening_files)
    look_at_screening = Verb(look_at_screening)
    forget_screening = Verb(forget_screening)
    begin_screening = Verb(begin_screening)
