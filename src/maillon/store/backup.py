"""A backup: the desk as it is at one moment, and every file that it names, while others work on.

A lease comes first, then the desk, then the files: what the copy of the desk names stays until it
is copied. Files of an earlier backup that are unchanged are linked, not written again. Keys and the
erasure list are never part of it: they lie outside the workspace, and are backed up apart.
"""

import fcntl
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Final

from maillon import __version__
from maillon.model import RefusedError, StoreError, View
from maillon.store.desk import REVISION
from maillon.store.desk_copy import DUMP, DeskCopy, copy_desk, desk_size
from maillon.store.house import Clock, House, check_retains, leased
from maillon.store.intake_settings import read_sources
from maillon.store.lake import sync_folder
from maillon.store.manifest import NAME, Held, Manifest, backups, copied, read_manifest, sha256_of
from maillon.store.originals import sealed_name
from maillon.store.rewriting import PLAIN, SHREDDED
from maillon.store.settings import DESK, Settings

INSIDE: Final = "workspace"
"""Folder of a backup that holds the workspace."""

APART: Final = frozenset(
    {DESK, f"{DESK}-wal", f"{DESK}-shm", f"{DESK}-journal", "jobs", "lake", "originals", "scratch",
     "uploads"}
)  # fmt: skip
"""What is copied in a way of its own, or not at all: jobs and uploads bring their files anew."""

MARGIN: Final = 64 << 20
"""Bytes that must be free beyond what is written."""

_LOCK: Final = "lock"
_RULE: Final = "backup: a folder of its own"


