"""A second person looks at a hit without being told what the first said; a third settles."""

from dataclasses import replace

import pytest

from maillon.model import Act, Mandate, NotFoundError, RefusedError, StaleError, StoreError, View
from maillon.store import Store
from maillon.store.ledger_book import LedgerBook
from maillon.store.second_looks import Said, SecondLooks
from maillon.store.settings import FILE, read_settings

from .accounts import seen as opened
from .test_validations import HIT, LEAD, decide

ALL = 1.0
ACCOUNTS = {"third": ("chief", "police"), "twin": ("analyst2", "centre")}
"""Of another agency; the analyst's other account."""


def seen(house: Store, who: str = "analyst") -> View:
    account, agency = ACCOUNTS.get(who, (who, "centre"))
    return opened(house, who=account, agency=agency)


def looks(house: Store, share: float = ALL) -> SecondLooks:
    held = house.safeguards
    return SecondLooks(house.house.desk, held.people, share)


def said(held: SecondLooks, view: View, id_: str, verdict: str = "no match") -> Said:
    return Said(verdict, "other passport", HIT.exculpatory, held.open(view, id_, HIT))


def shown(house: Store, view: View, verdict: str) -> Said:
    token = house.safeguards.validations.open(view, HIT)
    return Said(verdict, "both files read", HIT.exculpatory, token)


def dismissed(house: Store, *, takes_two: bool = False) -> str:
    kept = house.safeguards.validations
    return decide(kept, seen(house), verdict="no match", takes_two=takes_two)


def test_a_drawn_dismissal_is_due_for_everybody_but_its_person(house: Store) -> None:
    id_, held = dismissed(house), looks(house)
    assert [one.id for one in held.due(seen(house, "supervisor"))] == [id_]
    assert held.due(seen(house)) == []
    assert held.due(seen(house, "twin")) == []  # another account of the first person


def test_a_share_of_the_dismissals_is_drawn_and_always_the_same(house: Store) -> None:
    kept, boss = house.safeguards.validations, seen(house, "supervisor")
    for number in range(40):
        decide(kept, seen(house), replace(HIT, ids=(f"q{number}", "un-7")), "no match")
    found = [[one.id for one in looks(house, 0.5).due(boss)] for _ in range(2)]
    assert found[0] == found[1]
    assert 8 < len(found[0]) < 32
    assert looks(house, 0.0).due(boss) == []


def test_a_match_and_a_lead_are_not_drawn_but_what_waits_for_a_second_person_is(
    house: Store,
) -> None:
    kept, view = house.safeguards.validations, seen(house)
    decide(kept, view, verdict="match")
    decide(kept, view, LEAD, "refuted")
    waits = decide(kept, view, replace(HIT, ids=("q2", "un-7")), "match", takes_two=True)
    assert [one.id for one in looks(house).due(seen(house, "supervisor"))] == [waits]


def test_a_look_that_says_the_same_ends_it(house: Store) -> None:
    id_, held, boss = dismissed(house), looks(house), seen(house, "supervisor")
    assert held.look(boss, id_, HIT, said(held, boss, id_))
    assert (held.due(boss), held.disputed(boss)) == ([], [])
    (one,) = house.safeguards.validations.read(boss)
    assert one.look is not None
    assert (one.look.who, one.look.verdict, one.stands) == ("supervisor", "no match", True)


def test_what_waited_stands_when_the_second_says_the_same_unseen(house: Store) -> None:
    id_, held, boss = dismissed(house, takes_two=True), looks(house), seen(house, "supervisor")
    done: list[str] = []
    assert held.look(boss, id_, HIT, said(held, boss, id_), lambda _, one: done.append(one))
    (one,) = house.safeguards.validations.read(boss)
    assert (one.stands, one.second, done) == (True, "supervisor", [id_])


def test_what_waited_waits_for_a_third_when_the_second_says_something_else(house: Store) -> None:
    id_, held, boss = dismissed(house, takes_two=True), looks(house), seen(house, "supervisor")
    assert not held.look(boss, id_, HIT, said(held, boss, id_, "match"))
    kept = house.safeguards.validations
    (one,) = kept.read(boss)
    assert (one.stands, one.is_disputed) == (False, True)
    with pytest.raises(StaleError, match="disputed"):
        kept.second(boss, id_, HIT, expected=kept.open(boss, HIT))


