"""The pairs to judge next: uncertain ones first, each pattern once, nothing that was judged."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from maillon.model import Act, Mode
from maillon.resolve import KINDS, Models, Proposal, Proposals, review
from maillon.resolve.review import uncertainty
from maillon.sources import adapter
from maillon.store import Event, Order, Verdict
from maillon.workspace import Workspace


@pytest.fixture
def w(tmp_path: Path) -> Iterator[Workspace]:
    Workspace.create(tmp_path / "w")
    with Workspace.open(tmp_path / "w") as opened:
        yield opened


def person(key: str, given: str, family: str, **properties: str) -> dict[str, Any]:
    listed = {p: [v] for p, v in properties.items()}
    return {"id": key, "schema": "Person", "properties": {
        "name": [f"{given} {family}"], "firstName": [given], "lastName": [family], **listed}}  # fmt: skip


def load(w: Workspace, records: list[dict[str, Any]], dataset: str = "d") -> None:
    raw = io.BytesIO("".join(json.dumps(one) + "\n" for one in records).encode())
    order = Order(adapter("ftm-json"), dataset, w.settings.label, mode=Mode.MESSAGES)
    w.load(w.view(Act.LOAD), raw, order)


FAMILIES = ("Haddad", "Vondrak", "Zelenka", "Novotny", "Prochazka", "Kucera", "Dvorak", "Svoboda")


def crowd() -> list[dict[str, Any]]:
    """Eight pairs of one pattern (a year against a day), and four of other ones."""
    found = []
    for number, family in enumerate(FAMILIES):
        found += [person(f"a{number}", "Omar", family, birthDate=f"19{60 + number}-02-03"),
                  person(f"b{number}", "Omar", family, birthDate=f"19{60 + number}")]  # fmt: skip
    return [
        *found,
        person("c0", "Jana", "Wolf", birthDate="1971-05-06"),
        person("d0", "Jana", "Wolf", birthDate="1971-06-05"),
        person("c1", "Petra", "Lang", birthDate="1972-05-06", phone="+88845550001"),
        person("d1", "Petra", "Lang", birthDate="1972-05-08", phone="+88845550001"),
        person("c2", "Hana", "Braun", birthDate="1973-05-06", passportNumber="RX77120"),
        person("d2", "Hana", "Braun", birthDate="1973-05-06", passportNumber="RX77120"),
    ]


def proposed(w: Workspace, count: int, kind: str | None = None) -> Proposals:
    return w.judging.next_pairs(w.view(Act.JUDGE), count, kind)


def ends(found: Proposals) -> list[tuple[str, str]]:
    return [(one.left, one.right) for one in found.pairs]


def pattern(one: Proposal) -> tuple[str, ...]:
    return tuple(one.levels.values())


def test_uncertainty_is_one_at_the_threshold_and_the_same_on_both_sides() -> None:
    odds = 0.95 / 0.05
    scores = np.array([0.95, odds * 3 / (1 + odds * 3), odds / 3 / (1 + odds / 3), 0.999999])
    found = uncertainty(Models.of(), np.full(4, KINDS.index("person")), scores)
    # odds three times the threshold's are odds of 3 to 1: 4 x 3/4 x 1/4
    assert np.allclose(found[:3], [1.0, 0.75, 0.75])
    assert found[3] < 0.001


def test_every_pattern_comes_once_before_any_comes_twice(w: Workspace) -> None:
    load(w, crowd())
    found = proposed(w, 20).pairs
    patterns = [pattern(one) for one in found]
    kinds = len(set(patterns))
    assert kinds >= 4
    assert len(set(patterns[:kinds])) == kinds
    assert len(found) == proposed(w, 20).of


def test_the_surest_pair_is_not_the_first(w: Workspace) -> None:
    load(w, crowd())
    found = [(one.left, one.score) for one in proposed(w, 4).pairs]
    nearest = min(score for _, score in found)
    assert found[0][1] == nearest < dict(found)["c2"] == max(score for _, score in found)


def test_an_answer_speaks_for_the_pairs_that_stand_alike(w: Workspace) -> None:
    load(w, crowd())
    by_left = {one.left: one for one in proposed(w, 20).pairs}
    assert by_left["a0"].levels["birth date"] == "same year, one of them partial"
    assert by_left["c2"].speaks_for == 1
    alike = [one for one in by_left.values() if pattern(one) == pattern(by_left["a0"])]
    assert by_left["a0"].speaks_for == len(alike) > 1


def test_what_somebody_judged_is_not_asked_again_until_it_is_taken_back(w: Workspace) -> None:
    load(w, crowd())
    before = ends(proposed(w, 20))
    view = w.view(Act.JUDGE)
    keys = [
        w.judge(view, Event(*pair, verdict, "seen"))
        for pair, verdict in zip(before[:3], list(Verdict)[:3], strict=True)
    ]
    after = ends(proposed(w, 20))
    assert not set(after) & set(before[:3])
    assert set(after) == set(before[3:])
    for key, pair in zip(keys, before[:3], strict=True):
        w.judge(view, Event(*pair, Verdict.REVOKED, "misread", revokes=key))
    assert ends(proposed(w, 20)) == before


def test_a_conflict_that_an_answer_settles_comes_first(w: Workspace) -> None:
    born = {"birthDate": "1980-02-03"}
    load(w, [*crowd(), person("x", "Wenceslas", "Weiss", passportNumber="RX99120", **born),
             person("y", "Wenceslas", "Weiss", passportNumber="KL90413", **born)])  # fmt: skip
    first = proposed(w, 3).pairs[0]
    assert (first.left, first.right, first.why) == ("x", "y", "other papers")
    assert {one.why for one in proposed(w, 3).pairs[1:]} == {"uncertain"}
    w.judge(w.view(Act.JUDGE), Event("x", "y", Verdict.NEGATIVE, "two papers"))
    assert ("x", "y") not in ends(proposed(w, 40))


def test_only_one_kind_is_asked_for(w: Workspace) -> None:
    firms = [
        {"id": f"f{n}", "schema": "Company", "properties": {
            "name": ["Alpha Trading"], "registrationNumber": [f"HRB {77120 + n}"],
            "address": ["12 Mill Lane, 1001 Strelsau"]}}
        for n in range(2)
    ]  # fmt: skip
    load(w, [*crowd(), *firms])
    assert {one.kind for one in proposed(w, 40).pairs} == {"person", "firm"}
    assert ends(proposed(w, 40, "firm")) == [("f0", "f1")]
    assert ends(proposed(w, 40, "vessel")) == []


def test_more_records_to_move_come_before_fewer(w: Workspace) -> None:
    load(w, crowd())
    view = w.view(Act.JUDGE)
    strangers = [
        person(f"z{n}", "Zita", f"Q{'aeiou'[n]}rk", birthDate=f"195{n}-01-02") for n in range(4)
    ]
    load(w, strangers, dataset="later")
    for one in strangers[1:]:
        w.judge(view, Event("z0", one["id"], Verdict.POSITIVE, "one"))
    alike = [one for one in proposed(w, 40).pairs if one.left.startswith("a")]
    assert [one.moves for one in alike] == [1] * len(alike)
    # a7 and b7 stand with four strangers each way: their pair now moves more than the others
    w.judge(view, Event("a7", "z0", Verdict.POSITIVE, "one"))
    first = next(one for one in proposed(w, 40).pairs if one.left.startswith("a"))
    assert (first.left, first.right) == ("a7", "b7")
    assert first.moves > 1


def test_the_order_of_loading_changes_nothing(w: Workspace, tmp_path: Path) -> None:
    load(w, crowd())
    Workspace.create(tmp_path / "other")
    with Workspace.open(tmp_path / "other") as other:
        load(other, crowd()[::-1])
        assert proposed(other, 20) == proposed(w, 20) == proposed(w, 20)


def test_only_a_bounded_sample_is_looked_at_and_it_is_told(
    w: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(w, crowd())
    monkeypatch.setattr(review, "PER_GROUP", 1)
    monkeypatch.setattr(review, "_ROUNDS", 1)
    found = proposed(w, 20)
    assert found.looked_at < found.of
    assert len(found.pairs) == found.looked_at
    monkeypatch.setattr(review, "_ROUNDS", 3)
    # what is missing is looked for further
    assert len(proposed(w, 20).pairs) > len(found.pairs)


def test_an_empty_workspace_proposes_nothing(w: Workspace) -> None:
    assert proposed(w, 5) == Proposals([], 0, 0)
