"""Verbs of standing questions.

Written by `python3 dev.py client` from the OpenAPI document.
"""

from collections.abc import Sequence
from typing import Literal, TypedDict
from urllib.parse import quote

from maillon.client.call import Call, Page, Verb, as_body, as_nothing, as_page, without_none


class Count(TypedDict):
    """How many."""

    count: int


class News(TypedDict):
    """How much is new since the last visit, as this mandate sees it."""

    since: str
    deliveries: int
    judgements: int
    hits: int
    assessments: int
    proposals: int
    jobs: int
    notices: int


class Notice(TypedDict):
    """Something new that touches a question."""

    notice: str
    question: str
    delivery: str
    entity: str
    at: str
    seen: str


class StandingQuestionLine(TypedDict):
    """A standing question; the value itself is not kept."""

    question: str
    kind: Literal["subject", "lead", "phone", "document", "plate"]
    entities: Sequence[str]
    expires: str
    reason: str
    state: Literal["open", "ended"]
    ended: str
    at: str


class Visit(TypedDict):
    """When the own account looked; `GET /news` counts from there."""

    at: str


def ask_question(
    *,
    kind: Literal["subject", "lead", "phone", "document", "plate"],
    what: str,
    expires: str,
    reason: str,
    as_of: str | None = None,
    key: str | None = None,
) -> Call[StandingQuestionLine]:
    """Ask to be told: `POST /api/v1/questions`.

    Ask to be told when anything new touches a subject, a lead, a phone, document or plate.
    """
    return Call(
        "ask_question",
        "POST",
        "/api/v1/questions",
        as_body,
        params={"as_of": as_of},
        body=without_none({"kind": kind, "what": what, "expires": expires, "reason": reason}),
        takes_key=True,
        headers={"idempotency-key": key},
    )


def list_questions(*, as_of: str | None = None) -> Call[Page[StandingQuestionLine]]:
    """The own questions: `GET /api/v1/questions`.

    Return the own account's questions, oldest first, those that ended too.
    """
    return Call("list_questions", "GET", "/api/v1/questions", as_page, params={"as_of": as_of})


def end_question(question: str, *, as_of: str | None = None) -> Call[None]:
    """End a question: `DELETE /api/v1/questions/{question}`.

    End a question of the own account.
    """
    return Call(
        "end_question",
        "DELETE",
        f"/api/v1/questions/{quote(str(question), safe='')}",
        as_nothing,
        params={"as_of": as_of},
    )


def list_notices(
    *,
    unread: bool | None = None,
    cursor: str | None = None,
    limit: int | None = None,
    as_of: str | None = None,
) -> Call[Page[Notice]]:
    """What is new to the own questions: `GET /api/v1/notices`.

    Return what is new to the own questions, oldest first.
    """
    return Call(
        "list_notices",
        "GET",
        "/api/v1/notices",
        as_page,
        params={"unread": unread, "cursor": cursor, "limit": limit, "as_of": as_of},
    )


def mark_seen(*, notices: Sequence[str], as_of: str | None = None) -> Call[Count]:
    """Mark notices as read: `POST /api/v1/notices/seen`.

    Mark notices of the own account as read; answers how many were not before.
    """
    return Call(
        "mark_seen",
        "POST",
        "/api/v1/notices/seen",
        as_body,
        params={"as_of": as_of},
        body=without_none({"notices": notices}),
    )


def whats_new(*, as_of: str | None = None) -> Call[News]:
    """What is new since the last visit: `GET /api/v1/news`.

    Return how much is new since the own account's last visit, by kind.
    """
    return Call("whats_new", "GET", "/api/v1/news", as_body, params={"as_of": as_of})


def note_visit(*, as_of: str | None = None) -> Call[Visit]:
    """Note a visit: `POST /api/v1/visits`.

    Note that the own account looked.
    """
    return Call("note_visit", "POST", "/api/v1/visits", as_body, params={"as_of": as_of})


class StandingQuestionsVerbs:
    """Verbs of standing questions."""

    ask_question = Verb(ask_question)
    list_questions = Verb(list_questions)
    end_question = Verb(end_question)
    list_notices = Verb(list_notices)
    mark_seen = Verb(mark_seen)
    whats_new = Verb(whats_new)
    note_visit = Verb(note_visit)
