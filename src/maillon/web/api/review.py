"""A hit or lead as its reviewer sees it and answers it: the shapes that both have."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final

from fastapi import Path
from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from maillon.web.api.paging import page, parts_of
from maillon.web.api.said import Code, Reason, Said
from maillon.web.api.shapes import Body
from maillon.web.depends import answer
from maillon.workspace.deciding import Answer, Queued, Shown, place_of

VerdictPath = Annotated[
    str, Path(description="Of the verdict, as it was given.", min_length=1, max_length=100)
]
Weighed = Annotated[
    list[Code],
    Field(
        default_factory=list, max_length=200,
        description="Codes of the facts that speak for the person: all.",
    ),
]  # fmt: skip
TWO: Final = "Whether it stands only when a second person says the same."


class ShownFact(Said):
    """One thing that is shown: its code, and what it says."""

    code: str
    text: str


class EarlierSaid(Said):
    """What a person said of the same pair before."""

    what: str
    said: str
    who: str
    at: str
    reason: str
    stands: bool
    same_contents: bool


class Reviewed(Said):
    """A hit or lead as it is shown to one person: what speaks for them first."""

    kind: str
    ids: list[str]
    captions: list[str]
    dataset: str = Field(alias="list")
    score: float
    speaks_for: list[ShownFact] = Field(alias="for")
    against: list[ShownFact]
    open: list[ShownFact]
    earlier: list[EarlierSaid]
    waits_for_second: str
    revision: str


class Agreement(Body):
    """Which verdict a second person agrees to."""

    verdict: Annotated[str, Field(min_length=1, max_length=100)]


class Given(Said):
    """A verdict that was given."""

    validation: str
    verdict: str


class Agreed(Said):
    """A verdict that stands now."""

    validation: str
    second: str


class Undoing(Body):
    """Why something is taken back."""

    reason: Reason


def answered(
    verdict: str, reason: str, weighed: Sequence[str], seen: str, *, takes_two: bool
) -> Answer:
    """Return what a body says of a hit or lead that was shown with a revision."""
    return Answer(verdict, reason, tuple(weighed), seen, takes_two)


def reviewed(shown: Shown) -> Response:
    """Return a hit or lead, with the revision that a verdict gives back as its tag."""
    headers = {"etag": f'"{shown.revision}"', "cache-control": "no-cache, private"}
    return answer(shown.line(), headers)


def after_of(cursor: str, count: int) -> str:
    """Return the place in a queue that a cursor names; empty begins.

    Args:
        cursor: What a page of the queue gave.
        count: How many parts its places have.

    Raises:
        HTTPException: 400: it is none of that queue.
    """
    parts = parts_of(cursor, count)
    if parts is None:
        return ""
    try:
        "".join(parts).encode()
    except (TypeError, UnicodeEncodeError):
        raise HTTPException(400, "cursor: not one that a page gave: begin without it") from None
    return place_of(*parts)


def queue_page(
    found: Sequence[Queued], limit: int, line: Callable[[Queued], dict[str, Any]]
) -> Response:
    """Return a page of a queue of which one more than a page was asked for."""
    shown = found[:limit]
    return page([line(one) for one in shown], shown[-1].place if len(found) > limit else "")
