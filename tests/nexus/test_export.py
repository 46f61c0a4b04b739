"""A lead as GraphML, GEXF and SVG: read back by others, whatever a name holds."""

import csv
import io
from importlib import resources
from typing import Any

import networkx as nx  # type: ignore[import-untyped]  # it ships no types
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from maillon.nexus import (
    CHANNELS,
    Note,
    TraceSettings,
    explain_lead,
    gexf,
    graphml,
    seen,
    svg,
    trace,
    word,
)

NOTE = Note(
    ("TLP 2.0/TLP:AMBER",), ("NOT FOR PRESS",), ("rt_police", "rt_fiu"), ("Police Act, s. 1",),
    "centre", "linking", "Coordination Centre Act, s. 4", "2026-11-25",
)  # fmt: skip
FORMS = {"graphml": graphml, "gexf": gexf, "svg": svg}
HOSTILE = 'A\x00\x1b]<b>"&\u202egpj.exe\ufffe\ud800 \u200f\u0645\u062d\u0645\u062f ]]> \U0001f512'
SHOWN = 'A[U+0000][U+001B]]<b>"&[U+202E]gpj.exe[U+FFFE][U+D800] \u200f\u0645\u062d\u0645\u062f ]]> \U0001f512'


def parse(content: bytes) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(content, parser)


def back(form: str, content: bytes) -> Any:
    read = {"graphml": nx.read_graphml, "gexf": nx.read_gexf}[form]
    return read(io.BytesIO(content))


@pytest.fixture(scope="module")
def lead(country: Any) -> dict[str, Any]:
    """The first lead with more than one path."""
    leads = trace(country[0], TraceSettings()).leads
    found = next((one for one in leads if len(one.paths) > 1), leads[0])
    return explain_lead(country[0], found.lead_id, TraceSettings())


@pytest.fixture
def hostile(lead: dict[str, Any]) -> dict[str, Any]:
    hop = lead["paths"][0]["hops"][0] | {"from_caption": HOSTILE}
    path = lead["paths"][0] | {"hops": [hop, *lead["paths"][0]["hops"][1:]]}
    return lead | {"paths": [path], "terror": lead["terror"] | {"caption": HOSTILE}}


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_the_graph_read_back_has_the_nodes_and_hops_of_the_lead(
    lead: dict[str, Any], form: str
) -> None:
    found = back(form, FORMS[form](lead, NOTE, "en"))
    hops = [hop for path in lead["paths"] for hop in path["hops"]]
    wanted = {frozenset((hop["from"], hop["to"])) for hop in hops}
    assert {frozenset(edge) for edge in found.edges} == wanted
    assert set(found) == {end for hop in wanted for end in hop}
    for hop in hops:
        held = found.edges[hop["from"], hop["to"]]
        assert held["strength"] == hop["strength"]
        assert held["channels"].split() == hop["channels"]
        assert held["statements"].split() == [one["id"] for one in hop["statements"]]
        assert found.nodes[hop["from"]]["label"] == hop["from_caption"]
        assert found.nodes[hop["from"]]["schema"] == hop["from_schema"] == "Person"
    weakest = lead["paths"][0]["hops"][lead["weakest_hop"]["hop"]]
    marked = [frozenset(edge) for edge in found.edges if found.edges[edge]["weakest"]]
    assert marked == [frozenset((weakest["from"], weakest["to"]))]
    assert found.nodes[lead["terror"]["id"]]["role"] == "terrorism anchor"


@pytest.mark.parametrize("form", sorted(FORMS))
@pytest.mark.parametrize(
    ("language", "said"),
    [("en", ("Handling: TLP 2.0/TLP:AMBER, NOT FOR PRESS", "Legal basis: ")),
     ("fr", ("Traitement: TLP 2.0/TLP:AMBER, NOT FOR PRESS", "Base légale: "))],
)  # fmt: skip
def test_every_export_names_the_handling_note_in_its_language(
    lead: dict[str, Any], form: str, language: str, said: tuple[str, ...]
) -> None:
    text = FORMS[form](lead, NOTE, language).decode()
    assert all(one in text for one in said)
    assert "Coordination Centre Act, s. 4" in text
    assert lead["lead_id"] in text


@pytest.mark.parametrize("form", sorted(FORMS))
def test_a_hostile_name_is_seen_as_it_is_and_breaks_nothing(
    hostile: dict[str, Any], form: str
) -> None:
    content = FORMS[form](hostile, NOTE, "en")
    root = parse(content)
    texts = [*root.itertext(), *(value for node in root.iter() for value in node.attrib.values())]
    assert any(SHOWN in text for text in texts)
    assert "\u202e" not in content.decode()
    assert not root.xpath("//*[local-name() = 'b']")


@given(st.text(alphabet=st.characters(), max_size=40))
def test_any_text_can_be_carried_and_turns_no_line(text: str) -> None:
    shown = seen(text)
    node = etree.Element("t")
    node.text = shown
    assert (parse(etree.tostring(node)).text or "") == shown
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "S"]), max_size=40))
def test_plain_text_of_any_script_stays_as_it_is(text: str) -> None:
    assert seen(text) == text


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_picture_has_a_title_and_says_every_hop_in_words(
    lead: dict[str, Any], language: str
) -> None:
    root = parse(svg(lead, NOTE, language))
    space = {"s": "http://www.w3.org/2000/svg"}
    assert (root.get("role"), root.get("aria-labelledby")) == ("img", "title text")
    (title,) = root.xpath("s:title/text()", namespaces=space)
    (spoken,) = root.xpath("s:desc/text()", namespaces=space)
    assert lead["terror"]["caption"] in title
    assert lead["crime"]["caption"] in title
    for hop in (hop for path in lead["paths"] for hop in path["hops"]):
        assert f"{hop['from_caption']} – {hop['to_caption']}" in spoken
        assert f"{hop['strength']:.2f}" in spoken
    assert word("weakest", language) in spoken
    drawn = root.xpath("s:line", namespaces=space)
    assert len(drawn) == sum(len(path["hops"]) for path in lead["paths"])
    assert root.get("lang") == language


def test_the_picture_asks_for_nothing_outside(lead: dict[str, Any]) -> None:
    text = svg(lead, NOTE, "en").decode()
    assert not any(word in text for word in ("href", "url(", "@import", "<script", "foreignObject"))


@pytest.mark.parametrize("form", sorted(FORMS))
def test_the_same_lead_gives_the_same_bytes(lead: dict[str, Any], form: str) -> None:
    assert FORMS[form](lead, NOTE, "fr") == FORMS[form](lead, NOTE, "fr")


def test_every_channel_has_a_label_in_both_languages() -> None:
    text = resources.files("maillon.nexus").joinpath("labels.csv").read_text("utf-8")
    rows = [row for row in csv.DictReader(text.splitlines()) if row["kind"] == "channel"]
    assert sorted(row["code"] for row in rows) == sorted(CHANNELS)
    assert all(row["en"] and row["fr"] for row in rows)
    assert word("visit", "fr", kind="channel") == "visite en prison"
