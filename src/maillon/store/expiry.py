"""What is due on a day: reviews, masks, deletions; and the run that does it.

Source: Directive (EU) 2016/680, art. 5; Directive (EU) 2016/681, art. 12; CJEU, C-817/19.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, insert, select, update

from maillon.model import Act, NotFoundError, NotValidError, View
from maillon.store import ledger
from maillon.store.door import check_view
from maillon.store.erasure import Order, erase
from maillon.store.forgetting import forget_erased, forget_keys
from maillon.store.house import (
    Clock,
    House,
    check_reason,
    check_retains,
    clocks,
    new_id,
    quoted,
    reading,
    visible,
)
from maillon.store.masks import begin_masks
from maillon.store.restoring import reapply
from maillon.store.retention import Rule
from maillon.store.rewriting import rewrite, sweep
from maillon.store.sealing import seal_plain
from maillon.store.tables_keeping import EVIDENCE_MARK, RETENTION_REVIEW, TOMBSTONE
from maillon.store.tombstones import (
    DELIVERY_SCOPE,
    ERASE,
    HELD,
    PENDING,
    REMAINDER,
    Tombstone,
)
from maillon.store.tombstones import tombstones as tombstones_on

DELETE: Final = "delete"
KEEP_EVIDENCE: Final = "delete without evidence"
MASK: Final = "mask"
REVIEW: Final = "review"
NO_RULE: Final = "no rule"

OUTCOMES: Final = ("expire", "delete")
"""What a review comes to: let the period run out, or delete now. No review makes a period longer:
that takes evidence or a hold."""

_PERSONS: Final = ("Person", "LegalEntity", "Organization", "Company", "PublicBody")


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that is due.

    Attributes:
        delivery: Its delivery.
        category: Retention class.
        what: ``review``, ``mask``, ``delete``, ``delete without evidence`` or ``no rule``.
        on: Since when it is due.
        rule: Under which rule.
        provision: Of which provision.
    """

    delivery: str
    category: str
    what: str
    on: date
    rule: str
    provision: str

    def line(self) -> dict[str, str]:
        """Return it as ``retain`` prints it."""
        return {
            "delivery": self.delivery, "category": self.category, "what": self.what,
            "on": self.on.isoformat(), "rule": self.rule, "provision": self.provision,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Done:
    """What a run came to, as far as the view may know; the ledger counts all of it.

    Attributes:
        reapplied: Lines of the erasure list that the desk did not know.
        reviews: Reviews opened.
        masked: Deliveries whose mask began or ended.
        erased: Erasures ordered because a period was over.
        rewritten: Deliveries whose files were rewritten or went.
        removed: Files that went, of these deliveries.
        sealed: Plain originals of older workspaces that were encrypted.
    """

    reapplied: int
    reviews: int
    masked: int
    erased: int
    rewritten: int
    removed: int
    sealed: int


def due(house: House, view: View) -> list[Due]:
    """Return what is due today in the deliveries of the view, oldest first.

    What a tombstone is about already is not due again.
    """
    check_retains(view)
    seen = visible(house, view)
    return [one for one in _plan(house) if one.delivery in seen]


def _plan(house: House) -> list[Due]:
    """Return what is due today in every delivery."""
    with house.desk.housekeeping() as connection:
        standing = [one for one in clocks(connection) if one.files]
        ordered = _ordered(connection)
        opened = set(connection.execute(select(RETENTION_REVIEW.c.delivery)).scalars())
    found = []
    for clock in standing:
        rule = house.rule(clock)
        if rule is None:
            why = "Directive (EU) 2016/680, art. 5: a period must be set"
            found.append(Due(clock.id, clock.category, NO_RULE, clock.starts, "", why))
            continue
        found += _due(clock, rule, house.day, ordered.get(clock.id, set()), opened)
    return found


def _due(clock: Clock, rule: Rule, day: date, ordered: set[str], opened: set[str]) -> Iterable[Due]:
    def one(what: str, on: date, provision: str) -> Due:
        return Due(clock.id, clock.category, what, on, rule.name, provision)

    ends = rule.keep.after(clock.starts)
    if day > ends:
        if DELIVERY_SCOPE not in ordered:
            yield one(DELETE, ends, rule.provision)
        return
    shorter, mask = rule.without_evidence, rule.mask_after
    is_sorted_out = not ordered.isdisjoint((REMAINDER, DELIVERY_SCOPE))
    if shorter is not None and shorter.is_over(clock.starts, day) and not is_sorted_out:
        on = shorter.after(clock.starts)
        yield one(KEEP_EVIDENCE, on, rule.without_evidence_provision)
    if mask is not None and mask.is_over(clock.starts, day) and clock.masked != rule.mask:
        yield one(MASK, mask.after(clock.starts), rule.mask_provision)
    first_end = min(ends, shorter.after(clock.starts)) if shorter is not None else ends
    opens = rule.review.before(first_end if day <= first_end else ends)
    if day >= opens and clock.id not in opened:
        yield one(REVIEW, opens, rule.provision)


def tombstones(house: House, view: View) -> list[Tombstone]:
    """Return the tombstones that the view may know of, oldest first; never of whom they tell."""
    return tombstones_on(house.desk, view, visible(house, view))


def run(house: House, view: View, keys: Path) -> Done:
    """Do what is due today, and finish what an earlier run began.

    Args:
        house: The workspace; its clock says which day it is.
        view: Opened for the act ``retain``.
        keys: Folder of the erasure list, outside the workspace.
    """
    check_retains(view)
    reapplied = reapply(house, view, keys)
    plan = _plan(house)
    reviews = _open_reviews(house, view, [one for one in plan if one.what == REVIEW])
    over = [one for one in plan if one.what in {DELETE, KEEP_EVIDENCE}]
    for one in over:
        erase(house, view, _expired(house, one), keys)
    masked = begin_masks(house, view)
    forget_erased(house)
    rewritten = rewrite(house, view)
    forget_keys(house)
    sealed = seal_plain(house, view)
    house.lake.sweep_incoming()
    went = {
        "reviews": reviews, "masked": masked, "erased": [one.delivery for one in over],
        "rewritten": rewritten, "removed": sweep(house), "sealed": sealed,
    }  # fmt: skip
    counts = {name: len(of) for name, of in went.items()}
    said = {"day": house.day.isoformat(), "reapplied": reapplied, **counts}
    house.desk.record(view.mandate, "retain", "done", said)
    seen = visible(house, view)
    return Done(reapplied, **{name: sum(id_ in seen for id_ in of) for name, of in went.items()})


def mark_evidence(house: House, view: View, entity: str, reason: str) -> str:
    """Note that there is objective evidence about an entity: it is kept for the long period.

    What refers to it stays with it, and what those refer to, other people left out.
    Source: CJEU, C-817/19, judgment of 21 June 2022.
    """
    check_retains(view)
    check_reason(reason, "objective evidence")
    id_ = new_id()
    with house.writing() as connection:
        connection.execute(
            insert(EVIDENCE_MARK).values(
                id=id_, entity=entity, reason=reason, who=view.mandate.who, at=house.at
            )
        )
        ledger.append(connection, view.mandate, "evidence", "noted", {"evidence": id_})
    return id_


@dataclass(frozen=True, slots=True)
class Review:
    """One review of a delivery before its end.

    Attributes:
        id: 16 hex digits.
        delivery: The delivery.
        expires: The day on which its period ends.
        opened: When the review was opened.
        outcome: ``expire`` or ``delete``; empty: nobody has looked yet.
        reason: Why.
        who: Who decided.
    """

    id: str
    delivery: str
    expires: str
    opened: str
    outcome: str
    reason: str
    who: str

    def is_overdue(self, day: date) -> bool:
        """Return whether nobody has looked, and the period ends on this day or ended before."""
        return not self.outcome and self.expires <= day.isoformat()

    def line(self) -> dict[str, str]:
        """Return it as ``retain review`` prints it."""
        return {
            "review": self.id, "delivery": self.delivery, "expires": self.expires,
            "opened": self.opened, "outcome": self.outcome, "reason": self.reason, "who": self.who,
        }  # fmt: skip


def reviews(house: House, view: View) -> list[Review]:
    """Return the reviews of the view's deliveries, oldest first.

    Args:
        house: The workspace.
        view: Opened for the act ``retain``; or ``audit``: whether reviews are done is overseen.
    """
    if view.act is Act.AUDIT:
        check_view(view)
    else:
        check_retains(view)
    seen = visible(house, view)
    with house.desk.housekeeping() as connection:
        query = select(RETENTION_REVIEW).order_by(RETENTION_REVIEW.c.number)
        rows = connection.execute(query).all()
    return [
        Review(row.id, row.delivery, row.expires, row.opened, row.outcome, row.reason, row.who)
        for row in rows
        if row.delivery in seen
    ]


def decide_review(
    house: House, view: View, id_: str, outcome: str, reason: str, keys: Path
) -> None:
    """Say what a review came to; ``delete`` erases the delivery at once.

    Raises:
        NotFoundError: The view has no such open review.
        NotValidError: The outcome is another word.
    """
    check_retains(view)
    check_reason(reason, "a review")
    if outcome not in OUTCOMES:
        raise NotValidError(f"a review comes to {' or '.join(OUTCOMES)}, not {outcome!r}")
    seen = visible(house, view)
    here = (RETENTION_REVIEW.c.id == id_, RETENTION_REVIEW.c.outcome == "")
    with house.writing() as connection:
        row = connection.execute(select(RETENTION_REVIEW).where(*here)).first()
        if row is None or row.delivery not in seen:
            raise NotFoundError(f"no open review {id_}: `maillon retain review` lists them")
        values = {"outcome": outcome, "reason": reason, "who": view.mandate.who, "at": house.at}
        connection.execute(update(RETENTION_REVIEW).where(*here).values(**values))
        said = {"review": id_, "outcome": outcome}
        ledger.append(connection, view.mandate, "review retention", "done", said)
        (clock,) = [one for one in clocks(connection) if one.id == row.delivery]
    if outcome == "delete":
        rule = house.rule(clock)
        name = rule.name if rule else clock.category
        again = rule.again if rule else "admit"
        order = Order(ERASE, DELIVERY_SCOPE, row.delivery, name, "expiry", reason, again=again)
        erase(house, view, order, keys)


def _ordered(connection: Connection) -> dict[str, set[str]]:
    """Return the scopes of standing and done erasures of whole deliveries, by delivery."""
    query = select(TOMBSTONE.c.target, TOMBSTONE.c.scope).where(
        TOMBSTONE.c.kind == ERASE,
        TOMBSTONE.c.scope.in_((DELIVERY_SCOPE, REMAINDER)),
        TOMBSTONE.c.state.in_((PENDING, HELD, "done")),
    )
    found: dict[str, set[str]] = {}
    for row in connection.execute(query):
        found.setdefault(row.target, set()).add(row.scope)
    return found


def _open_reviews(house: House, view: View, wanted: Iterable[Due]) -> list[str]:
    opened: list[str] = []
    with house.writing() as connection:
        standing = {one.id: one for one in clocks(connection)}
        for one in wanted:
            clock = standing[one.delivery]
            rule = house.rule(clock)
            assert rule is not None
            connection.execute(
                insert(RETENTION_REVIEW).values(
                    id=new_id(), delivery=one.delivery, opened=house.at, outcome="", reason="",
                    expires=rule.keep.after(clock.starts).isoformat(), who="", at="",
                )
            )  # fmt: skip
            opened.append(one.delivery)
        if opened:
            said = {"count": len(opened)}
            ledger.append(connection, view.mandate, "review retention", "opened", said)
    return opened


def _expired(house: House, one: Due) -> Order:
    """Return the order that a period which is over makes."""
    with house.desk.housekeeping() as connection:
        (clock,) = [held for held in clocks(connection) if held.id == one.delivery]
        marked = set(connection.execute(select(EVIDENCE_MARK.c.entity)).scalars())
    rule = house.rule(clock)
    assert rule is not None
    name, why = f"{one.rule}: {one.provision}", f"the period was over on {one.on}"
    kept = _with_evidence(house, clock, marked) if one.what == KEEP_EVIDENCE else []
    scope = REMAINDER if kept else DELIVERY_SCOPE
    return Order(ERASE, scope, clock.id, name, "expiry", why, kept=tuple(kept), again=rule.again)


def _with_evidence(house: House, clock: Clock, marked: set[str]) -> list[str]:
    """Return the entities of a delivery that stay: marked, referring to one, and what those need.

    Other people are left out: a flight stays, those who were on it do not.
    """
    if not marked:
        return []
    props = ", ".join(map(quoted, sorted(house.entity_props()))) or "NULL"
    persons = ", ".join(map(quoted, _PERSONS))
    with reading(house, clock.files) as con:
        con.execute(
            "CREATE TABLE marked AS SELECT unnest(?::VARCHAR[]) AS entity", [sorted(marked)]
        )
        rows = con.execute(
            "WITH here AS (SELECT DISTINCT entity FROM kept WHERE entity IN (FROM marked)), "
            "refers AS (SELECT DISTINCT entity FROM kept WHERE prop IN "
            f"({props}) AND value IN (FROM here) UNION FROM here), "
            f"needed AS (SELECT DISTINCT value AS entity FROM kept WHERE prop IN ({props}) AND "
            "entity IN (FROM refers) AND value NOT IN "
            f"(SELECT entity FROM kept WHERE schema IN ({persons}))) "
            "SELECT entity FROM refers UNION SELECT entity FROM needed ORDER BY 1"
        ).fetchall()
    return [row[0] for row in rows]
