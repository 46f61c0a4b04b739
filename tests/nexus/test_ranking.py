"""Folding, chance, explanations."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillon.nexus.chance import decoy_q, posterior_q, rewired
from maillon.nexus.evidence import independent_sources
from maillon.nexus.features import FEATURES, features
from maillon.nexus.fold import _Again, fold
from maillon.nexus.links import Ties
from maillon.nexus.pairs import Pairs, pair_up
from maillon.nexus.paths import Paths, maze, search
from maillon.nexus.probability import Logistic, logistic
from maillon.nexus.surprise import against_chance, gap_score, lowered, shuffled, surprise, within


def pairs_of(edges: list[tuple[int, int, int]], count: int) -> Pairs:
    """Pairs from (i, j, number of channels)."""
    rows = [(i, j, bit) for i, j, channels in sorted(edges) for bit in range(channels)]
    i, j, bit = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    ones = np.ones(len(i), dtype=np.int64)
    sure = np.full(len(i), 0.9)
    return pair_up(Ties(i, j, bit, ones, 2 * ones, ones, ones, 2 * ones, ones, sure, sure), count)


def model() -> Logistic:
    """Surprise alone."""
    weight = np.array([1.0 if name == "surprise" else 0.0 for name in FEATURES])
    return Logistic("test", 0.0, np.zeros(len(FEATURES)), np.ones(len(FEATURES)), weight, "")


def found(pairs: Pairs, terror: list[int], crime: list[int]) -> Paths:
    inner = np.ones(pairs.count, dtype=bool)
    inner[[*terror, *crime]] = False
    chosen = np.ones(len(pairs.i), dtype=bool)
    return search(maze(pairs, chosen, inner, np.array(terror), np.array(crime)), 4, 10**6)[0]


def test_a_hop_of_a_higher_lead_earns_nothing_again() -> None:
    # 0-2-1 is worth 5 + 4, 0-2-3 is worth 5 + 3 but its first hop is used, 4-5-3 is worth 2 + 2.
    worth = {(0, 2): 5.0, (1, 2): 4.0, (2, 3): 3.0, (3, 5): 2.0, (4, 5): 2.0}
    pairs = pairs_of([(i, j, 2) for i, j in worth], 6)
    paths = found(pairs, [0, 4], [1, 3])
    plain = surprise(pairs, np.zeros(6, dtype=np.int64))
    told = replace(plain, total=np.array(list(worth.values())))
    logit = model().logit(features(pairs, told, paths))
    leads = fold(pairs, told, paths, logit, model(), 10)
    lines = [tuple(paths.nodes[lead.path][:3].tolist()) for lead in leads]
    assert lines == [(0, 2, 1), (4, 5, 3), (0, 2, 3)]
    assert [lead.logit for lead in leads] == [9.0, 4.0, 3.0]
    assert leads[2].used == (True, False)


@given(st.integers(0, 10**6))
def test_a_path_scored_again_is_scored_as_if_anew(seed: int) -> None:
    rng = np.random.default_rng(seed)
    edges = {(int(i), int(j)) for i, j in rng.integers(0, 12, (30, 2)) if i < j}
    pairs = pairs_of(
        [(i, j, int(rng.integers(1, 5))) for i, j in sorted(edges | {(0, 2), (1, 2)})], 12
    )
    told = surprise(pairs, np.arange(12) % 3)
    paths = found(pairs, [0], [1])
    again = _Again(pairs, told, paths, list(range(len(paths))), logistic())
    for path in range(len(paths)):
        length = int(paths.length[path])
        wide = np.zeros((1, 4), dtype=bool)
        wide[0, :length] = rng.random(length) < 0.5
        one = Paths(paths.nodes[path : path + 1], paths.hops[path : path + 1])
        anew = float(logistic().logit(features(pairs, told, one, wide))[0])
        assert again.logit(path, wide[0, :length].tolist()) == pytest.approx(anew, abs=1.1e-6)


def test_the_fold_gives_one_lead_an_anchor_pair_best_first() -> None:
    pairs = pairs_of([(0, 2, 4), (1, 2, 4), (0, 3, 2), (1, 3, 2)], 4)
    paths = found(pairs, [0], [1])
    told = surprise(pairs, np.zeros(4, dtype=np.int64))
    logit = model().logit(features(pairs, told, paths))
    leads = fold(pairs, told, paths, logit, model(), 10)
    assert len(paths) == 2
    assert [lead.logit for lead in leads] == [float(logit.max())]


def test_more_channels_are_more_surprising_and_kin_less() -> None:
    ties = [(0, 1, 1), (0, 2, 1), (1, 2, 1), (2, 3, 1), (3, 4, 1), (4, 5, 3)]
    pairs = pairs_of(ties, 6)
    told = surprise(pairs, np.zeros(6, dtype=np.int64))
    assert told.total.argmax() == 5


def test_a_town_where_everybody_meets_everybody_lowers_a_hop_and_says_by_how_much() -> None:
    town = [(i, j, 2) for i in range(6) for j in range(i + 1, 6)]
    ring = [(i, i + 1, 2) for i in range(6, 40)]
    pairs = pairs_of([*town, (5, 6, 2), *ring], 41)
    told = within(pairs, np.array([0] * 6 + [1] * 35))
    by_pair = {
        (int(i), int(j)): lowered(pairs, told, number)
        for number, (i, j) in enumerate(zip(pairs.i, pairs.j, strict=True))
    }
    assert by_pair[0, 1].town > np.log(2)
    assert by_pair[20, 21].town == 0.0 == by_pair[5, 6].town
    level = replace(told, density=np.zeros(2))
    without = against_chance(pairs, level)
    assert without.total[0] - told.total[0] == pytest.approx(by_pair[0, 1].town, abs=2e-6)
    assert by_pair[0, 1].busy > by_pair[20, 21].busy


def test_a_register_lowers_a_hop_and_says_by_how_much() -> None:
    rows = [(i, i + 1, bit) for i in range(30) for bit in (0, 1)] + [(0, 1, 15)]
    i, j, bit = (np.array(column, dtype=np.int64) for column in zip(*sorted(rows), strict=True))
    ones, sure = np.ones(len(i), dtype=np.int64), np.full(len(i), 0.9)
    ties = Ties(i, j, bit, ones, 2 * ones, ones, ones, 2 * ones, ones, sure, sure)
    pairs = pair_up(ties, 31)
    told = within(pairs, np.zeros(31, dtype=np.int64))
    assert lowered(pairs, told, 0).register > 1.0
    assert lowered(pairs, told, 1).register == pytest.approx(0.0, abs=2e-6)
    plain = against_chance(pairs, replace(told, floor=np.full(len(pairs.i), -np.inf)))
    assert plain.total[0] - told.total[0] == pytest.approx(
        lowered(pairs, told, 0).register, abs=2e-6
    )


@given(st.integers(0, 1000))
def test_a_shuffled_graph_is_told_as_if_anew(seed: int) -> None:
    edges = [(i, j, 1 + (i * j) % 3) for i in range(12) for j in range(i + 1, 12) if (i + j) % 3]
    pairs, block = pairs_of(edges, 12), np.arange(12) % 2
    told = within(pairs, block)
    chosen = np.ones(len(pairs.i), dtype=bool)
    other, _ = rewired(
        pairs, chosen, block, np.random.default_rng(seed), keeps_blocks=bool(seed % 2)
    )
    quick, anew = shuffled(other, told), within(other, block)
    for name in ("total", "channels", "repetition", "specificity", "chance", "crosses", "through"):
        assert getattr(quick, name) == pytest.approx(getattr(anew, name), abs=2e-6)


def test_a_short_gap_in_order_beats_a_long_one_and_the_wrong_order() -> None:
    days = np.array([100, 100, 100, 100])
    after = np.array([105, 400, 60, -1_000_000])
    scores = gap_score(days, after)
    assert scores[0] > scores[1] > -4.001
    assert scores[0] > scores[2]
    assert scores[3] == 0.0


def test_posterior_q_is_the_running_mean_of_what_is_left() -> None:
    assert posterior_q(np.array([0.9, 0.7, 0.2])).tolist() == [0.1, 0.2, 0.4]


def test_decoy_q_counts_decoys_above_with_one_added() -> None:
    # Two draws: 1 + 1 decoys at or above 2.0 over two draws and two leads -> 0.5; none above 5.0.
    q = decoy_q(np.array([5.0, 2.0]), np.array([2.5, 1.0]), 2)
    assert q.tolist() == [0.5, 0.5]


@given(
    st.lists(st.floats(-20, 20), min_size=1, max_size=30), st.lists(st.floats(-20, 20), max_size=30)
)
def test_decoy_q_never_falls_down_the_ranks(scores: list[float], fallen: list[float]) -> None:
    q = decoy_q(np.array(sorted(scores, reverse=True)), np.array(fallen), 3)
    assert (np.diff(q) >= 0).all()
    assert ((q > 0) & (q <= 1)).all()


@given(st.integers(0, 50), st.booleans())
def test_a_rewiring_keeps_every_degree(seed: int, keeps_blocks: bool) -> None:
    edges = [(i, j, 1) for i in range(12) for j in range(i + 1, 12) if (i * j + seed) % 3 == 0]
    pairs = pairs_of(edges or [(0, 1, 1)], 12)
    chosen = np.ones(len(pairs.i), dtype=bool)
    block = np.arange(12) % 2
    other, allowed = rewired(
        pairs, chosen, block, np.random.default_rng(seed), keeps_blocks=keeps_blocks
    )
    ends = [np.bincount(np.r_[p.i, p.j], minlength=12) for p in (pairs, other)]
    assert (ends[0] == ends[1]).all()
    assert (other.i[allowed] < other.j[allowed]).all()


def test_one_long_text_in_two_datasets_is_one_source() -> None:
    text = "Facilitated the transfer of weapons and money for the group between 2014 and 2016."
    said = [
        {"id": "1", "dataset": "un_sc", "value": text, "original_value": None},
        {"id": "2", "dataset": "eu_fsf", "value": text.upper(), "original_value": None},
        {"id": "3", "dataset": "rt_fiu", "value": "2016-01-01", "original_value": None},
        {"id": "4", "dataset": "rt_api", "value": "2016-01-01", "original_value": None},
    ]
    assert independent_sources(said) == 3


def test_the_model_says_what_each_figure_adds() -> None:
    shipped = logistic()
    figures = np.arange(len(FEATURES), dtype=np.float64)
    parts = shipped.contributions(figures)
    whole = float(shipped.logit(figures[None, :])[0])
    assert list(parts) == list(FEATURES)
    assert sum(parts.values()) + shipped.intercept == pytest.approx(whole, abs=1e-4)
