"""Standing questions: who asked hears what is new, once, as long as he may read it, and nobody else."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from maillon.model import Act, Label, Mode, RefusedError, StoreError, View
from maillon.sources import adapter
from maillon.store import Event, Order, Verdict
from maillon.store.jobs import JobState
from maillon.store.standing_questions import LONGEST, plain
from maillon.store.tables_jobs import JOB, QUESTION_NOTICE, STANDING_QUESTION
from maillon.workspace import Workspace
from maillon.workspace.asking import ask_again

NEXT_MONTH = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
OPEN = Label("police", purposes=("linking", "review"), legal_basis="Police Act, s. 1")
VAULT = replace(OPEN, compartment="vault", statistics=False)


def person(key: str, name: str, **properties: list[str]) -> dict[str, Any]:
    return {"id": key, "schema": "Person", "properties": {"name": [name], **properties}}


def load(
    w: Workspace, records: list[dict[str, Any]], dataset: str = "d", label: Label = OPEN,
    mode: Mode = Mode.MESSAGES,
) -> str:  # fmt: skip
    raw = io.BytesIO("".join(json.dumps(one) + "\n" for one in records).encode())
    order = Order(adapter("ftm-json"), dataset, label, mode=mode)
    return w.load(w.view(Act.LOAD), raw, order).delivery.id


def again(w: Workspace) -> dict[str, int]:
    told: dict[str, int] = {}
    ask_again(w.store, lambda _, said: told.update(said), lambda _done, _total: None)
    return told


def view(w: Workspace, **changes: str) -> View:
    return w.view(Act.READ, replace(w.settings.mandate, **changes))


def heard(w: Workspace, **changes: str) -> list[str]:
    return [one.entity for one in w.asking.notices(view(w, **changes))]


def waiting(w: Workspace) -> list[str]:
    with w.store.house.desk.housekeeping() as connection:
        query = select(JOB.c.kind).where(JOB.c.state == JobState.WAITING.value)
        return list(connection.execute(query).scalars())


@pytest.fixture
def w(tmp_path: Path) -> Iterator[Workspace]:
    Workspace.create(tmp_path / "w")
    with Workspace.open(tmp_path / "w") as opened:
        load(
            opened, [person("a", "Amos Verner", phone=["+88845550001"]), person("b", "Bela Konrad")]
        )
        yield opened


def test_a_new_statement_and_a_new_link_about_a_subject_are_told_once(w: Workspace) -> None:
    w.asking.ask(view(w), "subject", "a", NEXT_MONTH, "case 7")
    load(w, [person("a", "Amos Verner", birthDate=["1980-02-03"]), person("c", "Cyril Dusek")])
    load(w, [{"id": "k", "schema": "Ownership", "properties": {"owner": ["a"], "asset": ["x"]}}])
    assert again(w) == {"questions": 1, "ended": 0, "notices": 2}
    assert heard(w) == ["a", "k"]
    assert again(w)["notices"] == 0
    assert heard(w) == ["a", "k"]


def test_what_stood_in_an_earlier_list_is_not_new(w: Workspace) -> None:
    load(w, [person("l", "Listed One")], "list", mode=Mode.SNAPSHOT)
    w.asking.ask(view(w), "subject", "l", NEXT_MONTH, "case 7")
    load(w, [person("l", "Listed One"), person("m", "Other")], "list", mode=Mode.SNAPSHOT)
    assert again(w)["notices"] == 0
    load(
        w,
        [person("l", "Listed One", alias=["Uno"]), person("m", "Other")],
        "list",
        mode=Mode.SNAPSHOT,
    )
    assert again(w)["notices"] == 1


def test_a_record_that_is_one_with_the_subject_by_now_is_told(w: Workspace) -> None:
    w.asking.ask(view(w), "subject", "a", NEXT_MONTH, "case 7")
    load(w, [person("other", "A. V.")])
    label = tuple(sorted(w.view(Act.JUDGE).labels))
    w.judge(w.view(Act.JUDGE), Event("a", "other", Verdict.POSITIVE, "same papers", label))
    again(w)
    assert heard(w) == ["other"]


@pytest.mark.parametrize(
    ("kind", "asked", "record"),
    [
        ("phone", "00888 4555-0009", person("n", "Nora", phone=["+88845550009"])),
        ("document", "rx 77120", person("n", "Nora", passportNumber=["RX77120"])),
        ("plate", "ab-123-cd", {"id": "n", "schema": "Vehicle", "properties": {"registrationNumber": ["AB 123 CD"]}}),
    ],
)  # fmt: skip
def test_a_value_is_known_however_it_is_written(
    w: Workspace, kind: str, asked: str, record: dict[str, Any]
) -> None:
    w.asking.ask(view(w), kind, asked, NEXT_MONTH, "case 7")
    load(w, [person("o", "Oskar", phone=["+88845550008"], passportNumber=["RX77121"])])
    assert again(w)["notices"] == 0
    load(w, [record])
    assert again(w)["notices"] == 1
    assert heard(w) == ["n"]


def test_a_company_s_number_is_no_plate(w: Workspace) -> None:
    w.asking.ask(view(w), "plate", "AB123", NEXT_MONTH, "case 7")
    load(w, [{"id": "n", "schema": "Company", "properties": {"registrationNumber": ["AB123"]}}])
    assert again(w)["notices"] == 0


def test_the_value_itself_is_not_kept(w: Workspace) -> None:
    one = w.asking.ask(view(w), "phone", "+88845550009", NEXT_MONTH, "case 7")
    with w.store.house.desk.housekeeping() as connection:
        kept = repr(connection.execute(select(STANDING_QUESTION)).all())
    assert "45550009" not in kept
    assert "value" not in one.line()
    w.asking.withdraw(view(w), one.id)
    with w.store.house.desk.housekeeping() as connection:
        assert connection.execute(select(STANDING_QUESTION.c.value)).scalar() == ""


def test_signs_that_say_nothing_are_no_value() -> None:
    assert plain("phone", "+ ( ) -") == ""
    assert plain("phone", "0033 1 23") == plain("phone", "+33123") == "33123"
    assert plain("plate", " ab-12 ") == "ab12"


@pytest.mark.parametrize(
    ("kind", "what", "expires", "reason", "said"),
    [
        ("subject", "a", NEXT_MONTH, " ", "gives no reason"),
        ("subject", "a", "", "r", "has no end"),
        ("subject", "a", "2020-01-01", "r", "over or too far"),
        ("subject", "a", (date.today() + LONGEST + timedelta(days=2)).isoformat(), "r", "too far"),  # noqa: DTZ011 - a day or two do not matter
        ("phone", "---", NEXT_MONTH, "r", "about nothing"),
        ("weather", "rain", NEXT_MONTH, "r", "no kind of question"),
    ],
)  # fmt: skip
def test_a_question_has_an_end_a_reason_and_an_object(
    w: Workspace, kind: str, what: str, expires: str, reason: str, said: str
) -> None:
    with pytest.raises(RefusedError, match=said):
        w.asking.ask(view(w), kind, what, expires, reason)


def test_a_question_ends_with_its_day(w: Workspace) -> None:
    w.asking.ask(view(w), "subject", "a", NEXT_MONTH, "case 7")
    later = datetime.now(UTC) + timedelta(days=31)
    w.store.questions._now = lambda: later
    load(w, [person("a", "Amos Verner", birthDate=["1980-02-03"])])
    assert again(w) == {"questions": 0, "ended": 0, "notices": 0}
    (one,) = w.asking.questions(view(w))
    assert (one.state, one.ended) == ("ended", "its time is over")


def test_a_question_of_another_is_as_absent_as_none(w: Workspace) -> None:
    one = w.asking.ask(view(w), "subject", "a", NEXT_MONTH, "case 7")
    load(w, [person("a", "Amos Verner", birthDate=["1980-02-03"])])
    again(w)
    (told,) = w.asking.notices(view(w))
    other = view(w, who="supervisor")
    assert (w.asking.questions(other), w.asking.notices(other)) == ([], [])
    assert w.asking.mark_seen(other, [told.id]) == 0
    said = []
    for id_ in (one.id, "0" * 16):
        with pytest.raises(StoreError) as absent:
            w.asking.withdraw(other, id_)
        said.append(str(absent.value).replace(id_, "X"))
    assert said[0] == said[1]
    with pytest.raises(StoreError, match="no notice"):
        w.asking.notices(other, told.id)


def test_who_lost_the_right_is_not_answered_and_his_question_ends(
    tmp_path: Path, w: Workspace
) -> None:
    w.asking.ask(view(w, who="supervisor"), "subject", "a", NEXT_MONTH, "case 7")
    load(w, [person("a", "Amos Verner", birthDate=["1980-02-03"])])
    file = w.settings.folder / "maillon.toml"
    text = file.read_text("utf-8").replace("[people.supervisor]", "[people.gone]")
    file.write_text(text, "utf-8")
    with Workspace.open(w.settings.folder) as now:
        assert again(now) == {"questions": 1, "ended": 1, "notices": 0}
    (one,) = w.asking.questions(view(w, who="supervisor"))
    assert one.ended.startswith("refused: ")


def test_what_is_sealed_is_told_to_who_may_read_it_alone(w: Workspace) -> None:
    file = w.settings.folder / "maillon.toml"
    text = file.read_text("utf-8").replace(
        "compartments = []\n\n[people.overseer]", 'compartments = ["vault"]\n\n[people.overseer]'
    )
    file.write_text(text, "utf-8")
    with Workspace.open(w.settings.folder) as now:
        for who in ("analyst", "supervisor"):
            now.asking.ask(view(now, who=who), "subject", "a", NEXT_MONTH, "case 7")
        load(now, [person("a", "Amos Verner", birthDate=["1980-02-03"])], "vault", VAULT)
        assert again(now)["notices"] == 1
        assert heard(now) == []
        assert heard(now, who="supervisor") == ["a"]
    # and what was told is hidden again with the right
    with w.store.house.desk.begin() as connection:
        connection.execute(QUESTION_NOTICE.update().values(who="analyst"))
    assert heard(w) == []


def test_pages_and_marks(w: Workspace) -> None:
    w.asking.ask(view(w), "subject", "a", NEXT_MONTH, "case 7")
    load(w, [{"id": f"k{n}", "schema": "Ownership", "properties": {"owner": ["a"], "asset": [f"x{n}"]}}
             for n in range(5)])  # fmt: skip
    again(w)
    questions, mine = w.store.questions, view(w)
    found, after = [], ""
    while page := questions.notices(mine, after=after, most=2):
        found += page
        after = page[-1].id
    assert [one.entity for one in found] == [f"k{n}" for n in range(5)]
    assert w.asking.mark_seen(mine, [one.id for one in found[:3]]) == 3
    assert w.asking.mark_seen(mine, [one.id for one in found]) == 2
    assert w.asking.notices(mine, unread=True) == []
    assert "Amos" not in repr([one.line() for one in found])


def test_a_delivery_wakes_one_job_and_only_where_somebody_asks(w: Workspace) -> None:
    load(w, [person("x", "Xaver")])
    assert waiting(w) == []
    w.asking.ask(view(w), "subject", "a", NEXT_MONTH, "case 7")
    load(w, [person("y", "Yves")])
    load(w, [person("z", "Zora")])
    assert waiting(w) == ["questions"]
    assert w.store.jobs.page(view(w)) == []


def test_an_answer_that_breaks_is_given_whole_the_next_time(w: Workspace) -> None:
    w.asking.ask(view(w), "subject", "a", NEXT_MONTH, "case 7")
    load(w, [person("a", "Amos Verner", birthDate=["1980-02-03"])])

    def breaks(_: object, __: object) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask_again(w.store, breaks, lambda _done, _total: None)
    assert heard(w) == []
    assert again(w)["notices"] == 1


def test_what_is_new_is_counted_since_the_last_visit(w: Workspace) -> None:
    first = w.asking.whats_new(view(w))
    assert (first["since"], first["deliveries"]) == ("", 1)
    later = datetime.now(UTC) + timedelta(hours=1)
    w.store.visits._now = lambda: later
    w.asking.visit(view(w))
    assert w.asking.whats_new(view(w))["deliveries"] == 0
    assert w.asking.whats_new(view(w, who="supervisor"))["deliveries"] == 1
    w.store._now = lambda: later
    load(w, [person("x", "Xaver")])
    assert w.asking.whats_new(view(w))["deliveries"] == 1


def test_an_unknown_subject_is_as_absent_as_a_hidden_one(w: Workspace) -> None:
    load(w, [person("s", "Sealed One")], "vault", VAULT)
    said = []
    for id_ in ("s", "nobody"):
        with pytest.raises(StoreError) as absent:
            w.asking.ask(view(w), "subject", id_, NEXT_MONTH, "case 7")
        said.append(str(absent.value).replace(id_, "X"))
    assert said[0] == said[1]
