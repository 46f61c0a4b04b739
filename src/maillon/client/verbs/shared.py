"""Shapes that verbs of several kinds take or give.

Written by `python3 dev.py client` from the OpenAPI document.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict


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


class ShownFact(TypedDict):
    """One thing that is shown: its code, and what it says."""

    code: str
    text: str


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
