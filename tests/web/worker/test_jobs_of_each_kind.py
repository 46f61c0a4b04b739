"""Each kind of job does what its verb does, ends with its effect, and is refused to who lost a right."""

import json

import pytest

from maillon.model import Act, StoreError
from maillon.store import keeping as k
from maillon.store.jobs import JobState
from maillon.workspace import Workspace

from .conftest import LISTED, Place, lines

OVERSEER = {"who": "overseer", "agency": "oversight", "purpose": "oversight",
            "legal_basis": "Coordination Centre Act, s. 9 (oversight)"}  # fmt: skip
KEEPER = {"who": "keeper", "purpose": "retention"}
QUERY = lines([
    {"id": "q1", "schema": "Person", "properties": {"name": ["Pavel1 Invented"], "birthDate": ["1951-02-03"]}},
    {"id": "q2", "schema": "Person", "properties": {"name": ["Xaver Ungenannt"]}},
]) + b"no entity\n"  # fmt: skip


def answers(place: Place, job: str) -> list[dict[str, object]]:
    with place.opened() as w:
        path = w.store.jobs.result_file(place.view(w, Act.SCREEN), job)
        return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def deliveries(w: Workspace, place: Place) -> list[str]:
    return [one.dataset for one in w.deliveries(place.view(w, Act.READ))]


def test_a_load_makes_one_delivery_and_says_how_it_went(place: Place) -> None:
    job = place.load_job([*LISTED, {"id": "x", "schema": "Nonsense"}], "lists")
    assert place.job(job).state is JobState.WAITING
    assert place.work() == 1
    found = place.job(job)
    assert (found.state, found.error) == (JobState.DONE, "")
    assert (found.result["entities"], found.result["unreadable"]) == (8, 1)
    with place.opened() as w:
        assert deliveries(w, place) == ["lists"]
        assert not (w.store.jobs.files.of(job) / "input").exists()
    assert place.work() == 0


def test_the_same_file_in_two_jobs_is_one_delivery(place: Place) -> None:
    first, second = place.load_job(LISTED, "lists"), place.load_job(LISTED, "lists")
    assert place.work() == 2
    assert [place.job(one).result["already"] for one in (first, second)] == [False, True]
    with place.opened() as w:
        assert deliveries(w, place) == ["lists"]


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ({"adapter": "nonsense"}, "no adapter 'nonsense'"),
        ({"mode": "sometimes"}, "not a valid Mode"),
        ({"options": {"mapping": "x: y"}}, "no option mapping"),
        ({"retention": "for ever"}, "for ever"),
    ],
)
def test_an_order_that_is_not_understood_fails_at_once(
    place: Place, order: dict[str, object], said: str
) -> None:
    job = place.load_job(LISTED, "lists", **order)
    assert place.work() == 1
    found = place.job(job)
    assert (found.state, found.attempts) == (JobState.FAILED, 1)
    assert said in found.error


def test_a_file_that_cannot_be_read_fails_at_once_and_can_be_asked_for_again(place: Place) -> None:
    said = {"adapter": "un-sc-xml", "dataset": "un"}
    job = place.enqueue("load", said, b"<html>not found</html>")
    assert place.work() == 1
    assert place.job(job).state is JobState.FAILED
    with place.opened() as w:
        assert deliveries(w, place) == []
        assert [one.name for one in w.store.jobs.files.of(job).iterdir()] == ["input"]


def test_a_screening_leaves_a_receipt_and_its_answers(place: Place) -> None:
    place.load_job(LISTED, "lists")
    job = place.enqueue("screen", {}, QUERY)
    assert place.work() == 2
    found = place.job(job)
    assert found.state is JobState.DONE, found.error
    assert (found.done, found.total) == (3, 3)
    assert {key: found.result[key] for key in ("queries", "could_not_look")} == {
        "queries": 3, "could_not_look": 1,
    }  # fmt: skip
    held = answers(place, job)
    assert [one["status"] for one in held] == ["ok", "ok", "could_not_look"]
    assert held[0]["hits"][0]["id"] == "l1"  # type: ignore[index]  # a list of hits
    with place.opened() as w:
        (receipt,) = w.screening.receipts(place.view(w, Act.SCREEN))
        assert receipt.id == found.result["receipt"]
        again = w.screening.replay(place.view(w, Act.SCREEN), receipt.id)
        assert again.verdict != "same"  # the questions went with the job: nobody can ask them again


@pytest.mark.parametrize(
    "order", [{"use": "none"}, {"threshold": "high"}, {"top": 0}, {"lists": "l"}]
)
def test_a_screening_by_words_that_mean_nothing_fails_at_once(
    place: Place, order: dict[str, object]
) -> None:
    place.load_job(LISTED, "lists")
    job = place.enqueue("screen", order, QUERY)
    place.work()
    found = place.job(job)
    assert (found.state, found.attempts) == (JobState.FAILED, 1)
    assert "jobs: orders" in found.error


def test_a_screening_against_nothing_fails_and_is_not_no_hit(place: Place) -> None:
    job = place.enqueue("screen", {}, QUERY)
    place.work()
    found = place.job(job)
    assert found.state is JobState.FAILED
    assert "nothing to screen against" in found.error


