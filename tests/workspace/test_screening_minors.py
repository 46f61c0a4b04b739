"""Who may be a child by a date that reading dropped: in the records, on the list, in a table."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from maillon.model import Act
from maillon.screen import Asked, entry
from maillon.workspace import Workspace
from maillon.workspace.screenrun import ScreenOrder

from .test_screening import delta, listed, load, order_of, person

DOUBTFUL = "31.02.2008"


@pytest.fixture
def w(tmp_path: Path) -> Iterator[Workspace]:
    Workspace.create(tmp_path / "w")
    with Workspace.open(tmp_path / "w") as opened:
        yield opened


def ruled(w: Workspace, order: ScreenOrder) -> dict[str, tuple[str, ...]]:
    """Return the rules that hold back the hit of each record."""
    with w.screening.opened(w.view(Act.SCREEN), order) as run:
        found = {answer.id: answer.ruled[0].ruling.notes for answer in run}
        run.finish()
    return found


def both(w: Workspace, *, of_list: str = "", of_subject: str = "") -> None:
    def said(date: str) -> dict[str, str]:
        return {"birthDate": date} if date else {}

    load(w, "un", [listed("e1", "Amos Verner", **said(of_list))])
    load(w, "clients", [person("s1", "Amos Verner", **said(of_subject))])


@pytest.mark.parametrize("side", ["of_list", "of_subject"])
def test_a_date_that_reading_dropped_holds_the_alert_back(w: Workspace, side: str) -> None:
    both(w, **{side: DOUBTFUL})
    assert ruled(w, order_of(w)) == {"s1": ("minor",)}


def test_a_hit_shows_the_doubt_among_what_speaks_for_the_person(w: Workspace) -> None:
    both(w, of_subject=DOUBTFUL)
    ruled(w, order_of(w))
    view = w.view(Act.DECIDE, replace(w.settings.mandate, purpose="review"))
    codes = {one.code for one in w.screening.show(view, "s1", "e1").proposal.facts}
    assert "rule: minor" in codes


def test_a_doubt_that_comes_later_is_a_change_for_a_delta_run(w: Workspace) -> None:
    both(w, of_subject="1980-01-01")
    (first,) = delta(w)
    assert first.standing.is_alert
    load(w, "clients", [person("s1", "Amos Verner", birthDate=["1980-01-01", DOUBTFUL])])
    (second,) = delta(w)
    assert (second.standing.is_alert, second.standing.why) == (False, "subject changed")


def test_a_record_that_is_asked_as_it_was_written_is_doubted_too(w: Workspace) -> None:
    both(w)
    use = w.screening.rules().use()
    asked = Asked(entry("q", "Person", "", {"name": ["Amos Verner"], "birthDate": ["2009/x"]}))
    assert ruled(w, ScreenOrder(lambda _: [asked], {}, use, ("un",))) == {"q": ("minor",)}


def test_a_receipt_of_the_first_edition_is_replayed_as_it_was(w: Workspace) -> None:
    both(w, of_subject=DOUBTFUL, of_list="2008-01-01")
    load(w, "clients", [person("s1", "Amos Verner", birthDate=DOUBTFUL)])
    for edition, wanted in ((1, ("minor",)), (2, ("minor",))):
        assert ruled(w, order_of(w, edition=edition)) == {"s1": wanted}
    both(w, of_subject=DOUBTFUL)
    assert ruled(w, order_of(w, edition=1)) == {"s1": ()}
    assert ruled(w, order_of(w)) == {"s1": ("minor",)}
    view = w.view(Act.SCREEN)
    receipts = w.screening.receipts(view)
    assert ["edition" in one.body["rules"] for one in receipts] == [False, True, False, True]
    found = {w.screening.replay(view, one.id).verdict for one in receipts}
    assert found == {"identical"}
