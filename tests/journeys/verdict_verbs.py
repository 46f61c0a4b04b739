"""How the leak test calls each verb of deciding on hits and leads."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from maillon.model import Act, MaillonError, View
from maillon.screen import questions
from maillon.store import HitsWanted
from maillon.workspace import Workspace
from maillon.workspace.deciding import Answer, Shown
from maillon.workspace.screenrun import ScreenOrder
from maillon.workspace.together import One

HIDDEN = (("t1b", "s1"), ("s1", "t1"), ("t1b", "z9"), ("z9", "t1"))

THIRD = """
[people.third]
agencies = ["centre"]
purposes = ["review"]
roles = ["supervisor", "broker"]
compartments = []
"""
"""An account that settles where two differ."""


def decider(w: Workspace, who: str = "analyst") -> View:
    return w.view(Act.DECIDE, replace(w.settings.mandate, purpose="review", who=who))


def screened(w: Workspace, *datasets: str) -> None:
    """Bring the hits of these datasets against all lists into the queue."""
    use = w.screening.rules().use()
    order = ScreenOrder(
        lambda bench: questions(bench, datasets, use), {"datasets": list(datasets)}, use
    )
    w.screening.delta(w.view(Act.SCREEN), order)


def answer(shown: Shown, verdict: str, **said: bool) -> Answer:
    return Answer(verdict, "same passport", shown.proposal.exculpatory, shown.revision, **said)


def _refused(do: Callable[[], object], *hide: str) -> str:
    with pytest.raises((MaillonError, ValueError)) as raised:
        do()
    text = f"{type(raised.value).__name__}: {raised.value}"
    for word in hide:
        text = text.replace(word, "X")
    return text


def _facts(shown: Shown) -> object:
    facts = [(one.side, one.code, one.text) for one in shown.proposal.facts]
    earlier = [(one.what, one.said, one.reason, one.stands, one.is_same) for one in shown.earlier]
    # two of one second have no order of their own
    said = [
        [(prop, one.value, [(row.dataset, row.locator) for row in one.said])
         for prop, held in sorted(side.items()) for one in held]
        for side in shown.records
    ]  # fmt: skip
    made = shown.scored and (shown.scored.points, shown.scored.reasons)
    return (
        shown.captions, shown.score, facts, sorted(earlier), bool(shown.waits_for_second), said,
        made,
    )  # fmt: skip


def _hit_queue(w: Workspace) -> object:
    screened(w, "register", "vault")
    view = decider(w)
    page = w.screening.queue(view)
    one_by_one, after = [], ""
    while got := w.screening.queue(view, after=after, count=1):
        one_by_one += got
        after = got[0].place
    assert [one.ids for one in one_by_one] == [one.ids for one in page]
    hidden = [replace(page[0], ids=pair) for pair in HIDDEN]
    names = [sorted(w.screening.captions(view, held).items()) for held in (page, hidden)]
    names.append(sorted(w.screening.names(view, ["t1", "s1", "z9"], "second looks").items()))
    narrow = [[one.ids for one in w.screening.queue(view, one)] for one in NARROW]
    counts = [w.store.rounds.count(view, one, 5) for one in NARROW]
    assert counts == [len(one) for one in narrow]
    waiting = w.screening.waiting(view, 5)
    queue = [(one.ids, one.score, one.dataset, one.waits_for_second) for one in page]
    return queue, names, narrow, waiting


NARROW = (
    HitsWanted(dataset="vault"), HitsWanted(source="vault"), HitsWanted(subject="s1"),
    HitsWanted(entry="s1"), HitsWanted(subject="z9"), HitsWanted(entry="t1"),
    HitsWanted(least=0.5), HitsWanted(mine="decided"), HitsWanted(mine="waits"),
    HitsWanted(is_disputed=True), HitsWanted(is_second=True),
)  # fmt: skip
"""Filters of the queue, of what is seen and of what is hidden."""


def _together(w: Workspace) -> object:
    """Several hits at once, some of them hidden or absent: then none is decided."""
    screened(w, "register", "vault")
    view = decider(w)
    told = []
    for hidden in ("s1", "z9"):
        pairs = [("t1b", "t1"), ("t1b", hidden)]
        shown = w.together.show(view, pairs)
        (gone,) = shown.gone
        ones = [One(pair, shown.hits[0].proposal.exculpatory, shown.hits[0].revision)
                for pair in pairs]  # fmt: skip
        refused = _refused(partial(w.together.decide, view, "cannot tell", "r", ones), hidden)
        told.append((_facts(shown.hits[0]), str(gone[1]).replace(hidden, "X"), refused))
    assert told[0] == told[1]
    queue = [one.ids for one in w.screening.queue(view)]
    return told, queue


def _hit(w: Workspace) -> object:
    screened(w, "register", "vault")
    view = decider(w)
    hidden = {_refused(lambda p=pair: w.screening.show(view, *p), *pair) for pair in HIDDEN}  # type: ignore[misc]  # a default
    assert len(hidden) == 1
    shown = w.screening.show(view, "t1b", "t1")
    boss = decider(w, "supervisor")
    id_ = w.screening.validate(view, "t1b", "t1", answer(shown, "no match", takes_two=True))
    w.screening.second(boss, id_, w.screening.show(boss, "t1b", "t1").revision)
    cleared = _refused(lambda: w.screening.validate(view, "t1b", "t1", answer(shown, "match")), id_)
    queue = [one.ids for one in w.screening.queue(view)]
    w.screening.undo(view, id_, "the passport was another")
    gone = {
        _refused(lambda: w.screening.undo(view, "0" * 16, "r"), "0" * 16),
        _refused(lambda: w.screening.second(boss, "0" * 16, ""), "0" * 16),
    }
    return hidden, _facts(shown), cleared, queue, gone


def _lead_queue(w: Workspace) -> object:
    page = w.leads.queue(decider(w))
    assert page
    rest = w.leads.queue(decider(w), after=page[-1].place)
    return [(one.ids, one.score, one.said) for one in page], rest


def _lead(w: Workspace) -> object:
    view, boss = decider(w), decider(w, "supervisor")
    (lead, *_) = [one.ids[0] for one in w.leads.queue(view)]
    hidden = _refused(lambda: w.leads.show(view, "0123456789abcdef"))
    shown = w.leads.show(view, lead)
    id_ = w.leads.validate(view, lead, answer(shown, "refuted", takes_two=True))
    w.leads.second(boss, id_, w.leads.show(boss, lead).revision, lead)
    states = [one.state for one in w.leads.found(view)[1].standing.values()]
    w.leads.undo(view, id_, "the invoice was forged")
    again = [one.ids[0] for one in w.leads.queue(view)]
    return hidden, _facts(shown), states, again


def _states(w: Workspace) -> object:
    """What says that a hit or lead changed since it was opened."""
    screened(w, "register", "vault")
    view = decider(w)
    (lead, *_) = [one.ids[0] for one in w.leads.queue(view)]
    hidden = {_refused(lambda p=pair: w.screening.state(view, *p), *pair) for pair in HIDDEN}  # type: ignore[misc]  # a default
    gone = _refused(lambda: w.leads.state(view, "0123456789abcdef"))
    before = w.screening.state(view, "t1b", "t1"), w.leads.state(view, lead)
    hit = w.screening.validate(
        view, "t1b", "t1", answer(w.screening.show(view, "t1b", "t1"), "cannot tell")
    )
    said = w.leads.validate(view, lead, answer(w.leads.show(view, lead), "not assessable"))
    after = w.screening.state(view, "t1b", "t1"), w.leads.state(view, lead)
    w.screening.undo(view, hit, "the leak test begins anew")
    w.leads.undo(view, said, "the leak test begins anew")
    return hidden, gone, [one != other for one, other in zip(before, after, strict=True)]


def _again(w: Workspace) -> object:
    """A hit that one person dismissed, another sees unseen, and a third settles."""
    screened(w, "register", "vault")
    view, boss, chief = decider(w), decider(w, "supervisor"), decider(w, "third")
    shown = w.screening.show(view, "t1b", "t1")
    id_ = w.screening.validate(view, "t1b", "t1", answer(shown, "no match", takes_two=True))
    due = [(one["ids"], one["list"], one["why"]) for one in w.second_looks.due(boss)]
    assert w.store.safeguards.second_looks.waiting(boss).seconds == len(due)
    hidden = {_refused(lambda: w.second_looks.show(boss, "0" * 16), "0" * 16)}
    unseen = w.second_looks.show(boss, id_)
    same = w.second_looks.look(boss, id_, answer(unseen, "match"))
    disputed = [(one.ids, one.verdict) for one in w.second_looks.disputed(chief)]
    assert w.store.safeguards.second_looks.waiting(chief).disputed == len(disputed)
    both = w.screening.show(chief, "t1b", "t1")
    held = w.second_looks.settle(chief, id_, answer(both, "no match"))
    w.screening.undo(view, id_, "the leak test begins anew")
    return due, hidden, _facts(unseen), same, disputed, _facts(both), held == id_


AGAIN_VERBS: dict[str, Callable[[Workspace], object]] = dict.fromkeys(
    ("disputed", "due", "look", "settle", "show"), _again
)

HIT_VERDICT_VERBS: dict[str, Callable[[Workspace], object]] = {
    "captions": _hit_queue,
    "names": _hit_queue,
    "proposed": _hit,
    "queue": _hit_queue,
    "second": _hit,
    "show": _hit,
    "state": _states,
    "undo": _hit,
    "validate": _hit,
    "waiting": _hit_queue,
}

TOGETHER_VERBS: dict[str, Callable[[Workspace], object]] = dict.fromkeys(
    ("decide", "show"), _together
)

LEAD_VERDICT_VERBS: dict[str, Callable[[Workspace], object]] = {
    "queue": _lead_queue,
    "second": _lead,
    "show": _lead,
    "state": _states,
    "undo": _lead,
    "validate": _lead,
}
