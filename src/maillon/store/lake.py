"""The lake: statements as Parquet, one or more files a delivery, committed by a row of the desk.

Writing: temporary folder, fsync, rename into place, fsync of the folder, then the row. A file that
no row names is invisible; it is swept by the next load. Nothing here lists a folder in order to
read it.
"""

import fcntl
import gc
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


class Lake:
    """The folder of Parquet files of one workspace.

    Args:
        folder: ``lake/`` of the workspace.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.incoming = folder / "incoming"
        self.derived = folder / "derived"

    def create(self) -> None:
        """Make the folders."""
        for folder in (self.folder, self.incoming, self.derived):
            folder.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def receiving(self, name: str) -> Iterator[Path]:
        """Lend a folder of its own for one load; it is gone afterwards, whatever happens.

        Its lock file tells a later sweep whether the load that owned it is still alive.
        """
        self.sweep_incoming()
        folder = self.incoming / f"{name}.{secrets.token_hex(4)}"
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            try:
                yield folder
            finally:
                _remove(folder)

    @contextmanager
    def committing(self) -> Iterator[None]:
        """Hold the one lock between renaming files into place and writing their row."""
        with (self.folder / "commit.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def place(self, files: Sequence[Path], month: str, delivery: str, first: int = 0) -> list[str]:
        """Move finished files to where readers will find them; return their names in the lake.

        Args:
            files: Closed and synced Parquet files of one delivery, in order.
            month: The month in which their retention begins, ``2026-11``: the folder.
            delivery: The delivery's id.
            first: Number of the first file: no name is ever used twice.
        """
        folder = self.folder / month
        folder.mkdir(exist_ok=True)
        names = []
        for number, file in enumerate(files, first):
            name = f"{month}/{delivery}.{number:04d}.parquet"
            file.replace(self.folder / name)
            names.append(name)
        sync_folder(folder)
        sync_folder(self.folder)
        return names

    def paths(self, names: Sequence[str]) -> list[str]:
        """Return the paths of committed files by their names in the desk."""
        return [str(self.folder / name) for name in names]

    def sweep_incoming(self) -> None:
        """Remove the folders of loads that died: nobody holds their lock any more."""
        for folder in sorted(self.incoming.iterdir()):
            lock = folder / "lock"
            try:
                with lock.open("r+") as file:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except (FileNotFoundError, BlockingIOError):
                continue
            _remove(folder)

    def sweep_placed(self, known: frozenset[str]) -> int:
        """Remove placed files that no row names; call it while `committing`. Return how many."""
        gone = 0
        for file in sorted(self.folder.glob("????-??/*.parquet")):
            if f"{file.parent.name}/{file.name}" not in known:
                file.unlink()
                gone += 1
        return gone


@contextmanager
def collector_off() -> Iterator[None]:
    """Let the collector rest: what a batch makes holds no cycles, and it would walk all again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def sync_file(file: Path) -> None:
    """Make a file's bytes durable."""
    with file.open("rb") as raw:
        os.fsync(raw.fileno())


def sync_folder(folder: Path) -> None:
    """Have the folder's entries on disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink(missing_ok=True)
    folder.rmdir()
