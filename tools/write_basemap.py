"""Writes the map that lies under places: `cd web && npm install`, then `tools/write_basemap.py`.

Source: Natural Earth 4.1.0 (public domain, naturalearthdata.com), countries at 1:50 million and at
1:110 million, as the npm package `world-atlas` 2.0.2 (ISC) has them in TopoJSON. Written are
`world.geojson`, thinned to `APART`, for the map that moves, and `world.svg` for the picture that
stands where no script runs. Borders are as they are there: this file takes none away and adds none.
"""

import json
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from babel.core import get_global

ROOT: Final = Path(__file__).resolve().parent.parent
SOURCE: Final = ROOT / "web" / "node_modules" / "world-atlas"
TARGET: Final = ROOT / "src" / "maillon" / "web" / "static"
VERSION: Final = "2.0.2"
APART: Final = 0.03
"""Degrees by which a thinned line may leave the delivered one: 3 km."""
SMALLEST: Final = 0.002
"""Square degrees under which an island is left out that is not the largest of its country."""
STEPS: Final = 24
"""Points a side that are tried as the place of a name."""
HALF: Final = 180
NAMED: Final = {"Kosovo": "xk"}
"""Codes of those that the package gives no number, where FollowTheMoney has one."""

Point = tuple[float, float]
Ring = list[Point]
Polygon = list[Ring]


def countries(scale: str, apart: float, digits: int) -> list[tuple[str, list[Polygon]]]:
    """Return code and polygons of every country; the code is empty where there is none.

    Args:
        scale: ``50m`` or ``110m``.
        apart: Degrees by which lines may be thinned.
        digits: Behind the point.
    """
    held = json.loads((SOURCE / f"countries-{scale}.json").read_text("utf-8"))
    arcs = [_thinned(line, apart) for line in _arcs(held)]
    numbers = get_global("territory_aliases")
    found = []
    for one in held["objects"]["countries"]["geometries"]:
        number, name = one.get("id", ""), one["properties"]["name"]
        code = numbers.get(number, [""])[0].lower() or NAMED.get(name, "")
        nested = one["arcs"] if one["type"] == "MultiPolygon" else [one["arcs"]]
        whole = [[_ring(arcs, ring, digits) for ring in polygon] for polygon in nested]
        found.append((code, _kept([part for polygon in whole for part in _flat(polygon)])))
    return found


def _arcs(held: dict[str, Any]) -> Iterator[Ring]:
    """Yield the lines of a topology in degrees. Source: TopoJSON 1.0, 2.1.3 and 2.2.1."""
    (sx, sy), (tx, ty) = held["transform"]["scale"], held["transform"]["translate"]
    for arc in held["arcs"]:
        x = y = 0
        line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append((x * sx + tx, y * sy + ty))
        yield line


def _thinned(line: Ring, apart: float) -> Ring:
    """Return a line without the points that lie nearer to it than ``apart`` (Douglas-Peucker).

    A line that is small itself keeps its form.
    """
    apart = min(apart, max(abs(x - line[0][0]) + abs(y - line[0][1]) for x, y in line) / 16)
    kept, waiting = {0, len(line) - 1}, [(0, len(line) - 1)]
    while waiting:
        first, last = waiting.pop()
        far, where = 0.0, 0
        for n in range(first + 1, last):
            away = _away(line[n], line[first], line[last])
            if away > far:
                far, where = away, n
        if far > apart:
            kept.add(where)
            waiting += [(first, where), (where, last)]
    return [line[n] for n in sorted(kept)]


def _away(point: Point, one: Point, two: Point) -> float:
    (x, y), (x1, y1), (x2, y2) = point, one, two
    dx, dy = x2 - x1, y2 - y1
    long = dx * dx + dy * dy
    share = 0.0 if long == 0 else max(0.0, min(1.0, ((x - x1) * dx + (y - y1) * dy) / long))
    return float(((x - x1 - share * dx) ** 2 + (y - y1 - share * dy) ** 2) ** 0.5)


def _ring(arcs: list[Ring], numbers: list[int], digits: int) -> Ring:
    points: Ring = []
    for number in numbers:
        line = arcs[number] if number >= 0 else arcs[~number][::-1]
        points += line
    for finer in (digits, digits + 2):  # the smallest countries are no wider than the rounding
        rounded = [(round(x, finer), round(y, finer)) for x, y in points]
        found = [one for n, one in enumerate(rounded) if n == 0 or one != rounded[n - 1]]
        if len(found) > 3:  # noqa: PLR2004 - three points and the first again
            break
    return found


