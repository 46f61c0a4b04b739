"""Writes a country: its agencies' deliveries, and beside them, never among them, the truth."""

import gc
import json
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

import numpy as np

from maillon.training import truth
from maillon.training.agencies import api, fiu
from maillon.training.agencies.companies import Companies
from maillon.training.agencies.customs import Customs
from maillon.training.agencies.police import Police
from maillon.training.agencies.prison import Prison
from maillon.training.agencies.terror_list import TerrorList
from maillon.training.delivery import Book
from maillon.training.variant import USUAL, Variant
from maillon.training.world import World, make_world

STEPS: Final = 9
SMALLEST: Final = 1000
"""Persons whom the anchors and chains of the smallest country need."""
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Country:
    """What was written.

    Attributes:
        folder: Holds ``deliveries/`` and ``truth/``.
        persons, records, planted, decoys, files: Counts; ``records`` are entities of persons as
            loaded.
    """

    folder: Path
    persons: int
    records: int
    planted: int
    decoys: int
    files: int

    @property
    def deliveries(self) -> Path:
        """The folder of the agencies' files, with ``manifest.json``."""
        return self.folder / "deliveries"

    @property
    def truth(self) -> Path:
        """The folder that `score`, `oracle` and `self_checks` read."""
        return self.folder / "truth"


def write(
    out: Path,
    persons: int,
    seed: int,
    *,
    avoid: frozenset[str] = frozenset(),
    progress: Progress | None = None,
    variant: Variant = USUAL,
) -> Country:
    """Write Ruritania into ``out``.

    Args:
        out: Folder, made if need be; files of the same names are overwritten.
        persons: Inhabitants, 1,000 or more; 2,000 takes a second or two.
        seed: The same persons, seed, ``avoid`` and variant give the same bytes.
        avoid: Full names that nobody may bear, each as `people.normalised` returns it.
        progress: Called with the step, its number from 1, and how many steps there are.
        variant: How it differs from the usual country.

    Returns:
        Where everything is, and counts.

    Raises:
        ValueError: Fewer than 1,000 persons, or more chains than the anchors can end.
    """
    if persons < SMALLEST:
        message = f"{persons} persons are too few: {SMALLEST} is the smallest country"
        raise ValueError(message)
    was_collecting = gc.isenabled()
    gc.disable()  # millions of small values live to the end; looking for cycles costs much
    try:
        return _written(out, persons, seed, avoid, progress, variant)
    finally:
        if was_collecting:
            gc.enable()


def _written(
    out: Path,
    persons: int,
    seed: int,
    avoid: frozenset[str],
    progress: Progress | None,
    variant: Variant,
) -> Country:
    rng = np.random.Generator(np.random.PCG64(seed))
    steps = iter(range(1, STEPS + 1))

    def step(name: str) -> None:
        if progress is not None:
            progress(name, next(steps), STEPS)

    step("people")
    world = make_world(persons, rng, avoid, variant)
    book = Book(watched=_watched(world))
    folder = out / "deliveries"
    folder.mkdir(parents=True, exist_ok=True)
    for name, writer in _writers(rng, world, book):
        step(name)
        writer(folder)
    _finish(folder, book)
    step("truth")
    truth.write(out / "truth", world, book, seed)
    planted = sum(chain.kind == "planted" for chain in world.chains)
    return Country(
        out, persons, len(book.persons), planted, len(world.chains) - planted, len(book.manifest)
    )


def _writers(
    rng: np.random.Generator, world: World, book: Book
) -> list[tuple[str, Callable[[Path], None]]]:
    """Return the agencies in the order in which their deliveries arrive."""
    streams = rng.spawn(7)
    return [
        ("rt_terror_list", TerrorList(streams[0], world, book).write),
        ("rt_police", Police(streams[1], world, book).write),
        ("rt_prison", Prison(streams[2], world, book).write),
        ("rt_companies", Companies(streams[3], world, book).write),
        ("rt_customs", Customs(streams[4], world, book).write),
        ("rt_api", lambda folder: api.write(streams[5], world, book, folder)),
        ("rt_fiu", lambda folder: fiu.write(streams[6], world, book, folder)),
    ]


def _watched(world: World) -> frozenset[int]:
    shared = [g for c in ("phone", "address") for g in world.groups.get(c, []) if g.mark]
    return frozenset(p for g in shared for p in g.members)


def _finish(folder: Path, book: Book) -> None:
    """Write the mappings that the manifest names, and the manifest."""
    (folder / "mappings").mkdir(exist_ok=True)
    source = resources.files("maillon.training").joinpath("mappings")
    for entry in book.manifest:
        if entry["mapping"]:
            name = str(entry["mapping"])
            (folder / "mappings" / name).write_bytes(source.joinpath(name).read_bytes())
    text = json.dumps(book.manifest, ensure_ascii=False, indent=1)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")
