"""Screening again after a list changed: seconds for many past subjects and a few changed entries.

1,000,000 subjects (--quick: 100,000) are screened once; then a delivery changes 50 entries.
"""

import argparse
import io
import json
import random
import resource
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from maillon.model import Act, Mode
from maillon.screen import questions
from maillon.sources import adapter
from maillon.store import Order
from maillon.workspace import Workspace
from maillon.workspace.screenrun import ScreenOrder

CHANGED = 50
ENTRIES = 1_000
SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "el", "ir")]


def name(dice: random.Random) -> str:
    return " ".join(
        "".join(dice.choices(SYLLABLES, k=dice.randint(2, 4))).capitalize() for _ in range(3)
    )


def record(key: str, dice: random.Random, **said: list[str]) -> dict[str, Any]:
    born = f"{dice.randint(1940, 2007)}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"
    return {"id": key, "schema": "Person",
            "properties": {"name": [name(dice)], "birthDate": [born], **said}}  # fmt: skip


def load(w: Workspace, dataset: str, records: list[dict[str, Any]]) -> None:
    raw = io.BytesIO("".join(json.dumps(one) + "\n" for one in records).encode())
    order = Order(adapter("ftm-json"), dataset, w.settings.label, mode=Mode.SNAPSHOT)
    w.load(w.view(Act.LOAD), raw, order)


def order_of(w: Workspace) -> ScreenOrder:
    use = replace(w.screening.rules().use())
    return ScreenOrder(
        lambda bench: questions(bench, ["clients"], use), {"datasets": ["clients"]}, use, ("un",)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--subjects", type=int, default=0)
    said = parser.parse_args()
    subjects = said.subjects or (100_000 if said.quick else 1_000_000)
    dice = random.Random(20_200_754)
    with tempfile.TemporaryDirectory() as folder:
        Workspace.create(Path(folder) / "w")
        with Workspace.open(Path(folder) / "w") as w:
            entries = [record(f"e{n}", dice, topics=["sanction"]) for n in range(ENTRIES)]
            load(w, "un", entries)
            load(w, "clients", [record(f"s{n}", dice) for n in range(subjects)])
            start = time.perf_counter()
            w.screening.delta(w.view(Act.SCREEN), order_of(w))
            first = time.perf_counter() - start
            print(f"first run, {subjects:,} subjects x {ENTRIES:,} entries: {first:,.1f} s")
            times = []
            for turn in range(1 if said.quick else 3):
                for n in range(CHANGED):
                    entries[turn * CHANGED + n]["properties"]["name"] = [name(dice)]
                load(w, "un", entries)
                start = time.perf_counter()
                changes = w.screening.delta(w.view(Act.SCREEN), order_of(w))
                times.append(time.perf_counter() - start)
                print(f"{CHANGED} changed entries: {times[-1]:.2f} s, {len(changes):,} changes")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    middle = sorted(times)[len(times) // 2]
    print(f"median {middle:.2f} s (min {min(times):.2f}, max {max(times):.2f}), {peak:,.0f} MB")
    if said.json:
        print(json.dumps({"subjects": subjects, "delta_s": middle, "first_s": first, "mb": peak}))


if __name__ == "__main__":
    main()
