"""Asking the search index: words, parts of identifiers, filters, counts."""

import re
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import orjson
from tantivy import DocAddress, FieldType, Occur, Order, Schema, Searcher, SearchResult
from tantivy import Query as Asked

from maillon.screen.find.fields import FACETS, analyser, read_index
from maillon.screen.find.query import Beside, Facet, Page, Query, QueryError, Scope
from maillon.screen.find.write import MARK, latin, marks, numbered

MOST_WORDS: Final = 256
"""Words of one query."""
NAME_WEIGHT: Final = 3.0
FILTERS: Final = frozenset((*FACETS, "schemata", "ids", "target", "id"))
"""Fields that a filter may name, beside ``properties.NAME``."""
SORTS: Final = ("first_seen", "last_seen", "last_change")
_NOT: Final = re.compile(r"(?:^|\s)(?:AND\s+)?NOT\s+(?=\S)")
"""How Lucene's syntax leaves a word out; tantivy writes ``-word``."""
RANKED: Final = 10_000
"""Records that are put into the order of how well they fit, where all are wanted."""
SLICE: Final = 10_000
"""Records of the index that are asked at a time, where more are wanted."""
DEEPEST: Final = 1_000_000
"""How far down the best first is paged."""
MOST_FACETS: Final = 1_000
"""Values of one facet that are counted."""


