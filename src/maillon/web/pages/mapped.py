"""What a map page draws: marks of places on the basemap, as a picture without scripts has them.

The basemap is Natural Earth's; see ``tools/write_basemap.py``.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any, Final, NamedTuple

import orjson

from maillon.nexus import seen
from maillon.web.pages.language import Speech

Json = dict[str, Any]
UNMAPPED: Final = "not on this map"
"""Reason of a country that the basemap does not have, e.g. one that is no more."""
_NEAR: Final = 0.04
"""Share of the picture's width within which places are one mark."""
_LEAST: Final = (36.0, 18.0)
"""Degrees that a picture shows at least, so that a single place has a neighbourhood."""


class Mark(NamedTuple):
    """One mark of a picture.

    Attributes:
        x: Degrees east.
        y: Degrees south.
        places: How many it stands for.
        is_exact: Whether it stands at coordinates; else at the name of a country.
        text: Whose places.
    """

    x: float
    y: float
    places: int
    is_exact: bool
    text: str


@cache
def middles() -> Mapping[str, tuple[float, float]]:
    """Return where the name of each country stands on the basemap, by code: east, north."""
    raw = (resources.files("maillon.web") / "static" / "world.geojson").read_bytes()
    found = (one["properties"] for one in orjson.loads(raw)["features"])
    return {one["code"]: (one["x"], one["y"]) for one in found if one["code"]}


def country_names(speech: Speech) -> dict[str, str]:
    """Return the names of the countries of the basemap in a language, by code. Source: CLDR."""
    known = speech.locale.territories
    return {code: known.get(code.upper(), code.upper()) for code in sorted(middles())}


def parted(line: Json) -> tuple[list[Json], list[Json]]:
    """Return what stands on the map, with its place, and what does not, each with the reason.

    Args:
        line: Of `Locating.places`.
    """
    captions = {one["id"]: one for one in line["entities"]}
    delivered = [{**one, "statements": _once(one)} for one in line["not_placed"]]
    drawn: list[Json] = []
    left: list[Json] = []
    for one in ({**one, "statements": _once(one)} for one in line["places"]):
        at = (one["longitude"], one["latitude"])
        if one["country"]:
            at = middles().get(one["country"], (None, None))
        who = captions[one["entity"]]
        if at[0] is None:
            left.append({**one, "who": who, "reason": UNMAPPED})
        else:
            drawn.append({**one, "who": who, "x": at[0], "y": at[1], "number": len(drawn) + 1})
    left += [{**one, "who": captions[one["entity"]]} for one in delivered]
    return drawn, left


def _once(place: Json) -> list[Json]:
    """Return the statements of a place, one a delivered record: both coordinates stand in one."""
    held = {(one["delivery"], one["locator"]): one for one in reversed(place["statements"])}
    return list(held.values())[::-1]


def picture_of(drawn: Sequence[Json]) -> Json:
    """Return a picture: its frame in degrees and its marks, near ones as one.

    Args:
        drawn: What stands on the map.

    Returns:
        ``frame`` as an SVG view box, ``unit``: the hundredth of its width; ``marks``.
    """
    west, north, wide, high = _frame(drawn)
    held: list[tuple[Json, list[Json]]] = []
    for one in drawn:
        is_exact = one["latitude"] is not None
        for first, some in held:
            is_near = max(abs(first["x"] - one["x"]), abs(first["y"] - one["y"])) < _NEAR * wide
            if is_near and (first["latitude"] is not None) == is_exact:
                some.append(one)
                break
        else:
            held.append((one, [one]))
    marks = [
        Mark(first["x"], -first["y"], len(some), first["latitude"] is not None, _text(some))
        for first, some in held
    ]
    frame = f"{west:g} {-north:g} {wide:g} {high:g}"
    return {
        "frame": frame,
        "unit": round(wide / 100, 3),
        "marks": marks,
        "high": high,
        "wide": wide,
    }


def _frame(drawn: Sequence[Json]) -> tuple[float, float, float, float]:
    """Return west, north, width and height of what shows all places: twice as wide as high."""
    if not drawn:
        return -180.0, 90.0, 360.0, 180.0
    xs, ys = [one["x"] for one in drawn], [one["y"] for one in drawn]
    wide = max((max(xs) - min(xs)) * 1.3, (max(ys) - min(ys)) * 2.6, _LEAST[0])
    wide = min(wide, 360.0)
    high = wide / 2
    west = min(max((max(xs) + min(xs) - wide) / 2, -180.0), 180.0 - wide)
    north = max(min((max(ys) + min(ys) + high) / 2, 90.0), high - 90.0)
    return round(west, 2), round(north, 2), round(wide, 2), round(high, 2)


def _text(some: Sequence[Json]) -> str:
    names = dict.fromkeys(seen(one["who"]["caption"]) for one in some)
    return ", ".join(list(names)[:5]) + (" …" if len(names) > 5 else "")  # noqa: PLR2004 - as drawn


def island_places(drawn: Sequence[Json]) -> list[Json]:
    """Return what an island needs of each place; names are shown as text alone."""
    return [
        {"n": one["number"], "x": one["x"], "y": one["y"], "exact": one["latitude"] is not None,
         "country": one["country"], "who": one["who"]["caption"], "record": one["who"]["record"],
         "name": one["name"]}
        for one in drawn
    ]  # fmt: skip