@pytest.mark.parametrize("who", ["analyst", "twin"])
def test_nobody_looks_again_at_the_own_verdict(house: Store, who: str) -> None:
    id_, held = dismissed(house), looks(house)
    with pytest.raises(RefusedError, match="does not look again"):
        held.open(seen(house, who), id_, HIT)


def test_whoever_was_shown_the_verdict_does_not_look_blind(house: Store) -> None:
    id_, held, boss = dismissed(house), looks(house), seen(house, "supervisor")
    house.note(boss, "look", {"verb": "hit"}, list(HIT.ids))
    with pytest.raises(RefusedError, match="has been shown what the first person said"):
        held.open(boss, id_, HIT)


def test_a_token_of_the_open_page_is_none_of_the_blind_one(house: Store) -> None:
    id_, held, boss = dismissed(house), looks(house), seen(house, "supervisor")
    with pytest.raises(RefusedError, match="was not shown"):
        held.look(boss, id_, HIT, shown(house, boss, "no match"))


def test_two_who_look_at_once_are_told(house: Store) -> None:
    id_, held, boss = dismissed(house), looks(house), seen(house, "supervisor")
    first = said(held, boss, id_)
    held.look(boss, id_, HIT, first)
    with pytest.raises(StaleError, match="looked again"):
        held.look(boss, id_, HIT, first)


def test_a_supervisor_who_is_neither_settles(house: Store) -> None:
    id_, held = dismissed(house), looks(house)
    boss, third = seen(house, "supervisor"), seen(house, "third")
    held.look(boss, id_, HIT, said(held, boss, id_, "match"))
    assert [one.id for one in held.disputed(third)] == [id_]
    for one in (boss, seen(house)):
        with pytest.raises(RefusedError, match=r"para\. 49"):
            held.settle(one, id_, HIT, shown(house, one, "match"))
    gone: list[str] = []
    made = held.settle(
        third, id_, HIT, shown(house, third, "match"), back=lambda _, one: gone.append(one)
    )
    first, last = house.safeguards.validations.read(third)
    assert (first.taken_back, gone, held.disputed(third)) == ("chief", [id_], [])
    assert (last.id, last.verdict, last.is_effective) == (made, "match", True)


def test_a_settlement_may_uphold_the_first(house: Store) -> None:
    id_, held = dismissed(house), looks(house)
    boss, third = seen(house, "supervisor"), seen(house, "third")
    held.look(boss, id_, HIT, said(held, boss, id_, "cannot tell"))
    assert held.settle(third, id_, HIT, shown(house, third, "no match")) == id_
    (one,) = house.safeguards.validations.read(third)
    assert one.look is not None
    assert (one.stands, one.look.settled, one.look.settled_by) == (True, "no match", "chief")
    with pytest.raises(StaleError, match="no more"):
        held.settle(third, id_, HIT, shown(house, third, "match"))


def test_a_look_weighs_what_speaks_for_the_person(house: Store) -> None:
    id_, held, boss = dismissed(house), looks(house), seen(house, "supervisor")
    one = replace(said(held, boss, id_), weighed=())
    with pytest.raises(RefusedError, match="passed over"):
        held.look(boss, id_, HIT, one)


def test_what_a_view_does_not_read_is_not_there_to_look_at(house: Store) -> None:
    hidden = replace(HIT, labels=(999,))
    kept = house.safeguards.validations
    id_ = decide(kept, seen(house), hidden, "no match")
    held, boss = looks(house), seen(house, "supervisor")
    assert held.due(boss) == []
    with pytest.raises(NotFoundError):
        held.open(boss, id_, hidden)


@pytest.mark.parametrize("share", ["2", "-0.1", '"all"'])
def test_a_share_that_is_none_is_named(house: Store, share: str) -> None:
    file = house.settings.folder / FILE
    text = file.read_text("utf-8").replace("second_look = 0.05", f"second_look = {share}")
    file.write_text(text, "utf-8")
    with pytest.raises(StoreError, match=r"\[review\] second_look"):
        read_settings(house.settings.folder)


def test_a_look_is_in_the_ledger(house: Store) -> None:
    id_, held, boss = dismissed(house), looks(house), seen(house, "supervisor")
    held.look(boss, id_, HIT, said(held, boss, id_))
    mandate = Mandate(
        "overseer", "oversight", "oversight", "Coordination Centre Act, s. 9 (oversight)"
    )
    audit = house.policy.open(mandate, Act.AUDIT)
    (entry, *_) = LedgerBook(house.house.desk).entries(audit, act="validate")
    assert (entry["who"], entry["detail"]["event"]) == ("supervisor", "look")
