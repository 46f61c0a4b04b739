"""How the leak test calls each verb of retention and of the data-subject desk."""

import inspect
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from maillon.model import Act, MaillonError, View
from maillon.store import keeping as k
from maillon.workspace import Workspace

LATER = date(2099, 1, 1)


def keeper(w: Workspace, who: str = "keeper") -> View:
    mandate = replace(w.settings.mandate, who=who, purpose="retention")
    return w.store.policy.open(mandate, Act.RETAIN)


def keys(w: Workspace) -> Path:
    return w.settings.folder.parent / f"{w.settings.folder.name}.keys"


def said(do: Callable[[], object]) -> str:
    """What came of it, without the ids and moments that are of each run."""
    try:
        found = repr(do())
    except MaillonError as error:
        found = f"{type(error).__name__}: {error}"
    return re.sub(r"\b[0-9a-f]{16}\b|\b[0-9a-f]{64}\b|\d{4}-\d\d-\d\dT[\d:+]+", "ID", found)


def _erase(w: Workspace) -> object:
    # s1 is there in one workspace only; lifted again, so that the next verb finds what it needs
    order = k.Order("restrict", "entity", "s1", "R", "request", "asked for")
    id_ = k.erase(w.store.house, keeper(w), order, keys(w))
    lifted = said(lambda: k.lift(w.store.house, keeper(w), id_, "settled", keys(w)))
    return lifted, said(lambda: k.tombstones(w.store.house, keeper(w)))


def _hold(w: Workspace) -> object:
    hold = k.Hold("entity", "s1", "trial", "Court", LATER)
    id_ = k.place(w.store.house, keeper(w), hold, keys(w))
    shown = said(lambda: k.standing_holds(w.store.house, keeper(w, "officer")))
    return shown, said(lambda: k.release(w.store.house, keeper(w), id_, "over", keys(w)))


def _unmask(w: Workspace) -> object:
    id_ = k.ask(w.store.house, keeper(w), ["s1"], "C", "why", LATER)
    k.decide(w.store.house, keeper(w, "officer"), id_, is_approved=False)
    return said(lambda: k.unmaskings(w.store.house, keeper(w)))


def _notices(w: Workspace) -> object:
    house, view = w.store.house, keeper(w)
    k.register(house, view, "t1", "Police", "D-1")
    told = k.correct(house, view, "t1", "name"), k.correct(house, view, "s1", "name")
    k.acknowledge(house, view, k.notices(house, view)[-1].id, "done")
    return told, said(lambda: k.notices(house, view))


def _request(w: Workspace) -> object:
    house, view = w.store.house, keeper(w)
    id_ = k.file_request(house, view, "access", "R-1", house.day)
    k.extend(house, view, id_, "more to search")
    k.name_entities(house, view, id_, ["s1"])
    k.propose(house, view, id_, "grant")
    k.decide_request(house, keeper(w, "officer"), id_, keys(w), is_agreed=True)
    return k.answer(w.store, view, id_), said(lambda: k.requests(house, view))


def _breach(w: Workspace) -> object:
    house, view = w.store.house, keeper(w)
    now = house.now()
    id_ = k.note_breach(house, view, "a lost disk", now, now - timedelta(days=1), now)
    k.report_breach(house, view, id_)
    return k.affected(house, view, id_), said(lambda: k.breaches(house, view))


def _review(w: Workspace) -> object:
    house, view = w.store.house, keeper(w)
    later = replace(house, now=lambda: datetime.now(UTC) + timedelta(days=4 * 366 + 300))
    due = said(lambda: k.due(later, view))
    done = said(lambda: k.run(replace(later, now=later.now), view, keys(w)))
    (first, *_) = k.reviews(later, view)
    decided = said(lambda: k.decide_review(later, view, first.id, "expire", "let it go", keys(w)))
    return due, done, decided, said(lambda: k.reviews(later, view))


KEEPING_VERBS: dict[str, Callable[[Workspace], object]] = {
    "acknowledge": _notices,
    "affected": _breach,
    "answer": _request,
    "ask": _unmask,
    "breaches": _breach,
    "correct": _notices,
    "decide": _unmask,
    "decide_request": _request,
    "decide_review": _review,
    "due": lambda w: [one.line() for one in k.due(w.store.house, keeper(w))],
    "erase": _erase,
    "extend": _request,
    "file_request": _request,
    "lift": _erase,
    "mark_evidence": lambda w: len(k.mark_evidence(w.store.house, keeper(w), "s1", "warrant")),
    "name_entities": _request,
    "note_breach": _breach,
    "notices": _notices,
    "place": _hold,
    "processing_records": lambda w: k.processing_records(w.store.house, keeper(w)),
    "propose": _request,
    "reapply": lambda w: k.reapply(w.store.house, keeper(w), keys(w)),
    "register": _notices,
    "release": _hold,
    "report_breach": _breach,
    "requests": _request,
    "reviews": _review,
    "run": _review,
    "standing_holds": _hold,
    "tombstones": _erase,
    "unmaskings": _unmask,
}


def keeping_verbs() -> set[str]:
    """Every function of `maillon.store.keeping` that takes a view."""
    return {
        name
        for name in k.__all__
        if inspect.isfunction(member := getattr(k, name))
        and "view" in inspect.signature(member).parameters
    }
