"""FollowTheMoney lines into a new workspace, and the figures of what was made of them."""

import io
import json
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
from resolving import alone, errors, scores

from maillon.model import Act, Mode
from maillon.sources import adapter
from maillon.store import Loaded, Order
from maillon.store.desk import Desk
from maillon.workspace import Workspace

Record = tuple[str, Mapping[str, str]]
"""Id, and values by property."""


class Figures(NamedTuple):
    """What one workspace came to: numbers, error kinds, and these with examples."""

    numbers: dict[str, Any]
    lines: list[str]
    examples: list[str]


def load_persons(workspace: Path, records: Mapping[str, Iterable[Record]]) -> list[str]:
    """Make a workspace and load persons, one delivery a dataset.

    Args:
        workspace: Folder to make.
        records: Records by name of dataset; an empty value is no statement.

    Returns:
        What the adapter refused, one line each.
    """
    Workspace.create(workspace)
    problems: list[str] = []
    with Workspace.open(workspace) as w:
        for dataset, persons in records.items():
            text = "".join(
                json.dumps(_line(key, values), ensure_ascii=False) + "\n" for key, values in persons
            )
            problems += map(str, load_lines(w, dataset, io.BytesIO(text.encode())).problems)
    return problems


def load_lines(w: Workspace, dataset: str, raw: io.BufferedIOBase) -> Loaded:
    """Load one file of FollowTheMoney lines as one delivery of messages."""
    order = Order(adapter("ftm-json"), dataset, w.settings.label, mode=Mode.MESSAGES)
    return w.load(w.view(Act.LOAD), raw, order)  # type: ignore[arg-type]


def bring_up(workspace: Path) -> None:
    """Bring a kept workspace of an older version to this version's revision of the desk."""
    Desk(workspace / "desk.sqlite").create()


def _line(key: str, values: Mapping[str, str]) -> dict[str, Any]:
    held = {name: [value] for name, value in values.items() if value}
    return {"id": key, "schema": "Person", "properties": held}


def truth_table(persons: Mapping[str, str]) -> pa.Table:
    """Return the person of each record as a table."""
    return pa.table([list(persons), list(persons.values())], schema=scores.TRUTH)


def figures_of(workspace: Path, truth: pa.Table, scratch: Path | None = None) -> Figures:
    """Resolve a workspace alone and weigh what it says against the truth."""
    with tempfile.TemporaryDirectory(prefix="maillon-resolve-") as own:
        run = alone.measured(workspace, truth, scratch or Path(own))
    found = errors.kinds(run, truth, workspace)
    numbers = scores.against_truth(run.canonical, truth) | found.counts | run.figures
    return Figures(numbers, found.lines, found.examples)
