"""A table of records: its header understood, its rows as questions."""

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Final

from maillon.screen.answer import Asked
from maillon.screen.entry import FACT_PROPS, NAME_PROPS, TAGGED, entry
from maillon.screen.tables.workbook import FORMULA, LONGEST_CELL

Row = tuple[str, list[str], str | None]
"""Locator, cells, and why the row cannot be read."""

PROPERTIES: Final = frozenset((*NAME_PROPS, *FACT_PROPS, *TAGGED, "id", "schema", "topics"))
_NAMING: Final = frozenset((*NAME_PROPS, *TAGGED))
_COUNTRIES: Final = frozenset(
    ("birthCountry", "citizenship", "country", "jurisdiction", "nationality")
)
_SEVERAL: Final = _COUNTRIES | {"alias", "previousName", "weakAlias", "topics"}
"""Properties of which one cell may hold several, with ``;`` or ``|`` between them."""

_SPLIT: Final = re.compile(r"\s*[;|]\s*")
_NUMBERED: Final = re.compile(r"\s*\d+$")


class Table:
    """The header of a table, mapped to properties.

    Args:
        header: Its cells.
        given: Properties by header, as the caller maps them.
        date_orders: Order of day and month by the header of the column; ``ambiguous`` gives both.
        placed: Properties by the number of the column, from 0: then no header is asked.

    Attributes:
        used: Property by the number of its column.
        unused: Headers that say nothing to this reader.
        unread: How many cells of a header say nothing that can be compared.
    """

    def __init__(
        self,
        header: Sequence[str],
        given: Mapping[str, str],
        date_orders: Mapping[str, str] | None = None,
        placed: Mapping[int, str] | None = None,
    ) -> None:
        from maillon.sources import (  # noqa: PLC0415 - they load the model of FollowTheMoney
            country_code,
            date_cell,
            gender_word,
        )

        self._country, self._date, self._gender = country_code, date_cell, gender_word
        self._header = [cell.strip() for cell in header]
        self._orders = date_orders or {}
        self.missing = sorted(set(given) - set(self._header))
        self.used: dict[int, str] = dict(placed or {})
        for number, cell in enumerate(self._header if placed is None else ()):
            prop = given.get(cell) or property_of(cell)
            if prop and (cell in given or prop not in given.values()):
                self.used[number] = prop
        self.unused = [
            cell for number, cell in enumerate(self._header) if cell and number not in self.used
        ]
        self.unread: Counter[str] = Counter()

    @property
    def names_nobody(self) -> bool:
        """Whether no column holds a name."""
        return not _NAMING & set(self.used.values())

    def question(self, locator: str, cells: Sequence[str], topics: Iterable[str] = ()) -> Asked:
        """Return a row as a question.

        Args:
            locator: Where the row is; the record's id when it has none.
            cells: Of the row.
            topics: Topics of humanitarian actors.
        """
        problem = self._problem(cells)
        if problem:
            return Asked.unreadable(locator, problem)
        properties: dict[str, list[str]] = {}
        doubts = []
        for number, prop in self.used.items():
            if number < len(cells) and (cell := cells[number].strip()):
                values = _SPLIT.split(cell) if prop in _SEVERAL else [cell]
                for value in values:
                    read = self._values(number, prop, value)
                    properties.setdefault(prop, []).extend(read)
                    if prop == "birthDate" and not read:
                        doubts.append(value)
        id_ = properties.pop("id", [locator])[0]
        schema = properties.pop("schema", ["Person"])[0]
        is_humanitarian = not set(topics).isdisjoint(properties.pop("topics", ()))
        asked = entry(id_, schema, "", properties)
        return Asked(asked, locator, "", is_humanitarian, tuple(doubts))

    def _problem(self, cells: Sequence[str]) -> str:
        if any(len(cell) > LONGEST_CELL for cell in cells):
            return f"a cell longer than {LONGEST_CELL:,} characters"
        if any(cell.strip() for cell in cells[len(self._header) :]):
            return f"{len(cells)} cells under a header of {len(self._header)}: quote the delimiter"
        for number in self.used:
            if number < len(cells) and cells[number].startswith(FORMULA):
                return f"a formula in {self._header[number]!r}: paste its values"
        if self.names_nobody:
            known = ", ".join(cell for cell in self._header if cell)[:200]
            return f"no column holds a name: --column name=HEADER, one of {known}"
        return ""

    def _values(self, number: int, prop: str, cell: str) -> list[str]:
        """Return what a cell says in the forms that are compared; [] when it says nothing known."""
        header = self._header[number]
        found: Sequence[str | None]
        if prop == "birthDate":
            order = self._orders.get(header, "auto")
            orders = ("dmy", "mdy") if order in {"ambiguous", "contradictory"} else (order,)
            found = [self._date(cell, one) for one in orders]
            if not any(found) and order == "auto":
                found = [self._date(cell, one) for one in ("dmy", "mdy")]
        elif prop == "gender":
            found = [self._gender(cell)]
        elif prop in _COUNTRIES:
            found = [self._country(cell)]
        else:
            return [cell] if cell else []
        kept = sorted({value for value in found if value})
        if not kept and cell:
            self.unread[header] += 1
        return kept


def property_of(header: str) -> str:
    """Return the property that a header names, by its own name or in a usual language; or empty."""
    if header in PROPERTIES:
        return header
    known = _known()
    plain = plain_header(header)
    return known.get(plain) or known.get(_NUMBERED.sub("", plain), "")


def plain_header(text: str) -> str:
    """Return a header as it is compared: lower case, without marks and punctuation."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    kept = (c for c in letters if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in kept).split())


@cache
def _known() -> dict[str, str]:
    text = files("maillon.screen.tables").joinpath("column_names.csv").read_text("utf-8")
    found = {prop.casefold(): prop for prop in PROPERTIES}
    for row in csv.DictReader(text.splitlines()):
        for header in row["headers"].split("|"):
            found.setdefault(plain_header(header), row["property"])
    return found


def questions(
    rows: Iterable[Row],
    given: Mapping[str, str],
    *,
    topics: Iterable[str] = (),
    date_orders: Mapping[str, str] | None = None,
    placed: Mapping[int, str] | None = None,
    tables: list[Table] | None = None,
) -> Iterator[Asked]:
    """Yield the rows of a table as questions; empty rows are passed over.

    Args:
        rows: The first that is not empty is the header.
        given: Properties by header, as the caller maps them.
        topics: Topics of humanitarian actors.
        date_orders: As in `Table`.
        placed: As in `Table`.
        tables: Gets the table, for what it has to say at the end.
    """
    table: Table | None = None
    for locator, cells, problem in rows:
        if problem is None and not any(cell.strip() for cell in cells):
            continue
        if table is None:
            if problem is not None:
                yield Asked.unreadable(locator, problem)
                continue
            table = Table(cells, given, date_orders, placed)
            if tables is not None:
                tables.append(table)
            if table.missing:
                raise LookupError(", ".join(table.missing), ", ".join(cells))
            continue
        yield (
            Asked.unreadable(locator, problem)
            if problem is not None
            else table.question(locator, cells, topics)
        )
