"""The picture of a path: terrorism anchor at the left, crime anchor at the right, as inline SVG.

Source: the chart grammar of the house (shape by schema, anchors by fill and shape, width by
strength, dash by grade); the table under each picture is its twin.
"""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

STEP: Final = 220
LEFT: Final = 90
LINE: Final = 64
HEIGHT: Final = 140
LONGEST: Final = 24


def path_picture(path: Mapping[str, Any], weakest: int, caption: str) -> str:
    """Return one path as SVG.

    Args:
        path: A path of a ``trace`` line.
        weakest: Number of its weakest hop, from 0; -1 where it is not known.
        caption: What a reader who cannot see the picture hears.
    """
    hops: Sequence[Mapping[str, Any]] = path["hops"]
    width = LEFT * 2 + STEP * len(hops)
    size = f'viewBox="0 0 {width} {HEIGHT}" width="{width}" height="{HEIGHT}"'
    heard = escape(caption, quote=True)
    drawn = [f'<svg class="path" {size} role="img" aria-label="{heard}">']
    drawn += [_hop(number, hop, weakest) for number, hop in enumerate(hops)]
    names = [hops[0]["from_caption"], *(hop["to_caption"] for hop in hops)]
    drawn += [_node(number, name, len(names)) for number, name in enumerate(names)]
    return "".join([*drawn, "</svg>"])


def _hop(number: int, hop: Mapping[str, Any], weakest: int) -> str:
    start, end = LEFT + STEP * number + 14, LEFT + STEP * (number + 1) - 14
    width = 1.5 + 4.5 * float(hop["strength"])
    middle = (start + end) / 2
    kinds = {statement["kind"] for statement in hop["statements"]}
    dash = "" if "fact" in kinds else ' stroke-dasharray="6 4"'
    label = escape(_cut(", ".join(hop["channels"]), 30))
    first, last = hop["interval"]
    when = escape(first if first == last else f"{first} - {last}") if first else ""
    mark = ""
    if number == weakest:
        mark = (
            f'<path class="weak" d="M{middle - 6} {LINE + 18} l6 -10 l6 10 z"/>'
            f'<text class="small" x="{middle}" y="{LINE + 47}">'
            '<tspan class="en">weakest hop</tspan>'
            '<tspan class="fr">maillon le plus faible</tspan></text>'
        )
    return (
        f'<line class="hop" x1="{start}" x2="{end}" y1="{LINE}" y2="{LINE}" '
        f'stroke-width="{width:.2f}"{dash}/>'
        f'<text class="small" x="{middle}" y="{LINE - 14}">{label}</text>'
        f'<text class="date" x="{middle}" y="{LINE + 32}">{when}</text>{mark}'
    )


def _node(number: int, name: str, count: int) -> str:
    x = LEFT + STEP * number
    if number == 0:
        outline = f"M{x - 12} {LINE + 10} L{x} {LINE - 13} L{x + 12} {LINE + 10} z"
        shape = f'<path class="terror" d="{outline}"/>'
    elif number == count - 1:
        shape = f'<path class="crime" d="M{x} {LINE - 13} l13 13 l-13 13 l-13 -13 z"/>'
    else:
        shape = f'<circle class="person" cx="{x}" cy="{LINE}" r="9"/>'
    # names stand above and below in turn, so that neighbours do not meet
    y = 22 if number % 2 else HEIGHT - 8
    shown = escape(_cut(name, LONGEST))
    return f'{shape}<text class="name" x="{x}" y="{y}"><title>{escape(name)}</title>{shown}</text>'


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
