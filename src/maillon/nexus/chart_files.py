"""A chart for other tools: GraphML, GEXF, FollowTheMoney lines; see `chart_anx`, `chart_drawing`.

Each has everybody on the chart and every link once, under the ids of the chart, and says who may do
what with it. What a format cannot carry is written as code points, counted and told.
"""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

import orjson

from maillon.nexus.export import Note, channel_words, word
from maillon.nexus.graphfile import Drawing, gexf_of, graphml_of, is_carried

Json = Mapping[str, Any]
NODE: Final = {
    "label": "string", "schema": "string", "schema_label": "string", "anchor": "string",
    "record": "string", "links": "long", "hub": "boolean", "protected": "boolean", "x": "double",
    "y": "double", "pinned": "boolean", "note": "string",
}  # fmt: skip
EDGE: Final = {
    "label": "string", "channels": "string", "strength": "double", "count": "long",
    "kind": "string", "arrow": "string", "first": "string", "last": "string",
}  # fmt: skip


def chart_graphml(chart: Json, note: Note, language: str) -> bytes:
    """Return a chart as GraphML.

    Args:
        chart: ``chart`` (its id, or empty), ``title``, ``nodes`` and ``links`` as `charted_nodes`
            and `charted_links` have them, each node with ``record``, ``is_protected``, ``x``,
            ``y``, ``is_pinned`` and ``note``.
        note: Who may do what with it.
        language: Of labels: ``en`` or ``fr``.
    """
    return graphml_of(_drawing(chart, note, language))


def chart_gexf(chart: Json, note: Note, language: str) -> bytes:
    """Return a chart as GEXF 1.2draft; arguments as for `chart_graphml`."""
    return gexf_of(_drawing(chart, note, language))


def chart_ftm(chart: Json, note: Note, language: str) -> bytes:
    """Return a chart as FollowTheMoney entities, one a line: who is on it, and ``UnknownLink``.

    A link says what the chart says of it and no more: the statements behind it stay where they are.
    Each line carries the handling note, and its codes as `ftm-json` reads them back. Arguments as
    for `chart_graphml`.
    """
    marking = [*(code.rpartition("/")[2] for code in note.codes), *note.markings]
    words = (note.text(language), word("as_of", language, note.as_of), _guilt(language))
    said = {"handling": ". ".join(words), **({"marking": marking} if marking else {})}
    lines = [*_parties(chart), *_ties(chart, language)]
    return b"".join(orjson.dumps(_spelt({**one, **said})) + b"\n" for one in lines)


def said_of(chart: Json, note: Note, language: str) -> dict[str, str]:
    """Return what a file says of a chart as a whole, by name."""
    return {
        "chart": chart["chart"], "title": chart["title"], "as_of": note.as_of,
        "handling": note.text(language), "note": _guilt(language),
        "rewritten": rewritten_words(chart, language),
    }  # fmt: skip


def rewritten(chart: Json) -> int:
    """Return how many texts of a chart XML cannot carry as they are, or a reader could not see."""
    return sum(not is_carried(text) for text in _texts(chart))


def rewritten_words(chart: Json, language: str) -> str:
    """Return how many, in words; empty for none."""
    count = rewritten(chart)
    return word("rewritten", language, count) if count else ""


def _guilt(language: str) -> str:
    return word("chart_guilt", language)


def _texts(chart: Json) -> Iterator[str]:
    yield chart["title"]
    for node in chart["nodes"]:
        yield from (node[name] for name in ("id", "caption", "record", "note"))


def _drawing(chart: Json, note: Note, language: str) -> Drawing:
    nodes = {
        one["id"]: {
            "label": one["caption"], "schema": one["schema"],
            "schema_label": word(one["schema"], language, kind="schema"),
            "anchor": one["anchor"] or "", "record": one["record"], "links": one["links"],
            "hub": one["is_hub"], "protected": one["is_protected"], "x": float(one["x"]),
            "y": float(one["y"]), "pinned": one["is_pinned"], "note": one["note"],
        }
        for one in chart["nodes"]
    }  # fmt: skip
    edges = [(one["from"], one["to"], _edge(one, language)) for one in chart["links"]]
    said = said_of(chart, note, language)
    return Drawing(chart["chart"] or "chart", said, NODE, EDGE, nodes, edges)


def _edge(link: Json, language: str) -> Json:
    return {
        "label": link_words(link, language), "channels": " ".join(link["channels"]),
        "strength": link["strength"], "count": link["count"], "kind": link["kind"],
        "arrow": link["arrow"], "first": link["interval"][0] or "",
        "last": link["interval"][1] or "",
    }  # fmt: skip


def link_words(link: Json, language: str) -> str:
    """Return what ties two on a chart, in words."""
    return channel_words({"channels": link["channels"], "register": ()}, language)


def _parties(chart: Json) -> Iterator[Json]:
    for one in chart["nodes"]:
        properties = {"name": [one["caption"]], "notes": [one["note"]]}
        yield {
            "id": one["id"], "schema": one["schema"], "caption": one["caption"],
            "properties": {name: held for name, held in properties.items() if held[0]},
        }  # fmt: skip


def _ties(chart: Json, language: str) -> Iterator[Json]:
    for link in chart["links"]:
        ends = (link["from"], link["to"])
        subject, target = ends[::-1] if link["arrow"] == "back" else ends
        first, last = link["interval"]
        summary = (
            f"{word('strength', language)} {link['strength']:.2f}; {link['count']} × {link['kind']}"  # noqa: RUF001 - a times sign
        )
        properties = {
            "subject": subject, "object": target, "role": link_words(link, language),
            "startDate": first, "endDate": last, "summary": summary,
        }  # fmt: skip
        mark = hashlib.sha256("\x1f".join(sorted(ends)).encode(errors="surrogatepass")).hexdigest()
        yield {
            "id": f"link-{mark[:20]}", "schema": "UnknownLink",
            "caption": properties["role"],
            "properties": {name: [value] for name, value in properties.items() if value},
        }  # fmt: skip


def _spelt(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return JSON values in which unpaired surrogates, that UTF-8 has not, are code points."""
    if isinstance(value, str):
        return "".join(f"[U+{ord(c):04X}]" if 0xD800 <= ord(c) <= 0xDFFF else c for c in value)  # noqa: PLR2004 - Unicode, 3.8
    if isinstance(value, Mapping):
        return {name: _spelt(one) for name, one in value.items()}
    return [_spelt(one) for one in value] if isinstance(value, list) else value