class Finder:
    """An open search index; threads may share it.

    Args:
        folder: As `write_finder` wrote it.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / "records.sqlite"
        self._index = read_index(folder / "words")
        self._analyser = analyser()
        self._held = threading.local()

    def find(self, query: Query) -> Page:
        """Return a page of what a query finds.

        Raises:
            QueryError: Its syntax is not understood, or it names a field that there is not.
        """
        searcher = self._index.searcher()
        asked = self._all_of(self._words(query), query.scope)
        sort = query.sort
        if sort is not None and sort[0] not in SORTS:
            raise QueryError(f"sort: no field {sort[0]!r}; there are {', '.join(SORTS)}")
        if query.beside is None:
            found = searcher.search(asked, **_window(query))
            numbers, first, total = _numbers(searcher, found.hits), query.offset, _count(found)
        else:
            numbers, first, total = self._beside(searcher, asked, query.beside, query.limit)
        counts = {name: self._counted(searcher, asked, name) for name in query.facets}
        lines = tuple(self.lines(numbers[: query.limit]))
        return Page(lines, total, counts, first)

    def every(self, query: Query, most: int) -> Iterator[bytes]:
        """Yield all that a query finds, as `Page.lines`, at most so many.

        Up to `RANKED` come the best first. More come by their ids, a slice of the index at a time:
        memory does not grow with what is found.
        """
        searcher = self._index.searcher()
        asked = self._all_of(self._words(query), query.scope)
        found = searcher.search(asked, limit=RANKED, count=True)
        if _count(found) <= RANKED:
            yield from self.lines(_numbers(searcher, found.hits[:most]))
            return
        del found
        for low in range(0, searcher.num_docs, SLICE):
            part = Asked.boolean_query([
                (Occur.Must, asked), (Occur.Must, _numbered(self._index.schema, low)),
            ])  # fmt: skip
            held = searcher.search(part, limit=SLICE, count=False)
            numbers = sorted(_numbers(searcher, held.hits))[:most]
            most -= len(numbers)
            yield from self.lines(numbers)
            if most <= 0:
                return

    def suggest(self, prefix: str, scope: Scope, limit: int) -> list[bytes]:
        """Return records with a name that has these words, the last of them perhaps unfinished."""
        words = self._cut(prefix)
        if not words or limit < 1:
            return []
        schema = self._index.schema
        clauses = [(Occur.Must, Asked.term_query(schema, "names", word)) for word in words[:-1]]
        last = Asked.regex_query(schema, "names", re.escape(words[-1]) + ".*")
        asked = Asked.boolean_query([*clauses, (Occur.Must, last)])
        searcher = self._index.searcher()
        found = searcher.search(self._all_of(asked, scope), limit=limit, count=False)
        return list(self.lines(_numbers(searcher, found.hits)))

    def schemata(self) -> list[str]:
        """Return the schemata of which it holds a record, sorted."""
        counted = self._counted(self._index.searcher(), Asked.all_query(), "schema")
        return sorted(one.name for one in counted)

    def number(self, id_: str) -> int | None:
        """Return the number of the record that has an id, its own or another; None for none."""
        row = self._desk.execute("SELECT number FROM member WHERE id = ?", (id_,)).fetchone()
        return None if row is None else int(row[0])

    def line(self, id_: str) -> bytes | None:
        """Return the record that has an id, its own or another, as JSON; None for none."""
        number = self.number(id_)
        return None if number is None else next(self.lines([number]), None)

    def lines(self, numbers: Iterable[int]) -> Iterator[bytes]:
        """Yield records by their numbers, as JSON."""
        for number in numbers:
            row = self._desk.execute(
                "SELECT line FROM record WHERE number = ?", (number,)
            ).fetchone()
            if row is not None:
                yield row[0]

    def read(self, id_: str) -> dict[str, Any] | None:
        """Return the record that has an id, its own or another; None for none."""
        line = self.line(id_)
        return None if line is None else orjson.loads(line)

    def pointing_at(
        self, id_: str, props: Sequence[tuple[str, str]] = (), *, limit: int = -1, offset: int = 0
    ) -> list[int]:
        """Return the numbers of the records that point at an id, in the order delivered.

        Args:
            id_: A record's own id.
            props: Schema and property through which; any when empty.
            limit: Most that are returned; -1 for all.
            offset: How many are left out first.
        """
        rows = self._desk.execute(
            "SELECT number FROM record WHERE number IN "
            f"(SELECT number FROM edge WHERE {_through(props)}) "
            "ORDER BY place, number LIMIT ? OFFSET ?",
            (id_, *(part for pair in props for part in pair), limit, offset),
        )
        return [row[0] for row in rows]

    def in_order(self, ids: Iterable[str]) -> list[int]:
        """Return the numbers of the records with these own ids, in the order delivered."""
        wanted = orjson.dumps(sorted(set(ids))).decode()
        rows = self._desk.execute(
            "SELECT number FROM record WHERE id IN (SELECT value FROM json_each(?)) "
            "ORDER BY place, number",
            (wanted,),
        )
        return [row[0] for row in rows]

    def count_pointing_at(self, id_: str, props: Sequence[tuple[str, str]] = ()) -> int:
        """Return how many records point at an id; arguments as for `pointing_at`."""
        row = self._desk.execute(
            f"SELECT count(DISTINCT number) FROM edge WHERE {_through(props)}",
            (id_, *(part for pair in props for part in pair)),
        ).fetchone()
        return int(row[0])

    @property
    def _desk(self) -> sqlite3.Connection:
        held: sqlite3.Connection | None = getattr(self._held, "desk", None)
        if held is None:
            uri = f"{self._file.absolute().as_uri()}?mode=ro&immutable=1"
            held = self._held.desk = sqlite3.connect(uri, uri=True)
        return held

    def _beside(
        self, searcher: Searcher, asked: Asked, beside: Beside, limit: int
    ) -> tuple[list[int], int, int]:
        """Return the numbers of a page beside a record, how many stand before it, and how many all.

        What came in between moves nothing: the page lies beside the record, wherever that stands
        now. Where it is not among what is found any more, the page lies where it stood.
        """
        number, at = self.number(beside.id), min(beside.at, DEEPEST)
        found = searcher.search(asked, limit=at + limit + 1, count=True)
        total = _count(found)
        if not _stands(searcher, found, at, number):
            found = searcher.search(asked, limit=max(1, min(total, DEEPEST)), count=False)
            numbers = _numbers(searcher, found.hits) if number is not None else []
            at = numbers.index(number) if number in numbers else at - (not beside.is_back)
        first = max(0, at - limit) if beside.is_back else at + 1
        last = at if beside.is_back else first + limit
        return _numbers(searcher, found.hits[first:last]), first, total

    def _cut(self, text: str) -> list[str]:
        words: list[str] = self._analyser.analyze(text)
        if len(words) > MOST_WORDS:
            raise QueryError(f"{len(words)} words; at most {MOST_WORDS} are looked for")
        return words

    def _words(self, query: Query) -> Asked:
        if not query.text.strip():
            return Asked.all_query()
        words = self._cut(query.text)
        read = self._said(query) if query.simple else self._parsed(query)
        ways = [(Occur.Should, read)]
        if not query.text.isascii() and (other := self._cut(latin(query.text))) != words:
            ways.append((Occur.Should, Asked.boost_query(self._plain(other, query), 0.5)))
        if (whole := self._part(query.text)) is not None:
            ways.append((Occur.Should, whole))
        return Asked.boolean_query(ways)

    def _said(self, query: Query) -> Asked:
        """Return the query for records that have every word: in a name, elsewhere, or as a part."""
        clauses = []
        for text in query.text.split():
            words = self._cut(text)
            ways = [(Occur.Should, self._plain(words, query))] if words else []
            if (part := self._part(text)) is not None:
                ways.append((Occur.Should, part))
            if ways:
                clauses.append((Occur.Must, Asked.boolean_query(ways)))
        return Asked.boolean_query(clauses) if clauses else Asked.empty_query()

    def _part(self, text: str) -> Asked | None:
        """Return the query for records with an identifier of which a text is a part; None: no part.

        Letters alone are looked for in plates and call signs only: in a mailbox or an address of a
        page they would be words.
        """
        pieces = marks(text)
        if not pieces or not text.isprintable():
            return None
        schema = self._index.schema
        name = "marks" if any(one.isdigit() for one in text) else "plates"
        if len(pieces) == 1:
            return Asked.term_query(schema, name, pieces[0])
        return Asked.phrase_query(schema, name, pieces)  # type: ignore[arg-type]  # words, or places and words

    def _plain(self, words: Sequence[str], query: Query) -> Asked:
        """Return the query for records that have every word, in a name or elsewhere."""
        schema = self._index.schema
        if not words:
            return Asked.empty_query()

        def term(name: str, word: str) -> Asked:
            if query.fuzzy and len(word) > MARK:
                return Asked.fuzzy_term_query(schema, name, word, 1, True)
            return Asked.term_query(schema, name, word)

        return Asked.boolean_query([
            (
                Occur.Must,
                Asked.boolean_query([
                    (Occur.Should, Asked.boost_query(term("names", word), NAME_WEIGHT)),
                    (Occur.Should, term("text", word)),
                ]),
            )
            for word in words
        ])  # fmt: skip

    def _parsed(self, query: Query) -> Asked:
        fields = ["names", "text"]
        fuzzy = dict.fromkeys(fields, (False, 1, True)) if query.fuzzy else {}
        if query.text.count("/") % 2:
            raise QueryError("an open / : write \\/ or quote the words")
        parts = query.text.split('"')  # what stands in quotes stays as it is
        parts[::2] = [_NOT.sub(" -", part) for part in parts[::2]]
        try:
            return self._index.parse_query(
                '"'.join(parts), fields, {"names": NAME_WEIGHT}, fuzzy,
                conjunction_by_default=True,
            )  # fmt: skip
        except ValueError as error:
            raise QueryError(f"the query is not understood: {error}") from None

    def _all_of(self, asked: Asked, scope: Scope) -> Asked:
        schema = self._index.schema

        def among(name: str, values: Iterable[str]) -> Asked:
            return Asked.term_set_query(schema, name, sorted(set(values)))

        must = [asked, among("datasets", scope.datasets)]
        if scope.schema:
            must.append(among("schemata", [scope.schema]))
        if scope.include:
            must.append(among("datasets", scope.include))
        for name, values in self._filters(scope):
            must.append(among(name, values))
        if scope.changed_since:
            low = numbered((scope.changed_since + "T000000")[:19]) if scope.changed_since else 0
            must.append(_after(schema, low))
        clauses = [(Occur.Must, one) for one in must]
        for name, left_out in (
            ("datasets", scope.exclude), ("schema", scope.exclude_schema),
            ("ids", scope.exclude_ids),
        ):  # fmt: skip
            if left_out:
                clauses.append((Occur.MustNot, among(name, left_out)))
        return Asked.boolean_query(clauses)

    def _filters(self, scope: Scope) -> Iterator[tuple[str, list[str]]]:
        held: dict[str, list[str]] = {}
        for name, value in scope.filters:
            prop = name.removeprefix("properties.")
            if prop != name:
                key, wanted = f"said:{prop}", f"{prop}={value}"
            elif name in FILTERS:
                key, wanted = name, value
            else:
                raise QueryError(f"filter: no field {name[:60]!r}")
            held.setdefault(key, []).append(wanted)
        for key, values in held.items():
            name = key.partition(":")[0]
            if scope.every:
                yield from ((name, [value]) for value in values)
            else:
                yield name, values

    def _counted(self, searcher: Searcher, asked: Asked, name: str) -> tuple[Facet, ...]:
        if name not in FACETS:
            raise QueryError(f"facets: no field {name[:60]!r}; there are {', '.join(FACETS)}")
        terms = {"terms": {"field": name, "size": MOST_FACETS}}
        said = searcher.aggregate(asked, {name: terms})[name]["buckets"]
        found = [Facet(str(one["key"]), int(one["doc_count"])) for one in said]
        return tuple(sorted(found, key=lambda one: (-one.count, one.name)))


def open_finder(folder: Path) -> Finder:
    """Return the index that `write_finder` wrote into a folder."""
    return Finder(folder)


def _numbers(searcher: Searcher, hits: Iterable[tuple[Any, DocAddress]]) -> list[int]:
    """Return the numbers of the records that were found, in their order."""
    return [int(searcher.doc(place).get_first("number") or 0) for _, place in hits]


def _count(found: SearchResult) -> int:
    """Return how many were found in all."""
    return int(getattr(found, "count", 0) or 0)


def _stands(searcher: Searcher, found: SearchResult, at: int, number: int | None) -> bool:
    """Return whether a record stands at a place among what was found."""
    return number is not None and _numbers(searcher, found.hits[at : at + 1]) == [number]


def _numbered(schema: Schema, low: int) -> Asked:
    """Return the query for the records of a slice of the index."""
    high = low + SLICE
    return Asked.range_query(schema, "number", FieldType.Unsigned, low, high, True, False)


def _window(query: Query) -> dict[str, Any]:

    said: dict[str, Any] = {"limit": max(query.limit, 1), "offset": query.offset, "count": True}
    if query.sort is not None:
        name, is_high_first = query.sort
        said |= {"order_by_field": name, "order": Order.Desc if is_high_first else Order.Asc}
    return said


def _after(schema: Schema, low: int) -> Asked:
    high = 1 << 62
    return Asked.range_query(schema, "last_change", FieldType.Unsigned, low, high, False, True)


def _through(props: Sequence[tuple[str, str]]) -> str:
    if not props:
        return "target = ?"
    either = " OR ".join("(schema = ? AND prop = ?)" for _ in props)
    return f"target = ? AND ({either})"
