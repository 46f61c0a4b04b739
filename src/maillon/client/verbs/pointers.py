"""Verbs of pointers.

Written by `python3 dev.py client` from the OpenAPI document.
"""

from collections.abc import Sequence
from typing import Literal, TypedDict
from urllib.parse import quote

from maillon.client.call import Call, Page, Verb, as_body, as_page, without_none


class Answered(TypedDict):
    """A pointer with its new state."""

    pointer: str
    state: str


class PointerSaid(TypedDict):
    """One agency's part of a lead."""

    id: str
    entities: Sequence[str]
    held_by: Sequence[str]
    state: str
    answer: str
    at: str


def list_pointers(
    *, cursor: str | None = None, limit: int | None = None, as_of: str | None = None
) -> Call[Page[PointerSaid]]:
    """The broker's queue: `GET /api/v1/pointers`.

    Return the queue of the mandate's agency, oldest first.
    """
    return Call(
        "list_pointers",
        "GET",
        "/api/v1/pointers",
        as_page,
        params={"cursor": cursor, "limit": limit, "as_of": as_of},
    )


def answer_pointer(
    pointer: str,
    *,
    state: Literal["waiting", "asked", "shared", "declined"],
    as_of: str | None = None,
    answer: str | None = None,
    key: str | None = None,
) -> Call[Answered]:
    """Answer one: `POST /api/v1/pointers/{pointer}/answer`.

    Say what became of a pointer of one's agency.
    """
    return Call(
        "answer_pointer",
        "POST",
        f"/api/v1/pointers/{quote(str(pointer), safe='')}/answer",
        as_body,
        params={"as_of": as_of},
        body=without_none({"state": state, "answer": answer}),
        takes_key=True,
        headers={"idempotency-key": key},
    )


class PointersVerbs:
    """Verbs of pointers."""

    list_pointers = Verb(list_pointers)
    answer_pointer = Verb(answer_pointer)
