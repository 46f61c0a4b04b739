"""The verbs of screening and of the desk's logs beside it, as a reader of the leak tests calls them."""

from collections.abc import Callable

from maillon.model import Act
from maillon.screen import questions
from maillon.workspace import Workspace
from maillon.workspace.screenrun import ScreenOrder

from .chart_verbs import CHARTS_VERBS
from .guarding_verbs import error
from .lead_verbs import LEAD_VERBS
from .verdict_verbs import HIT_VERDICT_VERBS


def _order(w: Workspace, *datasets: str) -> ScreenOrder:
    use = w.screening.rules().use()
    return ScreenOrder(
        lambda bench: questions(bench, datasets, use), {"datasets": list(datasets)}, use
    )


def opened(w: Workspace) -> object:
    with w.screening.opened(w.view(Act.SCREEN), _order(w, "register", "vault")) as run:
        answers = [answer.line() for answer in run]
        body = run.body()
        return answers, body, run.finish() != ""


def _receipts(w: Workspace) -> object:
    opened(w)
    # the ids of receipts are drawn by lot
    return [
        {**one.body, "delta": {**one.body.get("delta", {}), "after": ""}}
        for one in w.screening.receipts(w.view(Act.SCREEN))
    ]


def _replay(w: Workspace) -> object:
    opened(w)
    view = w.view(Act.SCREEN)
    found = [w.screening.replay(view, one.id) for one in w.screening.receipts(view)]
    return [(one.verdict, one.reasons, one.result_sha256) for one in found]


def _delta(w: Workspace) -> object:
    view = w.view(Act.SCREEN)
    first = [one.line() for one in w.screening.delta(view, _order(w, "register", "vault"))]
    return first, [one.line() for one in w.screening.delta(view, _order(w, "register", "vault"))]


def _hits(w: Workspace) -> object:
    _delta(w)
    held = w.screening.hits(w.view(Act.SCREEN), _order(w, "register", "vault"))
    return [(one.subject, one.entry, one.state, one.score) for one in held]


def _one_clearing(w: Workspace) -> object:
    view, kept = w.view(Act.SCREEN), w.store.clearings
    subject = w.screening.subject(view, "t1b")
    assert subject is not None
    one = kept.one(view, w.screening.clear(view, subject, "t1", "other father"))
    w.screening.take_back(view, one.id, "mistaken")  # or what is screened after it tells of it
    return (one.subject, one.entry, one.is_standing), error(lambda: kept.one(view, "0" * 16))


def _clear(w: Workspace) -> object:
    view = w.view(Act.SCREEN)
    subject = w.screening.subject(view, "t1b")
    assert subject is not None
    id_ = w.screening.clear(view, subject, "t1", "other father")
    hidden = error(lambda: w.screening.clear(view, subject, "s1", "other father"))
    log = [(one.subject, one.entry, one.is_standing) for one in w.screening.clearings(view)]
    w.screening.take_back(view, id_, "mistaken")
    return (
        hidden,
        log,
        w.screening.subject(view, "s1"),
        error(lambda: w.screening.take_back(view, id_, "mistaken").replace(id_, "")).replace(
            id_, ""
        ),
    )


SCREENING_VERBS: dict[str, Callable[[Workspace], object]] = {
    "clear": _clear,
    "clearings": _clear,
    "delta": _delta,
    "hits": _hits,
    "opened": opened,
    "receipts": _receipts,
    "replay": _replay,
    "subject": _clear,
    "take_back": _clear,
    **HIT_VERDICT_VERBS,
}

DESK_VERBS: dict[str, Callable[[Workspace], object]] = {
    "Assessments.append": LEAD_VERBS["assess"],
    "Assessments.read": LEAD_VERBS["history"],
    "Clearings.clear": _clear,
    "Clearings.keys": lambda w: len(w.store.clearings.keys(w.view(Act.SCREEN), ["register"])),
    "Clearings.one": _one_clearing,
    "Clearings.read": _clear,
    "Clearings.take_back": _clear,
    "Receipts.one": _replay,
    "Receipts.put": _receipts,
    "Receipts.read": _receipts,
    "Rounds.commit": _delta,
    "Rounds.hits": _hits,
    "Rounds.last": _delta,
    "Rounds.set_state": _clear,
    "Rounds.count": HIT_VERDICT_VERBS["queue"],
    "Rounds.standing": HIT_VERDICT_VERBS["show"],
    "Rounds.waiting": HIT_VERDICT_VERBS["queue"],
    **CHARTS_VERBS,
}
