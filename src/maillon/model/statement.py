"""The statement: one value of one property of one entity, from one dataset, at one locator."""

from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Final, NamedTuple

LOCAL: Final = "@"
"""First character of an entity id that is only unique within its own delivery, e.g.
``@line:12``."""


class Kind(StrEnum):
    """What a statement claims to be. Source: DESIGN, section 4."""

    FACT = "fact"
    ASSESSMENT = "assessment"
    HEARSAY = "hearsay"


@dataclass(frozen=True, slots=True)
class Grade:
    """How good the source and the information are, as the originator graded them.

    ``source`` is A to F, ``information`` is 1 to 6 (Admiralty scale); ``code`` and ``scheme`` keep
    the native grading verbatim, e.g. ``B2`` of ``4x4``.
    """

    source: str = ""
    information: str = ""
    code: str = ""
    scheme: str = ""


UNGRADED: Final = Grade()

DOUBTFUL_BIRTH: Final = Grade(code="unreadable", scheme="maillon: birth date")
"""Marks the note that a person's birth date was delivered and cannot be read: a doubt, which speaks
for a child, where no date at all says nothing of the age. In the place of the code stands the year
where only day and month are in doubt. Source: DESIGN, section 4."""


class Statement(NamedTuple):
    """One value of one property of one entity, from one dataset, at one locator.

    A named tuple and not a dataclass: millions are made, and a frozen dataclass of this width takes
    seven times as long to make.

    An adapter fills the first six fields and, where the file says so, the next seven.
    ``marking`` is what the file says of this record beside the label of its delivery, several
    joined by ``; ``. ``store.load`` stamps the last four: a marking narrows the label. Values are
    text as FollowTheMoney wants them; ``original_value`` is the delivered text where it differs. An
    entity id, or a value of an entity-typed property, that begins with `LOCAL` is unique only
    within its delivery; `stamp_id` makes it global.
    """

    entity: str
    schema: str
    prop: str
    value: str
    dataset: str
    locator: str
    original_value: str | None = None
    lang: str | None = None
    kind: Kind = Kind.FACT
    grade: Grade = UNGRADED
    marking: str = ""
    first_seen: str = ""
    last_seen: str = ""
    delivery: str = ""
    label: int = 0
    retention_class: str = ""
    clock_start: str = ""

    @property
    def id(self) -> str:
        """The hash of place, entity, property and value: two lines stay two statements."""
        return statement_id(self.delivery, self.locator, self.entity, self.prop, self.value)


@dataclass(frozen=True, slots=True)
class Purged:
    """What the law forbids to keep, dropped on receipt: its kind and place, never its text."""

    dataset: str
    locator: str
    reason: str
    marking: str = field(default="", repr=False)
    """The marking that the record brought."""


def statement_id(delivery: str, locator: str, entity: str, prop: str, value: str) -> str:
    """Return the 32 hex digits that name a statement.

    The first half of the SHA-256 of the five, joined by U+001F: DuckDB makes the same.
    """
    text = f"{delivery}\x1f{locator}\x1f{entity}\x1f{prop}\x1f{value}"
    return sha256(text.encode()).hexdigest()[:32]


def local_id(locator: str) -> str:
    """Return the entity id of a record that has no reference of its own, e.g. ``@line:12``."""
    return LOCAL + locator


def stamp_id(entity: str, delivery: str) -> str:
    """Return ``entity`` as a global id: a local one gets its delivery before it."""
    return delivery + entity if entity.startswith(LOCAL) else entity
