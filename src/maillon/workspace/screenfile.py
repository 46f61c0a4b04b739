"""The answers of a run in a file that a killed run can be taken up at.

While a run goes on, its answers are in ``FILE.part`` and a checkpoint in ``FILE.progress``; both
are durable before the next batch counts. At the end the part takes the file's name. The lock on the
part keeps a second run away.
"""

import fcntl
import hashlib
import json
import os
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Final, Self

from maillon.model import RefusedError, StaleError
from maillon.workspace.screenrun import Progress

if TYPE_CHECKING:
    from maillon.screen import Answered
    from maillon.workspace.screenrun import ScreenRun

EVERY_S: Final = 1.0
"""Seconds between two checkpoints; a killed run repeats no more than that."""

FORMAT: Final = 1
_RULE: Final = "screen: one run an output"
_PIECE: Final = 1 << 20


@dataclass(slots=True)
class _Part:
    """One file in the making, locked."""

    path: Path
    raw: IO[bytes] = field(init=False)

    @property
    def part(self) -> Path:
        return self.path.with_name(f"{self.path.name}.part")

    def open(self) -> None:
        self.raw = self.part.open("a+b")
        try:
            fcntl.flock(self.raw, fcntl.LOCK_EX | fcntl.LOCK_NB)
            here, there = os.fstat(self.raw.fileno()), self.part.stat()
        except (BlockingIOError, FileNotFoundError) as error:
            self.raw.close()
            raise self._taken() from error
        if (here.st_ino, here.st_dev) != (there.st_ino, there.st_dev):
            self.raw.close()
            raise self._taken()

    def _taken(self) -> RefusedError:
        return RefusedError(
            _RULE, f"another run writes {self.path}", "wait for it, or name another file"
        )

    def cut(self, size: int) -> None:
        """Keep the first bytes only."""
        self.raw.truncate(size)
        self.raw.seek(0, os.SEEK_END)

    def sync(self) -> int:
        """Have it on disk; return its size."""
        self.raw.flush()
        os.fsync(self.raw.fileno())
        return self.raw.tell()

    def publish(self) -> None:
        """Give it its name."""
        self.sync()
        self.part.replace(self.path)
        _sync_folder(self.path.parent)


