"""Searches that an account keeps: its own words, asked anew under the mandate of the moment.

Not a standing question: that one keeps no words, must end, and is asked by itself. This one is
asked when its account asks it, and says what is new since the last time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, Select, delete, func, insert, select, update

from maillon.model import LimitError, NotFoundError, RefusedError, View
from maillon.store import ledger
from maillon.store.desk import Desk
from maillon.store.door import check_view
from maillon.store.house import new_id
from maillon.store.jobs import stamp
from maillon.store.tables_uploads import SAVED_SEARCH

MOST_KEPT: Final = 200
"""Searches that one account keeps."""

KEEP_DAYS: Final = 180
"""Days after which a search that was not asked goes. Source: Directive (EU) 2016/680, art. 5."""

LONGEST: Final = 2_000


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """One search that is kept.

    Attributes:
        words: What is looked for.
        schema: Of this schema or one that descends from it.
        dataset: In this dataset; empty for all.
        id: 16 hex digits; set by the desk.
        at: When it was kept; set by the desk.
        ran: When it was asked last; set by the desk.
    """

    words: str
    schema: str = "Thing"
    dataset: str = ""
    id: str = ""
    at: str = ""
    ran: str = ""

    def line(self) -> dict[str, str]:
        """Return it as it is shown."""
        return {
            "search": self.id, "q": self.words, "schema": self.schema, "dataset": self.dataset,
            "at": self.at, "ran": self.ran,
        }  # fmt: skip


class SavedSearches:
    """The searches of one desk, each its account's own.

    Args:
        desk: Holds them.
        now: The clock.
    """

    def __init__(self, desk: Desk, now: Callable[[], datetime]) -> None:
        self._desk = desk
        self._now = now

    def keep(self, view: View, search: SavedSearch) -> SavedSearch:
        """Keep a search; one that is kept already is that one.

        Raises:
            RefusedError: It says nothing, or too much.
            LimitError: The account keeps too many.
        """
        check_view(view)
        words = " ".join(search.words.split())
        if not words or len(words) > LONGEST:
            raise RefusedError(
                "search: words", "there is nothing to look for, or too much",
                f"1 to {LONGEST:,} characters",
            )  # fmt: skip
        table, at, id_ = SAVED_SEARCH, stamp(self._now()), new_id()
        same = (
            table.c.words == words, table.c.schema == search.schema,
            table.c.dataset == search.dataset,
        )  # fmt: skip
        with self._desk.begin() as connection:
            held = connection.execute(_own(view).where(*same)).first()
            if held is not None:
                return _saved(held)
            count = select(func.count()).select_from(_own(view).subquery())
            number = connection.execute(count).scalar_one()
            if number >= MOST_KEPT:
                raise LimitError("searches that an account keeps", MOST_KEPT, number + 1)
            connection.execute(
                insert(table).values(
                    id=id_, who=view.mandate.who, agency=view.mandate.agency, words=words,
                    schema=search.schema, dataset=search.dataset, at=at, ran=at,
                )
            )  # fmt: skip
            ledger.append(connection, view.mandate, "search", "kept", {"search": id_})
        return self.one(view, id_)

    def own(self, view: View) -> list[SavedSearch]:
        """Return the searches of the view's account and agency, oldest first."""
        check_view(view)
        with self._desk.engine.connect() as connection:
            rows = connection.execute(_own(view).order_by(SAVED_SEARCH.c.number)).all()
        return [_saved(row) for row in rows]

    def one(self, view: View, id_: str) -> SavedSearch:
        """Return a search of the own account.

        Raises:
            NotFoundError: There is none: the same answer for another's and for none at all.
        """
        check_view(view)
        with self._desk.engine.connect() as connection:
            row = connection.execute(_own(view).where(SAVED_SEARCH.c.id == id_)).first()
        if row is None:
            raise _none(id_)
        return _saved(row)

    def asked(self, view: View, id_: str) -> None:
        """Note that a search is asked now: what is new counts from here the next time."""
        self.one(view, id_)
        with self._desk.begin() as connection:
            here = SAVED_SEARCH.c.id == id_
            values = {"ran": stamp(self._now())}
            connection.execute(update(SAVED_SEARCH).where(here).values(**values))
            ledger.append(connection, view.mandate, "search", "asked again", {"search": id_})

    def forget(self, view: View, id_: str) -> None:
        """Let go of a search of the own account."""
        self.one(view, id_)
        with self._desk.begin() as connection:
            connection.execute(delete(SAVED_SEARCH).where(SAVED_SEARCH.c.id == id_))
            ledger.append(connection, view.mandate, "search", "let go", {"search": id_})

    def sweep(self) -> int:
        """Let go of what was not asked for `KEEP_DAYS`; return how many."""
        before = stamp(self._now() - timedelta(days=KEEP_DAYS))
        with self._desk.begin() as connection:
            old = delete(SAVED_SEARCH).where(SAVED_SEARCH.c.ran < before)
            return int(connection.execute(old).rowcount)


def _own(view: View) -> Select[Any]:
    table, mandate = SAVED_SEARCH, view.mandate
    return select(table).where(table.c.who == mandate.who, table.c.agency == mandate.agency)


def _saved(row: Row[Any]) -> SavedSearch:
    return SavedSearch(row.words, row.schema, row.dataset, row.id, row.at, row.ran)


def _none(id_: str) -> NotFoundError:
    return NotFoundError(f"no search {id_} of this account")
