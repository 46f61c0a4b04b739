"""One row of a CSV file to statements, by a compiled mapping and the options of the reading."""

import codecs
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from maillon.model import Purged, SourceError, Statement, Yielded, local_id
from maillon.sources import cells, values
from maillon.sources import mapping as mappings
from maillon.sources.csvrecords import UNDECODABLE
from maillon.sources.datecells import ORDERS, certain_year
from maillon.sources.detection import Detection
from maillon.sources.emit import doubtful_birth
from maillon.sources.mapping import Clean, Composed, Context, EntityPlan, Plan, QueryPlan
from maillon.sources.markings import UNREADABLE, marking_of
from maillon.sources.privileged import privileged

NO_FILE_CODECS: Final = frozenset(
    {"idna", "punycode", "raw-unicode-escape", "unicode-escape", "utf-7"}
)
"""Codecs of Python that no file is written in; some decode to halves of surrogate pairs."""


@dataclass(frozen=True, slots=True)
class Given:
    """The options of one reading."""

    mapping: str | Path | Mapping[str, Any] | None
    encoding: str = ""
    delimiter: str = ""
    date_order: str = "auto"
    decimal: str = ""
    country: str = ""

    def fault(self) -> str:
        """Return which option is missing or wrong, and what would be right.

        Empty where all is well.
        """
        try:
            "x".encode(self.encoding or "utf-8")
            if codecs.lookup(self.encoding or "utf-8").name in NO_FILE_CODECS:
                raise LookupError(self.encoding)  # noqa: TRY301 - one answer for both
        except (LookupError, ValueError):
            return f"the option encoding names no codec: {self.encoding}"
        if self.date_order not in ORDERS:
            return f"the option date_order is one of {', '.join(ORDERS)}"
        if self.decimal not in {"", ".", ","}:
            return "the option decimal is . or ,"
        if len(self.delimiter) > 1 or self.delimiter in {'"', "\n", "\r"}:
            return "the option delimiter is one character, and neither quote nor line end"
        return self._mapping_fault()

    def _mapping_fault(self) -> str:
        if self.mapping is None:
            return "the option mapping is missing: the path of a FollowTheMoney mapping (YAML)"
        try:
            mappings.load(self.mapping)
        except (ValueError, OSError) as error:
            return f"the option mapping cannot be used: {error}"
        return ""

    def plan(self, dataset: str, header: list[str], detection: Detection) -> Plan:
        """Compile the mapping for a header."""
        columns = {name: at for at, name in enumerate(header)}

        def clean(kind: str, column: str, form: str) -> Clean:
            found = detection.decimals.get(column)
            mark = self.decimal or (
                "" if found is None or found.value == "ambiguous" else found.value
            )
            return cells.cleaner(
                kind, order=self.order(column, detection), mark=mark, region=self.country, form=form
            )

        return mappings.compile_mapping(
            mappings.load(self.mapping or {}), Context(dataset, columns, clean)
        )

    def order(self, column: str, detection: Detection) -> str:
        """Return the order of dates of a column: as given, else as detected, else ``auto``."""
        if self.date_order != "auto":
            return self.date_order
        found = detection.date_orders.get(column)
        return "auto" if found is None else found.value


