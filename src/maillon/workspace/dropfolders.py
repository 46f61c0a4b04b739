"""Drop folders: a file that lies whole becomes a proposal, and is moved once it was decided.

What was dropped is taken as it is: a plain file, of any name that UTF-8 can say. Links, folders and
devices are left where they are. Who looks next finishes what a killed process left.
"""

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from maillon.model import Act, LimitError, RefusedError, StoreError
from maillon.store import Store
from maillon.store.intake_settings import AUTO, MARK, STABLE, Source
from maillon.store.lake import sync_folder
from maillon.store.proposals import ACCEPTED, DeliveryProposal, Seen

REFUSED_FOLDER: Final = "refused"
ACCEPTED_FOLDER: Final = "accepted"

_PARTS: Final = (".part", ".tmp", ".partial", ".filepart", ".crdownload")
"""How names of files end that somebody still writes."""

_PIECE: Final = 1 << 20


def look(store: Store, source: Source) -> int:
    """Look at one drop folder: move what was decided, propose what lies whole; return how many.

    What goes wrong stands at the source, see `Receiving.sources`; the next look tries again.
    """
    try:
        folder = _made(source)
        for one in store.proposals.unsettled(source):
            settle(store, source, one)
        count, skipped = _proposed(store, source, folder)
    except (OSError, StoreError, LimitError) as error:
        store.proposals.went(source, said(error))
        return 0
    except RefusedError as error:
        store.proposals.went(source, f"refused ({error.rule})")
        return 0
    if skipped:
        store.proposals.went(source, f"{skipped} entries of the folder are no plain files")
    return count


def settle(store: Store, source: Source, one: DeliveryProposal) -> Path:
    """Move a decided file to where it belongs, if that was not done; return where it is.

    Raises:
        RefusedError: It was changed or taken away after it was proposed.
    """
    is_in = one.state == ACCEPTED
    target = source.folder / (ACCEPTED_FOLDER if is_in else REFUSED_FOLDER) / _name(one)
    here = source.folder / one.name
    if not target.exists():
        if _sha256(here, source.most_bytes) != one.sha256:
            store.proposals.settled(one.id)
            raise RefusedError(
                "delivery: changed since it was proposed",
                f"{source.dataset}: the file of proposal {one.id} is another one, or gone",
                "have it sent again; what lies there now is proposed anew",
            )
        target.parent.mkdir(exist_ok=True)
        here.rename(target)
        sync_folder(target.parent)
        sync_folder(source.folder)
        if source.complete == MARK:
            (source.folder / f"{one.name}.done").unlink(missing_ok=True)
    store.proposals.settled(one.id)
    return target


@contextmanager
def accepted_file(store: Store, source: Source, one: DeliveryProposal) -> Iterator[IO[bytes]]:
    """Lend the file of an accepted proposal, moved first where it was not.

    Raises:
        RefusedError: As `settle`.
    """
    with opened(settle(store, source, one)) as raw:
        yield raw


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """Lend a plain file's bytes; a link is not followed."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as raw:
        if not stat.S_ISREG(os.fstat(raw.fileno()).st_mode):
            raise StoreError(f"{path.parent}: a file of the drop folder is no plain file")
        yield raw


def said(error: Exception) -> str:
    """Return an error without names of files: they may name people."""
    if isinstance(error, OSError):
        return f"{type(error).__name__}: {error.strerror or 'no reason given'}"
    return str(error)[:500]


def _made(source: Source) -> Path:
    for folder in (source.folder, source.folder / ACCEPTED_FOLDER, source.folder / REFUSED_FOLDER):
        folder.mkdir(parents=True, exist_ok=True)
    return source.folder


def _proposed(store: Store, source: Source, folder: Path) -> tuple[int, int]:
    """Propose what lies whole; return how many that are, and how many entries are no files."""
    files, others = _files(folder, source)
    whole = store.proposals.whole(source, files) if source.complete == STABLE else files
    new = [one for one in whole if not store.proposals.is_known(source, one)]
    waiting = store.proposals.of_source(source) if source.accept == AUTO else []
    if not new and not waiting:
        return 0, others
    # what is done next is in the ledger first; a person revoked by now proposes nothing
    view = store.policy.open(
        source.mandate, Act.LOAD, detail={"verb": "intake", "dataset": source.dataset}
    )
    count = 0
    for one in new:
        digest = _sha256(folder / one.name, source.most_bytes)
        count += bool(store.proposals.propose(source, one.name, digest, one.size))
    if source.accept == AUTO:
        for held in store.proposals.of_source(source):
            store.proposals.accept(view, held.id)
        for held in store.proposals.unsettled(source):
            settle(store, source, held)
    if count:
        store.proposals.went(source)
    return count, others


def _files(folder: Path, source: Source) -> tuple[list[Seen], int]:
    """Return the files of a folder that may be whole, by name, and how many other entries lie."""
    found, others, marked = [], 0, set()
    with os.scandir(folder) as entries:
        for entry in entries:
            name = entry.name
            if name.startswith(".") or name in {ACCEPTED_FOLDER, REFUSED_FOLDER}:
                continue
            if not entry.is_file(follow_symlinks=False) or not _is_text(name):
                others += 1
            elif source.complete == MARK and name.endswith(".done"):
                marked.add(name.removesuffix(".done"))
            elif not name.casefold().endswith(_PARTS):
                held = entry.stat(follow_symlinks=False)
                found.append(Seen(name, held.st_size, held.st_mtime_ns))
    if source.complete == MARK:
        found = [one for one in found if one.name in marked]
    return sorted(found, key=lambda one: one.name), others


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return len(name) <= 255  # noqa: PLR2004 - the longest name that the desk keeps


def _sha256(path: Path, most: int) -> str:
    """Return the SHA-256 of a file; empty where there is none.

    Raises:
        LimitError: It is larger than a delivery of this source may be.
    """
    digest, size = hashlib.sha256(), 0
    try:
        with opened(path) as raw:
            while piece := raw.read(_PIECE):
                size += len(piece)
                if size > most:
                    raise LimitError("bytes of a delivery", most, size)
                digest.update(piece)
    except FileNotFoundError:
        return ""
    return digest.hexdigest()


def _name(one: DeliveryProposal) -> str:
    """Return the name of a decided file: no two have the same; the longest name still fits."""
    raw = f"{one.id}.{one.name}".encode()[:255]
    return raw.decode("utf-8", "ignore")
