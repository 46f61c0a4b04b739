"""Section ``revoke``: one judgement taken back among a million, and what else it changes."""

import secrets
import sqlite3
import statistics
import sys
import time
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Final

import numpy as np
from resolving.loading import bring_up

from maillon.model import Act
from maillon.resolve import State
from maillon.store import Event, Verdict
from maillon.store.labelsets import set_number
from maillon.workspace import Workspace

GOAL_S: Final = 1.0
TIMES: Final = 20


def arguments(parser: ArgumentParser) -> None:
    """Add the options of this section."""
    group = parser.add_argument_group("revoke")
    group.add_argument("--judgements", type=int, default=1_000_000, help="in the log")


def run(chosen: Namespace) -> tuple[list[str], dict[str, object], list[str]]:
    """Measure from the call that revokes to the clusters that follow, in a workspace of --keep."""
    if not chosen.keep:
        sys.exit("revoke: name a workspace that the section large built, with --keep")
    workspace = Path(chosen.keep) / "workspace"
    bring_up(workspace)
    with Workspace.open(workspace) as w:
        view, judging = w.view(Act.RESOLVE), w.view(Act.JUDGE)
        state = w.resolve(view).state
        labels = sorted(view.labels)
        held = _judged(workspace / "desk.sqlite", state, chosen.judgements, labels)
        start = time.perf_counter()
        w.resolve(view)
        whole = time.perf_counter() - start
        took: list[float] = []
        others = 0
        rng = np.random.default_rng(5)
        for _ in range(TIMES):
            left, right = sorted(state.name(int(n)) for n in rng.integers(0, state.size, 2))
            before = w.resolve(view).clusters
            key = w.judge(judging, Event(left, right, Verdict.POSITIVE, "one", tuple(labels)))
            w.resolve(view)
            start = time.perf_counter()
            w.judge(judging, Event(left, right, Verdict.REVOKED, "no", tuple(labels), revokes=key))
            after = w.resolve(view).clusters
            took.append(time.perf_counter() - start)
            same = np.array_equal(before.root, after.root)
            others += not (same and np.array_equal(before.confidence, after.confidence))
    took.sort()
    numbers: dict[str, object] = {
        "judgements": held, "revoke_median_s": statistics.median(took), "revoke_most_s": took[-1],
        "revoke_not_restored": others, "judgements_all_s": whole,
    }  # fmt: skip
    verdict = "holds" if took[-1] <= GOAL_S else "FAILS"
    return (
        [
            (
                f"{TIMES} revocations among {held:,} judgements, {state.size:,} records: median "
                f"{statistics.median(took):.2f} s, most {took[-1]:.2f} s; "
                f"to hold {GOAL_S}: {verdict}"
            ),
            f"clusters not restored to the bit: {others}; all judgements at once {whole:.1f} s",
        ],
        numbers,
        [],
    )


def _judged(desk: Path, state: State, count: int, labels: list[int]) -> int:
    """Write judgements of a rule about records that are one already, in bulk, up to a count."""
    left, right = state.array("left"), state.array("right")
    number = set_number(labels)
    with sqlite3.connect(desk) as con:
        ((there,),) = con.execute("SELECT count(*) FROM judgement").fetchall()
        rows = (
            (secrets.token_hex(8), *sorted((state.name(int(left[n])), state.name(int(right[n])))),
             "positive", "rule", "2026-01-01T00:00:00Z", "same number", str(labels), "rule", number)
            for n in (at % len(left) for at in range(max(0, count - there)))
        )  # fmt: skip
        con.executemany(
            'INSERT INTO judgement (id, "left", "right", verdict, who, at, reason, labels, "by",'
            " label_set) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
        con.execute("INSERT OR IGNORE INTO label_set VALUES (?, ?)", (number, str(labels)))
        ((held,),) = con.execute("SELECT count(*) FROM judgement").fetchall()
    return int(held)
