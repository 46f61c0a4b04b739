"""How the leak test calls each verb of jobs, intake, standing questions and facts by hand."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from maillon.model import Act, Grade, MaillonError, View
from maillon.store.jobs import Asked
from maillon.store.standing_questions import StandingQuestion, Touch
from maillon.workspace import Workspace
from maillon.workspace.asking import ask_again
from maillon.workspace.byhand import Stated

NEXT_MONTH = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
GRADE = Grade("B", "2", "B2", "Admiralty")
SOURCES = """
[[intake]]
dataset = "register"
folder = "drop"
adapter = "ftm-json"
who = "analyst"
every_hours = 24
"""


def plain(found: object) -> str:
    """What came of it, without the ids and moments that are drawn by lot."""
    text = repr(found)
    return re.sub(r"[0-9a-f]{12,64}|\d{4}-\d\d-\d\dT[\d:.+]+", "ID", text)


def error(do: Callable[[], object]) -> str:
    try:
        return plain(do())
    except MaillonError as raised:
        return plain(f"{type(raised).__name__}: {raised}")


def seen(w: Workspace, act: Act = Act.READ, **changes: str) -> View:
    return w.view(act, replace(w.settings.mandate, **changes))


def _jobs(w: Workspace) -> object:
    jobs, asked = w.store.jobs, Asked("load", {"dataset": "register"})
    one = jobs.enqueue(seen(w, Act.LOAD), asked, io.BytesIO(b"x"))
    shown = jobs.one(seen(w), one.id)
    none = error(lambda: jobs.result_file(seen(w), one.id))
    cancelled = jobs.cancel(seen(w), one.id)
    page = [(held.kind, held.state) for held in jobs.page(seen(w))]
    jobs.forget(seen(w), one.id)
    return plain((shown, none, cancelled, page))


def _proposals(w: Workspace) -> object:
    kept = w.store.proposals
    hidden = [error(lambda id_=id_: w.receiving.accept(seen(w, Act.LOAD), id_))  # type: ignore[misc]
              for id_ in ("0" * 16, "1" * 16)]  # fmt: skip
    refused = error(lambda: w.receiving.refuse(seen(w, Act.LOAD), "0" * 16, "r"))
    return (
        hidden, refused, w.receiving.proposals(seen(w)), kept.page(seen(w)),
        kept.arrivals(seen(w), ["register", "vault"]), kept.errors(seen(w), ["register", "vault"]),
        error(lambda: kept.accept(seen(w, Act.LOAD), "0" * 16)),
        error(lambda: kept.refuse(seen(w, Act.LOAD), "0" * 16, "r")),
    )  # fmt: skip


def _sources(w: Workspace) -> object:
    file = w.settings.folder / "maillon.toml"
    kept = file.read_text("utf-8")
    file.write_text(kept + SOURCES + SOURCES.replace("register", "vault").replace('"drop"', '"other"')
                    + '[intake.label]\noriginator = "police"\ncompartment = "vault"\n', "utf-8")  # fmt: skip
    try:
        with Workspace.open(w.settings.folder) as now:
            return plain([one.line() for one in now.receiving.sources(seen(now))])
    finally:
        file.write_text(kept, "utf-8")


def _asking(w: Workspace) -> object:
    hidden = [error(lambda e=e: w.asking.ask(seen(w), "subject", e, NEXT_MONTH, "r")).replace(e, "X")  # type: ignore[misc]
              for e in ("s1", "z9")]  # fmt: skip
    assert hidden[0] == hidden[1]
    asked = [
        w.asking.ask(seen(w), kind, what, NEXT_MONTH, "r")
        for kind, what in (("subject", "t1"), ("phone", "+88845550001"))
    ]
    with w.store.house.desk.begin() as connection:  # as if nothing had been looked at yet
        connection.exec_driver_sql("UPDATE standing_question SET until = 0")
    told: dict[str, int] = {}
    ask_again(w.store, lambda _, said: told.update(said), lambda _done, _total: None)
    notices = w.asking.notices(seen(w))
    marked = w.asking.mark_seen(seen(w), [one.id for one in notices])
    news = {name: count for name, count in w.asking.whats_new(seen(w)).items() if name != "since"}
    for one in asked:
        w.asking.withdraw(seen(w), one.id)
    w.asking.visit(seen(w))
    said = sorted({(one.delivery.partition("-")[0], one.entity) for one in notices})
    states = sorted({(one.kind, one.state) for one in w.asking.questions(seen(w))})
    return plain((hidden, told["notices"], said, marked, sorted(news), news["judgements"], states))


def _questions(w: Workspace) -> object:
    kept = w.store.questions
    said = StandingQuestion("subject", ("s1",), "", NEXT_MONTH, "r")
    id_ = kept.ask(seen(w), said)
    mine = [one.state for one in kept.own(seen(w)) if one.id == id_]
    held = [Touch(id_, "d", "s1", ())]
    kept.end(seen(w), id_)
    return (
        mine,
        kept.mark_seen(seen(w), [one.id for one in held]),
        kept.notices(seen(w), unread=True),
    )


def _visits(w: Workspace) -> object:
    return plain((w.store.visits.note(seen(w)), w.store.visits.last(seen(w))))


def _by_hand(w: Workspace) -> object:
    load = seen(w, Act.LOAD)
    about = []
    for hidden in ("s1", "z9"):
        stated = Stated("Person", {"name": ["N"]}, "r", hidden, GRADE)
        about.append(error(partial(w.by_hand.state, load, stated)).replace(hidden, "X"))
    assert about[0] == about[1]
    fact = w.by_hand.state(load, Stated("Vessel", {"name": ["Nora Star"]}, "r", "", GRADE))
    fixed = Stated("Vessel", {"name": ["Nora Star II"]}, "r", "", GRADE)
    w.by_hand.correct(seen(w, Act.LOAD), fact.delivery, fixed)
    facts = [(one.dataset, one.is_standing) for one in w.by_hand.facts(seen(w))]
    return plain((about, facts))


def _hand_facts(w: Workspace) -> object:
    _by_hand(w)
    held = [one.id for one in w.store.deliveries(seen(w), current=False)]
    return len(w.store.hand_facts.read(seen(w), held)) > 1


RECEIVING_VERBS: dict[str, Callable[[Workspace], object]] = {
    "accept": _proposals, "proposals": _proposals, "refuse": _proposals, "sources": _sources,
}  # fmt: skip

ASKING_VERBS: dict[str, Callable[[Workspace], object]] = dict.fromkeys(
    ("ask", "mark_seen", "notices", "questions", "visit", "whats_new", "withdraw"), _asking
)

BY_HAND_VERBS: dict[str, Callable[[Workspace], object]] = dict.fromkeys(
    ("correct", "facts", "state"), _by_hand
)

SERVICE_VERBS: dict[str, Callable[[Workspace], object]] = {
    **{f"Jobs.{verb}": _jobs for verb in
       ("cancel", "enqueue", "forget", "one", "page", "result_file")},
    **{f"Proposals.{verb}": _proposals for verb in
       ("accept", "arrivals", "errors", "page", "refuse")},
    **{f"StandingQuestions.{verb}": _questions for verb in
       ("ask", "end", "mark_seen", "notices", "own")},
    **{f"Visits.{verb}": _visits for verb in ("last", "note")},
    "HandFacts.read": _hand_facts,
}  # fmt: skip
