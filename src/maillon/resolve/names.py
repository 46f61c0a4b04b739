"""Names as numbers that can be compared by equality alone, made by the keys of screening.

Two names have a number in common when all their parts, or two of them, are one name by the same
rule: the same spelling, one sound, one syllable of another romanisation. No engine has to know
letters: DuckDB and Spark compare the same lists of integers. Names are read one by one, their
numbers are made for many at once.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import combinations
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from maillon.screen import Name
from maillon.screen import Part as NamePart

FAMILIES: Final = ("s", "z", "k", "n")
"""Kinds of keys that hold a whole word: sound, Chinese and Korean syllables, its own script."""
WIDTH: Final = 3
"""Numbers by which a part is compared in one family: the name of which it is a known form, which
stands for any family, then its own keys."""
MOST_PARTS: Final = 5
"""Parts of a name that are compared; the first ones."""
BARE_SCRIPTS: Final = frozenset(("arab", "hebr"))
"""Scripts without short vowels: compared with another by consonants."""
COMPOUNDING: Final = frozenset(
    ("abd", "abdul", "abdel", "abdal", "allah", "ullah", "din", "eddine")
)

NUMBERS: Final = pa.list_(pa.int64())
FORM: Final = pa.schema(
    [("value", pa.string()), ("organisation", pa.bool_()), ("text", pa.int64()),
     ("is_bare", pa.bool_()), ("weight", pa.float64()), ("size", pa.int32()),
     ("spelt", pa.string()), ("first", pa.string()), ("last", pa.string()),
     ("whole", NUMBERS), ("pairs", NUMBERS), ("bare", NUMBERS), ("parts", NUMBERS),
     ("bare_parts", NUMBERS), ("first_keys", NUMBERS), ("last_keys", NUMBERS)]
)  # fmt: skip
"""One delivered name as numbers.

