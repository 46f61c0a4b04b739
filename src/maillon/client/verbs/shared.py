"""Shapes that verbs of several kinds take or give.

Written by `python3 dev.py client` from the OpenAPI document.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, TypedDict


class Agreed(TypedDict):
    """A verdict that stands now."""

    validation: str
    second: str


class EarlierSaid(TypedDict):
    """What a person said of the same pair before."""

    what: str
    said: str
    who: str
    at: str
    reason: str
    stands: bool
    same_contents: bool


class Given(TypedDict):
    """A verdict that was given."""

    validation: str
    verdict: str


class JobLine(TypedDict):
    """How a job stands; counts and result only for who may read all that is behind them."""

    job: str
    kind: str
    state: Literal["waiting", "running", "done", "failed", "cancelled"]
    at: str
    started: str
    ended: str
    attempts: int
    done: int
    total: int
    rate: float
    note: str
    result: Mapping[str, Any]
    error: str
    cancel_asked: bool


class LookSaid(TypedDict):
    """What a second person made of a hit, not knowing of the first; who settled it."""

    verdict: str
    reason: str
    who: str
    at: str
    settled: str
    settled_by: str
    settled_for: str


class Record(TypedDict):
    """A record as it is read: FollowTheMoney's schema and properties, and where it is from."""

    id: str
    caption: str
    schema: str
    properties: Mapping[str, Sequence[Any]]
    datasets: Sequence[str]
    referents: Sequence[str]
    first_seen: NotRequired[str | None]
    last_seen: NotRequired[str | None]
    last_change: NotRequired[str | None]
    target: NotRequired[bool]


class ShownFact(TypedDict):
    """One thing that is shown: its code, and what it says."""

    code: str
    text: str


class UploadLine(TypedDict):
    """A file that was sent and waits for a word."""

    upload: str
    kind: Literal["load", "screen"]
    name: str
    size: int
    sha256: str
    revision: int
    at: str
    changed: str
    job: str


class VerdictSaid(TypedDict):
    """What a named person made of a hit or lead, and what became of it."""

    validation: str
    kind: str
    left: str
    right: str
    dataset: str
    verdict: str
    reason: str
    who: str
    opened: str
    at: str
    weighed: Sequence[str]
    shown: Sequence[Sequence[str]]
    takes_two: bool
    second: str
    taken_back: str
    taken_back_for: str
    stands: bool
    look: LookSaid | None


Reviewed = TypedDict(
    "Reviewed",
    {
        "kind": str,
        "ids": Sequence[str],
        "captions": Sequence[str],
        "list": str,
        "score": float,
        "for": Sequence[ShownFact],
        "against": Sequence[ShownFact],
        "open": Sequence[ShownFact],
        "earlier": Sequence[EarlierSaid],
        "waits_for_second": str,
        "revision": str,
    },
)
