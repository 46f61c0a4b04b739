"""Second looks at hits: by another person, who is not told what the first said.

A verdict that waits for a second person is due for one, and so is a drawn share of dismissals:
what one person cleared, another sees as if it were new. Which are drawn follows from a keyed hash
of the id of the verdict: nobody can tell beforehand, all draw the same. Where the two differ, a
third person settles it. Source: S/2020/754, paras. 49 and 112; Directive (EU) 2016/680, art. 11.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Connection, Select, and_, bindparam, func, select

from maillon.model import RefusedError, StaleError, View
from maillon.store import ledger
from maillon.store.clearing import make_keys
from maillon.store.desk import Desk
from maillon.store.door import check_view
from maillon.store.hit_clauses import is_told, readable
from maillon.store.labelsets import show
from maillon.store.second import People
from maillon.store.tables_cards import VALIDATION
from maillon.store.tables_ledger import LEDGER, LEDGER_OBJECT
from maillon.store.validation_log import (
    BLIND,
    LOOK,
    SECOND,
    SEEN,
    SETTLED,
    TAKEN_BACK,
    VERDICT,
    check_decides,
    check_words,
    opened_at,
    opening,
    put_event,
    read_verdicts,
    verdict_of,
)
from maillon.store.validations import Then, nothing_else
from maillon.store.verdicts import OVERRIDING, PROVISION, Proposal, Validation

AMONG: Final = 1_000
"""Dismissals that nobody has seen again among which a count looks for those that are drawn."""
UNBLIND: Final = '"verb":"hit"'
"""In a ledger entry: the hit was shown with what people had said of it."""


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says of a hit.

    Attributes:
        verdict: One of `maillon.store.VERDICTS` of a hit.
        reason: Why, by objective criteria, in words.
        weighed: Codes of the exculpatory facts: all of the proposal's.
        expected: The token with which it was shown.
    """

    verdict: str
    reason: str
    weighed: Sequence[str]
    expected: str


@dataclass(frozen=True, slots=True)
class Waits:
    """How many hits, and leads, wait for one person.

    Attributes:
        seconds: For a second person's word.
        leads: So many leads wait for it.
        drawn: Dismissed ones that were drawn to be seen again.
        disputed: On which two differ.
        is_cut: Whether more were dismissed than were looked through: more may be drawn.
    """

    seconds: int
    leads: int
    drawn: int
    disputed: int
    is_cut: bool


