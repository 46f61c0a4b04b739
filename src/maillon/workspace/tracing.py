"""The verbs of tracing on demand: between two, around one, a lead whole, what was covered."""

import copy
import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from maillon.model import LimitError, StaleError, View
from maillon.store import Store, Workbench
from maillon.store.changes import view_key
from maillon.store.clock import utc_now
from maillon.workspace.kept import Kept
from maillon.workspace.lead_verdicts import lead_proposal
from maillon.workspace.leaving import handling_note
from maillon.workspace.looking import look, look_whole
from maillon.workspace.resolution import resolved

if TYPE_CHECKING:
    from maillon.nexus import (
        AroundSettings,
        BetweenSettings,
        Graph,
        Note,
        TraceSettings,
    )

FORMS: Final = ("graphml", "gexf", "svg")
_TRIES: Final = 4
_NOTED: Final = """
SELECT DISTINCT label, marking FROM statement
WHERE entity IN (SELECT unnest($said)) AND id IN (SELECT unnest($ids))
   OR entity IN (SELECT unnest($members)) AND prop IN ('name', 'topics')
ORDER BY ALL
"""


class Tracing:
    """Tracing on demand in one workspace; every verb takes a view.

    Args:
        store: Its store.
        kept: What was traced lately.
    """

    def __init__(self, store: Store, kept: Kept | None = None) -> None:
        self._store = store
        self._lately = kept or Kept(store)

    def between(
        self,
        view: View,
        one: str,
        other: str,
        settings: "BetweenSettings | None" = None,
        *,
        open_hubs: frozenset[str] = frozenset(),
    ) -> dict[str, Any]:
        """Return the paths between two entities, see `maillon.nexus.between_line`.

        Args:
            view: What may be read.
            one: Any id of an entity: of a record, canonical now, or canonical at any time.
            other: Of another.
            settings: How far to look.
            open_hubs: Hubs that may be crossed: ids of entities, or ``channel:value`` of groups.

        Raises:
            UnknownEntityError: The view holds no such entity: the same answer for hidden and
                absent.
            LimitError: A group that shall be opened has too many members.
        """  # fmt: skip
        from maillon.nexus import (  # noqa: PLC0415 - numpy
            BetweenSettings,
            between_line,
            guarded,
            routes,
        )

        settings = settings or BetweenSettings()
        with self._graph(view, open_hubs) as (graph, bench, entities):
            look_whole(self._store, view, "between", (one, other), bench)
            ends = [_node(bench, graph, wanted) for wanted in (one, other)]
            nodes = {graph.canonical[_node(bench, graph, hub)] for hub in sorted(entities)}
            never = settings.never_inner | guarded(bench.con)
            chosen = replace(settings, open_nodes=settings.open_nodes | nodes, never_inner=never)
            found = routes(graph, ends[0], ends[1], chosen)
            return between_line(bench, graph, found, chosen)

    def around(
        self, view: View, one: str, settings: "AroundSettings | None" = None
    ) -> dict[str, Any]:
        """Return what is around an entity, see `maillon.nexus.around_line`.

        Raises:
            UnknownEntityError: As `between`.
        """
        from maillon.nexus import (  # noqa: PLC0415 - as above
            AroundSettings,
            UnknownEntityError,
            around,
            around_line,
        )

        settings = settings or AroundSettings()
        with self._graph(view) as (graph, bench, _):
            look_whole(self._store, view, "around", (one,), bench)
            node = _node(bench, graph, one)
            for hub in sorted(settings.open_hubs):
                if _group(graph, hub) is None:
                    raise UnknownEntityError(hub)
            return around_line(graph, around(graph, node, settings), settings)

    def explain(
        self, view: View, lead: str, settings: "TraceSettings | None" = None
    ) -> dict[str, Any]:
        """Return one lead whole, see `maillon.nexus.explain_lead`.

        Raises:
            UnknownLeadError: The view has no such lead: the same answer for hidden and absent.
        """
        from maillon.nexus import TraceSettings, explain_lead  # noqa: PLC0415 - as above

        chosen = settings or TraceSettings()
        look(self._store, view, "lead", (lead,), ())

        def made() -> dict[str, Any]:
            with self._bench(view) as (bench, _):
                return explain_lead(bench, lead, chosen)

        return copy.deepcopy(self._lately.get(view, ("explain", lead, repr(chosen)), made))

    @contextmanager
    def graph(self, view: View) -> Iterator[tuple["Graph", Workbench]]:
        """Lend the graph of a view and its workbench; who shows of it notes that first."""
        with self._graph(view) as (graph, bench, _):
            yield graph, bench

    def coverage(self, view: View, settings: "TraceSettings | None" = None) -> dict[str, Any]:
        """Return what a search of the view covers, see `maillon.nexus.survey_coverage`."""
        from maillon.nexus import TraceSettings, survey_coverage  # noqa: PLC0415 - as above

        chosen = settings or TraceSettings()

        def made() -> dict[str, Any]:
            with self._bench(view) as (bench, _):
                return survey_coverage(bench, chosen)

        return copy.deepcopy(self._lately.get(view, ("coverage", repr(chosen)), made))

    def export(
        self,
        view: View,
        lead: str,
        form: str,
        language: str = "en",
        settings: "TraceSettings | None" = None,
    ) -> bytes:
        """Return one lead as a file, with the handling note of what it stands on.

        Args:
            view: What may be read.
            lead: Id of the lead.
            form: One of `FORMS`.
            language: Of its words: ``en`` or ``fr``.
            settings: Those of the run that found it.

        Raises:
            UnknownLeadError: As `explain`.
            RefusedError: No person confirmed it as it stands; or a handling code behind it is
                unknown to the house: it is not exported.
            ValueError: There is no such form.
        """  # fmt: skip
        from maillon.nexus import TraceSettings, explain_lead, gexf, graphml, svg  # noqa: PLC0415

        write = {"graphml": graphml, "gexf": gexf, "svg": svg}.get(form)
        if write is None:
            raise ValueError(f"no form {form}: one of {', '.join(FORMS)}")
        with self._bench(view) as (bench, canonical):
            line = explain_lead(bench, lead, settings or TraceSettings())
            note = self._note(view, bench, canonical, line)
        proposal = lead_proposal(self._store, view, line)
        self._store.safeguards.validations.check(view, proposal)
        said = {"form": form, "lead": lead, "codes": list(note.codes)}
        self._store.note(view, "export", said, (lead,))
        return write(line, note, language)

    def _note(
        self, view: View, bench: Workbench, canonical: pa.Table, line: dict[str, Any]
    ) -> "Note":
        """Return the handling note of a lead: of all statements that it shows or is named by."""
        hops = [hop for path in line["paths"] for hop in path["hops"]]
        shown = [one for hop in hops for one in hop["statements"]]
        nodes = {hop[side] for hop in hops for side in ("from", "to")}
        members = canonical.filter(
            pc.is_in(canonical.column("canonical"), pa.array(sorted(nodes)))
        ).column("entity")
        rows = bench.con.execute(_NOTED, {
            "said": sorted({one["entity"] for one in shown}),
            "ids": sorted({one["id"] for one in shown}),
            "members": sorted({*members.to_pylist(), *nodes}),
        }).fetchall()  # fmt: skip
        return handling_note(self._store, view, rows, "lead")

    @contextmanager
    def _bench(self, view: View) -> Iterator[tuple[Workbench, pa.Table]]:
        """Lend the view's workbench with the table ``canonical``."""
        from maillon.nexus import FEATURES  # noqa: PLC0415 - only when tracing
        from maillon.workspace.workspace import show_canonical  # noqa: PLC0415 - it imports this

        self._store.cards.check("lead-ranking", FEATURES, view, utc_now()[:10])
        canonical = resolved(self._store, view).canonical
        with self._store.workbench(view) as bench:
            show_canonical(bench, canonical)
            yield bench, canonical

    @contextmanager
    def _graph(
        self, view: View, open_hubs: frozenset[str] = frozenset()
    ) -> Iterator[tuple["Graph", Workbench, frozenset[str]]]:
        """Lend the graph of a view, its workbench, and those of ``open_hubs`` that are no groups.

        The graph is made where statements or judgements of the view have changed. One with opened
        groups, and one of a past day, is made for the occasion.
        """
        with self._bench(view) as (bench, canonical):
            kept = _sha256(canonical)
            graph = None if view.known_on else self._kept(view, bench, kept)
            opened: frozenset[str] = frozenset()
            if open_hubs:
                graph = graph or self._passing(bench, kept, frozenset())
                opened = frozenset(hub for hub in open_hubs if _group(graph, hub) is not None)
                _check_sizes(graph, opened)
            if graph is None or opened:
                graph = self._passing(bench, kept, opened)
            yield graph, bench, open_hubs - opened

    def _kept(self, view: View, bench: Workbench, kept: str) -> "Graph":
        from maillon.nexus import TraceSettings, build_graph, open_graph  # noqa: PLC0415

        said = hashlib.sha256(view_key(view).encode()).hexdigest()[:16]
        name = f"graph-{said}"
        for _ in range(_TRIES):
            folder = self._store.derived_folder(view, name)
            try:
                graph = None if folder is None else open_graph(folder)
            except FileNotFoundError:  # another process made a newer one in between
                continue
            if graph is not None and graph.meta["resolution"] == kept:
                return graph
            self._store.forget_derived(view, name)
            with self._store.deriving(view, name) as work:
                build_graph(bench, work, TraceSettings(), {"resolution": kept})
        raise StaleError("the graph of this view changes faster than it is made: ask again")

    def _passing(self, bench: Workbench, kept: str, opened: frozenset[str]) -> "Graph":
        """Return a graph that nobody keeps: its files go at once, what is mapped stays readable."""
        from maillon.nexus import TraceSettings, build_graph, open_graph  # noqa: PLC0415

        scratch = self._store.settings.folder / "scratch"
        with tempfile.TemporaryDirectory(dir=scratch) as work:
            settings = TraceSettings(open_hubs=opened)
            build_graph(bench, Path(work), settings, {"resolution": kept})
            graph = open_graph(Path(work))
        assert graph is not None
        return graph