@dataclass(frozen=True, slots=True)
class Row:
    """Reads the rows of one file."""

    dataset: str
    header: list[str]
    plan: Plan
    given: Given
    detection: Detection

    def faults(self, locator: str) -> Iterator[SourceError]:
        """Say once what is wrong with header and mapping.

        Where the file has none of the columns that are wanted, it is another file: ``whole``.
        """
        for problem in self.plan.problems:
            whole = not self.plan.used or self.plan.is_unsafe
            yield SourceError(self.dataset, locator, f"mapping: {problem}", whole=whole)
        for name in self.header:
            stem, mark, count = name.rpartition("#")
            if mark and count.isdigit() and stem in self.header:
                yield SourceError(
                    self.dataset,
                    locator,
                    f"column {stem!r} occurs again: this one is read as {name!r}",
                )

    def ragged(self, locator: str, found: list[str]) -> SourceError:
        """Say that a record has more or fewer cells than the header."""
        what = (
            "those beyond it are not read"
            if len(found) > len(self.header)
            else "the missing ones are taken as empty"
        )
        return SourceError(
            self.dataset,
            locator,
            f"{len(found)} cells where the header has {len(self.header)}: {what}",
        )

    def mend(self, locator: str, found: list[str]) -> tuple[list[str], list[SourceError]]:
        """Blank the cells with bytes that cannot be decoded.

        Say where NUL stands (it is read without).
        """
        errors = []
        cells_kept = list(found)
        for at, cell in enumerate(found):
            if UNDECODABLE in cell:
                cells_kept[at] = UNREADABLE if at in self.plan.markings else ""
                code = self.detection.encoding.value
                errors.append(
                    self.cell_error(
                        locator,
                        at,
                        f"bytes that are not {code}: not read; give the option encoding",
                    )
                )
            elif "\0" in cell:
                errors.append(self.cell_error(locator, at, "NUL characters: read without them"))
        return cells_kept, errors

    def cell_error(self, locator: str, at: int, reason: str, kind: str = "") -> SourceError:
        """Return an error that names the column by number and header."""
        name = self.header[at] if at < len(self.header) else ""
        said = f"column {at + 1} ({name}): {reason}"
        return SourceError(self.dataset, locator, said, column=at + 1, kind=kind)

    def marked(
        self, items: Iterable[Yielded], found: list[str], *, is_ragged: bool = False
    ) -> Iterator[Yielded]:
        """Give every statement and error of one record the markings of its row.

        Args:
            items: What was read of it.
            found: Its cells.
            is_ragged: It has more or fewer cells than the header: its markings may stand elsewhere.
        """
        texts = [found[at] for at in sorted(self.plan.markings)]
        marking = marking_of([UNREADABLE, *texts] if is_ragged else texts)
        if not marking:
            yield from items
            return
        for item in items:
            if isinstance(item, Statement):
                yield item._replace(marking=marking)
            elif isinstance(item, Purged):
                yield replace(item, marking=marking)
            else:
                item.marking = marking
                yield item

    def statements(self, locator: str, found: list[str]) -> Iterator[Yielded]:
        """Read one record by each query whose filters it passes."""
        out: list[Yielded] = []
        for query in self.plan.queries:
            why = ""
            for column, allowed, is_negative in query.filters:
                if (found[column].strip() in allowed) == is_negative:
                    break
                why = f"{why} {found[column]}" if why else found[column]
            else:
                for column in query.protected:
                    kind = found[column] and privileged(found[column])
                    if kind:
                        reason = (
                            f"contact with a protected profession ({kind}): the record is dropped"
                        )
                        return iter((Purged(self.dataset, locator, reason),))
                self.query(query, locator, found, why, out)
        return iter(out)

    def query(
        self, query: QueryPlan, locator: str, found: list[str], why: str, out: list[Yielded]
    ) -> None:
        """Read the entities of one query; ``why`` is the text of its filter columns."""
        ids: dict[str, tuple[str, str]] = {}
        for entity in query.entities:
            if entity.required and not all(
                any(found[at].strip() for at in columns) for columns in entity.required
            ):
                continue
            key = self.key(entity, locator, found, out)
            if key is not None:
                ids[entity.name] = key
        for entity in query.entities:
            if entity.name in ids:
                self.entity(entity, locator, found, why, ids, out)

    def key(
        self, entity: EntityPlan, locator: str, found: list[str], out: list[Yielded]
    ) -> tuple[str, str] | None:
        """Return id and delivered key of an entity, or None where its key is not there."""
        if not entity.keys:
            if entity.prefix is not None:
                return entity.prefix, ""
            return local_id(locator if entity.is_alone else f"{locator}/{entity.name}"), ""
        if len(entity.keys) == 1:
            text = key_text(found[entity.keys[0]])
            parts = [text] if text else []
        else:
            parts = [part for at in entity.keys if (part := key_text(found[at]))]
        if len(parts) < len(entity.keys):
            orphan = next(
                (
                    c
                    for c in entity.cells
                    if found[c.column].strip() and c.column not in entity.keys
                ),
                None,
            )
            if orphan is not None:
                names = ", ".join(self.header[at] for at in entity.keys)
                reason = f"the key of {entity.name} ({names}) is not filled: this cell is not read"
                out.append(self.cell_error(locator, orphan.column, reason))
            return None
        key = "-".join(parts)
        return (key if entity.prefix is None else f"{entity.prefix}-{key}"), " ".join(parts)

    def entity(
        self,
        entity: EntityPlan,
        locator: str,
        found: list[str],
        why: str,
        ids: dict[str, tuple[str, str]],
        out: list[Yielded],
    ) -> None:
        """Read the properties of one entity."""
        (entity_id, key), schema, dataset = ids[entity.name], entity.schema, self.dataset
        before = len(out)
        for cell in entity.cells:
            text = found[cell.column]
            if not text:
                continue
            value = cell.clean(text)
            if value:
                original = None if value == text else text
                out.append(
                    Statement(entity_id, schema, cell.prop, value, dataset, locator, original)
                )
            elif value is None:
                order = self.given.order(self.header[cell.column], self.detection)
                reason = cells.why_not(cell.kind, text, order)
                out.append(self.cell_error(locator, cell.column, reason, cell.kind))
                self.doubt(cell.prop, (entity_id, schema), locator, text, out)
        for made in entity.composed:
            of, said = (entity_id, schema), why or key
            for value, original in self.composed(made, of, locator, found, said, out):
                out.append(
                    Statement(entity_id, schema, made.prop, value, dataset, locator, original)
                )
        for prop, other in entity.links:
            if other in ids:
                value, original = ids[other]
                out.append(
                    Statement(entity_id, schema, prop, value, dataset, locator, original or None)
                )
        if len(out) == before:
            out.append(Statement(entity_id, schema, "id", entity_id, dataset, locator, key or None))

    def doubt(
        self, prop: str, entity: tuple[str, str], locator: str, text: str, out: list[Yielded]
    ) -> None:
        """Say of an entity, by id and schema, that a birth date of it cannot be read."""
        if prop == "birthDate":
            year = certain_year(text)
            out.extend(doubtful_birth(*entity, self.dataset, locator, text, year))

    def composed(
        self, made: Composed, of: tuple[str, str], locator: str, found: list[str], why: str,
        out: list[Yielded],
    ) -> Iterator[tuple[str, str | None]]:  # fmt: skip
        """Give value and delivered text of an entity's property that is not simply one cell."""
        for literal in made.literals:
            yield literal, why or None
        filled = [text for at in made.columns if (text := found[at].strip())]
        if not filled:
            return
        delivered = " ".join(filled)
        if made.template:
            texts = [
                "".join(part if isinstance(part, str) else found[part] for part in made.template)
            ]
        else:
            texts = [made.join.join(filled)] if made.join is not None else filled
        if made.split:
            texts = [piece for text in texts for piece in text.split(made.split)]
        for text in texts:
            value = made.clean(text)
            if value:
                is_part = made.template or made.join is not None or made.split
                original = delivered if is_part else text
                yield value, None if original == value else original
            elif value is None:
                order = self.given.order(self.header[made.columns[0]], self.detection)
                reason = cells.why_not(made.kind, text, order)
                out.append(self.cell_error(locator, made.columns[0], reason, made.kind))
                self.doubt(made.prop, of, locator, delivered, out)


def key_text(cell: str) -> str:
    """Return the text of a key cell as it stands in ids.

    As delivered, but for outer blanks and control characters.
    """
    return cell.strip() if cell.isprintable() else values.squeeze(cell)
