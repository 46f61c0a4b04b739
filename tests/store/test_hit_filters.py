"""Filters of the queue: a page has what is asked for, each once, however the pages are cut."""

from collections.abc import Iterator
from dataclasses import astuple, fields
from itertools import product
from typing import Any

import pytest
from sqlalchemy import event

from maillon.model import Label, View
from maillon.store import (
    HitsWanted,
    Place,
    Proposal,
    StandingHit,
    Store,
    Validation,
    hit_version,
)
from maillon.store.hits import Waiting
from maillon.store.second_looks import Said

from .accounts import seen
from .conftest import load, people
from .test_hit_queue import hit, put

SAID = (("", False, False), ("decided", False, False), ("waits", False, False), ("", True, False),
        ("", False, True), ("decided", True, False))  # fmt: skip
PLAIN = [
    HitsWanted(mine=mine, is_disputed=differs, is_second=second) for mine, differs, second in SAID
]
"""Every filter on what people said."""
ASKED = [
    HitsWanted(dataset=dataset, source=source, least=least, most=most, mine=mine,
               is_disputed=differs, is_second=second)
    for dataset, source, (least, most), (mine, differs, second) in product(
        ("", "l"), ("", "d"), ((0.0, 1.0), (0.2, 0.6)), SAID
    )
] + [HitsWanted(subject="S1"), HitsWanted(entry="e1", least=0.4)]  # fmt: skip
"""Every filter beside every other, as far as they say something together."""


@pytest.fixture
def views(house: Store) -> tuple[View, View, View]:
    load(house, people(1))
    load(house, people(1), dataset="other", label=Label("centre", "TLP 2.0", "TLP:RED"))
    return tuple(seen(house, who=who) for who in ("analyst", "supervisor", "analyst2"))  # type: ignore[return-value]  # three


def filled(house: Store, views: tuple[View, View, View]) -> None:
    """Fill the queue: two rounds, several sets of labels, and every thing that people can say."""
    analyst, boss, _ = views
    one, two = sorted(analyst.labels)
    for number, labels in enumerate(([one], [two], [one, two])):
        put(house, analyst, f"r{number}", *(
            hit(f"{'sS'[n % 2]}{n}", f"e{number}", score=(n * 7 % 10) / 10,
                datasets=("dc"[n % 2], "lm"[n % 3 == 0])) for n in range(9)
        ), labels=labels)  # fmt: skip
    put(house, analyst, "again", *(hit(f"s{n}", "e0", score=0.5) for n in range(0, 9, 2)))
    for n, (verdict, two_, seen_as) in enumerate((
        ("match", False, ""), ("no match", False, ""), ("match", True, ""), ("no match", True, ""),
        ("no match", False, "match"), ("no match", True, "match"), ("match", True, "match"),
    )):  # fmt: skip
        for view, other, entry in ((analyst, boss, "e0"), (boss, analyst, "e1")):
            decide(house, view, (f"{'sS'[n % 2]}{n}", entry), verdict, takes_two=two_)
            if seen_as and view is analyst:
                look(house, other, (f"{'sS'[n % 2]}{n}", entry), seen_as)


def proposal(house: Store, view: View, pair: tuple[str, str]) -> Proposal:
    (found, *_) = house.rounds.standing(view, pair)
    return Proposal("hit", pair, hit_version(found.seals), "l", labels=tuple(view.labels))


def decide(
    house: Store, view: View, pair: tuple[str, str], verdict: str, *, takes_two: bool
) -> None:  # fmt: skip
    kept, shown = house.safeguards.validations, proposal(house, view, pair)
    kept.decide(view, shown, verdict, "r", weighed=(), expected=kept.open(view, shown),
                takes_two=takes_two)  # fmt: skip
    if verdict == "no match" and not takes_two:
        (found, *_) = house.rounds.standing(view, pair)
        house.rounds.set_state(view, pair, found.seals, "cleared", "no match")


def look(house: Store, view: View, pair: tuple[str, str], verdict: str) -> None:
    looks, shown = house.safeguards.second_looks, proposal(house, view, pair)
    (one,) = house.safeguards.validations.read(view, shown)
    looks.look(view, one.id, shown, Said(verdict, "r", (), looks.open(view, one.id, shown)))


Held = tuple[list[StandingHit], list[Validation]]


def expected(held: Held, view: View, wanted: HitsWanted) -> set[tuple[str, str, str]]:
    """Return pairs as this test finds them: each where it came first, with what was said of it."""
    found = set()
    first: dict[tuple[str, str, str], StandingHit] = {}
    for one in sorted(held[0], key=lambda one: one.at):  # of one moment: by round, as they come
        first.setdefault((one.subject, one.entry, one.seals[0]), one)
    for one in first.values():
        on = [each for each in held[1] if each.ids == (one.subject, one.entry)
              and each.version == hit_version(one.seals) and not each.taken_back]  # fmt: skip
        if _takes(one, on, view, wanted):
            found.add((one.subject, one.entry, one.seals[0]))
    return found


