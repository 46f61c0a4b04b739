"""Verbs of ledger.

Written by `python3 dev.py client` from the OpenAPI document.
"""

from collections.abc import Mapping
from typing import Any, TypedDict
from urllib.parse import quote

from maillon.client.call import Call, Page, Verb, as_body, as_page, as_raw


class Entry(TypedDict):
    """One entry of the ledger, as it is told."""

    number: int
    at: str
    who: str
    agency: str
    purpose: str
    legal_basis: str
    case: str
    act: str
    outcome: str
    detail: Mapping[str, Any]


def list_entries(
    *,
    act: str | None = None,
    cursor: str | None = None,
    limit: int | None = None,
    as_of: str | None = None,
) -> Call[Page[Entry]]:
    """Entries, newest first: `GET /api/v1/ledger/entries`.

    Return the newest entries: oversight reads all, anybody else those of the own account.
    """
    return Call(
        "list_entries",
        "GET",
        "/api/v1/ledger/entries",
        as_page,
        params={"act": act, "cursor": cursor, "limit": limit, "as_of": as_of},
    )


def who_looked(*, object_: str, as_of: str | None = None) -> Call[Page[Entry]]:
    """Who looked at this: `GET /api/v1/ledger/looks`.

    Return the acts that looked at an object: all for oversight, else at the own records.
    """
    return Call(
        "who_looked",
        "GET",
        "/api/v1/ledger/looks",
        as_page,
        params={"object": object_, "as_of": as_of},
    )


def prove_entry(number: int, *, as_of: str | None = None) -> Call[dict[str, Any]]:
    """The proof of an entry: `GET /api/v1/ledger/proofs/{number}`.

    Return the proof that an entry is in the log that the newest checkpoint signs.
    """
    return Call(
        "prove_entry",
        "GET",
        f"/api/v1/ledger/proofs/{quote(str(number), safe='')}",
        as_body,
        params={"as_of": as_of},
    )


def list_checkpoints(*, as_of: str | None = None) -> Call[Page[str]]:
    """Signed checkpoints: `GET /api/v1/ledger/checkpoints`.

    Return the signed notes that stand in the desk, oldest first: keep one outside.
    """
    return Call(
        "list_checkpoints", "GET", "/api/v1/ledger/checkpoints", as_page, params={"as_of": as_of}
    )


def export_ledger(*, as_of: str | None = None) -> Call[bytes]:
    """The whole ledger: `GET /api/v1/ledger/export`.

    Stream the whole ledger as the stand-alone verifier reads it; oversight alone.
    """
    return Call("export_ledger", "GET", "/api/v1/ledger/export", as_raw, params={"as_of": as_of})


def list_days(*, as_of: str | None = None) -> Call[Page[dict[str, Any]]]:
    """The ledger day by day: `GET /api/v1/ledger/days`.

    Return what each day's entries say; oversight alone.
    """
    return Call("list_days", "GET", "/api/v1/ledger/days", as_page, params={"as_of": as_of})


def list_misuses(*, as_of: str | None = None) -> Call[Page[dict[str, Any]]]:
    """What to ask about: `GET /api/v1/ledger/misuses`.

    Return searches of oneself, bulk browsing, acts without a case; oversight alone.
    """
    return Call("list_misuses", "GET", "/api/v1/ledger/misuses", as_page, params={"as_of": as_of})


def list_habits(
    *, since: str | None = None, as_of: str | None = None
) -> Call[Page[dict[str, Any]]]:
    """How people decide: `GET /api/v1/ledger/habits`.

    Return how people decide on hits and leads, by person and list; oversight alone.
    """
    return Call(
        "list_habits",
        "GET",
        "/api/v1/ledger/habits",
        as_page,
        params={"since": since, "as_of": as_of},
    )


def list_rechecks(*, as_of: str | None = None) -> Call[Page[dict[str, Any]]]:
    """Second looks at dismissals: `GET /api/v1/ledger/rechecks`.

    Return how often a second look overturned a dismissal, by list; oversight alone.
    """
    return Call("list_rechecks", "GET", "/api/v1/ledger/rechecks", as_page, params={"as_of": as_of})


def replay_verdict(verdict: str, *, as_of: str | None = None) -> Call[dict[str, Any]]:
    """A verdict replayed: `GET /api/v1/ledger/verdicts/{verdict}`.

    Return a verdict as it was given, with both records as they stood on its day and stand now.

    `proof` says whether these are the very records that were shown: `proved`, `differs`, `gone`
    (erased, not to be read, or never held: they look alike), or `not traced` for a lead.
    """
    return Call(
        "replay_verdict",
        "GET",
        f"/api/v1/ledger/verdicts/{quote(str(verdict), safe='')}",
        as_body,
        params={"as_of": as_of},
    )


def show_check(*, as_of: str | None = None) -> Call[dict[str, Any]]:
    """The last check of the ledger: `GET /api/v1/ledger/check`.

    Return when the whole ledger was last checked, by whom, with what result; oversight alone.

    An empty object: it never was by a job, `POST /jobs` of the kind `verify`.
    """
    return Call("show_check", "GET", "/api/v1/ledger/check", as_body, params={"as_of": as_of})


class LedgerVerbs:
    """Verbs of ledger."""

    list_entries = Verb(list_entries)
    who_looked = Verb(who_looked)
    prove_entry = Verb(prove_entry)
    list_checkpoints = Verb(list_checkpoints)
    export_ledger = Verb(export_ledger)
    list_days = Verb(list_days)
    list_misuses = Verb(list_misuses)
    list_habits = Verb(list_habits)
    list_rechecks = Verb(list_rechecks)
    replay_verdict = Verb(replay_verdict)
    show_check = Verb(show_check)
