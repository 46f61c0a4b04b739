"""The job that screens a file of records: it goes on where a killed attempt stopped."""

import hashlib
from collections.abc import Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from maillon.model import RefusedError, SourceError, StaleError
from maillon.store.job_files import INPUT
from maillon.web.worker.attempt import Attempt
from maillon.web.worker.reading import screen_order, use_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from maillon.screen import Asked, Use
    from maillon.screen.tables import QueryForm
    from maillon.workspace.screenfile import ScreenFile
    from maillon.workspace.screenrun import ScreenRun, Tally

FORM: Final = ("columns", "sheet", "encoding", "delimiter", "date_order")
"""What of an order says how its file is read."""
_PIECE: Final = 1 << 20


def screen(attempt: Attempt) -> None:
    """Screen a file of records; leaves a receipt, and the answers as lines in a file."""
    view = attempt.view()
    path = attempt.folder / INPUT
    if not path.is_file():
        raise RefusedError("jobs: files", "no file of questions was sent", "send it again")
    sha256, lines = _looked(path)
    if not lines:
        raise SourceError("questions", "line:1", "there is no record to screen")
    total = int(attempt.order.get("total", 0) or lines)
    said = {name: attempt.order[name] for name in FORM if attempt.order.get(name)}
    use = use_of(attempt)
    form = form_said(said, use)

    def questions() -> "Iterator[Asked]":
        from maillon.screen.tables import read_file  # noqa: PLC0415 - numpy, only here

        with path.open("rb") as raw:
            yield from read_file(raw, form)

    order = screen_order(attempt, use, lambda _: questions(), {"file_sha256": sha256, **said})
    with attempt.workspace.screening.opened(view, order) as run, _kept(attempt, run) as out:
        attempt.goes_on_at(run.progress.tally.queries)
        for batch in run.batches():
            out.write(batch, run)
            tally = run.progress.tally
            attempt.step(tally.queries, max(total, tally.queries), "records", _counts(tally))
        out.checkpoint(run.progress, run.digest())
        out.publish(keeps_checkpoint=True)
        found = {"receipt": run.progress.receipt, **_counts(run.progress.tally),
                 "file": _name(attempt)}  # fmt: skip
        run.finish(attempt.finishing(found, run.labels))


def form_said(said: Mapping[str, Any], use: "Use") -> "QueryForm":
    """Return how a file is read, as an order says it.

    Raises:
        RefusedError: It is not understood.
    """
    from maillon.screen.tables import PROPERTIES, QueryForm  # noqa: PLC0415 - numpy, only here

    columns = said.get("columns")
    placed = None
    if columns is not None:
        is_right = isinstance(columns, dict) and all(
            str(number).isdecimal() and prop in PROPERTIES for number, prop in columns.items()
        )
        if not is_right:
            raise RefusedError(
                "jobs: orders", "columns: numbers of columns and what is compared are needed",
                'name them so: {"0": "name", "2": "birthDate"}',
            )  # fmt: skip
        placed = {int(number): str(prop) for number, prop in columns.items()}
    return QueryForm(
        {}, placed, str(said.get("sheet", "")), str(said.get("encoding", "")),
        str(said.get("delimiter", "")), str(said.get("date_order", "")),
        frozenset(use.humanitarian_topics),
    )  # fmt: skip


def _counts(tally: "Tally") -> dict[str, int]:
    return {
        "queries": tally.queries, "hits": tally.hits, "alerts": tally.alerts,
        "could_not_look": tally.could_not_look,
    }  # fmt: skip


def _looked(path: Path) -> tuple[str, int]:
    """Return the SHA-256 of a file, and how many lines it has that are not blank, about."""
    digest, count, is_new = hashlib.sha256(), 0, True
    with path.open("rb") as raw:
        while piece := raw.readline(_PIECE):
            digest.update(piece)
            count += is_new and bool(piece.strip())
            is_new = piece.endswith(b"\n")
    return digest.hexdigest(), count


def _name(attempt: Attempt) -> str:
    return f"lines-{attempt.job.attempts}.jsonl"  # of this attempt: a lost one may still write


@contextmanager
def _kept(attempt: Attempt, run: "ScreenRun") -> "Iterator[ScreenFile]":
    """Lend the answers that a job leaves, begun where an attempt before this one stopped."""
    from maillon.workspace.screenfile import (  # noqa: PLC0415 - as above
        ScreenFile,
        hand_over,
        sidecar_of,
    )

    folder = attempt.folder
    mine = folder / _name(attempt)
    others = [folder / f"lines-{n}.jsonl" for n in range(attempt.job.attempts - 1, 0, -1)]
    if not sidecar_of(mine).is_file():
        any(hand_over(one, mine) for one in others)
    with ScreenFile(mine, is_resumed=True) as out:
        try:
            out.begin(run)
        except StaleError:  # the lists or the rules are other ones by now: the whole file again
            out.begin_anew(run)
        for one in others:
            for path in (one, one.with_name(f"{one.name}.part"), sidecar_of(one)):
                with suppress(FileNotFoundError):
                    path.unlink()
        yield out
