"""A fact by hand is a delivery like any other, graded, marked, corrected by a new one, never erased by it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from maillon.model import Act, Grade, Kind, RefusedError, SourceError, StaleError, StoreError, View
from maillon.workspace import Workspace
from maillon.workspace.byhand import ADAPTER, Stated, dataset_of

GRADE = Grade("B", "2", "B2", "Admiralty")
AMOS = Stated("Person", {"name": ["Amos Verner"]}, "seen at the border, report 12", grade=GRADE)


@pytest.fixture
def w(tmp_path: Path) -> Iterator[Workspace]:
    Workspace.create(tmp_path / "w")
    with Workspace.open(tmp_path / "w") as opened:
        yield opened


def load(w: Workspace, **changes: str) -> View:
    return w.view(Act.LOAD, replace(w.settings.mandate, **changes))


def values(w: Workspace, entity: str, known_on: str = "") -> list[tuple[str, str]]:
    view = w.view(Act.READ, known_on=known_on)
    return sorted((one.prop, one.value) for one in w.store.scan(view, "entity = ?", [entity]))


def test_a_stated_entity_is_seen_with_grade_and_the_act_as_its_place(w: Workspace) -> None:
    fact = w.by_hand.state(load(w), replace(AMOS, kind=Kind.HEARSAY))
    (said,) = w.store.scan(w.view(Act.READ))
    assert (said.value, said.dataset) == ("Amos Verner", "by_hand_centre")
    assert (said.locator, said.grade, said.kind) == (f"act:{fact.act}", GRADE, Kind.HEARSAY)
    with w.store.original(w.view(Act.READ), fact.delivery) as (raw, name, _):
        assert name == ADAPTER.name
        assert "Amos Verner" in ADAPTER.locate(raw, said.locator)
    assert w.store.check() == []
    w.store.verify_ledger()


def test_a_statement_about_a_known_entity_and_a_link_between_two(w: Workspace) -> None:
    one, two = (w.by_hand.state(load(w), AMOS).entity for _ in range(2))
    w.by_hand.state(load(w), Stated("Person", {"birthDate": ["1980"]}, "passport", one, GRADE))
    link = Stated("Associate", {"person": [one], "associate": [two]}, "phone log", grade=GRADE)
    fact = w.by_hand.state(load(w), link)
    assert ("birthDate", "1980") in values(w, one)
    assert values(w, fact.entity) == [("associate", two), ("person", one)]


def test_a_corrected_fact_stands_no_more_and_is_not_forgotten(w: Workspace) -> None:
    wrong = w.by_hand.state(load(w), AMOS)
    right = w.by_hand.correct(
        load(w), wrong.delivery, replace(AMOS, properties={"name": ["Amos Werner"]}, reason="typo")
    )
    assert right.entity == wrong.entity
    assert values(w, wrong.entity) == [("name", "Amos Werner")]
    with w.store.workbench(w.view(Act.READ), deliveries=[wrong.delivery]) as bench:
        assert [one.value for one in bench.statements()] == ["Amos Verner"]
    held = [
        (one.delivery, one.corrects, one.is_standing) for one in w.by_hand.facts(w.view(Act.READ))
    ]
    assert sorted(held) == sorted(
        [(wrong.delivery, "", False), (right.delivery, wrong.delivery, True)]
    )


def test_two_who_correct_one_fact_are_not_both_right(w: Workspace) -> None:
    wrong = w.by_hand.state(load(w), AMOS)
    w.by_hand.correct(load(w), wrong.delivery, replace(AMOS, properties={"name": ["One"]}))
    with pytest.raises(StaleError, match="corrected this fact before"):
        w.by_hand.correct(load(w), wrong.delivery, replace(AMOS, properties={"name": ["Two"]}))
    assert values(w, wrong.entity) == [("name", "One")]
    assert len(w.store.deliveries(w.view(Act.READ), current=False)) == 2


def test_a_fact_of_another_agency_or_none_cannot_be_corrected(w: Workspace) -> None:
    file = w.settings.folder / "maillon.toml"
    file.write_text(
        file.read_text("utf-8")
        + '\n[people.constable]\nagencies = ["police"]\npurposes = ["linking"]\n',
        "utf-8",
    )
    fact = w.by_hand.state(load(w), AMOS)
    with Workspace.open(w.settings.folder) as now:
        other = load(now, who="constable", agency="police")
        said = []
        for id_ in (fact.delivery, "by_hand_centre-000000000000"):
            with pytest.raises(StoreError) as absent:
                now.by_hand.correct(other, id_, AMOS)
            said.append(str(absent.value).replace(id_, "X"))
        assert said[0] == said[1]


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        (replace(AMOS, reason=" "), "no reason"),
        (replace(AMOS, grade=Grade()), "not graded"),
        (replace(AMOS, properties={}), "says nothing"),
        (replace(AMOS, properties={"name": ["x" * 10_001]}), "at most 10,000"),
        (replace(AMOS, handling="TLP 2.0/TLP:PURPLE"), "handling code is unknown"),
        (replace(AMOS, properties={"religion": ["x"]}), "religion says something of religion"),
        (replace(AMOS, properties={"ethnicity": ["x"]}), "something of ethnicity"),
        (replace(AMOS, properties={"political": ["x"]}), "something of politics"),
        (replace(AMOS, properties={"notes": ["goes to the mosque on Fridays"]}), "of religion"),
    ],
)
def test_what_may_not_be_stated_is_refused_and_leaves_nothing(
    w: Workspace, stated: Stated, said: str
) -> None:
    with pytest.raises(RefusedError, match=said):
        w.by_hand.state(load(w), stated)
    assert w.store.deliveries(w.view(Act.READ)) == []


def test_an_address_in_a_church_street_is_no_belief(w: Workspace) -> None:
    fact = w.by_hand.state(load(w), replace(AMOS, properties={"address": ["4 Church Street"]}))
    assert values(w, fact.entity) == [("address", "4 Church Street")]


@pytest.mark.parametrize("properties", [{"colour": ["red"]}, {"birthDate": ["soon"]}])
def test_what_the_model_does_not_allow_is_named(
    w: Workspace, properties: dict[str, list[str]]
) -> None:
    with pytest.raises(SourceError):
        w.by_hand.state(load(w), replace(AMOS, properties=properties))
    assert w.store.deliveries(w.view(Act.READ)) == []


def test_an_entity_that_is_not_seen_cannot_be_named(w: Workspace) -> None:
    with pytest.raises(StoreError, match="no entity nobody"):
        w.by_hand.state(load(w), replace(AMOS, entity="nobody"))
    with pytest.raises(StoreError, match="no entity nobody"):
        w.by_hand.state(
            load(w), Stated("Ownership", {"owner": ["nobody"], "asset": ["nobody"]}, "r", "", GRADE)
        )


def test_a_sealed_fact_is_sealed_and_its_correction_too(w: Workspace) -> None:
    file = w.settings.folder / "maillon.toml"
    text = file.read_text("utf-8").replace(
        "compartments = []\n\n[people.overseer]", 'compartments = ["vault"]\n\n[people.overseer]'
    )
    file.write_text(text, "utf-8")
    with Workspace.open(w.settings.folder) as now:
        view = load(now, who="supervisor")
        fact = now.by_hand.state(view, replace(AMOS, compartment="vault"))
        again = load(now, who="supervisor")
        right = now.by_hand.correct(again, fact.delivery, replace(AMOS, reason="again"))
        assert values(now, fact.entity) == []
        assert now.by_hand.facts(now.view(Act.READ)) == []
        cleared = load(now, who="supervisor")
        assert [one.delivery for one in now.by_hand.facts(cleared)] == [
            fact.delivery,
            right.delivery,
        ]


def test_a_view_for_reading_states_nothing(w: Workspace) -> None:
    with pytest.raises(RefusedError, match="the act 'read'"):
        w.by_hand.state(w.view(Act.READ), AMOS)


def test_the_name_of_an_agency_makes_a_dataset() -> None:
    assert dataset_of("RT Police-2") == "by_hand_rt_police_2"
