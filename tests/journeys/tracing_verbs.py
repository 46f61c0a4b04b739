"""How the leak test calls each verb of tracing on demand."""

from collections.abc import Callable

import pytest

from maillon.model import Act, RefusedError
from maillon.nexus import AroundSettings, BetweenSettings
from maillon.resolve import own_id
from maillon.workspace import Workspace

from .verdict_verbs import answer, decider

HIDDEN = ("s1", "s2", "nobody", own_id("s1"), own_id("nobody"), "phone:+88845550001")


def _unknown(do: Callable[[str], object]) -> list[str]:
    """What is answered about what is hidden, and about what never was."""
    found = []
    for wanted in HIDDEN:
        with pytest.raises(ValueError, match="no person or organisation") as raised:
            do(wanted)
        found.append(str(raised.value).replace(wanted, ""))
    assert len(set(found)) == 1
    return found


def _between(w: Workspace) -> object:
    view = w.view(Act.TRACE)
    asked = BetweenSettings(k=6, top=1000, household=True)
    told = [w.tracing.between(view, one, other, asked)
            for one, other in (("t1", "c1"), ("t1b", own_id("t1")), ("c1", "m1"))]  # fmt: skip
    assert told[0]["count"] > 0
    hidden = _unknown(lambda wanted: w.tracing.between(view, "t1", wanted))
    opened = _unknown(
        lambda wanted: w.tracing.between(view, "t1", "c1", open_hubs=frozenset({wanted}))
    )
    return told, hidden, opened


def _around(w: Workspace) -> object:
    view = w.view(Act.TRACE)
    told = [w.tracing.around(view, one) for one in ("t1", "t1b", "m1", "c1")]
    assert told[2]["counts"]["neighbours"] > 0
    hidden = _unknown(lambda wanted: w.tracing.around(view, wanted))
    opened = _unknown(
        lambda hub: w.tracing.around(view, "t1", AroundSettings(open_hubs=frozenset({hub})))
    )
    return told, hidden, opened


def _leads(w: Workspace) -> list[str]:
    return [lead.lead_id for lead in w.trace(w.view(Act.TRACE)).leads]


def _explain(w: Workspace) -> object:
    view = w.view(Act.TRACE)
    with pytest.raises(ValueError, match="no lead") as raised:
        w.tracing.explain(view, "0123456789abcdef")
    told = [w.tracing.explain(view, lead) for lead in _leads(w)]
    assert told
    return told, str(raised.value)


def _export(w: Workspace) -> object:
    view, decides = w.view(Act.TRACE), decider(w)
    (lead, *_) = _leads(w)
    shown = w.leads.show(decides, lead)
    id_ = w.leads.validate(decides, lead, answer(shown, "confirmed"))
    found = [w.tracing.export(view, lead, form, "fr") for form in ("graphml", "gexf", "svg")]
    w.leads.undo(decides, id_, "mistaken")
    with pytest.raises(RefusedError, match="no person has confirmed") as raised:
        w.tracing.export(view, lead, "svg")
    return found, str(raised.value)


def _graph(w: Workspace) -> object:
    with w.tracing.graph(w.view(Act.TRACE)) as (graph, _):
        return list(graph.canonical), list(graph.caption)


TRACING_VERBS: dict[str, Callable[[Workspace], object]] = {
    "around": _around,
    "between": _between,
    "coverage": lambda w: w.tracing.coverage(w.view(Act.TRACE)),
    "explain": _explain,
    "export": _export,
    "graph": _graph,
}
