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
from maillon.screen.slots import Slots, lengths, slots
from maillon.store import collector_off

FORMAT: Final = 3

KNOWN_ENTRIES: Final = 6_000
"""Entries that are kept after they were read from a segment."""
KNOWN_WORDS: Final = 100_000
"""Texts of words that are kept."""

Numbers = npt.NDArray[np.int64]


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
        self.word_count = len(arrays["post_start"]) - 1
        self.entry_count = len(arrays["entry_start"]) - 1
        self._first = np.searchsorted(self.owner, np.arange(self.entry_count + 1))
        self.name_count = len(self.owner)
        self._entries = lru_cache(maxsize=KNOWN_ENTRIES)(self._read)
        self._memory = Memory()
        self._texts: dict[int, str] = {}

    def names_of(self, words: Numbers) -> csr_matrix:
        """Return which names hold each of some words, one row a word: the product copies it."""
        start = self._arrays["post_start"]
        begin, end = start[words], start[words + 1]
        runs = [slice(*edges) for edges in zip(begin.tolist(), end.tolist(), strict=True)]
        weight, name = (
            np.concatenate([self._arrays[column][run] for run in runs])
            for column in ("post_weight", "post_name")
        )
        indptr = np.concatenate([[0], np.cumsum(end - begin)]).astype(np.int32)
        return csr_matrix((weight, name, indptr), (len(words), self.name_count))

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

    @property
    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """The arrays that it is made of."""
        return self._arrays

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


def open_segment(folder: Path) -> Segment:
    """Map a segment that `Segment.save` wrote."""
    said = json.loads((folder / "segment.json").read_text(encoding="utf-8"))
    arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in said["arrays"]}
    return Segment({name: np.asarray(array) for name, array in arrays.items()}, folder)


def pack_segment(segment: Segment) -> bytes:
    """Return a segment as bytes, to be sent to another process."""
    raw = io.BytesIO()
    np.savez(raw, **segment.arrays)  # type: ignore[arg-type]  # names are plain
    return raw.getvalue()


def unpack_segment(packed: bytes) -> Segment:
    """Return the segment that `pack_segment` packed."""
    with np.load(io.BytesIO(packed), allow_pickle=False) as held:
        return Segment({name: held[name] for name in held.files})


def build(entries: Iterable[Entry]) -> Segment:
    """Index entries.

    Args:
        entries: In a fixed order; those without a name are left out of the names, not of the count.
    """
    with collector_off():  # what is made on the way holds no cycles
        return _built(entries)


def _built(entries: Iterable[Entry]) -> Segment:
    held = list(entries)
    names = [name for one in held for name in one.names]
    documents = [_document_keys(one) for one in held]
    holders = np.repeat(np.arange(len(held)), [len(keys) for keys in documents])
    return Segment(
        {
            **_named(names),
            "owner": np.repeat(
                np.arange(len(held), dtype=np.int32), [len(one.names) for one in held]
            ),
            **Facts.of(held).arrays(),
            **_strings("entry", [_blob(one) for one in held]),
            **_documents([key for keys in documents for key in keys], holders),
        }
    )


def _named(names: Sequence[Name]) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays of names and of their words."""
    origins, held = slots(names)
    parts = [Part(origin) for origin in origins]
    weight = held.weight / lengths(held, len(names))[held.row]
    order = np.lexsort((held.row, held.asked))
    start = np.searchsorted(held.asked[order], np.arange(len(parts) + 1))
    return {
        "post_start": start.astype(np.int32),
        "post_name": held.row[order].astype(np.int32),
        "post_weight": weight[order],
        **_looked_at(held, len(names)),
        **Shape.of(names).arrays(),
        **KeyTable.build(parts).arrays(),
        **_strings("word", [part.text.encode() for part in parts]),
        "word_mark": key_hashes(["\x1f".join(map(str, (*one.word, *one[1:]))) for one in origins]),
        "word_span": np.asarray([part.span for part in parts], np.uint8),
        "word_abjad": np.asarray([part.script in ABJADS for part in parts], np.bool_),
        "word_cased": np.asarray([part.script in CASED for part in parts], np.bool_),
    }


def _looked_at(held: Slots, count: int) -> dict[str, npt.NDArray[Any]]:
    """Return each name's words, their weights and places, neighbours as one after the parts."""
    words = np.full((count, 2 * WIDTH), -1, np.int32)
    weights = np.zeros((count, 2 * WIDTH), np.float32)
    first = np.zeros((count, 2 * WIDTH), np.uint8)
    size = np.bincount(held.row[held.span == 1], minlength=count)
    begin = np.searchsorted(held.row, np.arange(count))
    place = np.arange(len(held.row)) - begin[held.row]
    over = np.maximum(size - WIDTH, 0)[held.row]  # parts that are not looked at
    column = np.where(held.span == 1, place, place - over)
    kept = np.where(held.span == 1, place < WIDTH, column < 2 * WIDTH)
    at = held.row[kept], column[kept]
    words[at], weights[at], first[at] = held.asked[kept], held.weight[kept], held.first[kept]
    return {"name_words": words, "name_weights": weights, "name_first": first}


def _document_keys(one: Entry) -> list[str]:
    return [
        "d:" + key
        for prop in DOCUMENT_PROPS
        if prop in one.facts
        for value in one.facts[prop]
        if (key := confusion_key(value))
    ]


def _blob(one: Entry) -> bytes:
    properties = {**one.given, **one.facts}
    said = [one.id, one.schema, one.dataset, properties, dict(one.statements), one.version]
    return _encoded(said).encode(errors="surrogatepass")


_encoded: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _strings(name: str, blobs: Sequence[bytes]) -> dict[str, npt.NDArray[Any]]:
    starts = np.zeros(len(blobs) + 1, np.int64)
    np.cumsum([len(blob) for blob in blobs], out=starts[1:])
    return {
        f"{name}_start": starts,
        f"{name}_text": np.frombuffer(b"".join(blobs), np.uint8),
    }


def _documents(
    documents: Sequence[str], holders: npt.NDArray[np.int64]
) -> dict[str, npt.NDArray[Any]]:
    hashes, entries = key_hashes(documents), holders.astype(np.int32)
    order = np.lexsort((entries, hashes))
    return {"document_hash": hashes[order], "document_entry": entries[order]}
