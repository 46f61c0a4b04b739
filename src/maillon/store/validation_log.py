"""The events of verdicts on the desk, and the proof that a proposal was shown to somebody.

Appended to, never edited: a second person's word, a second look, its settling and the taking back
of a verdict are rows of their own.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, bindparam, insert, or_, select

from maillon.model import Act, NotFoundError, RefusedError, StaleError, View
from maillon.store import ledger
from maillon.store.clearing import make_keys
from maillon.store.clock import utc_now
from maillon.store.door import check_act
from maillon.store.labelsets import ask, intern_set
from maillon.store.second import People
from maillon.store.tables_cards import VALIDATION
from maillon.store.verdicts import (
    PROVISION,
    VERDICTS,
    Opening,
    Proposal,
    SecondLook,
    Validation,
)

VERDICT: Final = "verdict"
SECOND: Final = "second"
TAKEN_BACK: Final = "taken back"
LOOK: Final = "look"
SETTLED: Final = "settled"

SEEN: Final = "opening"
BLIND: Final = "blind"
"""How a proposal was shown: with what people said of it before, or without."""


def check_decides(view: View) -> None:
    """Let a view decide, on what is known now."""
    check_act(view, Act.DECIDE)
    if view.known_on:
        raise RefusedError(
            PROVISION, f"the view reads what was known on {view.known_on}",
            "decide on what is known now",
        )  # fmt: skip


def check_words(
    view: View, proposal: Proposal, verdict: str, reason: str, weighed: Sequence[str]
) -> None:
    """Let a verdict through that a person gave, with a reason, having weighed what was shown."""
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


def put_event(
    connection: Connection, view: View, proposal: Proposal, people: People, event: str,
    **said: Any,  # noqa: ANN401 - columns of the table
) -> str:  # fmt: skip
    """Write an event and its ledger entry; return its id."""
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


def read_verdicts(
    connection: Connection, view: View, proposal: Proposal | None, *, every_version: bool = False,
    id_: str = "",
) -> list[Validation]:  # fmt: skip
    """Return the verdicts that a view may read, oldest first, each with what became of it.

    Args:
        connection: Where it is asked.
        view: What may be read.
        proposal: On this pair; None for all.
        every_version: Those on the pair as it stood before, too.
        id_: Only this one; empty for all.
    """
    said = {"id": id_}
    if proposal is not None:
        left, right = proposal.ids
        said |= {"kind": proposal.kind, "left": left, "right": right, "version": proposal.version}
    query = _verdicts(
        of_one=bool(id_), of_pair=proposal is not None, every_version=every_version
    )  # fmt: skip
    return folded(ask(connection, view, VALIDATION, query, **said).all())


@lru_cache(maxsize=8)
def _verdicts(*, of_one: bool, of_pair: bool, every_version: bool) -> Select[Any]:
    query = select(VALIDATION).order_by(VALIDATION.c.number)
    if of_one:
        query = query.where(
            or_(VALIDATION.c.id == bindparam("id"), VALIDATION.c.of == bindparam("id"))
        )
    if of_pair:
        for name in (
            ("kind", "left", "right") if every_version else ("kind", "left", "right", "version")
        ):
            query = query.where(VALIDATION.c[name] == bindparam(name))
    return query


def folded(rows: Iterable[Row[Any]]) -> list[Validation]:
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
        look = _look(later.get((row.id, LOOK)), later.get((row.id, SETTLED)))
        found.append(
            Validation(
                row.id, row.kind, (row.left, row.right), row.version, row.dataset, row.verdict,
                row.reason, tuple((one[0], one[1], one[2]) for one in row.shown),
                tuple(row.weighed), row.takes_two, row.who, row.person, row.opened, row.at,
                second.who if second else "", back.who if back else "",
                back.reason if back else "", tuple(row.labels), look,
            )
        )  # fmt: skip
    return found


def _look(look: Row[Any] | None, settled: Row[Any] | None) -> SecondLook | None:
    if look is None:
        return None
    return SecondLook(
        look.verdict, look.reason, look.who, look.person, look.at,
        settled.verdict if settled else "", settled.who if settled else "",
        settled.reason if settled else "",
    )  # fmt: skip


def verdict_of(held: Iterable[Validation], id_: str) -> Validation:
    """Return a verdict by its id, or say that there is none."""
    for one in held:
        if one.id == id_:
            return one
    raise NotFoundError(f"no verdict {id_}")


def opening(
    connection: Connection, view: View, proposal: Proposal, *, how: str = SEEN
) -> str:  # fmt: skip
    """Return the token of a proposal that is shown now; a verdict gives it back.

    Args:
        connection: Where it is asked.
        view: Whose account it is shown to.
        proposal: What is shown.
        how: `SEEN`, or `BLIND`: without what people said of it.
    """
    state = _state(proposal, read_verdicts(connection, view, proposal))
    opened = utc_now().replace("-", "").replace(":", "").removesuffix("+0000") + "Z"
    return Opening(state, opened, _seal(connection, view, proposal, (how, state, opened))).token


def opened_at(
    connection: Connection, view: View, proposal: Proposal, token: str,
    held: Sequence[Validation], *, how: str = SEEN,
) -> str:  # fmt: skip
    """Return when a proposal was shown to this account, as it stands now, or refuse."""
    said = Opening.parse(token)
    if said is None or not hmac.compare_digest(
        said.seal, _seal(connection, view, proposal, (how, said.state, said.opened))
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


def _state(proposal: Proposal, held: Sequence[Validation]) -> str:
    """Return a hash of what is shown, and of what the view sees that people made of it so far."""
    said = [
        f"{one.id},{one.second},{one.taken_back}"
        + (f",{one.look.who},{one.look.settled_by}" if one.look else "")
        for one in held
    ]
    text = "\x1e".join((proposal.kind, *proposal.ids, proposal.digest, *said))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _seal(
    connection: Connection, view: View, proposal: Proposal, said: tuple[str, str, str]
) -> str:  # fmt: skip
    key = bytes.fromhex(make_keys(connection, [""])[""])
    how, state, opened = said
    text = "\x1f".join((how, view.mandate.who, proposal.kind, *proposal.ids, state, opened))
    return hmac.new(key, text.encode(), "sha256").hexdigest()[:32]
