"""What a reader may not see leaves no trace in any answer: two workspaces, one with a sealed record.

Every verb of `Workspace` that takes a view is called in both; a new verb fails this test until it is
called here too.
"""

import inspect
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from maillon.model import Act, MaillonError, View
from maillon.screen import dataset_entries, entry
from maillon.sources import adapter
from maillon.store import Assessments, Clearings, Event, Order, Receipts, Rounds, Store, Verdict
from maillon.store.charts import Charts
from maillon.store.desk import Desk
from maillon.store.safeguards import Safeguards
from maillon.store.settings import FILE
from maillon.store.tables import DELIVERY
from maillon.workspace import Workspace, clusters
from maillon.workspace.charting import Charting
from maillon.workspace.guarding import Guarding
from maillon.workspace.judging import Judging
from maillon.workspace.leads import Leads
from maillon.workspace.locating import Locating
from maillon.workspace.screening import Screening
from maillon.workspace.second_looking import SecondLooking
from maillon.workspace.together import Together
from maillon.workspace.tracing import Tracing

from .chart_verbs import CHARTING_VERBS, LOCATING_VERBS
from .conftest import Create
from .guarding_verbs import GUARDING_VERBS, SAFEGUARD_VERBS
from .judging_verbs import JUDGING_VERBS
from .lead_verbs import LEAD_VERBS
from .records import (
    OPEN,
    OPEN_PLACES,
    OPEN_RECORDS,
    SEALED,
    SEALED_PLACES,
    SEALED_RECORDS,
    loaded,
    person,
)
from .screening_verbs import DESK_VERBS, SCREENING_VERBS, opened
from .telling import told
from .tracing_verbs import TRACING_VERBS
from .verdict_verbs import AGAIN_VERBS, THIRD, TOGETHER_VERBS


def make(folder: Path, *, sealed: bool, create: Create = Workspace.create) -> Workspace:
    create(folder)
    with (folder / FILE).open("a", encoding="utf-8") as file:
        file.write(THIRD)
    w = Workspace.open(folder)
    chosen = [("vault", SEALED, [*SEALED_RECORDS, *SEALED_PLACES])] if sealed else []
    register = ("register", OPEN, [*OPEN_RECORDS, *OPEN_PLACES])
    for dataset, label, records in [*chosen, register]:
        loaded(w, dataset, label, records)
    if sealed:
        cleared = _cleared(w)
        labels = tuple(sorted(cleared.labels))
        w.judge(cleared, Event("s1", "t1", Verdict.POSITIVE, "same papers", labels))
    return w


def _cleared(w: Workspace) -> View:
    text = (w.settings.folder / "maillon.toml").read_text("utf-8")
    (w.settings.folder / "maillon.toml").write_text(
        text.replace("[people.supervisor]\nagencies", "[people.supervisor]\n# cleared\nagencies")
        .replace("compartments = []\n\n[people.overseer]", 'compartments = ["vault"]\n\n[people.overseer]'),
        "utf-8",
    )  # fmt: skip
    with Workspace.open(w.settings.folder) as again:
        return again.view(Act.JUDGE, replace(again.settings.mandate, who="supervisor"))


def _error(do: Callable[[], object]) -> str:
    with pytest.raises(MaillonError) as raised:
        do()
    return f"{type(raised.value).__name__}: {raised.value}"


def _original(w: Workspace) -> object:
    view = w.view(Act.READ)
    known = {d.id for d in w.deliveries(view)}
    hidden = next((n for n in ("vault-000000000000",) if n not in known), "vault-000000000000")
    return _error(lambda: w.store.original(view, hidden).__enter__())


def _judge(w: Workspace) -> object:
    view = w.view(Act.JUDGE)
    w.judge(view, Event("c1", "m1", Verdict.UNSURE, "", tuple(sorted(view.labels))))
    return [(e.left, e.right, e.verdict) for e in w.store.judgements(view)]


def _screen(w: Workspace) -> object:
    view = w.view(Act.SCREEN)
    asked = [entry("q", "Person", "", {"name": ["Amos Verner"], "birthDate": ["1980-02-03"]})]
    by_query = [a.line() for a in w.screen(view, lambda _: asked)]
    by_dataset = [
        a.line()
        for a in w.screen(view, lambda bench: dataset_entries(bench, ["register", "vault"]))
    ]
    return by_query, by_dataset


def _statements(w: Workspace) -> object:
    view = w.view(Act.READ)
    return {e: list(w.statements(view, e)) for e in ("t1", "m1", "s1", "s2", "q1", "nobody")}


