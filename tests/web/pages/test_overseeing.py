"""Oversight on pages: the last check, dismissals seen again, reviews, a verdict replayed; my work."""

import re
from collections.abc import Iterator

import pytest
from tests.journeys.verdict_verbs import answer, decider
from tests.store.logins import PASSWORD
from tests.web.pages.conftest import House, Reader

from maillon.model import Act, Mandate
from maillon.store.job_queue import Queue
from maillon.store.jobs import Asked
from maillon.store.ledger_book import LedgerBook

AUDIT = Mandate("overseer", "oversight", "oversight", "Coordination Centre Act, s. 9 (oversight)")


@pytest.fixture(scope="module")
def overseer(house: House) -> Iterator[Reader]:
    with house.reader("overseer", "oversight", "oversight") as reader:
        yield reader


def checked(house: House, *, sound: bool) -> None:
    store = house.workspace.store
    store.jobs.enqueue(house.workspace.view(Act.AUDIT, AUDIT), Asked("verify"))
    held = Queue(store.house.desk, store.jobs.files, store.house.now)
    claim = held.claim()
    assert claim is not None
    held.finish(claim, {"sound": sound, "entries": 12, "outside": True})


def test_before_any_check_the_page_says_that_none_is_known(overseer: Reader) -> None:
    assert "No check of the whole ledger is known." in overseer.page("/en/oversight")


def test_the_last_check_is_told_with_who_asked_and_what_it_found(
    house: House, overseer: Reader
) -> None:
    checked(house, sound=True)
    assert "by <bdi>overseer</bdi>: 12 entries" in overseer.page("/en/oversight")
    assert "by <bdi>overseer</bdi>: 12 entries" in overseer.page("/en/")


def test_a_ledger_that_was_changed_is_said_at_once(house: House, overseer: Reader) -> None:
    checked(house, sound=False)
    for path in ("/en/oversight", "/en/"):
        assert "The ledger is not what it was." in overseer.page(path)
    checked(house, sound=True)
    assert "not what it was" not in overseer.page("/en/")


def test_what_a_check_found_stays_when_its_job_is_erased(house: House, overseer: Reader) -> None:
    checked(house, sound=False)
    view = house.workspace.view(Act.AUDIT, AUDIT)
    jobs = house.workspace.store.jobs
    for one in jobs.page(view):
        jobs.forget(view, one.id)
    assert "The ledger is not what it was." in overseer.page("/en/oversight")


def verdict_of(house: House) -> str:
    w = house.workspace
    (first, *_) = w.screening.queue(decider(w))
    shown = w.screening.show(decider(w), *first.ids)
    return w.screening.validate(decider(w), *first.ids, answer(shown, "no match"))


def test_a_verdict_is_replayed_and_what_is_not_to_be_read_is_not_there(
    house: House, overseer: Reader
) -> None:
    page = overseer.page(f"/en/oversight/verdict?id={verdict_of(house)}")
    assert "a record is not there under this mandate" in page
    assert "Verner" not in page


def test_dismissals_are_counted_by_list(house: House, overseer: Reader) -> None:
    verdict_of(house)
    page = overseer.page("/en/oversight")
    assert re.search(r"<tr><td><bdi>register</bdi></td><td class=\"number\">[1-9]", page)


def test_the_ledger_is_exported_to_whoever_has_just_proved_who_they_are(overseer: Reader) -> None:
    assert "Prove anew that it is you" in overseer.page("/en/oversight/export")
    overseer.submit("/en/step-up?next=/en/oversight", password=PASSWORD)
    answer = overseer.get("/en/oversight/export")
    assert answer.text.startswith("maillon ledger export 1\t")


def test_nobody_but_oversight_exports_it(house: House) -> None:
    with house.reader("analyst", "linking") as reader:
        reader.submit("/en/step-up?next=/en/oversight", password=PASSWORD)
        reader.page("/en/oversight/export", 403)


def test_oversight_reads_the_reviews_and_decides_none(overseer: Reader) -> None:
    overseer.page("/en/desk/reviews")
    page = overseer.page("/en/desk/reviews/decide?id=0123456789abcdef")
    answer = overseer.submit_from(
        page, "/en/desk/reviews/decide?id=0123456789abcdef", outcome="expire", reason="r"
    )
    assert answer.status_code == 403


def test_acts_and_outcomes_are_said_in_the_language(overseer: Reader) -> None:
    page = overseer.page("/fr/oversight")
    acts = set(re.findall(r"<td><bdi>([^<]*)</bdi></td><td><bdi>ouvert</bdi></td>", page))
    assert acts
    assert acts.isdisjoint({"audit", "read", "opened"})


def test_home_of_oversight_opens_no_view_but_its_own(house: House, overseer: Reader) -> None:
    overseer.page("/en/")
    book = LedgerBook(house.workspace.store.house.desk)
    (newest,) = book.entries(house.workspace.view(Act.AUDIT, AUDIT), count=2)[1:]
    assert (newest["act"], newest["outcome"], newest["detail"]["verb"]) == (
        "audit", "opened", "page home",
    )  # fmt: skip


@pytest.mark.parametrize("purpose", ["linking", "review", "intake", "screening"])
def test_home_asks_nothing_that_the_mandate_is_refused(house: House, purpose: str) -> None:
    book = LedgerBook(house.workspace.store.house.desk)
    before = book.last()
    with house.reader("analyst", purpose) as reader:
        reader.page("/en/")
    entries = book.entries(house.workspace.view(Act.AUDIT, AUDIT), count=20)
    new = {one["outcome"] for one in entries if one["number"] > before}
    assert "opened" in new
    assert "refused" not in new


def test_home_of_a_reviewer_counts_the_hits(reviewer: Reader) -> None:
    page = reviewer.page("/en/")
    assert re.search(r'<strong>\d+</strong><a href="/en/hits">hits on which nobody', page)


def test_home_of_intake_says_nothing_of_hits_to_decide(house: House) -> None:
    with house.reader("analyst", "intake") as clerk:
        assert "hits on which nobody" not in clerk.page("/en/")


def test_home_of_a_keeper_names_what_is_late(house: House) -> None:
    with house.reader("keeper", "retention") as keeper:
        page = keeper.page("/en/")
    assert "What waits" in page


def test_home_names_the_own_jobs(house: House, analyst: Reader) -> None:
    assert house
    assert analyst
    w = house.workspace
    w.store.jobs.enqueue(w.view(Act.TRACE), Asked("trace"))
    page = analyst.page("/en/")
    assert "look for leads</a>" in page
    assert "jobs that run or wait" in page