class SecondLooks:
    """The second looks of one desk.

    Args:
        desk: Holds the verdicts.
        people: Accounts.
        share: Of the dismissals, from 0.0 to 1.0, that somebody sees again.
    """

    def __init__(self, desk: Desk, people: People, share: float) -> None:
        self._desk = desk
        self._people = people
        self._share = share

    def due(self, view: View) -> list[Validation]:
        """Return the verdicts on which the view's person has to look again, oldest first.

        Those of the own person are not among them, nor those that somebody has looked at again.
        """
        check_view(view)
        me = self._people.natural(view.mandate.who)
        with self._desk.engine.connect() as connection:
            held = read_verdicts(connection, view, None)
            key = bytes.fromhex(make_keys(connection, [""])[""])
        return [
            one for one in held
            if one.kind == "hit" and one.person != me and not one.taken_back and one.look is None
            and (one.waits or (one.verdict in OVERRIDING["hit"] and self._drawn(key, one.id)))
        ]  # fmt: skip

    def disputed(self, view: View) -> list[Validation]:
        """Return the verdicts on which a second look came to something else, oldest first."""
        check_view(view)
        with self._desk.engine.connect() as connection:
            return [one for one in read_verdicts(connection, view, None) if one.is_disputed]

    def waiting(self, view: View) -> Waits:
        """Return how many hits and leads wait for the view's person, see `due` and `disputed`.

        Counted by the desk, since there may be many verdicts behind a few that wait.
        """
        check_view(view)
        me = self._people.natural(view.mandate.who)
        with self._desk.engine.connect() as connection:
            told = {"sets": show(connection, view), "me": me, "until": view.known_on + "T24"}
            seconds, leads, dismissed, disputed = _questions(is_past=bool(view.known_on))
            key = bytes.fromhex(make_keys(connection, [""])[""])
            ids = connection.execute(dismissed, told).scalars().all()
            return Waits(
                int(connection.scalar(seconds, told) or 0),
                int(connection.scalar(leads, told) or 0),
                sum(self._drawn(key, one) for one in ids),
                int(connection.scalar(disputed, told) or 0), is_cut=len(ids) == AMONG,
            )  # fmt: skip

    def open(self, view: View, id_: str, proposal: Proposal) -> str:
        """Return the token of a hit that is shown without what people said of it.

        Raises:
            RefusedError: The person gave the verdict, or has been shown it.
            StaleError: Somebody has looked again, or the verdict was taken back.
            StoreError: The view sees no such verdict on the hit.
        """
        check_view(view)
        with self._desk.begin() as connection:
            self._check_blind(connection, view, id_, proposal)
            return opening(connection, view, proposal, how=BLIND)

    def look(
        self, view: View, id_: str, proposal: Proposal, said: Said, then: Then = nothing_else
    ) -> bool:
        """Write what a second person makes of a hit; return whether it is what the first said.

        Where the first verdict waits for a second person and both say the same, it stands.

        Args:
            view: Opened for the act ``decide``, by a person.
            id_: Of the first verdict.
            proposal: The hit as it stands now.
            said: The verdict, given without having seen the first.
            then: What else happens in the same transaction, when the first verdict comes to stand.

        Raises:
            RefusedError: The same natural person, one who was shown the first verdict, or, where it
                waits for a second person, no supervisor; or see `Validations.decide`.
            StaleError: It changed since it was shown, or somebody has looked again in between.
            StoreError: The view sees no such verdict.
        """
        check_decides(view)
        check_words(view, proposal, said.verdict, said.reason, said.weighed)
        with self._desk.begin() as connection:
            one = self._check_blind(connection, view, id_, proposal)
            opened = _opened(connection, view, proposal, said.expected, how=BLIND)
            if one.waits:
                self._people.check_second(view, one.person)
            self._put(connection, view, proposal, LOOK, one, said, opened)
            agrees = said.verdict == one.verdict
            if agrees and one.waits:
                self._put(connection, view, proposal, SECOND, one, said, opened)
                then(connection, id_)
        return agrees

    def settle(
        self, view: View, id_: str, proposal: Proposal, said: Said, *,
        back: Then = nothing_else, then: Then = nothing_else,
    ) -> str:  # fmt: skip
        """Write what a third person says where two differ; return the id of what holds now.

        Where it is what the first said, the first verdict holds; otherwise it is taken back, and
        the third person's stands.

        Args:
            view: Opened for the act ``decide``, by a supervisor who is neither of the two.
            id_: Of the first verdict.
            proposal: The hit as it stands now.
            said: The verdict, given with both before the eyes.
            back: What else happens in the same transaction, when the first is taken back.
            then: What else happens, when a verdict comes to stand.

        Raises:
            RefusedError: One of the two, or no supervisor; or see `Validations.decide`.
            StaleError: It changed since it was shown, or is disputed no more.
            StoreError: The view sees no such verdict.
        """
        check_decides(view)
        check_words(view, proposal, said.verdict, said.reason, said.weighed)
        with self._desk.begin() as connection:
            one = verdict_of(read_verdicts(connection, view, proposal), id_)
            opened = _opened(connection, view, proposal, said.expected)
            if one.look is None or not one.is_disputed:
                raise StaleError(f"verdict {id_} is disputed no more")
            for person in (one.person, one.look.person):
                self._people.check_second(view, person)
            self._put(connection, view, proposal, SETTLED, one, said, opened)
            if said.verdict == one.verdict:
                if one.waits:
                    self._put(connection, view, proposal, SECOND, one, said, opened)
                    then(connection, id_)
                return id_
            self._put(connection, view, proposal, TAKEN_BACK, one, said, "")
            back(connection, id_)
            made = put_event(
                connection, view, proposal, self._people, VERDICT, verdict=said.verdict,
                reason=said.reason, weighed=sorted(set(said.weighed)), opened=opened,
            )  # fmt: skip
            then(connection, made)
        return made

    def _put(
        self, connection: Connection, view: View, proposal: Proposal, event: str, of: Validation,
        said: Said, opened: str,
    ) -> None:  # fmt: skip
        """Write an event about a verdict; what is taken back or seconded keeps its own verdict."""
        verdict = said.verdict if event in {LOOK, SETTLED} else of.verdict
        put_event(
            connection, view, proposal, self._people, event, of=of.id, verdict=verdict,
            reason=said.reason, weighed=sorted(set(said.weighed)), opened=opened,
        )  # fmt: skip

    def _check_blind(
        self, connection: Connection, view: View, id_: str, proposal: Proposal
    ) -> Validation:
        """Return a verdict on which the view's person may look again, not knowing it."""
        one = verdict_of(read_verdicts(connection, view, proposal), id_)
        me = self._people.natural(view.mandate.who)
        if one.person == me:
            raise RefusedError(
                "S/2020/754, para. 49 (segregation of duties)",
                "who gave a verdict does not look again, whatever the account",
                "a second person looks",
            )
        if one.taken_back or one.look is not None:
            raise StaleError(f"verdict {id_}: somebody has looked again, or it was taken back")
        if self._has_seen(connection, me, one):
            raise RefusedError(
                PROVISION, "this person has been shown what the first person said",
                "somebody who has not looks again",
            )  # fmt: skip
        return one

    def _has_seen(self, connection: Connection, me: str, one: Validation) -> bool:
        """Return whether a natural person was shown a hit after its verdict, with the verdict."""
        query = select(LEDGER.c.who, LEDGER.c.detail).where(
            LEDGER.c.act == "look", LEDGER.c.at >= one.at
        )
        for id_ in one.ids:
            tags = ledger.tags_of(connection, id_, [""])
            numbers = select(LEDGER_OBJECT.c.number).where(LEDGER_OBJECT.c.tag.in_(tags))
            query = query.where(LEDGER.c.number.in_(numbers))
        return any(
            self._people.natural(row.who) == me and UNBLIND in row.detail
            for row in connection.execute(query)
        )

    def _drawn(self, key: bytes, id_: str) -> bool:
        drawn = hmac.digest(key, f"second look\x1f{id_}".encode(), "sha256")
        return int.from_bytes(drawn[:4], "big") < self._share * 2**32


