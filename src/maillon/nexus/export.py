"""A lead as a graph for other tools: GraphML and GEXF; the picture is `drawing`.

Each names the handling note.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from maillon.nexus.graphfile import Drawing, gexf_of, graphml_of

Json = Mapping[str, Any]
LANGUAGES: Final = ("en", "fr")
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
    return graphml_of(_drawing(lead, note, language))


def gexf(lead: Json, note: Note, language: str) -> bytes:
    """Return a lead as GEXF 1.2draft; arguments as for `graphml`."""
    return gexf_of(_drawing(lead, note, language))


def word(code: str, language: str, *values: object, kind: str = "word") -> str:
    """Return a label; a code that has none stands for itself."""
    row = _labels().get((kind, code))
    return code if row is None else row[language].format(*values)


@cache
def _labels() -> dict[tuple[str, str], dict[str, str]]:
    text = resources.files("maillon.nexus").joinpath("labels.csv").read_text("utf-8")
    return {(row["kind"], row["code"]): row for row in csv.DictReader(text.splitlines())}


def _drawing(lead: Json, note: Note, language: str) -> Drawing:
    edges = [(*ends, values) for ends, values in _edges(lead, language).items()]
    said, nodes = _graph(lead, note, language), _nodes(lead, language)
    return Drawing(lead["lead_id"], said, _NODE, _EDGE, nodes, edges)


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
