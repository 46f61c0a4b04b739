"""The folder of a job: what was sent with it, and what came of it; it goes with the job.

The desk holds ids and counts of a job. A file of questions and the lines of its answers name
people: they stand here, readable to the service's own account alone.
"""

import hashlib
import os
import shutil
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from maillon.model import LimitError
from maillon.store.lake import sync_folder

INPUT: Final = "input"
"""Name of the file that was sent with a job."""

MOST_BYTES: Final = 8 << 30
"""Bytes of a file that is sent with a job."""

STRAY_S: Final = 86_400
"""Seconds after which a folder without a job is one that a killed process left."""

_PART: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Received:
    """A file that was sent with a job, not yet in the job's folder.

    Attributes:
        sha256: Of its bytes; empty when none was sent.
        size: How many they are.
        place: Puts it into the job's folder; call it in the transaction that writes the job.
    """

    sha256: str
    size: int
    place: Callable[[], None]


class JobFiles:
    """The folders of the jobs of one workspace.

    Args:
        folder: ``jobs/`` of the workspace.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def of(self, job: str) -> Path:
        """Return the folder of a job; it need not be there."""
        return self.folder / job

    def made(self, job: str) -> Path:
        """Return the folder of a job, made where it is missing."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self.of(job).mkdir(mode=0o700, exist_ok=True)
        return self.of(job)

    @contextmanager
    def receiving(self, job: str, raw: IO[bytes] | None) -> Iterator[Received]:
        """Take what is sent with a job; it is gone afterwards unless it was placed.

        Raises:
            LimitError: It is larger than `MOST_BYTES`.
        """
        if raw is None:
            yield Received("", 0, lambda: None)
            return
        self.folder.mkdir(mode=0o700, exist_ok=True)
        work = self.folder / f".{job}.part"
        work.mkdir(mode=0o700)
        try:
            sha256, size = copy_whole(raw, work / INPUT, MOST_BYTES)

            def place() -> None:
                work.rename(self.of(job))
                sync_folder(self.folder)

            yield Received(sha256, size, place)
        finally:
            shutil.rmtree(work, ignore_errors=True)

    def names(self) -> list[str]:
        """Return the names of all folders, sorted."""
        return sorted(one.name for one in self.folder.iterdir()) if self.folder.is_dir() else []

    def erase(self, job: str) -> None:
        """Erase the folder of a job."""
        shutil.rmtree(self.of(job), ignore_errors=True)

    def tidy(self, job: str, keep: str) -> None:
        """Erase what an ended job needs no more: all but what came of it.

        Args:
            job: Its id.
            keep: Name of the file that came of it; empty: nothing did.
        """
        folder = self.of(job)
        if not keep:
            self.erase(job)
            return
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            elif path.name != keep:
                path.unlink(missing_ok=True)

    def sweep(self, known: Collection[str]) -> int:
        """Erase folders that no job has; return how many they were."""
        gone = 0
        for folder in (self.folder / name for name in self.names()):
            try:
                is_old = folder.stat().st_mtime < time.time() - STRAY_S
            except FileNotFoundError:
                continue
            if folder.name not in known and is_old:
                shutil.rmtree(folder, ignore_errors=True)
                gone += 1
        return gone


def copy_whole(raw: IO[bytes], target: Path, most: int) -> tuple[str, int]:
    """Copy a stream into a file, on disk when this returns; return its SHA-256 and its size.

    Raises:
        LimitError: There are more than ``most`` bytes.
    """
    digest, size = hashlib.sha256(), 0
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        while part := raw.read(_PART):
            size += len(part)
            if size > most:
                raise LimitError("bytes of one file", most, size)
            digest.update(part)
            file.write(part)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest(), size
