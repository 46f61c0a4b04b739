"""Records of a large XML file, one at a time, each with its path; and the text at a path.

Nothing is fetched, no entity is expanded, a DOCTYPE is refused before a record is read, libxml2
stops at 256 levels and at texts of 10 MB, and memory holds one chunk of the file and its records.
Paths: the root without index, each step below it with its place among siblings of that name, names
without namespace: ``/report/transaction[3]/t_from[1]``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Final, TypeAlias

from lxml import etree

from maillon.model import SourceError

Element: TypeAlias = etree._Element  # noqa: SLF001 - lxml has no public name for it

CHUNK: Final = 65_536
HEAD: Final = 65_536
"""Bytes in which a DOCTYPE and the root must begin."""

_DOCTYPE: Final = re.compile(r"<!DOCTYPE(\s+html\b)?", re.IGNORECASE)
_ROOT: Final = re.compile(r"<([^\W\d][\w.\-]*:)?([^\W\d][\w.\-]*)")
_ASIDE: Final = re.compile(r"<!--.*?-->|<\?.*?\?>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Shape:
    """Where the records of a format stand.

    Attributes:
        root: Name of the root, e.g. ``report``.
        depth: 1 where the children of the root are records, 2 where its grandchildren are.
        names: Names of the records whose end counts even where the file breaks off behind them.
        remedy: What to do where the file is no such format.
    """

    root: str
    depth: int
    names: tuple[str, ...]
    remedy: str


@dataclass(slots=True)
class _Sweep:
    """The tree as far as it is built: gives its finished records out and drops them."""

    shape: Shape
    root: Element | None = None
    ended: set[int] = field(default_factory=set)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    box_counts: dict[str, int] = field(default_factory=dict)
    box: tuple[Element, str] | None = None
    last_ended: Element | None = None

    def see(self, parser: etree.XMLPullParser) -> None:
        """Take note of the root and of the last record whose end was met."""
        for event, element in parser.read_events():
            if not isinstance(element, etree._Element):  # noqa: SLF001 - lxml has no public name
                continue
            if self.root is None:
                self.root = element
            elif event == "end":
                self.last_ended = element

    def finished(self, *, whole: bool) -> Iterator[tuple[str, Element]]:
        """Give out the records that are complete; ``whole`` where the end of the file was met."""
        if self.root is None:
            return
        path = "/" + local_name(self.root)
        if self.shape.depth == 1:
            yield from self._children(self.root, path, whole=whole)
            return
        while len(self.root):
            box = self.root[0]
            if self.box is None or self.box[0] is not box:
                self.box = (box, self._step(path, box, self.box_counts))
            closed = whole or len(self.root) > 1
            yield from self._children(box, self.box[1], whole=closed)
            if not closed:
                return
            self.root.remove(box)
            self.box = None

    def _children(
        self, parent: Element, path: str, *, whole: bool
    ) -> Iterator[tuple[str, Element]]:
        counts = self.counts.setdefault(path, {})
        while len(parent) > 1 or (len(parent) == 1 and (whole or parent[0] is self.last_ended)):
            record = parent[0]
            place = self._step(path, record, counts)
            yield place, record
            parent.remove(record)

    def open_record(self) -> str:
        """Return the path of the record at which reading stopped."""
        if self.root is None:
            return "/"
        path, parent = "/" + local_name(self.root), self.root
        if self.shape.depth > 1 and len(self.root):
            parent = self.root[0]
            path = self.box[1] if self.box else self._step(path, parent, dict(self.box_counts))
        if len(parent):
            path = self._step(path, parent[0], dict(self.counts.get(path, {})))
        return path

    @staticmethod
    def _step(path: str, element: Element, counts: dict[str, int]) -> str:
        name = local_name(element)
        counts[name] = counts.get(name, 0) + 1
        return f"{path}/{name}[{counts[name]}]"


def local_name(element: Element) -> str:
    """Return the name of an element without its namespace."""
    name = str(element.tag)
    return name.rpartition("}")[2] if name.startswith("{") else name


def children(element: Element, path: str) -> Iterator[tuple[str, str, Element]]:
    """Give the name, the path and the element of each child, in file order."""
    counts: dict[str, int] = {}
    for child in element:
        name = child.tag
        if name[0] == "{":
            name = name.rpartition("}")[2]
        count = counts[name] = counts.get(name, 0) + 1
        yield name, f"{path}/{name}[{count}]", child


def text_of(element: Element) -> str:
    """Return the text content of an element: of all its descendants, joined by one space."""
    return " ".join(part for text in element.itertext() if (part := " ".join(str(text).split())))


def _refusal(head: bytes, shape: Shape) -> str | None:
    """Return why the head of the file shows that it cannot be read, or None."""
    if not head.strip():
        return f"the file is empty; {shape.remedy}"
    wide = head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"<\x00" in head[:4] or b"\x00<" in head[:4]
    text = head.replace(b"\x00", b"").decode("latin-1") if wide else head.decode("latin-1")
    bare = _ASIDE.sub("", text)
    root = _ROOT.search(bare)
    doctype = _DOCTYPE.search(bare)
    name = "" if root is None else root.group(2)
    is_early = doctype is not None and (root is None or doctype.start() < root.start())
    if name.lower() == "html" or (is_early and doctype is not None and doctype[1]):
        return f"this is a web page (HTML), not a {shape.root} file; {shape.remedy}"
    if is_early:
        return "the file has a DOCTYPE, which may expand entities: refused; send it without one"
    if name != shape.root:
        what = f"its root is <{name}>" if name else "it holds no XML element"
        return f"{what}, where <{shape.root}> is expected; {shape.remedy}"
    return None


def _parser(shape: Shape) -> etree.XMLPullParser:
    """Return a parser that fetches nothing and expands nothing."""
    return etree.XMLPullParser(
        events=("start", "end"),
        tag=[f"{{*}}{name}" for name in (shape.root, *shape.names)],
        huge_tree=False,
        resolve_entities=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
    )


def records(
    raw: IO[bytes], dataset: str, shape: Shape
) -> Iterator[tuple[str, Element] | SourceError]:
    """Give the path and the element of each record, in file order.

    An element is valid until the next step. Where the file cannot be read on, one `SourceError`
    comes last and names the record at which reading stopped; it is ``whole``: what would have
    followed is not known. ``raw`` is left open.
    """
    head = raw.read(HEAD)
    refusal = _refusal(head, shape)
    if refusal is not None:
        yield SourceError(dataset, "xpath:/", refusal, whole=True)
        return
    parser = _parser(shape)
    sweep = _Sweep(shape)
    try:
        chunk = head
        while chunk:
            parser.feed(chunk)
            sweep.see(parser)
            if sweep.root is not None and sweep.root.getroottree().docinfo.doctype:  # type: ignore[attr-defined]  # the stubs lack it
                reason = "the file has a DOCTYPE: refused; send it without one"
                yield SourceError(dataset, "xpath:/", reason, whole=True)
                return
            yield from sweep.finished(whole=False)
            chunk = raw.read(CHUNK)
        parser.close()
    except etree.XMLSyntaxError as error:
        sweep.see(parser)
        yield from sweep.finished(whole=False)
        reason = (
            f"unreadable from here on: {error.msg}; ask the sender for the whole file, well-formed"
        )
        yield SourceError(dataset, "xpath:" + sweep.open_record(), reason, whole=True)
        return
    sweep.see(parser)
    yield from sweep.finished(whole=True)


def text_at(raw: IO[bytes], locator: str, shape: Shape) -> str:
    """Return the text content at a locator, e.g. ``xpath:/report/transaction[3]``.

    Raises:
        KeyError: The file has no such place.
    """
    path = locator.removeprefix("xpath:")
    for found in records(raw, "", shape):
        if isinstance(found, SourceError):
            continue
        place, record = found
        if path == place:
            return text_of(record)
        if path.startswith(place + "/"):
            return text_of(_descend(record, place, path))
    raise KeyError(locator)


def _descend(element: Element, place: str, path: str) -> Element:
    while place != path:
        for _, below, child in children(element, place):
            if path == below or path.startswith(below + "/"):
                element, place = child, below
                break
        else:
            raise KeyError("xpath:" + path)
    return element
