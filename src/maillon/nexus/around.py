"""What is around one entity: counts first, then its neighbours a page at a time."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from maillon.nexus.channels import CODE_BY_BIT, codes_of
from maillon.nexus.graph import SIDES, Graph
from maillon.nexus.links import Hub, Ints
from maillon.nexus.mapped import Mapped
from maillon.nexus.pairs import FIXED
from maillon.nexus.settings import AroundSettings
from maillon.nexus.writing import day_of

Json = dict[str, Any]
HUBS_SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One neighbour.

    Attributes:
        node: Its number.
        pair: Number of the pair; -1 for a member of an opened hub.
        hub: The opened hub that joins them, or empty.
    """

    node: int
    pair: int
    hub: str = ""


@dataclass(frozen=True, slots=True)
class Around:
    """What is around one entity.

    Attributes:
        node: Its number.
        counts: Neighbours by link type, by schema and by side, before any filter.
        hubs: Groups that it belongs to and that were not opened, largest first.
        hub_count: How many these are.
        total: Neighbours after the filters.
        page: Those of the page: with surprise in its order, then members of opened hubs.
    """

    node: int
    counts: Json
    hubs: list[Hub]
    hub_count: int
    total: int
    page: list[Neighbour]


def around(graph: Graph, node: int, settings: AroundSettings) -> Around:
    """Return what is around a node; a hub is entered, and only an opened group is looked through.

    Neighbours come by surprise, the most telling first, then by canonical id.
    """
    rows = slice(int(graph.start[node]), int(graph.start[node + 1]))
    near, pair = np.asarray(graph.neighbour[rows]), np.asarray(graph.pair[rows])
    mask = np.asarray(graph.pairs.mask[pair]) | np.asarray(graph.pairs.register[pair])
    kept = _kept(graph, near, mask, settings)
    score = np.round(np.asarray(graph.told.total[pair[kept]]) * FIXED).astype(np.int64)
    order = kept[np.lexsort((near[kept], -score))]
    found = [
        Neighbour(int(near[n]), int(pair[n]))
        for n in order[settings.offset : settings.offset + settings.size]
    ]
    opened, closed = _hubs(graph, node, settings)
    through = _members(graph, node, opened, settings)
    rest = slice(max(settings.offset - len(order), 0),
                 max(settings.offset + settings.size - len(order), 0))  # fmt: skip
    counts = {"neighbours": len(near), **_counts(graph, near, mask),
              "busy": int(graph.busy[near].sum()), "opened": len(through)}  # fmt: skip
    return Around(
        node, counts, [_hub(graph, number) for number in closed[:HUBS_SHOWN]], len(closed),
        len(order) + len(through), found + through[rest],
    )  # fmt: skip


def around_line(graph: Graph, found: Around, settings: AroundSettings) -> Json:
    """Return what is around an entity as ``trace --around --json`` prints it."""
    return {
        "id": graph.canonical[found.node],
        **_who(graph, found.node),
        "is_hub": bool(graph.busy[found.node]),
        "counts": found.counts,
        "hubs_not_crossed": [
            {"channel": hub.channel, "value": hub.value, "size": hub.size} for hub in found.hubs
        ],
        "hubs_not_crossed_count": found.hub_count,
        "page": {"offset": settings.offset, "size": settings.size, "total": found.total},
        "neighbours": [_line(graph, one) for one in found.page],
    }


def _kept(graph: Graph, near: Mapped, mask: Mapped, settings: AroundSettings) -> Ints:
    good = np.ones(len(near), dtype=bool)
    if settings.channels:
        wanted = sum(1 << bit for bit, code in CODE_BY_BIT.items() if code in settings.channels)
        good &= (mask & wanted) > 0
    if settings.schema:
        known = settings.schema in graph.schemata
        number = graph.schemata.index(settings.schema) if known else -1
        good &= graph.schema[near] == number
    return np.flatnonzero(good)


def _counts(graph: Graph, near: Mapped, mask: Mapped) -> Json:
    by_channel = {code: int(((mask >> bit) & 1).sum()) for bit, code in sorted(CODE_BY_BIT.items())}
    by_schema = np.bincount(graph.schema[near], minlength=len(graph.schemata))
    by_side = np.bincount(graph.side[near], minlength=len(SIDES))
    return {
        "by_type": {code: count for code, count in by_channel.items() if count},
        "by_schema": {
            name: int(n) for name, n in zip(graph.schemata, by_schema, strict=True) if n
        },
        "anchors": {
            name: int(n) for name, n in zip(SIDES, by_side, strict=True) if n and name
        },
    }  # fmt: skip


def _hubs(graph: Graph, node: int, settings: AroundSettings) -> tuple[list[int], list[int]]:
    """Return the hubs that a node belongs to: opened ones, and others; largest first."""
    held = graph.hubs.of[graph.hubs.of_start[node] : graph.hubs.of_start[node + 1]]
    opened: list[int] = []
    closed: list[int] = []
    for number in map(int, held):
        hub = _hub(graph, number)
        is_open = f"{hub.channel}:{hub.value}" in settings.open_hubs
        (opened if is_open else closed).append(number)
    return opened, closed


def _members(
    graph: Graph, node: int, opened: list[int], settings: AroundSettings
) -> list[Neighbour]:
    found = []
    for number in opened:
        hub = _hub(graph, number)
        if settings.channels and hub.channel not in settings.channels:
            continue
        members = graph.hubs.node[graph.hubs.start[number] : graph.hubs.start[number + 1]]
        found += [
            Neighbour(int(one), -1, f"{hub.channel}:{hub.value}")
            for one in members
            if one != node and settings.schema in {"", graph.schema_of(int(one))}
        ]
    return found


def _hub(graph: Graph, number: int) -> Hub:
    return Hub(graph.hubs.code[number], graph.hubs.value[number], int(graph.hubs.size[number]))


def _who(graph: Graph, node: int) -> Json:
    return {
        "caption": graph.caption[node],
        "schema": graph.schema_of(node),
        "anchor": SIDES[int(graph.side[node])] or None,
        "links": int(graph.start[node + 1] - graph.start[node]),
    }


def _line(graph: Graph, one: Neighbour) -> Json:
    who = {"id": graph.canonical[one.node], **_who(graph, one.node),
           "is_hub": bool(graph.busy[one.node])}  # fmt: skip
    if one.pair < 0:
        return {**who, "type": one.hub.partition(":")[0], "hub": one.hub}
    pairs, at = graph.pairs, one.pair
    parts = (pairs.identity[at], pairs.grade[at], pairs.telling[at])
    days = [int(pairs.first_day[at]), int(pairs.last_day[at])]
    return {
        **who,
        "channels": codes_of(int(pairs.mask[at])),
        "register": codes_of(int(pairs.register[at])),
        "strength": round(float(np.prod([float(part) for part in parts])), 6),
        "surprise": round(float(graph.told.total[at]), 6),
        "repeats": int(pairs.repeats[at]),
        "interval": [day_of(day) for day in days],
    }
