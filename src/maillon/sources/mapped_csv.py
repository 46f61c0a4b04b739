"""CSV files of any agency, read by a FollowTheMoney mapping.

Source: RFC 4180 for the records; followthemoney 4.11 for the mapping; docs/formats/csv.md for what
differs.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from maillon.model import Adapter, SourceError, Yielded
from maillon.sources.csvrecords import CsvRecords, open_text
from maillon.sources.csvrows import Given, Row
from maillon.sources.detection import PREFIX, Detection, detect_bytes, unique_names
from maillon.sources.mapping import faults, load
from maillon.sources.markings import UNREADABLE

HEADER: Final = "line:1"
IGNORED: Final = {
    "a column that the mapping does not name": "listed by coverage(); the file itself is kept",
    "an empty or blank cell, a record without a filled cell": "nothing was delivered",
    "a placeholder (N/A, UNKNOWN, 1900-01-01)": "says that the value is missing: values.py",
}
"""What is not read, each with the reason."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which columns of a file a mapping reads, and which it leaves out.

    ``problems`` is what of the mapping cannot be used.
    """

    read: tuple[str, ...]
    ignored: tuple[str, ...]
    problems: tuple[str, ...]


def read(
    raw: IO[bytes],
    dataset: str,
    *,
    mapping: str | Path | Mapping[str, Any] | None = None,
    encoding: str = "",
    delimiter: str = "",
    date_order: str = "auto",
    decimal: str = "",
    country: str = "",
) -> Iterator[Yielded]:
    """Read one CSV file.

    Args:
        raw: The file as delivered, in any encoding that `detect` knows. Left open.
        dataset: The name under which its statements are kept, and the prefix of ids where the
            mapping gives none.
        mapping: Path of a FollowTheMoney mapping (YAML), or the mapping itself.
        encoding: A Python codec name; empty to detect it.
        delimiter: One character; empty to detect it.
        date_order: ``dmy``, ``mdy``, ``ymd``, or ``auto``: what each column proves.
        decimal: ``.`` or ``,``; empty: what each column proves.
        country: ISO 3166 code of the country whose national phone numbers are meant, e.g. ``fr``.

    Yields:
        The statements of each record in file order, at ``line:N``, with the markings of its row
        where the mapping names a column of them. A `SourceError` for a cell that
        is no value of its property, for a damaged record, and once at ``line:1`` for each fault of
        header or mapping. A `Purged` in place of a record that is a contact with a lawyer, a doctor
        or the clergy.
    """
    given = Given(mapping, encoding, delimiter, date_order, decimal, country)
    fault = given.fault()
    if fault:
        yield SourceError(dataset, HEADER, fault)
        return
    head = raw.read(PREFIX)
    try:
        detection = detect_bytes(head, encoding, delimiter)
        text = open_text(head, raw, detection.encoding.value)
        records = CsvRecords(text, detection.delimiter.value)
        yield from _rows(records, dataset, given, detection)
    except UnicodeError as error:  # a codec that knows no way round a byte, or misses its mark
        reason = f"the bytes are not {encoding or 'decodable'} ({error}); give the option encoding"
        yield SourceError(dataset, HEADER, reason, whole=True)


def option_fault(**options: Any) -> str:  # noqa: ANN401 - whatever the operator gave
    """Return what is wrong with the options of `read`, mapping included; empty where all is well.

    The mapping is held against the model; the columns that it names are asked of the file later.
    """
    given = Given(**{"mapping": None, **options})
    fault = given.fault()
    if fault or given.mapping is None:
        return fault
    return "; ".join(f"mapping: {problem}" for problem in faults(load(given.mapping)))


def coverage(
    raw: IO[bytes], dataset: str, mapping: str | Path | Mapping[str, Any], **options: str
) -> Coverage:
    """Return which columns of a file a mapping reads and which it ignores.

    Takes the options of `read`.
    """
    given = Given(mapping, **options)
    detection = detect_bytes(raw.read(PREFIX), given.encoding, given.delimiter)
    plan = given.plan(dataset, list(detection.header), detection)
    names = detection.header
    return Coverage(
        tuple(name for at, name in enumerate(names) if at in plan.used),
        tuple(name for at, name in enumerate(names) if at not in plan.used),
        tuple(plan.problems),
    )


def _rows(
    records: CsvRecords, dataset: str, given: Given, detection: Detection
) -> Iterator[Yielded]:
    row: Row | None = None
    for line, cells, problem in records:
        locator = f"line:{line}"
        if problem is not None:
            is_marked = row is not None and bool(row.plan.markings)
            marking = UNREADABLE if is_marked else ""  # nobody can tell what it was marked with
            yield SourceError(dataset, locator, problem, marking=marking)
        elif row is not None:
            yield from _row(row, records, locator, cells)
        elif any(cells):
            header = unique_names(cells)
            row = Row(dataset, header, given.plan(dataset, header, detection), given, detection)
            yield from row.faults(locator)
            if (row.plan.problems and not row.plan.used) or row.plan.is_unsafe:
                return
    if row is None:
        yield SourceError(dataset, HEADER, "the file is empty: it has no header", whole=True)


def _row(row: Row, records: CsvRecords, locator: str, cells: list[str]) -> Iterable[Yielded]:
    if not records.is_flawed and len(cells) == len(row.header):
        items = row.statements(locator, cells)
        return row.marked(items, cells) if row.plan.markings else items
    flaws: list[Yielded] = []
    if records.is_flawed:
        cells, errors = row.mend(locator, cells)
        flaws += errors
    width = len(row.header)
    is_ragged = len(cells) != width
    if is_ragged:
        if not any(cells):
            return ()
        flaws.append(row.ragged(locator, cells))
        cells = (cells + [""] * width)[:width]
    read = (*flaws, *row.statements(locator, cells))
    return row.marked(read, cells, is_ragged=is_ragged) if row.plan.markings else read


def locate(
    raw: IO[bytes], locator: str, *, encoding: str = "", delimiter: str = "", **_: object
) -> str:
    """Return the delivered record that begins at ``line:N``; takes the options of `read`.

    Raises:
        KeyError: No record begins there.
    """
    head = raw.read(PREFIX)
    detection = detect_bytes(head, encoding, delimiter)
    records = CsvRecords(open_text(head, raw, detection.encoding.value), detection.delimiter.value)
    wanted = locator.partition("/")[0]
    for line, _found, _problem in records:
        if wanted == f"line:{line}":
            return records.text
    raise KeyError(locator)


ADAPTER: Final = Adapter(
    name="csv",
    spec="RFC 4180 with a FollowTheMoney 4.11 mapping",
    read=read,
    locate=locate,
    options={
        "mapping": "path of the FollowTheMoney mapping (YAML); needed",
        "encoding": "codec name; detected where not given",
        "delimiter": "one character; detected where not given",
        "date_order": "dmy, mdy, ymd or auto (what each column proves)",
        "decimal": "decimal mark, . or ,; what each column proves where not given",
        "country": "ISO 3166 code for national phone numbers, e.g. fr",
    },
)
