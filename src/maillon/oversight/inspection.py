"""The ledger of a workspace, and an export of it, checked by the verifier's own code.

The verifier shares no code with what writes the ledger. A large ledger is read by two processes,
each of which opens the desk by itself.
"""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

from maillon.model import Act, Mandate, StoreError, View
from maillon.oversight import verifier
from maillon.oversight.verifier import (
    CHUNK,
    Held,
    Note,
    Part,
    UnreadableError,
    joined,
    judge,
    read_part,
    verify,
)
from maillon.store import Store, open_store
from maillon.store.ledger_book import LedgerBook, check_oversees

SMALL: Final = 4 * CHUNK
"""Entries up to which one process checks a workspace's ledger."""

Found = dict[str, Any]
"""A verdict, see `verifier.judge`."""


def outside(
    checkpoint: Path | None,
    keys: Sequence[Path] = (),
    witnesses: Sequence[Path] = (),
    leaves: Path | None = None,
) -> Held:
    """Return what a ledger is held against, read from files.

    Args:
        checkpoint: A checkpoint kept outside.
        keys: Public keys of the log.
        witnesses: Public keys of those who must have co-signed.
        leaves: Hashes of entries kept outside; the file ``leaves`` beside the checkpoint when None.

    Raises:
        StoreError: A file cannot be read, or is none of these.
    """
    try:
        note = Note.read(checkpoint.read_text("utf-8")) if checkpoint else None
        beside = checkpoint.parent / "leaves" if checkpoint else None
        if leaves is None and beside is not None and beside.is_file():
            leaves = beside
        public, others = (tuple(p.read_text("utf-8") for p in of) for of in (keys, witnesses))
        return Held(note, (), public, others, leaves)
    except (OSError, UnicodeError, UnreadableError) as error:
        raise StoreError(f"what the ledger is held against cannot be read: {error}") from error


def inspect_export(path: Path, held: Held) -> Found:
    """Return what an export comes to.

    Raises:
        StoreError: It cannot be read.
    """
    try:
        return verify(path, held)
    except (OSError, UnreadableError) as error:
        raise StoreError(f"{path}: {error}") from error


def inspect_workspace(store: Store, view: View, held: Held) -> Found:
    """Return what the ledger of a workspace comes to, as it stands when this is called.

    Args:
        store: Of the workspace.
        view: Of oversight.
        held: What it is held against; the desk's own checkpoints are added.
    """
    check_oversees(view)
    book = LedgerBook(store.house.desk)
    try:
        inside = tuple(map(Note.read, book.checkpoints()))
    except UnreadableError as error:
        raise StoreError(f"the desk holds a checkpoint that is none: {error}") from error
    full = Held(held.outside, inside, held.keys, held.witnesses, held.leaves)
    cuts = [one.size for one in [*inside, held.outside] if one]
    last = book.last()
    starts = range(1, last + 1, CHUNK)
    if last <= SMALL:
        parts: Iterator[Part] = (
            _read(book, view, first, last, cuts, held.leaves) for first in starts
        )
        return judge(*joined(parts), full)
    tasks = [(store.settings.folder, view.mandate, list(starts[n::2]), last, cuts, held.leaves)
             for n in (0, 1)]  # fmt: skip
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        halves = list(pool.map(_half, tasks))
    parts = iter(sorted((part for half in halves for part in half), key=lambda one: one.first))
    return judge(*joined(parts), full)


def export_to(store: Store, view: View, path: Path) -> int:
    """Write the whole ledger into a file, whole or not at all; return how many entries it has."""
    check_oversees(view)
    book = LedgerBook(store.house.desk)
    work, count = path.with_name(path.name + ".part"), 0
    handle = os.open(work, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            for line in book.export(view):
                file.write(line)
                count += not line.startswith((b"#", b"maillon "))
            file.flush()
            os.fsync(file.fileno())
        work.replace(path)
    finally:
        work.unlink(missing_ok=True)
    return count


def verifier_file() -> Path:
    """Return where the stand-alone verifier lies: one file, to be given away."""
    return Path(verifier.__file__)


_Task = tuple[Path, Mandate, list[int], int, list[int], Path | None]


def _half(task: _Task) -> list[Part]:
    """Read every second stretch, in a process of its own and under a view of its own."""
    folder, mandate, starts, last, cuts, leaves = task
    with closing(open_store(folder)) as store:
        view = store.policy.open(mandate, Act.AUDIT, detail={"part": "verify"})
        book = LedgerBook(store.house.desk)
        return [_read(book, view, first, last, cuts, leaves) for first in starts]


def _read(
    book: LedgerBook, view: View, first: int, last: int, cuts: list[int], leaves: Path | None
) -> Part:
    end = min(first + CHUNK - 1, last)
    lines = book.lines(view, first, end)
    if leaves is None:
        return read_part(lines, first, cuts)
    with leaves.open("rb") as kept:
        kept.seek((first - 1) * 32)
        return read_part(lines, first, cuts, kept)
