"""What a named person made of an automated hit or lead: until then it has no effect.

The person was shown what speaks for the one concerned as large as the rest, weighs each such fact,
and says why. What was shown is kept with the verdict, as codes and keyed hashes. Nothing is
overwritten: a second person's word and the taking back of a verdict are events of their own.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, select

from maillon.model import Act, NotFoundError, RefusedError, StaleError, View
from maillon.store import ledger
from maillon.store.clearing import make_keys
from maillon.store.clock import utc_now
from maillon.store.desk import Desk
from maillon.store.door import check_act, check_view
from maillon.store.labelsets import intern_set, under
from maillon.store.second import People
from maillon.store.tables_cards import VALIDATION
from maillon.store.verdicts import PROVISION, VERDICTS, Opening, Proposal, Validation

Then = Callable[[Connection, str], None]
"""What else happens in the transaction, once a verdict stands or was taken back; given its id."""

VERDICT: Final = "verdict"
SECOND: Final = "second"
TAKEN_BACK: Final = "taken back"


def nothing_else(_connection: Connection, _id: str) -> None:
    """Let nothing else happen."""


class Validations:
    """The verdicts of one desk.

    Args:
        desk: Holds them.
        people: Accounts.
    """

    def __init__(self, desk: Desk, people: People) -> None:
        self._desk = desk
        self._people = people

    def open(self, view: View, proposal: Proposal) -> str:
        """Return the token of a proposal that is shown now; a verdict gives it back."""
        check_view(view)
        with self._desk.begin() as connection:
            state = _state(proposal, _read(connection, view, proposal))
            opened = utc_now().replace("-", "").replace(":", "").removesuffix("+0000") + "Z"
            return Opening(state, opened, _seal(connection, view, proposal, state, opened)).token

    def decide(
        self, view: View, proposal: Proposal, verdict: str, reason: str, *,
        weighed: Sequence[str], expected: str, takes_two: bool = False, then: Then = nothing_else,
    ) -> str:  # fmt: skip
        """Write a verdict and its ledger entry; return its id.

        Args:
            view: Opened for the act ``decide``, by a person.
            proposal: What was proposed, as it stands now.
            verdict: One of `VERDICTS` of its kind.
            reason: Why, by objective criteria, in words.
            weighed: Codes of the exculpatory facts that were weighed: all of the proposal's.
            expected: The token that `open` gave this account when it was shown.
            takes_two: Whether it stands only when a second person says the same.
            then: What else happens in the same transaction; not before the second person's word.

        Raises:
            RefusedError: No person, no reason, an unknown verdict, an exculpatory fact passed over,
                or it was never shown to this account.
            StaleError: It changed since it was shown, or somebody has decided in between.
        """
        _check_decides(view)
        _check_words(view, proposal, verdict, reason, weighed)
        with self._desk.begin() as connection:
            held = _read(connection, view, proposal)
            opened = _opened(connection, view, proposal, expected, held)
            if any(not one.taken_back for one in held):
                raise StaleError(f"this {proposal.kind} has a verdict: take it back first")
            id_ = _put(
                connection, view, proposal, self._people, VERDICT,
                verdict=verdict, reason=reason, weighed=sorted(set(weighed)), opened=opened,
                takes_two=takes_two,
            )  # fmt: skip
            if not takes_two:
                then(connection, id_)
        return id_

    def second(
        self, view: View, id_: str, proposal: Proposal, *, expected: str, then: Then = nothing_else
    ) -> None:
        """Write that a second person, shown the same, says the same: the verdict stands.

        Raises:
            RefusedError: The same natural person, whatever the account, no supervisor, or one who
                was not shown it.
            StaleError: It changed since it was shown, or needs no second person any more.
            StoreError: The view sees no such verdict: the same answer for hidden and absent.
        """
        _check_decides(view)
        with self._desk.begin() as connection:
            held = _read(connection, view, proposal)
            one = _of(held, id_)
            opened = _opened(connection, view, proposal, expected, held)
            if not one.waits:
                raise StaleError(f"verdict {id_} waits for nobody")
            self._people.check_second(view, one.person)
            _put(
                connection, view, proposal, self._people, SECOND, of=id_, verdict=one.verdict,
                reason=one.reason, weighed=list(one.weighed), opened=opened,
            )  # fmt: skip
            then(connection, id_)

    def take_back(self, view: View, id_: str, reason: str, then: Then = nothing_else) -> Validation:
        """Write that a verdict is taken back, and why; return it as it was.

        Raises:
            RefusedError: No reason.
            StaleError: Somebody has taken it back in between.
            StoreError: The view sees no such verdict: the same answer for hidden and absent.
        """
        _check_decides(view)
        if not reason.strip():
            raise RefusedError(PROVISION, "a verdict is taken back for a reason", "say why")
        with self._desk.begin() as connection:
            one = _of(_read(connection, view, None), id_)
            if one.taken_back:
                raise StaleError(f"verdict {id_} was taken back by {one.taken_back}")
            proposal = Proposal(one.kind, one.ids, one.version, one.dataset, labels=one.labels)
            _put(
                connection, view, proposal, self._people, TAKEN_BACK, of=id_,
                verdict=one.verdict, reason=reason, opened="",
            )  # fmt: skip
            then(connection, id_)
        return one

    def check(self, view: View, proposal: Proposal) -> str:
        """Let a hit or lead have an effect that a person gave it; return the verdict's id.

        Raises:
            RefusedError: Nobody confirmed it as it stands now, the newest verdict went against it,
                or a second person has still to speak.
        """
        for one in reversed(self.read(view, proposal)):
            if one.version == proposal.version and not one.taken_back:
                if one.is_effective:
                    return one.id
                break
        raise RefusedError(
            PROVISION, f"no person has confirmed this {proposal.kind} as it stands",
            f"a named person validates it, with reasons: maillon {proposal.kind}s validate",
        )  # fmt: skip

    def read(self, view: View, proposal: Proposal | None = None) -> list[Validation]:
        """Return the verdicts that the view may read, oldest first, those taken back too.

        Args:
            view: What may be read.
            proposal: On this pair, in whatever version; None for all.
        """
        check_view(view)
        with self._desk.engine.connect() as connection:
            return _read(connection, view, proposal, every_version=True)

    def every(self, view: View) -> list[Validation]:
        """Return all verdicts, oldest first, without what was shown and why: how people decide.

        Args:
            view: Opened for the act ``audit``.
        """
        check_act(view, Act.AUDIT)
        with self._desk.housekeeping() as connection:
            rows = connection.execute(select(VALIDATION).order_by(VALIDATION.c.number)).all()
        return _folded(rows)


def _check_decides(view: View) -> None:
    check_act(view, Act.DECIDE)
    if view.known_on:
        raise RefusedError(
            PROVISION, f"the view reads what was known on {view.known_on}",
            "decide on what is known now",
        )  # fmt: skip


def _check_words(
    view: View, proposal: Proposal, verdict: str, reason: str, weighed: Sequence[str]
) -> None:
    known = VERDICTS.get(proposal.kind, ())
    if view.mandate.who == "system" or verdict not in known or not reason.strip():
        raise RefusedError(
            PROVISION, "a verdict needs a named person, its reason, and to be one",
            f"a person says why, and one of: {', '.join(known)}",
        )  # fmt: skip
    if passed := sorted(set(proposal.exculpatory) - set(weighed)):
        raise RefusedError(
            PROVISION, f"facts for the person were passed over: {', '.join(passed)}",
            "weigh each of them and say so",
        )  # fmt: skip
    if unknown := sorted(set(weighed) - set(proposal.exculpatory)):
        raise RefusedError(
            PROVISION, f"what was not shown was not weighed: {', '.join(unknown)}",
            "name facts that speak for the person, as they were shown",
        )  # fmt: skip


def _put(
    connection: Connection, view: View, proposal: Proposal, people: People, event: str,
    **said: Any,  # noqa: ANN401 - columns of the table
) -> str:  # fmt: skip
    id_, held = secrets.token_hex(8), sorted(set(proposal.labels))
    values = {
        "id": id_, "event": event, "of": None, "kind": proposal.kind, "left": proposal.ids[0],
        "right": proposal.ids[1], "version": proposal.version, "dataset": proposal.dataset,
        "shown": [one.kept() for one in proposal.facts], "weighed": [], "takes_two": False,
        "who": view.mandate.who, "person": people.natural(view.mandate.who), "at": utc_now(),
        "labels": held, "label_set": intern_set(connection, held),
    }  # fmt: skip
    connection.execute(insert(VALIDATION).values(**{**values, **said}))
    detail = {
        "validation": said.get("of") or id_, "kind": proposal.kind, "verdict": said["verdict"],
        "event": event,
    }  # fmt: skip
    objects = [ledger.object_of(one) for one in proposal.ids]
    ledger.append(connection, view.mandate, "validate", "done", detail, objects)
    return id_


def _read(
    connection: Connection, view: View, proposal: Proposal | None, *, every_version: bool = False
) -> list[Validation]:
    query = select(VALIDATION).order_by(VALIDATION.c.number)
    if proposal is not None:
        query = query.where(
            VALIDATION.c.kind == proposal.kind,
            VALIDATION.c.left == proposal.ids[0],
            VALIDATION.c.right == proposal.ids[1],
        )
        if not every_version:
            query = query.where(VALIDATION.c.version == proposal.version)
    return _folded(connection.execute(under(view, VALIDATION, query, connection)).all())


def _folded(rows: Iterable[Row[Any]]) -> list[Validation]:
    """Return the verdicts among the events, each with what became of it, in their order."""
    later: dict[tuple[str, str], Row[Any]] = {}
    verdicts = []
    for row in rows:
        if row.event == VERDICT:
            verdicts.append(row)
        else:
            later[row.of, row.event] = row
    found = []
    for row in verdicts:
        second, back = later.get((row.id, SECOND)), later.get((row.id, TAKEN_BACK))
        found.append(
            Validation(
                row.id, row.kind, (row.left, row.right), row.version, row.dataset, row.verdict,
                row.reason, tuple((one[0], one[1], one[2]) for one in row.shown),
                tuple(row.weighed), row.takes_two, row.who, row.person, row.opened, row.at,
                second.who if second else "", back.who if back else "",
                back.reason if back else "", tuple(row.labels),
            )
        )  # fmt: skip
    return found


def _of(held: Iterable[Validation], id_: str) -> Validation:
    for one in held:
        if one.id == id_:
            return one
    raise NotFoundError(f"no verdict {id_}")


def _state(proposal: Proposal, held: Sequence[Validation]) -> str:
    """Return a hash of what is shown, and of what the view sees that people made of it so far."""
    said = [f"{one.id},{one.second},{one.taken_back}" for one in held]
    text = "\x1e".join((proposal.kind, *proposal.ids, proposal.digest, *said))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _seal(
    connection: Connection, view: View, proposal: Proposal, state: str, opened: str
) -> str:  # fmt: skip
    key = bytes.fromhex(make_keys(connection, [""])[""])
    text = "\x1f".join(("opening", view.mandate.who, proposal.kind, *proposal.ids, state, opened))
    return hmac.new(key, text.encode(), "sha256").hexdigest()[:32]


def _opened(
    connection: Connection, view: View, proposal: Proposal, token: str, held: Sequence[Validation]
) -> str:  # fmt: skip
    """Return when a proposal was shown to this account, as it stands now, or refuse."""
    said = Opening.parse(token)
    if said is None or not hmac.compare_digest(
        said.seal, _seal(connection, view, proposal, said.state, said.opened)
    ):
        raise RefusedError(
            PROVISION, f"{view.mandate.who!r} was not shown this {proposal.kind}",
            "look at what speaks for and against the person first, and give back its revision",
        )  # fmt: skip
    if said.state != _state(proposal, held):
        raise StaleError(
            f"this {proposal.kind} changed, or somebody decided, since it was shown: look again"
        )
    return datetime.fromisoformat(said.opened).isoformat(timespec="seconds")
