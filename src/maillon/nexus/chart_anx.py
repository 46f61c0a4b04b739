"""A chart as ANX, the exchange XML of i2 Analyst's Notebook.

The format has no public specification. Written are the elements and attributes, in their order,
that an open-source writer of it has (pyanx; schema version 7.0.0.1): entities and links by
reference, types, strengths, attribute classes, places, and the handling note on every item. No copy
of the notebook was at hand to open it in.
"""

from collections.abc import Mapping
from typing import Any, Final

from lxml import etree

from maillon.nexus.chart_files import link_words, said_of
from maillon.nexus.export import Note, word
from maillon.nexus.graphfile import carried, seen, written

Json = Mapping[str, Any]
TYPES: Final = {
    "Person": "Person", "Company": "Organization", "Organization": "Organization",
    "LegalEntity": "Organization", "PublicBody": "Organization", "Vehicle": "Car",
    "Vessel": "Ship", "Address": "Place",
}  # fmt: skip
"""Icon by schema; of any other it is ``Anon``, as the notebook names an unknown thing."""
STRENGTHS: Final = {
    "fact": "DotStyleSolid", "assessment": "DotStyleDashed", "hearsay": "DotStyleDotted",
}  # fmt: skip
ARROWS: Final = {"": "ArrowNone", "there": "ArrowOnHead", "back": "ArrowOnTail",
                 "both": "ArrowOnBoth"}  # fmt: skip
FRAMES: Final = {"terror": 0x1E3CB4, "crime": 0x828C1E, "dual": 0x7A3C96}
"""Colour of the frame of an anchor, as ``0xBBGGRR``; its kind is an attribute too."""
ATTRIBUTES: Final = (
    "Maillon id", "Record", "Schema", "Anchor", "Protected", "Hub", "Note", "Channels", "Strength",
    "Count", "Kind", "First", "Last", "Handling",
)  # fmt: skip
"""Attribute classes, all of text."""
_DAY: Final = len("2026-01-31")


def chart_anx(chart: Json, note: Note, language: str) -> bytes:
    """Return a chart as ANX; arguments as for `maillon.nexus.chart_graphml`."""
    root = etree.Element("Chart", {"IdReferenceLinking": "false", "SchemaVersion": "7.0.0.1"})
    kinds = sorted({link["kind"] for link in chart["links"]} | {"fact"})
    _named(root, "Strength", [{"Name": k, "Id": k, "DotStyle": STRENGTHS[k]} for k in kinds])
    classes = [{"Name": name, "Type": "AttText", "IsUser": "true"} for name in ATTRIBUTES]
    _named(root, "AttributeClass", classes)
    types = sorted({_type(one) for one in chart["nodes"]})
    _named(root, "EntityType", [{"Name": one, "IconFile": one} for one in types])
    roles = sorted({link_words(one, language) for one in chart["links"]})
    _named(root, "LinkType", [{"Name": one} for one in roles])
    said = said_of(chart, note, language)
    comments = "; ".join(
        f"{name}: {said[name]}" for name in ("as_of", "note", "rewritten", "chart") if said[name]
    )
    held = etree.SubElement(etree.SubElement(root, "Summary"), "FieldCollection")
    for kind, value in (("Title", said["title"] or word("chart", language)),
                        ("Subject", said["handling"]), ("Comments", comments)):  # fmt: skip
        etree.SubElement(held, "Field", {"Type": f"SummaryField{kind}", "Field": seen(value)})
    items = etree.SubElement(root, "ChartItemCollection")
    ids = carried(one["id"] for one in chart["nodes"])
    for one in chart["nodes"]:
        _entity(items, one, ids[one["id"]], said["handling"])
    for link in chart["links"]:
        _link(items, link, (ids[link["from"]], ids[link["to"]]), (language, said["handling"]))
    return written(root)


def _named(root: "etree._Element", tag: str, rows: list[dict[str, str]]) -> None:
    held = etree.SubElement(root, f"{tag}Collection")
    for row in rows:
        etree.SubElement(held, tag, {name: seen(value) for name, value in row.items()})


def _type(node: Json) -> str:
    return TYPES.get(node["schema"], "Anon")


def _entity(items: "etree._Element", node: Json, id_: str, handling: str) -> None:
    x, y = str(round(node["x"])), str(round(node["y"]))
    said = {"Label": seen(node["caption"]), "Description": seen(handling), "XPosition": x}
    item = etree.SubElement(items, "ChartItem", said)
    end = etree.SubElement(item, "End", {"X": x, "Y": y, "Z": "0"})
    entity = etree.SubElement(
        end, "Entity", {"EntityId": id_, "Identity": id_, "LabelIsIdentity": "false"}
    )
    style = etree.SubElement(etree.SubElement(entity, "Icon"), "IconStyle", {"Type": _type(node)})
    if node["anchor"] in FRAMES:
        colour = str(FRAMES[node["anchor"]])
        etree.SubElement(style, "FrameStyle", {"Colour": colour, "Margin": "5", "Visible": "true"})
    _attributes(item, {
        "Maillon id": node["id"], "Record": node["record"], "Schema": node["schema"],
        "Anchor": node["anchor"] or "", "Protected": "true" if node["is_protected"] else "",
        "Hub": "true" if node["is_hub"] else "", "Note": node["note"], "Handling": handling,
    })  # fmt: skip


def _link(
    items: "etree._Element", link: Json, ends: tuple[str, str], words: tuple[str, str]
) -> None:
    language, handling = words
    first, last = (day or "" for day in link["interval"])
    role = link_words(link, language)
    said = {"Label": f"{role} ({link['count']})", "Description": seen(handling)}
    if first:
        said["DateTimeDescription"] = first if first == last or not last else f"{first} / {last}"
    if len(first) == _DAY:  # a month or a year alone stays the text that it is
        said |= {"DateTime": f"{first}T00:00:00.000", "DateSet": "true", "TimeSet": "false"}
    item = etree.SubElement(items, "ChartItem", said)
    drawn = etree.SubElement(item, "Link", {"End1Id": ends[0], "End2Id": ends[1]})
    etree.SubElement(drawn, "LinkStyle", {
        "Type": role, "ArrowStyle": ARROWS[link["arrow"]], "StrengthReference": link["kind"],
        "LineWidth": str(1 + round(4 * link["strength"])), "MlStyle": "MultiplicityMultiple",
    })  # fmt: skip
    _attributes(item, {
        "Channels": " ".join(link["channels"]), "Strength": f"{link['strength']:.6f}",
        "Count": str(link["count"]), "Kind": link["kind"], "First": first, "Last": last,
        "Handling": handling,
    })  # fmt: skip


def _attributes(item: "etree._Element", values: Mapping[str, str]) -> None:
    held = etree.SubElement(item, "AttributeCollection")
    for name, value in values.items():
        if value:
            said = {"AttributeClass": name, "Value": seen(value)}
            etree.SubElement(held, "Attribute", said)
