"""No hit or lead has an effect before a person confirmed it; and how people decide is watched."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from maillon.model import Act, Mandate, RefusedError
from maillon.store import Store
from maillon.store.validations import Proposal

from .accounts import seen

HIT = Proposal("hit", ("q1", "un-7"), "v1", ("other birth date", "never left the country"))


def now(seconds: float = 0) -> str:
    return (datetime.now(UTC) - timedelta(seconds=seconds)).isoformat(timespec="seconds")


def test_a_hit_has_no_effect_until_a_person_confirmed_it_as_it_stands(house: Store) -> None:
    view, kept = seen(house), house.safeguards.validations
    with pytest.raises(RefusedError, match="no person has confirmed"):
        kept.check(view, HIT)
    said = {"weighed": HIT.exculpatory, "opened": now(60), "labels": view.labels}
    id_ = kept.decide(view, HIT, "confirmed", "same passport", **said)  # type: ignore[arg-type]
    assert kept.check(view, HIT) == id_
    with pytest.raises(RefusedError, match="no person has confirmed"):
        kept.check(view, replace(HIT, version="v2"))
    kept.decide(view, HIT, "rejected", "other father", **said)  # type: ignore[arg-type]
    with pytest.raises(RefusedError, match="no person has confirmed"):
        kept.check(view, HIT)


def test_a_verdict_passes_over_no_fact_that_speaks_for_the_person(house: Store) -> None:
    view, kept = seen(house), house.safeguards.validations
    for verdict, reason, weighed, says in (
        ("confirmed", "same passport", ("other birth date",), "never left the country"),
        ("confirmed", " ", HIT.exculpatory, "its reason"),
        ("perhaps", "same passport", HIT.exculpatory, "named person"),
    ):
        with pytest.raises(RefusedError, match=says):
            kept.decide(
                view, HIT, verdict, reason, weighed=weighed, opened=now(), labels=view.labels
            )
    with pytest.raises(RefusedError):
        kept.check(view, HIT)


def test_the_monitor_warns_of_who_decides_too_fast_and_never_differs(house: Store) -> None:
    kept = house.safeguards.validations
    for who, seconds, overrides in (("analyst", 2, 0), ("supervisor", 120, 3)):
        view = seen(house, who=who)
        for number in range(20):
            verdict = "rejected" if number < overrides else "confirmed"
            kept.decide(view, replace(HIT, ids=(str(number),)), verdict, "r",
                        weighed=HIT.exculpatory, opened=now(seconds), labels=())  # fmt: skip
    audit = house.policy.open(
        Mandate("overseer", "oversight", "oversight", "Coordination Centre Act, s. 9 (oversight)"),
        Act.AUDIT,
    )
    fast, careful = kept.habits(audit)
    assert (fast.who, fast.warnings) == ("analyst", ("too fast", "never differs"))
    assert (careful.who, careful.warnings, careful.override_rate) == ("supervisor", (), 0.15)
    with pytest.raises(RefusedError):
        kept.habits(seen(house))
