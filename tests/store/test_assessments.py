"""What people say of leads: kept in order, with labels, behind the door."""

import pytest

from maillon.model import Act
from maillon.store import Assessment, LeadState, Store


def test_what_is_said_is_read_in_order_with_who_and_when(store: Store) -> None:
    view = store.policy.open(store.settings.mandate, Act.JUDGE)
    said = [
        Assessment("ml-a", "ml-b", LeadState.OPEN, "calls and payments", (("ff", "police"),)),
        Assessment("ml-a", "ml-b", LeadState.REFUTED, "the invoice explains it"),
    ]
    ids = [store.assessments.append(view, one) for one in said]
    found = store.assessments.read(view)
    assert [one.id for one in found] == ids
    assert [one.state for one in found] == [LeadState.OPEN, LeadState.REFUTED]
    assert found[0].evidence == (("ff", "police"),)
    assert {one.who for one in found} == {view.mandate.who}
    assert found[0].at <= found[1].at


def test_a_reason_is_asked_for(store: Store) -> None:
    view = store.policy.open(store.settings.mandate, Act.JUDGE)
    with pytest.raises(ValueError, match="reason"):
        store.assessments.append(view, Assessment("ml-a", "ml-b", LeadState.REFUTED, " "))
    assert store.assessments.read(view) == []


def test_who_cannot_read_all_that_was_weighed_does_not_see_what_was_said(store: Store) -> None:
    view = store.policy.open(store.settings.mandate, Act.JUDGE)
    hidden = max(view.labels, default=0) + 1
    store.assessments.append(
        view, Assessment("ml-a", "ml-b", LeadState.REFUTED, "sealed", labels=(hidden,))
    )
    assert store.assessments.read(view) == []