``text``: the parts as they are spelt, in any order; ``whole``: as they sound, in any order, several
where a spelling has several sounds; ``pairs``: two of the parts as they sound; ``bare``: the
consonants of all parts and of each two, to compare with a script without vowels; ``parts``,
``bare_parts``, ``first_keys``, ``last_keys``: the sounds and consonants of each part, of the first,
of the last; ``weight``: how telling it is (natural logarithm); ``spelt``: lower-case ASCII.
"""

Numbers = npt.NDArray[np.int64]
Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
_MASK: Final = (1 << 63) - 1
"""Signed 64-bit numbers: every engine has them."""
_EMPTY: Final = np.zeros(0, np.int64)


class _Part(NamedTuple):
    """Numbers of a part: as it is spelt, by family, by consonants; zero for none."""

    text: int
    plain: tuple[int, ...]
    bare: tuple[int, ...]


class _Read(NamedTuple):
    """Names that were read: the parts of each, by their place in ``known``."""

    values: list[str]
    organisations: list[bool]
    names: list[Sequence[NamePart]]
    places: list[list[int]]
    joined: list[tuple[int, list[int]]]
    known: list[_Part]


def forms(rows: Iterable[tuple[str, bool]], unknown: frozenset[str] = frozenset()) -> pa.Table:
    """Return the forms of names, as `FORM`, one row a name that can be compared.

    Args:
        rows: Value, and whether it is an organisation's.
        unknown: Values, in capitals, that name nobody.
    """
    read = _read(rows, unknown)
    count = len(read.names)
    texts = np.asarray([one.text for one in read.known], np.int64)
    plain = np.asarray([one.plain for one in read.known], np.int64).reshape(
        len(read.known), len(FAMILIES), WIDTH
    )
    bones = np.asarray([one.bare for one in read.known], np.int64).reshape(-1, 1, 2)
    owners = list(range(count)) + [owner for owner, _ in read.joined]
    every = read.places + [places for _, places in read.joined]
    whole, pairs = _sounding(owners, every, plain)
    bare_whole, bare = _sounding(owners[:count], read.places, bones, least=2)
    flat = np.asarray([place for places in read.places for place in places], np.int64)
    owner = np.repeat(np.arange(count), [len(places) for places in read.places])
    sounds = plain.reshape(len(read.known), -1)
    held = {
        "whole": whole,
        "pairs": pairs,
        "bare": tuple(np.concatenate(two) for two in zip(bare_whole, bare, strict=True)),
        "parts": _spread(owner, sounds[flat]),
        "bare_parts": _spread(owner, bones[flat].reshape(len(flat), 2)),
        "first_keys": _spread(np.arange(count), sounds[_ends(read.places, 0)]),
        "last_keys": _spread(np.arange(count), sounds[_ends(read.places, -1)]),
    }
    text = np.zeros(count, np.int64)
    np.add.at(text, owner, texts[flat])
    single = _single(read, _mixed(text))
    lists = {name: _listed(count, *pair) for name, pair in held.items()}
    return pa.table({**single, **lists}, schema=FORM)


def _single(read: _Read, text: Numbers) -> dict[str, object]:
    names = read.names
    return {
        "value": read.values, "organisation": read.organisations, "text": text,
        "is_bare": [any(part.script in BARE_SCRIPTS for part in parts) for parts in names],
        "weight": [round(sum([part.weight for part in parts]), 3) for parts in names],
        "size": [len(parts) for parts in names],
        "spelt": [" ".join([part.text for part in parts]) for parts in names],
        "first": [parts[0].text for parts in names], "last": [parts[-1].text for parts in names],
    }  # fmt: skip


def _read(rows: Iterable[tuple[str, bool]], unknown: frozenset[str]) -> _Read:
    read = _Read([], [], [], [], [], [])
    seen: dict[object, int] = {}
    half: set[int] = set()
    for value, organisation in rows:
        if value.strip().upper() in unknown:
            continue
        name = Name(value, "name", organisation=organisation)
        parts = name.parts[:MOST_PARTS]
        if not parts:
            continue
        places = [_place(one, seen, read.known, half) for one in parts]
        if not half.isdisjoint(places):
            for joined in _run_together(name, parts, [place in half for place in places]):
                held = [_place(one, seen, read.known, half) for one in joined]
                read.joined.append((len(read.names), held))
        read.values.append(value)
        read.organisations.append(organisation)
        read.names.append(parts)
        read.places.append(places)
    return read


def _place(part: NamePart, seen: dict[object, int], known: list[_Part], half: set[int]) -> int:
    """Return the place of a part in ``known``; ``half`` gets those that may be half of one."""
    found = seen.get(part.origin)
    if found is None:
        found = seen[part.origin] = len(known)
        known.append(_numbers(part.script, part.native, part.text, part.held))
        if _may_be_half(part):
            half.add(found)
    return found


def _run_together(
    name: Name, parts: Sequence[NamePart], half: Sequence[bool]
) -> Iterator[Sequence[NamePart]]:
    """Yield a name with two neighbours as one word: Jong Un is Jongun."""
    for number, joined in name.neighbours.items():
        if number + 1 < len(parts) and any(half[number : number + 2]):
            yield (*parts[:number], joined, *parts[number + 2 :])


def _may_be_half(part: NamePart) -> bool:
    """Whether a part is a syllable of a Chinese or Korean name, or half of an Arabic compound."""
    return part.text in COMPOUNDING or any(key[0] in "zk" for key in part.held)


@lru_cache(maxsize=1 << 18)
def _numbers(script: str, native: str, text: str, held: tuple[str, ...]) -> _Part:
    known = [_number(key) for key in held if key[0] == "x"][:1]
    plain: list[int] = []
    for family in FAMILIES:
        own = [_number(key) for key in held if key[0] == family][: WIDTH - len(known)]
        plain += [*(known if own else []), *own] + [0] * (WIDTH - len(own) - len(known) * bool(own))
    if known and not any(plain):
        plain[0] = known[0]
    bones = [_number(key) for key in held if key[0] == "a"][:2]
    spelt = text if script in {"latn", "cyrl", "grek"} else native
    return _Part(_number("t:" + (spelt or text)), tuple(plain), (*bones, 0, 0)[:2])


def _number(key: str) -> int:
    raw = blake2b(key.encode(errors="surrogatepass"), digest_size=8).digest()
    return (int.from_bytes(raw, "little") & _MASK) >> 3


def _mixed(value: Numbers) -> Numbers:
    """Return numbers of sums: a sum does not depend on the order of what is added."""
    found = value.astype(np.uint64)
    found = (found ^ (found >> np.uint64(31))) * np.uint64(0x9E3779B97F4A7C15)
    found = (found ^ (found >> np.uint64(29))) & np.uint64(_MASK)
    return found.astype(np.int64)


def _sounding(
    owners: Sequence[int], every: Sequence[Sequence[int]], table: Numbers, least: int = 1
) -> tuple[tuple[Places, Numbers], tuple[Places, Numbers]]:
    """Return the numbers of whole names and of each two parts, each with its owner.

    Args:
        owners: Number of the name that each list of parts belongs to.
        every: Places of parts in ``table``.
        table: Numbers by part, family and option; zero for none.
        least: Parts of a whole name.
    """
    whole: list[tuple[Places, Numbers]] = [(_EMPTY, _EMPTY)]
    pairs: list[tuple[Places, Numbers]] = [(_EMPTY, _EMPTY)]
    sizes = np.asarray([len(places) for places in every], np.int64)
    of = np.asarray(owners, np.int64)
    for size in sorted(set(sizes.tolist())):
        chosen = np.flatnonzero(sizes == size)
        held = table[np.asarray([every[n] for n in chosen.tolist()], np.int64)]
        if size >= least:
            whole += _sums(of[chosen], held)
        for two in combinations(range(size), 2):
            pairs += _sums(of[chosen], held[:, list(two)])
    return tuple(  # type: ignore[return-value]  # two of two
        tuple(np.concatenate(column) for column in zip(*found, strict=True))
        for found in (whole, pairs)
    )


def _sums(owner: Places, held: Numbers) -> list[tuple[Places, Numbers]]:
    """Return the sums of one option of each part, by family; ``held``: name, part, family, option.

    Two options of each part of a short name are tried against each other, of a long one only one
    part at a time is another than the first.
    """
    found = []
    _, size, _, width = held.shape
    for choice in _choices(size, width):
        chosen = held[:, np.arange(size), :, list(choice)]  # part, name, family
        chosen = np.moveaxis(chosen, 0, 1)
        told = (chosen != 0).all(axis=1)
        rows, families = np.nonzero(told)
        found.append((owner[rows], _mixed(chosen.sum(axis=1)[rows, families])))
    return found


@lru_cache
def _choices(size: int, width: int) -> tuple[tuple[int, ...], ...]:
    first = (0,) * size
    found = dict.fromkeys([first])
    for part in range(size):
        for option in range(1, width):
            found[(*first[:part], option, *first[part + 1 :])] = None
    if size == 2:  # noqa: PLR2004 - two parts: the commonest names, and each pair
        found[1, 1] = None
    return tuple(found)


def _spread(owner: Places, table: Numbers) -> tuple[Places, Numbers]:
    rows, columns = np.nonzero(table)
    return owner[rows], table[rows, columns]


def _ends(places: Sequence[Sequence[int]], which: int) -> Places:
    return np.asarray([held[which] for held in places], np.int64)


def _listed(count: int, owner: Places, numbers: Numbers) -> pa.ListArray:
    """Return the numbers of each owner as a list, each once, in their order."""
    order = np.lexsort((numbers, owner))
    owner, numbers = owner[order], numbers[order]
    first = np.ones(len(owner), np.bool_)
    first[1:] = (owner[1:] != owner[:-1]) | (numbers[1:] != numbers[:-1])
    owner, numbers = owner[first], numbers[first]
    ends = np.searchsorted(owner, np.arange(count + 1))
    return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), pa.array(numbers, pa.int64()))
