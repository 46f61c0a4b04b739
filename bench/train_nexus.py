"""Trains the model that turns a path's figures into a probability, and writes its artefact.

Countries: Ruritania through the whole pipeline (written, loaded, resolved), so that identity
confidence is what `resolve` says; seeds that bench/nexus.py refuses; prevalences around the usual
one in turn. One row an anchor pair: its best path; a planted pair counts only by the planted path
itself, where it is complete. Logistic regression with a ridge of 1 on standardised figures; the
best path is chosen anew in each round. The weights of `GIVEN` are 1 (a log probability, as it
stands): the countries hardly vary in them.

.venv/bin/python bench/train_nexus.py [--countries 5000:6 2000:6 12000:2] [--keep DIR]
"""

import argparse
import json
import tempfile
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

import numpy as np
from nexusing.pipeline import Place, known, opened
from numpy.typing import NDArray
from scipy.optimize import minimize

from maillon.nexus.features import FEATURES, features
from maillon.nexus.field import survey
from maillon.nexus.links import drop
from maillon.nexus.probability import untrained
from maillon.nexus.settings import TraceSettings
from maillon.nexus.tracing import walk
from maillon.training import Variant

FIRST_SEED: Final = 111
COUNTRIES: Final = ("5000:6", "2000:6", "12000:2")
PREVALENCES: Final = (0.7, 1.0, 1.4)
"""In turn; bench/nexus.py measures at 0.5 and 2."""
RIDGE: Final = 1.0
ROUNDS: Final = 4
FIRST: Final = 100.0
"""What a planted path is put ahead by when the best path of a pair is chosen."""
GIVEN: Final = ("identity", "grade")
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Rows:
    """Paths of one country: figures, score untrained, anchor pair, whether pair and path count."""

    figures: Floats
    score: Floats
    pair: NDArray[np.int64]
    is_pair: Bools
    is_chain: Bools


def rows(place: Place) -> Rows:
    """Return the paths of one country."""
    settings = TraceSettings()
    with opened(place) as country:
        try:
            field = survey(country.bench, settings)
            paths, _ = walk(field, settings)
        finally:
            drop(country.bench.con)
        figures = features(field.pairs, field.told, paths)
        who = [country.persons.get(name, frozenset[str]()) for name in field.canonical]
    chains = [tuple(chain["persons"]) for chain in known(place.truth)["planted"]]
    by_ends: dict[tuple[str, str], list[tuple[str, ...]]] = {}
    for chain in chains:
        by_ends.setdefault((chain[0], chain[-1]), []).append(chain)
    is_pair, is_chain = (np.zeros(len(paths), dtype=bool) for _ in range(2))
    for at, nodes in enumerate(paths.nodes.tolist()):
        line = [who[node] for node in nodes if node >= 0]
        for ends in ((a, b) for a in line[0] for b in line[-1]):
            for chain in by_ends.get(ends, ()):
                is_pair[at] = True
                fits = len(chain) == len(line)
                is_chain[at] |= fits and all(p in w for p, w in zip(chain, line, strict=True))
    pair = paths.nodes[:, 0].astype(np.int64) * field.pairs.count + paths.crime
    return Rows(figures, untrained().logit(figures), pair, is_pair, is_chain)


def fit(countries: list[Rows]) -> tuple[Floats, Floats, Floats, int, int]:
    """Return mean, scale, and the intercept followed by the weights; and how many rows and hits."""
    figures = np.concatenate([c.figures for c in countries])
    is_pair = np.concatenate([c.is_pair for c in countries])
    is_chain = np.concatenate([c.is_chain for c in countries])
    pair = np.concatenate([c.pair + at * 10**13 for at, c in enumerate(countries)])
    mean, scale = figures.mean(axis=0), figures.std(axis=0) + 1e-9
    z = (figures - mean) / scale
    model = np.zeros(z.shape[1] + 1)
    given = np.array([FEATURES.index(name) for name in GIVEN])
    model[1 + given] = scale[given]
    score = np.concatenate([c.score for c in countries])
    kept = np.zeros(0, dtype=np.int64)
    for _ in range(ROUNDS):
        order = np.lexsort((np.arange(len(pair)), -(score + FIRST * is_chain), pair))
        best = order[np.r_[True, pair[order][1:] != pair[order][:-1]]]
        kept = best[~is_pair[best] | is_chain[best]]
        model = _logistic(z[kept], is_chain[kept].astype(np.float64), model, given)
        score = z @ model[1:] + model[0]
    return mean, scale, model, len(kept), int(is_chain[kept].sum())


def _logistic(z: Floats, target: Floats, start: Floats, given: NDArray[np.int64]) -> Floats:
    """Return the model of least loss; the weights of ``given`` stay as they start."""

    def loss(model: Floats) -> tuple[float, Floats]:
        odds = z @ model[1:] + model[0]
        off = 1.0 / (1.0 + np.exp(-odds)) - target
        value = (np.logaddexp(0.0, odds) - target * odds).sum() + RIDGE * (model[1:] ** 2).sum() / 2
        slope = np.r_[off.sum(), z.T @ off + RIDGE * model[1:]]
        slope[1 + given] = 0.0
        return float(value), slope

    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B").x, dtype=np.float64)


def places(keep: Path, wanted: list[str]) -> list[Place]:
    """Return the countries of ``SIZE:HOW-MANY`` in order, seed by seed."""
    found: list[Place] = []
    for text in wanted:
        persons, count = (int(part) for part in text.split(":"))
        for at in range(count):
            variant = Variant(prevalence=PREVALENCES[at % len(PREVALENCES)])
            found.append(Place(keep, persons, FIRST_SEED + len(found), variant))
    return found


def main() -> None:
    """Train and write ``src/maillon/nexus/models/leads-1.json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--countries", nargs="+", default=list(COUNTRIES), help="size:how many")
    parser.add_argument("--keep", type=Path, help="keep each country here, and read it again")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="maillon-train-") as own:
        wanted = places(given.keep or Path(own), given.countries)
        countries = [rows(place) for place in wanted]
    mean, scale, model, count, hits = fit(countries)
    seeds = [place.seed for place in wanted]
    factors = ", ".join(f"{factor:g}" for factor in PREVALENCES)
    artefact = {
        "name": "leads-1",
        "trained_on": f"bench/train_nexus.py: synthetic countries {' '.join(given.countries)}"
        f" (persons:countries), seeds {seeds[0]} to {seeds[-1]}, {factors} times the usual chains"
        f" in turn; {count} anchor pairs, {hits} planted",
        "seeds": seeds,
        "features": list(FEATURES),
        "intercept": round(float(model[0]), 6),
        "mean": [round(float(value), 6) for value in mean],
        "scale": [round(float(value), 6) for value in scale],
        "weight": [round(float(value), 6) for value in model[1:]],
    }
    for name, weight in zip(FEATURES, model[1:], strict=True):
        print(f"{name:22} {weight:8.3f}")
    print(artefact["trained_on"])
    path = Path(str(resources.files("maillon.nexus"))) / "models" / "leads-1.json"
    path.write_text(json.dumps(artefact, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