@lru_cache(maxsize=2)
def _questions(*, is_past: bool) -> tuple[Select[Any], ...]:
    """Return how the hits that wait are asked for, the leads, the dismissed ids, the disputed."""
    one: Any = VALIDATION.alias()
    look: Any = VALIDATION.alias()
    hit, lead = one.c.kind == "hit", one.c.kind == "lead"
    standing = (
        one.c.event == VERDICT, readable(one, is_past=is_past),
        ~is_told(TAKEN_BACK, one, is_past=is_past),
    )  # fmt: skip
    fresh = (one.c.person != bindparam("me"), ~is_told(LOOK, one, is_past=is_past))
    waits = and_(one.c.takes_two, ~is_told(SECOND, one, is_past=is_past))
    dismissed = and_(one.c.verdict.in_(sorted(OVERRIDING["hit"])), ~waits)
    differs = (
        look.c.of == one.c.id, look.c.event == LOOK, readable(look, is_past=is_past),
        look.c.verdict != one.c.verdict, ~is_told(SETTLED, one, is_past=is_past),
    )  # fmt: skip
    return (
        select(func.count()).select_from(one).where(hit, *standing, *fresh, waits),
        select(func.count()).select_from(one).where(lead, *standing, *fresh, waits),
        select(one.c.id).where(hit, *standing, *fresh, dismissed).limit(AMONG),
        select(func.count()).select_from(one.join(look, look.c.of == one.c.id)).where(
            hit, *standing, *differs
        ),
    )  # fmt: skip


def _opened(
    connection: Connection, view: View, proposal: Proposal, expected: str, how: str = SEEN
) -> str:  # fmt: skip
    held = read_verdicts(connection, view, proposal)
    return opened_at(connection, view, proposal, expected, held, how=how)
