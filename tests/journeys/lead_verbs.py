"""How the leak test calls each verb of leads."""

from collections.abc import Callable

from maillon.model import Act
from maillon.store import LeadState
from maillon.workspace import Workspace

from .verdict_verbs import LEAD_VERDICT_VERBS


def _found(w: Workspace) -> object:
    trace, held = w.leads.found(w.view(Act.TRACE))
    assert trace.leads
    # when something was said is of each workspace
    stand = [{**one.line(), "said": len(one.said)} for one in held.standing.values()]
    return [one.line() for one in trace.leads], stand


def _assess(w: Workspace) -> object:
    trace, _ = w.leads.found(w.view(Act.TRACE))
    w.leads.assess(w.view(Act.JUDGE), trace.leads[0].lead_id, LeadState.REFUTED, "an invoice")
    rest, held = w.leads.found(w.view(Act.TRACE))
    (lead,) = [one.lead_id for one in held.set_aside]
    w.leads.assess(w.view(Act.JUDGE), lead, LeadState.PROPOSED, "taken back")
    return lead, [one.line() for one in rest.leads], len(w.leads.found(w.view(Act.TRACE))[0].leads)


def _standing(w: Workspace) -> object:
    view = w.view(Act.TRACE)
    lead = w.leads.found(view)[0].leads[0].lead_id
    held = w.leads.standing(view, lead)
    return lead, held.state, len(held.said), w.leads.standing(view, "no such lead").state


def _history(w: Workspace) -> object:
    return [(one.terror, one.crime, one.state) for one in w.leads.history(w.view(Act.TRACE))]


LEAD_VERBS: dict[str, Callable[[Workspace], object]] = {
    "found": _found,
    "assess": _assess,
    "history": _history,
    "standing": _standing,
    **LEAD_VERDICT_VERBS,
}
