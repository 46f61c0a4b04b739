"""An adapter whose lines are ``entity,prop,value,marking``, and who reads what it gave."""

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import IO

from maillon.model import (
    Act,
    Adapter,
    Label,
    Mode,
    Purged,
    SourceError,
    Statement,
    View,
    Yielded,
)
from maillon.store import Loaded, Order, Store

POLICE = Label(
    "police", purposes=("linking", "review", "screening"), legal_basis="Police Act, s. 1"
)


def read_marked(raw: IO[bytes], dataset: str) -> Iterator[Yielded]:
    for number, line in enumerate(raw, 1):
        entity, prop, value, marking = line.decode().rstrip("\n").split(",")
        where = f"line:{number}"
        if prop == "!error":
            yield SourceError(dataset, where, value, marking=marking)
        elif prop == "!purged":
            yield Purged(dataset, where, value, marking)
        else:
            yield Statement(entity, "Person", prop, value, dataset, where, marking=marking)


MARKED = Adapter("marked", "test lines", read_marked, lambda raw, locator: "")


def load_marked(
    store: Store,
    text: str,
    *,
    dataset: str = "d",
    mode: Mode = Mode.MESSAGES,
    label: Label = POLICE,
    category: str = "standard",
) -> Loaded:
    order = Order(MARKED, dataset, label, mode=mode, retention_class=category)
    view = store.policy.open(store.settings.mandate, Act.LOAD)
    return store.load(view, io.BytesIO(text.encode()), order)


def centre(store: Store, act: Act = Act.READ, known_on: str = "") -> View:
    """A reader of another agency than that which delivered."""
    return store.policy.open(store.settings.mandate, act, known_on=known_on)


def chief(store: Store, act: Act = Act.READ) -> View:
    """A reader of the agency that delivered."""
    mandate = replace(store.settings.mandate, who="chief", agency="police", purpose="linking")
    return store.policy.open(mandate, act)
