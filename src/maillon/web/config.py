"""What ``maillon.toml`` says of the service, read once and passed down."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from maillon.model import Mandate, StoreError
from maillon.store import Settings
from maillon.store.settings import FILE

ALL: Final = "default"
"""The collection of all open datasets."""
_SERVICE: Final = frozenset({"title", "public_url", "hosts", "metrics", "waiting_queries"})
_OPEN: Final = frozenset({"mandate", "datasets", "titles", "collections", "joined"})


@dataclass(frozen=True, slots=True)
class OpenData:
    """What is answered at the root, to clients that name no mandate of their own.

    Attributes:
        mandate: Under which mandate of the service; None: nothing is open.
        datasets: Names of the datasets that are open.
        titles: Titles by dataset or collection.
        collections: Datasets by the name of a collection.
        joined: Whether records that `resolve` says are one are shown as one.
    """

    mandate: Mandate | None = None
    datasets: tuple[str, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    collections: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    joined: bool = False

    def scope(self, name: str) -> tuple[str, ...] | None:
        """Return the datasets of a dataset or collection; None when nothing bears the name."""
        if name == ALL:
            return self.datasets
        if name in self.datasets:
            return (name,)
        return self.collections.get(name)

    def title(self, name: str) -> str:
        """Return the title of a dataset or collection, or its name."""
        return self.titles.get(name, name)


@dataclass(frozen=True, slots=True)
class Config:
    """What the service is told.

    Attributes:
        open: What is answered to everybody.
        title: Of the service.
        public_url: Where clients find it, when that is not where it listens; empty otherwise.
        hosts: Names under which it answers; any when empty.
        metrics: Whether ``/metrics`` answers callers that are not on this machine.
        waiting_queries: Queries that may wait to be screened; beyond it the answer is 503.
        update_token: What ``POST /updatez`` asks for; empty: it is refused.
        keys: Folder of keys and erasure list, outside the workspace; None: it has none.
    """

    open: OpenData = OpenData()
    title: str = "Maillon"
    public_url: str = ""
    hosts: tuple[str, ...] = ()
    metrics: bool = False
    waiting_queries: int = 20_000
    update_token: str = field(default="", repr=False)
    keys: Path | None = field(default=None, repr=False)


def read_config(
    settings: Settings, update_token: str = "", keys: Path | None = None
) -> Config:  # fmt: skip
    """Read the tables ``[service]`` and ``[open_data]`` of ``maillon.toml``.

    Args:
        settings: Of the workspace.
        update_token: What ``POST /updatez`` shall ask for.
        keys: Folder of keys and erasure list, outside the workspace.

    Raises:
        StoreError: A table says something that is not understood; names file and key.
    """
    service = _table(settings, "service", _SERVICE)
    try:
        return Config(
            _open(settings),
            str(service.get("title", "Maillon")),
            str(service.get("public_url", "")).rstrip("/"),
            _names(service.get("hosts", ())),
            bool(service.get("metrics", False)),
            int(service.get("waiting_queries", 20_000)),
            update_token,
            keys,
        )
    except (TypeError, ValueError) as error:
        raise StoreError(f"{settings.folder / FILE}: [service] {error}") from error


def _open(settings: Settings) -> OpenData:
    said = _table(settings, "open_data", _OPEN)
    if not said:
        return OpenData()
    file = settings.folder / FILE
    try:
        mandate = Mandate(**said["mandate"])
        datasets = _names(said["datasets"])
        collections = {name: _names(held) for name, held in said.get("collections", {}).items()}
        titles = {str(name): str(text) for name, text in said.get("titles", {}).items()}
    except (AttributeError, KeyError, TypeError) as error:
        raise StoreError(f"{file}: [open_data] {error!r}; see docs/yente.md") from error
    for name, held in collections.items():
        if unknown := sorted(set(held) - set(datasets)):
            raise StoreError(
                f"{file}: [open_data.collections] {name}: {', '.join(unknown)} is not open: "
                "add it to datasets, or leave it out"
            )
        if name in datasets or name == ALL:
            raise StoreError(f"{file}: [open_data.collections] {name} is the name of a dataset")
    return OpenData(mandate, datasets, titles, collections, bool(said.get("joined", False)))


def _table(settings: Settings, name: str, known: frozenset[str]) -> dict[str, Any]:
    file, said = settings.folder / FILE, settings.raw.get(name, {})
    if not isinstance(said, dict):
        raise StoreError(f"{file}: [{name}] is no table")
    if unknown := sorted(set(said) - known):
        raise StoreError(f"{file}: [{name}] {', '.join(unknown)}: not known")
    return said


def _names(said: object) -> tuple[str, ...]:
    if not isinstance(said, list | tuple) or not all(isinstance(one, str) for one in said):
        raise TypeError("a list of names is needed")
    return tuple(said)
