"""A canonical id is the own id of an entity: it is stable, says nothing, and always resolves."""

import random
from collections.abc import Mapping

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maillon.resolve.identity import OWN_ID_SQL, changes, current, own_id
from maillon.store import ChangeKind, ClusterChange

MERGED, SPLIT, RENAMED = ChangeKind.MERGED, ChangeKind.SPLIT, ChangeKind.RENAMED


def table(*words: str) -> pa.Table:
    """Clusters, one a word, one entity a letter."""
    rows = sorted((letter, own_id(min(word))) for word in words for letter in word)
    return pa.table(
        {"entity": [entity for entity, _ in rows], "canonical": [name for _, name in rows]},
        schema=pa.schema([("entity", pa.string()), ("canonical", pa.string())]),
    )


def ids(letters: str) -> tuple[str, ...]:
    return tuple(sorted(map(own_id, letters)))


def change(kind: ChangeKind, before: str, after: str, entities: str) -> ClusterChange:
    return ClusterChange(kind, ids(before), ids(after), tuple(entities), len(entities))


@settings(max_examples=20)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))))
def test_sql_and_python_give_one_id(entities: list[str]) -> None:
    with duckdb.connect(":memory:") as con:
        con.register("rows", pa.table({"entity": pa.array(entities, pa.string())}))
        found = con.execute(f"SELECT entity, {OWN_ID_SQL.format(entity='entity')} FROM rows")
        assert all(own_id(entity) == name for entity, name in found.fetchall())


@pytest.mark.parametrize(
    ("entity", "wanted"),
    # printf 'ml\x1f%s' "$entity" | sha256sum | cut -c 1-20
    [("un-sc-QDi.318", "ml-4f8377fc6c39f162ed3b"), ("حداد-1", "ml-718f24e7b3987c76bd63")],
)
def test_the_id_is_the_one_of_a_shell(entity: str, wanted: str) -> None:
    assert own_id(entity) == wanted


def test_an_id_does_not_change_with_what_joins_behind_it() -> None:
    # zingg issue 132
    assert current(table("ab"), own_id("a")) == current(table("abc"), own_id("a")) == own_id("a")


def test_every_id_ever_given_resolves() -> None:
    dice = random.Random(132)
    for _ in range(5):
        letters = dice.sample("abcdefgh", 8)
        cuts = sorted(dice.sample(range(1, 8), 3))
        words = ["".join(letters[i:j]) for i, j in zip([0, *cuts], [*cuts, 8], strict=True)]
        with duckdb.connect(":memory:") as con:
            con.register("canonical", table(*words))
            for word in words:
                resolved = {current(con, own_id(entity)) for entity in word}
                assert resolved == {own_id(min(word))}


def test_an_id_of_nobody_resolves_to_nothing() -> None:
    assert current(table("ab"), own_id("z")) is None


def test_a_connection_that_holds_the_table_will_do() -> None:
    with duckdb.connect(":memory:") as con:
        con.register("canonical", table("ab"))
        assert current(con, own_id("b")) == own_id("a")


def test_two_that_join_are_merged() -> None:
    assert changes(table("ab", "cd"), table("abcd")) == [change(MERGED, "ac", "a", "abcd")]


def test_one_that_parts_is_split() -> None:
    assert changes(table("abcd"), table("ab", "cd")) == [change(SPLIT, "a", "ac", "abcd")]


def test_a_smaller_member_renames() -> None:
    assert changes(table("bc"), table("abc")) == [change(RENAMED, "b", "a", "bc")]


def test_a_smallest_member_that_is_gone_renames() -> None:
    assert changes(table("abc"), table("bc")) == [change(RENAMED, "a", "b", "bc")]


def test_who_arrives_or_goes_changes_nothing_by_that() -> None:
    assert changes(table("ab", "x"), table("abc", "d")) == []


def test_who_arrives_between_two_merges_them() -> None:
    assert changes(table("a", "c"), table("abc")) == [change(MERGED, "ac", "a", "ac")]


def test_who_moves_leaves_a_split_and_a_merge() -> None:
    assert changes(table("abx", "cd"), table("ab", "cdx")) == [
        change(MERGED, "ac", "c", "cdx"),
        change(SPLIT, "a", "ac", "abx"),
    ]


def test_an_id_may_pass_to_another_cluster() -> None:
    # a is gone from its cluster b, and joined c
    assert changes(table("ab", "c"), table("b", "ac")) == [
        change(MERGED, "ac", "a", "ac"),
        change(SPLIT, "a", "ab", "ab"),
    ]


def test_nothing_before_is_no_change() -> None:
    assert changes(table(), table("ab")) == []


def plainly(before: Mapping[str, str], after: Mapping[str, str]) -> set[tuple[str, str, str]]:
    """Kinds, ids before, ids after, by looking at every entity."""
    both = before.keys() & after.keys()
    news = {old: {after[e] for e in both if before[e] == old} for old in before.values()}
    olds = {new: {before[e] for e in both if after[e] == new} for new in after.values()}
    found = {("merged", "".join(sorted(s)), new) for new, s in olds.items() if len(s) > 1}
    found |= {("split", old, "".join(sorted(s))) for old, s in news.items() if len(s) > 1}
    for old, s in news.items():
        new = min(s, default=old)
        if len(s) == 1 and olds[new] == {old} and old != new:
            found.add(("renamed", old, new))
    return found


def test_tables_tell_what_looking_at_every_entity_tells() -> None:
    dice = random.Random(4)
    letter = {own_id(entity): entity for entity in "abcdefgh"}

    def some() -> dict[str, str]:
        group = {entity: dice.randrange(4) for entity in dice.sample("abcdefgh", 7)}
        return {e: min(o for o in group if group[o] == group[e]) for e in group}

    def told(names: tuple[str, ...]) -> str:
        return "".join(sorted(letter[name] for name in names))

    for _ in range(20):
        before, after = some(), some()
        tables = [
            pa.table({"entity": list(m), "canonical": [own_id(r) for r in m.values()]})
            for m in (before, after)
        ]
        found = {(c.kind.value, told(c.before), told(c.after)) for c in changes(*tables)}
        assert found == plainly(before, after)
