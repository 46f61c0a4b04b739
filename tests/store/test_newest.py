"""Lists under policy: the newest readable rows, on both engines, whatever else there is."""

import pytest
from sqlalchemy import func, select

from maillon.model import Act, Label, View
from maillon.store import Event, Store, Verdict
from maillon.store.newest import newest
from maillon.store.tables import JUDGEMENT

from .conftest import load, people, view_of

VAULT = Label("centre", compartment="vault", purposes=("linking",), legal_basis="Act, s. 1")


@pytest.fixture
def view(store: Store) -> View:
    """Sixty events that are readable, among as many that are not; the newest are not."""
    load(store, people(1))
    load(store, people(2), dataset="sealed", label=VAULT)
    view = view_of(store, Act.JUDGE)
    (hidden,) = set(store._desk.labels()) - view.labels
    for labels in (tuple(view.labels), (), (hidden,), (*view.labels, hidden)):
        for number in range(30):
            store.judge(view, Event(f"e{number}", "z", Verdict.POSITIVE, "r", labels))
    return view


def listed(store: Store, view: View, count: int) -> list[tuple[int, list[int]]]:
    with store._desk.engine.connect() as connection:
        rows = connection.execute(newest(view, JUDGEMENT, count, connection)).all()
    return [(row.number, row.labels) for row in rows]


def test_a_page_is_the_newest_readable_rows(store: Store, view: View) -> None:
    with store._desk.housekeeping() as connection:
        rows = connection.execute(select(JUDGEMENT).order_by(JUDGEMENT.c.number.desc())).all()
    wanted = [(row.number, row.labels) for row in rows if view.labels.issuperset(row.labels)]
    assert len(wanted) == 60
    assert listed(store, view, 50) == wanted[:50]
    assert listed(store, view, 500) == wanted
    assert len(listed(store, view, 1)) == 1


def test_who_may_see_nothing_is_shown_nothing(store: Store, view: View) -> None:
    stranger = store.policy.open(store.settings.mandate, Act.READ, known_on="2001-01-01")
    assert listed(store, stranger, 50) == []
    with store._desk.housekeeping() as connection:
        assert connection.execute(select(func.count()).select_from(JUDGEMENT)).scalar() == 120
