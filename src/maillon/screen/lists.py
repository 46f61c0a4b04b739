"""The index of what a view screens against, kept in a folder and brought up to date.

A generation is a folder: ``index.json`` and one folder a segment. Bringing it up to date compares
fingerprints that the database makes of each entity's statements; only entities that changed are
read, into a new segment, and their older selves are marked as gone.
"""

import json
import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Final

from maillon.screen.index import Segment, open_segment
from maillon.screen.listed import fingerprints, list_entries
from maillon.screen.merge import merge
from maillon.screen.normalise import VERSION
from maillon.screen.pool import build_large
from maillon.store import Workbench

LAYOUT: Final = 3
MOST_SEGMENTS: Final = 8
"""Segments of one generation; with more they are put together into one."""

MOST_GONE: Final = 0.25
"""Share of entries that may be marked as gone before they are left out."""


@dataclass(frozen=True, slots=True)
class ListIndex:
    """A list side on disk.

    Attributes:
        segments: Oldest first.
        gone: For each segment, numbers of entries that changed or left since.
        entries: How many entries stand.
    """

    segments: tuple[Segment, ...]
    gone: tuple[frozenset[int], ...]
    entries: int


def index_name(labels: Iterable[object]) -> str:
    """Return the name of an index in the store: it tells what its reader may read."""
    import hashlib  # noqa: PLC0415 - one line

    text = "\x1f".join(sorted(map(str, labels)))
    return f"screen-{LAYOUT}-{VERSION}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def open_index(folder: Path, datasets: frozenset[str] = frozenset()) -> ListIndex:
    """Map an index.

    Args:
        folder: A generation.
        datasets: Lists to look at; none stands for all.
    """
    said = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    segments, gone, entries = [], [], 0
    for held in said["segments"]:
        segment = open_segment(folder / held["folder"])
        hidden = set(held["gone"])
        if datasets:
            hidden |= {n for n, name in enumerate(held["datasets"]) if name not in datasets}
        segments.append(segment)
        gone.append(frozenset(hidden))
        entries += segment.entry_count - len(hidden)
    return ListIndex(tuple(segments), tuple(gone), entries)


def write_index(
    bench: Workbench,
    folder: Path,
    older: Path | None,
    *,
    processes: int = 1,
    datasets: Iterable[str] = (),
    every: bool = False,
) -> None:
    """Write a generation of the index into an empty folder.

    Args:
        bench: The view's workbench.
        folder: Where to.
        older: An earlier generation for the same view, to build on.
        processes: How many share the work on a long list.
        datasets: Names of lists; none stands for every dataset with topics.
        every: Whether what has no topic is screened against too, of the datasets named.
    """
    now = fingerprints(bench, datasets, every=every)
    kept = _older(older, now)
    known = {
        id_: mark
        for one in kept
        for n, (id_, mark) in enumerate(zip(one["ids"], one["marks"], strict=True))
        if n not in set(one["gone"])
    }  # fmt: skip
    changed = [id_ for id_, mark in now.items() if known.get(id_) != mark]
    for one in kept:
        assert older is not None
        _link(older / one["folder"], folder / one["folder"])
    if changed or not kept:
        entries = list_entries(
            bench, datasets, None if len(changed) == len(now) else changed, every=every
        )
        name = f"segment-{len(kept)}-{len(now)}-{len(changed)}"
        build_large(entries, processes=processes).save(folder / name)
        ids = [one.id for one in entries]
        kept.append(
            {
                "folder": name, "gone": [], "ids": ids, "marks": [now[id_] for id_ in ids],
                "datasets": [one.dataset for one in entries],
            }
        )  # fmt: skip
    total, gone = (sum(len(one[column]) for one in kept) for column in ("ids", "gone"))
    if len(kept) > MOST_SEGMENTS or gone > MOST_GONE * total:
        kept = [_together(kept, folder)]
    text = json.dumps({"layout": LAYOUT, "normaliser": VERSION, "segments": kept})
    (folder / "index.json").write_text(text, encoding="utf-8")


def _older(older: Path | None, now: dict[str, str]) -> list[dict[str, Any]]:
    """Return the segments worth keeping, what has changed in them marked as gone."""
    if older is None:
        return []
    said = json.loads((older / "index.json").read_text(encoding="utf-8"))
    if said["layout"] != LAYOUT or said["normaliser"] != VERSION:
        return []
    kept: list[dict[str, Any]] = said["segments"]
    for one in kept:
        before = set(one["gone"])
        one["gone"] = [
            n for n, (id_, mark) in enumerate(zip(one["ids"], one["marks"], strict=True))
            if n in before or now.get(id_) != mark
        ]  # fmt: skip
    return kept


def _together(kept: Sequence[dict[str, Any]], folder: Path) -> dict[str, Any]:
    """Put segments together into one, in their place, without what is gone."""
    gone = [frozenset(one["gone"]) for one in kept]
    name = next(name for n in count() if not (folder / (name := f"whole-{n}")).exists())
    merge([open_segment(folder / one["folder"]) for one in kept], gone).save(folder / name)
    found: dict[str, Any] = {"folder": name, "gone": [], "ids": [], "marks": [], "datasets": []}
    for one, left in zip(kept, gone, strict=True):
        shutil.rmtree(folder / one["folder"])
        for column in ("ids", "marks", "datasets"):
            found[column] += [value for n, value in enumerate(one[column]) if n not in left]
    return found


def _link(source: Path, target: Path) -> None:
    target.mkdir()
    for file in source.iterdir():
        os.link(file, target / file.name)
