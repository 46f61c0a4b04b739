"""The verbs of screening: run, run again, clear, and what was found so far."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from maillon.model import Delivery, NotFoundError, View
from maillon.screen import (
    Entry,
    Rules,
    Screen,
    compared,
    index_name,
    list_entries,
    open_index,
    questions,
    read_rules,
    room,
    write_index,
)
from maillon.store import (
    CLEARED,
    OPEN,
    Clearing,
    Receipt,
    Side,
    StandingHit,
    Store,
    Workbench,
    new_receipt_id,
)
from maillon.store.clock import utc_now
from maillon.workspace.hit_verdicts import HitVerdicts
from maillon.workspace.looking import look
from maillon.workspace.screenrun import Cleared, Progress, ScreenOrder, ScreenRun, Sides

if TYPE_CHECKING:
    from maillon.workspace.delta import AlsoChanges
    from maillon.workspace.replay import Replayed
    from maillon.workspace.standing import Change

RULED: Final = ("birth date", "document", "name", "weak alias")
"""What the rules of screening look at: a second fact, and whether a weak alias stands alone."""

NO_LIST: Final = (
    "nothing to screen against: what this mandate may read holds no listed entity; "
    "load a list first"
)


class Screening(HitVerdicts):
    """Screening over one workspace, and what people make of its hits; every verb takes a view.

    Args:
        store: Its store.
        settings: What ``maillon.toml`` says.
    """

    def rules(self) -> Rules:
        """Return the rules in force: ``screening.yaml`` over the package's own."""
        return read_rules(self._settings.folder)

    @contextmanager
    def opened(self, view: View, order: ScreenOrder) -> Iterator[ScreenRun]:
        """Lend a run, ready to be iterated; `ScreenRun.finish` writes its receipt.

        Raises:
            NotFoundError: The view holds no listed entity: no answer could be told from *no hit*.
        """
        held = self._store.deliveries(view)
        lists, subjects = _sides(order, held)
        check_cards(self._store, view, {one.dataset for one in held if one.id in set(lists)})
        key = self._store.key(view)
        both = frozenset((*lists, *subjects))
        today = datetime.now(UTC).date().isoformat()
        progress = Progress(new_receipt_id(), today, self._store.clearings.newest())
        labels = self._store.labels_of(view, both)
        cleared = Cleared(self._store, view, progress.clearings_until, labels)
        with (
            self._store.workbench(view, deliveries=both) as bench,
            self._screen(view, order, bench, cleared, key) as screen,
        ):
            sides = Sides(bench, screen, lists, subjects)
            yield ScreenRun(self._store, view, order, sides, progress)

    def delta(
        self, view: View, order: ScreenOrder, also: "AlsoChanges | None" = None
    ) -> "list[Change]":
        """Return what changed since the last run of these subjects against these lists.

        The receipt, the hits that stand and what they rest on are durable on return.

        Args:
            view: What may be read.
            order: Rules, lists, and the datasets of the subjects.
            also: Written in the same transaction.
        """
        from maillon.workspace.delta import DeltaRun  # noqa: PLC0415 - pyarrow, only here

        use = replace(order.use, most_hits=MOST_STANDING)
        unlimited = replace(order, use=use)
        with self.opened(view, unlimited) as run:
            return DeltaRun(self._store, view, unlimited, run, self._settings.threads).changes(also)

    def hits(self, view: View, order: ScreenOrder) -> list[StandingHit]:
        """Return the hits that stand since the last `delta` run, the cleared ones too."""
        from maillon.workspace.delta import round_of  # noqa: PLC0415 - as above

        lists, subjects = _sides(order, self._store.deliveries(view))
        name = round_of(self._store, view, order, (*lists, *subjects))
        return self._store.rounds.hits(view, name, states=(OPEN, CLEARED))

    def receipts(self, view: View) -> list[Receipt]:
        """Return the receipts that the view may read, oldest first."""
        return self._store.receipts.read(view)

    def replay(self, view: View, receipt: str, order: ScreenOrder | None = None) -> "Replayed":
        """Run a receipt again over exactly its deliveries and say whether the result is the same.

        Args:
            view: What may be read.
            receipt: Its id.
            order: Gives the questions of a query file; None for records of the workspace.

        Raises:
            NotFoundError: There is no such receipt for this view.
        """
        from maillon.workspace.replay import replayed  # noqa: PLC0415 - only when replaying

        check_cards(self._store, view)
        found = self._store.receipts.one(view, receipt)
        return replayed(self._store, view, found, order, self._settings.threads)

    def clear(self, view: View, subject: Entry, entry: str, reason: str) -> str:
        """Say that a subject is not an entry, as both stand now; return the clearing's id.

        Args:
            view: What may be read.
            subject: The record: of the workspace, or of a query file, then without a dataset.
            entry: Entity id on a list.
            reason: Why, in the words of who says it.

        Raises:
            NotFoundError: The view holds no such entry on a list.
        """
        with self._store.workbench(view) as bench:
            found = list_entries(bench, ids=[entry])
        if not found:
            raise NotFoundError(f"no entry {entry} on a list that this mandate may read")
        sides = (
            Side(subject.id, subject.dataset, subject.version),
            Side(entry, found[0].dataset, found[0].version),
        )
        datasets = {side.dataset for side in sides if side.dataset}
        labels = self._store.labels_in(view, datasets)
        id_ = self._store.clearings.clear(view, *sides, reason, labels)
        made = self._store.clearings.one(view, id_)
        self._store.rounds.set_state(
            view, (subject.id, entry), made.seals, CLEARED, f"cleared: {id_}"
        )
        return id_

    def take_back(self, view: View, clearing: str, reason: str) -> str:
        """Take back a standing clearing: its hit stands again; return the id of the event."""
        event = self._store.clearings.take_back(view, clearing, reason)
        made = self._store.clearings.one(view, clearing)
        why = f"clearing {clearing} taken back"
        self._store.rounds.set_state(view, (made.subject, made.entry), made.seals, OPEN, why)
        return event

    def clearings(self, view: View) -> list[Clearing]:
        """Return the clearings that the view may read, oldest first."""
        return self._store.clearings.read(view)

    def subject(self, view: View, id_: str) -> Entry | None:
        """Return a record of the workspace as a subject; None when the view holds none."""
        with self._store.workbench(view) as bench:
            datasets = [
                row[0]
                for row in bench.con.execute(
                    "SELECT DISTINCT dataset FROM statement WHERE entity = ? ORDER BY 1", [id_]
                ).fetchall()
            ]
            found = list(questions(bench, datasets, self.rules().use(), [id_]))
        look(self._store, view, "subject", [id_], datasets)
        return found[0].entry if found else None

    def _screen(
        self,
        view: View,
        order: ScreenOrder,
        bench: Workbench,
        cleared: Cleared,
        key: str,
    ) -> Screen:
        """Return the list side, from the index beside the lake, brought up to date first."""
        use = order.use
        limits: dict[str, Any] = {
            "threshold": use.threshold, "top": room(use, cleared.counts),
            "threads": self._settings.threads, "processes": self._settings.threads,
        }  # fmt: skip
        name = index_name(view.labels)
        folder = self._store.derived_folder(view, name)
        if folder is None:
            with self._store.workbench(view) as whole, self._store.deriving(view, name) as work:
                older = self._store.older_folder(view, name)
                write_index(whole, work, older, processes=self._settings.threads)
            folder = self._store.derived_folder(view, name)
        if folder is not None and self._store.key(view) == key:
            index = open_index(folder, frozenset(order.lists))
            checked(index.entries)
            return Screen(index.segments, gone=index.gone, **limits)
        from maillon.workspace.replay import entries_of  # noqa: PLC0415 - seldom

        # a delivery came in between: what was opened is compared without the index
        entries = entries_of(bench, order.lists)
        checked(len(entries))
        return Screen(entries, **limits)


MOST_STANDING: Final = 1_000
"""Hits of one subject that are kept."""


def check_cards(store: Store, view: View, lists: Iterable[str] = ()) -> None:
    """Let the screening model, its rules and lists be used for a view today, or refuse.

    See `Cards.check` and `Cards.check_lists`.
    """
    day = utc_now()[:10]
    store.cards.check_lists(lists, compared(), view, day)
    store.cards.check("screening-model", compared(), view, day)
    store.cards.check("screening-rules", RULED, view, day)


def checked(entries: int) -> None:
    """Refuse to answer from nothing: it could not be told from *no hit*."""
    if not entries:
        raise NotFoundError(NO_LIST)


def _sides(
    order: ScreenOrder, current: Iterable[Delivery]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the delivery ids of the lists and of the subjects, sorted."""
    held = list(current)
    lists = sorted(one.id for one in held if not order.lists or one.dataset in order.lists)
    # where nothing is said of the questions, they may be any records of the workspace
    subjects = sorted(one.id for one in held if not order.query or one.dataset in order.datasets)
    return tuple(lists), tuple(subjects)
