"""What a person has before them of an automated hit or lead: both sides, and what others said."""

import base64
import binascii
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from maillon.model import NotFoundError
from maillon.store import Bearing, Fact, Proposal, Row, Validation
from maillon.store.verdicts import Opening

if TYPE_CHECKING:
    from maillon.screen import Scored

PAGE: Final = 50
"""Items of one page of a queue, unless the caller says another number."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """Something that a person said of the same pair before.

    Attributes:
        what: ``verdict``, ``clearing``, ``judgement`` or ``assessment``.
        said: What was said: an outcome, or a state.
        who: Who said it.
        at: When, aware UTC.
        reason: Why, in words.
        stands: Whether nobody took it back.
        is_same: Whether it was said of the same contents as now.
    """

    what: str
    said: str
    who: str
    at: str
    reason: str
    stands: bool
    is_same: bool

    def line(self) -> dict[str, Any]:
        """Return it as it is printed."""
        return {
            "what": self.what, "said": self.said, "who": self.who, "at": self.at,
            "reason": self.reason, "stands": self.stands, "same_contents": self.is_same,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Valued:
    """One value of a record, and who says it.

    Attributes:
        value: The value.
        said: The statements that say it, as far as the view reads them: by dataset and place.
    """

    value: str
    said: tuple[Row, ...]


Values = Mapping[str, tuple[Valued, ...]]
"""Property -> the values of one record, sorted."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A hit or lead as it is shown to one person.

    Attributes:
        proposal: What is proposed, with its facts on both sides.
        captions: Names of the two, for people.
        score: Score of a hit, probability of a lead.
        earlier: What people said of the same pair, oldest first, whether it stands or not.
        waits_for_second: Id of the verdict on which a second person has still to speak; or empty.
        revision: What a verdict gives back, as HTTP's ``If-Match`` does.
        records: Values of both records of a hit; none of a lead.
        scored: What made the score of a hit; None of a lead.
    """

    proposal: Proposal
    captions: tuple[str, str]
    score: float
    earlier: tuple[Earlier, ...]
    waits_for_second: str
    revision: str
    records: tuple[Values, ...] = ()
    scored: "Scored | None" = None

    def facts(self, side: Bearing) -> list[Fact]:
        """Return the facts of one side, in order."""
        return [one for one in self.proposal.facts if one.side is side]

    def line(self) -> dict[str, Any]:
        """Return it as one JSON line: both sides beside each other, what exonerates first."""
        return {
            "kind": self.proposal.kind, "ids": list(self.proposal.ids),
            "captions": list(self.captions), "list": self.proposal.dataset, "score": self.score,
            **{side.value: [one.line() for one in self.facts(side)] for side in Bearing},
            "earlier": [one.line() for one in self.earlier],
            "waits_for_second": self.waits_for_second, "revision": self.revision,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person makes of a hit or lead.

    Attributes:
        verdict: One of `maillon.store.VERDICTS` of its kind.
        reason: Why, by objective criteria, in words.
        weighed: Codes of the facts that speak for the person: all of them were weighed.
        expected: The revision that was shown.
        takes_two: Whether it stands only when a second person says the same.
    """

    verdict: str
    reason: str
    weighed: tuple[str, ...]
    expected: str
    takes_two: bool = False


@dataclass(frozen=True, slots=True)
class Queued:
    """One hit or lead that waits for a person.

    Attributes:
        kind: ``hit`` or ``lead``.
        ids: Subject and entry; or the lead's id and an empty text.
        at: Since when it waits, aware UTC.
        score: Score of a hit, probability of a lead.
        dataset: The list; empty for a lead.
        said: What else the queue shows of it: band, state, captions.
        waits_for_second: Id of the verdict that waits for a second person; or empty.
        place: Where in the queue: `queue` goes on after it.
    """

    kind: str
    ids: tuple[str, str]
    at: str
    score: float
    dataset: str
    said: dict[str, Any]
    waits_for_second: str
    place: str

    def line(self) -> dict[str, Any]:
        """Return it as one JSON line."""
        return {
            "kind": self.kind, "ids": [one for one in self.ids if one], "at": self.at,
            "score": self.score, "list": self.dataset, **self.said,
            "waits_for_second": self.waits_for_second, "place": self.place,
        }  # fmt: skip


def place_of(*parts: str) -> str:
    """Return a place in a queue as one word."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def parse_place(place: str, count: int) -> tuple[str, ...] | None:
    """Return the parts of a place; None: the beginning.

    Raises:
        StoreError: It is no place of this queue.
    """
    if not place:
        return None
    try:
        parts = json.loads(base64.urlsafe_b64decode(place + "=" * (-len(place) % 4)))
    except (binascii.Error, ValueError):
        parts = None
    if (
        not isinstance(parts, list)
        or len(parts) != count
        or not all(isinstance(one, str) for one in parts)
    ):
        raise NotFoundError("no place in this queue: begin again without one")
    return tuple(parts)


def earlier_verdicts(held: Iterable[Validation], version: str) -> list[Earlier]:
    """Return what people made of a pair, in whatever version."""
    return [
        Earlier(
            "verdict", one.verdict, one.who, one.at, one.reason, one.stands,
            one.version == version,
        )
        for one in held
    ]  # fmt: skip


def waiting_for(held: Iterable[Validation], version: str) -> str:
    """Return the id of the verdict on a version that waits for a second person; or empty."""
    return next((one.id for one in held if one.version == version and one.waits), "")


def state_of(token: str, said: int = 0) -> str:
    """Return the part of a token that changes when what was shown does, not when it was shown.

    Args:
        token: As `Validations.open` gave it.
        said: How much else was said of it.
    """
    opening = Opening.parse(token)
    return f"{opening.state if opening else ''}-{said}"


def unique(facts: Iterable[Fact]) -> list[Fact]:
    """Return facts with one code once: what several say of it stands together."""
    by_code: dict[tuple[Bearing, str], list[str]] = {}
    for one in facts:
        texts = by_code.setdefault((one.side, one.code), [])
        if one.text not in texts:
            texts.append(one.text)
    return [Fact(side, code, "; ".join(texts)) for (side, code), texts in by_code.items()]
