"""Verbs of records.

Written by `python3 dev.py client` from the OpenAPI document.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict
from urllib.parse import quote

from maillon.client.call import Call, Page, Verb, as_body, as_page, as_raw
from maillon.client.verbs.shared import Record


class Said(TypedDict):
    """One statement."""

    id: str
    entity: str
    schema: str
    prop: str
    value: str
    original_value: str | None
    lang: str | None
    dataset: str
    delivery: str
    locator: str
    kind: str
    grade: Mapping[str, str]
    handling: str
    originator: str
    first_seen: str
    last_seen: str


def search(
    *,
    q: str | None = None,
    schema: str | None = None,
    dataset: Sequence[str] | None = None,
    country: Sequence[str] | None = None,
    topic: Sequence[str] | None = None,
    fuzzy: bool | None = None,
    joined: bool | None = None,
    cursor: str | None = None,
    limit: int | None = None,
    as_of: str | None = None,
) -> Call[Page[Record]]:
    """Records by words: `GET /api/v1/records`.

    Return the records that have these words, the best first, as this mandate reads them.
    """
    return Call(
        "search",
        "GET",
        "/api/v1/records",
        as_page,
        params={
            "q": q,
            "schema": schema,
            "dataset": dataset,
            "country": country,
            "topic": topic,
            "fuzzy": fuzzy,
            "joined": joined,
            "cursor": cursor,
            "limit": limit,
            "as_of": as_of,
        },
    )


def search_table(
    *,
    q: str | None = None,
    schema: str | None = None,
    dataset: Sequence[str] | None = None,
    country: Sequence[str] | None = None,
    as_of: str | None = None,
) -> Call[bytes]:
    """Records by words, as a table: `GET /api/v1/record-table`.

    Return everything that has these words as CSV, up to 1,000,000 records; no cell is a
    formula.

    Up to 10,000 come the best first, more by their ids. The ledger has how many there are
    before the first line.
    """
    return Call(
        "search_table",
        "GET",
        "/api/v1/record-table",
        as_raw,
        params={"q": q, "schema": schema, "dataset": dataset, "country": country, "as_of": as_of},
    )


def suggest(
    *,
    prefix: str,
    schema: str | None = None,
    dataset: Sequence[str] | None = None,
    limit: int | None = None,
    as_of: str | None = None,
) -> Call[Page[Record]]:
    """Names that begin so: `GET /api/v1/records/suggestions`.

    Return records with a name that has these words, the last of them perhaps unfinished.
    """
    return Call(
        "suggest",
        "GET",
        "/api/v1/records/suggestions",
        as_page,
        params={
            "prefix": prefix,
            "schema": schema,
            "dataset": dataset,
            "limit": limit,
            "as_of": as_of,
        },
    )


def record(entity: str, *, joined: bool | None = None, as_of: str | None = None) -> Call[Record]:
    """One record whole: `GET /api/v1/records/{entity}`.

    Return a record with everything that this mandate reads of it.
    """
    return Call(
        "record",
        "GET",
        f"/api/v1/records/{quote(str(entity), safe='')}",
        as_body,
        params={"joined": joined, "as_of": as_of},
    )


def statements(
    entity: str, *, cursor: str | None = None, limit: int | None = None, as_of: str | None = None
) -> Call[Page[Said]]:
    """The statements of one: `GET /api/v1/records/{entity}/statements`.

    Return what was said of a record: value by value, by which delivery, at which place.
    """
    return Call(
        "statements",
        "GET",
        f"/api/v1/records/{quote(str(entity), safe='')}/statements",
        as_page,
        params={"cursor": cursor, "limit": limit, "as_of": as_of},
    )


def around(
    entity: str,
    *,
    type_: Sequence[str] | None = None,
    schema: str | None = None,
    open_hub: Sequence[str] | None = None,
    offset: int | None = None,
    limit: int | None = None,
    as_of: str | None = None,
) -> Call[dict[str, Any]]:
    """What is around one: `GET /api/v1/records/{entity}/around`.

    Return counts by type, schema and side, hubs that are not crossed, a page of neighbours.
    """
    return Call(
        "around",
        "GET",
        f"/api/v1/records/{quote(str(entity), safe='')}/around",
        as_body,
        params={
            "type": type_,
            "schema": schema,
            "open_hub": open_hub,
            "offset": offset,
            "limit": limit,
            "as_of": as_of,
        },
    )


def paths(
    *,
    one: str,
    other: str,
    hops: int | None = None,
    household: bool | None = None,
    time_respecting: bool | None = None,
    open_hub: Sequence[str] | None = None,
    limit: int | None = None,
    as_of: str | None = None,
) -> Call[dict[str, Any]]:
    """The paths between two: `GET /api/v1/paths`.

    Return the paths between two records, the most telling first, with each hop's evidence.

    None found and not all searched are told apart: `outcome`, `complete`, `cut`.
    """
    return Call(
        "paths",
        "GET",
        "/api/v1/paths",
        as_body,
        params={
            "one": one,
            "other": other,
            "hops": hops,
            "household": household,
            "time_respecting": time_respecting,
            "open_hub": open_hub,
            "limit": limit,
            "as_of": as_of,
        },
    )


class RecordsVerbs:
    """Verbs of records."""

    search = Verb(search)
    search_table = Verb(search_table)
    suggest = Verb(suggest)
    record = Verb(record)
    statements = Verb(statements)
    around = Verb(around)
    paths = Verb(paths)
