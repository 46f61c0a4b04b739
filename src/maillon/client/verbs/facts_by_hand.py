"""Verbs of facts by hand.

Written by `python3 dev.py client` from the OpenAPI document.
"""

from collections.abc import Mapping, Sequence
from typing import Literal, NotRequired, TypedDict
from urllib.parse import quote

from maillon.client.call import Call, Page, Verb, as_body, as_page, without_none


class FactLine(TypedDict):
    """A fact by hand."""

    act: str
    delivery: str
    corrects: str
    entity: str
    reason: str
    who: str
    at: str
    standing: bool


class Graded(TypedDict):
    """How good source and information are: the Admiralty scale, or a native grade verbatim."""

    source: NotRequired[str]
    information: NotRequired[str]
    code: NotRequired[str]
    scheme: NotRequired[str]


def state_fact(
    *,
    schema: str,
    properties: Mapping[str, Sequence[str]],
    reason: str,
    grade: Graded,
    as_of: str | None = None,
    entity: str | None = None,
    kind: Literal["fact", "assessment", "hearsay"] | None = None,
    handling: str | None = None,
    compartment: str | None = None,
    key: str | None = None,
) -> Call[FactLine]:
    """State a fact: `POST /api/v1/facts`.

    State a fact: it stands as a delivery of the own agency, graded and labelled.
    """
    return Call(
        "state_fact",
        "POST",
        "/api/v1/facts",
        as_body,
        params={"as_of": as_of},
        body=without_none(
            {
                "schema": schema,
                "properties": properties,
                "reason": reason,
                "grade": grade,
                "entity": entity,
                "kind": kind,
                "handling": handling,
                "compartment": compartment,
            }
        ),
        takes_key=True,
        headers={"idempotency-key": key},
    )


def list_facts(
    *, cursor: str | None = None, limit: int | None = None, as_of: str | None = None
) -> Call[Page[FactLine]]:
    """Facts by hand: `GET /api/v1/facts`.

    Return the facts by hand that this mandate can see, corrected ones too, oldest first.
    """
    return Call(
        "list_facts",
        "GET",
        "/api/v1/facts",
        as_page,
        params={"cursor": cursor, "limit": limit, "as_of": as_of},
    )


def correct_fact(
    delivery: str,
    *,
    schema: str,
    properties: Mapping[str, Sequence[str]],
    reason: str,
    grade: Graded,
    as_of: str | None = None,
    entity: str | None = None,
    kind: Literal["fact", "assessment", "hearsay"] | None = None,
    handling: str | None = None,
    compartment: str | None = None,
    key: str | None = None,
) -> Call[FactLine]:
    """Correct a fact by another: `POST /api/v1/facts/{delivery}/correction`.

    State a fact in the place of an earlier one, which stands no more and stays readable.
    """
    return Call(
        "correct_fact",
        "POST",
        f"/api/v1/facts/{quote(str(delivery), safe='')}/correction",
        as_body,
        params={"as_of": as_of},
        body=without_none(
            {
                "schema": schema,
                "properties": properties,
                "reason": reason,
                "grade": grade,
                "entity": entity,
                "kind": kind,
                "handling": handling,
                "compartment": compartment,
            }
        ),
        takes_key=True,
        headers={"idempotency-key": key},
    )


class FactsByHandVerbs:
    """Verbs of facts by hand."""

    state_fact = Verb(state_fact)
    list_facts = Verb(list_facts)
    correct_fact = Verb(correct_fact)
