"""Jobs that read: screen, screen again, resolve, trace, ask the standing questions again."""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from maillon.model import RefusedError, SourceError
from maillon.store.job_files import INPUT
from maillon.store.lake import sync_folder
from maillon.web.worker.attempt import Attempt

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from maillon.screen import Asked, Use
    from maillon.store import Run, Workbench
    from maillon.workspace.screenrun import ScreenOrder
    from maillon.workspace.standing import Change

LONGEST_LINE: Final = 1 << 20
"""Bytes of one line of questions."""

_BOM: Final = b"\xef\xbb\xbf"
_ORDERS: Final = "jobs: orders"


def screen(attempt: Attempt) -> None:
    """Screen a file of entity lines; leaves a receipt, and the answers as lines in a file."""
    view = attempt.view()
    path = attempt.folder / INPUT
    if not path.is_file():
        raise RefusedError("jobs: files", "no file of questions was sent", "send it again")
    total, sha256 = _counted(path)
    if not total:
        raise SourceError("questions", "line:1", "there is no record to screen")
    use = _use(attempt)
    topics = frozenset(use.humanitarian_topics)

    def questions() -> "Iterator[Asked]":
        with path.open("rb") as raw:
            yield from read_questions(raw, topics)

    order = _screen_order(attempt, use, lambda _: questions(), {"file_sha256": sha256})
    with attempt.workspace.screening.opened(view, order) as run, _kept(attempt) as out:
        for batch in run.batches():
            out.writelines(answer.text().encode() for answer in batch)
            attempt.step(run.progress.tally.queries, total, "records")
        out.close()
        tally = run.progress.tally
        said = {
            "receipt": run.progress.receipt, "queries": tally.queries, "hits": tally.hits,
            "alerts": tally.alerts, "could_not_look": tally.could_not_look, "file": out.name,
        }  # fmt: skip
        run.finish(attempt.finishing(said, run.labels))


def delta(attempt: Attempt) -> None:
    """Screen again what changed; the standing hits, the receipt and the end are one commit."""
    from maillon.screen import questions  # noqa: PLC0415 - numpy, only here

    view = attempt.view()
    datasets = _words(attempt, "datasets")
    if not datasets:
        raise RefusedError(_ORDERS, "no dataset of subjects is named", "name `datasets`")
    use = _use(attempt)
    order = _screen_order(
        attempt, use, lambda bench: questions(bench, datasets, use),
        {"datasets": sorted(set(datasets))},
    )  # fmt: skip

    def also(connection: "Connection", run: "Run", changes: "Sequence[Change]") -> None:
        with _kept(attempt) as out:
            out.writelines(_line(one.line()) for one in changes)
            out.close()
        said = {"receipt": run.receipt, "changes": len(changes), "file": out.name}
        attempt.finishing(said, run.labels)(connection)

    attempt.step(0, 0, "subjects")
    attempt.workspace.screening.delta(view, order, also)


def resolve(attempt: Attempt) -> None:
    """Resolve which records of the mandate are one; what is derived is kept for who asks next."""
    from maillon.workspace import clusters  # noqa: PLC0415 - only here

    view = attempt.view()
    attempt.step(0, 0, "pairs")
    found = attempt.workspace.resolve(view)
    said = {
        "entities": found.canonical.num_rows, "clusters": len(clusters(found)),
        "pairs": len(found.state.array("left")), "conflicts": sum(found.clusters.totals.values()),
    }  # fmt: skip
    attempt.finish(said, view.labels)


def trace(attempt: Attempt) -> None:
    """Find the leads of the mandate; leaves them as lines in a file, ranked."""
    view = attempt.view()
    attempt.step(0, 0, "leads")
    found, _ = attempt.workspace.leads.found(view)
    with _kept(attempt) as out:
        for number, lead in enumerate(found.leads, 1):
            out.writelines([_line(lead.line())])
            attempt.step(number, len(found.leads), "leads")
        out.close()
    attempt.finish({"leads": len(found.leads), "file": out.name}, view.labels)


def questions(attempt: Attempt) -> None:
    """Ask every standing question again, each under its own account's rights."""
    from maillon.workspace.asking import ask_again  # noqa: PLC0415 - only here

    def also(connection: "Connection", said: Mapping[str, int]) -> None:
        attempt.finishing(said)(connection)

    ask_again(
        attempt.workspace.store, also, lambda done, total: attempt.step(done, total, "accounts")
    )


