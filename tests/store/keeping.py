"""A workspace whose clock stands where a test sets it, and its erasure list beside it."""

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from maillon.model import Act, Label, Mode, View
from maillon.store import Loaded, Order, Store, create_workspace, read_settings
from maillon.store import keeping as k

from .conftest import LINES

PROPS = frozenset({"holder", "caller"})


@dataclass
class Clocked:
    """A store, its clock and its keys folder."""

    store: Store
    keys: Path
    day: date

    @property
    def house(self) -> k.House:
        return self.store.house

    def on(self, day: str) -> "Clocked":
        self.day = date.fromisoformat(day)
        return self

    def view(self, who: str = "keeper", act: Act = Act.RETAIN, case: str = "") -> View:
        mandate = replace(self.store.settings.mandate, who=who, purpose="retention", case=case)
        return self.store.policy.open(mandate, act)

    def reader(self, purpose: str = "linking", act: Act = Act.READ) -> View:
        return self.store.policy.open(replace(self.store.settings.mandate, purpose=purpose), act)

    def audit(self) -> View:
        mandate = replace(
            self.store.settings.mandate, who="overseer", agency="oversight", purpose="oversight"
        )
        return self.store.policy.open(mandate, Act.AUDIT)

    def load(
        self,
        text: str,
        *,
        category: str = "standard",
        dataset: str = "d",
        mode: Mode = Mode.MESSAGES,
        label: Label | None = None,
    ) -> Loaded:
        order = Order(
            LINES, dataset, label or self.store.settings.label, mode=mode,
            retention_class=category,
        )  # fmt: skip
        mandate = self.store.settings.mandate
        view = self.store.policy.open(mandate, Act.LOAD)
        return self.store.load(view, io.BytesIO(text.encode()), order)

    def seen(self, view: View | None = None) -> list[tuple[str, str, str]]:
        found = self.store.scan(view or self.reader())
        return sorted((one.entity, one.prop, one.value) for one in found)

    def entities(self, view: View | None = None) -> list[str]:
        return sorted({entity for entity, _, _ in self.seen(view)})

    def erase(self, target: str, scope: str = "entity", **values: object) -> str:
        order = k.Order("erase", scope, target, "Test Act, s. 1", "request", "asked for")
        return k.erase(self.house, self.view(), replace(order, **values), self.keys)  # type: ignore[arg-type]  # fields of the order

    def run(self) -> k.Done:
        return k.run(self.house, self.view(), self.keys)

    def lake(self) -> bytes:
        """All bytes of the lake, after decompression, as far as values stand in them."""
        held = []
        for file in sorted((self.store.settings.folder / "lake").rglob("*.parquet")):
            with duckdb.connect(":memory:") as con:
                held.append(repr(con.execute(f"FROM read_parquet('{file}')").fetchall()).encode())
        return b"\n".join(held)


def clocked(
    folder: Path, day: str = "2026-01-31", opening: Callable[[Path], None] = create_workspace
) -> Clocked:
    if not folder.exists():
        opening(folder)
    held = Clocked.__new__(Clocked)
    held.day = date.fromisoformat(day)

    def now() -> datetime:
        return datetime(held.day.year, held.day.month, held.day.day, 9, tzinfo=UTC)

    held.store = Store(read_settings(folder), PROPS, now)
    held.keys = folder.parent / f"{folder.name}.keys"
    return held
