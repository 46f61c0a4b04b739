"""No hit or lead has an effect before a person confirmed it, and what a verdict leaves behind."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from maillon.model import Act, RefusedError, StaleError, StoreError, View
from maillon.store import Bearing, Fact, Proposal, Store, Validation, hit_version, lead_version
from maillon.store.validations import Validations

from .accounts import seen
from .conftest import load, people

FACTS = (
    Fact(Bearing.FOR, "birth date: other year", "1970 and 1980", "aa"),
    Fact(Bearing.FOR, "rule: minor", "a child", "bb"),
    Fact(Bearing.AGAINST, "name: same", "Ann", "cc"),
)
HIT = Proposal("hit", ("q1", "un-7"), "v1", "un_sc", FACTS)
LEAD = Proposal("lead", ("ml-1", "ml-2"), "w1")


def decide(
    kept: Validations, view: View, one: Proposal = HIT, verdict: str = "match", *,
    weighed: Sequence[str] | None = None, token: str = "", **said: Any,
) -> str:  # fmt: skip
    chosen = one.exculpatory if weighed is None else weighed
    return kept.decide(
        view, one, verdict, said.pop("reason", "same passport"), weighed=chosen,
        expected=token or kept.open(view, one), **said,
    )  # fmt: skip


def test_a_hit_has_no_effect_until_a_person_confirmed_it_as_it_stands(house: Store) -> None:
    view, kept = seen(house), house.safeguards.validations
    with pytest.raises(RefusedError, match="no person has confirmed"):
        kept.check(view, HIT)
    id_ = decide(kept, view)
    assert kept.check(view, HIT) == id_
    with pytest.raises(RefusedError, match="no person has confirmed"):
        kept.check(view, replace(HIT, version="v2"))


@pytest.mark.parametrize(
    ("one", "verdict", "has_effect"),
    [(HIT, "match", True), (HIT, "no match", False), (HIT, "cannot tell", False),
     (LEAD, "confirmed", True), (LEAD, "suspected", True), (LEAD, "refuted", False),
     (LEAD, "not assessable", False)],
)  # fmt: skip
def test_only_what_a_person_says_it_is_has_an_effect(
    house: Store, one: Proposal, verdict: str, has_effect: bool
) -> None:
    view, kept = seen(house), house.safeguards.validations
    id_ = decide(kept, view, one, verdict)
    if has_effect:
        assert kept.check(view, one) == id_
    else:
        with pytest.raises(RefusedError, match=r"2016/680, art\. 11"):
            kept.check(view, one)


def test_a_verdict_passes_over_no_fact_that_speaks_for_the_person(house: Store) -> None:
    view, kept = seen(house), house.safeguards.validations
    for verdict, reason, weighed, says in (
        ("match", "same passport", ("rule: minor",), "birth date: other year"),
        ("match", "same passport", (*HIT.exculpatory, "name: same"), "was not shown"),
        ("match", " ", HIT.exculpatory, "its reason"),
        ("confirmed", "same passport", HIT.exculpatory, "named person"),
    ):
        with pytest.raises(RefusedError, match=says):
            decide(kept, view, HIT, verdict, reason=reason, weighed=weighed)
    assert kept.read(view) == []


def test_what_was_shown_is_kept_as_codes_and_keyed_hashes(house: Store) -> None:
    view, kept = seen(house), house.safeguards.validations
    decide(kept, view)
    (said,) = kept.read(view, HIT)
    assert said.shown == tuple((one.side.value, one.code, one.seal) for one in FACTS)
    assert said.weighed == HIT.exculpatory
    with house._desk.housekeeping() as connection:
        held = repr(connection.exec_driver_sql("SELECT * FROM validation").all())
    assert "1970" not in held


def test_who_was_not_shown_it_does_not_decide(house: Store) -> None:
    kept, view = house.safeguards.validations, seen(house)
    token, other = kept.open(view, HIT), kept.open(seen(house, who="supervisor"), HIT)
    assert token != other
    state, _, seal = token.split(".")
    forged = f"{state}.20200101T000000Z.{seal}"
    of_another = kept.open(view, replace(HIT, ids=("q1", "un-8")))
    for made_up in ("x", "a.b.c", "..", forged, other, of_another):
        with pytest.raises(RefusedError, match="was not shown"):
            decide(kept, view, token=made_up)
    assert decide(kept, view, token=token)


def test_a_stale_revision_is_refused_and_named(house: Store) -> None:
    kept, view = house.safeguards.validations, seen(house)
    one, other = kept.open(view, HIT), kept.open(seen(house, who="supervisor"), HIT)
    decide(kept, view, token=one)
    with pytest.raises(StaleError, match="look again") as raised:
        decide(kept, seen(house, who="supervisor"), token=other)
    assert raised.value.http_status == 412
    with pytest.raises(StaleError, match="take it back first"):
        decide(kept, view, verdict="no match")
    changed = replace(HIT, facts=FACTS[:2])
    with pytest.raises(StaleError, match="look again"):
        decide(kept, view, changed, token=kept.open(view, HIT))


def test_a_verdict_is_taken_back_by_a_new_event_and_never_overwritten(house: Store) -> None:
    kept, view = house.safeguards.validations, seen(house)
    first, seconds = decide(kept, view), list[str]()
    with pytest.raises(RefusedError, match="say why"):
        kept.take_back(view, first, " ")
    kept.take_back(
        seen(house, who="supervisor"), first, "other father", lambda _, id_: seconds.append(id_)
    )
    assert seconds == [first]
    with pytest.raises(StaleError, match="taken back by supervisor"):
        kept.take_back(view, first, "again")
    with pytest.raises(RefusedError, match="no person has confirmed"):
        kept.check(view, HIT)
    second = decide(kept, view, verdict="no match", reason="other father")
    said = kept.read(view, HIT)
    assert [(one.id, one.stands, one.taken_back) for one in said] == [
        (first, False, "supervisor"), (second, True, ""),
    ]  # fmt: skip
    assert said[0].reason == "same passport"
    with house._desk.housekeeping() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM validation").scalar() == 3


def test_a_verdict_by_two_stands_when_another_person_said_so(house: Store) -> None:
    kept, view, done = house.safeguards.validations, seen(house), list[str]()
    id_ = decide(kept, view, takes_two=True, then=lambda _, one: done.append(one))
    assert (done, kept.read(view)[0].waits) == ([], True)
    with pytest.raises(RefusedError, match="no person has confirmed"):
        kept.check(view, HIT)
    for who, says in (("analyst", "does not approve"), ("analyst2", "whatever the account")):
        again = seen(house, who=who)
        with pytest.raises(RefusedError, match=says):
            kept.second(again, id_, HIT, expected=kept.open(again, HIT))
    boss = seen(house, who="supervisor")
    with pytest.raises(RefusedError, match="was not shown"):
        kept.second(boss, id_, HIT, expected=kept.open(view, HIT))
    kept.second(boss, id_, HIT, expected=kept.open(boss, HIT), then=lambda _, one: done.append(one))
    assert (done, kept.check(view, HIT)) == ([id_], id_)
    assert (kept.read(view)[0].second, kept.read(view)[0].waits) == ("supervisor", False)
    with pytest.raises(StaleError, match="waits for nobody"):
        kept.second(boss, id_, HIT, expected=kept.open(boss, HIT))


def test_what_happens_with_a_verdict_happens_with_it_or_not_at_all(house: Store) -> None:
    kept, view = house.safeguards.validations, seen(house)

    def broken(_connection: object, _id: str) -> None:
        raise StoreError("the disk is full")

    with pytest.raises(StoreError, match="disk"):
        decide(kept, view, then=broken)
    assert kept.read(view) == []
    id_ = decide(kept, view)
    with pytest.raises(StoreError, match="disk"):
        kept.take_back(view, id_, "r", broken)
    assert kept.check(view, HIT) == id_


def test_a_verdict_behind_hidden_labels_is_not_there(house: Store) -> None:
    load(house, people(1))
    kept, view = house.safeguards.validations, seen(house)
    (open_one,) = view.labels
    with house._desk.begin() as connection:
        hidden = open_one + 1
        connection.exec_driver_sql(
            "INSERT INTO label (id, originator, scheme, code, compartment, purposes, legal_basis,"
            f" statistics, category) SELECT {hidden}, 'police', '', '', 'vault', '[]', '', statistics,"
            f" '' FROM label WHERE id = {open_one}"
        )
    behind = replace(HIT, labels=(open_one, hidden))
    id_ = decide(kept, view, behind)
    assert kept.read(view) == []
    for unknown in (id_, "0" * 16):
        with pytest.raises(StoreError, match="no verdict"):
            kept.take_back(view, unknown, "r")
    # nor does it stand in the way, or change what a page gives back
    assert kept.open(view, HIT).split(".")[0] == kept.open(view, replace(HIT)).split(".")[0]
    assert decide(kept, view, replace(HIT, labels=(open_one,)))


def test_nobody_decides_on_a_past_day_or_for_another_act(house: Store) -> None:
    kept = house.safeguards.validations
    past = house.policy.open(seen(house).mandate, Act.DECIDE, known_on="2026-01-01")
    with pytest.raises(RefusedError, match="known now"):
        decide(kept, past)
    with pytest.raises(RefusedError, match="opened for the act"):
        decide(kept, seen(house, Act.READ))
    with pytest.raises(RefusedError, match="opened for the act"):
        kept.every(seen(house))


def test_a_release_of_what_nobody_confirmed_is_refused(house: Store) -> None:
    kept, releases = house.safeguards.validations, house.safeguards.releases
    out = seen(house, Act.DISSEMINATE)
    with pytest.raises(RefusedError, match="no person has confirmed this hit"):
        releases.check(out, b"text", (), "Interpol", "2026-11-27", proposals=[HIT])
    decide(kept, seen(house))
    assert releases.check(out, b"text", (), "Interpol", "2026-11-27", proposals=[HIT]) == ()


def test_versions_tell_contents_apart_and_not_their_order() -> None:
    assert hit_version(("a" * 64, "b" * 64)) == "a" * 32 + "b" * 32
    assert lead_version([("a", "d"), ("b", "d")]) == lead_version([("b", "d"), ("a", "d")])
    assert lead_version([("a", "d")]) != lead_version([("a", "e")])


def test_a_line_says_whether_a_verdict_stands() -> None:
    said = Validation(
        "i", "hit", ("a", "b"), "v", "l", "match", "r", (), (), True, "w", "p", "", ""
    )
    assert (said.line()["stands"], said.is_effective) == (False, False)
    assert replace(said, second="s").is_effective
    assert not replace(said, second="s", taken_back="t").is_effective
