"""Verbs of charts.

Written by `python3 dev.py client` from the OpenAPI document.
"""

from collections.abc import Sequence
from typing import Any, Literal, NotRequired, TypedDict
from urllib.parse import quote

from maillon.client.call import (
    Call,
    Page,
    Tagged,
    Verb,
    as_body,
    as_page,
    as_raw,
    as_tagged,
    without_none,
)


class ChartSaid(TypedDict):
    """A chart that is kept."""

    chart: str
    revision: int
    title: str
    who: str
    case: str
    at: str
    changed: str


class Kept(TypedDict):
    """A chart as it was saved, or deleted."""

    chart: str
    revision: int


class NodeBody(TypedDict):
    """Where one stands on a chart."""

    id: str
    x: float
    y: float
    is_pinned: NotRequired[bool]
    note: NotRequired[str]


def show_nodes(
    *, ids: Sequence[str], as_of: str | None = None, fresh: Sequence[str] | None = None
) -> Call[dict[str, Any]]:
    """Some, and the links among them: `POST /api/v1/charts/shown`.

    Return those of some ids that this mandate reads, and the links among them.

    What it does not read is left out, as what does not exist.
    """
    return Call(
        "show_nodes",
        "POST",
        "/api/v1/charts/shown",
        as_body,
        params={"as_of": as_of},
        body=without_none({"ids": ids, "fresh": fresh}),
    )


def add_around(
    *,
    entity: str,
    as_of: str | None = None,
    types: Sequence[str] | None = None,
    schema: str | None = None,
    offset: int | None = None,
    limit: int | None = None,
    held: Sequence[str] | None = None,
) -> Call[dict[str, Any]]:
    """Neighbours for a chart, a portion: `POST /api/v1/charts/around`.

    Return counts of all neighbours and a portion of them, with their links to those held.

    With `limit` 0 there are counts alone.
    """
    return Call(
        "add_around",
        "POST",
        "/api/v1/charts/around",
        as_body,
        params={"as_of": as_of},
        body=without_none(
            {
                "entity": entity,
                "types": types,
                "schema": schema,
                "offset": offset,
                "limit": limit,
                "held": held,
            }
        ),
    )


def note_picture(
    *, ids: Sequence[str], form: Literal["png", "svg"], as_of: str | None = None
) -> Call[dict[str, Any]]:
    """Keep a chart as a picture: `POST /api/v1/charts/pictures`.

    Write that a chart is kept as a picture; return the handling note that must stand on it.
    """
    return Call(
        "note_picture",
        "POST",
        "/api/v1/charts/pictures",
        as_body,
        params={"as_of": as_of},
        body=without_none({"ids": ids, "form": form}),
    )


def export_chart(
    *,
    nodes: Sequence[NodeBody],
    form: Literal["graphml", "gexf", "ftm", "anx", "svg"],
    as_of: str | None = None,
    title: str | None = None,
    language: Literal["en", "fr"] | None = None,
) -> Call[bytes]:
    """A chart as a file: `POST /api/v1/charts/files`.

    Return a chart as it is drawn now: GraphML, GEXF, ANX (i2), FollowTheMoney lines or SVG.

    Who is hidden from this mandate is not in it, as who does not exist.
    """
    return Call(
        "export_chart",
        "POST",
        "/api/v1/charts/files",
        as_raw,
        params={"as_of": as_of},
        body=without_none({"title": title, "nodes": nodes, "form": form, "language": language}),
    )


def list_charts(
    *, before: str | None = None, limit: int | None = None, as_of: str | None = None
) -> Call[Page[ChartSaid]]:
    """Charts that are kept: `GET /api/v1/charts`.

    Return the charts of the mandate's case, or of the account where there is none.
    """
    return Call(
        "list_charts",
        "GET",
        "/api/v1/charts",
        as_page,
        params={"before": before, "limit": limit, "as_of": as_of},
    )


def keep_chart(
    *,
    nodes: Sequence[NodeBody],
    as_of: str | None = None,
    title: str | None = None,
    key: str | None = None,
) -> Call[Kept]:
    """Keep a chart: `POST /api/v1/charts`.

    Save a chart: ids, places, pins and notes. Values are read anew by whoever opens it.
    """
    return Call(
        "keep_chart",
        "POST",
        "/api/v1/charts",
        as_body,
        params={"as_of": as_of},
        body=without_none({"title": title, "nodes": nodes}),
        takes_key=True,
        headers={"idempotency-key": key},
    )


def read_chart(chart: str, *, as_of: str | None = None) -> Call[Tagged[dict[str, Any]]]:
    """A kept chart: `GET /api/v1/charts/{chart}`.

    Return a chart with what this mandate reads today of those on it.

    Its `ETag` is what a change sends as `If-Match`.
    """
    return Call(
        "read_chart",
        "GET",
        f"/api/v1/charts/{quote(str(chart), safe='')}",
        as_tagged,
        params={"as_of": as_of},
    )


def change_chart(
    chart: str,
    *,
    nodes: Sequence[NodeBody],
    as_of: str | None = None,
    title: str | None = None,
    key: str | None = None,
    seen: str | None = None,
) -> Call[Kept]:
    """Keep it as it is now: `PUT /api/v1/charts/{chart}`.

    Save a chart anew. Those on it whom this mandate does not read stay where they are.
    """
    return Call(
        "change_chart",
        "PUT",
        f"/api/v1/charts/{quote(str(chart), safe='')}",
        as_body,
        params={"as_of": as_of},
        body=without_none({"title": title, "nodes": nodes}),
        takes_key=True,
        headers={"idempotency-key": key, "if-match": seen},
    )


def delete_chart(
    chart: str, *, as_of: str | None = None, key: str | None = None, seen: str | None = None
) -> Call[Kept]:
    """Delete it: `DELETE /api/v1/charts/{chart}`.

    Delete a chart with every note on it.
    """
    return Call(
        "delete_chart",
        "DELETE",
        f"/api/v1/charts/{quote(str(chart), safe='')}",
        as_body,
        params={"as_of": as_of},
        takes_key=True,
        headers={"idempotency-key": key, "if-match": seen},
    )


def export_kept_chart(
    chart: str,
    *,
    form: Literal["graphml", "gexf", "ftm", "anx", "svg"],
    language: Literal["en", "fr"] | None = None,
    as_of: str | None = None,
) -> Call[bytes]:
    """A kept chart as a file: `GET /api/v1/charts/{chart}/file`.

    Return a saved chart whole, as this mandate reads it today; forms as `POST /charts/files`.
    """
    return Call(
        "export_kept_chart",
        "GET",
        f"/api/v1/charts/{quote(str(chart), safe='')}/file",
        as_raw,
        params={"form": form, "language": language, "as_of": as_of},
    )


class ChartsVerbs:
    """Verbs of charts."""

    show_nodes = Verb(show_nodes)
    add_around = Verb(add_around)
    note_picture = Verb(note_picture)
    export_chart = Verb(export_chart)
    list_charts = Verb(list_charts)
    keep_chart = Verb(keep_chart)
    read_chart = Verb(read_chart)
    change_chart = Verb(change_chart)
    delete_chart = Verb(delete_chart)
    export_kept_chart = Verb(export_kept_chart)
