"""Score, oracle and self-checks."""

import csv
import json
from collections import defaultdict
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from maillon.training import Country, oracle, score, self_checks
from maillon.training.checks import area_under_curve
from maillon.training.likelihood import _delayed


def entities(country: Country) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    with (country.truth / "persons.csv").open(encoding="utf-8", newline="") as raw:
        for row in csv.DictReader(raw):
            found[row["person"]].append(row["entity_id"])
    return dict(found)


def lead(chain: list[str]) -> dict[str, Any]:
    hops = [{"from": a, "to": b} for a, b in pairwise(chain)]
    return {"terror": {"id": chain[0]}, "crime": {"id": chain[-1]}, "paths": [{"hops": hops}]}


def known(country: Country) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((country.truth / "truth.json").read_text("utf-8"))
    return read


def test_perfect_leads_find_everything(country: Country) -> None:
    leads = [lead(c["persons"]) for c in known(country)["planted"]]
    got = score(country.truth, leads, entities(country))
    assert (got.recall_at_50, got.recall, got.false_in_50, got.missed) == (1.0, 1.0, 0, ())
    assert got.found == tuple(c["id"] for c in known(country)["planted"])


def test_a_chain_counts_once(country: Country) -> None:
    first = lead(known(country)["planted"][0]["persons"])
    got = score(country.truth, [first, first], entities(country))
    assert got.found == ("planted-01",)
    assert got.recall_at_50 == 1 / 20
    assert got.false_in_50 == 0


def test_decoys_are_false_and_named_by_kind(country: Country) -> None:
    leads = [lead(c["persons"]) for c in known(country)["decoys"]]
    got = score(country.truth, leads, entities(country))
    assert got.false_in_50 == 21
    assert got.decoys_in_50 == {"base_rate": 7, "homonym": 7, "innocent": 7}
    assert got.found == ()


def test_a_wrong_pair_over_a_planted_hop_is_false_and_related(country: Country) -> None:
    chains = known(country)["planted"]
    mixed = [*chains[0]["persons"][:-1], chains[1]["persons"][-1]]
    got = score(country.truth, [lead(mixed)], entities(country))
    assert (got.false_in_50, got.related_in_50) == (1, 1)


def test_rank_51_does_not_count_for_the_first_fifty(country: Country) -> None:
    nothing = {"terror": {"id": "x"}, "crime": {"id": "y"}, "paths": []}
    leads = [nothing] * 50 + [lead(known(country)["planted"][0]["persons"])]
    got = score(country.truth, leads, entities(country))
    assert (got.recall_at_50, got.recall, got.false_in_50) == (0.0, 1 / 20, 50)


def test_what_was_not_recorded_is_said_of_a_missed_chain(country: Country) -> None:
    got = score(country.truth, [], {})
    reasons = {m.reason for m in got.missed}
    assert len(got.missed) == 20
    assert {"one hop was recorded by no agency", "more than 4 hops", "in no lead"} <= reasons


def test_the_oracle_is_neither_lost_nor_sure(country: Country) -> None:
    found = oracle(country.truth)
    assert found.planted == 20
    assert 0.90 <= found.recall_at_200 <= 0.99
    assert found.recall_at_50 >= 0.8
    assert [r.score for r in found.ranking] == sorted(
        (r.score for r in found.ranking), reverse=True
    )


def test_a_country_is_worth_testing_with(country: Country) -> None:
    got = self_checks(country.folder)
    assert 2.0 < got.degree_exponent < 3.5
    assert got.records == country.records
    assert got.candidates_per_record >= 20
    # about 170 planted channels: the standard error of an area is .022, and .66 is .60 plus three of them
    assert {name: area for name, area in got.auc.items() if area >= 0.66} == {}
    assert got.designed_auc["number of channels of the pair"] > 0.9


def test_area_under_curve_is_that_of_mann_and_whitney() -> None:
    # by hand: of the 4 pairs, 2 won, 1 tied, 1 lost
    assert area_under_curve(np.array([1.0, 3.0]), np.array([1.0, 2.0])) == pytest.approx(0.625)


def test_the_density_of_a_gap_sums_to_one() -> None:
    gaps = np.arange(-200.0, 400.0, 0.5)
    assert sum(np.exp(_delayed(float(g), 7.0)) for g in gaps) * 0.5 == pytest.approx(1.0, abs=1e-3)
