"""Clusters are a function of the judgements, not of their order; negatives hold over clusters."""

import random
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillon.resolve.cluster import (
    Kind,
    Partition,
    Scored,
    components,
    partition,
    partition_of,
)
from maillon.resolve.conflicts import MOST_MEMBERS

from .ties import (
    LETTERS,
    clusters,
    groups,
    invented,
    judged,
    papers,
    plainly,
    scored,
    shuffled,
    solved,
    words,
)

dice = st.randoms(use_true_random=False)


def same(one: Partition, two: Partition) -> bool:
    return (
        np.array_equal(one.root, two.root)
        and np.array_equal(one.confidence, two.confidence)
        and one.conflicts == two.conflicts
        and (one.totals, one.settled) == (two.totals, two.settled)
    )


def test_a_hundred_orders_of_arrival_give_one_partition() -> None:
    for seed in range(20):
        rolled = random.Random(seed)
        ties = invented(rolled)
        first = partition(*ties)
        assert all(same(first, partition(*shuffled(ties, rolled))) for _ in range(100))


@given(dice)
def test_arrays_join_what_comparing_everybody_joins(rolled: random.Random) -> None:
    ties = invented(rolled)
    assert partition(*ties).root.tolist() == plainly(ties)


@given(dice)
def test_a_component_alone_gives_what_it_gives_among_all(rolled: random.Random) -> None:
    ties = invented(rolled)
    whole, label = partition(*ties), components(*ties[:3])
    items = []
    for first in np.unique(label):
        members = np.flatnonzero(label == first)
        part = partition_of(members, *ties)
        assert np.array_equal(part.root, whole.root[members])
        assert np.array_equal(part.confidence, whole.confidence[members])
        items += part.conflicts
    assert sorted(map(repr, items)) == sorted(map(repr, whole.conflicts))


@given(dice)
def test_negative_judgements_hold_over_whole_clusters(rolled: random.Random) -> None:
    ties = invented(rolled)
    found, said = partition(*ties), ties[2]
    no = ~said.positive
    assert (found.root[said.left[no]] != found.root[said.right[no]]).all()


@given(dice)
def test_a_conflict_names_what_would_settle_it(rolled: random.Random) -> None:
    ties = invented(rolled)
    said = ties[2]
    place = {event: row for row, event in enumerate(said.event)}
    for item in partition(*ties).conflicts:
        assert {item.left, item.right} <= set(item.members)
        assert all(said.positive[place[event]] for event in item.positives)
        assert not any(said.positive[place[event]] for event in item.negatives)
        if item.kind is not Kind.CONTRADICTION:
            continue
        # the positives alone tie both ends of each negative
        rows = [place[event] for event in item.positives]
        tied = components(ties[0], Scored(said.left[rows], said.right[rows], np.ones(len(rows))))
        for event in item.negatives:
            assert tied[said.left[place[event]]] == tied[said.right[place[event]]]


def test_the_smallest_member_is_the_root() -> None:
    found = solved({"cz": 0.9, "mz": 0.95})
    assert [found.root[LETTERS.index(one)] for one in "cmz"] == [2, 2, 2]


def test_confidence_is_the_highest_score_that_ties() -> None:
    found = solved({"ab": 0.9, "bc": 0.95, "de": 0.9, "df": 0.99}, ["de", "df!"])
    assert found.confidence[:7].tolist() == [0.9, 0.95, 0.95, 1.0, 1.0, 1.0, 1.0]


def test_a_persons_judgement_goes_before_the_models() -> None:
    found = solved({"ab": 0.999}, ["bc", "ac!"])
    assert clusters(found) == ["bc"]
    assert [words(item) for item in found.conflicts] == [
        ("kept apart", "ab", {"bc"}, {"ac!"}, "abc")
    ]


def test_a_negative_between_two_clusters_keeps_both_whole() -> None:
    assert clusters(solved({"bc": 0.99}, ["ab", "cd", "bc!"])) == ["ab", "cd"]


def test_a_pair_that_is_itself_judged_is_no_work() -> None:
    found = solved({"ab": 0.99}, ["ab!"])
    assert (clusters(found), found.conflicts, found.settled) == ([], [], 1)


def test_who_scores_high_on_two_that_are_not_one_is_reported() -> None:
    # nomenklatura issue 152: c was joined to a, then d scores high on a and on b
    found = solved({"ac": 0.97, "ad": 0.99, "bd": 0.98}, ["ab!"])
    assert clusters(found) == ["acd"]
    (item,) = found.conflicts
    assert words(item) == ("kept apart", "bd", set(), {"ab!"}, "abcd")
    assert (item.score, item.member_count, item.pair_count) == (0.98, 4, 1)