@dataclass(frozen=True, slots=True)
class Order:
    """Where a backup goes.

    Attributes:
        to: A folder that holds backups of this workspace and nothing else; made where missing.
        keys: The keys folder, which lies elsewhere.
        desk: Address of a PostgreSQL desk by a role that reads past row security; the workspace's
            own when empty.
        keep: How many backups stay, this one with them; 0 for all.
        whole: Whether unchanged files are written again, not linked.
        free: Returns how many bytes are free at a place.
    """

    to: Path
    keys: Path
    desk: str = ""
    keep: int = 0
    whole: bool = False
    free: Callable[[Path], int] = lambda place: shutil.disk_usage(place).free


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A backup that was made.

    Attributes:
        folder: Where.
        manifest: What it holds.
        sha256: Of its manifest; the ledger has it too.
        linked: How many files are those of an earlier backup.
        removed: Names of older backups that went.
        damaged: Names of those there whose manifest cannot be read: they are left alone.
    """

    folder: Path
    manifest: Manifest
    sha256: str
    linked: int
    removed: tuple[str, ...]
    damaged: tuple[str, ...]


def back_up(house: House, settings: Settings, view: View, order: Order) -> BackedUp:
    """Make a backup; it has its name when all of it is on disk.

    Args:
        house: The workspace.
        settings: Of the workspace.
        view: Opened for the act ``retain``.
        order: Where it goes.

    Raises:
        RefusedError: The place is in the workspace or holds something else.
        StoreError: Another backup is being made there, too little is free, or a file is gone.
    """
    check_retains(view)
    try:
        _check_place(settings, order)
    except RefusedError as error:
        house.desk.record(view.mandate, "backup", "refused", {"rule": error.rule})
        raise
    with _alone(order.to):
        there = {one: _known(one) for one in backups(order.to)}
        sound = [one for one, manifest in there.items() if manifest is not None]
        earlier = _Earlier(None, None)
        if sound:
            earlier = _Earlier(sound[-1], there[sound[-1]], links=not order.whole)
        part = order.to / f".part-{secrets.token_hex(4)}"
        part.mkdir(mode=0o700)
        try:
            manifest = _fill(house, settings, part, order, earlier)
            sha256 = manifest.write(part)
            name = _name(house, order.to)
            part.rename(order.to / name)
            sync_folder(order.to)
        finally:
            shutil.rmtree(part, ignore_errors=True)
        old = [*sound, order.to / name][: -order.keep] if order.keep else []
        removed = tuple(one.name for one in old)
        said = {
            "backup": name, "manifest": sha256, "files": len(manifest.files),
            "bytes": manifest.size, "linked": earlier.linked, "entries": manifest.ledger.size,
            "removed": list(removed),
        }  # fmt: skip
        house.desk.record(view.mandate, "backup", "done", said)
        _remove(order.to, old)
    damaged = tuple(one.name for one, known in there.items() if known is None)
    return BackedUp(order.to / name, manifest, sha256, earlier.linked, removed, damaged)


def _check_place(settings: Settings, order: Order) -> None:
    to, work = order.to.resolve(), settings.folder.resolve()
    if to.is_relative_to(work) or work.is_relative_to(to):
        raise RefusedError(
            _RULE, f"{order.to} and the workspace lie in one another",
            "name a folder outside, best of another disk",
        )  # fmt: skip
    keys = order.keys.resolve()
    if to.is_relative_to(keys) or keys.is_relative_to(to):
        raise RefusedError(
            "backup: keys and erasure list apart", f"{order.to} and the keys folder lie together",
            "name another folder: a backup that holds its keys brings back what was erased",
        )  # fmt: skip
    if order.to.exists() and not order.to.is_dir():
        raise RefusedError(_RULE, f"{order.to} is no folder", "name a folder")
    names = [one.name for one in order.to.iterdir()] if order.to.is_dir() else []
    if strange := sorted(one for one in names if not _is_ours(one)):
        raise RefusedError(
            _RULE, f"{order.to} holds {strange[0]!r}, which is no backup", "name another folder"
        )


def _is_ours(name: str) -> bool:
    return name == _LOCK or name.startswith(".part-") or NAME.fullmatch(name) is not None


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other backups out, and take away what one that died has left."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / _LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreError(f"another backup is being made in {folder}: wait for it") from None
        for one in sorted(folder.glob(".part-*")):
            shutil.rmtree(one)
        yield


def _known(folder: Path) -> Manifest | None:
    """Return the manifest of a backup; None where it cannot be read."""
    try:
        return read_manifest(folder)
    except StoreError:
        return None


class _Earlier:
    """The backup before, whose unchanged files are linked.

    Args:
        folder: Of it; None: there is none.
        manifest: Of it.
        links: Whether its files are linked.
    """

    def __init__(
        self, folder: Path | None, manifest: Manifest | None, *, links: bool = True
    ) -> None:
        self.folder = folder or Path()
        self.manifest = manifest
        self._files = manifest.files if manifest is not None and links else {}
        self.linked = 0

    def like(self, path: str, size: int) -> Held | None:
        """Return its file of this path and size."""
        found = self._files.get(path)
        return found if found is not None and found.size == size else None

    def take(self, source: Path, part: Path, path: str) -> Held:
        """Link or copy a file into a backup."""
        target = part / path
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        found = self.like(path, source.stat().st_size)
        if found is not None and sha256_of(source) == found.sha256:
            try:
                os.link(self.folder / path, target)
            except OSError:  # it is gone, or this disk has no links: `copied` says what is wrong
                pass
            else:
                self.linked += 1
                return found
        done = copied(source, target)
        return Held(path, done.size, done.sha256)


def _fill(
    house: House, settings: Settings, part: Path, order: Order, earlier: _Earlier
) -> Manifest:
    made = house.now().astimezone(UTC).isoformat(timespec="seconds")
    desk = f"{INSIDE}/{DESK}" if not settings.desk else DUMP
    (part / INSIDE).mkdir(mode=0o700)
    with leased(house):
        _check_free(order, desk_size(settings))
        copy = copy_desk(settings, part / desk, order.desk)
        _check_same(earlier, copy)
        wanted, others = _named(house, copy), _others(settings)
        sizes = {path: _size(source) for path, source in (wanted | others).items()}
        new = [size for path, size in sizes.items() if earlier.like(path, size) is None]
        _check_free(order, sum(new))
        files = {desk: Held(desk, (part / desk).stat().st_size, sha256_of(part / desk))}
        for path, source in sorted(wanted.items()):
            files[path] = earlier.take(source, part, path)
        for path, source in sorted(others.items()):
            with suppress(FileNotFoundError):  # a model that was forgotten just now
                files[path] = earlier.take(source, part, path)
    for place, _, _ in os.walk(part):
        sync_folder(Path(place))
    return Manifest(made, __version__, REVISION, copy.engine, copy.generation, copy.ledger, files)


def _size(file: Path) -> int:
    return file.stat().st_size if file.is_file() else 0


def _check_free(order: Order, needed: int) -> None:
    free = order.free(order.to)
    if free < needed + MARGIN:
        raise StoreError(
            f"{order.to}: {free:,} bytes are free, the backup needs {needed + MARGIN:,}: free "
            "some, keep fewer, or name another disk"
        )


def _check_same(earlier: _Earlier, copy: DeskCopy) -> None:
    known = earlier.manifest
    if known is not None and known.ledger.origin != copy.ledger.origin:
        raise RefusedError(
            _RULE, f"{earlier.folder.parent} holds backups of another workspace",
            "name another folder",
        )  # fmt: skip


def _named(house: House, copy: DeskCopy) -> dict[str, Path]:
    """Return the files that a desk names, by their path in a backup.

    Raises:
        StoreError: One is gone.
    """
    found: dict[str, Path] = {}
    for one in copy.deliveries:
        found |= {f"{INSIDE}/lake/{name}": house.lake.folder / name for name in one.files}
        if name := _original(one):
            found[f"{INSIDE}/originals/{name}"] = house.originals / name
    gone = next((source for source in found.values() if not source.is_file()), None)
    if gone is not None:
        raise StoreError(f"{gone} is gone: `maillon doctor` says what else; restore it first")
    return found


def _original(clock: Clock) -> str:
    if clock.original == SHREDDED:
        return ""
    return clock.sha256 if clock.original == PLAIN else sealed_name(clock.id)


def _others(settings: Settings) -> dict[str, Path]:
    """Return settings, law, mappings, models: what else lies in the workspace; no drop folder."""
    root = settings.folder
    dropped = {one.folder.resolve() for one in read_sources(settings)}
    found: dict[str, Path] = {}
    for place, folders, names in os.walk(root):
        here = Path(place)
        folders[:] = [
            name
            for name in folders
            if not (here == root and name in APART) and (here / name).resolve() not in dropped
        ]
        for name in (*folders, *names):
            file = here / name
            if file.is_symlink() and not file.is_file():
                raise StoreError(f"{file} is a link that a backup cannot follow: put what it names")
            if file.is_file() and not (here == root and name in APART):
                found[f"{INSIDE}/{file.relative_to(root)}"] = file
    return found


def _name(house: House, folder: Path) -> str:
    """Return a name after all that are there, also when the clock was put back."""
    now = house.now().astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    there = backups(folder)
    newest, _, number = there[-1].name.partition("-") if there else ("", "", "")
    return now if now > newest else f"{newest}-{int(number or 0) + 1}"


def _remove(folder: Path, gone: Sequence[Path]) -> None:
    """Take old backups away; one that is half gone has no name."""
    for one in gone:
        away = folder / f".part-{secrets.token_hex(4)}"
        one.rename(away)
        sync_folder(folder)
        shutil.rmtree(away)
