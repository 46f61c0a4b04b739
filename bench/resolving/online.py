"""Section ``online``: one new record against a large workspace; the same record as if delivered."""

import random
import statistics
import sys
import time
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Final

from resolving.loading import bring_up

from maillon.model import Act, View
from maillon.resolve import State
from maillon.workspace import Workspace

GOAL_MS: Final = 200.0
SEED: Final = 17


def arguments(parser: ArgumentParser) -> None:
    """Add the options of this section."""
    group = parser.add_argument_group("online")
    group.add_argument("--arrivals", type=int, default=1000, help="records that arrive")


def run(chosen: Namespace) -> tuple[list[str], dict[str, object], list[str]]:
    """Measure how long one record takes, and whether it gets the scores that the batch gave it."""
    if not chosen.keep:
        sys.exit("online: name a workspace that the section large built, with --keep")
    workspace = Path(chosen.keep) / "workspace"
    bring_up(workspace)
    with Workspace.open(workspace) as w:
        view = w.view(Act.RESOLVE)
        resolved = w.resolve(view)
        size = resolved.state.size
        picked = random.Random(SEED).sample(range(size), min(chosen.arrivals, size))
        names = {resolved.state.name(number): number for number in picked}
        said = _said(w, view, list(names))
        took: list[float] = []
        wrong = known = 0
        start = time.perf_counter()
        with w.placing(view) as online:
            first = time.perf_counter() - start
            for entity, number in names.items():
                start = time.perf_counter()
                placed = online.place("Person", said[entity])
                took.append((time.perf_counter() - start) * 1000)
                scores = {one.entity: one.score for one in placed.candidates}
                for other, score in _batch(resolved.state, number):
                    known += 1
                    wrong += abs(scores.get(other, -1.0) - score) > 2e-6
    took.sort()
    p95 = took[int(len(took) * 0.95)]
    numbers: dict[str, object] = {
        "online_records": size, "online_first_s": first, "online_p50_ms": statistics.median(took),
        "online_p95_ms": p95, "online_most_ms": took[-1], "online_scores": known,
        "online_scores_that_differ": wrong,
    }  # fmt: skip
    verdict = "holds" if p95 <= GOAL_MS else "FAILS"
    return (
        [
            (
                f"{len(took):,} records against {size:,}: p50 {statistics.median(took):.0f} ms, "
                f"p95 {p95:.0f} ms, most {took[-1]:.0f} ms; to hold {GOAL_MS:.0f}: {verdict}"
            ),
            f"opened in {first:.2f} s; {known:,} scores of the batch, {wrong} differ",
        ],
        numbers,
        [],
    )


def _said(w: Workspace, view: View, entities: list[str]) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {entity: {} for entity in entities}
    marks = ", ".join("?" * len(entities))
    with w.store.workbench(view) as bench:
        for entity, prop, value in bench.con.execute(
            f"SELECT DISTINCT entity, prop, value FROM statement WHERE entity IN ({marks})",
            entities,
        ).fetchall():
            found[entity].setdefault(prop, []).append(value)
    return found


def _batch(state: State, number: int) -> list[tuple[str, float]]:
    """Return the others with the score that the batch gave, repeated records left out."""
    rows = state.rows_of(number)
    left, right, score = (state.array(name) for name in ("left", "right", "score"))
    found = []
    for row in rows.tolist():
        other = int(right[row]) if int(left[row]) == number else int(left[row])
        if float(score[row]) < 1.0:
            found.append((state.name(other), float(score[row])))
    return found
