"""Verbs of onboarding.

Written by `python3 dev.py client` from the OpenAPI document.
"""

from collections.abc import Mapping, Sequence
from typing import IO, Any, Literal, TypedDict
from urllib.parse import quote

from maillon.client.call import (
    Call,
    Page,
    Tagged,
    Verb,
    as_body,
    as_nothing,
    as_page,
    as_raw,
    as_tagged,
    without_none,
)
from maillon.client.verbs.shared import JobLine, UploadLine


class Reject(TypedDict):
    """A cell or a record that is not taken as it is."""

    line: int
    column: str
    value: str
    rule: str
    suggestion: str


class Trial(TypedDict):
    """What a mapping makes of a table; nothing is loaded."""

    records: int
    statements: int
    entities: Mapping[str, int]
    rejects: int
    rules: Mapping[str, int]
    purged: int
    first: Sequence[Reject]
    is_whole: bool


def send_table(
    file: IO[bytes], *, name: str | None = None, as_of: str | None = None
) -> Call[UploadLine]:
    """Send a table that is not known yet: `POST /api/v1/files/onboardings`.

    Send a table to be looked at; what is said of it is kept with it for seven days.
    """
    return Call(
        "send_table",
        "POST",
        "/api/v1/files/onboardings",
        as_body,
        params={"name": name, "as_of": as_of},
        file=file,
    )


def list_tables(*, as_of: str | None = None) -> Call[Page[UploadLine]]:
    """Tables that wait: `GET /api/v1/onboardings`.

    Return the own account's tables that wait for a word, newest first.
    """
    return Call("list_tables", "GET", "/api/v1/onboardings", as_page, params={"as_of": as_of})


def list_mappings(*, as_of: str | None = None) -> Call[Page[dict[str, Any]]]:
    """Mappings of sources: `GET /api/v1/mappings`.

    Return how the newest delivery of each source was read, its mapping among it.
    """
    return Call("list_mappings", "GET", "/api/v1/mappings", as_page, params={"as_of": as_of})


def look_at_table(upload: str, *, as_of: str | None = None) -> Call[Tagged[dict[str, Any]]]:
    """What a table seems to be: `GET /api/v1/onboardings/{upload}`.

    Return what a table seems to be, with the evidence, and what was said of it.
    """
    return Call(
        "look_at_table",
        "GET",
        f"/api/v1/onboardings/{quote(str(upload), safe='')}",
        as_tagged,
        params={"as_of": as_of},
    )


def forget_table(upload: str, *, as_of: str | None = None) -> Call[None]:
    """Let go of a table: `DELETE /api/v1/onboardings/{upload}`.

    Erase a table that waits, and what was said of it.
    """
    return Call(
        "forget_table",
        "DELETE",
        f"/api/v1/onboardings/{quote(str(upload), safe='')}",
        as_nothing,
        params={"as_of": as_of},
    )


def confirm_table(
    upload: str,
    *,
    as_of: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    date_order: Literal["", "auto", "dmy", "mdy", "ymd"] | None = None,
    decimal: Literal["", ".", ","] | None = None,
    country: str | None = None,
    seen: str | None = None,
) -> Call[UploadLine]:
    """How a table is read: `PUT /api/v1/onboardings/{upload}/form`.

    Say how a table is read: encoding, delimiter, order of dates, decimal mark.
    """
    return Call(
        "confirm_table",
        "PUT",
        f"/api/v1/onboardings/{quote(str(upload), safe='')}/form",
        as_body,
        params={"as_of": as_of},
        body=without_none(
            {
                "encoding": encoding,
                "delimiter": delimiter,
                "date_order": date_order,
                "decimal": decimal,
                "country": country,
            }
        ),
        headers={"if-match": seen},
    )


