"""A chart as a picture: SVG that stands alone, with its text beside it and the handling note on it.

The signs are those of `drawing`: shape by schema, anchor by fill, width by strength, dash by kind.
A ring is a protection, a hollow node is too busy to be crossed.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from lxml import etree

from maillon.nexus.chart_files import link_words, rewritten_words
from maillon.nexus.drawing import (
    LONGEST,
    STYLE,
    SVG,
    SVG_NAMES,
    XML_LANG,
    cut,
    node,
    put,
    when,
    wrapped,
)
from maillon.nexus.export import Note, word

Json = Mapping[str, Any]
Places = Mapping[str, tuple[float, float]]
WIDTH: Final = 1600
HIGHEST: Final = 1600
EDGE: Final = 120
HEAD: Final = 64
_RULES: Final = """
.ring{fill:none;stroke:oklch(0.50 0.12 300);stroke-width:2}.hub{fill-opacity:0.15}
"""
_DASHES: Final = {"hearsay": "2 4", "assessment": "6 4"}


def chart_svg(chart: Json, note: Note, language: str) -> bytes:
    """Return a chart as SVG; arguments as for `maillon.nexus.chart_graphml`."""
    places, high = _places(chart["nodes"])
    said = [word("chart_guilt", language), word("as_of", language, note.as_of),
            note.text(language), word("width", language), word("chart_signs", language),
            rewritten_words(chart, language)]  # fmt: skip
    notes = wrapped([one for one in said if one])
    height = HEAD + high + 18 * (len(notes) + 2)
    title = chart["title"] or word("chart", language)
    root = etree.Element(
        f"{{{SVG}}}svg",
        {"viewBox": f"0 0 {WIDTH} {height}", "width": str(WIDTH), "height": str(height),
         "role": "img", "aria-labelledby": "title text", XML_LANG: language, "lang": language},
        nsmap=SVG_NAMES,
    )  # fmt: skip
    put(root, "title", {"id": "title"}, title)
    put(root, "desc", {"id": "text"}, spoken(chart, note, language))
    put(root, "style", {}, STYLE + _RULES, is_plain=True)
    put(root, "rect", {"class": "paper", "width": str(WIDTH), "height": str(height)})
    put(root, "text", {"class": "head", "x": "24", "y": "32"}, title)
    for link in chart["links"]:
        _link(root, link, places, language)
    for one in chart["nodes"]:
        _party(root, one, places[one["id"]])
    for number, line in enumerate(notes):
        at = {"class": "small", "x": "24", "y": str(HEAD + high + 18 * (number + 1))}
        put(root, "text", at, line)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def spoken(chart: Json, note: Note, language: str) -> str:
    """Return what the picture shows in words: every link, and who has none."""
    names = {one["id"]: one["caption"] for one in chart["nodes"]}
    linked = {link[side] for link in chart["links"] for side in ("from", "to")}
    said = [
        f"{names[link['from']]} – {names[link['to']]}: {link_words(link, language)}, "  # noqa: RUF001 - a dash between names
        f"{when(_dated(link), language)}, {word('strength', language)} {link['strength']:.2f}."
        for link in chart["links"]
    ]
    said += [f"{name}." for id_, name in names.items() if id_ not in linked]
    return " ".join([*said, word("chart_guilt", language), note.text(language)])


def _dated(link: Json) -> Json:
    return {"interval": [day or "" for day in link["interval"]]}


def _places(nodes: Sequence[Json]) -> tuple[dict[str, tuple[float, float]], int]:
    """Return where each stands in the picture, and how high that is; one scale both ways."""
    xs, ys = [one["x"] for one in nodes], [one["y"] for one in nodes]
    left, top = min(xs, default=0.0), min(ys, default=0.0)
    wide, high = max(xs, default=0.0) - left, max(ys, default=0.0) - top
    room = WIDTH - 2 * EDGE
    scale = min(room / wide if wide else 4.0, (HIGHEST - 2 * EDGE) / high if high else 4.0, 4.0)
    shift = EDGE + (room - wide * scale) / 2
    found = {
        one["id"]: ((one["x"] - left) * scale + shift, HEAD + EDGE + (one["y"] - top) * scale)
        for one in nodes
    }
    return found, round(high * scale) + 2 * EDGE


def _party(root: "etree._Element", one: Json, place: tuple[float, float]) -> None:
    x, y = round(place[0], 1), round(place[1])
    held = put(root, "g", {"class": "hub"} if one["is_hub"] else {})
    kinds = {"dual": ("crime", "terror")}.get(one["anchor"], (one["anchor"] or "node",))
    for kind in kinds[:-1]:
        node(held, kind, (x, y), "", one["schema"])
    node(held, kinds[-1], (x, y), one["caption"], one["schema"])
    if one["is_protected"]:
        put(root, "circle", {"class": "ring", "cx": f"{x:.1f}", "cy": str(y), "r": "18"})


def _link(root: "etree._Element", link: Json, places: Places, language: str) -> None:
    (x1, y1), (x2, y2) = places[link["from"]], places[link["to"]]
    line = {"class": "hop", "x1": f"{x1:.1f}", "x2": f"{x2:.1f}", "y1": f"{y1:.1f}",
            "y2": f"{y2:.1f}", "stroke-width": f"{1.5 + 4.5 * link['strength']:.2f}"}  # fmt: skip
    dash = _DASHES.get(link["kind"])
    drawn = put(root, "line", line | ({"stroke-dasharray": dash} if dash else {}))
    what = cut(link_words(link, language), LONGEST)
    put(drawn, "title", {}, f"{what} ×{link['count']}, {when(_dated(link), language)}")  # noqa: RUF001 - a times sign
    middle = {"class": "small mid", "x": f"{(x1 + x2) / 2:.1f}", "y": f"{(y1 + y2) / 2 - 8:.1f}"}
    put(root, "text", middle, f"{what} ×{link['count']}")  # noqa: RUF001 - as above
