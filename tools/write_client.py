"""Writes the verbs of the Python client from the OpenAPI document: `python3 dev.py client`.

One module a heading of the document, with the shapes that its verbs take and give; what several
headings share is in ``shared``. `tests/client` checks that what is written is what would be.
"""

import builtins
import keyword
import re
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
TARGET: Final = ROOT / "src" / "maillon" / "client" / "verbs"
PREFIX: Final = "/api/v1"
BROWSER: Final = frozenset({"accounts", "login"})
"""Headings of what a person does at a browser: no program logs in as a person."""
STREAMS: Final = frozenset({"text/event-stream"})
"""What is watched and not read whole: `Client.wait_for` looks instead."""
Json = dict[str, Any]
LONGEST: Final = 100
"""Characters of one line."""
_PLAIN: Final = {"string": "str", "integer": "int", "number": "float", "boolean": "bool",
                 "null": "None"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verb:
    """One operation of the document."""

    name: str
    method: str
    path: str
    said: Json
    heading: str


@dataclass(slots=True)
class Shapes:
    """The shapes of the document, and which heading uses each."""

    schemas: Mapping[str, Json]
    used: dict[str, set[str]] = field(default_factory=dict)

    def type_of(self, said: Json, heading: str, *, given: bool) -> str:  # noqa: PLR0911 - a kind each
        """Return the Python type of a schema, and note the shapes that it names.

        Args:
            said: JSON Schema.
            heading: Under which it is used.
            given: Whether the caller gives it: any sequence will do then.
        """
        if "$ref" in said:
            name = said["$ref"].rsplit("/", 1)[1]
            if name.startswith("PageOf_") or "items" in self.schemas[name].get("properties", {}):
                inner = self.schemas[name]["properties"]["items"]["items"]
                return f"Page[{self.type_of(inner, heading, given=given)}]"
            if "enum" in self.schemas[name]:
                return self.type_of(self.schemas[name], heading, given=given)
            self.note(name, heading)
            return class_name(name)
        if "enum" in said:
            return f"Literal[{', '.join(repr(one) for one in said['enum'])}]"
        if "const" in said:
            return f"Literal[{said['const']!r}]"
        for key in ("anyOf", "oneOf"):
            if key in said:
                found = [self.type_of(one, heading, given=given) for one in said[key]]
                return " | ".join(dict.fromkeys(found))
        kind = said.get("type")
        if kind == "array":
            inner = self.type_of(said.get("items", {}), heading, given=given)
            return f"Sequence[{inner}]" if given else f"list[{inner}]"
        if kind == "object":
            more = said.get("additionalProperties")
            inner = self.type_of(more, heading, given=given) if isinstance(more, dict) else "Any"
            return f"Mapping[str, {inner}]" if given else f"dict[str, {inner}]"
        return _PLAIN.get(str(kind), "Any")

    def note(self, name: str, heading: str) -> None:
        """Note that a heading uses a shape, and those within it."""
        if heading in self.used.setdefault(name, set()):
            return
        self.used[name].add(heading)
        for held in self.schemas[name].get("properties", {}).values():
            self.type_of(held, heading, given=True)


def verbs_of(document: Json) -> list[Verb]:
    """Return the operations that the client has, in the order of the document."""
    found = []
    for path, item in document["paths"].items():
        for method, said in item.items():
            heading = said.get("tags", [""])[0]
            if not path.startswith(PREFIX) or heading in BROWSER:
                continue
            if not STREAMS.isdisjoint(_content(said)):
                continue
            found.append(Verb(said["operationId"], method.upper(), path, said, heading))
    return found


def class_name(name: str) -> str:
    """Return the name of a shape as a class bears it."""
    return re.sub(r"\W|_(?=[A-Z])", "", name.rsplit("__", 1)[-1])


def module_name(heading: str) -> str:
    """Return the name of a heading's module."""
    return re.sub(r"\W+", "_", heading)


def _content(said: Json) -> Json:
    """Return the kinds of content of a good answer."""
    for status, one in said["responses"].items():
        if status.startswith("2"):
            found: Json = one.get("content", {})
            return found
    return {}


def _headers(said: Json) -> Json:
    for status, one in said["responses"].items():
        if status.startswith("2"):
            found: Json = one.get("headers", {})
            return found
    return {}


@dataclass(slots=True)
class Written:
    """A verb as a function."""

    signature: list[str]
    call: list[str]
    answer: str
    reads: str


def _word(name: str) -> str:
    plain = re.sub(r"\W", "_", name)
    return plain + "_" if keyword.iskeyword(plain) or hasattr(builtins, plain) else plain


def _params(verb: Verb, shapes: Shapes, kind: str) -> Iterator[tuple[Json, str, bool]]:
    for one in verb.said.get("parameters", []):
        if one.get("in") == kind:
            type_ = shapes.type_of(one["schema"], verb.heading, given=True)
            yield one, type_, bool(one.get("required"))


def _maybe(type_: str) -> str:
    return type_ if type_.endswith("| None") else f"{type_} | None"


def write_verb(verb: Verb, shapes: Shapes) -> Written:
    """Return a verb as a function."""
    placed: list[str] = []
    words: list[str] = []
    later: list[str] = []
    call = [f"{verb.name!r}", f"{verb.method!r}"]
    path = verb.path
    for one, _, _ in _params(verb, shapes, "path"):
        name = _word(one["name"])
        placed.append(f"{name}: {shapes.type_of(one['schema'], verb.heading, given=True)}")
        path = path.replace("{" + one["name"] + "}", "{quote(str(" + name + "), safe='')}")
    is_file = "application/octet-stream" in verb.said.get("requestBody", {}).get("content", {})
    if is_file:
        placed.append("file: IO[bytes]")
    call.append(("f" if "{" in path else "") + f'"{path}"')
    answer, reads = _answer(verb, shapes)
    call.append(reads)
    params = []
    for one, type_, is_needed in _params(verb, shapes, "query"):
        name = _word(one["name"])
        (words if is_needed else later).append(
            f"{name}: {type_}" if is_needed else f"{name}: {_maybe(type_)} = None"
        )
        params.append(f'"{one["name"]}": {name}')
    if params:
        call.append("params={" + ", ".join(params) + "}")
    if is_file:
        call.append("file=file")
    else:
        _write_body(verb, shapes, words, later, call)
    _write_headers(verb, shapes, words, later, call)
    named = [*words, *later]
    return Written([*placed, *(["*", *named] if named else [])], call, answer, reads)


def _write_headers(
    verb: Verb, shapes: Shapes, words: list[str], later: list[str], call: list[str]
) -> None:
    headers = []
    for one, _, is_needed in _params(verb, shapes, "header"):
        if one["name"] == "If-Match":
            (words if is_needed else later).append(
                "seen: str" if is_needed else "seen: str | None = None"
            )
            headers.append('"if-match": seen')
        elif one["name"] == "Idempotency-Key":
            later.append("key: str | None = None")
            headers.append('"idempotency-key": key')
            call.append("takes_key=True")
    if headers:
        call.append("headers={" + ", ".join(headers) + "}")


def _write_body(
    verb: Verb, shapes: Shapes, words: list[str], later: list[str], call: list[str]
) -> None:
    body = verb.said.get("requestBody")
    if body is None:
        return
    schema = body["content"]["application/json"]["schema"]
    whole = shapes.schemas.get(schema.get("$ref", "").rsplit("/", 1)[-1])
    if whole is None or not body.get("required"):
        later.append(f"body: {_maybe(shapes.type_of(schema, verb.heading, given=True))} = None")
        call.append("body=body")
        return
    pairs = []
    for name, held in whole.get("properties", {}).items():
        type_ = shapes.type_of(held, verb.heading, given=True)
        word = _word(name)
        if name in whole.get("required", ()):
            words.append(f"{word}: {type_}")
        else:
            later.append(f"{word}: {_maybe(type_)} = None")
        pairs.append(f'"{name}": {word}')
    call.append("body=without_none({" + ", ".join(pairs) + "})")


def _answer(verb: Verb, shapes: Shapes) -> tuple[str, str]:
    content = _content(verb.said)
    if not content:
        return "None", "as_nothing"
    schema = content.get("application/json", {}).get("schema")
    if schema is None:
        return "bytes", "as_raw"
    type_ = shapes.type_of(schema, verb.heading, given=False)
    if type_.startswith("Page["):
        return type_, "as_page"
    if any(name.lower() == "etag" for name in _headers(verb.said)):
        return f"Tagged[{type_}]", "as_tagged"
    return type_, "as_body"


def text_of(verb: Verb, written: Written) -> str:
    """Return the source of a verb."""
    summary = verb.said["summary"].rstrip(".")
    more = verb.said.get("description", "").strip()
    doc = textwrap.wrap(f"{summary}: `{verb.method} {verb.path}`.", 92)
    lines = [f"def {verb.name}({', '.join(written.signature)}) -> Call[{written.answer}]:"]
    lines += [f'    """{doc[0]}', *(f"    {one}" for one in doc[1:])]
    for paragraph in more.split("\n\n"):
        lines += ["", *(f"    {one}" for one in textwrap.wrap(" ".join(paragraph.split()), 92))]
    lines += ['    """', f"    return Call({', '.join(written.call)})"]
    return "\n".join(lines)


def text_of_shape(name: str, said: Json, shapes: Shapes, heading: str) -> str:
    """Return the source of a shape."""
    needed = set(said.get("required", ()))
    doc = " ".join(said.get("description", f"{class_name(name)}.").split("\n\n")[0].split())
    pairs = []
    for prop, held in said.get("properties", {}).items():
        type_ = shapes.type_of(held, heading, given=True)
        pairs.append(f"{prop!r}: {type_ if prop in needed else f'NotRequired[{type_}]'}")
    if _is_class(said):
        rows = [f"    {pair.split(': ', 1)[0][1:-1]}: {pair.split(': ', 1)[1]}" for pair in pairs]
        lines = [f'    """{doc}"""']
        if len(lines[0]) > LONGEST:
            wrapped = textwrap.wrap(doc, 92)
            lines = [f'    """{class_name(name)}.', "", *(f"    {one}" for one in wrapped)]
            lines.append('    """')
        return "\n".join([f"class {class_name(name)}(TypedDict):", *lines, "", *rows])
    return f"{class_name(name)} = TypedDict({class_name(name)!r}, {{{', '.join(pairs)}}})"


_NAMES: Final = {
    "collections.abc": ("Mapping", "Sequence"),
    "typing": ("IO", "Any", "Literal", "NotRequired", "TypedDict"),
    "urllib.parse": ("quote",),
    "maillon.client.call": (
        "Call", "Page", "Tagged", "Verb", "as_body", "as_nothing", "as_page", "as_raw",
        "as_tagged", "without_none",
    ),
}  # fmt: skip
_HEAD: Final = '"""{doc}\n\nWritten by `python3 dev.py client` from the OpenAPI document.\n"""\n'


def _whole(doc: str, parts: list[str], imports: Mapping[str, list[str]]) -> str:
    body = "\n\n\n".join(parts)
    lines = []
    for module, names in {**_NAMES, **imports}.items():
        held = [one for one in names if re.search(rf"\b{one}\b", body)]
        if held:
            lines.append(f"from {module} import {', '.join(sorted(held))}")
    return _HEAD.format(doc=doc) + "\n" + "\n".join(lines) + "\n\n\n" + body + "\n"


def files_of(document: Json) -> dict[str, str]:
    """Return the modules of the verbs, by file name, as they are before they are formatted."""
    verbs = verbs_of(document)
    shapes = Shapes(document["components"]["schemas"])
    written = {verb.name: write_verb(verb, shapes) for verb in verbs}
    headings = list(dict.fromkeys(verb.heading for verb in verbs))
    shared = _ordered(shapes, [name for name, held in shapes.used.items() if len(held) > 1])
    found = {}
    if shared:
        parts = [text_of_shape(one, shapes.schemas[one], shapes, "") for one in shared]
        found["shared.py"] = _whole("Shapes that verbs of several kinds take or give.", parts, {})
    both = {"maillon.client.verbs.shared": [class_name(one) for one in shared]}
    for heading in headings:
        own = _ordered(shapes, [name for name, held in shapes.used.items() if held == {heading}])
        parts = [text_of_shape(one, shapes.schemas[one], shapes, heading) for one in own]
        mine = [verb for verb in verbs if verb.heading == heading]
        parts += [text_of(verb, written[verb.name]) for verb in mine]
        group = "\n".join(f"    {verb.name} = Verb({verb.name})" for verb in mine)
        name = _group(heading)
        parts.append(f'class {name}:\n    """Verbs of {heading}."""\n\n{group}')
        found[f"{module_name(heading)}.py"] = _whole(f"Verbs of {heading}.", parts, both)
    found["__init__.py"] = _index(headings)
    return found


def _ordered(shapes: Shapes, names: list[str]) -> list[str]:
    """Return shapes in the order of their names, those that name others at once last."""
    return sorted(names, key=lambda one: (not _is_class(shapes.schemas[one]), one))


def _is_class(said: Json) -> bool:
    """Return whether the keys of a shape can be those of a class."""
    return all(
        re.fullmatch(r"[A-Za-z_]\w*", one) and not keyword.iskeyword(one)
        for one in said.get("properties", {})
    )


def _group(heading: str) -> str:
    return "".join(one.capitalize() for one in re.split(r"\W+", heading)) + "Verbs"


def _index(headings: list[str]) -> str:
    imports = {
        f"maillon.client.verbs.{module_name(one)}": [_group(one)] for one in headings
    }  # fmt: skip
    imports["maillon.client.call"] = ["Asking", "AskingSoon", "Group", "SoonGroup"]
    parts, held, soon = [], [], []
    for one in headings:
        group, attribute = _group(one), module_name(one)
        parts.append(f'class _{group}({group}, Group):\n    """Of {one}, at once."""')
        parts.append(f'class _Soon{group}({group}, SoonGroup):\n    """Of {one}, awaited."""')
        held.append(f"        self.{attribute} = _{group}(client)")
        soon.append(f"        self.{attribute} = _Soon{group}(client)")
    for name, kind, rows in (("Verbs", "Asking", held), ("AsyncVerbs", "AskingSoon", soon)):
        doc = '    """The verbs by group.\n\n    Args:\n        client: Asks.\n    """'
        head = f"    def __init__(self, client: {kind}) -> None:"
        parts.append(f"class {name}:\n{doc}\n\n{head}\n" + "\n".join(rows))
    lines = [f"from {module} import {', '.join(names)}" for module, names in imports.items()]
    doc = _HEAD.format(doc="The verbs of both clients, by group.")
    return doc + "\n" + "\n".join(lines) + "\n\n\n" + "\n\n\n".join(parts) + "\n"


def formatted(files: Mapping[str, str]) -> dict[str, str]:
    """Return modules as the house formats them."""
    with tempfile.TemporaryDirectory() as work:
        for name, text in files.items():
            (Path(work) / name).write_text(text, "utf-8")
        ruff = [sys.executable, "-m", "ruff"]
        config = ["--config", str(ROOT / "pyproject.toml")]
        first = "lint.isort.known-first-party=['maillon']"
        rules = ["check", "--select", "I,F401", "--fix", "-q", *config, "--config", first, work]
        subprocess.run([*ruff, *rules], check=True)  # noqa: S603 - our own linter
        subprocess.run([*ruff, "format", "-q", *config, work], check=True)  # noqa: S603 - as above
        return {name: (Path(work) / name).read_text("utf-8") for name in files}


def document() -> Json:
    """Return the OpenAPI document of the service."""
    from maillon.web.api import routers  # noqa: PLC0415 - after the environment is there
    from maillon.web.app import document_of  # noqa: PLC0415 - as above

    return document_of(routers())


def main() -> int:
    """Write the modules; return the exit code."""
    files = formatted(files_of(document()))
    TARGET.mkdir(exist_ok=True)
    for old in TARGET.glob("*.py"):
        if old.name not in files:
            old.unlink()
    for name, text in files.items():
        (TARGET / name).write_text(text, "utf-8")
    print(f"{len(files)} modules in {TARGET.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