def _placing(w: Workspace) -> object:
    with w.placing(w.view(Act.RESOLVE)) as online:
        return [
            online.place("Person", {"name": [name], "birthDate": ["1970-01-01"]})
            for name in ("Omar Haddad", "Ivan Petrov", "Nobody Known")
        ]


def _resolved(w: Workspace) -> object:
    with w.resolved(w.view(Act.TRACE)) as bench:
        return bench.con.execute("SELECT * FROM canonical ORDER BY ALL").fetchall()


def _load(w: Workspace) -> object:
    raw = io.BytesIO(json.dumps(person("n1", "Nora Nemec")).encode())
    loaded = w.load(w.view(Act.LOAD), raw, Order(adapter("ftm-json"), "late", OPEN))
    return loaded.delivery.statements, loaded.already, loaded.counts


VERBS: dict[str, Callable[[Workspace], object]] = {
    "deliveries": lambda w: [(d.id, d.statements, d.entities) for d in w.deliveries(w.view(Act.READ))],
    "judge": _judge,
    "load": _load,
    "resolve": lambda w: [
        (f := w.resolve(w.view(Act.RESOLVE))).canonical.to_pylist(), f.pairs.to_pylist(),
        f.blocking, f.conflicts, f.clusters.totals, clusters(f),
    ],
    "placing": _placing,
    "resolved": _resolved,
    "screen": _screen,
    "statements": _statements,
    "trace": lambda w: [lead.line() for lead in w.trace(w.view(Act.TRACE)).leads],
}  # fmt: skip


def _everything(w: Workspace) -> list[str]:
    """Every delivery there is, whoever may read it."""
    with w.store._desk.housekeeping() as connection:
        return [row.id for row in connection.execute(DELIVERY.select())]


STORE_VERBS: dict[str, Callable[[Workspace], object]] = {
    "deliveries": VERBS["deliveries"],
    "derived": lambda w: w.store.derived(w.view(Act.READ), "nothing"),
    "derived_folder": opened,
    "deriving": opened,
    "erased_of": lambda w: w.store.erased_of(w.view(Act.READ), _everything(w)),
    "formats": lambda w: w.store.formats(w.view(Act.READ)),
    "forget_derived": lambda w: w.store.forget_derived(w.view(Act.READ), "nothing"),
    "judge": _judge,
    "unstatistical": lambda w: sorted(w.store.unstatistical(w.view(Act.JUDGE))),
    "log": lambda w: [(e.left, e.right) for e in w.store.log(w.view(Act.JUDGE)).read()],
    "judgements": lambda w: [(e.left, e.right) for e in w.store.judgements(w.view(Act.JUDGE))],
    "key": lambda w: w.store.key(w.view(Act.READ)),
    "labels": lambda w: sorted(map(repr, w.store.labels(w.view(Act.READ)).values())),
    "labels_in": lambda w: w.store.labels_in(w.view(Act.READ), ["register", "vault"]),
    "labels_of": lambda w: w.store.labels_of(w.view(Act.READ), _everything(w)),
    "load": _load,
    "note": lambda w: w.store.note(w.view(Act.READ), "read", {}),
    "older_derived": lambda w: w.store.older_derived(w.view(Act.READ), "nothing"),
    "older_folder": lambda w: w.store.older_folder(w.view(Act.READ), "nothing"),
    "options_of": lambda w: [
        w.store.options_of(w.view(Act.READ), one.id) for one in w.deliveries(w.view(Act.READ))
    ],
    "original": _original,
    "put_derived": lambda w: None,
    "retention_of": lambda w: w.store.retention_of(w.view(Act.READ), _everything(w)),
    "scan": lambda w: list(w.store.scan(w.view(Act.READ))),
    "workbench": _statements,
}


@pytest.fixture(scope="module")
def both(
    tmp_path_factory: pytest.TempPathFactory, create: Create
) -> Iterator[tuple[Workspace, Workspace]]:
    folder = tmp_path_factory.mktemp("leak")
    with_it = make(folder / "a", sealed=True, create=create)
    without = make(folder / "b", sealed=False, create=create)
    yield with_it, without
    with_it.store.close()
    without.store.close()


def verbs_of(kind: type) -> set[str]:
    """Public methods that take a view; and `view` itself, which makes one."""
    return {
        name
        for name, member in inspect.getmembers(kind, inspect.isfunction)
        if not name.startswith("_") and "view" in inspect.signature(member).parameters
    }


def test_every_verb_of_the_workspace_is_listed() -> None:
    assert verbs_of(Workspace) == set(VERBS)