def _flat(polygon: Polygon) -> list[Polygon]:
    """Return a polygon of the sphere as polygons of a flat map, cut where longitude is 180."""
    if all(abs(x2 - x1) <= HALF for ring in polygon for (x1, _), (x2, _) in pairwise(ring)):
        return [polygon]
    whole = [_unrolled(ring) for ring in polygon]
    parts = []
    for turn in (-360, 0, 360):
        cut = [_cut(_cut(ring, turn - HALF, 1), turn + HALF, -1) for ring in whole]
        rings = [[(round(x - turn, 4), y) for x, y in ring] for ring in cut if ring]
        if rings:
            parts.append(rings)
    return parts


def _unrolled(ring: Ring) -> Ring:
    """Return a ring whose longitudes go on past 180; one around a pole is closed there."""
    turn, out = 0, ring[:1]
    for (x1, _), (x2, y2) in pairwise(ring):
        turn += 360 * ((x1 - x2 > HALF) - (x2 - x1 > HALF))
        out.append((x2 + turn, y2))
    if turn:
        pole = 90.0 if out[0][1] > 0 else -90.0
        out += [(out[-1][0], pole), (out[0][0], pole), out[0]]
    return out


def _cut(ring: Ring, at: float, side: int) -> Ring:
    """Return the part of a ring on one side of a meridian (Sutherland-Hodgman), closed."""
    out: Ring = []
    for (x1, y1), (x2, y2) in pairwise(ring):
        is_in, was_in = (x2 - at) * side >= 0, (x1 - at) * side >= 0
        if is_in != was_in:
            out.append((at, round(y1 + (y2 - y1) * (at - x1) / (x2 - x1), 2)))
        if is_in:
            out.append((x2, y2))
    return [*out, out[0]] if out else []


def _kept(polygons: list[Polygon]) -> list[Polygon]:
    """Return the polygons that are seen; the largest always stays."""
    largest = max(polygons, key=lambda one: _area(one[0]))
    return [
        [ring for ring in polygon if len(ring) > 3]  # noqa: PLR2004 - three points and the first again
        for polygon in polygons
        if polygon is largest or _area(polygon[0]) >= SMALLEST
    ]


def _area(ring: Ring) -> float:
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring))) / 2


def middle(polygons: list[Polygon]) -> tuple[Point, float]:
    """Return where the name of a country stands, and how wide its largest part is in degrees.

    The point of a grid that is farthest from the borders of the largest part.
    """
    ring = max((polygon[0] for polygon in polygons), key=_area)
    west, east = min(x for x, _ in ring), max(x for x, _ in ring)
    south, north = min(y for _, y in ring), max(y for _, y in ring)
    best, where = -1.0, ((west + east) / 2, (south + north) / 2)
    for column in range(1, STEPS):
        for row in range(1, STEPS):
            at = (west + (east - west) * column / STEPS, south + (north - south) * row / STEPS)
            away = min(_away(at, one, two) for one, two in pairwise(ring))
            if away > best and _is_in(at, ring):
                best, where = away, at
    return (round(where[0], 2), round(where[1], 2)), round(east - west, 2)


def _is_in(point: Point, ring: Ring) -> bool:
    x, y = point
    crossed = [
        (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1
        for (x1, y1), (x2, y2) in pairwise(ring)
    ]
    return sum(crossed) % 2 == 1


def geojson() -> str:
    """Return the countries with code, place of the name and width, as GeoJSON (RFC 7946)."""
    features = []
    for code, polygons in countries("50m", APART, 2):
        (x, y), width = middle(polygons)
        features.append({
            "type": "Feature", "properties": {"code": code, "x": x, "y": y, "w": width},
            "geometry": {"type": "MultiPolygon", "coordinates": polygons},
        })  # fmt: skip
    whole = {"type": "FeatureCollection", "features": features}
    return json.dumps(whole, separators=(",", ":")) + "\n"


def svg() -> str:
    """Return the countries as one path: degrees, north up; the page gives it its colours."""
    parts = []
    for _, polygons in countries("110m", 0.1, 1):
        for ring in (ring for polygon in polygons for ring in polygon):
            x, y = ring[0]
            text = f"M{x:g} {-y:g}l"
            steps = (
                (round(x2 - x1, 1), round(y1 - y2, 1)) for (x1, y1), (x2, y2) in pairwise(ring)
            )
            parts.append(text + " ".join(f"{dx:g} {dy:g}" for dx, dy in steps) + "z")
    path = "".join(parts)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-180 -90 360 180">'
        f'<path id="land" vector-effect="non-scaling-stroke" d="{path}"/></svg>\n'
    )


def main() -> int:
    """Write both files; say how large they are."""
    said = json.loads((SOURCE / "package.json").read_text("utf-8"))["version"]
    if said != VERSION:
        print(
            f"world-atlas {said} is there, {VERSION} is named: look what changed", file=sys.stderr
        )
        return 1
    for name, text in (("world.geojson", geojson()), ("world.svg", svg())):
        (TARGET / name).write_text(text, "utf-8", newline="\n")
        print(f"{name}: {len(text.encode()):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
