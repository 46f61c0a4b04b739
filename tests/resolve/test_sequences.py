"""Sequences of judgements at which other resolvers forget one, through the log and the clusters."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from maillon.model import Act
from maillon.resolve.cluster import Partition, judged, partition
from maillon.resolve.identity import current, own_id
from maillon.store import Event, Store, Verdict, create_workspace, open_store
from maillon.store.judgement import standing

from .ties import LETTERS, clusters, scored, words

NUMBER_OF = {letter: number for number, letter in enumerate(LETTERS)}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    create_workspace(tmp_path / "w")
    opened = open_store(tmp_path / "w")
    yield opened
    opened.close()


def say(store: Store, *said: str) -> dict[str, str]:
    """Judge ``ab`` positive, ``ab!`` negative; return the ids."""
    view = store.policy.open(store.settings.mandate, Act.JUDGE)
    ids = {}
    for one in said:
        verdict = Verdict.NEGATIVE if "!" in one else Verdict.POSITIVE
        ids[one] = store.judge(view, Event(one[0], one[1], verdict, "as the papers say"))
    return ids


def take_back(store: Store, id_: str) -> None:
    view = store.policy.open(store.settings.mandate, Act.JUDGE)
    store.judge(view, Event("", "", Verdict.REVOKED, "misread", revokes=id_))


def found(store: Store, **pairs: float) -> Partition:
    view = store.policy.open(store.settings.mandate, Act.RESOLVE)
    said = judged(standing(store.judgements(view)), NUMBER_OF)
    return partition(len(LETTERS), scored(pairs), said)


def canonical(answer: Partition) -> pa.Table:
    names = [own_id(LETTERS[root]) for root in answer.root.tolist()]
    return pa.table({"entity": list(LETTERS), "canonical": names})


def test_positive_then_negative_on_one_pair_separates(store: Store) -> None:
    say(store, "ab", "ab!")
    assert clusters(found(store)) == []
    assert clusters(found(store, ab=0.99)) == []


def test_a_chain_around_a_negative_is_a_contradiction(store: Store) -> None:
    ids = say(store, "ab!", "ax", "xb")
    answer = found(store)
    assert clusters(answer) == ["ax"]
    assert [words(item) for item in answer.conflicts] == [
        ("contradiction", "bx", {ids["xb"], ids["ax"]}, {ids["ab!"]}, "abx")
    ]


def test_separating_two_clusters_keeps_what_was_within_them(store: Store) -> None:
    say(store, "ab", "cd", "bc", "bc!")
    assert clusters(found(store)) == ["ab", "cd"]


def test_taking_one_out_of_a_chain_leaves_the_rest_of_it(store: Store) -> None:
    ids = say(store, "ab", "bc", "cd")
    assert clusters(found(store)) == ["abcd"]
    take_back(store, ids["ab"])
    assert clusters(found(store)) == ["bcd"]
    take_back(store, ids["bc"])
    assert clusters(found(store)) == ["cd"]


def test_after_a_merge_both_old_ids_resolve(store: Store) -> None:
    say(store, "bc", "de")
    before = canonical(found(store))
    say(store, "ce")
    after = canonical(found(store))
    for entity in "bcde":
        old = current(before, own_id(entity))
        assert old is not None
        assert current(after, old) == own_id("b")


def test_an_id_resolves_through_merge_and_split_and_merge(store: Store) -> None:
    ids = say(store, "bc")
    given = own_id("b")
    for said, wanted in (("ab", "a"), ("ab!", "b"), ("xa", "b")):
        ids |= say(store, said)
        assert current(canonical(found(store)), given) == own_id(wanted)


def test_taking_a_judgement_back_restores_the_very_same_clusters(store: Store) -> None:
    scores = {"ab": 0.99, "cd": 0.95, "bc": 0.97, "ef": 0.93}
    say(store, "de", "af!")
    before = found(store, **scores)
    for said in ("bc!", "ac", "cf", "ae!"):
        id_ = say(store, said)[said]
        found(store, **scores)
        take_back(store, id_)
        after = found(store, **scores)
        assert np.array_equal(before.root, after.root)
        assert np.array_equal(before.confidence, after.confidence)
        assert before.conflicts == after.conflicts


def test_the_judgement_before_stands_again_when_the_newest_is_taken_back(store: Store) -> None:
    ids = say(store, "ab", "ab!")
    take_back(store, ids["ab!"])
    assert clusters(found(store)) == ["ab"]


def test_judgements_about_entities_that_are_not_seen_say_nothing(store: Store) -> None:
    view = store.policy.open(store.settings.mandate, Act.JUDGE)
    store.judge(view, Event("a", "hidden", Verdict.POSITIVE, "r"))
    assert clusters(found(store)) == []
