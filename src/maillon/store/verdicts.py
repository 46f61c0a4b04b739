"""The words of a verdict on an automated hit or lead: what is proposed, shown, and answered."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Self

PROVISION: Final = "Directive (EU) 2016/680, art. 11; Directive (EU) 2016/681, arts. 6(5) and 7(6)"
"""What a refusal cites: no adverse decision by automated means alone."""


class Bearing(StrEnum):
    """For whom a fact speaks."""

    FOR = "for"
    """For the person concerned: it exonerates."""
    AGAINST = "against"
    OPEN = "open"
    """It is not known, or would settle the question if it were."""


VERDICTS: Final[Mapping[str, tuple[str, ...]]] = {
    "hit": ("match", "no match", "cannot tell"),
    "lead": ("confirmed", "suspected", "refuted", "not assessable"),
}
"""What a person makes of a hit or a lead."""

EFFECTIVE: Final[Mapping[str, frozenset[str]]] = {
    "hit": frozenset({"match"}),
    "lead": frozenset({"confirmed", "suspected"}),
}
"""Verdicts after which a hit or lead may have an effect outside its queue."""

OVERRIDING: Final[Mapping[str, frozenset[str]]] = {
    "hit": frozenset({"no match"}),
    "lead": frozenset({"refuted"}),
}
"""Verdicts against the machine."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a person is shown of a hit or lead.

    Attributes:
        side: For whom it speaks.
        code: What it is, without any value of anybody, e.g. ``birth date: other year``.
        text: What it says, in words: shown, never kept.
        seal: Keyed hash of code and text: proof of what was shown, as long as the data's keys live.
    """

    side: Bearing
    code: str
    text: str
    seal: str = ""

    def line(self) -> dict[str, str]:
        """Return it as it is shown."""
        return {"code": self.code, "text": self.text}

    def kept(self) -> list[str]:
        """Return it as the desk keeps it."""
        return [self.side.value, self.code, self.seal]


def sealed(facts: Iterable[Fact], keys: Iterable[str]) -> tuple[Fact, ...]:
    """Return facts with their seals.

    Args:
        facts: What is shown.
        keys: Keys of the datasets that they come from, in hex: the seals die with any of them.
    """
    key = bytes.fromhex("".join(keys)) or b"\0"
    return tuple(
        replace(
            one, seal=hmac.new(key, f"{one.code}\x1f{one.text}".encode(), "sha256").hexdigest()[:32]
        )
        for one in facts
    )


@dataclass(frozen=True, slots=True)
class Proposal:
    """An automated hit or lead, as a person has it before them.

    Attributes:
        kind: ``hit`` or ``lead``.
        ids: What names it: subject and entry, or the two anchors.
        version: What it stood on: another version needs another verdict.
        dataset: The list; empty for a lead.
        facts: What is shown of it.
        labels: Labels of what it stands on.
    """

    kind: str
    ids: tuple[str, str]
    version: str
    dataset: str = ""
    facts: tuple[Fact, ...] = ()
    labels: tuple[int, ...] = ()

    @property
    def exculpatory(self) -> tuple[str, ...]:
        """The codes of the facts that speak for the person, sorted."""
        return tuple(sorted({one.code for one in self.facts if one.side is Bearing.FOR}))

    @property
    def digest(self) -> str:
        """A hash of what is shown."""
        said = [self.version, *sorted("\x1f".join(one.kept()) for one in self.facts)]
        return hashlib.sha256("\x1e".join(said).encode()).hexdigest()


def hit_version(seals: tuple[str, str]) -> str:
    """Return the version of a hit, from the keyed hashes of its two sides, subject first."""
    return seals[0][:32] + seals[1][:32]


def lead_version(evidence: Iterable[tuple[str, str]]) -> str:
    """Return the version of a lead, from keyed hash and dataset of each of its statements."""
    said = "\x1e".join("\x1f".join(one) for one in sorted(set(evidence)))
    return hashlib.sha256(said.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class SecondLook:
    """What a second person made of a hit without being told what the first had said.

    Attributes:
        verdict: One of `VERDICTS`.
        reason: Why, in words.
        who: The account.
        person: The natural person behind it.
        at: When, aware UTC.
        settled: What a third person said where the two differ; empty: nobody yet.
        settled_by: Account of the third person.
        settled_for: Why, in words.
    """

    verdict: str
    reason: str
    who: str
    person: str
    at: str
    settled: str = ""
    settled_by: str = ""
    settled_for: str = ""

    def line(self) -> dict[str, Any]:
        """Return it as it is printed."""
        return {
            "verdict": self.verdict, "reason": self.reason, "who": self.who, "at": self.at,
            "settled": self.settled, "settled_by": self.settled_by,
            "settled_for": self.settled_for,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Validation:
    """What a named person made of one hit or lead, and what became of it.

    Attributes:
        id: 16 hex digits that say nothing of how many there are.
        kind: ``hit`` or ``lead``.
        ids: Subject and entry, or the two anchors of its day.
        version: What it stood on.
        dataset: The list; empty for a lead.
        verdict: One of `VERDICTS`.
        reason: Why, in words.
        shown: Side, code and seal of each fact that was shown.
        weighed: Codes of the exculpatory facts that the person says were weighed.
        takes_two: Whether it stands only with a second person's word.
        who: The account.
        person: The natural person behind it.
        opened: When it was shown, aware UTC.
        at: When the verdict was given, aware UTC.
        second: Account of the second person; empty: none yet.
        taken_back: Account of who took it back; empty: it stands.
        taken_back_for: Why, in words.
        labels: Labels of what it stands on.
        look: What a second person made of it, not knowing of it; None: nobody has looked again.
    """

    id: str
    kind: str
    ids: tuple[str, str]
    version: str
    dataset: str
    verdict: str
    reason: str
    shown: tuple[tuple[str, str, str], ...]
    weighed: tuple[str, ...]
    takes_two: bool
    who: str
    person: str
    opened: str
    at: str
    second: str = ""
    taken_back: str = ""
    taken_back_for: str = ""
    labels: tuple[int, ...] = ()
    look: SecondLook | None = None

    @property
    def seconds(self) -> float:
        """How long after it was shown the verdict was given; 0.0 where that is not known."""
        if not self.opened:
            return 0.0
        given = datetime.fromisoformat(self.at) - datetime.fromisoformat(self.opened)
        return max(given.total_seconds(), 0.0)

    @property
    def is_disputed(self) -> bool:
        """Whether a second look came to something else, and no third person has settled it."""
        look = self.look
        return (
            look is not None
            and not self.taken_back
            and not look.settled
            and look.verdict != self.verdict
        )

    @property
    def stands(self) -> bool:
        """Whether nobody took it back, and the second person has spoken where one is needed."""
        return not self.taken_back and (not self.takes_two or bool(self.second))

    @property
    def waits(self) -> bool:
        """Whether a second person has still to speak."""
        return not self.taken_back and self.takes_two and not self.second

    @property
    def is_effective(self) -> bool:
        """Whether the hit or lead may have an effect outside its queue."""
        return self.stands and self.verdict in EFFECTIVE.get(self.kind, ())

    def line(self) -> dict[str, Any]:
        """Return it as it is printed."""
        return {
            "validation": self.id, "kind": self.kind, "left": self.ids[0], "right": self.ids[1],
            "dataset": self.dataset, "verdict": self.verdict, "reason": self.reason,
            "who": self.who, "opened": self.opened, "at": self.at, "weighed": list(self.weighed),
            "shown": [list(one[:2]) for one in self.shown], "takes_two": self.takes_two,
            "second": self.second, "taken_back": self.taken_back,
            "taken_back_for": self.taken_back_for, "stands": self.stands,
            "look": self.look.line() if self.look else None,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Opening:
    """That one account was shown a proposal in one state; what a page gives back with a verdict.

    Attributes:
        state: Hash of what was shown and of the newest verdict on it.
        opened: When, aware UTC, ISO 8601 basic form.
        seal: HMAC of both, the account and the proposal: nobody makes one up.
    """

    state: str
    opened: str
    seal: str

    @property
    def token(self) -> str:
        """The three as one word without a blank: what HTTP calls an entity tag."""
        return f"{self.state}.{self.opened}.{self.seal}"

    @classmethod
    def parse(cls, token: str) -> Self | None:
        """Return what a token says; None: it is none."""
        parts = token.split(".")
        return cls(*parts) if len(parts) == 3 and all(parts) else None  # noqa: PLR2004 - its parts
