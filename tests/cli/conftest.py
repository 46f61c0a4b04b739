"""The command line run in this process, a workspace, and lists of any length to deliver."""

import io
import json
import shutil
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from maillon.cli import main
from maillon.model import Act
from maillon.model.ftm import entity_property_names
from maillon.store import create_workspace, open_store

GOLDEN = Path(__file__).parents[1] / "golden"


@dataclass(frozen=True)
class Done:
    """What one command came to: its exit code and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


Maillon = Callable[..., Done]


@pytest.fixture
def maillon(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Maillon:
    """Run a command as the entry point does; an unexpected exception comes through to the test."""

    def run(*words: str | Path, stdin: bytes = b"") -> Done:
        monkeypatch.setattr(sys, "argv", ["maillon", *map(str, words)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capsys.readouterr()
        code = main()
        return Done(code, *capsys.readouterr())

    return run


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template") / "w"
    create_workspace(folder)
    return folder


@pytest.fixture
def w(empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh workspace in a temporary folder, which is also the working directory."""
    shutil.copytree(empty, tmp_path / "w")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "w"


def entry(number: int, name: str = "") -> str:
    return f"""<INDIVIDUAL><FIRST_NAME>{name or f"Pavel{number}"}</FIRST_NAME>
      <SECOND_NAME>Invented</SECOND_NAME><UN_LIST_TYPE>Al-Qaida</UN_LIST_TYPE>
      <REFERENCE_NUMBER>QDi.{number:03}</REFERENCE_NUMBER>
      <LIST_TYPE><VALUE>UN List</VALUE></LIST_TYPE></INDIVIDUAL>"""


def un_list(numbers: Iterable[int], note: str = "") -> bytes:
    """A consolidated list with these reference numbers; ``note`` makes other bytes of it."""
    held = "\n".join(entry(number) for number in numbers)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<CONSOLIDATED_LIST dateGenerated="2026-10-31{note}"><INDIVIDUALS>{held}</INDIVIDUALS>
<ENTITIES></ENTITIES></CONSOLIDATED_LIST>""".encode()


def held(workspace: Path, dataset: str = "un_sc") -> list[str]:
    """The entities that stand in the workspace now."""
    store = open_store(workspace, entity_property_names())
    try:
        view = store.policy.open(store.settings.mandate, Act.READ)
        return sorted({item.entity for item in store.scan(view, "dataset = ?", [dataset])})
    finally:
        store.close()


def write(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.fixture
def listed(maillon: Maillon, w: Path) -> Path:
    done = maillon("load", "-", "--as", "un-sc-xml", "--dataset", "un_sc", "-w", w,
                   stdin=un_list([1, 2, 3]))  # fmt: skip
    assert done.code == 0, done.err
    return w
