"""Anchors by hand: two people, grounds, an end; nobody protected becomes one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.days import today

from maillon.model import (
    Act,
    RefusedError,
    StoreError,
)
from maillon.store import Store
from maillon.store.anchoring import NamedAnchor

from .accounts import labels_of, seen
from .conftest import load

STARTED = datetime.now(UTC).date()
NEXT_MONTH = (STARTED + timedelta(days=30)).isoformat()
YESTERDAY = (STARTED - timedelta(days=1)).isoformat()


ANCHOR = NamedAnchor(
    "p1", "crime.terror", "judgment 12/2026", "B2", "financed the cell", NEXT_MONTH
)


def test_an_anchor_by_hand_counts_when_a_second_person_approved_it(house: Store) -> None:
    load(house, "p1,name,Ann\n")
    view, kept = seen(house), house.safeguards.anchoring
    held = labels_of(house, view, "p1")
    id_ = kept.propose(view, ANCHOR, held)
    assert kept.standing(view, today()) == []
    for who in ("analyst", "analyst2"):
        with pytest.raises(RefusedError, match="segregation"):
            kept.approve(seen(house, who=who), id_)
    kept.approve(seen(house, who="supervisor"), id_)
    assert [one.entity for one in kept.standing(view, today())] == ["p1"]
    assert kept.standing(view, "2099-01-01") == []
    with pytest.raises(RefusedError):
        kept.remove(view, id_, " ")
    kept.remove(view, id_, "acquitted")
    assert kept.standing(view, today()) == []
    with pytest.raises(StoreError):
        kept.remove(view, id_, "again")
    past = house.policy.open(view.mandate, Act.READ, known_on=YESTERDAY)
    assert kept.read(past) == []


@pytest.mark.parametrize(
    "changes",
    [{"basis": ""}, {"reason": ""}, {"grade": "X4"}, {"topic": "poi"}, {"expires": YESTERDAY},
     {"expires": "2099-01-01"}, {"expires": "soon"}],
)  # fmt: skip
def test_an_anchor_without_what_it_needs_is_refused(house: Store, changes: dict[str, str]) -> None:
    load(house, "p1,name,Ann\n")
    with pytest.raises(RefusedError, match="2396"):
        house.safeguards.anchoring.propose(
            seen(house), replace(ANCHOR, **changes), seen(house).labels
        )


@pytest.mark.parametrize("flag", ["minor", "victim", "humanitarian", "witness", "age unknown"])
def test_nobody_protected_and_nobody_of_unknown_age_becomes_an_anchor(
    house: Store, flag: str
) -> None:
    load(house, "p1,name,Ann\n")
    view = seen(house)
    with pytest.raises(RefusedError, match=flag):
        house.safeguards.anchoring.propose(view, ANCHOR, view.labels, (flag,))
