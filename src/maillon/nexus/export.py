"""A lead as a graph for other tools: GraphML and GEXF; the picture is `drawing`.

Each names the handling note. Characters that XML forbids, and those that turn the direction of a
line, are written as their code point in brackets: what a name hides is seen.
"""

import csv
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from lxml import etree

Json = Mapping[str, Any]
LANGUAGES: Final = ("en", "fr")
GRAPHML: Final = "http://graphml.graphdrawing.org/xmlns"
"""Source: GraphML Primer, 2.1."""
GRAPHML_NAMES: Final[dict[Any, str]] = {None: GRAPHML}
GEXF: Final = "http://www.gexf.net/1.2draft"
"""Source: GEXF 1.2draft Primer, 2."""
GEXF_NAMES: Final[dict[Any, str]] = {None: GEXF}
_TURNS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Controls that embed, override or isolate a direction. Source: UAX #9, 2."""
_NODE: Final = {"label": "string", "schema": "string", "schema_label": "string", "role": "string"}
_EDGE: Final = {
    "label": "string", "channels": "string", "register": "string", "strength": "double",
    "identity": "double", "grade": "double", "telling": "double", "surprise": "double",
    "first": "string", "last": "string", "weakest": "boolean", "paths": "string",
    "statements": "string", "sources": "string",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Note:
    """What every export carries: who may do what with it.

    Attributes:
        codes: Handling codes of the statements behind it, with scheme, e.g. ``TLP 2.0/TLP:AMBER``.
        markings: Markings found in the delivered files, verbatim.
        originators: Agencies that delivered.
        legal_bases: Provisions under which they hold the data.
        agency: For which agency it was made.
        purpose: For what purpose.
        legal_basis: On which legal basis.
        as_of: What was known when, e.g. ``2026-11-25``.
    """

    codes: tuple[str, ...]
    markings: tuple[str, ...]
    originators: tuple[str, ...]
    legal_bases: tuple[str, ...]
    agency: str
    purpose: str
    legal_basis: str
    as_of: str

    def text(self, language: str) -> str:
        """Return the note in one line."""
        codes = [*self.codes, *self.markings] or [word("no_code", language)]
        parts = (
            (word("handling", language), codes),
            (word("originator", language), self.originators),
            (word("purpose", language), (self.purpose,)),
            (word("basis", language), (self.legal_basis, *self.legal_bases)),
        )
        return "; ".join(f"{name}: {', '.join(said)}" for name, said in parts if said)


def graphml(lead: Json, note: Note, language: str) -> bytes:
    """Return a lead as GraphML: every hop of its paths once.

    Args:
        lead: Its line.
        note: Who may do what with it.
        language: Of labels: ``en`` or ``fr``.
    """
    root = etree.Element(f"{{{GRAPHML}}}graphml", nsmap=GRAPHML_NAMES)
    keys = {"graph": dict.fromkeys(_graph(lead, note, language), "string"), "node": _NODE,
            "edge": _EDGE}  # fmt: skip
    for part, names in keys.items():
        for name, kind in names.items():
            key = {"id": f"{part}_{name}", "for": part, "attr.name": name, "attr.type": kind}
            etree.SubElement(root, f"{{{GRAPHML}}}key", key)
    graph = etree.SubElement(
        root, f"{{{GRAPHML}}}graph", {"id": lead["lead_id"], "edgedefault": "undirected"}
    )
    _data(graph, "graph", _graph(lead, note, language))
    for id_, values in _nodes(lead, language).items():
        node = etree.SubElement(graph, f"{{{GRAPHML}}}node", {"id": seen(id_)})
        _data(node, "node", values)
    for number, (ends, values) in enumerate(_edges(lead, language).items()):
        source, target = map(seen, ends)
        said = {"id": f"e{number}", "source": source, "target": target}
        _data(etree.SubElement(graph, f"{{{GRAPHML}}}edge", said), "edge", values)
    return _bytes(root)


def gexf(lead: Json, note: Note, language: str) -> bytes:
    """Return a lead as GEXF 1.2draft; arguments as for `graphml`."""
    root = etree.Element(f"{{{GEXF}}}gexf", {"version": "1.2"}, nsmap=GEXF_NAMES)
    meta = etree.SubElement(root, f"{{{GEXF}}}meta")
    said = _graph(lead, note, language)
    etree.SubElement(meta, f"{{{GEXF}}}creator").text = "Maillon"
    described = "; ".join(f"{name}: {value}" for name, value in said.items())
    etree.SubElement(meta, f"{{{GEXF}}}description").text = seen(described)
    graph = etree.SubElement(
        root, f"{{{GEXF}}}graph", {"defaultedgetype": "undirected", "mode": "static"}
    )
    for part, names in (("node", _NODE), ("edge", _EDGE)):
        held = etree.SubElement(graph, f"{{{GEXF}}}attributes", {"class": part})
        for name, kind in names.items():
            etree.SubElement(
                held, f"{{{GEXF}}}attribute", {"id": name, "title": name, "type": kind}
            )
    nodes = etree.SubElement(graph, f"{{{GEXF}}}nodes")
    for id_, values in _nodes(lead, language).items():
        names = {"id": seen(id_), "label": seen(values["label"])}
        _values(etree.SubElement(nodes, f"{{{GEXF}}}node", names), values)
    edges = etree.SubElement(graph, f"{{{GEXF}}}edges")
    for number, (ends, values) in enumerate(_edges(lead, language).items()):
        source, target = map(seen, ends)
        names = {"id": str(number), "source": source, "target": target,
                 "weight": str(values["strength"]), "label": seen(values["label"])}  # fmt: skip
        _values(etree.SubElement(edges, f"{{{GEXF}}}edge", names), values)
    return _bytes(root)


def seen(text: str) -> str:
    """Return a text that XML can carry and that a reader sees as it is.

    Controls, unpaired surrogates, noncharacters and changes of direction become their code point,
    e.g. ``[U+202E]``; line ends and tabs become spaces.
    """
    return "".join(_seen(letter) for letter in text)


def word(code: str, language: str, *values: object, kind: str = "word") -> str:
    """Return a label; a code that has none stands for itself."""
    row = _labels().get((kind, code))
    return code if row is None else row[language].format(*values)


@cache
def _labels() -> dict[tuple[str, str], dict[str, str]]:
    text = resources.files("maillon.nexus").joinpath("labels.csv").read_text("utf-8")
    return {(row["kind"], row["code"]): row for row in csv.DictReader(text.splitlines())}


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


def _graph(lead: Json, note: Note, language: str) -> dict[str, str]:
    return {
        "lead_id": lead["lead_id"],
        "state": word("proposed", language),
        "probability": str(lead["probability"]),
        "q_value": str(lead["q_value"]),
        "complete": str(lead["complete"]).lower(),
        "link_types": ", ".join(lead["link_types"]),
        "as_of": note.as_of,
        "handling": note.text(language),
        "note": word("never_guilt", language),
    }


def _nodes(lead: Json, language: str) -> dict[str, dict[str, Any]]:
    roles = {lead["terror"]["id"]: "terror", lead["crime"]["id"]: "crime"}
    found: dict[str, dict[str, Any]] = {}
    for path in lead["paths"]:
        for hop in path["hops"]:
            for side in ("from", "to"):
                schema = hop.get(f"{side}_schema", "")
                found[hop[side]] = {
                    "label": hop[f"{side}_caption"],
                    "schema": schema,
                    "schema_label": word(schema, language, kind="schema"),
                    "role": word(roles[hop[side]], language) if hop[side] in roles else "",
                }
    return found


def _edges(lead: Json, language: str) -> dict[tuple[str, str], dict[str, Any]]:
    weakest = lead["weakest_hop"]
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for number, path in enumerate(lead["paths"]):
        for at, hop in enumerate(path["hops"]):
            key = (hop["from"], hop["to"])
            key = key[::-1] if key[::-1] in found else key
            if key in found:
                found[key]["paths"] += f" {number + 1}"
                continue
            found[key] = {
                "label": channel_words(hop, language),
                "channels": " ".join(hop["channels"]), "register": " ".join(hop["register"]),
                "strength": hop["strength"], **hop["factors"],
                "surprise": hop["surprise"]["total"],
                "first": hop["interval"][0], "last": hop["interval"][1],
                "weakest": (number, at) == (weakest["path"], weakest["hop"]),
                "paths": str(number + 1),
                "statements": " ".join(one["id"] for one in hop["statements"]),
                "sources": "; ".join(
                    sorted({f"{one['dataset']} {one['locator']}" for one in hop["statements"]})
                ),
            }  # fmt: skip
    return found


def channel_words(hop: Json, language: str) -> str:
    """Return the channels of a hop in words, registers behind them."""
    codes: Sequence[str] = [*hop["channels"], *hop["register"]]
    return ", ".join(word(code, language, kind="channel") for code in codes)


def _data(parent: "etree._Element", part: str, values: Json) -> None:
    for name, value in values.items():
        etree.SubElement(parent, f"{{{GRAPHML}}}data", {"key": f"{part}_{name}"}).text = _text(
            value
        )


def _values(parent: "etree._Element", values: Json) -> None:
    held = etree.SubElement(parent, f"{{{GEXF}}}attvalues")
    for name, value in values.items():
        etree.SubElement(held, f"{{{GEXF}}}attvalue", {"for": name, "value": _text(value)})


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else seen(str(value))


def _bytes(root: "etree._Element") -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))
