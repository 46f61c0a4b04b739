"""The verbs of finding: records by words, by parts of identifiers, by their ids, by a screening.

What is found in is derived from a view and some datasets, and kept until either changes. Every verb
writes into the ledger before it answers, with the ids of what it is about to show.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import orjson
import pyarrow as pa

from maillon.model import View
from maillon.screen import Screen, Segment, open_index, write_index
from maillon.screen.find import (
    Finder,
    Page,
    Query,
    finder_name,
    open_finder,
    write_finder,
)
from maillon.screen.find.records import records
from maillon.store import Settings, Store, Workbench
from maillon.store.ledger import object_of
from maillon.workspace.resolution import resolved
from maillon.workspace.screening import check_cards

MOST_NOTED: Final = 1_000
"""Ids of one answer that the ledger names; of a longer one it has the count alone."""
MOST_ROWS: Final = 1_000_000
"""Records of one table of what was found."""
TABLE: Final = (
    "id", "name", "schema", "birth or founding", "countries", "identifiers", "datasets",
    "first seen", "last change",
)  # fmt: skip
"""Columns of a table of what was found."""
_NUMBERS: Final = (
    "passportNumber", "idNumber", "taxNumber", "registrationNumber", "imoNumber", "mmsi",
    "leiCode", "accountNumber", "iban", "phone", "email", "number",
)  # fmt: skip
ALONE: Final = pa.table(
    {"entity": pa.array([], pa.string()), "canonical": pa.array([], pa.string())}
)
"""Which records are one, where nobody is joined with anybody."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What a view finds in, as it stood under one key; threads may share it.

    Attributes:
        key: Of what it was derived from, see `Store.key`.
        datasets: Which datasets it holds.
        finder: Words and whole records.
        segments: The same records to be screened against.
        gone: For each segment, the numbers of its entries that no longer stand.
        versions: When the newest delivery of each dataset was received, ISO 8601.
    """

    key: str
    datasets: tuple[str, ...]
    finder: Finder
    segments: tuple[Segment, ...]
    gone: tuple[frozenset[int], ...]
    versions: dict[str, str]

    def screen(self, threshold: float, top: int) -> Screen:
        """Return a screening of its records; screenings share what is kept of the index.

        Args:
            threshold: Least score of a hit.
            top: Most hits of one query.
        """
        return Screen(
            self.segments, gone=self.gone, threshold=threshold, top=top, remembered=0
        )  # who was asked for is not kept


class Finding:
    """Finding in one workspace; every verb takes a view.

    Args:
        store: Its store.
        settings: What ``maillon.toml`` says.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings

    def key(self, view: View) -> str:
        """Return the key under which `opened` stands now; another one is another answer."""
        return self._store.key(view)

    def opened(
        self, view: View, datasets: Iterable[str], *, joined: bool = False, words: bool = False
    ) -> Opened:
        """Return what a view finds in; it is made when something of it has changed.

        Args:
            view: What may be read.
            datasets: Of which datasets; one that the view cannot see is as one that is not there.
            joined: Whether records that `resolve` says are one are shown as one.
            words: Whether it is looked for words and ids alone: nothing is there to screen against.

        Raises:
            RefusedError: The view's purpose allows no screening, or no joining where that is asked.
        """
        if not words:
            check_cards(self._store, view)
        held = {one.dataset: one.received for one in self._store.deliveries(view)}
        chosen = tuple(sorted(set(datasets) & set(held)))
        key = self._store.key(view)
        canonical = resolved(self._store, view).canonical if joined else ALONE
        mark = hashlib.sha256(repr(canonical.to_pydict()).encode()).hexdigest() if joined else ""
        name = finder_name(view.labels, [*chosen, mark, *(["words"] if words else [])])
        folder = self._store.derived_folder(view, name)
        if folder is None:
            self._derive(view, name, chosen, canonical, words=words)
            folder = self._store.derived_folder(view, name)
        assert folder is not None
        versions = {one: held[one] for one in chosen}
        finder = open_finder(folder / "found")
        if words:
            return Opened(key, chosen, finder, (), (), versions)
        index = open_index(folder / "listed")
        return Opened(key, chosen, finder, index.segments, index.gone, versions)

    def note(
        self, view: View, verb: str, found: Sequence[tuple[str, Sequence[str]]],
        detail: dict[str, Any] | None = None,
    ) -> None:  # fmt: skip
        """Write into the ledger what a verb is about to show.

        Args:
            view: Under which view.
            verb: What is done, e.g. ``search``.
            found: Ids of the records, each with its datasets; without any, it was not found.
            detail: What else to say; no personal data.
        """
        count = sum(1 for _, datasets in found if datasets)
        said = {"verb": verb, "found": count, **(detail or {})}
        shown = found[:MOST_NOTED]
        names = [id_ for id_, _ in shown]
        objects = [object_of(id_, one) for id_, datasets in shown for one in datasets]
        self._store.note(view, "look", said, [*names, *objects])

    def search(self, view: View, opened: Opened, query: Query, verb: str = "search") -> Page:
        """Return a page of what a query finds; the ledger has what is about to be shown.

        Args:
            view: Under which view.
            opened: What it finds in.
            query: What is looked for.
            verb: What is done.
        """
        page = opened.finder.find(query)
        records = [orjson.loads(line) for line in page.lines]
        self.note(view, verb, [(one["id"], one["datasets"]) for one in records])
        return page

    def table(self, view: View, opened: Opened, query: Query) -> Iterator[tuple[object, ...]]:
        """Yield what a query finds as rows of `TABLE`, at most `MOST_ROWS`; see `Finder.every`.

        The ledger has how many there are, and the ids of the first, before the first row.
        """
        first = opened.finder.find(replace(query, limit=MOST_NOTED, offset=0, facets=()))
        shown = [orjson.loads(line) for line in first.lines]
        said = {"records": min(first.total, MOST_ROWS)}
        self.note(view, "export", [(one["id"], one["datasets"]) for one in shown], said)
        return (_row(orjson.loads(line)) for line in opened.finder.every(query, MOST_ROWS))

    def _derive(
        self, view: View, name: str, datasets: tuple[str, ...], canonical: pa.Table, *, words: bool
    ) -> None:
        older = self._store.older_folder(view, name)
        received = {one.id: one.received for one in self._store.deliveries(view)}
        with self._store.workbench(view) as bench, self._store.deriving(view, name) as work:
            _show(bench, canonical)
            (work / "found").mkdir()
            write_finder(records(bench, datasets, received), work / "found")
            if words:
                return
            (work / "listed").mkdir()
            write_index(
                bench, work / "listed", older and older / "listed",
                processes=self._settings.threads, datasets=datasets or ("",), every=True,
            )  # fmt: skip


def _show(bench: Workbench, canonical: pa.Table) -> None:
    """Put ``canonical(entity, canonical)`` into a workbench."""
    bench.con.register("canonical_rows", canonical)
    bench.con.execute("CREATE OR REPLACE TEMP TABLE canonical AS SELECT * FROM canonical_rows")
    bench.con.unregister("canonical_rows")


def _row(record: dict[str, Any]) -> tuple[object, ...]:
    held = record["properties"]

    def of(*props: str) -> str:
        return "; ".join(dict.fromkeys(value for prop in props for value in held.get(prop, ())))

    return (
        record["id"], record["caption"], record["schema"],
        of("birthDate", "incorporationDate"), of("country", "nationality", "citizenship"),
        of(*_NUMBERS), "; ".join(record["datasets"]), record["first_seen"] or "",
        record["last_change"] or "",
    )  # fmt: skip
