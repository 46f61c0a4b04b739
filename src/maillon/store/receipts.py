"""Receipts of screening: what was asked of what, by which code and rules, and what came of it."""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, insert, select

from maillon.model import NotFoundError, StoreError, View
from maillon.store import ledger
from maillon.store.clock import utc_now
from maillon.store.desk import Desk
from maillon.store.door import check_view
from maillon.store.labelsets import ask, intern_set, under
from maillon.store.order import Within
from maillon.store.tables import RECEIPT

_ONE: Final = select(RECEIPT).where(
    *(RECEIPT.c[name] == bindparam(name) for name in ("id", "agency"))
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """One run, hit or not.

    Attributes:
        id: 16 hex digits that say nothing of how many there are.
        at: When it was written, aware UTC.
        who: Who screened.
        body: What a replay needs: deliveries with their hashes, versions, rules, threshold, top,
            hash of the query file or deliveries of the subjects, counts, SHA-256 of the result.
        clearings_until: Number of the newest clearing that the run could know.
        labels: Labels of the deliveries that it read: who cannot read them all does not see it.
    """

    id: str
    at: str
    who: str
    body: Mapping[str, Any]
    clearings_until: int
    labels: tuple[int, ...]

    def line(self) -> dict[str, Any]:
        """Return it as ``screen --receipts`` prints it."""
        return {"receipt": self.id, "at": self.at, "who": self.who, **self.body}


def new_receipt_id() -> str:
    """Return an id for a receipt."""
    return secrets.token_hex(8)


class Receipts:
    """The receipts of one desk.

    Args:
        desk: Holds them.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def put(
        self,
        view: View,
        id_: str,
        body: Mapping[str, Any],
        *,
        labels: Iterable[int],
        clearings_until: int,
        also: Within | None = None,
    ) -> None:
        """Write a receipt and its ledger entry; one that is there already stays as it is.

        Args:
            view: Under which view.
            id_: Its id.
            body: What it says.
            labels: Labels of what was read.
            clearings_until: Number of the newest clearing known to the run.
            also: Written in the same transaction.
        """
        check_view(view)
        with self._desk.begin() as connection:
            put_receipt(connection, view, id_, body, labels, clearings_until)
            if also is not None:
                also(connection)

    def read(self, view: View) -> list[Receipt]:
        """Return the receipts of the mandate's agency that the view may read, oldest first."""
        check_view(view)
        query = select(RECEIPT).where(RECEIPT.c.agency == view.mandate.agency)
        with self._desk.engine.connect() as connection:
            query = under(view, RECEIPT, query, connection)
            rows = connection.execute(query.order_by(RECEIPT.c.number)).all()
        return [_receipt(row) for row in rows]

    def one(self, view: View, id_: str) -> Receipt:
        """Return one receipt.

        Raises:
            StoreError: There is none, or the view may not read it (the same answer), or it is not
                what was written.
        """
        check_view(view)
        said = {"id": id_, "agency": view.mandate.agency}
        with self._desk.engine.connect() as connection:
            row = ask(connection, view, RECEIPT, _ONE, **said).first()
        if row is None:
            raise NotFoundError(f"no receipt {id_}: `maillon screen --receipts` lists them")
        if hashlib.sha256(row.body.encode()).hexdigest() != row.sha256:
            raise StoreError(f"receipt {id_} was changed after it was written")
        return _receipt(row)


def put_receipt(
    connection: Connection,
    view: View,
    id_: str,
    body: Mapping[str, Any],
    labels: Iterable[int],
    clearings_until: int,
) -> None:
    """Write a receipt and its ledger entry in the caller's transaction; never twice."""
    if connection.execute(select(RECEIPT.c.id).where(RECEIPT.c.id == id_)).scalar() is not None:
        return
    held = sorted(labels)
    text = json.dumps(dict(body), ensure_ascii=False, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    connection.execute(
        insert(RECEIPT).values(
            id=id_,
            at=utc_now(),
            who=view.mandate.who,
            agency=view.mandate.agency,
            labels=held,
            label_set=intern_set(connection, held),
            clearings_until=clearings_until,
            body=text,
            sha256=digest,
        )
    )
    said = {"receipt": id_, "receipt_sha256": digest, "queries": body.get("queries", 0)}
    ledger.append(connection, view.mandate, "screen", "done", said)


def _receipt(row: Row[Any]) -> Receipt:
    return Receipt(
        row.id, row.at, row.who, json.loads(row.body), row.clearings_until, tuple(row.labels)
    )
