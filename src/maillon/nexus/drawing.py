"""A lead as a picture: SVG that stands alone, with a title and its text beside it.

Source: the chart grammar of the house: terrorism anchor at the left, organised-crime anchor at the
right, shape by schema, width by strength, dash by kind of statement, a mark at the weakest hop.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from lxml import etree

from maillon.nexus.export import Note, channel_words, word
from maillon.nexus.graphfile import seen

Json = Mapping[str, Any]
SVG: Final = "http://www.w3.org/2000/svg"
SVG_NAMES: Final[dict[Any, str]] = {None: SVG}
STEP: Final = 220
LEFT: Final = 110
LANE: Final = 150
TOP: Final = 88
FOOT: Final = 104
LONGEST: Final = 26
_LINE: Final = 110
"""Characters of a line of text."""
XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
STYLE: Final = """
svg{--paper:oklch(0.985 0.003 95);--ink:oklch(0.22 0.01 260);--ink-2:oklch(0.42 0.01 260);
--anchor-t:oklch(0.50 0.17 30);--anchor-c:oklch(0.52 0.11 195);--against:oklch(0.52 0.13 60);
font-family:ui-sans-serif,system-ui,sans-serif;font-size:14px}
@media(prefers-color-scheme:dark){svg{--paper:oklch(0.19 0.006 260);--ink:oklch(0.94 0.004 95);
--ink-2:oklch(0.78 0.006 260);--anchor-t:oklch(0.72 0.14 35);--anchor-c:oklch(0.76 0.10 195);
--against:oklch(0.76 0.13 60)}}
.paper{fill:var(--paper)}text{fill:var(--ink);unicode-bidi:isolate}.small{font-size:12px;
fill:var(--ink-2)}.mid{text-anchor:middle}.head{font-size:16px;font-weight:600}
.hop{stroke:var(--ink-2)}.node{fill:var(--paper);stroke:var(--ink);stroke-width:1.5}
.terror{fill:var(--anchor-t)}.crime{fill:var(--anchor-c)}.weak{fill:var(--against)}
"""
_SHAPES: Final = {
    "Person": "M{x0} {y} a9 9 0 1 0 18 0 a9 9 0 1 0 -18 0 z",
    "": "M{x0} {y0} h18 v18 h-18 z",
}
_TERROR: Final = "M{x1} {y2} L{x} {y1} L{x2} {y2} z"
_CRIME: Final = "M{x} {y1} l13 13 l-13 13 l-13 -13 z"


def svg(lead: Json, note: Note, language: str) -> bytes:
    """Return a lead as SVG: its best path above, its other paths under it.

    Args:
        lead: Its line.
        note: Who may do what with it.
        language: Of words: ``en`` or ``fr``.
    """
    paths: Sequence[Json] = lead["paths"]
    longest = max(len(path["hops"]) for path in paths)
    width, lanes = LEFT * 2 + STEP * max(longest, 3), LANE * len(paths)
    notes = wrapped([
        word("by_chance", language, round(100 * lead["q_value"])), word("never_guilt", language),
        word("complete" if lead["complete"] else "not_complete", language),
        word("as_of", language, note.as_of), note.text(language), word("width", language),
    ])  # fmt: skip
    height = TOP + lanes + FOOT + 18 * max(len(notes) - 5, 0)
    title = f"{lead['terror']['caption']} – {lead['crime']['caption']}"  # noqa: RUF001 - a dash between names
    root = etree.Element(
        f"{{{SVG}}}svg",
        {"viewBox": f"0 0 {width} {height}", "width": str(width), "height": str(height),
         "role": "img", "aria-labelledby": "title text", XML_LANG: language, "lang": language},
        nsmap=SVG_NAMES,
    )  # fmt: skip
    put(root, "title", {"id": "title"}, f"{word('lead', language)} {lead['lead_id']}: {title}")
    put(root, "desc", {"id": "text"}, spoken(lead, note, language))
    put(root, "style", {}, STYLE, is_plain=True)
    put(root, "rect", {"class": "paper", "width": str(width), "height": str(height)})
    put(root, "text", {"class": "head", "x": "24", "y": "32"}, title)
    state = f"{word('lead', language)} {lead['lead_id']}, {word('proposed', language)}"
    put(root, "text", {"class": "small", "x": "24", "y": "52"}, state)
    for number, path in enumerate(paths):
        weakest = lead["weakest_hop"]["hop"] if number == lead["weakest_hop"]["path"] else -1
        _lane(root, path, TOP + LANE * number + 40, (width, weakest), language)
    for number, line in enumerate(notes):
        at = {"class": "small", "x": "24", "y": str(TOP + lanes + 18 * (number + 1))}
        put(root, "text", at, line)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def spoken(lead: Json, note: Note, language: str) -> str:
    """Return what the picture shows in words: every path, hop by hop."""
    weakest = lead["weakest_hop"]
    said = []
    for number, path in enumerate(lead["paths"]):
        said.append(f"{word('path', language).capitalize()} {number + 1}.")
        for at, hop in enumerate(path["hops"]):
            mark = (number, at) == (weakest["path"], weakest["hop"])
            end = f"; {word('weakest', language)}" if mark else ""
            said.append(
                f"{word('hop', language).capitalize()} {at + 1}: {hop['from_caption']} – "  # noqa: RUF001 - as above
                f"{hop['to_caption']}: {channel_words(hop, language)}, {when(hop, language)}, "
                f"{word('strength', language)} {hop['strength']:.2f}{end}."
            )
    return " ".join([*said, word("never_guilt", language), note.text(language)])


def _lane(
    root: "etree._Element", path: Json, y: int, place: tuple[int, int], language: str
) -> None:
    hops: Sequence[Json] = path["hops"]
    width, weakest = place
    step = (width - 2 * LEFT) / len(hops)
    for number, hop in enumerate(hops):
        start, end = LEFT + step * number + 14, LEFT + step * (number + 1) - 14
        kinds = {one["kind"] for one in hop["statements"]}
        dash = "" if "fact" in kinds or not kinds else "2 4" if kinds == {"hearsay"} else "6 4"
        line = {"class": "hop", "x1": f"{start:.1f}", "x2": f"{end:.1f}", "y1": str(y),
                "y2": str(y), "stroke-width": f"{1.5 + 4.5 * hop['strength']:.2f}"}  # fmt: skip
        put(root, "line", line | ({"stroke-dasharray": dash} if dash else {}))
        middle = {"class": "small mid", "x": f"{(start + end) / 2:.1f}"}
        put(root, "text", {**middle, "y": str(y - 12)},
             cut(channel_words(hop, language), int(step / 7)))  # fmt: skip
        put(root, "text", {**middle, "y": str(y + 22)}, when(hop, language))
        if number == weakest:
            x = (start + end) / 2
            put(root, "path", {"class": "weak", "d": f"M{x - 6:.1f} {y + 38} l6 -10 l6 10 z"})
            put(root, "text", {**middle, "y": str(y + 54)}, word("weakest", language))
    names = [(hops[0]["from_caption"], hops[0].get("from_schema", "")),
             *((hop["to_caption"], hop.get("to_schema", "")) for hop in hops)]  # fmt: skip
    for number, (name, schema) in enumerate(names):
        last = number == len(names) - 1
        kind = "terror" if number == 0 else "crime" if last else "node"
        node(root, kind, (LEFT + step * number, y), name, schema)


def node(root: "etree._Element", kind: str, at: tuple[float, int], name: str, schema: str) -> None:
    """Draw one with its name above: ``kind`` is ``terror``, ``crime`` or ``node``."""
    x, y = at
    shape = {"terror": _TERROR, "crime": _CRIME}.get(kind, _SHAPES.get(schema, _SHAPES[""]))
    drawn = shape.format(
        x=f"{x:.1f}", y=y, x0=f"{x - 9:.1f}", y0=y - 9, x1=f"{x - 12:.1f}", x2=f"{x + 12:.1f}",
        y1=y - 13, y2=y + 10,
    )  # fmt: skip
    put(root, "path", {"class": kind, "d": drawn})
    text = put(
        root, "text", {"class": "mid", "x": f"{x:.1f}", "y": str(y - 34)}, cut(name, LONGEST)
    )
    put(text, "title", {}, name)


def put(
    parent: "etree._Element", tag: str, values: Mapping[str, str], text: str = "", *,
    is_plain: bool = False,
) -> "etree._Element":  # fmt: skip
    """Add an element and return it; a text is `seen` unless it is the house's own."""
    made = etree.SubElement(parent, f"{{{SVG}}}{tag}", dict(values))
    if text:
        made.text = text if is_plain else seen(text)
    return made


def when(hop: Json, language: str) -> str:
    """Return the days of a hop in words."""
    first, last = hop["interval"]
    if not (first or last):
        return word("undated", language)
    return first if first == last else f"{first} – {last}"  # noqa: RUF001 - a dash between days


def cut(text: str, longest: int) -> str:
    """Return a text of at most so many characters."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def wrapped(texts: Sequence[str]) -> list[str]:
    """Return texts as lines of at most so many characters."""
    found = []
    for text in texts:
        line = ""
        for part in text.split():
            if line and len(line) + 1 + len(part) > _LINE:
                found.append(line)
                line = part
            else:
                line = f"{line} {part}".strip()
        found.append(line)
    return found
