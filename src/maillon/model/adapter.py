"""What a source adapter offers, and what it yields."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import IO, Any

from maillon.model.errors import SourceError
from maillon.model.statement import Purged, Statement

Yielded = Statement | Purged | SourceError


class Mode(StrEnum):
    """How a delivery stands to the one before it."""

    SNAPSHOT = "snapshot"
    """The whole of the dataset: it takes the place of the delivery before it."""
    MESSAGES = "messages"
    """New records: it adds to the deliveries before it."""


@dataclass(frozen=True, slots=True)
class Adapter:
    """One format.

    Attributes:
        name: As in ``maillon formats``, e.g. ``un-sc-xml``.
        spec: The specification read, with its edition.
        read: ``read(raw, dataset, **options)``: the delivered bytes to statements, in file order.
        locate: ``locate(raw, locator)``: the delivered text at one locator of that file, for
            evidence and tests.
        mode: Whether a delivery replaces or adds.
        options: Names of the keyword options that ``read`` and ``locate`` take, each with its help
            text.
    """

    name: str
    spec: str
    read: Callable[..., Iterator[Yielded]]
    locate: Callable[..., str]
    mode: Mode = Mode.SNAPSHOT
    options: dict[str, str] = field(default_factory=dict)

    def open(self, raw: IO[bytes], dataset: str, **options: Any) -> Iterator[Yielded]:  # noqa: ANN401 - each adapter types its own
        """Read ``raw``; an option that the adapter does not take is a `TypeError`."""
        return self.read(raw, dataset, **options)
