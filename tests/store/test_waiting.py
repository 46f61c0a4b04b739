"""What waits, counted: the same as the lists, with an end, and only as far as a view reads."""

from collections.abc import Callable

import pytest

from maillon.model import Act, Mandate, RefusedError, View
from maillon.store import Store
from maillon.store import keeping as k
from maillon.store.house import House
from maillon.store.job_queue import Queue
from maillon.store.jobs import Asked
from maillon.store.waiting import (
    acts_without_case,
    job_counts,
    keeping_counts,
    last_check,
    leads_found,
    review_counts,
)

from .accounts import seen as opened
from .test_second_looks import ALL, dismissed, looks, said, seen
from .test_validations import HIT

AUDIT = Mandate("overseer", "oversight", "oversight", "Coordination Centre Act, s. 9 (oversight)")


def test_what_waits_for_a_person_is_counted_as_it_is_listed(house: Store) -> None:
    dismissed(house)
    held, boss = looks(house, ALL), seen(house, "supervisor")
    found = held.waiting(boss)
    assert (found.seconds, found.drawn, found.is_cut) == (0, len(held.due(boss)), False)


def test_who_gave_a_verdict_has_nothing_to_look_at_again(house: Store) -> None:
    dismissed(house)
    assert looks(house, ALL).waiting(seen(house)).drawn == 0


def test_a_verdict_that_waits_for_a_second_person_is_no_drawn_one(house: Store) -> None:
    dismissed(house, takes_two=True)
    found = looks(house, ALL).waiting(seen(house, "supervisor"))
    assert (found.seconds, found.drawn) == (1, 0)


def test_two_who_differ_are_counted_until_it_is_settled(house: Store) -> None:
    id_, held, boss = dismissed(house), looks(house, ALL), seen(house, "supervisor")
    held.look(boss, id_, HIT, said(held, boss, id_, "match"))
    found = held.waiting(boss)
    assert (found.drawn, found.disputed) == (0, len(held.disputed(boss)))


def test_jobs_are_counted_by_state_and_only_the_own(house: Store) -> None:
    view = house.policy.open(AUDIT, Act.AUDIT)
    house.jobs.enqueue(view, Asked("verify"))
    assert job_counts(house.house.desk, view)["waiting"] == 1
    assert job_counts(house.house.desk, seen(house))["waiting"] == 0


def test_a_trace_that_nobody_asked_for_found_nothing_that_is_known(house: Store) -> None:
    assert leads_found(house.house.desk, seen(house)) is None


def test_the_last_check_is_known_to_oversight_alone(house: Store) -> None:
    with pytest.raises(RefusedError, match="oversight"):
        last_check(house.house.desk, seen(house))


def test_the_newest_check_is_told_whoever_asked(house: Store) -> None:
    view = house.policy.open(AUDIT, Act.AUDIT)
    assert last_check(house.house.desk, view) is None
    house.jobs.enqueue(view, Asked("verify"))
    queue = Queue(house.house.desk, house.jobs.files, house.house.now)
    claim = queue.claim()
    assert claim is not None
    queue.finish(claim, {"sound": False, "entries": 7, "outside": True})
    found = last_check(house.house.desk, view)
    assert found is not None
    assert (found["who"], found["sound"], found["entries"]) == ("overseer", False, 7)


def test_a_check_that_failed_is_no_sound_ledger(house: Store) -> None:
    view = house.policy.open(AUDIT, Act.AUDIT)
    house.jobs.enqueue(view, Asked("verify"))
    queue = Queue(house.house.desk, house.jobs.files, house.house.now)
    claim = queue.claim()
    assert claim is not None
    queue.fail(claim, "the disk is full")
    found = last_check(house.house.desk, view)
    assert found is not None
    assert (found["state"], found["sound"]) == ("failed", None)


def test_who_never_works_in_cases_acts_without_none(house: Store) -> None:
    seen(house)
    assert acts_without_case(house.house.desk, house.policy.open(AUDIT, Act.AUDIT)) == 0


@pytest.mark.parametrize("count", [keeping_counts, review_counts])
def test_what_is_kept_is_counted_for_those_who_keep_alone(
    house: Store, count: Callable[[House, View], dict[str, int]]
) -> None:
    with pytest.raises(RefusedError):
        count(house.house, seen(house))


def test_oversight_reads_reviews_and_decides_none(house: Store) -> None:
    view = house.policy.open(AUDIT, Act.AUDIT)
    assert k.reviews(house.house, view) == []
    with pytest.raises(RefusedError, match="is not decided by the act 'audit'"):
        k.decide_review(house.house, view, "0" * 16, "expire", "r", house.settings.folder)


def test_whoever_neither_keeps_nor_oversees_reads_no_reviews(house: Store) -> None:
    with pytest.raises(RefusedError, match="is not decided by the act 'read'"):
        k.reviews(house.house, opened(house, who="analyst", agency="centre", act=Act.READ))
