"""The verbs of charts: who stands on one and how they are linked, and charts that are kept.

Whoever a view does not hold is not on the chart that it gets, whatever ids were asked for: hidden
and absent are left out alike.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from maillon.model import LimitError, View
from maillon.store import Store, Workbench
from maillon.store.charts import MOST_NODES, Chart, ChartHead, Placed
from maillon.workspace.leaving import handling_note
from maillon.workspace.looking import looking_at_many

if TYPE_CHECKING:
    from maillon.nexus import AroundSettings, Graph, Note
    from maillon.workspace.tracing import Tracing

Json = dict[str, Any]
MOST_HELD: Final = 20_000
"""Ids that one request may name."""
PICTURES: Final = ("png", "svg")
"""Forms in which a chart is drawn where it is looked at."""
FORMS: Final = ("graphml", "gexf", "ftm", "anx", "svg")
"""Forms in which a chart is written as a file."""
_APART: Final = 18.0
"""How far those stand from each other that were one when the chart was saved."""
_LABELS: Final = """
SELECT DISTINCT label FROM statement
WHERE entity IN (SELECT unnest($of)) ORDER BY label
"""
_MARKED: Final = """
SELECT DISTINCT label, marking FROM statement WHERE entity IN (SELECT unnest($of)) ORDER BY ALL
"""
_CANONICAL: Final = """
SELECT entity, canonical FROM canonical WHERE entity IN (SELECT unnest($of))
"""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a person has drawn, to be kept.

    Attributes:
        title: What to call it; empty for none.
        nodes: Who stands where; of ids that are canonical now, or of records.
    """

    title: str
    nodes: tuple[tuple[str, Placed], ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A chart that is about to leave.

    Attributes:
        line: As `Charting.shown` returns it.
        names: The id on the chart by each id that was asked for.
        members: Ids of the records of those on it.
        marked: Label and marking of every statement behind it.
    """

    line: Json
    names: Mapping[str, str]
    members: Sequence[str]
    marked: tuple[tuple[int, str], ...]


class Charting:
    """Charts in one workspace; every verb takes a view.

    Args:
        store: Its store.
        tracing: Lends the graph.
    """

    def __init__(self, store: Store, tracing: "Tracing") -> None:
        self._store = store
        self._tracing = tracing

    def shown(self, view: View, ids: Sequence[str], fresh: Sequence[str] | None = None) -> Json:
        """Return those of some ids whom the view holds, and the links among them.

        Args:
            view: What may be read.
            ids: Of records, or canonical now; what the view does not hold is left out.
            fresh: Those of them to tell of; the links are theirs with any of ``ids``. None: all.

        Returns:
            ``nodes``, ``links``, the handling ``codes`` of all that is behind them, ``as_of``.

        Raises:
            LimitError: There are too many ids.
        """
        _check(ids)
        wanted = ids if fresh is None else fresh
        with self._tracing.graph(view) as (graph, bench):
            held = _nodes(bench, graph, {*ids, *wanted})
            new = sorted({held[one] for one in wanted if one in held})
            with looking_at_many(self._store, view, "chart", list(wanted), bench):
                return self._line(view, (graph, bench), sorted(set(held.values())), new)

    def around(self, view: View, one: str, settings: "AroundSettings", held: Sequence[str]) -> Json:
        """Return a page of the neighbours of one, with their links to those on the chart.

        Args:
            view: What may be read.
            one: Any id of an entity.
            settings: Which neighbours, how many.
            held: Ids of those on the chart.

        Returns:
            As `shown`, with ``counts`` of all neighbours and the ``page``.

        Raises:
            UnknownEntityError: The view holds no such entity: the same answer for hidden and
                absent.
        """
        _check(held)
        found = self._tracing.around(view, one, settings)
        ids = [neighbour["id"] for neighbour in found["neighbours"]]
        with self._tracing.graph(view) as (graph, bench):
            known = _nodes(bench, graph, {found["id"], *held, *ids})
            there = {known[id_] for id_ in held if id_ in known}
            new = sorted({known[id_] for id_ in ids if id_ in known} - there)
            with looking_at_many(self._store, view, "chart", ids, bench):
                line = self._line(view, (graph, bench), sorted(set(known.values())), new)
        told = ("id", "caption", "counts", "hubs_not_crossed", "page")
        return {**{name: found[name] for name in told}, **line}

    def keep(self, view: View, drawn: Drawn) -> ChartHead:
        """Save a chart for the case of the view's mandate, or its account where it has none."""
        nodes, labels = self._placed(view, drawn)
        return self._store.charts.add(view, drawn.title, nodes, labels)

    def change(self, view: View, id_: str, seen: int, drawn: Drawn) -> int:
        """Save a chart anew; return its revision. Those whom the view does not hold stay on it.

        Raises:
            StaleError: Somebody saved it in between.
            NotFoundError: There is none of this case or account.
        """
        before = self._store.charts.read(view, id_)
        nodes, labels = self._placed(view, drawn)
        with self._tracing.graph(view) as (graph, bench):
            held = _nodes(bench, graph, {one for node in before.nodes for one in node.entities})
        unseen = [node for node in before.nodes if not held.keys() & set(node.entities)]
        whole = (drawn.title, [*nodes, *unseen], labels)
        return self._store.charts.change(view, id_, seen, whole)

    def delete(self, view: View, id_: str, seen: int) -> None:
        """Delete a chart; see `Charts.delete`."""
        self._store.charts.delete(view, id_, seen)

    def page(self, view: View, *, before: str = "", most: int = 50) -> list[ChartHead]:
        """Return the charts of the case or account, the newest first."""
        return self._store.charts.page(view, before=before, most=most)

    def open(self, view: View, id_: str, *, offset: int = 0, most: int = MOST_NODES) -> Json:
        """Return a saved chart with what the view reads today of those on it.

        Args:
            view: What may be read.
            id_: Of the chart.
            offset: How many of them to leave out at the start.
            most: How many to tell of.

        Returns:
            Its head; how many the view holds as ``total``; ``nodes`` with place, pin and note;
            ``links``, ``codes``, ``as_of``.

        Raises:
            NotFoundError: There is none of this case or account.
        """
        chart = self._store.charts.read(view, id_)
        ids = {one for node in chart.nodes for one in node.entities}
        with self._tracing.graph(view) as (graph, bench):
            held = _nodes(bench, graph, ids)
            every = sorted(set(held.values()))
            nodes = every[offset : offset + most]
            shown = set(nodes)
            look = sorted(one for one, node in held.items() if node in shown)
            with looking_at_many(self._store, view, "chart", look, bench):
                line = self._line(view, (graph, bench), nodes, nodes)
                places = _places(chart, held, nodes, graph)
        told = [{**one, **places[one["id"]]} for one in line["nodes"]]
        return {**chart.head.line(), **line, "nodes": told, "total": len(every)}

    def note(self, view: View, ids: Sequence[str], form: str) -> Json:
        """Write that a chart leaves as a picture, and return what must stand on it.

        Args:
            view: What may be read.
            ids: Everybody on it.
            form: One of `PICTURES`.

        Returns:
            Handling ``codes``, ``as_of``, ``agency``, ``purpose`` and ``legal_basis``.

        Raises:
            RefusedError: A handling code behind it is unknown to the house; or a lead between two
                on it was confirmed by nobody.
        """
        if form not in PICTURES:
            raise ValueError(f"no form {form}: one of {', '.join(PICTURES)}")
        note = self._leaving(view, self._chart(view, ids), form)[1]
        return {
            "codes": list(note.codes), "as_of": note.as_of, "agency": note.agency,
            "purpose": note.purpose, "legal_basis": note.legal_basis,
        }  # fmt: skip

    def export(self, view: View, drawn: Drawn, form: str, language: str = "en") -> bytes:
        """Return a chart as it is drawn now as a file, with its handling note.

        Args:
            view: What may be read; whoever it does not hold is not in the file.
            drawn: Its title, and who stands where.
            form: One of `FORMS`.
            language: Of its words: ``en`` or ``fr``.

        Raises:
            RefusedError: As `note`.
            LimitError: There are too many on it.
            ValueError: There is no such form.
        """
        chart = self._chart(view, [one for one, _ in drawn.nodes])
        held = {chart.names[one]: where for one, where in drawn.nodes if one in chart.names}
        places = {
            id_: {"x": one.x, "y": one.y, "is_pinned": one.is_pinned, "note": one.note}
            for id_, one in held.items()
        }
        return self._file(view, chart, ("", drawn.title, places), (form, language))

    def export_kept(self, view: View, id_: str, form: str, language: str = "en") -> bytes:
        """Return a saved chart as a file, whole, as the view reads it today; see `export`.

        Raises:
            NotFoundError: There is none of this case or account.
        """
        kept = self._store.charts.read(view, id_)
        chart = self._chart(view, [one for node in kept.nodes for one in node.entities])
        with self._tracing.graph(view) as (graph, bench):
            held = _nodes(bench, graph, chart.names)
            places = _places(kept, held, sorted(set(held.values())), graph)
        return self._file(view, chart, (id_, kept.head.title, places), (form, language))

    def _chart(self, view: View, ids: Sequence[str]) -> Told:
        """Return what is shown of some, and what is behind it: their records, and those of links.

        The ledger has who was looked at.
        """
        _check(ids)
        with self._tracing.graph(view) as (graph, bench):
            held = _nodes(bench, graph, set(ids))
            every = sorted(set(held.values()))
            with looking_at_many(self._store, view, "chart", list(ids), bench):
                line, behind = self._told(view, (graph, bench), every, every)
            who = graph.who.of(every).column("entity").to_pylist()
            marked = bench.con.execute(_MARKED, {"of": behind}).fetchall()
            captions = dict(zip(every, graph.canonical.take(every), strict=True))
        names = {one: captions[node] for one, node in held.items()}
        return Told(line, names, who, tuple((int(label), said or "") for label, said in marked))

    def _leaving(self, view: View, chart: Told, form: str) -> tuple[Json, "Note"]:
        """Check that a chart may leave, write that it does, and return it with its note."""
        from maillon.workspace.lead_verdicts import leads_among  # noqa: PLC0415 - only when leaving

        note = handling_note(self._store, view, chart.marked, "chart")
        for proposal in leads_among(self._store, view, chart.members):
            self._store.safeguards.validations.check(view, proposal)
        said = {"form": form, "codes": list(note.codes), "nodes": len(chart.line["nodes"])}
        self._store.note(view, "export", said, [one["id"] for one in chart.line["nodes"]])
        return chart.line, note

    def _file(
        self, view: View, chart: Told, kept: tuple[str, str, Mapping[str, Json]],
        how: tuple[str, str],
    ) -> bytes:  # fmt: skip
        from maillon import nexus  # noqa: PLC0415 - lxml

        id_, title, places = kept
        form, language = how
        write = {
            "graphml": nexus.chart_graphml, "gexf": nexus.chart_gexf, "ftm": nexus.chart_ftm,
            "anx": nexus.chart_anx, "svg": nexus.chart_svg,
        }.get(form)  # fmt: skip
        if write is None:
            raise ValueError(f"no form {form}: one of {', '.join(FORMS)}")
        line, note = self._leaving(view, chart, form)
        nodes = [{**one, **places[one["id"]]} for one in line["nodes"]]
        return write({**line, "chart": id_, "title": title, "nodes": nodes}, note, language)

    def _line(
        self, view: View, lent: tuple["Graph", Workbench], nodes: list[int], fresh: list[int]
    ) -> Json:
        return self._told(view, lent, nodes, fresh)[0]

    def _told(
        self, view: View, lent: tuple["Graph", Workbench], nodes: list[int], fresh: list[int]
    ) -> tuple[Json, list[str]]:
        """Return what is said of some, and the ids of all records that are behind it."""
        from maillon.nexus import (  # noqa: PLC0415 - numpy
            charted_links,
            charted_nodes,
            guarded,
            pairs_among,
        )

        graph, bench = lent
        links, rels = charted_links(bench.con, graph, pairs_among(graph, nodes, fresh))
        who = graph.who.of(fresh)
        members = who.column("entity").to_pylist()
        record: dict[int, str] = {}
        for node, entity in zip(who.column("node").to_pylist(), members, strict=True):
            record[node] = min(entity, record.get(node, entity))
        behind = sorted({*members, *rels})
        labels = _labels(bench, behind)
        known = self._store.labels(view)
        codes = {"/".join(filter(None, (known[n].scheme, known[n].code))) for n in labels}
        guards = guarded(bench.con)
        lines = charted_nodes(graph, fresh)
        received = [one.received for one in self._store.deliveries(view)]
        line = {
            "nodes": [
                {**one, "record": record[node], "is_protected": one["id"] in guards}
                for node, one in zip(fresh, lines, strict=True)
            ],
            "links": links,
            "codes": sorted(codes - {""}),
            "as_of": view.known_on or max(received, default="")[:10],
        }
        return line, behind

    def _placed(self, view: View, drawn: Drawn) -> tuple[list[Placed], list[int]]:
        """Return those of a drawing whom the view holds, by their records, and all labels."""
        _check([one for one, _ in drawn.nodes])
        with self._tracing.graph(view) as (graph, bench):
            held = _nodes(bench, graph, {one for one, _ in drawn.nodes})
            placed = {held[one]: where for one, where in drawn.nodes if one in held}
            records = {node: _records(graph, node) for node in placed}
            labels = _labels(bench, [one for held_ in records.values() for one in held_])
        nodes = [
            Placed(records[node], where.x, where.y, where.is_pinned, where.note)
            for node, where in placed.items()
        ]
        return nodes, labels


def _check(ids: Sequence[str]) -> None:
    if len(ids) > MOST_HELD:
        raise LimitError("ids of one request", MOST_HELD, len(ids))


def _nodes(bench: Workbench, graph: "Graph", ids: Iterable[str]) -> dict[str, int]:
    """Return the node of each id that the view holds."""
    wanted = set(ids)
    found = graph.canonical.find_all(wanted)
    if rest := sorted(wanted - found.keys()):
        rows = bench.con.execute(_CANONICAL, {"of": rest}).fetchall()
        known = graph.canonical.find_all({canonical for _, canonical in rows})
        found |= {entity: known[canonical] for entity, canonical in rows if canonical in known}
    return found


def _records(graph: "Graph", node: int) -> tuple[str, ...]:
    return tuple(sorted(graph.who.of([node]).column("entity").to_pylist()))


def _labels(bench: Workbench, entities: Iterable[str]) -> list[int]:
    rows = bench.con.execute(_LABELS, {"of": sorted(set(entities))}).fetchall()
    return [int(row[0]) for row in rows]


def _places(
    chart: Chart, held: dict[str, int], shown: list[int], graph: "Graph"
) -> dict[str, Json]:
    """Return place, pin and note by canonical id: what was one and is two stands side by side."""
    names = dict(zip(shown, graph.canonical.take(shown), strict=True))
    found: dict[str, Json] = {}
    for one in chart.nodes:
        for number, node in enumerate(sorted({held[id_] for id_ in one.entities if id_ in held})):
            if node not in names:
                continue
            id_, note = names[node], one.note
            place = {"x": one.x + _APART * number, "y": one.y, "is_pinned": one.is_pinned}
            if id_ in found:
                place, note = found[id_], "\n".join(filter(None, (found[id_]["note"], note)))
            found[id_] = {**place, "note": note}
    return found
