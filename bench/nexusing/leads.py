"""The leads of one country, trained and untrained, beside the baselines and the oracle; kept."""

import hashlib
import json
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

from nexusing import baselines
from nexusing.figures import Line, Pair, pairs_of
from nexusing.pipeline import Opened, Place, kept, known, made, opened

from maillon.nexus import TraceSettings
from maillon.nexus.field import Field
from maillon.nexus.fold import with_others
from maillon.nexus.probability import logistic, probability_of, untrained
from maillon.nexus.tracing import Run, all_running, walk
from maillon.nexus.writing import noisy_or
from maillon.resolve import Models
from maillon.training import likelihood, oracle

TOP: Final = 400
"""Leads kept of each ranking."""
MODELS: Final = {"trained": logistic, "untrained": untrained}
SHORT: Final = 4
"""Hops of the longest path of a batch run."""
_NAMES: Final = """
SELECT c.canonical, list(DISTINCT n.value) FROM canonical c
JOIN statement n ON n.entity = c.entity AND n.prop = 'name'
WHERE c.canonical IN (SELECT a.canonical FROM canonical a
                      JOIN statement t ON t.entity = a.entity AND t.prop = 'topics')
GROUP BY c.canonical
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was found in one country.

    Attributes:
        leads: Lines by ranking, best first: ``trained``, ``untrained`` and each baseline.
        oracle: Planted pairs among the first 200 of the generator's own ranking.
        oracle_recall: Share of the planted pairs that it finds there.
        planted, short: All planted pairs; those of at most `SHORT` hops.
        decoys: Kind by anchor pair.
        scripts: Script of the names, by person behind an anchor.
        counts: What the trace counted.
        seconds: By step.
    """

    leads: dict[str, list[Line]]
    oracle: set[Pair]
    oracle_recall: float
    planted: set[Pair]
    short: set[Pair]
    decoys: dict[Pair, str]
    scripts: dict[str, str]
    counts: dict[str, int]
    seconds: dict[str, float]


def seen(place: Place, *, with_baselines: bool = True) -> Seen:
    """Return what is found in a country; read where it was kept, else measured and kept."""
    folder = made(place)
    version = Models.of(folder / "workspace" / "models").version
    file = kept(place, "leads", version)
    held = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    if not held or (with_baselines and not held["has_baselines"]):
        with opened(place) as country:
            held = _measured(country, with_baselines=with_baselines)
        file.write_text(json.dumps(held), encoding="utf-8")
    truth = known(place.truth)
    ranked = _oracle(place)
    chains = truth["planted"]
    return Seen(
        {name: [Line.of(row) for row in rows] for name, rows in held["leads"].items()},
        {(str(a), str(b)) for a, b in ranked["found"]},
        float(ranked["recall"]),
        {_ends(chain) for chain in chains},
        {_ends(chain) for chain in chains if len(chain["hops"]) <= SHORT},
        {_ends(chain): str(chain["kind"]) for chain in truth["decoys"]},
        held["scripts"],
        held["counts"],
        held["seconds"],
    )


def _ends(chain: dict[str, Any]) -> Pair:
    return str(chain["persons"][0]), str(chain["persons"][-1])


def _oracle(place: Place) -> dict[str, Any]:
    code = Path(likelihood.__file__).read_bytes()
    file = place.folder / f"oracle-{hashlib.sha256(code).hexdigest()[:10]}.json"
    if not file.is_file():
        found = oracle(place.truth)
        first = [r for r in found.ranking[:200] if r.is_planted]
        said = {
            "recall": found.recall_at_200,
            "found": [[f"n{r.persons[0]}", f"n{r.persons[-1]}"] for r in first],
        }
        file.write_text(json.dumps(said), encoding="utf-8")
    return dict(json.loads(file.read_text("utf-8")))


