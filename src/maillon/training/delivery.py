"""Files on disk: deterministic text, the manifest, and the book of who stands where in them."""

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from maillon.model import delivery_id

BUFFER: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Witness:
    """A record that proves one channel of one hop.

    Attributes:
        mark: Of the hop, see `ties.Ties`.
        channel: See `rates.CHANNELS`.
        dataset, file, locator: Where the record stands.
        entities: Ids, as loaded, of the two persons and of what joins them, as far as the record
            names them.
    """

    mark: int
    channel: str
    dataset: str
    file: str
    locator: str
    entities: tuple[str, ...]


@dataclass(slots=True)
class Book:
    """What the writers tell the truth file.

    Attributes:
        persons: Dataset, entity id as loaded, person.
        witnesses: Records that prove hops.
        manifest: One entry a delivered file, in the order of arrival.
        purged: Dataset, file and locator of contacts that the law forbids to keep.
        defects: Dataset, file, locator and kind of defects written on purpose.
        sightings: Where the police, customs and the company register wrote down a person whose
            phone or address is
            shared: dataset, file, locator and entity id, by agency and person.
        watched: The persons whose sightings are kept.
    """

    persons: dict[tuple[str, str], int] = field(default_factory=dict)
    witnesses: list[Witness] = field(default_factory=list)
    manifest: list[dict[str, object]] = field(default_factory=list)
    purged: list[tuple[str, str, str]] = field(default_factory=list)
    defects: list[tuple[str, str, str, str]] = field(default_factory=list)
    sightings: dict[tuple[int, int], tuple[str, str, str, str]] = field(default_factory=dict)
    watched: frozenset[int] = frozenset()

    def saw(
        self, agency: int, person: int, dataset: str, file: str, locator: str, entity: str
    ) -> None:
        """Say that ``entity`` is ``person``.

        Keep where the first record of a watched person stands.
        """
        self.persons[dataset, entity] = person
        if person in self.watched:
            self.sightings.setdefault((agency, person), (dataset, file, locator, entity))

    def prove(
        self, mark: int, channel: str, record: tuple[str, str, str], entities: Iterable[str]
    ) -> None:
        """Keep a record (dataset, file, locator) that proves one channel of a marked hop."""
        self.witnesses.append(Witness(mark, channel, *record, tuple(entities)))

    def deliver(self, file: str, adapter: str, dataset: str, agency: str, **more: object) -> None:
        """Add a file to the manifest.

        ``more`` are ``mapping``, ``options``, ``compartment`` and ``grade``.
        """
        entry: dict[str, object] = {
            "file": file,
            "adapter": adapter,
            "dataset": dataset,
            "agency": agency,
        }
        self.manifest.append(entry | {"mapping": None, "options": {}, "compartment": None} | more)


@dataclass(frozen=True, slots=True)
class Form:
    """How a CSV file is encoded."""

    encoding: str = "utf-8"
    delimiter: str = ","
    dates: str = "%Y-%m-%d"
    bom: bytes = b""


class Sheet:
    """A CSV file being written; `line` is the physical line of the next row."""

    def __init__(self, raw: BinaryIO, form: Form, header: Iterable[str]) -> None:
        raw.write(form.bom)
        self._text = io.TextIOWrapper(raw, encoding=form.encoding, errors="replace", newline="")
        self._rows = csv.writer(self._text, delimiter=form.delimiter, lineterminator="\r\n")
        self._rows.writerow(header)
        self.line = 2

    def add(self, *row: object) -> str:
        """Write one row and return its locator."""
        self._rows.writerow(row)
        self.line += 1
        return f"line:{self.line - 1}"

    def close(self) -> None:
        """Write out what is buffered; the file itself is the caller's."""
        self._text.flush()
        self._text.detach()


@contextmanager
def sheet(path: Path, form: Form, header: Iterable[str]) -> Iterator[Sheet]:
    """Open a CSV file of this form for writing."""
    with path.open("wb", buffering=BUFFER) as raw:
        rows = Sheet(raw, form, header)
        yield rows
        rows.close()


def delivered_as(dataset: str, path: Path) -> str:
    """Return the delivery id of a file that has been written."""
    digest = hashlib.sha256()
    with path.open("rb") as raw:
        while block := raw.read(BUFFER):
            digest.update(block)
    return delivery_id(dataset, digest.hexdigest())
