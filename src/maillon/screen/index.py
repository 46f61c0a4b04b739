"""The list side, ready to be asked: words, their keys, and which names hold them.

Arrays on disk, memory-mapped: a segment is written once and never changed. What a delivery changes
is a new segment and a list of entries of the older ones that are gone.
"""

import io
import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from maillon.screen.columns import spread
from maillon.screen.compare import ABJADS, CASED
from maillon.screen.documents import confusion_key
from maillon.screen.entry import DOCUMENT_PROPS, Entry, Name, Origin, Part, entry
from maillon.screen.estimate import WIDTH, Shape
from maillon.screen.keytable import KeyTable, key_hashes
from maillon.screen.normalise import VERSION
from maillon.screen.possible import Facts
from maillon.screen.similar import Likes, Memory

FORMAT: Final = 3

KNOWN_ENTRIES: Final = 6_000
"""Entries that are kept after they were read from a segment."""
KNOWN_WORDS: Final = 100_000
"""Texts of words that are kept."""

Numbers = npt.NDArray[np.int64]


def join_weight(one: Part, two: Part) -> float:
    """Return what two parts weigh that are written as one."""
    return one.weight + two.weight


def norm(name: Name) -> float:
    """Return the length of a name as a vector of its parts' weights."""
    return float(np.sqrt(sum(part.weight**2 for part in name.parts))) or 1.0


