"""How the leak test calls each verb of judging."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from maillon.model import Act
from maillon.resolve import own_id
from maillon.store import Event, Verdict
from maillon.workspace import Workspace

HIDDEN = ("s1", "s2", "nobody")


def _unknown(do: Callable[[str], object]) -> list[str]:
    """What is answered about entities that are hidden, and about one that never was."""
    found = []
    for entity in HIDDEN:
        with pytest.raises(ValueError, match="no entity") as raised:
            do(entity)
        found.append(str(raised.value).replace(entity, ""))
    assert len(set(found)) == 1
    return found


def _explain(w: Workspace) -> object:
    view = w.view(Act.RESOLVE)
    told = w.judging.explain(view, "t1", "t1b"), w.judging.explain(view, "t1", "m1")
    # ids of judgements and their moment are of each workspace
    return [{**one, "judgements": len(one["judgements"])} for one in told], _unknown(
        lambda entity: w.judging.explain(view, "t1", entity)
    )


def _why(w: Workspace) -> object:
    view = w.view(Act.RESOLVE)
    told = w.judging.why(view, "t1", "t1b"), w.judging.why(view, "t1", "m1")
    return told, _unknown(lambda entity: w.judging.why(view, "t1", entity))


def _current(w: Workspace) -> object:
    view = w.view(Act.RESOLVE)
    hidden = [w.judging.current(view, own_id(entity)) for entity in HIDDEN]
    assert hidden == [None] * len(HIDDEN)
    return hidden, [w.judging.current(view, own_id(entity)) for entity in ("t1", "t1b", "m1")]


def _changes(w: Workspace) -> object:
    view = w.view(Act.RESOLVE)
    labels = tuple(sorted(w.view(Act.JUDGE).labels))
    key = w.judge(w.view(Act.JUDGE), Event("c1", "t1", Verdict.POSITIVE, "one", labels))
    w.resolve(view)
    w.judge(w.view(Act.JUDGE), Event("c1", "t1", Verdict.REVOKED, "not one", revokes=key))
    return [(one.kind, one.before, one.after, one.entities) for one in w.judging.changes(view)]


def _contrary(w: Workspace) -> object:
    """Two people who judge one pair differently, and what is told of pairs that are hidden."""
    view = w.view(Act.JUDGE)
    labels = tuple(sorted(view.labels))
    other = w.view(Act.JUDGE, replace(w.settings.mandate, who="supervisor", purpose="review"))
    made = [
        (by, w.judge(by, Event("c1", "t1", verdict, "r", labels)))
        for by, verdict in ((view, Verdict.POSITIVE), (other, Verdict.NEGATIVE))
    ]
    said = w.judging.history(view, "c1", "t1")
    told = [(one.verdict, one.who, one.reason) for one in said]
    held = w.judging.conflicts(w.view(Act.RESOLVE))
    found = [(one["kind"], one["left"], one["right"]) for one in held]
    for by, key in made:
        w.judge(by, Event("", "", Verdict.REVOKED, "again", revokes=key))
    assert ("people differ", "c1", "t1") in found
    return told, found, [w.judging.history(view, "t1", entity) for entity in HIDDEN]


def _next(w: Workspace) -> object:
    return w.judging.next_pairs(w.view(Act.JUDGE), 10)


def _fit(w: Workspace) -> object:
    view = w.view(Act.JUDGE)
    key = w.judge(view, Event("t1", "t1b", Verdict.POSITIVE, "one", tuple(sorted(view.labels))))
    found = w.judging.fit(view), w.resolve(w.view(Act.RESOLVE)).pairs.to_pylist()
    gone = w.judging.forget(view)
    w.judge(view, Event("t1", "t1b", Verdict.REVOKED, "again", revokes=key))
    return found, gone


JUDGING_VERBS: dict[str, Callable[[Workspace], object]] = {
    "captions": lambda w: w.judging.captions(w.view(Act.JUDGE), ["t1", "m1", *HIDDEN]),
    "changes": _changes,
    "conflicts": _contrary,
    "current": _current,
    "explain": _explain,
    "fit": _fit,
    "forget": _fit,
    "history": _contrary,
    "next_pairs": _next,
    "why": _why,
}
