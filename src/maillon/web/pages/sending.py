"""A form that brings a file: the file passes through to disk, and stands in no memory whole."""

import tempfile
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser

from maillon.web.pages.asked import Asked, fields_of

MOST_FIELDS = 20


@dataclass(frozen=True, slots=True)
class SentFile:
    """What a form brought.

    Attributes:
        fields: Its fields, without the file.
        raw: The file, at its beginning; None where none was chosen.
        name: As the sender calls it.
    """

    fields: dict[str, str]
    raw: IO[bytes] | None
    name: str


class _Passing(MultiPartParser):
    """Writes a file where the workspace has room for it, once the form is known to be our own."""

    def __init__(self, asked: Asked, stream: AsyncGenerator[bytes, None], scratch: Path) -> None:
        super().__init__(
            asked.request.headers, stream, max_files=1, max_fields=MOST_FIELDS
        )  # fmt: skip
        self._asked = asked
        self._scratch = scratch

    def on_headers_finished(self) -> None:
        """Begin with a part: a file only after the fields that prove whose form it is."""
        if b"filename" in (self._current_part.content_disposition or b""):
            plain = [one for one in self.items if isinstance(one[1], str)]
            self._asked.checked(fields_of(FormData(plain)))
        super().on_headers_finished()
        held = self._current_part.file
        if held is not None:
            held.file.close()
            held.file = tempfile.TemporaryFile(dir=self._scratch)  # noqa: SIM115 - closed with the form


@asynccontextmanager
async def sent_file(asked: Asked, name: str = "file") -> AsyncIterator[SentFile]:
    """Lend what a form of our own page brings.

    Args:
        asked: The page that the form is sent to.
        name: Of the field that brings the file.

    Raises:
        HTTPException: 403: another page sent it; 422: it is no such form.
    """
    kind = asked.request.headers.get("content-type", "")
    if not kind.startswith("multipart/form-data"):
        raise HTTPException(422, "a form with a file is needed")
    scratch = asked.service.workspace.settings.folder / "scratch"
    try:
        form = await _Passing(asked, asked.request.stream(), scratch).parse()
    except MultiPartException as error:
        raise HTTPException(422, f"the form is not understood: {error.message}") from None
    held = form.get(name)
    plain = FormData([one for one in form.multi_items() if isinstance(one[1], str)])
    try:
        fields = asked.checked(fields_of(plain))
        if isinstance(held, UploadFile) and held.size:
            yield SentFile(fields, held.file, held.filename or "")
        else:
            yield SentFile(fields, None, "")
    finally:
        await form.close()
