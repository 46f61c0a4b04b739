"""FollowTheMoney JSON lines.

Entities (``id, schema, properties``) or statements (``entity_id, prop, value``).

Source: followthemoney 4.11, entity and statement serialisation; both kinds of line may stand in one
file.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any, Final

from followthemoney.property import Property
from followthemoney.schema import Schema

from maillon.model import (
    UNGRADED,
    Adapter,
    Grade,
    LimitError,
    Purged,
    SourceError,
    Statement,
    Yielded,
)
from maillon.model.ftm import schema_of
from maillon.sources import values
from maillon.sources.emit import doubtful_birth
from maillon.sources.markings import UNREADABLE, marking_of
from maillon.sources.privileged import RELATIONS, privileged

LINE_LIMIT: Final = 16 * 1024 * 1024
"""Bytes of one line."""
DATASET_SCHEME: Final = "ftm-dataset"
"""Scheme under which a statement's native grade keeps the dataset that its own line names."""
MARKING: Final = "marking"
"""Key of a line's own markings, a text or a list of texts. FollowTheMoney has none: it is ours."""
ENTITY_KEYS: Final = frozenset(
    {"id", "schema", "properties", "datasets", "first_seen", "last_seen", "referents", MARKING}
)
STATEMENT_KEYS: Final = frozenset(
    {
        "entity_id",
        "schema",
        "prop",
        "value",
        "dataset",
        "lang",
        "original_value",
        "first_seen",
        "last_seen",
        MARKING,
    }
)
IGNORED: Final = {
    "id": "of a statement line: our own statement id is made from delivery and locator",
    "canonical_id": "the sender's own judgement of who is the same; resolve judges here",
    "prop_type": "follows from schema and prop",
    "external": "says that the sender took it from elsewhere; the dataset does",
    "origin": "the sender's own processing step",
    "caption": "follows from the properties",
    "handling": "the handling note of a chart's file, in words; its codes stand in `marking`",
    "target": "the sender's own choice of whom to screen",
    "last_change": "the sender's own book-keeping; last_seen is read",
}
"""Keys of a line that are not read, each with the reason."""


@dataclass(frozen=True, slots=True)
class _Line:
    """One line: where it is, and the day it was seen first and last."""

    dataset: str
    locator: str
    grade: Grade = UNGRADED
    first_seen: str = ""
    last_seen: str = ""
    marking: str = ""

    def error(self, reason: str) -> SourceError:
        """Return an error at this line."""
        return SourceError(self.dataset, self.locator, reason, marking=self.marking)

    def purged(self, reason: str) -> Purged:
        """Return what was dropped at this line."""
        return Purged(self.dataset, self.locator, reason, self.marking)

    def say(
        self,
        entity: str,
        schema: str,
        prop: str,
        value: str,
        original: str | None,
        lang: str | None = None,
    ) -> Statement:
        """Return a statement at this line."""
        return Statement(
            entity, schema, prop, value, self.dataset, self.locator,
            None if original == value else original, lang,
            grade=self.grade, marking=self.marking, first_seen=self.first_seen,
            last_seen=self.last_seen,
        )  # fmt: skip


def read(raw: IO[bytes], dataset: str) -> Iterator[Yielded]:
    """Read one file of lines.

    Args:
        raw: The file as delivered, UTF-8, a BOM allowed. Left open.
        dataset: The name under which its statements are kept, e.g. ``rt_companies``.

    Yields:
        One statement a value, in file order, at ``line:N``; an entity without properties gives one
        statement of ``id``. A `SourceError` for a line, a property or a value that the model does
        not allow; the rest of the line is read. A `Purged` for a relation to a lawyer, a doctor or
        the clergy.
    """
    number = filled = 0
    while True:
        line = raw.readline(LINE_LIMIT + 1)
        if not line:
            break
        number += 1
        locator = f"line:{number}"
        if len(line) > LINE_LIMIT:
            skipped = _skip(raw, line)
            filled += 1
            yield SourceError(
                dataset, locator, str(LimitError("bytes of one line", LINE_LIMIT, skipped))
            )
        elif line.strip():
            filled += 1
            yield from _line(
                dataset, locator, line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
            )
    if not filled:
        yield SourceError(dataset, "line:1", "the file is empty", whole=True)


def _skip(raw: IO[bytes], piece: bytes) -> int:
    size = len(piece)
    while piece and not piece.endswith(b"\n"):
        piece = raw.readline(65_536)
        size += len(piece)
    return size


