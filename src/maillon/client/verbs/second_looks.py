"""Verbs of second looks.

Written by `python3 dev.py client` from the OpenAPI document.
"""

from collections.abc import Sequence
from typing import Literal, TypedDict
from urllib.parse import quote

from maillon.client.call import Call, Page, Tagged, Verb, as_body, as_page, as_tagged, without_none
from maillon.client.verbs.shared import Reviewed, VerdictSaid


class DueLook(TypedDict):
    """A hit at which a person has to look again; not what was said of it, nor by whom."""

    validation: str
    ids: Sequence[str]
    list: str
    at: str
    why: str


class Looked(TypedDict):
    """What came of a second look."""

    validation: str
    same: bool


class Settled(TypedDict):
    """What holds where two had differed."""

    validation: str
    verdict: str


def list_second_looks(
    *, cursor: str | None = None, limit: int | None = None, as_of: str | None = None
) -> Call[Page[DueLook]]:
    """Hits at which to look again: `GET /api/v1/second-looks`.

    Return the hits at which the mandate's person has to look again, oldest first.

    They wait for a second person, or were drawn among the dismissed ones.
    """
    return Call(
        "list_second_looks",
        "GET",
        "/api/v1/second-looks",
        as_page,
        params={"cursor": cursor, "limit": limit, "as_of": as_of},
    )


def show_second_look(first: str, *, as_of: str | None = None) -> Call[Tagged[Reviewed]]:
    """A hit without what was said of it: `GET /api/v1/second-looks/{first}`.

    Return a hit as if nobody had decided on it. Whoever was shown the verdict is refused.
    """
    return Call(
        "show_second_look",
        "GET",
        f"/api/v1/second-looks/{quote(str(first), safe='')}",
        as_tagged,
        params={"as_of": as_of},
    )


def look_again(
    first: str,
    *,
    verdict: Literal["match", "no match", "cannot tell"],
    reason: str,
    as_of: str | None = None,
    weighed: Sequence[str] | None = None,
    takes_two: bool | None = None,
    key: str | None = None,
    seen: str | None = None,
) -> Call[Looked]:
    """Look again: `POST /api/v1/second-looks/{first}`.

    Say what the hit is, and why. Where a verdict waited and both say the same, it stands.
    """
    return Call(
        "look_again",
        "POST",
        f"/api/v1/second-looks/{quote(str(first), safe='')}",
        as_body,
        params={"as_of": as_of},
        body=without_none(
            {"verdict": verdict, "reason": reason, "weighed": weighed, "takes_two": takes_two}
        ),
        takes_key=True,
        headers={"idempotency-key": key, "if-match": seen},
    )


def list_disagreements(
    *, cursor: str | None = None, limit: int | None = None, as_of: str | None = None
) -> Call[Page[VerdictSaid]]:
    """Hits on which two differ: `GET /api/v1/disagreements`.

    Return the verdicts on which a second look came to something else, oldest first.
    """
    return Call(
        "list_disagreements",
        "GET",
        "/api/v1/disagreements",
        as_page,
        params={"cursor": cursor, "limit": limit, "as_of": as_of},
    )


def settle_disagreement(
    first: str,
    *,
    verdict: Literal["match", "no match", "cannot tell"],
    reason: str,
    as_of: str | None = None,
    weighed: Sequence[str] | None = None,
    takes_two: bool | None = None,
    key: str | None = None,
    seen: str | None = None,
) -> Call[Settled]:
    """Settle where two differ: `POST /api/v1/disagreements/{first}/settlement`.

    Say as a third person, a supervisor who was shown both, what the hit is.
    """
    return Call(
        "settle_disagreement",
        "POST",
        f"/api/v1/disagreements/{quote(str(first), safe='')}/settlement",
        as_body,
        params={"as_of": as_of},
        body=without_none(
            {"verdict": verdict, "reason": reason, "weighed": weighed, "takes_two": takes_two}
        ),
        takes_key=True,
        headers={"idempotency-key": key, "if-match": seen},
    )


class SecondLooksVerbs:
    """Verbs of second looks."""

    list_second_looks = Verb(list_second_looks)
    show_second_look = Verb(show_second_look)
    look_again = Verb(look_again)
    list_disagreements = Verb(list_disagreements)
    settle_disagreement = Verb(settle_disagreement)
