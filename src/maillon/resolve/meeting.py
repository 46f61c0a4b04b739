"""Candidates from the kept keys: those that what is new can have changed, and no others.

The same blocks as `blocking.build_pairs` makes, from the sorted keys of each pass.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from maillon.resolve.blocking import RULES, Blocking, passes
from maillon.resolve.constraints import Flags, Ints

_MOST_PAIRS: Final = 10_000_000
"""Pairs that are held at once before they are made distinct."""


class Keys:
    """The keys of all passes, in a folder.

    Args:
        folder: Where `Keys.put` has put them.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[tuple[str, int], tuple[Any, Any]] = {}

    def of(self, kind: str, number: int) -> tuple[Any, Any]:
        """Return keys, ascending, and the records that have them, mapped; each two once.

        Args:
            kind: Kind of record.
            number: Of the pass, see `blocking.passes`.
        """
        if (kind, number) not in self._held:
            files = [self._folder / f"{name}-{kind}-{number}.npy" for name in ("key", "keyed")]
            if not files[0].is_file():
                return np.zeros(0, np.uint64), np.zeros(0, np.int32)
            held = [np.load(file, mmap_mode="r") for file in files]
            self._held[kind, number] = (held[0], held[1])
        return self._held[kind, number]

    def put(self, kind: str, number: int, keys: Any, records: Any) -> None:  # noqa: ANN401 - arrays
        """Write the keys of one pass, sorted, and the records that have them."""
        np.save(self._folder / f"key-{kind}-{number}.npy", np.asarray(keys, np.uint64))
        np.save(self._folder / f"keyed-{kind}-{number}.npy", np.asarray(records, np.int32))


class Around(NamedTuple):
    """Whose pairs are looked at.

    Attributes:
        core: Records all of whose pairs are, by number.
        rim: These, and records whose pairs among each other are.
        bare: Records in a script without vowels.
    """

    core: Flags
    rim: Flags
    bare: Flags


def candidates(keys: Keys, kind: str, around: Around) -> Ints:
    """Return the candidates among the pairs that are looked at.

    Returns:
        ``left * size + right`` of each, the smaller number first, ascending; ``size`` is that of
        the flags.
    """
    found = [np.zeros(0, np.int64)]
    for number, rules in enumerate(passes(kind)):
        rule = RULES[kind][rules[0]]
        all_keys, records = keys.of(kind, number)
        wanted = np.unique(all_keys[np.flatnonzero(around.rim[records])])
        start, size = _blocks(all_keys, wanted)
        small = (size > 1) & (size <= rule.most)
        pairs = _pairs(records, start[small], size[small], around, is_bare=rule.is_bare)
        found.extend(map(np.unique, pairs))
        found = [np.unique(np.concatenate(found))]
    return found[0]


def _blocks(keys: Any, wanted: Any) -> tuple[Ints, Ints]:  # noqa: ANN401 - arrays of keys
    """Return the first row of each wanted key, and how many there are."""
    start = np.searchsorted(keys, wanted, "left")
    return start, np.searchsorted(keys, wanted, "right") - start


def _pairs(
    records: Any,  # noqa: ANN401 - an array of numbers
    start: Ints,
    size: Ints,
    around: Around,
    *,
    is_bare: bool,
) -> Iterator[Ints]:
    """Return the pairs of blocks that are looked at, so many at once; some more than once."""
    rows = _rows(start, size)
    members = np.asarray(records[rows], np.int64)
    first = np.repeat(np.cumsum(size) - size, size)  # of each member's block, among the members
    others = np.repeat(size, size)
    ours = np.flatnonzero(around.rim[members])
    total = np.cumsum(others[ours])
    cuts = np.searchsorted(total, np.arange(_MOST_PAIRS, total[-1] if len(total) else 0,
                                            _MOST_PAIRS))  # fmt: skip
    for some in np.split(ours, cuts):
        one = np.repeat(members[some], others[some])
        two = members[_rows(first[some], others[some])]
        core, rim = around.core, around.rim
        wanted = (one != two) & (core[one] | core[two] | (rim[one] & rim[two]))
        if is_bare:
            wanted &= around.bare[one] | around.bare[two]
        one, two = one[wanted], two[wanted]
        yield np.minimum(one, two) * len(core) + np.maximum(one, two)


def _rows(start: Ints, size: Ints) -> Ints:
    """Return ``start[i], start[i] + 1, …``, ``size[i]`` of them, for each i."""
    shift = np.repeat(start - (np.cumsum(size) - size), size)
    return np.asarray(shift + np.arange(len(shift)), np.int64)


def turned(kind: str, older: tuple[Keys, Flags], newer: tuple[Keys, Flags]) -> tuple[Ints, Ints]:
    """Return the members of blocks that became too large, or no longer are.

    Args:
        kind: Kind of record.
        older: Keys before, and the records whose keys are gone, by their number then.
        newer: Keys now, and the records whose keys have come, by their number now.

    Returns:
        Their numbers then, and their numbers now.
    """
    found: tuple[list[Any], list[Any]] = ([], [])
    for number, rules in enumerate(passes(kind)):
        most = RULES[kind][rules[0]].most
        held = [keys.of(kind, number) for keys, _ in (older, newer)]
        changed = [
            keys[np.flatnonzero(flags[records])]
            for (keys, records), (_, flags) in zip(held, (older, newer), strict=True)
        ]
        wanted = np.unique(np.concatenate(changed))
        spans = [_blocks(keys, wanted) for keys, _ in held]
        over = (spans[0][1] > most) != (spans[1][1] > most)
        for side, (_, records), (start, size) in zip(found, held, spans, strict=True):
            side.append(np.asarray(records[_rows(start[over], size[over])], np.int64))
    then, now = (np.unique(np.concatenate(side)) for side in found)
    return then, now


def report(keys: Keys, kind: str, records: int, pairs: int, bare: Flags) -> Blocking:
    """Return how the records of a kind were brought together.

    Args:
        keys: Of all records.
        kind: Kind of record.
        records: How many were compared.
        pairs: How many candidates there are.
        bare: Records in a script without vowels.
    """
    largest, left_out = 0, {}
    for number, rules in enumerate(passes(kind)):
        rule = RULES[kind][rules[0]]
        all_keys, held = keys.of(kind, number)
        start = np.flatnonzero(np.concatenate([[True], all_keys[1:] != all_keys[:-1]]))
        size = np.diff(np.append(start, len(all_keys)))
        if not len(all_keys):
            continue
        if rule.is_bare:
            size = size[np.logical_or.reduceat(bare[held], start)]
        small, out = size[(size > 1) & (size <= rule.most)], size[size > rule.most]
        largest = max(largest, int(small.max(initial=0)))
        if len(out):
            left_out[rule.name] = (len(out), int(out.max()))
    return Blocking(records, pairs, round(2 * pairs / max(records, 1), 3), largest, left_out)