class ScreenFile:
    """Answers to a file, with checkpoints.

    Args:
        path: The file of answers.
        rejects: File of the records that could not be read, as lines; None for none.
        is_resumed: Whether to go on where a killed run stopped.
        heard: Told what is worth to be told of taking up.
    """

    def __init__(
        self, path: Path, rejects: Path | None = None, *, is_resumed: bool,
        heard: Callable[[str], None] = lambda _: None,
    ) -> None:  # fmt: skip
        self._answers = _Part(path)
        self._rejects = _Part(rejects) if rejects is not None else None
        self._is_resumed = is_resumed
        self._heard = heard
        self._sidecar = sidecar_of(path)
        self._fingerprint: Mapping[str, str] = {}
        self._last = time.monotonic()

    def __enter__(self) -> Self:
        self._answers.open()
        if self._rejects is not None:
            self._rejects.open()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._answers.raw.close()
        if self._rejects is not None:
            self._rejects.raw.close()

    def begin(self, run: "ScreenRun") -> None:
        """Begin anew, or have the run go on where the checkpoint stands.

        Raises:
            StaleError: What is screened, the lists, the rules or the engine are other ones, or the
                part was changed.
        """
        self._fingerprint = run.fingerprint
        if self._is_resumed and self._sidecar.is_file():
            self._take_up(run)
            return
        if self._is_resumed:
            self._heard(f"{self._answers.path}: no checkpoint, begun anew")
        self.begin_anew(run)

    def begin_anew(self, run: "ScreenRun") -> None:
        """Begin with the first record, whatever stands there."""
        self._fingerprint = run.fingerprint
        self._answers.cut(0)
        if self._rejects is not None:
            self._rejects.cut(0)
        self._sidecar.unlink(missing_ok=True)
        self.checkpoint(run.progress, run.digest())

    def _take_up(self, run: "ScreenRun") -> None:
        said = self._read_sidecar()
        other = sorted(
            name for name, digest in self._fingerprint.items() if said["run"].get(name) != digest
        )
        if other:
            raise StaleError(
                f"{self._answers.path}: not taken up, for other than then: {', '.join(other)}; "
                "leave out --resume to begin anew"
            )
        if bool(self._rejects) != (said["rejects_bytes"] is not None):
            raise StaleError(f"{self._answers.path}: --rejects as in the run before")
        digest = hashlib.sha256()
        left = size = said["output_bytes"]
        self._answers.raw.seek(0)
        while left and (chunk := self._answers.raw.read(min(left, _PIECE))):
            digest.update(chunk)
            left -= len(chunk)
        if left or digest.hexdigest() != said["sha256"]:
            raise StaleError(f"{self._answers.part} is not what the run left; begin anew")
        self._answers.cut(size)
        if self._rejects is not None:
            self._rejects.cut(said["rejects_bytes"])
        progress = Progress.from_said(said["progress"])
        run.take_up(progress, digest)
        self._heard(f"{self._answers.path}: taken up after {progress.tally.queries:,} records")

    def _read_sidecar(self) -> dict[str, Any]:
        try:
            said: dict[str, Any] = json.loads(self._sidecar.read_text("utf-8"))
            if said["format"] == FORMAT:
                return said
        except (ValueError, KeyError, TypeError):
            pass
        raise StaleError(f"{self._sidecar} is no checkpoint of this version; begin anew")

    def write(self, answers: Iterable["Answered"], run: "ScreenRun") -> None:
        """Write a batch of answers, and a checkpoint when it is time."""
        for answer in answers:
            self._answers.raw.write(answer.text().encode())
            if answer.could_not_look and self._rejects is not None:
                self._rejects.raw.write(_reject(answer).encode())
        if time.monotonic() - self._last >= EVERY_S:
            self.checkpoint(run.progress, run.digest())

    def checkpoint(self, progress: "Progress", sha256: str) -> None:
        """Have all written so far on disk, then the checkpoint that says so."""
        size = self._answers.sync()
        rejects = self._rejects.sync() if self._rejects is not None else None
        said = {
            "format": FORMAT,
            "run": dict(self._fingerprint),
            "progress": progress.said(),
            "output_bytes": size,
            "rejects_bytes": rejects,
            "sha256": sha256,
        }
        part = self._sidecar.with_name(f"{self._sidecar.name}.part")
        with part.open("w", encoding="utf-8") as raw:
            json.dump(said, raw)
            raw.flush()
            os.fsync(raw.fileno())
        part.replace(self._sidecar)
        _sync_folder(self._sidecar.parent)
        self._last = time.monotonic()

    def publish(self, *, keeps_checkpoint: bool = False) -> None:
        """Give the files their names; the run is over.

        Args:
            keeps_checkpoint: Whether what the run comes to is yet to be written elsewhere.
        """
        self._answers.publish()
        if self._rejects is not None:
            self._rejects.publish()
        if not keeps_checkpoint:
            self._sidecar.unlink(missing_ok=True)


def sidecar_of(path: Path) -> Path:
    """Return where the checkpoint of a file of answers stands."""
    return path.with_name(f"{path.name}.progress")


def hand_over(path: Path, to: Path) -> bool:
    """Copy what a run left of a file until its checkpoint, for a run that writes another file.

    Whoever still writes the first disturbs the second no more.

    Args:
        path: The file of answers of the run that stopped.
        to: That of the run which takes it up.

    Returns:
        Whether there was a checkpoint.
    """
    try:
        text = sidecar_of(path).read_text("utf-8")
        left = int(json.loads(text)["output_bytes"])
    except (OSError, ValueError, KeyError, TypeError):
        return False
    part = path.with_name(f"{path.name}.part")
    source = part if part.is_file() else path
    target = to.with_name(f"{to.name}.part")
    if not source.is_file():
        return False
    with source.open("rb") as raw, target.open("wb") as out:
        while left and (piece := raw.read(min(left, _PIECE))):
            out.write(piece)
            left -= len(piece)
    sidecar_of(to).write_text(text, "utf-8")
    return True


def _reject(answer: "Answered") -> str:
    said = {"locator": answer.asked.locator, "id": answer.id, "reason": answer.could_not_look}
    return json.dumps(said, ensure_ascii=False) + "\n"


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
