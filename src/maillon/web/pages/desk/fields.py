"""Fields of a form, read from the body that a function of the API takes; and the body of a form."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from maillon.web.api.shapes import Body

LONG: Final = 500
"""A text that may have more letters than this is written in several lines."""
YES: Final = "yes"
MISSING: Final = frozenset({"missing", "string_too_short", "too_short"})
"""What pydantic calls an error of a field that is empty."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form.

    Attributes:
        name: As the body has it.
        kind: ``text``, ``long``, ``day``, ``moment``, ``number``, ``choice`` (one of several),
            ``choices`` (some of several), ``lines`` (one a line), ``yes`` (yes or no).
        options: Codes to choose from.
        is_required: Whether it must be filled.
        most: Letters of a text at most; 0: not said.
        value: What stands in it at first.
    """

    name: str
    kind: str
    options: tuple[str, ...] = ()
    is_required: bool = False
    most: int = 0
    value: str = ""


def fields_of(body: type[Body] | None) -> tuple[Field, ...]:
    """Return the fields of a form for a body; none where the function takes none."""
    if body is None:
        return ()
    schema = body.model_json_schema()
    needed = set(schema.get("required", ()))
    return tuple(
        _field(name, said, is_required=name in needed)
        for name, said in schema["properties"].items()
    )


def _field(name: str, said: Mapping[str, Any], *, is_required: bool) -> Field:
    value = said.get("default", "")
    first = "" if value in (None, "", False) or isinstance(value, list) else str(value)
    if "anyOf" in said:  # a day that may be left out
        said = next((one for one in said["anyOf"] if one.get("format")), said["anyOf"][0])
    options = tuple(said.get("enum", ())) or ((said["const"],) if "const" in said else ())
    if options:
        kind = "choice"
    elif said.get("type") == "array":
        options = tuple(said["items"].get("enum", ()))
        kind = "choices" if options else "lines"
        is_required = is_required or bool(said.get("minItems"))
    else:
        kind = _kind(said)
    return Field(name, kind, options, is_required, int(said.get("maxLength", 0)), first)


def _kind(said: Mapping[str, Any]) -> str:
    plain = {"boolean": "yes", "integer": "number"}.get(str(said.get("type")))
    formats = {"date": "day", "date-time": "moment"}
    if plain is None and said.get("format") not in formats:
        return "long" if said.get("maxLength", 0) > LONG else "text"
    return plain or formats[said["format"]]


def body_of(body: type[Body], said: Mapping[str, str]) -> Body:
    """Return the body that a filled form says.

    Raises:
        ValidationError: A field is missing or not understood.
    """
    held = {}
    for one in fields_of(body):
        text = said.get(one.name, "").replace("\r\n", "\n")
        if text.strip() or one.kind == "yes":
            held[one.name] = _value(one, text)
        elif one.kind in {"lines", "choices"}:
            held[one.name] = []
    return body.model_validate(held)


def _value(one: Field, text: str) -> str | int | bool | list[str]:
    if one.kind == "yes":
        return text == YES
    if one.kind == "number":
        return int(text) if text.strip().isdigit() else text
    if one.kind in {"lines", "choices"}:
        return [line.strip() for line in text.split("\n") if line.strip()]
    return text if one.kind in {"long", "choice"} else text.strip()


def wrong_fields(error: ValidationError) -> dict[str, bool]:
    """Return the names of the fields that were not taken, and whether each is missing."""
    return {str(one["loc"][0]): one["type"] in MISSING for one in error.errors() if one["loc"]}
