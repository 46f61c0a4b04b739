"""A mapping tried on a table before anything is loaded: counts, and each reject with its place."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from maillon.model import Purged, SourceError, Statement
from maillon.sources import adapter, readings_of, table_header, table_rows

TRIED: Final = 50_000
"""Records of a trial; a longer file is tried as far as that, and it is said."""
SHOWN: Final = 50
"""Rejects that a trial names."""
LONGEST: Final = 200
"""Characters of a value that are shown."""

REMEDIES: Final = {
    "country": "an ISO 3166 code, or the name of a country",
    "date": "1967-01-13, 1967-01 or 1967",
    "gender": "male, female or other",
    "number": "digits with one decimal mark",
    "phone": "+49 30 1234567, or say which country is meant",
}
"""What would be right, by the FollowTheMoney type of the property."""


@dataclass(frozen=True, slots=True)
class Reject:
    """A cell or a record that is not taken as it is.

    Attributes:
        line: Line of the file on which the record begins.
        column: Name of the column; empty where it is the whole record.
        value: As delivered, at most `LONGEST` characters.
        rule: What is wrong.
        suggestion: What it could mean, or what would be right.
    """

    line: int
    column: str
    value: str
    rule: str
    suggestion: str


@dataclass(slots=True)
class Trial:
    """What a mapping makes of a table.

    Attributes:
        records: Records that were read, the header not among them.
        statements: Values that they give.
        entities: Entities by schema.
        rejects: How much was not taken as it is.
        rules: How often by what was wrong.
        purged: Records that the law forbids to keep.
        first: The first rejects.
        is_whole: Whether the whole file was read.
    """

    records: int = 0
    statements: int = 0
    entities: dict[str, int] = field(default_factory=dict)
    rejects: int = 0
    rules: dict[str, int] = field(default_factory=dict)
    purged: int = 0
    first: list[Reject] = field(default_factory=list)
    is_whole: bool = True

    def line(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)


def tried(path: Path, mapping: Mapping[str, Any], form: Mapping[str, str]) -> Trial:
    """Return what a mapping makes of the first `TRIED` records of a table.

    Args:
        path: The file.
        mapping: The mapping.
        form: Options of the reading: encoding, delimiter ...
    """
    found = Trial()
    ids: dict[str, set[str]] = {}
    rules: Counter[str] = Counter()
    with path.open("rb") as raw:
        rows = _Rows(path, form)
        for item in adapter("csv").read(raw, "trial", mapping=mapping, **form):
            line = _line_of(item.locator)
            if not rows.reach(line, TRIED):
                found.is_whole = False
                break
            if isinstance(item, Statement):
                found.statements += 1
                ids.setdefault(item.schema, set()).add(item.entity)
            elif isinstance(item, Purged):
                found.purged += 1
            else:
                found.rejects += 1
                one = _reject(item, line, rows)
                rules[one.rule] += 1
                if len(found.first) < SHOWN:
                    found.first.append(one)
        found.is_whole = rows.rest(TRIED) and found.is_whole
        found.records = rows.records
        rows.close()
    found.entities = {schema: len(held) for schema, held in sorted(ids.items())}
    found.rules = dict(rules.most_common())
    return found


def rejects(path: Path, mapping: Mapping[str, Any], form: Mapping[str, str]) -> Iterator[Reject]:
    """Yield every reject of a whole table, in its order."""
    rows = _Rows(path, form)
    try:
        with path.open("rb") as raw:
            for item in adapter("csv").read(raw, "trial", mapping=mapping, **form):
                if isinstance(item, SourceError):
                    line = _line_of(item.locator)
                    rows.reach(line, None)
                    yield _reject(item, line, rows)
    finally:
        rows.close()


def previewed(
    path: Path, mapping: Mapping[str, Any], form: Mapping[str, str], count: int
) -> list[dict[str, Any]]:
    """Return the entities of the first records of a table, in their order, with what is rejected.

    Args:
        path: The file.
        mapping: The mapping.
        form: As for `tried`.
        count: How many records.
    """
    found: dict[tuple[str, str], dict[str, Any]] = {}
    lines: list[int] = []
    with path.open("rb") as raw:
        for item in adapter("csv").read(raw, "preview", mapping=mapping, **form):
            line = _line_of(item.locator)
            if line not in lines:
                lines.append(line)
            if len(lines) > count:
                break
            if isinstance(item, Statement):
                key = (item.schema, item.entity)
                one = found.setdefault(
                    key, {"line": line, "schema": item.schema, "id": item.entity, "properties": {}}
                )
                held = one["properties"].setdefault(item.prop, []) if item.prop != "id" else []
                if item.value[:LONGEST] not in held:
                    held.append(item.value[:LONGEST])
            elif isinstance(item, SourceError):
                said = {"line": line, "schema": "", "id": "", "properties": {}, "rule": item.reason}
                found["", f"{line} {len(found)}"] = said
    return list(found.values())


class _Rows:
    """The rows of a table, read once beside what is made of them."""

    def __init__(self, path: Path, form: Mapping[str, str]) -> None:
        self._raw: IO[bytes] = path.open("rb")
        how = {name: form[name] for name in ("encoding", "delimiter") if name in form}
        self.header = table_header(self._raw, **how)
        self._rows = table_rows(self._raw, **how)
        self.line, self.cells = 0, list[str]()
        self.records = -1  # the header is one

    def reach(self, line: int, most: int | None) -> bool:
        """Go on to the record of a line; False: there are more before it than are read."""
        while self.line < line and self._next():
            pass
        return most is None or self.records <= most

    def rest(self, most: int) -> bool:
        """Go on to the end; False: there are more than are read."""
        while self.records <= most and self._next():
            pass
        is_whole = self.records <= most
        self.records = max(0, min(self.records, most))
        return is_whole

    def close(self) -> None:
        """Close the file."""
        self._rows.close()  # type: ignore[attr-defined]  # a generator
        self._raw.close()

    def _next(self) -> bool:
        held = next(self._rows, None)
        if held is None:
            return False
        self.line, self.cells = held
        self.records += any(self.cells) or not self.cells
        return True


def _reject(error: SourceError, line: int, rows: _Rows) -> Reject:
    at = error.column - 1
    value = rows.cells[at] if rows.line == line and 0 <= at < len(rows.cells) else ""
    name = rows.header[at] if 0 <= at < len(rows.header) else ""
    rule = error.reason.removeprefix(f"column {error.column} ({name}): ")
    could = readings_of(error.kind, value) if error.kind and value else ()
    said = " | ".join(could) or REMEDIES.get(error.kind, "")
    return Reject(line, name, value[:LONGEST], rule, said)


def _line_of(locator: str) -> int:
    number = locator.partition(":")[2].partition("/")[0]
    return int(number) if number.isdigit() else 0
