"""Section ``costs``: what policy, protections and ledger add to a screening batch and to `trace`.

Each run is made twice, in turn: as it is, and with a policy that has decided already and a store
that asks for no protection. A part of the persons is flagged, a smaller one hidden.
"""

import shutil
import statistics
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench_load import load_country

from maillon.model import Act, View
from maillon.screen import questions
from maillon.store import Store
from maillon.store.protections import Protection
from maillon.store.tombstones import Hidden
from maillon.training import write
from maillon.workspace import Workspace
from maillon.workspace.screenrun import ScreenOrder

FLAGGED = 200
HIDDEN = 20


def arguments(parser: ArgumentParser) -> None:
    """Add the options of this section."""
    parser.add_argument("--country", type=int, default=20_000, help="costs: inhabitants")
    parser.add_argument("--rounds", type=int, default=5, help="costs: runs of each")


def run(chosen: Namespace, keep: Path) -> tuple[list[str], dict[str, Any]]:
    """Measure both, without and with protections in force."""
    folder = keep / "costs"
    if not (folder / "loaded").is_file():
        shutil.rmtree(folder, ignore_errors=True)
        write(folder / "country", chosen.country, 9)
        load_country(folder / "country", folder / "workspace")
        (folder / "loaded").touch()
    lines, figures = [], {}
    for state in ("none", "some"):
        with Workspace.open(folder / "workspace") as w:
            if state == "some":
                protect(w)
            for name, do in (("screening", screened), ("trace", traced)):
                do(w, view(w, name))  # warm: indices and resolution of this state are made
                found = compared(w, name, do, chosen.rounds)
                figures[f"{name}_{state}"] = found
                lines.append(
                    f"{name}, {state} protected: {found['with']:.2f} s with, {found['bare']:.2f} s"
                    f" bare, adds {found['adds']:+.1%} (of {chosen.rounds}: {found['spread']})"
                )
    return lines, figures


def view(w: Workspace, name: str) -> View:
    return w.view({"screening": Act.SCREEN, "trace": Act.TRACE}[name])


def protect(w: Workspace) -> None:
    """Flag and hide some persons."""
    seen = w.view(Act.DECIDE, replace(w.settings.mandate, purpose="review"))
    if w.store.safeguards.protections.read(seen):
        return
    with w.store.workbench(seen) as bench:
        rows = bench.con.execute(
            "SELECT entity, min(label) FROM statement WHERE schema = 'Person' GROUP BY entity"
            " ORDER BY hash(entity) LIMIT ?", [FLAGGED + HIDDEN],
        ).fetchall()  # fmt: skip
    for number, (entity, label) in enumerate(rows):
        kind = "sealed" if number < HIDDEN else "victim"
        w.store.safeguards.protections.protect(seen, Protection(entity, kind, "bench"), [label])


def screened(w: Workspace, seen: View) -> None:
    use = w.screening.rules().use()
    datasets = ("passengers_api", "bank_customers")
    held = [one.dataset for one in w.deliveries(seen)]
    wanted = tuple(name for name in datasets if name in held) or tuple(held[:2])
    order = ScreenOrder(lambda bench: questions(bench, wanted, use), {"datasets": wanted}, use)
    with w.screening.opened(seen, order) as run_:
        for _ in run_:
            pass
        run_.finish()


def traced(w: Workspace, seen: View) -> None:
    vars(w).pop("_kept", None)  # what was traced lately is not traced again
    w.trace(seen)


def compared(
    w: Workspace, name: str, do: Callable[[Workspace, View], None], rounds: int
) -> dict[str, Any]:
    """Return median seconds with policy and without, in turn."""
    took: dict[str, list[float]] = {"with": [], "bare": []}
    opened = view(w, name)
    hidden = Store._hidden  # noqa: SLF001 - what the bench leaves out
    state = hidden(w.store, opened, w.store._rows(opened))  # noqa: SLF001 - as above
    try:
        for _ in range(rounds):
            start = time.perf_counter()
            do(w, view(w, name))
            took["with"].append(time.perf_counter() - start)
            # the same statements and the same keys, without asking again
            Store._hidden = lambda *_: Hidden(marks=state.marks)  # type: ignore[method-assign]  # noqa: SLF001
            start = time.perf_counter()
            do(w, opened)
            took["bare"].append(time.perf_counter() - start)
            Store._hidden = hidden  # type: ignore[method-assign]  # noqa: SLF001 - as above
    finally:
        Store._hidden = hidden  # type: ignore[method-assign]  # noqa: SLF001 - as above
    medians = {kind: statistics.median(held) for kind, held in took.items()}
    ratios = [a / b - 1 for a, b in zip(took["with"], took["bare"], strict=True)]
    spread = f"{min(ratios):+.1%} to {max(ratios):+.1%}"
    return {**medians, "adds": statistics.median(ratios), "spread": spread}


def headline(figures: dict[str, Any]) -> dict[str, Any]:
    """Return the keys that this section answers for."""
    return {"policy_adds": {name: round(one["adds"], 4) for name, one in figures.items()}}
