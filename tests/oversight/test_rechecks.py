"""How often a second look overturns a dismissal: of those looked at, and settled where two differ."""

from dataclasses import replace

from maillon.oversight import found_rechecks
from maillon.store import Validation
from maillon.store.verdicts import SecondLook


def dismissed(id_: str, said: str = "", settled: str = "", dataset: str = "un") -> Validation:
    """Return a dismissal; what a second person said of it, and what a third settled."""
    at = "2026-11-25T10:00:00+00:00"
    look = SecondLook(said, "r", "b", "b", at, settled) if said else None
    return Validation(
        id_, "hit", ("q1", "un-7"), "v", dataset, "no match", "r", (), (), takes_two=False,
        who="a", person="a", opened=at, at=at, look=look,
    )  # fmt: skip


HELD = [
    dismissed("1"), dismissed("2", "no match"), dismissed("3", "match", "match"),
    dismissed("4", "match", "no match"), dismissed("5", "match"),
    dismissed("6", "no match", dataset="eu"),
]  # fmt: skip


def test_the_rate_is_of_those_settled() -> None:
    # looked at: 2 to 6; 5 is not settled; of the four that are, one (3) was overturned
    assert found_rechecks(HELD)[0].rate == 0.25


def test_all_lists_come_first_then_each() -> None:
    assert [(one.dataset, one.dismissals, one.looked) for one in found_rechecks(HELD)] == [
        ("", 6, 5), ("eu", 1, 1), ("un", 5, 4),
    ]  # fmt: skip


def test_what_nobody_settled_is_counted_apart() -> None:
    (every, _, _) = found_rechecks(HELD)
    assert (every.differs, every.overturned, every.unsettled) == (3, 1, 1)


def test_where_nothing_was_seen_again_there_is_no_rate() -> None:
    assert found_rechecks([dismissed("1")])[0].rate is None


def test_a_match_is_no_dismissal() -> None:
    assert found_rechecks([replace(dismissed("1"), verdict="match")]) == []