def map_table(
    upload: str,
    *,
    mapping: str,
    as_of: str | None = None,
    dataset: str | None = None,
    seen: str | None = None,
) -> Call[UploadLine]:
    """Map a table: `PUT /api/v1/onboardings/{upload}/mapping`.

    Say which column says what of which entity, as a FollowTheMoney mapping.

    What speaks of religion, ethnicity, politics, health or sexual life is refused.
    """
    return Call(
        "map_table",
        "PUT",
        f"/api/v1/onboardings/{quote(str(upload), safe='')}/mapping",
        as_body,
        params={"as_of": as_of},
        body=without_none({"mapping": mapping, "dataset": dataset}),
        headers={"if-match": seen},
    )


def table_mapping(upload: str, *, as_of: str | None = None) -> Call[bytes]:
    """The mapping of a table: `GET /api/v1/onboardings/{upload}/mapping`.

    Return the mapping that was said of a table, as `maillon load --mapping` takes it.
    """
    return Call(
        "table_mapping",
        "GET",
        f"/api/v1/onboardings/{quote(str(upload), safe='')}/mapping",
        as_raw,
        params={"as_of": as_of},
    )


def try_table(upload: str, *, as_of: str | None = None, mapping: str | None = None) -> Call[Trial]:
    """Try a mapping: `POST /api/v1/onboardings/{upload}/trial`.

    Return what a mapping makes of the first 50,000 records: counts, and rejects by place.
    """
    return Call(
        "try_table",
        "POST",
        f"/api/v1/onboardings/{quote(str(upload), safe='')}/trial",
        as_body,
        params={"as_of": as_of},
        body=without_none({"mapping": mapping}),
    )


def preview_table(
    upload: str, *, mapping: str, as_of: str | None = None, dataset: str | None = None
) -> Call[Page[dict[str, Any]]]:
    """First entities: `POST /api/v1/onboardings/{upload}/preview`.

    Return the entities that a mapping makes of the first records.
    """
    return Call(
        "preview_table",
        "POST",
        f"/api/v1/onboardings/{quote(str(upload), safe='')}/preview",
        as_page,
        params={"as_of": as_of},
        body=without_none({"mapping": mapping, "dataset": dataset}),
    )


def table_rejects(upload: str, *, as_of: str | None = None) -> Call[bytes]:
    """All rejects of a table: `GET /api/v1/onboardings/{upload}/rejects`.

    Return everything that is not taken as it is, as CSV: file, line, column, value, rule.
    """
    return Call(
        "table_rejects",
        "GET",
        f"/api/v1/onboardings/{quote(str(upload), safe='')}/rejects",
        as_raw,
        params={"as_of": as_of},
    )


def load_table(
    upload: str,
    *,
    dataset: str,
    as_of: str | None = None,
    mode: Literal["", "snapshot", "messages"] | None = None,
    retention: str | None = None,
    originator: str | None = None,
    compartment: str | None = None,
    handling: str | None = None,
) -> Call[JobLine]:
    """Load a table: `POST /api/v1/onboardings/{upload}/job`.

    Have a table loaded as it was said: asked twice, it is one job.
    """
    return Call(
        "load_table",
        "POST",
        f"/api/v1/onboardings/{quote(str(upload), safe='')}/job",
        as_body,
        params={"as_of": as_of},
        body=without_none(
            {
                "dataset": dataset,
                "mode": mode,
                "retention": retention,
                "originator": originator,
                "compartment": compartment,
                "handling": handling,
            }
        ),
    )


class OnboardingVerbs:
    """Verbs of onboarding."""

    send_table = Verb(send_table)
    list_tables = Verb(list_tables)
    list_mappings = Verb(list_mappings)
    look_at_table = Verb(look_at_table)
    forget_table = Verb(forget_table)
    confirm_table = Verb(confirm_table)
    map_table = Verb(map_table)
    table_mapping = Verb(table_mapping)
    try_table = Verb(try_table)
    preview_table = Verb(preview_table)
    table_rejects = Verb(table_rejects)
    load_table = Verb(load_table)
