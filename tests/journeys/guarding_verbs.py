"""How the leak test calls each verb of safeguards: of the workspace, and of the desk."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.days import today

from maillon.model import SYSTEM_POINTING, Act, Label, MaillonError, Mandate, View
from maillon.store.anchoring import NamedAnchor
from maillon.store.cases import CaseOrder
from maillon.store.pointers import Part
from maillon.store.protections import Protection
from maillon.store.releases import Consent
from maillon.store.teams import TeamOrder
from maillon.store.together import Decision
from maillon.store.validations import nothing_else
from maillon.store.verdicts import Proposal
from maillon.workspace import Workspace

from .verdict_verbs import AGAIN_VERBS

NEXT_MONTH = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
AUDIT = Mandate("overseer", "oversight", "oversight", "Coordination Centre Act, s. 9 (oversight)")


def seen(w: Workspace, act: Act = Act.DECIDE, **changes: str) -> View:
    return w.view(act, replace(w.settings.mandate, purpose="review", **changes))


def error(do: Callable[[], object], *hide: str) -> str:
    try:
        do()
    except MaillonError as raised:
        text = f"{type(raised).__name__}: {raised}"
        for word in hide:
            text = text.replace(word, "X")
        return text
    return "no error"


def _both(do: Callable[[str], object]) -> tuple[str, str]:
    """What is said of a sealed entity and of one that is not there: one answer."""
    said = error(lambda: do("s1"), "s1"), error(lambda: do("z9"), "z9")
    assert said[0] == said[1]
    return said


def _protect(w: Workspace) -> object:
    hidden = _both(lambda e: w.guarding.protect(seen(w), Protection(e, "minor", "r")))
    id_ = w.guarding.protect(seen(w), Protection("c1", "homonym", "r", review="2030-01-01"))
    kept = w.store.safeguards.protections
    found = [(one.entity, one.kind) for one in kept.read(seen(w))]
    flags = kept.flags(seen(w), today())
    due = [one.entity for one in kept.due(seen(w), "2030-01-01")]
    kept.lift(seen(w), id_, "r")
    gone = error(lambda: kept.lift(seen(w), id_, "r"), id_)
    return hidden, found, flags, due, kept.hidden(seen(w), today()), gone


def _flags(w: Workspace) -> object:
    return w.guarding.flags(seen(w), "c1"), _both(lambda e: w.guarding.flags(seen(w), e))


def _flags_of(w: Workspace) -> object:
    def of(*ids: str) -> object:
        return w.guarding.flags_of(seen(w), ids)

    return of("c1", "t1"), of(), _both(lambda e: of("c1", e))


def _case(w: Workspace) -> object:
    kept = w.store.safeguards.cases
    order = CaseOrder("both", ("review",), ("centre",), "warrant", NEXT_MONTH)
    number = kept.open_case(seen(w), order)
    kept.declare(seen(w), number, conflict=False)
    kept.add_member(seen(w), number, "supervisor", "centre")
    members = [(one["who"], one["until"]) for one in kept.members(seen(w), number)]
    other = error(lambda: kept.members(seen(w), "0" * 8))
    kept.remove_member(seen(w), number, "supervisor")
    kept.renew_case(seen(w), number, NEXT_MONTH, "more")
    categories = w.store.safeguards.categories
    view = seen(w, case=number)
    hidden = _both(lambda e: w.guarding.categorise(view, e, "suspect", "r"))
    w.guarding.categorise(view, "c1", "suspect", "r")
    found = (
        categories.of(view, "c1", today()), categories.of(view, "s1", today()),
        sorted({one.category for one in categories.history(view, "c1")}), categories.history(view, "s1"),
        error(lambda: categories.check_dissemination(view, ["s1"], today()), number),
    )  # fmt: skip
    out = seen(w, Act.DISSEMINATE, case=number)
    gate = _both(lambda e: w.guarding.check_dissemination(out, [e], b"t", "Interpol"))
    kept.close_case(seen(w), number, "done")
    return hidden, found, gate, len(kept.cases(seen(w))) > 0, members, other


def _anchor(w: Workspace) -> object:
    said = NamedAnchor("c1", "crime.cyber", "judgment", "B2", "r", NEXT_MONTH)
    kept = w.store.safeguards.anchoring
    hidden = _both(lambda e: w.guarding.propose_anchor(seen(w), replace(said, entity=e)))
    id_ = w.guarding.propose_anchor(seen(w), said)
    own = error(lambda: kept.approve(seen(w), id_))
    kept.approve(seen(w, who="supervisor"), id_)
    found = [one.entity for one in kept.standing(seen(w), today())]
    with w.store._desk.housekeeping() as connection:
        counted = [one.entity for one in kept.counting(connection, seen(w), today())]
    kept.remove(seen(w), id_, "r")
    return hidden, own, found, counted, sorted({one.entity for one in kept.read(seen(w))})


def _flags_now(w: Workspace) -> object:
    kept = w.store.safeguards.protections
    with w.store._desk.housekeeping() as connection:
        return (
            kept.flags_now(connection, seen(w), today()), kept.hidden_now(connection, seen(w), today())
        )  # fmt: skip


def _glass(w: Workspace) -> object:
    kept = w.store.safeguards.glass
    # the asker learns nothing of whether there is such a compartment
    ids = [kept.ask_glass(seen(w), name, "r") for name in ("vault", "no such thing")]
    said = [error(lambda one=one: kept.approve_glass(seen(w), one)) for one in ids]  # type: ignore[misc]
    waits = sorted({(one["who"], one["compartment"]) for one in kept.waiting(seen(w))})
    return said, kept.told(seen(w)), waits


def _team(w: Workspace) -> object:
    kept = w.store.safeguards.teams
    names = [f"t{number}" for number in range(2)]
    for name in names:
        order = TeamOrder(name, ("centre",), ("review",), "no such thing", "a", today(), NEXT_MONTH)
        error(lambda order=order: kept.found_team(seen(w), order))  # type: ignore[misc]
    kept.enter_team(seen(w), "t0", "supervisor", "centre")
    kept.leave_team(seen(w), "t0", "supervisor")
    held = [(one["name"], {each["who"] for each in one["members"]}) for one in kept.teams(seen(w))]
    return held, error(lambda: kept.enter_team(seen(w), "t9", "supervisor", "centre"))


def _release(w: Workspace) -> object:
    kept, view = w.store.safeguards.releases, seen(w)
    held = sorted(w.store.labels(view))
    lower = Label("centre", "TLP 2.0", "TLP:GREEN", purposes=("review",))
    kept.consent(view, Consent("", "Interpol", "r", NEXT_MONTH))
    kept.sanitise(seen(w, who="supervisor"), b"less", held, lower, "names", "analyst")
    out = seen(w, Act.DISSEMINATE)
    return (
        sorted(kept.consents(view, "Interpol", today())),
        kept.check(out, b"less", held, "Interpol", today(), proposals=()),
        error(lambda: kept.check(out, b"more", held, "Interpol", today(), proposals=())),
    )


def _pointers(w: Workspace) -> object:
    kept, system = w.store.safeguards.pointers, w.view(Act.POINT, SYSTEM_POINTING)
    mine = sorted(seen(w).labels)
    parts = {"police": Part(["s1"], [4711]), "centre": Part(["t1"], mine)}
    kept.put(system, [(parts, {})])
    broker = seen(w, who="third")
    told = [(one.entities, one.held_by, one.state) for one in kept.queue(broker)]
    refused = error(lambda: kept.queue(seen(w)))
    decides = seen(w, Act.DECIDE, who="third")
    cases = len(w.store.safeguards.cases.standing_numbers(system))
    return told, refused, cases, error(lambda: kept.answer(decides, "0" * 16, "asked", ""))


def _validation(w: Workspace) -> object:
    kept, view, boss = w.store.safeguards.validations, seen(w), seen(w, who="supervisor")
    hit = Proposal("hit", ("q1", "t1"), "v1", "l")
    before = error(lambda: kept.check(view, replace(hit, ids=("q2", "t1"))))
    id_ = kept.decide(
        view, hit, "match", "r", weighed=(), expected=kept.open(view, hit), takes_two=True
    )
    kept.second(boss, id_, hit, expected=kept.open(boss, hit))
    checked: object = bool(kept.check(view, hit))
    kept.take_back(view, id_, "r")
    others = [replace(hit, ids=(one, "t1")) for one in ("q3", "q4")]
    both = [
        (Decision(one, "no match", "r", (), kept.open(view, one)), nothing_else) for one in others
    ]
    made = [kept.one(view, one).ids for one in kept.decide_all(view, both)]
    checked = checked, made
    said = [(one.ids, one.verdict, one.stands) for one in kept.read(view, hit)]
    assert kept.one(view, id_).taken_back
    checked = checked, error(lambda: kept.one(view, "0" * 16))
    every = [one.ids for one in kept.every(w.view(Act.AUDIT, AUDIT)) if one.ids == hit.ids]
    absent = error(lambda: kept.overseen(w.view(Act.AUDIT, AUDIT), "0" * 16))
    gone = error(lambda: kept.take_back(view, "0" * 16, "r"))
    return before, checked, said, len(every), absent, gone


GUARDING_VERBS: dict[str, Callable[[Workspace], object]] = {
    "categorise": _case,
    "check_dissemination": _case,
    "flags": _flags,
    "flags_of": _flags_of,
    "propose_anchor": _anchor,
    "protect": _protect,
}

SAFEGUARD_VERBS: dict[str, Callable[[Workspace], object]] = {
    **{f"Anchoring.{verb}": _anchor for verb in
       ("approve", "counting", "propose", "read", "remove", "standing")},
    **{f"BreakGlass.{verb}": _glass for verb in ("approve_glass", "ask_glass", "told", "waiting")},
    **{f"Cases.{verb}": _case for verb in
       ("add_member", "cases", "close_case", "declare", "members", "open_case",
        "remove_member", "renew_case")},
    "Cases.standing_numbers": _pointers,
    **{f"Categories.{verb}": _case for verb in ("check_dissemination", "history", "of", "set")},
    "People.check_broker": _pointers,
    "People.check_second": _anchor,
    **{f"Pointers.{verb}": _pointers for verb in ("answer", "put", "queue")},
    **{f"Protections.{verb}": _protect for verb in
       ("due", "flags", "hidden", "lift", "protect", "read")},
    "Protections.flags_now": _flags_now,
    "Protections.hidden_now": _flags_now,
    **{f"Releases.{verb}": _release for verb in ("check", "consent", "consents", "sanitise")},
    **{f"SecondLooks.{verb}": AGAIN_VERBS["look"] for verb in
       ("disputed", "due", "look", "open", "settle", "waiting")},
    **{f"Teams.{verb}": _team for verb in ("enter_team", "found_team", "leave_team", "teams")},
    **{f"Validations.{verb}": _validation for verb in
       ("check", "decide", "decide_all", "every", "one", "open", "overseen", "read", "second",
        "take_back")},
}  # fmt: skip