def test_a_wrong_merge_is_undone_by_one_negative() -> None:
    # opensanctions issue 3886
    assert clusters(solved({"ab": 0.99}, [])) == ["ab"]
    assert clusters(solved({"ab": 0.99}, ["ab!"])) == []


def test_a_company_and_a_public_body_are_never_one() -> None:
    # opensanctions issue 5533: a work item, not a lost entity
    pairs, kinds = scored({"ab": 0.97, "bc": 0.99}), groups({"a": 0, "c": 1}, 26)
    found = partition(26, pairs, judged([]), papers({}), kinds)
    assert clusters(found) == ["bc"]
    assert [words(item) for item in found.conflicts] == [
        ("no common schema", "ab", set(), set(), "abc")
    ]
    found = partition(26, scored({}), judged(["ab", "bc"]), papers({}), kinds)
    assert clusters(found) == ["ab"]
    assert [words(item) for item in found.conflicts] == [
        ("no common schema", "bc", {"ab", "bc"}, set(), "abc")
    ]


def test_other_papers_are_two_persons_of_one_name() -> None:
    held = papers({"a": [(0, 111)], "b": [(0, 222)]})
    found = partition(26, scored({"ab": 0.99}), judged([]), held)
    assert clusters(found) == []
    assert [words(item) for item in found.conflicts] == [("other papers", "ab", set(), set(), "ab")]
    assert clusters(partition(26, scored({}), judged(["ab"]), held)) == ["ab"]


def test_one_shared_number_outweighs_other_numbers() -> None:
    held = papers({"a": [(0, 111), (1, 7)], "b": [(0, 222), (1, 7)]})
    assert clusters(partition(26, scored({"ab": 0.99}), judged([]), held)) == ["ab"]


def test_one_number_of_two_kinds_is_two_numbers() -> None:
    held = papers({"a": [(0, 111), (1, 7)], "b": [(0, 222), (1, 111)]})
    assert clusters(partition(26, scored({"ab": 0.99}), judged([]), held)) == []


def test_papers_of_another_kind_say_nothing() -> None:
    held = papers({"a": [(0, 111)], "b": [(1, 222)]})
    assert clusters(partition(26, scored({"ab": 0.99}), judged([]), held)) == ["ab"]


def test_what_is_left_out_is_counted() -> None:
    # 60 pairs of entities, each two judged not to be one with the next two
    left = np.arange(0, 120, 2)
    pairs = Scored(left, left + 1, np.full(60, 0.99))
    held = papers({})._replace(
        entity=np.arange(120), kind=np.zeros(120, np.int32), number=np.arange(120)
    )
    found = partition(120, pairs, judged([]), held, most=10)
    assert len(found.conflicts) == 10
    assert found.totals[Kind.OTHER_PAPERS] == 60


def test_an_item_names_a_hundred_and_counts_all() -> None:
    star = np.arange(1, 301)
    pairs = Scored(np.r_[np.zeros(300, np.int64), 300], np.r_[star, 301], np.full(301, 0.99))
    found = partition(302, pairs._replace(score=np.r_[np.full(300, 0.99), 0.95]),
                      judged([])._replace(left=np.array([0]), right=np.array([301]),
                                          positive=np.array([False]), event=["n"]))  # fmt: skip
    (item,) = found.conflicts
    assert (len(item.members), item.member_count) == (MOST_MEMBERS, 302)
    assert {0, 300, 301} <= set(item.members)


def test_refused_pairs_of_two_clusters_are_one_item() -> None:
    found = solved({"ab": 0.99, "cd": 0.99, "ac": 0.95, "bd": 0.96, "bc": 0.97}, ["ad!"])
    (item,) = found.conflicts
    assert (words(item)[1], item.pair_count) == ("bc", 3)


@pytest.mark.parametrize(("left", "right"), [(1, 0), (0, 0), (-1, 0), (0, 2)])
def test_a_pair_that_is_none_is_refused(left: int, right: int) -> None:
    with pytest.raises(ValueError, match="the smaller first"):
        partition(2, Scored(np.array([left]), np.array([right]), np.array([0.9])))


def test_nobody_is_no_cluster() -> None:
    assert partition(0, scored({})).root.tolist() == []


def test_two_hundred_thousand_pairs_take_seconds() -> None:
    rolled = np.random.default_rng(3)
    left = rolled.integers(0, 200_000, 200_000)
    pairs = Scored(left, left + rolled.integers(1, 4, 200_000), rolled.random(200_000))
    holders = rolled.integers(0, 200_003, 50_000)
    held = papers({})._replace(entity=holders, kind=np.zeros(50_000, np.int32), number=holders // 3)
    start = time.monotonic()
    found = partition(200_003, pairs, judged(["ab!"]), held)
    assert time.monotonic() - start < 5
    assert found.totals[Kind.OTHER_PAPERS] > 1_000
