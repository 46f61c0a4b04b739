"""JSON from strangers: bounded in depth, no key twice, UTF-8, numbers that are numbers."""

import json
from typing import Any, Final

DEEPEST: Final = 64
"""Lists and objects within one another."""


class JsonError(ValueError):
    """A body that is not read; its text says why, without what it holds."""


def loads(raw: bytes) -> object:
    """Return what a body says.

    Raises:
        JsonError: It is no JSON, not UTF-8, deeper than `DEEPEST`, or has a key twice.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise JsonError(f"not UTF-8 at byte {error.start}") from None
    _check_depth(text)
    try:
        said = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
        if "\\ud" in text or "\\uD" in text:
            json.dumps(said, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise JsonError("half of a surrogate pair: no text") from None
    except JsonError:
        raise
    except (ValueError, RecursionError) as error:
        place = f" at character {error.pos}" if isinstance(error, json.JSONDecodeError) else ""
        raise JsonError(f"no JSON{place}") from None
    return said


def _check_depth(text: str) -> None:
    """Refuse what nests too deeply, before a parser recurses into it."""
    if text.count("[") + text.count("{") <= DEEPEST:
        return
    depth, within = 0, False
    letters = iter(text)
    for letter in letters:
        if within:
            if letter == "\\":
                next(letters, "")
            elif letter == '"':
                within = False
        elif letter == '"':
            within = True
        elif letter in "[{":
            depth += 1
            if depth > DEEPEST:
                raise JsonError(f"more than {DEEPEST} lists and objects within one another")
        elif letter in "]}":
            depth -= 1


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    held = dict(pairs)
    if len(held) != len(pairs):
        raise JsonError("an object has a key twice")
    return held


def _no_constant(name: str) -> float:
    raise JsonError(f"{name} is no JSON")
