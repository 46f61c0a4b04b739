"""The erasure list: what was erased, restricted or held, kept outside the workspace.

A line is on disk before the first destructive step, so that a restored backup, which knows nothing
of it, can be made to forget again. It holds no personal data: delivery and statement ids, and of an
entity an HMAC under the key that lies beside the list.
"""

import fcntl
import hmac
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from maillon.model import StoreError
from maillon.store.lake import sync_folder

LIST: Final = "erasures.jsonl"
KEY: Final = "erasures.key"

_PRIVATE: Final = 0o600


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list.

    Attributes:
        id: Of the tombstone or hold.
        act: ``erase``, ``restrict``, ``lift``, ``hold`` or ``release``.
        scope: ``entity``, ``statement``, ``delivery`` or ``remainder``.
        target: Delivery or statement id; of an entity its HMAC.
        at: When, aware UTC.
        dataset: Only in this one; empty for all.
        kept: HMACs of the entities of a remainder that stay.
        rule: The rule that it was done under.
        path: ``expiry``, ``request``, ``court`` or ``error``.
        again: Whether it is let in again: ``refuse`` or ``admit``.
    """

    id: str
    act: str
    scope: str
    target: str
    at: str
    dataset: str = ""
    kept: tuple[str, ...] = ()
    rule: str = ""
    path: str = ""
    again: str = ""


class ErasureList:
    """The list in one keys folder.

    Args:
        folder: Outside the workspace; made where it is not there.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def append(self, line: Line) -> None:
        """Write one line; it is on disk when this returns.

        Raises:
            StoreError: It cannot be written: then nothing may be erased.
        """
        self._key()
        try:
            with self._locked() as raw:
                os.lseek(raw, _whole(raw), os.SEEK_SET)
                os.ftruncate(raw, os.lseek(raw, 0, os.SEEK_CUR))  # what a killed writer left
                text = json.dumps(asdict(line), sort_keys=True) + "\n"
                _write(raw, text.encode())
                os.fsync(raw)
            sync_folder(self.folder)
        except OSError as error:
            raise StoreError(
                f"{self.folder / LIST} cannot be written, so nothing was erased: {error}"
            ) from error

    def read(self) -> list[Line]:
        """Return the lines, oldest first; a last one that was cut short was never acted upon.

        Raises:
            StoreError: A line is not understood; says which.
        """
        file = self.folder / LIST
        if not file.is_file():
            return []
        text = file.read_bytes()
        found = []
        for number, line in enumerate(text[: text.rfind(b"\n") + 1].splitlines(), 1):
            try:
                said = json.loads(line)
                found.append(Line(**{**said, "kept": tuple(said["kept"])}))
            except (KeyError, TypeError, ValueError) as error:
                raise StoreError(
                    f"{file} line {number} is damaged: restore the keys folder from its backup"
                ) from error
        return found

    def key(self) -> str:
        """Return the key of the HMACs, 64 hex digits; made where there is none."""
        return self._key().hex()

    def hash(self, text: str) -> str:
        """Return the HMAC of an entity id, 64 hex digits."""
        return hmac.new(self._key(), text.encode(), "sha256").hexdigest()

    def _key(self) -> bytes:
        file = self.folder / KEY
        if not file.is_file():
            if (self.folder / LIST).is_file() and self.read():
                raise StoreError(f"{file} is gone: restore the keys folder from its backup")
            try:
                self._make_key(file)
            except OSError as error:
                raise StoreError(
                    f"{file} cannot be written, so nothing was erased: {error}"
                ) from error
        return bytes.fromhex(file.read_text("ascii").strip())

    def _make_key(self, file: Path) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        # of a name of its own: two threads of one process may come at once
        part = file.with_name(f".{KEY}.{secrets.token_hex(8)}")
        raw = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE)
        try:
            _write(raw, secrets.token_hex(32).encode())
            os.fsync(raw)
        finally:
            os.close(raw)
        try:
            os.link(part, file)  # whoever comes second takes the key of the first
        except FileExistsError:
            pass
        finally:
            part.unlink()
        sync_folder(self.folder)

    @contextmanager
    def _locked(self) -> Iterator[int]:
        self.folder.mkdir(parents=True, exist_ok=True)
        raw = os.open(self.folder / LIST, os.O_RDWR | os.O_CREAT, _PRIVATE)
        try:
            fcntl.flock(raw, fcntl.LOCK_EX)
            yield raw
        finally:
            os.close(raw)


def _whole(raw: int) -> int:
    """Return where the last whole line ends."""
    end = os.lseek(raw, 0, os.SEEK_END)
    while end:
        start = max(0, end - 4096)
        found = os.pread(raw, end - start, start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def _write(raw: int, content: bytes) -> None:
    while content:
        content = content[os.write(raw, content) :]
