"""A receipt run again over exactly its deliveries: identical, differs, or erased."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from maillon.model import View
from maillon.screen import Entry, Screen, Use, algorithm, list_entries, questions, room
from maillon.store import Receipt, Store, Workbench
from maillon.workspace.screenrun import Cleared, Progress, ScreenOrder, ScreenRun, Sides, Tally
from maillon.workspace.standing import standing_hits, standing_sha256


@dataclass(frozen=True, slots=True)
class Replayed:
    """What running a receipt again came to.

    Attributes:
        receipt: Its id.
        verdict: ``identical``, ``differs`` or ``erased``.
        reasons: What differs, or under which rule it was erased.
        result_sha256: Of the result of now; empty when it could not be run.
    """

    receipt: str
    verdict: str
    reasons: tuple[str, ...] = ()
    result_sha256: str = ""

    def line(self) -> dict[str, Any]:
        """Return it as ``screen --replay`` prints it."""
        return {
            "receipt": self.receipt, "verdict": self.verdict, "reasons": list(self.reasons),
            "result_sha256": self.result_sha256,
        }  # fmt: skip


def replayed(
    store: Store, view: View, receipt: Receipt, given: ScreenOrder | None, threads: int
) -> Replayed:
    """Run a receipt again and compare.

    Args:
        store: The store.
        view: What may be read; it covers the receipt's labels.
        receipt: The receipt.
        given: Gives the questions of a query file; None for records of the workspace.
        threads: Of the candidate search.
    """
    said = receipt.body
    subjects = tuple(sorted(said["query"].get("deliveries", {})))
    lists = tuple(sorted(said["deliveries"]))
    gone = _erased(store, view, said, {*lists, *subjects})
    if gone:
        return Replayed(receipt.id, "erased", gone)
    use = Use.from_said(said["rules"])
    order = ScreenOrder(
        given.questions if given else lambda bench: questions(bench, order.datasets, use),
        given.query if given else said["query"], use, tuple(said["lists"]),
    )  # fmt: skip
    if order.query.get("file_sha256") != said["query"].get("file_sha256"):
        return Replayed(receipt.id, "differs", ("the query file is another one",))
    progress = Progress(receipt.id, said["on"], receipt.clearings_until)
    with store.workbench(view, deliveries=frozenset((*lists, *subjects))) as bench:
        labels = store.labels_of(view, frozenset((*lists, *subjects)))
        cleared = Cleared(store, view, progress.clearings_until, labels)
        screen = Screen(
            entries_of(bench, order.lists), threshold=use.threshold,
            top=room(order.use, cleared.counts), threads=threads,
        )  # fmt: skip
        run = ScreenRun(store, view, order, Sides(bench, screen, lists, subjects), progress)
        result, wanted = _result(store, view, run, said)
    if result == wanted:
        return Replayed(receipt.id, "identical", (), result)
    return Replayed(receipt.id, "differs", _differences(said, run.progress.tally), result)


def entries_of(bench: Workbench, lists: tuple[str, ...]) -> list[Entry]:
    """Return what is screened against, as the index has it."""
    return [one for one in list_entries(bench) if not lists or one.dataset in lists]


def _result(store: Store, view: View, run: ScreenRun, said: Mapping[str, Any]) -> tuple[str, str]:
    """Return the SHA-256 of the result of now, and of then."""
    if "delta" not in said:
        for _ in run:
            pass
        return run.digest(), said["result_sha256"]
    keys = store.clearings.keys(view, {one.dataset for one in store.deliveries(view)})
    found = standing_sha256(
        change.standing for answer in run for change in standing_hits(answer, keys)
    )
    return found, said["delta"]["standing_sha256"]


def _erased(store: Store, view: View, said: Mapping[str, Any], wanted: set[str]) -> tuple[str, ...]:
    held = {one.id for one in store.deliveries(view, current=False)}
    partly = store.erased_of(view, wanted & held)
    return tuple(
        f"{one} was erased under the rule {said['retention'].get(one, 'unknown')!r}"
        for one in sorted(wanted - held)
    ) + tuple(f"some of {one} was erased under the rule {partly[one]!r}" for one in sorted(partly))


def _differences(said: Mapping[str, Any], tally: Tally) -> tuple[str, ...]:
    found = []
    if said["algorithm"] != algorithm():
        found.append(f"the engine was {said['algorithm']}, it is {algorithm()}")
    found += [
        f"{name}: {said[name]:,} then, {now:,} now"
        for name, now in asdict(tally).items()
        if name in said and said[name] != now and "delta" not in said
    ]
    return tuple(found) or ("the answers are other ones",)
