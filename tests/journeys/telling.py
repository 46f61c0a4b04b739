"""What a verb answers in a workspace, as text; a function that several verbs name is called once."""

from collections.abc import Callable
from weakref import WeakKeyDictionary

from maillon.workspace import Workspace

_TOLD: "WeakKeyDictionary[Workspace, dict[Callable[[Workspace], object], str]]" = (
    WeakKeyDictionary()
)


def told(w: Workspace, verb: Callable[[Workspace], object]) -> str:
    """Return all that a verb answers: ids, order, counts, errors. A set has no order: none in it."""
    held = _TOLD.setdefault(w, {})
    if verb not in held:
        held[verb] = repr(verb(w))
    return held[verb]