def _measured(country: Opened, *, with_baselines: bool) -> dict[str, Any]:
    leads: dict[str, list[dict[str, Any]]] = {}
    seconds: dict[str, float] = {}
    counts: dict[str, int] = {}
    settings = TraceSettings(top=TOP)
    start = time.perf_counter()
    with all_running(country.bench, settings, [model() for model in MODELS.values()]) as runs:
        for name, run in zip(MODELS, runs, strict=True):
            leads[name] = [line.row() for line in _lines(country, run, settings)]
            counts = {**run.field.counts, "paths": len(run.written.paths)}
        seconds["both"] = time.perf_counter() - start
        field = runs[0].field
    if with_baselines:
        start = time.perf_counter()
        rows_by_name = _baselines(country, field)
        leads |= {n: [one.row() for one in rows] for n, rows in rows_by_name.items()}
        seconds["baselines"] = time.perf_counter() - start
    return {
        "leads": leads, "scripts": _scripts(country), "counts": counts, "seconds": seconds,
        "has_baselines": with_baselines,
    }  # fmt: skip


def _scripts(country: Opened) -> dict[str, str]:
    """Return the script of the names of each anchor, by the person behind it."""
    rows = country.bench.con.execute(_NAMES).fetchall()
    found: dict[str, str] = {}
    for canonical, names in sorted(rows):
        said = script_of(names)
        for person in sorted(behind(country, canonical)):
            if found.get(person, "latin") == "latin":
                found[person] = said
    return found


def script_of(names: list[str]) -> str:
    """Return the first script that is not Latin in any of the names, else ``latin``."""
    for letter in "".join(sorted(names)):
        if letter.isalpha():
            script = unicodedata.name(letter, "LATIN").split()[0].lower()
            if script not in {"latin", "modifier", "masculine", "feminine"}:
                return script
    return "latin"


def _lines(country: Opened, run: Run, settings: TraceSettings) -> Iterator[Line]:
    """Yield the leads of a run as `Lead` has them, their evidence left out."""
    written, paths = run.written, run.written.paths
    most = settings.paths_per_lead
    ranked = with_others(run.ranked, paths, run.field.pairs.count, written.logit, most)
    alone = probability_of(written.logit)
    for at, lead in enumerate(ranked):
        ends = int(paths.nodes[lead.path][0]), int(paths.crime[lead.path])
        terror, crime = (behind(country, written.canonical[end]) for end in ends)
        chances = [float(written.probability[at]), *(float(alone[one]) for one in lead.others)]
        hops = int(paths.length[lead.path])
        yield Line(pairs_of(terror, crime), noisy_or(chances), float(written.q_value[at]), hops)


def behind(country: Opened, canonical: str) -> frozenset[str]:
    """Return the persons of a canonical id."""
    return country.persons.get(canonical, frozenset())


BASELINE_PATHS: Final = 5_000_000
"""Paths that the baselines rank: they take hops of a single channel too."""


def _baselines(country: Opened, field: Field) -> dict[str, list[Line]]:
    paths, _ = walk(field, TraceSettings(baseline=True, budget_paths=BASELINE_PATHS))
    found = {}
    for name, keys in baselines.rankings(field, paths).items():
        ends = [divmod(int(key), field.pairs.count) for key in keys[:TOP]]
        found[name] = [
            Line(
                pairs_of(behind(country, field.canonical[a]), behind(country, field.canonical[b])),
                0.0, 1.0, 0,
            )
            for a, b in ends
        ]  # fmt: skip
    return found


@cache
def training_seeds() -> frozenset[int]:
    """Return the seeds of the countries that the model which ships was trained on."""
    folder = resources.files("maillon.nexus").joinpath("models")
    held = json.loads(Path(str(folder.joinpath("leads-1.json"))).read_text("utf-8"))
    return frozenset(int(seed) for seed in held["seeds"])


def sealed(seeds: list[int]) -> str:
    """Return a line that says which seeds trained the model.

    Raises:
        SystemExit: One of ``seeds`` did.
    """
    trained = training_seeds()
    if both := sorted(trained & set(seeds)):
        raise SystemExit(
            f"seeds {both} trained the model of maillon.nexus: give others with --seeds,"
            " --empty-seeds or --hard-seeds"
        )
    return f"trained on seeds {min(trained)} to {max(trained)} ({len(trained)}); none is used here"