def test_every_verb_of_the_store_is_listed() -> None:
    assert verbs_of(Store) == set(STORE_VERBS)


def test_every_verb_of_screening_is_listed() -> None:
    assert verbs_of(Screening) == set(SCREENING_VERBS)


def test_every_verb_of_judging_is_listed() -> None:
    assert verbs_of(Judging) == set(JUDGING_VERBS)


def test_every_verb_of_tracing_is_listed() -> None:
    assert verbs_of(Tracing) == set(TRACING_VERBS)


def test_every_verb_of_charts_is_listed() -> None:
    assert verbs_of(Charting) == set(CHARTING_VERBS)


def test_every_verb_of_places_is_listed() -> None:
    assert verbs_of(Locating) == set(LOCATING_VERBS)


def test_every_verb_of_leads_is_listed() -> None:
    assert verbs_of(Leads) == set(LEAD_VERBS)


def test_every_verb_of_second_looks_is_listed() -> None:
    assert verbs_of(SecondLooking) == set(AGAIN_VERBS)


def test_every_verb_of_several_hits_at_once_is_listed() -> None:
    assert verbs_of(Together) == set(TOGETHER_VERBS)


def test_every_verb_of_the_desk_s_logs_is_listed() -> None:
    found = {
        f"{kind.__name__}.{verb}"
        for kind in (Assessments, Charts, Clearings, Receipts, Rounds)
        for verb in verbs_of(kind)
    }
    assert found == set(DESK_VERBS)


def test_every_verb_of_safeguards_is_listed() -> None:
    assert verbs_of(Guarding) == set(GUARDING_VERBS)
    kinds = {type(one) for one in vars(Safeguards(Desk(Path("no.desk")), {})).values()}
    assert len(kinds) == 11
    found = {f"{kind.__name__}.{verb}" for kind in kinds for verb in verbs_of(kind)}
    assert found == set(SAFEGUARD_VERBS)


GROUPS = {
    "guarding": GUARDING_VERBS, "safeguards": SAFEGUARD_VERBS, "screening": SCREENING_VERBS, "judging": JUDGING_VERBS, "tracing": TRACING_VERBS,
    "charts": CHARTING_VERBS, "places": LOCATING_VERBS, "leads": LEAD_VERBS, "second looks": AGAIN_VERBS, "together": TOGETHER_VERBS,
}  # fmt: skip


@pytest.mark.parametrize(
    ("group", "verb"), [(group, verb) for group in GROUPS for verb in sorted(GROUPS[group])]
)
def test_a_sealed_record_changes_no_answer_of_what_stands_together(
    both: tuple[Workspace, Workspace], group: str, verb: str
) -> None:
    with_it, without = both
    assert told(with_it, GROUPS[group][verb]) == told(without, GROUPS[group][verb])


def test_what_a_cleared_reader_judged_of_sealed_records_teaches_nothing(
    both: tuple[Workspace, Workspace],
) -> None:
    with_it, _ = both
    assert with_it.judging.fit(_cleared(with_it)) == {}


@pytest.mark.parametrize("verb", sorted(DESK_VERBS))
def test_a_sealed_record_changes_no_answer_of_the_desk(
    both: tuple[Workspace, Workspace], verb: str
) -> None:
    with_it, without = both
    assert told(with_it, DESK_VERBS[verb]) == told(without, DESK_VERBS[verb])


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_a_sealed_record_changes_no_answer(both: tuple[Workspace, Workspace], verb: str) -> None:
    with_it, without = both
    assert told(with_it, VERBS[verb]) == told(without, VERBS[verb])


@pytest.mark.parametrize("verb", sorted(STORE_VERBS))
def test_a_sealed_record_changes_no_answer_of_the_store(
    both: tuple[Workspace, Workspace], verb: str
) -> None:
    with_it, without = both
    assert told(with_it, STORE_VERBS[verb]) == told(without, STORE_VERBS[verb])


def test_the_cleared_reader_sees_more(both: tuple[Workspace, Workspace]) -> None:
    with_it, _ = both
    cleared = _cleared(with_it)
    assert list(with_it.store.scan(cleared, "entity = 's1'"))
    assert len(with_it.store.judgements(cleared)) > 0


def test_the_open_records_make_a_lead(both: tuple[Workspace, Workspace]) -> None:
    _, without = both
    (lead, *_) = without.trace(without.view(Act.TRACE)).leads
    assert (lead.terror_caption, lead.crime_caption) == ("Amos Verner", "Cyril Dusek")