class Segment:
    """Entries that were indexed together.

    Args:
        arrays: As `build` makes them or `open_segment` maps them.
        folder: Where they are mapped from; None when they are in memory.
    """

    def __init__(self, arrays: dict[str, npt.NDArray[Any]], folder: Path | None = None) -> None:
        self._arrays = arrays
        self.folder = folder
        self.keys = KeyTable(arrays["key_hash"], arrays["key_word"], arrays["key_kind"])
        self.name_words: npt.NDArray[np.int32] = arrays["name_words"]
        self.name_first: npt.NDArray[np.uint8] = arrays["name_first"]
        self.facts = Facts.kept(arrays)
        self.shape = Shape.kept(arrays)
        self.name_weights: npt.NDArray[np.float32] = arrays["name_weights"]
        self.abjad: npt.NDArray[np.bool_] = arrays["word_abjad"]
        self.cased: npt.NDArray[np.bool_] = arrays["word_cased"]
        self.span: npt.NDArray[np.uint8] = arrays["word_span"]
        self.owner: Numbers = arrays["owner"]
        names = len(self.owner)
        shape = (len(arrays["post_start"]) - 1, names)
        self.postings = csr_matrix((1, 1), dtype=np.float32)
        self.postings = _matrix(
            arrays["post_weight"], arrays["post_name"], arrays["post_start"], shape
        )
        self.entry_count = len(arrays["entry_start"]) - 1
        self._first = np.searchsorted(self.owner, np.arange(self.entry_count + 1))
        self.name_count = names
        self._entries = lru_cache(maxsize=KNOWN_ENTRIES)(self._read)
        self._memory = Memory()
        self._texts: dict[int, str] = {}

    def likes(self, words: Sequence[Origin]) -> Likes:
        """Return which words of the list each of these words may be."""
        return self._memory.ask(words, self)

    def entry(self, number: int) -> Entry:
        """Return an entry by its number."""
        return self._entries(number)

    def name(self, number: int) -> Name:
        """Return a name by its number; the names of an entry are numbered in its order."""
        owner = int(self.owner[number])
        return self.entry(owner).names[number - int(self._first[owner])]

    def word_text(self, word: int) -> str:
        """Return the text of a word by its number."""
        found = self._texts.get(word)
        if found is None:
            if len(self._texts) > KNOWN_WORDS:
                self._texts.clear()
            start, end = self._arrays["word_start"][word : word + 2].tolist()
            found = self._texts[word] = self._arrays["word_text"][start:end].tobytes().decode()
        return found

    def by_document(self, query: Entry) -> list[int]:
        """Return entries that hold one of the query's numbers, scanners' confusions allowed."""
        wanted = _document_keys(query)
        if not wanted:
            return []
        held, hashes = self._arrays["document_hash"], key_hashes(sorted(set(wanted)))
        start, end = np.searchsorted(held, hashes, "left"), np.searchsorted(held, hashes, "right")
        found = self._arrays["document_entry"][spread(start, end - start)[1]]
        return sorted(set(found.tolist()))

    def save(self, folder: Path) -> None:
        """Write the arrays, one file each."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, array in self._arrays.items():
            np.save(folder / f"{name}.npy", array, allow_pickle=False)
        said = {"format": FORMAT, "normaliser": VERSION, "arrays": sorted(self._arrays)}
        (folder / "segment.json").write_text(json.dumps(said), encoding="utf-8")

    def _said(self, number: int) -> list[Any]:
        start, end = self._arrays["entry_start"][number : number + 2]
        found: list[Any] = json.loads(bytes(self._arrays["entry_text"][start:end]))
        return found

    def _read(self, number: int) -> Entry:
        id_, schema, dataset, properties, statements, version = self._said(number)
        # its version is that of all it was made of, not only of what is kept here
        found = entry(id_, schema, dataset, properties, statements)
        found.version = version
        return found


def _matrix(
    data: npt.NDArray[Any], indices: npt.NDArray[Any], indptr: npt.NDArray[Any],
    shape: tuple[int, int],
) -> csr_matrix:  # fmt: skip
    """Make a sparse matrix of arrays that are already right: nothing is copied or checked."""
    found = csr_matrix(shape, dtype=np.float32)
    found.data, found.indices, found.indptr = data, indices, indptr
    found.has_sorted_indices = True
    return found


def open_segment(folder: Path) -> Segment:
    """Map a segment that `Segment.save` wrote."""
    said = json.loads((folder / "segment.json").read_text(encoding="utf-8"))
    arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="c") for name in said["arrays"]}
    # the product of sparse matrices takes plain, writable arrays only: pages stay shared, for
    # nobody writes to them
    return Segment({name: np.asarray(array) for name, array in arrays.items()}, folder)


def pack_segment(segment: Segment) -> bytes:
    """Return a segment as bytes, to be sent to another process."""
    raw = io.BytesIO()
    np.savez(raw, **segment._arrays)  # type: ignore[arg-type]  # noqa: SLF001 - of this module
    return raw.getvalue()


def unpack_segment(packed: bytes) -> Segment:
    """Return the segment that `pack_segment` packed."""
    with np.load(io.BytesIO(packed), allow_pickle=False) as held:
        return Segment({name: held[name] for name in held.files})


class _Words:
    """Numbers of words, as they are met."""

    def __init__(self) -> None:
        self.numbers: dict[Origin, int] = {}
        self.parts: list[Part] = []

    def number(self, part: Part) -> int:
        found = self.numbers.get(part.origin)
        if found is None:
            found = self.numbers[part.origin] = len(self.parts)
            self.parts.append(part)
        return found


class _Names:
    """The columns of the names and their postings, as names come."""

    def __init__(self) -> None:
        self.words = _Words()
        self.word_of: list[int] = []
        self.name_of: list[int] = []
        self.weight_of: list[float] = []
        self.owner: list[int] = []
        self.held: list[list[tuple[int, float, int]]] = []
        self.names: list[Name] = []

    def add(self, owner: int, name: Name) -> None:
        """Take one name of an entry."""
        length, here = norm(name), len(self.owner)
        numbers = [self.words.number(part) for part in name.parts]
        row = [
            (word, part.weight, first)
            for first, (word, part) in enumerate(zip(numbers, name.parts, strict=True))
        ]
        joined = [
            (
                self.words.number(both),
                join_weight(name.parts[first], name.parts[first + 1]),
                first,
            )
            for first, both in name.neighbours.items()
        ]
        for word, weight, _ in (*row, *joined):
            self.word_of.append(word)
            self.name_of.append(here)
            self.weight_of.append(weight / length)
        self.owner.append(owner)
        self.held.append([*row[:WIDTH], *joined])
        self.names.append(name)

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return the arrays to keep."""
        parts = self.words.parts
        return {
            **_postings(self.word_of, self.name_of, self.weight_of, len(parts)),
            **_names(self.held),
            **Shape.of(self.names).arrays(),
            "owner": np.asarray(self.owner, np.int32),
            **KeyTable.build(parts).arrays(),
            **_texts(parts),
            "word_span": np.asarray([part.span for part in parts], np.uint8),
            "word_abjad": np.asarray([part.script in ABJADS for part in parts], np.bool_),
            "word_cased": np.asarray([part.script in CASED for part in parts], np.bool_),
        }


