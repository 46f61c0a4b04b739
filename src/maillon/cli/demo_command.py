"""``demo``: a synthetic country's files go in, ranked leads with their evidence come out."""

import json
import os
import shlex
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from maillon.cli.options import JsonOption, put, say
from maillon.model import Act, LimitError, RefusedError

if TYPE_CHECKING:
    from maillon.cli.progress import Steps
    from maillon.nexus import Trace
    from maillon.resolve import Resolved
    from maillon.store import Loaded
    from maillon.workspace import Workspace

TOP: Final = 50
"""Leads kept and scored."""

PRINTED: Final = 10
"""Leads printed as a table."""

FEWEST, MOST = 1_000, 2_000_000
"""Least and greatest number of persons."""

SCREENED: Final = ("rt_api",)
"""Datasets whose persons are screened: the passengers."""


@dataclass(slots=True)
class Made:
    """What the demo made, step by step."""

    country: Path
    loaded: "list[Loaded]" = field(default_factory=list)
    screening: dict[str, dict[str, int]] = field(default_factory=dict)
    resolved: "Resolved | None" = None
    trace: "Trace | None" = None
    seconds: dict[str, float] = field(default_factory=dict)


def demo(
    persons: Annotated[int, typer.Option("--persons", help="Size of the country.")] = 2_000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Which country.")] = 1,
    out: Annotated[
        Path | None, typer.Option("--out", help="Where to; else ruritania-PERSONS-SEED.")
    ] = None,
    score: Annotated[
        bool, typer.Option("--score", help="Measure the leads against the country's truth.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Make Ruritania, load what its agencies deliver, and print the leads with their evidence.

    Ruritania is synthetic. Its files, a workspace and report.html are left in --out; a second run
    there loads nothing twice.

    Example: maillon demo --persons 1000 --seed 7 --score
    """
    if not FEWEST <= persons <= MOST:
        raise (
            LimitError("persons of a country", MOST, persons)
            if persons > MOST
            else (typer.BadParameter(f"{FEWEST} at least", param_hint="--persons"))
        )
    folder = out or Path(f"ruritania-{persons}-{seed}")
    from maillon.cli.progress import Steps

    with Steps() as steps:
        made = run(folder, persons, seed, steps)
        scored = _score(made, folder) if score else None
        steps.start("report", 1)
        _write_report(folder, made, scored)
    leads = [lead.line() for lead in _trace(made).leads]
    if as_json:
        for line in leads:
            put(line)
        if scored is not None:
            put({"score": scored["line"]})
    else:
        from maillon.cli.tables import print_leads

        print_leads(leads[:PRINTED])
        if scored is not None:
            _print_score(scored)
    took = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in made.seconds.items())
    program = shlex.quote(os.path.relpath(sys.argv[0]) if os.sep in sys.argv[0] else sys.argv[0])
    say(f"{took}\nreport: {folder / 'report.html'}")
    workspace = shlex.quote(str(folder / "workspace"))
    say(f"look at it in a browser: {program} account add analyst -w {workspace}")
    say(f"serve it: {program} serve -w {workspace}")


def run(folder: Path, persons: int, seed: int, steps: "Steps") -> Made:
    """Make the country and the workspace in ``folder``, and do every step to the leads."""
    from maillon.training import listed_names, write
    from maillon.workspace import Workspace

    _own(folder, persons, seed)
    made = Made(folder / "ruritania")
    clock = _Clock(made.seconds)
    with clock("generate"):
        steps.start("generate", persons)
        write(made.country, persons, seed, avoid=listed_names(), progress=steps.at)
    workspace = folder / "workspace"
    if not (workspace / "maillon.toml").is_file():
        Workspace.create(workspace)
    with Workspace.open(workspace) as w:
        with clock("load"):
            _load(w, made, steps)
        with clock("screen"):
            _screen(w, made, steps)
        with clock("resolve"):
            steps.start("resolve", 1)
            made.resolved = w.resolve(w.view(Act.RESOLVE))
        with clock("trace"):
            steps.start("trace", 1)
            made.trace = w.trace(w.view(Act.TRACE), _settings())
    return made


def _own(folder: Path, persons: int, seed: int) -> None:
    """Refuse a folder that holds another country: two countries would be one set of records."""
    file, mine = folder / "demo.json", {"persons": persons, "seed": seed}
    if file.is_file():
        held = json.loads(file.read_text("utf-8"))
        if held != mine:
            raise RefusedError(
                "demo: one country a folder",
                f"{folder} holds {held['persons']} persons of seed {held['seed']}",
                "name another folder with --out",
            )
        return
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(mine) + "\n", "utf-8")


def _load(w: "Workspace", made: Made, steps: "Steps") -> None:
    from maillon.cli.demo_load import load_deliveries, load_lists

    steps.start("load", 1)
    made.loaded = load_deliveries(w, made.country / "deliveries", steps.at)
    steps.start("load the real lists", 3)
    for number, loaded in enumerate(load_lists(w), 1):
        made.loaded.append(loaded)
        steps.at("load the real lists", number, 3)


def _screen(w: "Workspace", made: Made, steps: "Steps") -> None:
    from maillon.screen import dataset_entries

    steps.start("screen", 1)
    mandate = replace(w.settings.mandate, purpose="screening")
    view = w.view(Act.SCREEN, mandate, detail={"datasets": list(SCREENED)})
    lists = ["rt_terror_list", *_list_names()]
    counts: dict[str, dict[str, int]] = {
        name: {"strong": 0, "possible": 0, "weak": 0} for name in lists
    }
    answers = w.screen(view, lambda bench: dataset_entries(bench, SCREENED), lists=lists)
    for number, answer in enumerate(answers, 1):
        for hit in answer.hits:
            counts[hit.dataset][hit.scored.band.value] += 1
        if number % 1000 == 0:
            steps.at("screen", number, number)
    made.screening = counts


def _list_names() -> list[str]:
    from maillon.cli.demo_load import LISTS

    return [dataset for dataset, *_ in LISTS]


def _settings(*, baseline: bool = False) -> Any:  # noqa: ANN401 - nexus is imported only when tracing
    from maillon.nexus import TraceSettings

    # a ranking by path length needs no chance
    return TraceSettings(top=TOP, draws=0 if baseline else TraceSettings().draws, baseline=baseline)


def _trace(made: Made) -> "Trace":
    assert made.trace is not None
    return made.trace


def _score(made: Made, folder: Path) -> dict[str, Any]:
    """Score the leads, and a ranking by path length alone beside them."""
    from maillon.training import score
    from maillon.workspace import Workspace, members

    assert made.resolved is not None
    held = members(made.resolved.canonical)
    truth = made.country / "truth"
    mine = score(truth, [lead.line() for lead in _trace(made).leads], held)
    with Workspace.open(folder / "workspace") as w:
        plain = w.trace(w.view(Act.TRACE), _settings(baseline=True))
    baseline = score(truth, [lead.line() for lead in plain.leads], held)
    return {
        "line": {
            "planted": mine.planted,
            "recall_at_50": round(mine.recall_at_50, 6),
            "false_in_50": mine.false_in_50,
            "baseline_recall_at_50": round(baseline.recall_at_50, 6),
        },
        "found": mine.planted - len(mine.missed),
        "related": mine.related_in_50,
        "decoys": mine.decoys_in_50,
        "missed": [f"{one.id}: {one.reason}" for one in mine.missed],
    }


def _print_score(scored: Mapping[str, Any]) -> None:
    line = scored["line"]
    print(
        f"\nAgainst the truth: {line['planted']} chains planted, {line['recall_at_50']:.0%} of "
        f"them in the first {TOP} leads; {line['false_in_50']} of these leads are false "
        f"({scored['related']} of those run along a planted chain; decoys: "
        f"{', '.join(f'{n} {kind}' for kind, n in scored['decoys'].items()) or 'none'}). "
        f"Ranking by path length alone: {line['baseline_recall_at_50']:.0%}."
    )
    for one in scored["missed"]:
        print(f"   missed: {one}")


def _write_report(folder: Path, made: Made, scored: Mapping[str, Any] | None) -> None:
    from maillon.cli.report import Report, write_report
    from maillon.store import open_store
    from maillon.workspace import members

    assert made.resolved is not None
    held = members(made.resolved.canonical)
    trace = _trace(made)
    score = None
    if scored is not None:
        score = {**scored["line"], "found": scored["found"], "missed": scored["missed"]}
    store = open_store(folder / "workspace")
    mandate = store.settings.mandate
    store.close()
    write_report(
        folder / "report.html",
        Report(
            mandate,
            [lead.line() for lead in trace.leads],
            _sources(made),
            {
                "entities": made.resolved.canonical.num_rows,
                "clusters": sum(len(entities) > 1 for entities in held.values()),
            },
            sorted(made.screening.items()),
            trace.complete,
            str(trace.cut or ""),
            score,
        ),
    )


def _sources(made: Made) -> list[dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = {}
    for loaded in made.loaded:
        one = loaded.delivery
        row = rows.setdefault(
            one.dataset,
            {"dataset": one.dataset, "statements": 0, "entities": 0, "unreadable": 0, "purged": 0},
        )
        row["statements"] += one.statements
        row["entities"] += one.entities
        row["unreadable"] += one.records_unreadable
        row["purged"] += one.purged
    return list(rows.values())


class _Clock:
    def __init__(self, seconds: dict[str, float]) -> None:
        self._seconds = seconds
        self._name = ""
        self._start = 0.0

    def __call__(self, name: str) -> "_Clock":
        self._name = name
        return self

    def __enter__(self) -> None:
        self._start = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self._seconds[self._name] = round(time.perf_counter() - self._start, 2)
