"""Clusters are a function of the judgements, not of their order; negatives hold over clusters."""

import itertools
import random

from hypothesis import given
from hypothesis import strategies as st

from maillon.resolve import Pair, Partition, canonical_id, partition
from maillon.resolve.cluster import CONFIRMED

ENTITIES = "abcdef"
pair = st.builds(
    lambda two, score: Pair(min(two), max(two), score),
    st.sets(st.sampled_from(ENTITIES), min_size=2, max_size=2),
    st.sampled_from([0.95, 0.97, 0.99, CONFIRMED]),
)
negative = st.sets(st.sampled_from(ENTITIES), min_size=2, max_size=2).map(
    lambda two: (min(two), max(two))
)


def together(found: Partition, one: str, two: str) -> bool:
    return found.root.get(one, one) == found.root.get(two, two)


@given(st.lists(pair, max_size=8), st.lists(negative, max_size=3), st.randoms())
def test_the_partition_does_not_depend_on_order(
    pairs: list[Pair], negatives: list[tuple[str, str]], dice: random.Random
) -> None:
    unique = list({(p.left, p.right): p for p in pairs}.values())
    shuffled = list(unique)
    dice.shuffle(shuffled)
    assert partition(unique, negatives) == partition(shuffled, negatives[::-1])


@given(st.lists(pair, max_size=10), st.lists(negative, max_size=4))
def test_a_negative_judgement_holds_over_whole_clusters(
    pairs: list[Pair], negatives: list[tuple[str, str]]
) -> None:
    found = partition(pairs, negatives)
    assert not any(together(found, one, two) for one, two in negatives)


@given(st.lists(pair, max_size=8))
def test_without_negatives_clusters_are_the_components(pairs: list[Pair]) -> None:
    found = partition(pairs, [])
    reach = {e: {e} for e in ENTITIES}
    for _ in ENTITIES:
        for each in pairs:
            joined = reach[each.left] | reach[each.right]
            for entity in joined:
                reach[entity] = joined
    for one, two in itertools.combinations(ENTITIES, 2):
        assert together(found, one, two) == (two in reach[one])


@given(st.lists(pair, max_size=8), st.lists(negative, max_size=3), negative)
def test_taking_a_negative_back_restores_the_clusters_before_it(
    pairs: list[Pair], negatives: list[tuple[str, str]], added: tuple[str, str]
) -> None:
    before = partition(pairs, negatives)
    partition(pairs, [*negatives, added])
    assert partition(pairs, negatives) == before


# the five sequences of public complaints about resolvers that forget a negative judgement
def test_positive_then_negative_on_one_pair_separates() -> None:
    found = partition([Pair("a", "b", 0.99)], [("a", "b")])
    assert not together(found, "a", "b")
    assert found.kept_apart == [("a", "b")]


def test_a_chain_around_a_negative_is_a_contradiction() -> None:
    found = partition([Pair("a", "x", CONFIRMED), Pair("b", "x", CONFIRMED)], [("a", "b")])
    (contradiction,) = found.contradictions
    assert contradiction.positive == ("b", "x")
    assert contradiction.negatives == (("a", "b"),)


def test_a_negative_between_two_clusters_keeps_both_whole() -> None:
    chosen = [Pair("a", "b", CONFIRMED), Pair("c", "d", CONFIRMED), Pair("b", "c", 0.99)]
    found = partition(chosen, [("b", "c")])
    assert together(found, "a", "b")
    assert together(found, "c", "d")
    assert not together(found, "a", "d")


def test_a_persons_judgement_goes_before_the_models() -> None:
    found = partition([Pair("a", "b", 0.999), Pair("b", "c", CONFIRMED)], [("a", "c")])
    assert together(found, "b", "c")
    assert not together(found, "a", "b")


def test_a_canonical_id_says_nothing_of_its_members() -> None:
    assert canonical_id("un-sc-QDi.318").startswith("ml-")
