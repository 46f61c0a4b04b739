"""A workspace in a temporary folder, and an adapter whose lines are ``entity,prop,value``."""

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO

import pytest

from maillon.model import Act, Adapter, Label, Mode, SourceError, Statement, View, Yielded
from maillon.store import Loaded, Order, Store, create_workspace, open_store


def read_lines(raw: IO[bytes], dataset: str) -> Iterator[Yielded]:
    for number, line in enumerate(raw, 1):
        words = line.decode().rstrip("\n").split(",")
        where = f"line:{number}"
        if words[0] == "!whole":
            yield SourceError(dataset, where, "a web page, not a list", whole=True)
        elif len(words) != 3:
            yield SourceError(dataset, where, "three fields wanted")
        else:
            entity, prop, value = words
            yield Statement(entity, "Person", prop, value, dataset, where)


LINES = Adapter("lines", "test lines", read_lines, lambda raw, locator: "")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create_workspace(tmp_path / "w")
    return tmp_path / "w"


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    opened = open_store(folder, frozenset({"holder"}))
    yield opened
    opened.close()


def view_of(store: Store, act: Act, who: str = "analyst", purpose: str = "linking") -> View:
    mandate = replace(store.settings.mandate, who=who, purpose=purpose)
    return store.policy.open(mandate, act)


def load(
    store: Store,
    text: str,
    *,
    dataset: str = "d",
    who: str = "analyst",
    label: Label | None = None,
    mode: Mode | None = None,
    accept: str = "",
) -> Loaded:
    order = Order(LINES, dataset, label or store.settings.label, mode=mode, accept_shrink=accept)
    return store.load(view_of(store, Act.LOAD, who), io.BytesIO(text.encode()), order)


def people(count: int, start: int = 0) -> str:
    return "".join(f"p{n},name,Name {n}\n" for n in range(start, start + count))