def _node(bench: Workbench, graph: "Graph", wanted: str) -> int:
    """Return the node of any id that an entity has or had."""
    from maillon import resolve  # noqa: PLC0415 - as above
    from maillon.nexus import UnknownEntityError  # noqa: PLC0415 - as above

    node = graph.canonical.find(wanted)
    if node is None:
        rows = bench.con.execute(
            "SELECT canonical FROM canonical WHERE entity = ?", [wanted]
        ).fetchall()
        now = str(rows[0][0]) if rows else resolve.current(bench.con, wanted)
        node = None if now is None else graph.canonical.find(now)
    if node is None:
        raise UnknownEntityError(wanted)
    return node


def _group(graph: "Graph", hub: str) -> int | None:
    """Return the number of a group that is not crossed, named as ``channel:value``."""
    channel, _, value = hub.partition(":")
    for number in range(len(graph.hubs.size)):
        if graph.hubs.value[number] == value and graph.hubs.code[number] == channel:
            return number
    return None


def _check_sizes(graph: "Graph", opened: frozenset[str]) -> None:
    from maillon.nexus import LARGEST_OPENED  # noqa: PLC0415 - as above

    for hub in sorted(opened):
        number = _group(graph, hub)
        size = 0 if number is None else int(graph.hubs.size[number])
        if size > LARGEST_OPENED:
            raise LimitError(f"members of {hub}, opened for a search", LARGEST_OPENED, size)


def _sha256(table: pa.Table) -> str:
    """Return the SHA-256 of a table's rows."""
    digest = hashlib.sha256()
    whole = table.combine_chunks()
    for column in whole.columns:
        held = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([])
        for buffer in held.buffers():
            digest.update(b"" if buffer is None else memoryview(buffer))
    return digest.hexdigest()
