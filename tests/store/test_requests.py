"""The data-subject desk: clocks, two people, one answer for whoever is told nothing; breaches."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from maillon.model import Act, Mandate, NotValidError, RefusedError, StaleError, StoreError, View
from maillon.store import Workbench
from maillon.store import keeping as k

from .keeping import Clocked, clocked

TEXT = "anna,name,Anna Nova\nbela,name,Bela Kis\n"


@pytest.fixture
def w(folder: Path) -> Iterator[Clocked]:
    held = clocked(folder)
    held.load(TEXT)
    yield held
    held.store.close()


def filed(w: Clocked, kind: str = "access", *entities: str, reference: str = "R-1/26") -> str:
    return k.file_request(w.house, w.view(), kind, reference, w.day, entities)


def decided(w: Clocked, id_: str, outcome: str, ground: str = "") -> None:
    k.propose(w.house, w.view(), id_, outcome, ground)
    k.decide_request(w.house, w.view("officer"), id_, w.keys, is_agreed=True)


def test_a_request_is_due_in_a_month_that_ends_where_the_month_ends(w: Clocked) -> None:
    id_ = filed(w)
    (one,) = k.requests(w.house, w.view())
    assert (one.due, one.is_overdue) == (date(2026, 2, 28), False)
    assert k.extend(w.house, w.view(), id_, "four registers to search") == date(2026, 4, 28)
    with pytest.raises(RefusedError, match="extended before"):
        k.extend(w.house, w.view(), id_, "more time")
    assert not k.requests(w.on("2026-04-28").house, w.view())[0].is_overdue
    assert k.requests(w.on("2026-04-29").house, w.view())[0].is_overdue


def test_who_is_told_nothing_gets_one_answer_byte_for_byte(tmp_path: Path) -> None:
    texts = []
    for number, (entities, outcome, ground) in enumerate(
        [((), "no data", ""), (("anna",), "refuse", "inquiry"), (("nobody",), "no data", "")]
    ):
        held = clocked(tmp_path / f"w{number}")
        held.load(TEXT if "anna" in entities else "cyril,name,Cyril\n")
        id_ = filed(held, "access", *entities)
        decided(held, id_, outcome, ground)
        answer = k.answer(held.store, held.view(), id_)
        assert answer.statements == ()
        texts.append(answer.text)
        held.store.close()
    assert len(set(texts)) == 1
    assert "neither confirm nor deny" in texts[0]
    assert "R-1/26" in texts[0]


def test_the_look_up_is_made_whatever_the_outcome(
    w: Clocked, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    lend = w.store.workbench

    def counted(view: View) -> AbstractContextManager[Workbench]:
        asked.append(1)
        return lend(view)

    monkeypatch.setattr(w.store, "workbench", counted)
    for outcome, ground, entities in [("no data", "", ()), ("refuse", "inquiry", ("anna",))]:
        id_ = filed(w, "access", *entities)
        decided(w, id_, outcome, ground)
        k.answer(w.store, w.view(), id_)
    assert asked == [1, 1]


def test_granted_access_discloses_what_is_held(w: Clocked) -> None:
    id_ = filed(w, "access", "anna")
    with pytest.raises(StaleError, match="is received"):
        k.answer(w.store, w.view(), id_)
    decided(w, id_, "grant")
    answer = k.answer(w.store, w.view(), id_)
    assert [one.value for one in answer.statements] == ["Anna Nova"]
    assert k.answer(w.store, w.view(), id_) == answer  # printed again


def test_who_proposes_never_decides_by_another_account_either(w: Clocked) -> None:
    file = w.store.settings.folder / "maillon.toml"
    file.write_text(
        file.read_text().replace("[people.officer]\n", '[people.officer]\nperson = "keeper"\n')
    )
    w.store.close()
    again = clocked(w.store.settings.folder)
    id_ = filed(again, "access", "anna")
    k.propose(again.house, again.view(), id_, "grant")
    for who in ("keeper", "officer"):
        with pytest.raises(RefusedError, match="four eyes"):
            k.decide_request(again.house, again.view(who), id_, again.keys, is_agreed=True)
    again.store.close()


def test_what_is_sent_back_is_proposed_again(w: Clocked) -> None:
    id_ = filed(w, "access", "anna")
    k.propose(w.house, w.view(), id_, "refuse", "inquiry")
    k.decide_request(w.house, w.view("officer"), id_, w.keys, is_agreed=False)
    assert k.requests(w.house, w.view())[0].state == "received"
    decided(w, id_, "grant")


def test_a_refusal_names_a_ground_of_the_law(w: Clocked) -> None:
    id_ = filed(w)
    with pytest.raises(RefusedError, match=r"art. 15\(1\)"):
        k.propose(w.house, w.view(), id_, "refuse", "inconvenient")


def test_granted_erasure_erases_and_granted_restriction_hides(w: Clocked) -> None:
    decided(w, filed(w, "erasure", "anna"), "grant")
    assert w.entities() == ["bela"]
    decided(w, filed(w, "restriction", "bela"), "grant")
    assert w.entities() == []
    assert [one.kind for one in k.tombstones(w.house, w.view())] == ["erase", "restrict"]


def test_granted_correction_tells_who_was_given_it(w: Clocked) -> None:
    k.register(w.house, w.view(), "anna", "Police", "D-1")
    decided(w, filed(w, "correction", "anna"), "grant")
    (notice,) = k.notices(w.house, w.view())
    assert (notice.kind, notice.rule) == ("correct", "Directive (EU) 2016/680, art. 16(1)")


def test_nothing_is_granted_to_nobody(w: Clocked) -> None:
    id_ = filed(w, "erasure")
    with pytest.raises(RefusedError, match="names no entity"):
        k.propose(w.house, w.view(), id_, "grant")
    k.name_entities(w.house, w.view(), id_, ["anna"])
    k.propose(w.house, w.view(), id_, "grant")


@pytest.mark.parametrize(
    ("kind", "reference", "day", "channel"),
    [("gossip", "R", "2026-01-31", "subject"), ("access", "R", "2026-02-01", "subject"),
     ("access", "R", "2026-01-31", "pigeon")],
)  # fmt: skip
def test_what_is_not_understood_is_not_filed(
    w: Clocked, kind: str, reference: str, day: str, channel: str
) -> None:
    with pytest.raises(NotValidError):
        k.file_request(w.house, w.view(), kind, reference, date.fromisoformat(day), channel=channel)
    assert k.requests(w.house, w.view()) == []


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def noted(w: Clocked, **values: object) -> str:
    now = datetime.now(UTC).replace(microsecond=0)
    w.day = now.date()
    times = (w.house.now(), moment("2000-01-01T00:00:00"), w.house.now())
    return k.note_breach(w.house, w.view(), "a lost laptop", *times, **values)  # type: ignore[arg-type]  # its words


def test_a_breach_whose_times_cannot_be_is_not_noted(w: Clocked) -> None:
    at, later = moment("2026-03-28T08:00:00"), moment("2026-03-28T09:00:00")
    w.on("2026-03-29")
    for times in ((at, at, later), (at.replace(tzinfo=None), at, at)):
        with pytest.raises(NotValidError):
            k.note_breach(w.house, w.view(), "a lost laptop", *times)
    assert k.breaches(w.house, w.view()) == []


def test_the_authority_hears_of_a_breach_within_72_hours(w: Clocked) -> None:
    w.on("2026-03-28")  # summer time begins that night; the clock is UTC
    at = moment("2026-03-28T08:00:00")
    id_ = k.note_breach(w.house, w.view(), "a lost laptop", at, at, at)
    (one,) = k.breaches(w.house, w.view())
    assert (one.due, one.is_overdue) == ("2026-03-31T08:00:00+00:00", False)
    assert k.breaches(w.on("2026-03-31").house, w.view())[0].is_overdue  # it is nine
    k.report_breach(w.house, w.view(), id_)
    assert not k.breaches(w.house, w.view())[0].is_overdue
    with pytest.raises(StoreError, match="no open breach"):
        k.report_breach(w.house, w.view(), id_)


def test_of_a_breach_of_datasets_everybody_in_them_is_affected(w: Clocked) -> None:
    w.load("cyril,name,Cyril\n", dataset="e")
    found = k.affected(w.house, w.view(), noted(w, datasets=["d"]))
    assert found.persons == ("anna", "bela")
    w.erase("anna")
    w.run()
    assert k.affected(w.house, w.view(), noted(w)).persons == ("bela", "cyril")


def test_of_a_misused_account_those_are_affected_that_it_could_reach(w: Clocked) -> None:
    never = k.affected(w.house, w.view(), noted(w, account="officer"))
    assert (never.acts, never.persons) == (0, ())
    mandate = w.store.settings.mandate
    w.store.policy.open(
        Mandate("analyst", mandate.agency, "linking", mandate.legal_basis), Act.READ
    )
    with w.house.writing() as connection:  # the ledger has its own clock
        last = connection.exec_driver_sql("SELECT max(at) FROM ledger").scalar_one()
    w.day = date.fromisoformat(last[:10]).replace(year=int(last[:4]) + 1)
    now = w.house.now()
    id_ = k.note_breach(
        w.house, w.view(), "a stolen password", now, moment("2000-01-01T00:00:00"), now,
        account="analyst",
    )  # fmt: skip
    found = k.affected(w.house, w.view(), id_)
    assert found.acts > 0
    assert found.persons == ("anna", "bela")


def test_the_records_of_processing_name_purpose_basis_and_period(w: Clocked) -> None:
    (line,) = k.processing_records(w.house, w.view())
    assert (line["dataset"], line["category"]) == ("d", "standard")
    assert "art. 5" in str(line["retention_provision"])
    assert line["legal_basis"] == "Coordination Centre Act, s. 4"
