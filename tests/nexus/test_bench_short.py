"""The nexus bench in its short form: its arithmetic, its baselines, its data, its one object."""

import json
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

BENCH = Path(__file__).parents[2] / "bench"
Section = Callable[[str], ModuleType]


@pytest.fixture
def section(monkeypatch: pytest.MonkeyPatch) -> Section:
    monkeypatch.syspath_prepend(str(BENCH))
    return lambda name: import_module(f"nexusing.{name}")


def test_recall_precision_and_false_share_are_those_of_arithmetic(section: Section) -> None:
    figures = section("figures")
    lines = [
        figures.Line((("t1", "c1"),), 0.9, 0.05, 2),
        figures.Line((("t1", "c2"), ("t2", "c2")), 0.8, 0.1, 3),
        figures.Line((("t3", "c3"),), 0.1, 0.4, 2),
    ]
    planted = {("t1", "c1"), ("t2", "c2"), ("t9", "c9")}
    assert figures.found(lines, planted) == {("t1", "c1"), ("t2", "c2")}
    assert figures.found(lines, planted, 1) == {("t1", "c1")}
    assert figures.precision(lines, planted, 3) == pytest.approx(2 / 3)
    assert figures.likely(lines) == lines[:2]
    assert figures.Line.of(json.loads(json.dumps(lines[1].row()))) == lines[1]
    assert (figures.share(1, 4), figures.share(0, 0)) == (0.25, None)


def test_a_pair_of_two_records_of_one_person_counts_once(section: Section) -> None:
    figures = section("figures")
    twice = [figures.Line((("t1", "c1"),), 0.9, 0.05, 2)] * 2
    assert len(figures.found(twice, {("t1", "c1")})) == 1


def test_the_reliability_diagram_holds_predicted_against_realised(section: Section) -> None:
    rows = section("figures").reliability([(0.02, False), (0.04, True), (0.95, True), (1.0, True)])
    assert [(row["from"], row["leads"], row["realised"]) for row in rows] == [
        (0.0, 2, 0.5),
        (0.9, 2, 1.0),
    ]
    assert rows[0]["predicted"] == pytest.approx(0.03)


def test_a_spread_has_mean_deviation_and_each_and_skips_nothing_measured(section: Section) -> None:
    spread = section("figures").spread
    assert spread([1.0, 3.0, None]) == {
        "mean": 2.0,
        "sd": pytest.approx(2**0.5),
        "each": [1.0, 3.0],
    }
    assert spread([None]) == {"mean": None, "sd": None, "each": []}


def test_no_lead_at_q_is_nothing_to_measure_and_never_a_goal_held(section: Section) -> None:
    rank, figures = section("rank"), section("figures")
    silent = [figures.Line((("t", "c"),), 0.2, 0.9, 2)]
    country = SimpleNamespace(
        oracle={("t", "c")}, short={("t", "c")}, planted={("t", "c")}, decoys={},
        leads={"trained": silent, "untrained": silent},
    )  # fmt: skip
    found = rank.summed([rank.figures_of(country)])
    found["reliability"] = {}
    text = "\n".join(rank.told(SimpleNamespace(persons=1), found))
    assert "trained false_share_at_q10: NOTHING TO MEASURE" in text
    assert rank.headline(found)["false_share_at_q10"] is None
    assert rank.headline(found)["oracle_share_at_200"] == {"trained": 1.0, "untrained": 1.0}


def test_the_seeds_of_training_are_refused(section: Section) -> None:
    leads = section("leads")
    trained = min(leads.training_seeds())
    assert "none is used here" in leads.sealed([trained - 1])
    with pytest.raises(SystemExit, match=str(trained)):
        leads.sealed([trained - 1, trained])


def test_the_script_of_names_is_the_first_that_is_not_latin(section: Section) -> None:
    script_of = section("leads").script_of
    assert script_of(["Zoé Müller", "O'Neil"]) == "latin"
    assert script_of(["Ivan Petrov", "Иван Петров"]) == "cyrillic"