def build(entries: Iterable[Entry]) -> Segment:
    """Index entries.

    Args:
        entries: In a fixed order; those without a name are left out of the names, not of the count.
    """
    names = _Names()
    facts = []
    blobs: list[bytes] = []
    documents: list[str] = []
    holders: list[int] = []
    for number, one in enumerate(entries):
        for name in one.names:
            names.add(number, name)
        facts.append(one)
        documents += (numbers := _document_keys(one))
        holders += [number] * len(numbers)
        blobs.append(_blob(one))
    return Segment(
        {
            **names.arrays(),
            **Facts.of(facts).arrays(),
            **_strings("entry", blobs),
            **_documents(documents, holders),
        }
    )


def _document_keys(one: Entry) -> list[str]:
    return [
        "d:" + key
        for prop in DOCUMENT_PROPS
        if prop in one.facts
        for value in one.facts[prop]
        if (key := confusion_key(value))
    ]


def _blob(one: Entry) -> bytes:
    properties: dict[str, list[str]] = {prop: list(values) for prop, values in one.facts.items()}
    for name in one.names:
        properties.setdefault(name.prop, []).append(name.text)
    said = [one.id, one.schema, one.dataset, properties, dict(one.statements), one.version]
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode(
        errors="surrogatepass"
    )


def _strings(name: str, blobs: Sequence[bytes]) -> dict[str, npt.NDArray[Any]]:
    starts = np.zeros(len(blobs) + 1, np.int64)
    np.cumsum([len(blob) for blob in blobs], out=starts[1:])
    return {
        f"{name}_start": starts,
        f"{name}_text": np.frombuffer(b"".join(blobs), np.uint8),
    }


def _texts(parts: Sequence[Part]) -> dict[str, npt.NDArray[Any]]:
    return _strings("word", [part.text.encode() for part in parts])


def _postings(
    word_of: list[int], name_of: list[int], weight_of: list[float], count: int
) -> dict[str, npt.NDArray[Any]]:
    words = np.asarray(word_of, np.int64)
    names = np.asarray(name_of, np.int64)
    order = np.lexsort((names, words))
    starts = np.searchsorted(words[order], np.arange(count + 1)).astype(np.int32)
    return {
        "post_start": starts,
        "post_name": names[order].astype(np.int32),
        "post_weight": np.asarray(weight_of, np.float32)[order],
    }


def _names(
    held: Sequence[Sequence[tuple[int, float, int]]],
) -> dict[str, npt.NDArray[Any]]:
    """Return each name's words, their weights and places, neighbours as one after the parts."""
    words = np.full((len(held), 2 * WIDTH), -1, np.int32)
    weights = np.zeros((len(held), 2 * WIDTH), np.float32)
    first = np.zeros((len(held), 2 * WIDTH), np.uint8)
    for row, name in enumerate(held):
        for column, (word, weight, place) in enumerate(name[: 2 * WIDTH]):
            words[row, column] = word
            weights[row, column] = weight
            first[row, column] = place
    return {"name_words": words, "name_weights": weights, "name_first": first}


def _documents(documents: list[str], holders: list[int]) -> dict[str, npt.NDArray[Any]]:
    hashes, entries = key_hashes(documents), np.asarray(holders, np.int32)
    order = np.lexsort((entries, hashes))
    return {"document_hash": hashes[order], "document_entry": entries[order]}
