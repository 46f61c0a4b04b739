"""When an account looked last at what is new."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import insert, select, update

from maillon.model import View
from maillon.store.desk import Desk
from maillon.store.door import check_view
from maillon.store.tables_jobs import VISIT


class Visits:
    """The visits of one desk: of each account the last.

    Args:
        desk: Holds them.
        now: The clock.
    """

    def __init__(self, desk: Desk, now: Callable[[], datetime]) -> None:
        self._desk = desk
        self._now = now

    def last(self, view: View) -> str:
        """Return when the view's account looked last, ISO 8601 to the second; empty: never."""
        check_view(view)
        mandate = view.mandate
        here = (VISIT.c.who == mandate.who, VISIT.c.agency == mandate.agency)
        with self._desk.engine.connect() as connection:
            return connection.execute(select(VISIT.c.at).where(*here)).scalar() or ""

    def note(self, view: View) -> str:
        """Write that the account looks now; return when that is."""
        check_view(view)
        mandate, at = view.mandate, self._now().isoformat(timespec="seconds")
        here = (VISIT.c.who == mandate.who, VISIT.c.agency == mandate.agency)
        with self._desk.begin() as connection:
            if connection.execute(update(VISIT).where(*here).values(at=at)).rowcount == 0:
                row = {"who": mandate.who, "agency": mandate.agency, "at": at}
                connection.execute(insert(VISIT).values(**row))
        return at
