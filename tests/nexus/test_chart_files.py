"""A chart as GraphML, GEXF, FtM lines, ANX and SVG: read back by others, whatever a name holds."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx  # type: ignore[import-untyped]  # it ships no types
import pytest
from lxml import etree

from maillon.model import Statement
from maillon.model.ftm import ftm_model
from maillon.nexus import (
    Note,
    chart_anx,
    chart_ftm,
    chart_gexf,
    chart_graphml,
    chart_svg,
    seen,
)
from maillon.sources import adapter

NOTE = Note(
    ("TLP 2.0/TLP:AMBER",), ("NOT FOR PRESS",), ("rt_police", "rt_fiu"), ("Police Act, s. 1",),
    "centre", "linking", "Coordination Centre Act, s. 4", "2026-11-25",
)  # fmt: skip
Write = Callable[[dict[str, Any], Note, str], bytes]
FORMS: dict[str, Write] = {
    "graphml": chart_graphml, "gexf": chart_gexf, "ftm": chart_ftm, "anx": chart_anx,
    "svg": chart_svg,
}  # fmt: skip
XML = sorted(FORMS.keys() - {"ftm"})
HOSTILE = 'A\x00\x1b]<b>"&\u202egpj.exe\ufffe\ud800 \u200f\u0645\u062d\u0645\u062f ]]> \U0001f512'
SHOWN = 'A[U+0000][U+001B]]<b>"&[U+202E]gpj.exe[U+FFFE][U+D800] \u200f\u0645\u062d\u0645\u062f ]]> \U0001f512'
BIDI = Path(__file__).parents[1] / "data" / "labels_bidi_hostile.json"


def node(id_: str, caption: str, **more: object) -> dict[str, Any]:
    return {
        "id": id_, "caption": caption, "schema": "Person", "anchor": None, "is_hub": False,
        "links": 2, "record": f"r-{id_}", "is_protected": False, "x": 0.0, "y": 0.0,
        "is_pinned": False, "note": "", **more,
    }  # fmt: skip


def link(one: str, other: str, **more: object) -> dict[str, Any]:
    return {
        "from": one, "to": other, "channels": ["call", "payment"], "strength": 0.4375, "count": 5,
        "kind": "fact", "arrow": "there", "interval": ["2024-05-06", "2024-07"], **more,
    }  # fmt: skip


def chart(*nodes: dict[str, Any], links: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    return {"chart": "0123456789abcdef", "title": "port", "nodes": list(nodes),
            "links": list(links), "codes": [], "as_of": "2026-11-25"}  # fmt: skip


@pytest.fixture
def port() -> dict[str, Any]:
    """Three of whom two are anchors; the second link is hearsay, undated, the other way."""
    return chart(
        node("t1", "Amos Verner", anchor="terror", x=-10.5, y=4.0, is_pinned=True, note="at night"),
        node("m1", "Bela Konrad", is_protected=True, x=150.0),
        node("c1", "Cyril Dusek & Sons", schema="Company", anchor="crime", is_hub=True, y=90.25),
        links=(
            link("t1", "m1"),
            link("m1", "c1", kind="hearsay", arrow="back", count=1, interval=[None, None]),
        ),
    )


def parse(content: bytes) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(content, parser)


def back(form: str, content: bytes) -> Any:
    read = {"graphml": nx.read_graphml, "gexf": nx.read_gexf}[form]
    return read(io.BytesIO(content))


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_the_graph_read_back_has_everybody_where_they_stand(
    port: dict[str, Any], form: str
) -> None:
    found = back(form, FORMS[form](port, NOTE, "en"))
    assert set(found) == {"t1", "m1", "c1"}
    for one in port["nodes"]:
        held = found.nodes[one["id"]]
        assert (held["label"], held["schema"]) == (one["caption"], one["schema"])
        assert (held["x"], held["y"], held["pinned"]) == (one["x"], one["y"], one["is_pinned"])
        assert (held["hub"], held["protected"]) == (one["is_hub"], one["is_protected"])
        assert (held["note"], held["record"]) == (one["note"], one["record"])


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_the_graph_read_back_has_every_link_with_its_strength(
    port: dict[str, Any], form: str
) -> None:
    found = back(form, FORMS[form](port, NOTE, "en"))
    assert {frozenset(edge) for edge in found.edges} == {
        frozenset(("t1", "m1")), frozenset(("m1", "c1")),
    }  # fmt: skip
    held = found.edges["t1", "m1"]
    assert (held["strength"], held["count"], held["kind"]) == (0.4375, 5, "fact")
    assert (held["first"], held["last"], held["arrow"]) == ("2024-05-06", "2024-07", "there")
    assert held["channels"].split() == ["call", "payment"]


def test_the_lines_are_entities_that_followthemoney_takes(port: dict[str, Any]) -> None:
    lines = [json.loads(line) for line in chart_ftm(port, NOTE, "en").splitlines()]
    for line in lines:
        entity = ftm_model().get_proxy(line, cleaned=False)
        entity.schema.validate({"properties": line["properties"]})
    ties = [line["properties"] for line in lines if line["schema"] == "UnknownLink"]
    assert [(one["subject"], one["object"]) for one in ties] == [(["t1"], ["m1"]), (["c1"], ["m1"])]


def test_the_lines_are_read_back_by_our_own_adapter_without_a_loss(port: dict[str, Any]) -> None:
    raw = io.BytesIO(chart_ftm(port, NOTE, "en"))
    items = list(adapter("ftm-json").read(raw, "back"))
    said = {(one.entity, one.prop, one.value) for one in items if isinstance(one, Statement)}
    assert len([one for one in items if isinstance(one, Statement)]) == len(items)
    assert {("t1", "name", "Amos Verner"), ("c1", "name", "Cyril Dusek & Sons")} <= said
    assert ("t1", "notes", "at night") in said
    assert {one.marking for one in items if isinstance(one, Statement)} == {
        "TLP:AMBER; NOT FOR PRESS"
    }


def test_anx_has_each_party_and_each_link_between_their_ids(port: dict[str, Any]) -> None:
    root = parse(chart_anx(port, NOTE, "en"))
    entities = {one.get("EntityId"): one for one in root.iter("Entity")}
    assert set(entities) == {"t1", "m1", "c1"}
    ends = [(one.get("End1Id"), one.get("End2Id")) for one in root.iter("Link")]
    assert ends == [("t1", "m1"), ("m1", "c1")]
    arrows = [one.get("ArrowStyle") for one in root.iter("LinkStyle")]
    assert arrows == ["ArrowOnHead", "ArrowOnTail"]


def test_anx_names_no_type_strength_or_attribute_that_it_does_not_declare(
    port: dict[str, Any],
) -> None:
    root = parse(chart_anx(port, NOTE, "en"))
    for tag, name, declared in (
        ("IconStyle", "Type", "EntityType"), ("LinkStyle", "Type", "LinkType"),
        ("LinkStyle", "StrengthReference", "Strength"),
        ("Attribute", "AttributeClass", "AttributeClass"),
    ):  # fmt: skip
        used = {one.get(name) for one in root.iter(tag)}
        assert used
        assert used <= {one.get("Name") for one in root.iter(declared)}


def test_anx_takes_a_whole_day_as_a_time_and_leaves_a_partial_one_as_text(
    port: dict[str, Any],
) -> None:
    port["links"][1]["interval"] = ["2024-05", "2024-05"]
    root = parse(chart_anx(port, NOTE, "en"))
    whole, partial = (one.getparent() for one in root.iter("Link"))
    assert (whole.get("DateTime"), whole.get("DateSet")) == ("2024-05-06T00:00:00.000", "true")
    assert (partial.get("DateTime"), partial.get("DateTimeDescription")) == (None, "2024-05")


@pytest.mark.parametrize("form", sorted(FORMS))
@pytest.mark.parametrize(("language", "said"), [("en", "Handling: "), ("fr", "Traitement: ")])
def test_every_file_names_the_handling_note_in_its_language(
    port: dict[str, Any], form: str, language: str, said: str
) -> None:
    text = FORMS[form](port, NOTE, language).decode()
    assert f"{said}TLP 2.0/TLP:AMBER, NOT FOR PRESS" in text
    assert "Coordination Centre Act, s. 4" in text


@pytest.mark.parametrize("form", XML)
def test_a_hostile_name_is_seen_as_it_is_breaks_nothing_and_is_told(form: str) -> None:
    content = FORMS[form](chart(node("x1", HOSTILE)), NOTE, "en")
    root = parse(content)
    texts = [*root.itertext(), *(value for one in root.iter() for value in one.attrib.values())]
    assert any(SHOWN in text for text in texts)
    assert "\u202e" not in content.decode()
    assert not root.xpath("//*[local-name() = 'b']")
    assert any("1 texts hold characters that this format cannot carry" in text for text in texts)


def test_a_line_keeps_every_character_that_json_carries() -> None:
    (line,) = chart_ftm(chart(node("x1", HOSTILE)), NOTE, "en").splitlines()
    assert json.loads(line)["properties"]["name"] == [HOSTILE.replace("\ud800", "[U+D800]")]


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_ids_that_xml_cannot_tell_apart_stay_two(form: str) -> None:
    drawn = chart(node("a\x00", "One"), node("a[U+0000]", "Other"))
    drawn["links"] = [link("a\x00", "a[U+0000]")]
    found = back(form, FORMS[form](drawn, NOTE, "en"))
    assert {found.nodes[one]["label"] for one in found} == {"One", "Other"}
    assert len(found.edges) == 1


def test_nothing_is_told_of_names_that_are_carried_as_they_are(port: dict[str, Any]) -> None:
    assert "cannot carry" not in chart_graphml(port, NOTE, "en").decode()


@pytest.mark.parametrize("form", sorted(FORMS))
def test_a_chart_of_nobody_is_a_file_that_is_read(form: str) -> None:
    content = FORMS[form](chart(), NOTE, "en")
    assert content == b"" if form == "ftm" else parse(content) is not None


@pytest.mark.parametrize("form", sorted(FORMS))
def test_the_same_chart_gives_the_same_bytes(port: dict[str, Any], form: str) -> None:
    assert FORMS[form](port, NOTE, "fr") == FORMS[form](port, NOTE, "fr")


def test_the_picture_has_everybody_inside_and_says_every_link_in_words(
    port: dict[str, Any],
) -> None:
    root = parse(chart_svg(port, NOTE, "en"))
    space = {"s": "http://www.w3.org/2000/svg"}
    (spoken,) = root.xpath("s:desc/text()", namespaces=space)
    assert "Amos Verner – Bela Konrad" in spoken
    lines = root.xpath("//s:line", namespaces=space)
    assert len(lines) == 2
    width, height = float(root.get("width")), float(root.get("height"))
    for one in lines:
        assert all(0 <= float(one.get(name)) <= width for name in ("x1", "x2"))
        assert all(0 <= float(one.get(name)) <= height for name in ("y1", "y2"))
    assert [one.get("stroke-dasharray") for one in lines] == [None, "2 4"]
    assert len(root.xpath("//s:circle[@class='ring']", namespaces=space)) == 1


def test_the_picture_asks_for_nothing_outside(port: dict[str, Any]) -> None:
    text = chart_svg(port, NOTE, "en").decode()
    assert not any(word in text for word in ("href", "url(", "@import", "<script", "foreignObject"))


@pytest.mark.parametrize("form", XML)
def test_labels_of_every_script_and_direction_are_carried(form: str) -> None:
    names = [one["text"] for one in json.loads(BIDI.read_text("utf-8"))]
    drawn = chart(*(node(f"n{number}", name) for number, name in enumerate(names)))
    root = parse(FORMS[form](drawn, NOTE, "en"))
    texts = {*root.itertext(), *(value for one in root.iter() for value in one.attrib.values())}
    assert {seen(name) for name in names} <= texts
