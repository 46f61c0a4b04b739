"""One lead whole: its hops, what speaks for and against it, its other paths, what was not seen."""

from typing import Any, ClassVar, Final

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import maximum_flow

from maillon.model import MaillonError
from maillon.nexus.coverage import Searched, coverage
from maillon.nexus.evidence import shown
from maillon.nexus.features import FEATURES, features
from maillon.nexus.field import survey
from maillon.nexus.fold import Ranked, with_others
from maillon.nexus.lead import lead_id_of
from maillon.nexus.links import Bench, Ints, drop, hubs
from maillon.nexus.paths import NONE, Paths
from maillon.nexus.probability import probability_of
from maillon.nexus.settings import TraceSettings
from maillon.nexus.tracing import Run, running, walk
from maillon.nexus.writing import write

Json = dict[str, Any]
OTHERS_SHOWN: Final = 20
"""Further paths of a lead that are named; all are counted."""
_HUBS: Final = """
SELECT h.code, h.grp, g.size, list(n.canonical ORDER BY n.canonical)
FROM nexus_hub h JOIN nexus_group g ON g.code = h.code AND g.grp = h.grp
JOIN nexus_node n ON n.node = h.node
WHERE h.node IN (SELECT unnest($nodes)) GROUP BY ALL ORDER BY g.size DESC, h.code, h.grp
"""
_ASSESSED: Final = """
SELECT n.canonical, count(*) FROM statement s JOIN nexus_who w ON w.entity IN (s.entity, s.value)
JOIN nexus_node n ON n.node = w.node
WHERE s.kind = 'assessment' AND w.node IN (SELECT unnest($nodes))
GROUP BY n.canonical ORDER BY n.canonical
"""


class UnknownLeadError(MaillonError, ValueError):
    """No lead of this id among those kept: the same answer for hidden, absent and lower ones.

    Args:
        lead_id: As it was given.
        kept: How many leads the run kept.
    """

    exit_code: ClassVar[int] = 2
    http_status: ClassVar[int] = 404

    def __init__(self, lead_id: str, kept: int | None) -> None:
        among = "among the leads" if kept is None else f"among the first {kept} leads"
        super().__init__(
            f"no lead {lead_id} {among} of this mandate; "
            "`maillon trace` prints their ids, --top N keeps more"
        )
        self.lead_id = lead_id


def explain_lead(bench: Bench, lead_id: str, settings: TraceSettings) -> Json:
    """Return one lead whole, as ``trace --explain LEAD --json`` prints it.

    Its line is the one of ``trace`` with the same settings. Beside it: ``figures`` (of its best
    path), ``other_paths``, ``edge_disjoint`` and ``not_searched``.

    Args:
        bench: A workbench with the view ``statement`` and the table ``canonical``.
        lead_id: Of the lead.
        settings: Those of the run that found it.

    Raises:
        UnknownLeadError: The run has no such lead.
    """
    with running(bench, settings) as run:
        at = _place(run, lead_id)
        if at is None:
            raise UnknownLeadError(lead_id, settings.top)
        paths, logit = run.written.paths, run.written.logit
        ranked = with_others(
            run.ranked[at : at + 1], paths, run.field.pairs.count, logit, settings.paths_per_lead
        )
        (lead,) = write(bench.con, run.written, ranked, is_complete=run.cut is None, first=at)
        own = _paths_of(run, ranked[0])
        return {
            **lead.line(),
            "of_leads": len(run.ranked),
            "figures": _figures(run, ranked[0]),
            "paths_count": len(own),
            "other_paths": _others(bench, run, ranked[0], own),
            "edge_disjoint": edge_disjoint(
                Paths(paths.nodes[own], paths.hops[own])
            ),
            "not_searched": _not_searched(bench, run, settings, own),
        }  # fmt: skip


def survey_coverage(bench: Bench, settings: TraceSettings) -> Json:
    """Return what a search between all anchors covers, as ``trace --coverage --json`` prints it."""
    try:
        field = survey(bench, settings)
        paths, cut = walk(field, settings)
        ends = paths.nodes[:, 0].astype(np.int64) * field.pairs.count + paths.crime
        done = Searched(len(paths), len(np.unique(ends)), cut, hubs(bench.con))
        return coverage(bench.con, field, settings, done)
    finally:
        drop(bench.con)


