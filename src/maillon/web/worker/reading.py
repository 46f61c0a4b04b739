"""Jobs that read: screen again, resolve, trace, ask the standing questions again."""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from maillon.model import RefusedError
from maillon.store.lake import sync_folder
from maillon.web.worker.attempt import Attempt

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from maillon.screen import Asked, Use
    from maillon.store import Run, Workbench
    from maillon.workspace.screenrun import ScreenOrder
    from maillon.workspace.standing import Change

_ORDERS: Final = "jobs: orders"


def delta(attempt: Attempt) -> None:
    """Screen again what changed; the standing hits, the receipt and the end are one commit."""
    from maillon.screen import questions  # noqa: PLC0415 - numpy, only here

    view = attempt.view()
    datasets = _words(attempt, "datasets")
    if not datasets:
        raise RefusedError(_ORDERS, "no dataset of subjects is named", "name `datasets`")
    use = use_of(attempt)
    order = screen_order(
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


def point(attempt: Attempt) -> None:
    """Tell the brokers of leads that nobody may see whole; how many is for the ledger alone."""
    attempt.step(0, 0, "leads")
    attempt.workspace.pointing.point(attempt.view(), attempt.finishing({}))


def questions(attempt: Attempt) -> None:
    """Ask every standing question again, each under its own account's rights."""
    from maillon.workspace.asking import ask_again  # noqa: PLC0415 - only here

    def also(connection: "Connection", said: Mapping[str, int]) -> None:
        attempt.finishing(said)(connection)

    ask_again(
        attempt.workspace.store, also, lambda done, total: attempt.step(done, total, "accounts")
    )


def use_of(attempt: Attempt) -> "Use":
    """Return the rules that a job's order names."""
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


def screen_order(
    attempt: Attempt,
    use: "Use",
    made: "Callable[[Workbench], Iterable[Asked]]",
    said: Mapping[str, Any],
) -> "ScreenOrder":
    """Return what shall be screened, as a job's order says it."""
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
