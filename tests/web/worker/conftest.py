"""A workspace with a list and some records, and a worker whose clock a test sets."""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from maillon.model import Act, Label, View
from maillon.store.jobs import ACT_OF, Asked, Job
from maillon.web.worker.loop import HANDLERS, Handler, Worker
from maillon.workspace import Workspace

LISTED = [
    {"id": f"l{n}", "schema": "Person", "properties": {
        "name": [f"Pavel{n} Invented"], "topics": ["sanction"], "birthDate": [f"19{50 + n}-02-03"],
    }}
    for n in range(8)
]  # fmt: skip
POLICE = Label(
    "police", purposes=("linking", "screening", "review"), legal_basis="Police Act, s. 1"
)


def lines(records: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(one) + "\n" for one in records).encode()


@dataclass
class Place:
    """A workspace's folder, and what a test does with it."""

    folder: Path
    keys: Path
    ahead: timedelta
    handlers: Mapping[str, Handler]

    def clock(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def on(self, wait: timedelta) -> None:
        self.ahead += wait

    def opened(self) -> Workspace:
        return Workspace.open(self.folder)

    def view(self, w: Workspace, act: Act, **changes: str) -> View:
        return w.view(act, replace(w.settings.mandate, **changes))

    def enqueue(
        self,
        kind: str,
        order: Mapping[str, Any] | None = None,
        upload: bytes | None = None,
        *,
        key: str = "",
        by: Mapping[str, str] | None = None,
    ) -> str:
        with self.opened() as w:
            view = self.view(w, ACT_OF[kind], **by or {})
            raw = None if upload is None else io.BytesIO(upload)
            return w.store.jobs.enqueue(view, Asked(kind, order or {}, key), raw).id

    def load_job(self, records: list[dict[str, Any]], dataset: str, **order: Any) -> str:
        said = {"adapter": "ftm-json", "dataset": dataset, "mode": "messages", **order}
        return self.enqueue("load", said, lines(records))

    def work(self) -> int:
        """Do everything that may be done; return how many attempts there were."""
        worker = Worker(self.folder, self.keys, self.clock, self.handlers)
        try:
            return worker.run(once=True)
        finally:
            worker.close()

    def job(self, id_: str, **changes: str) -> Job:
        with self.opened() as w:
            act = Act.AUDIT if changes.get("purpose") == "oversight" else Act.READ
            return w.store.jobs.one(self.view(w, act, **changes), id_)

    def entries(self) -> int:
        with self.opened() as w:
            return w.store.verify_ledger()

    def toml(self, text: str) -> None:
        file = self.folder / "maillon.toml"
        file.write_text(file.read_text("utf-8") + text, "utf-8")

    def edit(self, old: str, new: str) -> None:
        file = self.folder / "maillon.toml"
        text = file.read_text("utf-8")
        assert old in text
        file.write_text(text.replace(old, new), "utf-8")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    Workspace.create(tmp_path / "w")
    return Place(tmp_path / "w", tmp_path / "keys", timedelta(), dict(HANDLERS))
