"""One country through the whole pipeline: generated, loaded, resolved, opened for tracing.

Each stage is kept in a folder whose name says what it was made of (persons, seed, variant, code
of the generator); resolution keeps its own state in the workspace, by the version of its models.
An interrupted bench begins again where it stopped.
"""

import csv
import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

from bench_load import load_country
from resolving.loading import bring_up

from maillon.model import Act
from maillon.resolve import Models
from maillon.store import Workbench
from maillon.training import USUAL, Variant, write
from maillon.workspace import Workspace
from maillon.workspace.workspace import members

MEASURING: Final = frozenset({"checks.py", "likelihood.py", "scoring.py"})
"""Modules of `maillon.training` that read a country and do not write it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Which country, and where it is kept."""

    keep: Path
    persons: int
    seed: int
    variant: Variant = USUAL

    @property
    def folder(self) -> Path:
        """The folder of everything that is made of this country."""
        code = code_of("maillon.training", MEASURING)
        said = json.dumps([asdict(self.variant), code], sort_keys=True)
        short = hashlib.sha256(said.encode()).hexdigest()[:10]
        return self.keep / f"country-{self.persons}-{self.seed}-{short}"

    @property
    def truth(self) -> Path:
        """The folder of its truth."""
        return self.folder / "country" / "truth"


@dataclass(frozen=True, slots=True)
class Opened:
    """A resolved country: its workbench, and who is behind each canonical id."""

    bench: Workbench
    persons: dict[str, frozenset[str]]
    version: str


@cache
def code_of(package: str, without: frozenset[str] = frozenset()) -> str:
    """Return the first digits of the SHA-256 of a package, files of some names left out."""
    digest = hashlib.sha256()
    root = Path(str(resources.files(package)))
    for path in sorted(root.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts and path.name not in without:
            digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def made(place: Place) -> Path:
    """Return the folder of a country that is written and loaded, made if it is not there."""
    folder = place.folder
    if not (folder / "loaded").is_file():
        shutil.rmtree(folder, ignore_errors=True)
        write(folder / "country", place.persons, place.seed, variant=place.variant)
        load_country(folder / "country", folder / "workspace")
        (folder / "loaded").touch()
    return folder


@contextmanager
def opened(place: Place) -> Iterator[Opened]:
    """Lend a country, resolved by the product; the truth only says afterwards who is who."""
    folder = made(place)
    bring_up(folder / "workspace")
    with Workspace.open(folder / "workspace") as w:
        view = w.view(Act.TRACE)
        held = members(w.resolve(view).canonical)
        known = persons_by_entity(place.truth)
        behind = {
            name: frozenset(known[one] for one in entities if one in known)
            for name, entities in held.items()
        }
        alone = {entity: frozenset([person]) for entity, person in known.items()}
        with w.resolved(view) as bench:
            yield Opened(bench, alone | behind, Models.of(w.settings.folder / "models").version)


def persons_by_entity(truth: Path) -> dict[str, str]:
    """Return the person of each entity that was delivered."""
    with (truth / "persons.csv").open(encoding="utf-8", newline="") as raw:
        return {row["entity_id"]: row["person"] for row in csv.DictReader(raw)}


def known(truth: Path) -> dict[str, Any]:
    """Return ``truth.json``."""
    return dict(json.loads((truth / "truth.json").read_text("utf-8")))


def kept(place: Place, name: str, version: str) -> Path:
    """Return where a result is kept that depends on ranking code, resolution and ``version``."""
    said = f"{code_of('maillon.nexus')}-{version}"
    short = hashlib.sha256(said.encode()).hexdigest()[:10]
    return place.folder / f"{name}-{short}.json"