def small(section: Section) -> tuple[object, object]:
    """t=0, c=1 by a strong path over 2 and a weak one over 3; t=0, c=4 by a middling one."""
    ends = [(0, 2, 0.9), (1, 2, 0.9), (0, 3, 0.1), (1, 3, 0.1), (3, 4, 0.5)]
    ends.sort()
    i, j, strength = (np.array(column) for column in zip(*ends, strict=True))
    pairs = SimpleNamespace(
        count=5, i=i, j=j, strength=strength, channels=np.where(strength > 0.5, 2, 1)
    )
    field = SimpleNamespace(
        pairs=pairs, chosen=np.ones(5, dtype=bool), sides=(np.array([0]), np.array([1, 4]))
    )
    number = {(a, b): at for at, (a, b, _) in enumerate(ends)}
    paths = section("baselines").Paths(
        np.array([[0, 2, 1, -1, -1], [0, 3, 1, -1, -1], [0, 3, 4, -1, -1]], dtype=np.int32),
        np.array(
            [[number[0, 2], number[1, 2], -1, -1], [number[0, 3], number[1, 3], -1, -1],
             [number[0, 3], number[3, 4], -1, -1]], dtype=np.int32,
        ),
    )  # fmt: skip
    return field, paths


def test_every_baseline_puts_the_strong_pair_before_the_weak(section: Section) -> None:
    found = section("baselines").rankings(*small(section))
    assert {name: keys.tolist() for name, keys in found.items()} == {
        "shortest_path": [1, 4],
        "path_strength": [1, 4],
        "noisy_or": [1, 4],
        "configuration": [1, 4],
        "pagerank": [1, 4],
        "path_strength_of_several_channels": [1],
        "noisy_or_of_several_channels": [1],
    }


def test_noisy_or_counts_only_paths_that_share_no_hop(section: Section) -> None:
    baselines = section("baselines")
    paths = baselines.Paths(
        np.zeros((3, 5), dtype=np.int32),
        np.array([[0, 1, -1, -1], [0, 2, -1, -1], [3, 4, -1, -1]], dtype=np.int32),
    )
    found = baselines._noisy_or(paths, np.zeros(3, dtype=np.int64), np.array([0.5, 0.4, 0.2]))
    assert found.tolist() == [pytest.approx(1 - 0.5 * 0.8)]


def test_a_walk_from_one_side_tells_that_from_the_other(section: Section) -> None:
    field, _ = small(section)
    pairs = field.pairs  # type: ignore[attr-defined]
    weight = np.bincount(np.r_[pairs.i, pairs.j], np.r_[pairs.strength, pairs.strength])
    graph = np.zeros((5, 5))
    graph[pairs.i, pairs.j] = graph[pairs.j, pairs.i] = pairs.strength
    walk = 0.15 * np.linalg.inv(np.eye(5) - 0.85 * (graph / weight[:, None]))
    assert walk[0, 1] * weight[0] == pytest.approx(walk[1, 0] * weight[1])


@pytest.mark.slow
def test_the_short_form_goes_through_the_pipeline_and_is_read_again(tmp_path: Path) -> None:
    words = ["--quick", "--only", "rank,by_script,scale", "--keep", str(tmp_path), "--json"]
    answers = []
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, str(BENCH / "nexus.py"), *words],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        answers.append(json.loads(done.stdout.splitlines()[-1]))
    first, again = answers
    assert first["sections"]["rank"] == again["sections"]["rank"]
    share = first["oracle_share_at_200"]
    assert 0.7 < share["trained"] <= 1
    assert 0.6 < share["untrained"] <= 1
    assert 0 < first["baseline_share_at_200"] <= 1
    assert first["search_seconds"] > 0
    assert 0 < first["rss_gib"] < 2
    assert first["empty_country_leads"] is None