def test_screening_again_tells_what_changed(place: Place) -> None:
    place.load_job(LISTED, "lists")
    place.load_job(
        [{**LISTED[1], "id": "c1", "properties": {"name": ["Pavel1 Invented"]}}], "people"
    )
    first = place.enqueue("delta", {"datasets": ["people"], "lists": ["lists"]})
    again = place.enqueue("delta", {"datasets": ["people"], "lists": ["lists"]})
    assert place.work() == 4
    assert place.job(first).error == ""
    changed = answers(place, first)
    assert ("c1", "l1") in {(one["id"], one["hit"]["id"]) for one in changed}  # type: ignore[index]  # a hit
    assert (place.job(first).result["changes"], place.job(again).result["changes"]) == (
        len(changed),
        0,
    )


def test_resolving_and_tracing_count_what_they_found(place: Place) -> None:
    twins = [
        {"id": f"t{n}", "schema": "Person", "properties": {
            "name": ["Amos Verner"], "birthDate": ["1980-02-03"], "passportNumber": ["RX77120"]}}
        for n in range(2)
    ]  # fmt: skip
    place.load_job([*LISTED, *twins], "people")
    resolved, traced = place.enqueue("resolve"), place.enqueue("trace")
    assert place.work() == 3
    assert place.job(resolved).error == ""
    assert place.job(resolved).result["clusters"] == 1
    assert place.job(traced).result["leads"] == 0


def test_the_ledger_is_signed_and_verified_by_oversight(place: Place) -> None:
    place.load_job(LISTED, "lists")
    signed = place.enqueue("checkpoint", by=OVERSEER)
    verified = place.enqueue("verify", by=OVERSEER)
    assert place.work() == 3
    assert place.job(signed, **OVERSEER).error == ""
    size = place.job(signed, **OVERSEER).result["entries"]
    assert [int(one.stem) for one in place.keys.glob("*.checkpoint")] == [size]
    found = place.job(verified, **OVERSEER).result
    assert (found["sound"], found["outside"]) == (True, True)
    assert found["entries"] >= size


def test_a_ledger_that_was_changed_is_found_unsound(place: Place) -> None:
    verified = place.enqueue("verify", by=OVERSEER)
    with place.opened() as w, w.store.house.desk.begin() as connection:
        connection.exec_driver_sql("UPDATE ledger SET who = 'nobody' WHERE number = 1")
    place.work()
    assert place.job(verified, **OVERSEER).result["sound"] is False


def test_what_is_due_is_done_under_the_keeper_s_mandate(place: Place) -> None:
    place.load_job(LISTED, "lists")
    job = place.enqueue("retain", by=KEEPER)
    assert place.work() == 2
    found = place.job(job, **KEEPER)
    assert (found.state, found.error) == (JobState.DONE, "")
    assert found.result["erased"] == 0


def test_a_worker_without_keys_says_so(place: Place) -> None:
    place.keys = None  # type: ignore[assignment]  # what a worker without --keys has
    job = place.enqueue("retain", by=KEEPER)
    place.work()
    assert "started without a keys folder" in place.job(job, **KEEPER).error


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('purposes = ["intake", "linking", "review", "screening"]\ncompartments', 'purposes = ["review"]\ncompartments'),
        ('[people.analyst]\nagencies = ["centre"]', '[people.analyst]\nagencies = ["police"]'),
    ],
)  # fmt: skip
def test_who_lost_the_right_since_is_refused_and_can_see_it(
    place: Place, old: str, new: str
) -> None:
    job = place.load_job(LISTED, "lists")
    kept = (place.folder / "maillon.toml").read_text("utf-8")
    place.edit(old, new)
    assert place.work() == 1
    (place.folder / "maillon.toml").write_text(kept, "utf-8")
    found = place.job(job)
    assert (found.state, found.attempts) == (JobState.FAILED, 1)
    assert "refused (" in found.error
    with place.opened() as w:
        assert deliveries(w, place) == []


def test_a_person_who_comes_after_the_worker_began_is_known(place: Place) -> None:
    place.toml('\n[people.newcomer]\nagencies = ["centre"]\npurposes = ["linking"]\n')
    said = {"adapter": "ftm-json", "dataset": "lists"}
    job = place.enqueue("load", said, lines(LISTED), by={"who": "newcomer"})
    place.work()
    assert place.job(job, who="newcomer").state is JobState.DONE


def test_the_lines_of_a_job_go_with_an_erasure(place: Place) -> None:
    place.load_job(LISTED, "lists")
    job = place.enqueue("screen", {}, QUERY)
    place.work()
    assert answers(place, job)
    with place.opened() as w:
        view = place.view(w, Act.RETAIN, **KEEPER)
        order = k.Order("erase", "entity", "l1", "Test Act, s. 1", "request", "asked for")
        k.erase(w.store.house, view, order, place.keys)
        assert "l1" not in {one.entity for one in w.store.scan(place.view(w, Act.READ))}
        assert w.store.jobs.files.names() == []
        with pytest.raises(StoreError, match="no file of job"):
            w.store.jobs.result_file(place.view(w, Act.SCREEN), job)
    assert "file" not in place.job(job).result