def _line(dataset: str, locator: str, line: bytes) -> Iterator[Yielded]:
    try:
        parsed = json.loads(line.decode("utf-8"), parse_constant=_no_constant)
        if b"\\ud" in line.lower():
            json.dumps(parsed, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        yield _unread(
            dataset, locator, line, "half of a surrogate pair (\\ud800 to \\udfff): no text"
        )
        return
    except UnicodeDecodeError as error:
        yield _unread(dataset, locator, line, f"not UTF-8 at byte {error.start} of the line")
        return
    except (ValueError, RecursionError) as error:
        reason = f"no JSON: {getattr(error, 'msg', type(error).__name__)}"
        yield _unread(dataset, locator, line, reason)
        return
    if not isinstance(parsed, dict):
        yield _unread(dataset, locator, line, "the line is no JSON object")
        return
    if "entity_id" in parsed or "prop" in parsed:
        yield from _statement_line(dataset, locator, parsed)
    else:
        yield from _entity_line(dataset, locator, parsed)


def _unread(dataset: str, locator: str, line: bytes, reason: str) -> SourceError:
    """Return the error of a line that says nothing; where it seems marked, it is the narrowest."""
    marking = UNREADABLE if MARKING.encode() in line else ""
    return SourceError(dataset, locator, reason, marking=marking)


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def _entity_line(dataset: str, locator: str, parsed: Mapping[str, Any]) -> Iterator[Yielded]:
    names = parsed.get("datasets")
    code = ",".join(str(name) for name in names) if isinstance(names, list) else ""
    line = _line_of(dataset, locator, code, parsed)
    yield from _unknown_keys(line, parsed, ENTITY_KEYS)
    entity, schema = parsed.get("id"), schema_of(str(parsed.get("schema")))
    properties = parsed.get("properties", {})
    problem = _head_problem(entity, schema, parsed)
    if problem or not isinstance(properties, dict):
        yield line.error(problem or "properties is no object of lists")
        return
    assert isinstance(entity, str)
    assert schema is not None
    kind = _protected(schema.name, properties)
    if kind:
        yield line.purged(f"contact with a protected profession ({kind}): the record is dropped")
        return
    count = 0
    for name, delivered in properties.items():
        for item in _property(line, entity, schema, str(name), delivered):
            count += 1
            yield item
    if not count:
        yield line.say(entity, schema.name, "id", entity, None)
    yield from _referents(line, entity, schema, parsed.get("referents", []))


def _referents(
    line: _Line, entity: str, schema: Schema, delivered: object
) -> Iterator[Statement | SourceError]:
    """Yield one statement of ``id`` for each further id under which the sender knew the entity.

    They find it; they judge nothing: who is one is judged by resolve.
    """
    if not isinstance(delivered, list) or not all(isinstance(one, str) for one in delivered):
        yield line.error("referents is no list of texts")
        return
    for other in sorted({text for one in delivered if (text := one.strip())} - {entity}):
        yield line.say(entity, schema.name, "id", other, None)


def _head_problem(entity: object, schema: Schema | None, parsed: Mapping[str, Any]) -> str:
    if not isinstance(entity, str) or not entity.strip():
        return "the entity has no id"
    if schema is None:
        return f"{str(parsed.get('schema'))[:60]!r} is no schema of the model"
    return f"schema {schema.name} is abstract: no entity can have it" if schema.abstract else ""


def _protected(schema: str, properties: Mapping[str, Any]) -> str | None:
    for name, delivered in properties.items():
        if schema != "Person" and (schema, name) in RELATIONS:
            for text in delivered if isinstance(delivered, list) else [delivered]:
                kind = privileged(str(text))
                if kind:
                    return kind
    return None


def _property(
    line: _Line, entity: str, schema: Schema, name: str, delivered: object
) -> Iterator[Yielded]:
    prop = schema.get(name)
    if prop is None or prop.stub:
        yield line.error(f"schema {schema.name} has no property {name[:60]!r}")
        return
    if isinstance(delivered, str):
        delivered = [delivered]
    if not isinstance(delivered, list):
        yield line.error(f"property {name}: no list of texts")
        return
    for text in delivered:
        yield from _value(line, entity, schema, prop, text)


def _value(
    line: _Line, entity: str, schema: Schema, prop: Property, text: object,
    original: str | None = None, lang: str | None = None,
) -> Iterator[Statement | SourceError]:  # fmt: skip
    if isinstance(text, str) and (value := clean(prop.type.name, text)):
        kept = text if original is None else original
        yield line.say(entity, schema.name, prop.name, value, kept, lang)
        return
    if isinstance(text, str):
        yield line.error(f"property {prop.name}: no {prop.type.name} that the model allows")
    else:
        yield line.error(f"property {prop.name}: {type(text).__name__} where a text is needed")
    if prop.name == "birthDate" and text not in (None, "", [], {}):
        for doubt in doubtful_birth(
            entity, schema.name, line.dataset, line.locator, original or str(text)
        ):
            said = line.say(entity, doubt.schema, doubt.prop, doubt.value, doubt.original_value)
            yield said._replace(grade=doubt.grade)


def clean(kind: str, text: str) -> str | None:
    """Return ``text`` as a value of a FollowTheMoney type, or None."""
    if kind in {"string", "text"}:
        return text.strip().replace("\0", "")
    if kind in {"name", "identifier", "address", "entity"}:
        return values.squeeze(text)
    rules = {
        "date": values.iso_date,
        "phone": values.phone,
        "number": values.decimal,
    }
    rule = rules.get(kind)
    return values.typed(kind, text) if rule is None else rule(text.strip())


def _statement_line(dataset: str, locator: str, parsed: Mapping[str, Any]) -> Iterator[Yielded]:
    code = parsed.get("dataset")
    line = _line_of(dataset, locator, code if isinstance(code, str) else "", parsed)
    yield from _unknown_keys(line, parsed, STATEMENT_KEYS)
    entity, schema, name = (
        parsed.get("entity_id"),
        schema_of(str(parsed.get("schema"))),
        parsed.get("prop"),
    )
    problem = _head_problem(entity, schema, parsed)
    if problem:
        yield line.error(problem)
        return
    assert isinstance(entity, str)
    assert schema is not None
    lang, original = parsed.get("lang"), parsed.get("original_value")
    original = original if isinstance(original, str) and original else None
    if name == "id":
        yield line.say(entity, schema.name, "id", entity, None)
        return
    prop = schema.get(name) if isinstance(name, str) else None
    if prop is None or prop.stub:
        yield line.error(f"schema {schema.name} has no property {str(name)[:60]!r}")
        return
    text = parsed.get("value")
    kind = (
        privileged(str(text))
        if schema.name != "Person" and (schema.name, prop.name) in RELATIONS
        else None
    )
    if kind:
        yield line.purged(f"contact with a protected profession ({kind}): the value is dropped")
        return
    yield from _value(
        line, entity, schema, prop, text, original, lang if isinstance(lang, str) and lang else None
    )


def _unknown_keys(
    line: _Line, parsed: Mapping[str, Any], known: frozenset[str]
) -> Iterator[SourceError]:
    if line.marking == UNREADABLE:
        yield line.error(f"{MARKING} is no text and no list of texts: the line is the narrowest")
    for key in parsed:
        if key not in known and key not in IGNORED:
            yield line.error(f"key {key[:60]!r} is not known: not read")


def _line_of(dataset: str, locator: str, code: str, parsed: Mapping[str, Any]) -> _Line:
    first, last = _seen(parsed, "first_seen"), _seen(parsed, "last_seen")
    return _Line(dataset, locator, _grade(code), first, last, _marking(parsed.get(MARKING)))


def _marking(delivered: object) -> str:
    """Return the markings of a line; what is no text is a marking that nobody knows."""
    if delivered is None:
        return ""
    texts = delivered if isinstance(delivered, list) else [delivered]
    return marking_of(text if isinstance(text, str) else UNREADABLE for text in texts)


def _grade(code: str) -> Grade:
    return Grade(code=code, scheme=DATASET_SCHEME) if code else UNGRADED


def _seen(parsed: Mapping[str, Any], key: str) -> str:
    value = parsed.get(key)
    return (values.iso_date(value) or "") if isinstance(value, str) else ""


def locate(raw: IO[bytes], locator: str) -> str:
    """Return the delivered text of ``line:N``: its JSON, with escapes resolved.

    Raises:
        KeyError: The file has no such line.
    """
    wanted = int(locator.removeprefix("line:"))
    for number in range(1, wanted + 1):
        line = raw.readline(LINE_LIMIT + 1)
        if len(line) > LINE_LIMIT:
            _skip(raw, line)
        if not line:
            raise KeyError(locator)
        if number == wanted:
            text = line.decode("utf-8-sig", "replace").rstrip("\r\n")
            try:
                return json.dumps(json.loads(text), ensure_ascii=False)
            except (ValueError, RecursionError):
                return text
    raise KeyError(locator)


ADAPTER: Final = Adapter(
    name="ftm-json",
    spec="FollowTheMoney 4.11 JSON lines (entities or statements)",
    read=read,
    locate=locate,
)
