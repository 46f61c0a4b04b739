"""Segments put together into one: what was built side by side, or delivery after delivery."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from maillon.screen.index import Segment

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Arrays = dict[str, npt.NDArray[Any]]


class _Kept(NamedTuple):
    """What stays of a segment, and its new numbers; those of what goes are never used."""

    arrays: Arrays
    entries: Flags
    names: Flags
    entry_number: Numbers
    name_number: Numbers
    word_number: Numbers
    own_words: Flags


def merge(segments: Sequence[Segment], gone: Sequence[frozenset[int]] = ()) -> Segment:
    """Return one segment that holds what several hold, in their order.

    Args:
        segments: At least one.
        gone: For each segment, numbers of the entries to leave out.
    """
    gone = [*gone, *[frozenset[int]()] * (len(segments) - len(gone))]
    words = _words([one.arrays["word_mark"] for one in segments])
    kept = list(_kept(segments, gone, words))
    names = int(sum(one.names.sum() for one in kept))
    return Segment(
        {
            **_of_words(kept),
            **_keys(kept),
            **_postings(kept, int(max((one.max() + 1 for one in words if len(one)), default=0))),
            **_of_names(kept, names),
            **_of_entries(kept),
        }
    )


def _words(marks: Sequence[npt.NDArray[np.uint64]]) -> list[Numbers]:
    """Return the new numbers of each segment's words, in the order in which they are met."""
    _, first, back = np.unique(np.concatenate(marks), return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    ends = np.cumsum([len(one) for one in marks])
    return np.split(rank[back], ends[:-1])


def _kept(
    segments: Sequence[Segment], gone: Sequence[frozenset[int]], words: Sequence[Numbers]
) -> "list[_Kept]":
    found, entries_before, names_before, known = [], 0, 0, 0
    for one, left, word in zip(segments, gone, words, strict=True):
        entries = np.ones(one.entry_count, bool)
        entries[sorted(left)] = False
        names = entries[one.owner]
        own = word >= known
        known = max(known, int(word.max(initial=-1)) + 1)
        found.append(
            _Kept(
                one.arrays, entries, names,
                entries_before + np.cumsum(entries) - 1, names_before + np.cumsum(names) - 1,
                word, own,
            )
        )  # fmt: skip
        entries_before += int(entries.sum())
        names_before += int(names.sum())
    return found


def _of_words(kept: Sequence[_Kept]) -> Arrays:
    found = {
        name: np.concatenate([one.arrays[name][one.own_words] for one in kept])
        for name in kept[0].arrays
        if name.startswith("word_") and name not in {"word_start", "word_text"}
    }
    return found | _texts("word", kept, [one.own_words for one in kept])


def _keys(kept: Sequence[_Kept]) -> Arrays:
    hashes, words, kinds = [], [], []
    for one in kept:
        held = one.arrays["key_word"]
        own = one.own_words[held]
        hashes.append(one.arrays["key_hash"][own])
        words.append(one.word_number[held[own]].astype(np.int32))
        kinds.append(one.arrays["key_kind"][own])
    key, word, kind = np.concatenate(hashes), np.concatenate(words), np.concatenate(kinds)
    order = np.lexsort((word, key))
    return {"key_hash": key[order], "key_word": word[order], "key_kind": kind[order]}


def _postings(kept: Sequence[_Kept], words: int) -> Arrays:
    rows, names, weights = [], [], []
    for one in kept:
        start, held = one.arrays["post_start"], one.arrays["post_name"]
        stays = one.names[held]
        rows.append(np.repeat(one.word_number, np.diff(start))[stays])
        names.append(one.name_number[held[stays]].astype(np.int32))
        weights.append(one.arrays["post_weight"][stays])
    row, name, weight = np.concatenate(rows), np.concatenate(names), np.concatenate(weights)
    order = np.lexsort((name, row))
    return {
        "post_start": np.searchsorted(row[order], np.arange(words + 1)).astype(np.int32),
        "post_name": name[order],
        "post_weight": weight[order],
    }


def _of_names(kept: Sequence[_Kept], count: int) -> Arrays:
    found = {
        name: np.concatenate([one.arrays[name][one.names] for one in kept])
        for name in kept[0].arrays
        if name.startswith("name_") and name != "name_words"
    }
    words = []
    for one in kept:
        held = one.arrays["name_words"][one.names]
        words.append(np.where(held >= 0, one.word_number[held], -1).astype(np.int32))
    owners = [one.entry_number[one.arrays["owner"][one.names]].astype(np.int32) for one in kept]
    return {**found, "name_words": np.concatenate(words), "owner": np.concatenate(owners)[:count]}


def _of_entries(kept: Sequence[_Kept]) -> Arrays:
    found = {
        name: np.concatenate([one.arrays[name][one.entries] for one in kept])
        for name in kept[0].arrays
        if name.startswith("fact_")
    }
    hashes, holders = [], []
    for one in kept:
        held = one.arrays["document_entry"]
        stays = one.entries[held]
        hashes.append(one.arrays["document_hash"][stays])
        holders.append(one.entry_number[held[stays]].astype(np.int32))
    key, holder = np.concatenate(hashes), np.concatenate(holders)
    order = np.lexsort((holder, key))
    found |= {"document_hash": key[order], "document_entry": holder[order]}
    return found | _texts("entry", kept, [one.entries for one in kept])


def _texts(name: str, kept: Sequence[_Kept], stays: Sequence[Flags]) -> Arrays:
    """Return the texts that stay, run by run."""
    lengths, runs = [], []
    for one, stay in zip(kept, stays, strict=True):
        start, text = one.arrays[f"{name}_start"], one.arrays[f"{name}_text"]
        lengths.append(np.diff(start)[stay])
        edges = np.flatnonzero(np.diff(np.concatenate([[False], stay, [False]]).astype(np.int8)))
        runs += [text[start[a] : start[b]] for a, b in edges.reshape(-1, 2).tolist()]
    begin = np.concatenate([[0], np.cumsum(np.concatenate(lengths))]).astype(np.int64)
    whole = np.concatenate(runs) if runs else np.zeros(0, np.uint8)
    return {f"{name}_start": begin, f"{name}_text": whole}
