"""A lead as a picture in its page: places, widths and dashes; the words are the template's.

Terrorism stands at the edge where reading begins and organised crime at the other, hops between in
the order of the path. Source: LOOK, "Chart grammar".
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from maillon.nexus import seen

Json = Mapping[str, Any]
STEP: Final = 190
EDGE: Final = 95
LANE: Final = 150
TOP: Final = 64
LONGEST: Final = 24
"""Letters of a name; the list beside the picture has all of it."""
DASHES: Final = {"hearsay": "2 4", "assessment": "6 4"}


def picture_of(lead: Json, direction: str) -> dict[str, Any]:
    """Return where everything of a lead stands.

    Args:
        lead: Its line.
        direction: Of the page: ``ltr`` or ``rtl``.

    Returns:
        ``width``, ``height`` and ``lanes``; each lane has ``nodes`` and ``hops`` with their places.
    """
    paths: Sequence[Json] = lead["paths"]
    longest = max((len(path["hops"]) for path in paths), default=1)
    width = EDGE * 2 + STEP * max(longest, 3)
    weakest = lead["weakest_hop"]
    lanes = []
    for number, path in enumerate(paths):
        mark = weakest["hop"] if weakest["path"] == number else -1
        lanes.append(_lane(path, TOP + LANE * number, width, (mark, direction)))
    return {
        "width": width, "height": TOP + LANE * len(paths) - 54, "lanes": lanes,
        "reason": weakest["reason"],
    }  # fmt: skip


def _lane(path: Json, y: int, width: int, how: tuple[int, str]) -> dict[str, Any]:
    mark, direction = how
    hops: Sequence[Json] = path["hops"]
    step = (width - 2 * EDGE) / len(hops)

    def x(place: float) -> float:
        at = EDGE + step * place
        return round(width - at if direction == "rtl" else at, 1)

    names = [_end(hops[0], "from"), *(_end(hop, "to") for hop in hops)]
    nodes = [
        {"id": id_, "name": _short(name), "whole": seen(name), "schema": schema, "x": x(number),
         "y": y, "side": _side(number, len(names))}
        for number, (id_, name, schema) in enumerate(names)
    ]  # fmt: skip
    drawn = [
        {"x1": x(number + 0.11), "x2": x(number + 0.89), "middle": x(number + 0.5), "y": y,
         "width": round(1.5 + 4.5 * hop["strength"], 1), "dash": _dash(hop),
         "channels": hop["channels"], "count": len(hop["statements"]),
         "days": [day for day in hop["interval"] if day], "is_weakest": number == mark,
         "strength": hop["strength"]}
        for number, hop in enumerate(hops)
    ]  # fmt: skip
    return {"y": y, "nodes": nodes, "hops": drawn}


def _end(hop: Json, side: str) -> tuple[str, str, str]:
    return hop[side], hop[f"{side}_caption"], hop.get(f"{side}_schema", "")


def _side(number: int, count: int) -> str:
    return "terror" if number == 0 else "crime" if number == count - 1 else ""


def _dash(hop: Json) -> str:
    kinds = {one["kind"] for one in hop["statements"]}
    return "" if "fact" in kinds or len(kinds) != 1 else DASHES.get(kinds.pop(), "")


def _short(name: str) -> str:
    text = seen(name)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