def _takes(one: StandingHit, held: list[Validation], view: View, wanted: HitsWanted) -> bool:
    who, person = view.mandate.who, view.mandate.who.removesuffix("2")
    waits = [each for each in held if each.waits]
    asks_decided = wanted.mine == "decided" or wanted.is_disputed
    checks = (
        wanted.dataset in {"", one.datasets[1]}, wanted.source in {"", one.datasets[0]},
        wanted.subject in {"", one.subject}, wanted.entry in {"", one.entry}, wanted.least <= one.score <= wanted.most,
        one.state == "open" or asks_decided,
        asks_decided or not any(each.stands for each in held),
        wanted.mine != "decided" or any(each.who == who for each in held),
        wanted.mine != "waits" or any(each.person != person and each.look is None for each in waits),
        not wanted.is_disputed or any(each.is_disputed for each in held),
        not wanted.is_second or bool(waits),
    )  # fmt: skip
    return all(checks)


def me(house: Store, view: View) -> str:
    return house.safeguards.people.natural(view.mandate.who)


def paged(house: Store, view: View, wanted: HitsWanted, count: int) -> Iterator[Waiting]:
    after: Place | None = None
    while page := house.rounds.waiting(
        view, wanted, person=me(house, view), after=after, count=count
    ):
        assert len(page) <= count
        yield from page
        after = page[-1].place


def test_pages_end_to_end_are_what_is_asked_for_each_once(
    house: Store, views: tuple[View, View, View]
) -> None:
    filled(house, views)
    for view, asked in zip(views, (ASKED, PLAIN, PLAIN), strict=True):
        held = (house.rounds.hits(view, states=("open", "cleared")),
                house.safeguards.validations.read(view))  # fmt: skip
        for wanted in asked:
            found = list(paged(house, view, wanted, 4))
            pairs = [(one.hit.subject, one.hit.entry, one.hit.seals[0]) for one in found]
            assert len(pairs) == len(set(pairs)), wanted
            assert set(pairs) == expected(held, view, wanted), (view.mandate.who, wanted)
            places = [astuple(one.place) for one in found]
            assert places == sorted(places), wanted


def test_what_people_said_is_found_at_all(house: Store, views: tuple[View, View, View]) -> None:
    filled(house, views)
    analyst, boss, _ = views
    decided, waits = HitsWanted(mine="decided"), HitsWanted(mine="waits")
    found = [len(list(paged(house, view, wanted, 50))) for view, wanted in (
        (analyst, decided), (analyst, waits), (boss, waits),
        (analyst, HitsWanted(is_disputed=True)), (analyst, HitsWanted(is_second=True)),
    )]  # fmt: skip
    assert all(found), found


def test_a_count_is_that_of_the_pages_and_ends_where_it_is_told_to(
    house: Store, views: tuple[View, View, View]
) -> None:
    filled(house, views)
    view, person = views[1], me(house, views[1])
    for wanted in PLAIN:
        whole = len(list(paged(house, view, wanted, 50)))
        counts = [house.rounds.count(view, wanted, most, person=person) for most in (500, 1)]
        assert counts == [whole, min(whole, 2)], wanted


def test_what_the_own_other_account_decided_does_not_wait_for_me(
    house: Store, views: tuple[View, View, View]
) -> None:
    filled(house, views)
    analyst, _, twin = views
    wanted = HitsWanted(mine="waits")
    own = [[one.place for one in paged(house, view, wanted, 50)] for view in (analyst, twin)]
    assert own[0] == own[1]


def test_a_waiting_verdict_says_whether_it_is_ones_own(
    house: Store, views: tuple[View, View, View]
) -> None:
    filled(house, views)
    for view in views:
        for one in paged(house, view, HitsWanted(is_second=True), 50):
            verdict = house.safeguards.validations.one(view, one.verdict)
            assert one.is_own is (verdict.person == me(house, view))


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("wanted", [*PLAIN, HitsWanted(least=0.5), HitsWanted(source="d")])
def test_a_filtered_page_comes_from_an_index(
    house: Store, views: tuple[View, View, View], wanted: HitsWanted
) -> None:
    put(house, views[0], "r", hit("a", "e"))
    asked: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, text: str, values: Any, *_: object) -> None:
        if "verdict_waits" in text:
            asked.append((text, values))

    engine = house._desk.engine
    event.listen(engine, "before_cursor_execute", note)
    house.rounds.waiting(views[0], wanted)
    event.remove(engine, "before_cursor_execute", note)
    assert asked
    with engine.connect() as connection:
        for text, values in asked:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)
            plan = [row.detail for row in rows]
            assert any("screen_hit USING INDEX ix_screen_hit_" in one for one in plan), plan
            assert not any(one.startswith("SCAN screen_hit") for one in plan), plan


def test_nothing_that_the_law_protects_is_a_filter() -> None:
    names = {one.name for one in fields(HitsWanted)}
    assert names == {"receipt", "dataset", "source", "subject", "entry", "least", "most", "mine",
                     "is_disputed", "is_second"}  # fmt: skip
