"""The text of the rules: YAML, each value checked where it stands."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import yaml

from maillon.model import StoreError

LONGEST: Final = 1 << 20
"""Bytes of a rules file."""

Check = Callable[[Any], str]
"""Returns what would be right; empty where the value is."""


def _between(low: float, high: float) -> Check:
    def check(value: object) -> str:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return "" if is_number and low <= value <= high else f"a number from {low:g} to {high:g}"  # type: ignore[operator]  # a number by then

    return check


def _whole(low: int, high: int) -> Check:
    def check(value: object) -> str:
        right = isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
        return "" if right else f"a whole number from {low:,} to {high:,}"

    return check


def _one_of(*words: str | int) -> Check:
    def check(value: object) -> str:
        return "" if value in words else f"one of {', '.join(map(str, words))}"

    return check


def _words(value: object) -> str:
    right = isinstance(value, list) and all(isinstance(one, str) for one in value)
    return "" if right else "a list of words, e.g. [relief_staff]"


def _word(value: object) -> str:
    return "" if isinstance(value, str) and value else "a word"


_CAUTION: Final = _one_of("second_fact", "as_any")
_ANY: Final = "<name>"
PLAIN: Final = frozenset(("bool", "float", "int", "str"))
"""Kinds of values that are read; a date or a null is nothing here."""

SHAPE: Final[Mapping[str, Any]] = {
    "format": _one_of(1),
    "default_use": _word,
    "uses": {
        _ANY: {
            "base_rate": _between(1e-9, 0.5),
            "threshold": _between(0.3, 1),
            "alert_from": _one_of("weak", "possible", "strong"),
            "most_hits": _whole(1, 10_000),
        }
    },
    "lists": {
        _ANY: {
            "weak_alias": _one_of("never_alone", "show", "ignore"),
            "most_hits": _whole(0, 10_000),
        }
    },
    "protected": {
        "minors": {"under": _whole(0, 30), "alert": _CAUTION},
        "humanitarian": {"topics": _words, "datasets": _words, "alert": _CAUTION},
    },
}
"""What may be said, and how each value is checked."""


def read_text(raw: bytes, file: str) -> dict[str, Any]:
    """Return what a rules file says.

    Args:
        raw: Its bytes.
        file: Its name, for messages.

    Raises:
        StoreError: At the first thing that is not understood: file, line and what would be right.
    """
    if len(raw) > LONGEST:
        raise StoreError(f"{file}: more than {LONGEST:,} bytes")
    try:
        node = yaml.compose(raw.decode("utf-8-sig"), Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        raise StoreError(f"{file}: not UTF-8 at byte {error.start}; save it as UTF-8") from error
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" line {mark.line + 1}" if mark else ""
        raise StoreError(f"{file}{where}: no YAML; compare with docs/layers/screen.md") from error
    if node is None:
        return {}
    found = _checked(node, SHAPE, file, "")
    assert isinstance(found, dict)
    return found


def _checked(node: yaml.Node, shape: Any, file: str, name: str) -> Any:  # noqa: ANN401 - YAML holds anything
    where = f"{file} line {node.start_mark.line + 1}"
    if callable(shape):
        value = _plain(node)
        wanted = shape(value)
        if wanted:
            raise StoreError(f"{where}: {name} is {wanted}")
        return value
    if not isinstance(node, yaml.MappingNode):
        wanted = "names, each with lines of its own" if _ANY in shape else ", ".join(shape)
        raise StoreError(f"{where}: {name or 'the file'} holds {wanted}")
    found: dict[str, Any] = {}
    for key, value in node.value:
        word = str(getattr(key, "value", ""))
        line = f"{file} line {key.start_mark.line + 1}"
        inner = shape.get(word, shape.get(_ANY))
        if inner is None:
            raise StoreError(f"{line}: {word!r} is none of {', '.join(shape)}")
        if word in found:
            raise StoreError(f"{line}: {word!r} is said twice; leave one")
        found[word] = _checked(value, inner, file, f"{name}.{word}".strip("."))
    return found


def _plain(node: yaml.Node) -> Any:  # noqa: ANN401 - YAML holds anything
    if isinstance(node, yaml.ScalarNode) and node.tag.rpartition(":")[2] in PLAIN:
        return yaml.SafeLoader("").construct_object(node)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(one) for one in node.value if isinstance(one, yaml.ScalarNode)]
    return None
