"""A graph as GraphML or GEXF: who writes one says what stands on each node and edge.

Characters that XML forbids, and those that turn the direction of a line, are written as their code
point in brackets: what a name hides is seen.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree

Json = Mapping[str, Any]
GRAPHML: Final = "http://graphml.graphdrawing.org/xmlns"
"""Source: GraphML Primer, 2.1."""
GRAPHML_NAMES: Final[dict[Any, str]] = {None: GRAPHML}
GEXF: Final = "http://www.gexf.net/1.2draft"
"""Source: GEXF 1.2draft Primer, 2."""
GEXF_NAMES: Final[dict[Any, str]] = {None: GEXF}
_TURNS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Controls that embed, override or isolate a direction. Source: UAX #9, 2."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A graph that is about to be written.

    Attributes:
        id: Of the graph.
        said: What is said of the whole, by name.
        node_kinds: Type of each value of a node, in order: ``string``, ``double``, ``boolean``.
        edge_kinds: Those of an edge.
        nodes: Values by id, ``label`` among them.
        edges: Both ends with the values, ``label`` and ``strength`` among them.
    """

    id: str
    said: Mapping[str, str]
    node_kinds: Mapping[str, str]
    edge_kinds: Mapping[str, str]
    nodes: Mapping[str, Json]
    edges: Sequence[tuple[str, str, Json]]


def graphml_of(drawn: Drawing) -> bytes:
    """Return a graph as GraphML."""
    root = etree.Element(f"{{{GRAPHML}}}graphml", nsmap=GRAPHML_NAMES)
    keys = {"graph": dict.fromkeys(drawn.said, "string"), "node": drawn.node_kinds,
            "edge": drawn.edge_kinds}  # fmt: skip
    for part, names in keys.items():
        for name, kind in names.items():
            key = {"id": f"{part}_{name}", "for": part, "attr.name": name, "attr.type": kind}
            etree.SubElement(root, f"{{{GRAPHML}}}key", key)
    said = {"id": seen(drawn.id), "edgedefault": "undirected"}
    graph = etree.SubElement(root, f"{{{GRAPHML}}}graph", said)
    _data(graph, "graph", drawn.said)
    ids = carried(drawn.nodes)
    for id_, values in drawn.nodes.items():
        node = etree.SubElement(graph, f"{{{GRAPHML}}}node", {"id": ids[id_]})
        _data(node, "node", values)
    for number, (source, target, values) in enumerate(drawn.edges):
        ends = {"id": f"e{number}", "source": ids[source], "target": ids[target]}
        _data(etree.SubElement(graph, f"{{{GRAPHML}}}edge", ends), "edge", values)
    return written(root)


def gexf_of(drawn: Drawing) -> bytes:
    """Return a graph as GEXF 1.2draft."""
    root = etree.Element(f"{{{GEXF}}}gexf", {"version": "1.2"}, nsmap=GEXF_NAMES)
    meta = etree.SubElement(root, f"{{{GEXF}}}meta")
    etree.SubElement(meta, f"{{{GEXF}}}creator").text = "Maillon"
    described = "; ".join(f"{name}: {value}" for name, value in drawn.said.items())
    etree.SubElement(meta, f"{{{GEXF}}}description").text = seen(described)
    how = {"defaultedgetype": "undirected", "mode": "static"}
    graph = etree.SubElement(root, f"{{{GEXF}}}graph", how)
    for part, kinds in (("node", drawn.node_kinds), ("edge", drawn.edge_kinds)):
        held = etree.SubElement(graph, f"{{{GEXF}}}attributes", {"class": part})
        for name, kind in kinds.items():
            said = {"id": name, "title": name, "type": kind}
            etree.SubElement(held, f"{{{GEXF}}}attribute", said)
    ids = carried(drawn.nodes)
    nodes = etree.SubElement(graph, f"{{{GEXF}}}nodes")
    for id_, values in drawn.nodes.items():
        names = {"id": ids[id_], "label": seen(values["label"])}
        _values(etree.SubElement(nodes, f"{{{GEXF}}}node", names), values)
    edges = etree.SubElement(graph, f"{{{GEXF}}}edges")
    for number, (source, target, values) in enumerate(drawn.edges):
        names = {"id": str(number), "source": ids[source], "target": ids[target],
                 "weight": str(values["strength"]), "label": seen(values["label"])}  # fmt: skip
        _values(etree.SubElement(edges, f"{{{GEXF}}}edge", names), values)
    return written(root)


def carried(ids: Iterable[str]) -> dict[str, str]:
    """Return the id that a file gives to each id: as `seen`, and never two alike."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for id_ in ids:
        plain = said = seen(id_)
        number = 1
        while said in taken:
            number += 1
            said = f"{plain}#{number}"
        found[id_] = said
        taken.add(said)
    return found


def seen(text: str) -> str:
    """Return a text that XML can carry and that a reader sees as it is.

    Controls, unpaired surrogates, noncharacters and changes of direction become their code point,
    e.g. ``[U+202E]``; line ends and tabs become spaces.
    """
    return "".join(_seen(letter) for letter in text)


def is_carried(text: str) -> bool:
    """Return whether `seen` leaves a text as it is, but for line ends and tabs."""
    return all(_seen(letter) == letter or letter in "\t\n\r" for letter in text)


def written(root: "etree._Element") -> bytes:
    """Return a document."""
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _seen(letter: str) -> str:
    if letter in "\t\n\r":
        return " "
    is_plain = letter not in _TURNS and unicodedata.category(letter) not in {"Cc", "Cs", "Cn"}
    # an unassigned code point may be a letter of tomorrow, a noncharacter never is
    if is_plain or (unicodedata.category(letter) == "Cn" and not _is_noncharacter(ord(letter))):
        return letter
    return f"[U+{ord(letter):04X}]"


def _is_noncharacter(point: int) -> bool:
    return 0xFDD0 <= point <= 0xFDEF or point & 0xFFFE == 0xFFFE  # noqa: PLR2004 - Unicode, 23.7


def _data(parent: "etree._Element", part: str, values: Json) -> None:
    for name, value in values.items():
        key = {"key": f"{part}_{name}"}
        etree.SubElement(parent, f"{{{GRAPHML}}}data", key).text = _text(value)


def _values(parent: "etree._Element", values: Json) -> None:
    held = etree.SubElement(parent, f"{{{GEXF}}}attvalues")
    for name, value in values.items():
        etree.SubElement(held, f"{{{GEXF}}}attvalue", {"for": name, "value": _text(value)})


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else seen(str(value))