def read_questions(raw: IO[bytes], topics: frozenset[str]) -> "Iterator[Asked]":
    """Yield the records of a file of entity lines; what cannot be read is one of them.

    Args:
        raw: ``{"id", "schema", "properties": {name: [values]}}``, one a line, UTF-8.
        topics: Topics of humanitarian actors.
    """
    from maillon.screen import Asked  # noqa: PLC0415 - numpy, only here

    number = 0
    while line := raw.readline(LONGEST_LINE + 1):
        number += 1
        where = f"line:{number}"
        if len(line) > LONGEST_LINE:
            while line and not line.endswith(b"\n"):
                line = raw.readline(LONGEST_LINE)
            yield Asked.unreadable(where, f"longer than {LONGEST_LINE:,} bytes")
        elif line.removeprefix(_BOM).strip():
            yield _question(where, line.removeprefix(_BOM), topics)


def _question(where: str, line: bytes, topics: frozenset[str]) -> "Asked":
    from maillon.screen import Asked, entry  # noqa: PLC0415 - as above

    try:
        said = json.loads(line.decode())
        properties = {
            name: _texts(held if isinstance(held, list) else [held])
            for name, held in said["properties"].items()
        }
        id_, schema = str(said.get("id") or ""), str(said.get("schema", "LegalEntity"))
        f"{id_}{schema}".encode()  # half of a surrogate pair is no text
        found = entry(id_ or where, schema, "", properties)
    except UnicodeDecodeError:
        return Asked.unreadable(where, "bytes that are not UTF-8: save the file as UTF-8")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        problem = f"no entity: {type(error).__name__}; wanted id, schema, properties"
        return Asked.unreadable(where, problem)
    return Asked(found, where, "", not topics.isdisjoint(properties.get("topics", ())))


def _texts(values: list[Any]) -> list[str]:
    if not all(isinstance(value, str | int | float) for value in values):
        raise TypeError("a value is text")
    texts = [str(value) for value in values]
    "".join(texts).encode()  # as above
    return texts


def _counted(path: Path) -> tuple[int, str]:
    """Return how many lines a file has that are not blank, and its SHA-256."""
    digest, count = hashlib.sha256(), 0
    with path.open("rb") as raw:
        is_new = True
        while piece := raw.readline(LONGEST_LINE):
            digest.update(piece)
            count += is_new and bool(piece.strip())
            is_new = piece.endswith(b"\n")
    return count, digest.hexdigest()


def _use(attempt: Attempt) -> "Use":
    rules, said = attempt.workspace.screening.rules(), attempt.order
    name = str(said.get("use", ""))
    if name and name not in rules.uses:
        raise RefusedError(_ORDERS, f"no use {name!r}", f"one of {', '.join(sorted(rules.uses))}")
    use = rules.use(name)
    try:
        threshold = float(said.get("threshold", use.threshold))
        top = int(said.get("top", use.most_hits))
    except (TypeError, ValueError) as error:
        raise RefusedError(_ORDERS, "threshold and top are numbers", "name them so") from error
    if not 0.3 <= threshold <= 1.0 or not 1 <= top <= 1_000:  # noqa: PLR2004 - as `screen` takes
        raise RefusedError(_ORDERS, "threshold or top is out of range", "0.3 to 1.0; 1 to 1,000")
    return replace(use, threshold=threshold, most_hits=top)


def _screen_order(
    attempt: Attempt,
    use: "Use",
    made: "Callable[[Workbench], Iterable[Asked]]",
    said: Mapping[str, Any],
) -> "ScreenOrder":
    from maillon.workspace.screenrun import ScreenOrder  # noqa: PLC0415 - numpy, only here

    return ScreenOrder(made, said, use, tuple(_words(attempt, "lists")))


def _words(attempt: Attempt, key: str) -> list[str]:
    held = attempt.order.get(key, [])
    if not isinstance(held, list) or not all(isinstance(one, str) for one in held):
        raise RefusedError(_ORDERS, f"{key} is a list of datasets", "name them so")
    return held


def _line(said: Mapping[str, Any]) -> bytes:
    return (json.dumps(said, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace")


class _Lines:
    """Lines that get their name when they are whole."""

    def __init__(self, folder: Path, number: int) -> None:
        self.name = f"lines-{number}.jsonl"  # of this attempt: one that was lost may still write
        self._path = folder / self.name
        self._part = folder / f"{self.name}.part"
        descriptor = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self._file = os.fdopen(descriptor, "wb")

    def writelines(self, lines: Iterable[bytes]) -> None:
        """Add lines."""
        self._file.writelines(lines)

    def close(self) -> None:
        """Have them on disk, under their name."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._part.replace(self._path)
        sync_folder(self._path.parent)

    def abandon(self) -> None:
        """Drop what did not get its name."""
        self._file.close()
        self._part.unlink(missing_ok=True)


@contextmanager
def _kept(attempt: Attempt) -> Iterator[_Lines]:
    """Lend the lines that a job leaves."""
    lines = _Lines(attempt.folder, attempt.job.attempts)
    try:
        yield lines
    finally:
        lines.abandon()
