"""The resolution bench in its short form: its arithmetic, its data, its one object of figures."""

import json
import subprocess
import sys
from argparse import Namespace
from importlib import import_module
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest

from maillon.model import Act
from maillon.workspace import Workspace

BENCH = Path(__file__).parents[2] / "bench"


@pytest.fixture
def section(monkeypatch: pytest.MonkeyPatch) -> "Section":
    monkeypatch.syspath_prepend(str(BENCH))
    return Section()


class Section:
    def __call__(self, name: str) -> ModuleType:
        return import_module(f"resolving.{name}")


def test_pairs_and_b_cubed_are_those_of_arithmetic(section: Section) -> None:
    # persons {a b c} {d e}; clusters {a b} {c d} {e}
    truth = pa.table({"entity": list("abcde"), "person": list("11122")})
    canonical = pa.table({"entity": list("abcde"), "canonical": list("xxyyz")})
    found = section("scores").against_truth(canonical, truth)
    assert (found["true_pairs"], found["wrong_pairs"], found["missed_pairs"]) == (4, 1, 3)
    assert (found["pairwise_precision"], found["pairwise_recall"]) == (1 / 2, 1 / 4)
    assert found["b_cubed_precision"] == pytest.approx((1 + 1 + 1 / 2 + 1 / 2 + 1) / 5)
    assert found["b_cubed_recall"] == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1 / 2 + 1 / 2) / 5)


def test_nothing_joined_has_no_recall_and_no_wrong_pair(section: Section) -> None:
    truth = pa.table({"entity": ["a", "b"], "person": ["1", "1"]})
    canonical = pa.table({"entity": ["a", "b"], "canonical": ["a", "b"]})
    found = section("scores").against_truth(canonical, truth)
    assert (found["pairwise_precision"], found["pairwise_recall"], found["pairwise_f1"]) == (
        1,
        0,
        0,
    )


def test_the_spread_is_mean_least_and_greatest(section: Section) -> None:
    mean, ends = section("scores").spread([{"f1": 0.5, "x": "y"}, {"f1": 1.0, "x": "z"}])
    assert (mean, ends) == ({"f1": 0.75}, {"f1": [0.5, 1.0]})


def test_blocking_is_read_as_number_and_as_object(section: Section) -> None:
    figures = section("alone").blocking_figures
    told = SimpleNamespace(candidates_a_record=4.0, largest_block=9, records=12)
    assert figures({"person": 4.0}) == {"person": {"candidates_a_record": 4.0}}
    assert figures({"person": told}) == figures({"person": vars(told)})
    assert figures({"person": told})["person"]["largest_block"] == 9


def test_a_row_of_febrl_is_a_person(section: Section) -> None:
    febrl = section("febrl")
    key, said = febrl.record(
        {"rec_id": "rec-12-dup-3", "given_name": "amy", "surname": "", "street_number": "7",
         "address_1": "wallaby place", "address_2": "", "suburb": "yass", "postcode": "2119",
         "state": "nsw", "date_of_birth": "19560409", "soc_sec_id": "1804974"}
    )  # fmt: skip
    assert (febrl.person(key), said["name"], said["birthDate"]) == ("12", "amy", "1956-04-09")
    assert said["address"] == "7 wallaby place, yass NSW 2119"


def test_a_record_has_its_standard_blocks(section: Section) -> None:
    said = {
        "name": ["Zoé Müller"], "birthDate": ["1980-02-03"], "phone": ["+41791234567"],
        "address": ["3 Mill Lane, 1000012 Strelsau"], "idNumber": ["000000012"],
    }  # fmt: skip
    keys = set(section("deliveries").standard_keys(said))
    assert keys == {
        "b1980-02-03", "gmuller z", "ymuller 1980", "p+41791234567", "d000000012", "a1000012 muller",
    }  # fmt: skip


def test_a_family_shares_surname_and_home_and_a_third_is_seen_thrice(section: Section) -> None:
    people = section("population").drawn(20_000, 5)
    again = section("population").drawn(20_000, 5)
    assert all((one == two).all() for one, two in zip(people, again, strict=True))
    seen = people.seen[people.propensity == 1]
    assert 0.30 < len(seen) / len(people.seen) < 0.36
    assert 2.8 < seen.mean() < 3.2
    beside = people.household[1:] == people.household[:-1]
    assert (people.family[1:] == people.family[:-1])[beside].mean() > 0.7


def test_true_pairs_are_met_by_what_brings_them_together(section: Section, tmp_path: Path) -> None:
    same = {"name": "Omar Haddad", "birthDate": "1980-02-03"}
    records = [("a", same), ("b", same), ("c", {"name": "Nobody Else", "birthDate": "1950-01-02"})]
    section("loading").load_persons(tmp_path / "w", {"one": records[:1], "two": records[1:]})
    truth = section("loading").truth_table({"a": "1", "b": "1", "c": "1", "d": "1"})
    with Workspace.open(tmp_path / "w") as w, w.store.workbench(w.view(Act.RESOLVE)) as bench:
        met = section("blocked").blocked_pairs(bench.con, truth)
    assert (met.pairs, met.met, met.distinct, met.distinct_met) == (3, 1, 3, 1)
    assert met.missed.to_pylist() == [{"left": "a", "right": "c"}, {"left": "b", "right": "c"}]


@pytest.mark.slow
def test_a_large_workspace_of_two_thousand_records_is_built_resolved_and_read_again(
    tmp_path: Path, section: "Section"
) -> None:
    words = ["--only", "large", "--records", "2000", "--keep", str(tmp_path / "kept"), "--json"]
    answers = []
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, str(BENCH / "resolve.py"), *words],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        answers.append(json.loads(done.stdout.splitlines()[-1]))
    first, again = answers
    for name in ("blocking_recall", "pairwise_f1", "b_cubed_f1"):
        assert first[name] == pytest.approx(again[name], abs=1e-12)
        assert 0.5 < first[name] <= 1
    assert first["records_per_minute"] > 0
    assert 0 < first["rss_gib"] < 2
    assert 1900 < first["sections"]["large"]["records"] <= 2000

    numbers: dict[str, Any] = {}
    for name in ("online", "revoke"):
        chosen = Namespace(keep=str(tmp_path / "kept"), arrivals=40, judgements=1500)
        numbers |= section(name).run(chosen)[1]
    assert numbers["online_records"] == 2000
    assert numbers["online_scores_that_differ"] == 0 < numbers["online_scores"]
    assert numbers["judgements"] == 1500
    assert numbers["revoke_not_restored"] == 0
