"""What is made or scored so many records at a time is what is made at once."""

import io
import json
from pathlib import Path

import pytest

from maillon.model import Act, Mode
from maillon.resolve import predict, records
from maillon.sources import adapter
from maillon.store import Order
from maillon.workspace import Workspace

GIVEN = ("Jana", "Petr", "Eva", "Karel", "Milan")


def people() -> bytes:
    lines = [
        {"id": f"p{agency}-{n}", "schema": "Person",
         "properties": {"name": [f"{GIVEN[n % 5]} Nov{'aeiou'[n % 5]}k{'xyz'[n % 3]}"],
                        "birthDate": [f"19{50 + n // 2}-01-1{n % 9}"],
                        "phone": [f"+8884555{n // 2:04}"]}}
        for agency in range(2) for n in range(40)
    ]  # fmt: skip
    return "".join(json.dumps(one) + "\n" for one in lines).encode()


def test_shares_give_what_all_at_once_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Workspace.create(tmp_path / "w")
    with Workspace.open(tmp_path / "w") as w:
        order = Order(adapter("ftm-json"), "d", w.settings.label, mode=Mode.MESSAGES)
        w.load(w.view(Act.LOAD), io.BytesIO(people()), order)
        view = w.view(Act.RESOLVE)
        whole = w.resolve(view)
        assert len(whole.pairs) > 30
        w.store.forget_derived(view, whole.state.folder.name.partition(".")[0])
        monkeypatch.setattr(records, "SLICE", 7)
        monkeypatch.setattr(predict, "SHARE", 7)
        shared = w.resolve(view)
        assert shared.pairs.equals(whole.pairs)
        assert shared.canonical.equals(whole.canonical)
        assert shared.state.record.equals(whole.state.record)
        assert shared.blocking == whole.blocking
