"""What each format delivers, field by field: place and text, to be found again among what was read."""

import csv
import io
import json
from collections.abc import Iterator

from lxml import etree

from maillon.sources.edifact import Segment, segments
from maillon.sources.xmlrecords import Element, children

from .golden import Golden

Field = tuple[str, str, str]
"""Locator, name and text of a delivered field."""


def fields(golden: Golden) -> Iterator[Field]:
    """Give every field of a golden file that holds a text."""
    if golden.path.endswith(".xml"):
        root = etree.fromstring(golden.data)
        yield from _xml(root, "xpath:/" + etree.QName(root).localname)
    elif golden.adapter == "paxlst":
        for item in segments(io.BytesIO(golden.data)):
            if isinstance(item, Segment):
                yield item.locator, item.tag, item.text
    elif golden.adapter == "ftm-json":
        yield from _lines(golden.data.decode())
    else:
        yield from _cells(golden)


def _xml(element: Element, place: str) -> Iterator[Field]:
    for name, below, child in children(element, place):
        if len(child):
            yield from _xml(child, below)
        elif (child.text or "").strip():
            yield below, name, " ".join((child.text or "").split())


def _lines(text: str) -> Iterator[Field]:
    for number, line in enumerate(text.splitlines(), 1):
        try:
            parsed = json.loads(line)
        except ValueError:
            yield f"line:{number}", "line", line
            continue
        for key, value in parsed.items():
            if key == "properties":
                for name, texts in value.items():
                    for each in texts:
                        yield f"line:{number}", name, str(each)
            else:
                yield f"line:{number}", key, str(value)


def _cells(golden: Golden) -> Iterator[Field]:
    delimiter = ";" if golden.adapter == "csv" else ","
    rows = csv.reader(io.StringIO(golden.data.decode("latin-1"), newline=""), delimiter=delimiter)
    header: list[str] = []
    for row in rows:
        if golden.adapter == "csv" and not header:
            header = row
            continue
        for at, cell in enumerate(row):
            if cell.strip(" \x1a") and cell.strip() != "-0-":
                name = header[at] if header else str(at)
                yield f"line:{rows.line_num}", name, cell