def edge_disjoint(paths: Paths) -> Json:
    """Return how many of some paths between two nodes share no hop: at least, and at most.

    ``at_least`` takes the shortest first; ``at_most`` is the greatest flow through their hops.
    """
    if not len(paths):
        return {"at_least": 0, "at_most": 0}
    used: set[int] = set()
    least = 0
    for row in np.lexsort((np.arange(len(paths)), paths.length)):
        hops = {int(hop) for hop in paths.hops[row] if hop != NONE}
        if not hops & used:
            least += 1
            used |= hops
    live = paths.hops != NONE
    first = np.unique(paths.hops[live], return_index=True)[1]
    a, b = (part[live][first] for part in (paths.nodes[:, :-1], paths.nodes[:, 1:]))
    names, number = np.unique(np.r_[a, b], return_inverse=True)
    one, two = np.split(number, 2)
    arcs = coo_array(
        (np.ones(2 * len(one), dtype=np.int32), (np.r_[one, two], np.r_[two, one])),
        shape=(len(names), len(names)),
    ).tocsr()
    ends = [int(np.searchsorted(names, node)) for node in (paths.nodes[0, 0], paths.crime[0])]
    return {"at_least": least, "at_most": int(maximum_flow(arcs, *ends).flow_value)}


def _place(run: Run, lead_id: str) -> int | None:
    names, paths = run.written.canonical, run.written.paths
    for at, lead in enumerate(run.ranked):
        ends = int(paths.nodes[lead.path][0]), int(paths.crime[lead.path])
        if lead_id_of(names[ends[0]], names[ends[1]]) == lead_id:
            return at
    return None


def _paths_of(run: Run, lead: Ranked) -> Ints:
    """Return the numbers of all paths between the anchors of a lead, best first."""
    paths = run.written.paths
    same = (paths.nodes[:, 0] == paths.nodes[lead.path, 0]) & (
        paths.crime == paths.crime[lead.path]
    )
    own = np.flatnonzero(same)
    return np.asarray(own[np.lexsort((own, -run.written.logit[own]))], dtype=np.int64)


def _figures(run: Run, lead: Ranked) -> dict[str, float]:
    paths = run.written.paths
    one = Paths(paths.nodes[lead.path : lead.path + 1], paths.hops[lead.path : lead.path + 1])
    row = features(run.field.pairs, run.field.told, one)[0]
    return {name: float(value) for name, value in zip(FEATURES, row, strict=True)}


def _others(bench: Bench, run: Run, lead: Ranked, own: Ints) -> list[Json]:
    """Return the further paths of a lead without their statements, best first."""
    seen = {lead.path, *lead.others}
    rest = [int(number) for number in own if int(number) not in seen][:OTHERS_SHOWN]
    paths, names = run.written.paths, run.written.canonical
    nodes = {int(node) for number in rest for node in paths.nodes[number] if node != NONE}
    captions = shown(bench.con, [], nodes).captions if rest else {}
    return [
        {
            "nodes": [
                {"id": names[int(node)], "caption": captions.get(int(node), names[int(node)])}
                for node in paths.nodes[number]
                if node != NONE
            ],
            "probability": float(probability_of(run.written.logit[number : number + 1])[0]),
        }
        for number in rest
    ]


def _not_searched(bench: Bench, run: Run, settings: TraceSettings, own: Ints) -> Json:
    """Return what no path of this lead could be found by, for its own nodes and for the view."""
    nodes = np.unique(run.written.paths.nodes[own])
    wanted = [int(node) for node in nodes if node != NONE]
    groups = bench.con.execute(_HUBS, {"nodes": wanted}).fetchall()
    assessed = bench.con.execute(_ASSESSED, {"nodes": wanted}).fetchall()
    done = Searched(len(own), 1, run.cut, [hub for hub in run.hubs if hub.channel != "degree"])
    whole = coverage(bench.con, run.field, settings, done)
    return {
        "hubs_of_its_nodes": [
            {"channel": code, "value": value, "size": size, "nodes": held}
            for code, value, size, held in groups
        ],
        "assessments_of_its_nodes": dict(assessed),
        "longest_path": settings.k,
        "cut": whole["cut"],
        "could_not": whole["could_not"],
    }
