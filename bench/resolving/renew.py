"""Section ``renew``: a newer delivery to a large workspace; whether all anew says the same.

The dataset ``arrivals`` is delivered again whole at each run, with other records: as many entities
go as come.
"""

import io
import json
import os
import random
import sys
import time
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Final

from resolving.alone import peak_gib
from resolving.loading import bring_up

from maillon.model import Act, Mode, View
from maillon.resolve import Resolved
from maillon.sources import adapter
from maillon.store import Order
from maillon.workspace import Workspace

COMPARED: Final = 500_000
"""Records up to which all are resolved anew too, to compare."""


def arguments(parser: ArgumentParser) -> None:
    """Add the options of this section."""
    group = parser.add_argument_group("renew")
    group.add_argument("--delivered", type=int, default=1000, help="records of the delivery")


def run(chosen: Namespace) -> tuple[list[str], dict[str, object], list[str]]:
    """Measure what resolving takes after a small delivery, in a workspace of --keep."""
    if not chosen.keep:
        sys.exit("renew: name a workspace that the section large built, with --keep")
    workspace = Path(chosen.keep) / "workspace"
    bring_up(workspace)
    seed = random.SystemRandom().randrange(1 << 30)
    with Workspace.open(workspace) as w:
        view = w.view(Act.RESOLVE)
        size = w.resolve(view).state.size
        _deliver(w, view, chosen.delivered, seed)
        load, start = os.getloadavg()[0], time.perf_counter()
        found = w.resolve(view)
        took = time.perf_counter() - start
        numbers: dict[str, object] = {
            "renewed": found.state.size, "renewed_from": size,
            "renewed_delivered": chosen.delivered, "renew_s": took, "renew_load": load,
            "renew_rss_gib": peak_gib(), "renew_seed": seed,
        }  # fmt: skip
        lines = [
            (
                f"{chosen.delivered:,} records delivered to {size:,}, seed {seed}: resolved in "
                f"{took:.1f} s at load {load:.1f}, peak {peak_gib():.1f} GiB"
            )
        ]
        if found.state.size <= COMPARED:
            start = time.perf_counter()
            same = _same(found, _anew(w, view, found))
            numbers |= {"anew_s": time.perf_counter() - start, "renew_differs": not same}
            lines.append(
                f"all anew {numbers['anew_s']:.1f} s: {'the same' if same else 'NOT THE SAME'}"
            )
    return lines, numbers, []


def _deliver(w: Workspace, view: View, count: int, seed: int) -> None:
    """Deliver persons who are there again, half of them with a letter of the name gone."""
    chance = random.Random(seed)
    with w.store.workbench(view) as bench:
        picked = bench.con.execute(
            f"""SELECT entity FROM (SELECT DISTINCT entity FROM statement
                WHERE schema = 'Person' AND dataset <> 'arrivals')
                ORDER BY hash(entity || '{seed}') LIMIT {count}"""
        ).fetchall()
        marks = ", ".join("?" * len(picked))
        rows = bench.con.execute(
            f"""SELECT DISTINCT entity, prop, value FROM statement WHERE entity IN ({marks})
                ORDER BY ALL""",
            [row[0] for row in picked],
        ).fetchall()
    said: dict[str, dict[str, list[str]]] = {}
    for entity, prop, value in rows:
        said.setdefault(entity, {}).setdefault(prop, []).append(value)
    lines = []
    for number, held in enumerate(said.values()):
        if chance.random() < 0.5:
            held["name"] = [name[:2] + name[3:] for name in held.get("name", [])]
        lines.append(json.dumps({"id": f"{seed}-{number}", "schema": "Person", "properties": held}))
    order = Order(adapter("ftm-json"), "arrivals", w.settings.label, mode=Mode.SNAPSHOT)
    w.load(w.view(Act.LOAD), io.BytesIO("\n".join(lines).encode()), order)


def _anew(w: Workspace, view: View, found: Resolved) -> Resolved:
    (name,) = {found.state.folder.name.partition(".")[0]}
    w.store.forget_derived(view, name)
    return w.resolve(view)


def _same(one: Resolved, two: Resolved) -> bool:
    return (
        one.canonical.equals(two.canonical)
        and one.pairs.equals(two.pairs)
        and one.blocking == two.blocking
        and sorted(map(str, one.conflicts)) == sorted(map(str, two.conflicts))
    )
