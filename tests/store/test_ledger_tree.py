"""Roots, inclusion and consistency are those of an independent implementation, pymerkle."""

import hashlib
import secrets

from hypothesis import given
from hypothesis import strategies as st
from pymerkle import (
    InmemoryTree,
    verify_consistency,
    verify_inclusion,
)

from maillon.oversight.verifier import Tree, path_root
from maillon.oversight.witness import is_consistent
from maillon.store.merkle import EMPTY, Frontier, Nodes, leaf_hash

SALTS = [secrets.token_bytes(16) for _ in range(4)]


def leaves(count: int) -> tuple[list[bytes], InmemoryTree]:
    oracle = InmemoryTree(algorithm="sha256")
    found = []
    for n in range(count):
        salt, entry = SALTS[n % 4], str(n).encode()
        oracle.append_entry(salt + entry)
        found.append(leaf_hash(salt, entry))
    return found, oracle


def grown(hashes: list[bytes]) -> tuple[Frontier, Nodes]:
    """The frontier, and nodes read from rows as the ledger keeps them."""
    frontier = Frontier()
    tiles: dict[tuple[int, int], list[bytes]] = {}
    for one in hashes:
        for level, place, node in frontier.add(one):
            tiles.setdefault((level, place // 256), []).append(node)

    def row(level: int, number: int) -> list[bytes]:
        if level == 0:
            return hashes[number * 256 : number * 256 + 256]
        return tiles[level, number]

    return frontier, Nodes(row)


WHOLE, ORACLE = leaves(1_500)
FRONTIER, NODES = grown(WHOLE)
SIZES = st.integers(1, len(WHOLE))


def test_a_log_without_entries_has_the_root_of_the_standard() -> None:
    assert Frontier().root() == Tree().root() == EMPTY == hashlib.sha256(b"").digest()


def test_the_tree_of_three_leaves_by_hand() -> None:
    a, b, c = (hashlib.sha256(b"\0" + one).digest() for one in (b"a", b"b", b"c"))
    inner = hashlib.sha256(b"\1" + a + b).digest()
    found = Frontier()
    for one in (a, b, c):
        found.add(one)
    assert found.root() == hashlib.sha256(b"\1" + inner + c).digest()


@given(SIZES)
def test_a_root_is_that_of_the_oracle(size: int) -> None:
    frontier = Frontier()
    tree = Tree()
    for one in WHOLE[:size]:
        frontier.add(one)
        tree.add(one)
    assert frontier.root() == tree.root() == ORACLE.get_root(size)
    assert NODES.peaks(size) == frontier.peaks


@given(SIZES, st.data())
def test_a_proof_of_inclusion_is_that_of_the_oracle(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    path = NODES.inclusion(index, size)
    root = ORACLE.get_root(size)
    assert path_root(WHOLE[index], index, size, path) == root
    proof = ORACLE.prove_inclusion(index + 1, size)
    verify_inclusion(WHOLE[index], root, proof)
    if path:
        other = data.draw(st.integers(0, len(path) - 1))
        false = [*path[:other], bytes(32), *path[other + 1 :]]
        assert path_root(WHOLE[index], index, size, false) != root
        assert path_root(WHOLE[index], index, size, path[:-1]) != root
    assert path_root(WHOLE[index], index, size, [*path, bytes(32)]) != root


@given(SIZES, st.data())
def test_a_proof_of_consistency_holds_for_the_oracles_roots(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size))
    path = NODES.consistency(old, size)
    before, after = ORACLE.get_root(old), ORACLE.get_root(size)
    assert is_consistent(old, before, size, after, path)
    verify_consistency(before, after, ORACLE.prove_consistency(old, size))
    assert not is_consistent(old, bytes(32), size, after, path)
    assert not is_consistent(old, before, size, bytes(32), path)
    if path:
        assert not is_consistent(old, before, size, after, path[:-1])
    assert not is_consistent(old, before, size, after, [*path, bytes(32)])


def test_everything_continues_an_empty_log() -> None:
    assert is_consistent(0, EMPTY, 5, ORACLE.get_root(5), NODES.consistency(0, 5))
    assert not is_consistent(0, bytes(32), 5, ORACLE.get_root(5), [])


def test_an_older_log_continues_no_newer_one() -> None:
    assert not is_consistent(5, ORACLE.get_root(5), 4, ORACLE.get_root(4), [])
