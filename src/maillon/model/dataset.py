"""Datasets and deliveries: a named source, and one dated file of it."""

from dataclasses import dataclass
from typing import Final

from maillon.model.adapter import Mode

ID_DIGITS: Final = 12
"""Hex digits of the file's SHA-256 that a delivery id carries."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """A named source.

    Attributes:
        name: ``a-z0-9_``, e.g. ``un_sc``.
        adapter: Name of the adapter that reads it.
        mode: Whether a delivery takes the place of the one before it or adds to it.
        label: Id of the label that its statements get.
        retention_class: Which retention rule its statements follow.
    """

    name: str
    adapter: str
    mode: Mode
    label: int
    retention_class: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """One dated file of a dataset.

    Attributes:
        id: Dataset and the first twelve hex digits of the file's SHA-256, e.g.
            ``un_sc-5f2a90c1d3e4``; of a keyed hash where rows bring narrower markings.
        dataset: Its dataset.
        sha256: Of the delivered bytes, or of what a view sees where it may not read every row.
        size: In bytes, of the same.
        received: Aware UTC, ISO 8601.
        statements: How many statements it gave.
        entities: How many entities.
        records_unreadable: How many source errors.
        purged: How many values the law forbids to keep.
    """

    id: str
    dataset: str
    sha256: str
    size: int
    received: str
    statements: int
    entities: int
    records_unreadable: int
    purged: int


def delivery_id(dataset: str, sha256: str) -> str:
    """Return the id of the delivery of a file with this SHA-256."""
    return f"{dataset}-{sha256[:ID_DIGITS]}"
