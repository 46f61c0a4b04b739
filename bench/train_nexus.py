"""Trains the model that turns a path's figures into a probability, and writes its artefact.

Countries: Ruritania, seeds 101 and up (never those of bench/nexus.py). One row an anchor pair: its
best path; a planted pair counts only by the planted path itself, where it is complete. Logistic
regression with a ridge of 1 on standardised figures; the best path is chosen anew in each round.
These countries join records by their truth, so that they cannot teach what a doubtful identity or
a weak source costs: those two weigh 1 (a log probability, as it stands).
"""

import argparse
import json
import tempfile
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from maillon.nexus.features import FEATURES, features
from maillon.nexus.field import survey
from maillon.nexus.links import drop
from maillon.nexus.settings import TraceSettings
from maillon.nexus.tracing import walk
from maillon.training import write
from nexus import load

FIRST_SEED = 101
RIDGE = 1.0
ROUNDS = 4
GIVEN = ("identity", "grade")
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Rows:
    """Paths of one country: figures, anchor pair, whether pair and path are planted."""

    figures: Floats
    pair: NDArray[np.int64]
    is_pair: Bools
    is_chain: Bools


def rows(persons: int, seed: int) -> Rows:
    """Return the paths of one country."""
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), persons, seed)
        loaded = load(Path(folder))
    settings = TraceSettings()
    field = survey(loaded, settings)
    paths, _ = walk(loaded, field, settings)
    figures = features(field.pairs, field.told, paths)
    name = field.canonical
    lines = [tuple(name[node] for node in path if node >= 0) for path in paths.nodes.tolist()]
    drop(loaded.con)
    loaded.con.close()
    return Rows(
        figures,
        paths.nodes[:, 0].astype(np.int64) * field.pairs.count + paths.crime,
        np.array([(line[0], line[-1]) in loaded.planted for line in lines], dtype=bool),
        np.array([line in loaded.chains for line in lines], dtype=bool),
    )


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
    score = figures[:, [0, 2, 3, 4]].sum(axis=1)
    kept = np.zeros(0, dtype=np.int64)
    for _ in range(ROUNDS):
        order = np.lexsort((np.arange(len(pair)), -(score + 100.0 * is_chain), pair))
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


def main() -> None:
    """Train and write ``src/maillon/nexus/models/leads-1.json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, nargs="+", default=[2000, 5000])
    parser.add_argument("--countries", type=int, default=10, help="of each size")
    given = parser.parse_args()
    sizes = [size for size in given.persons for _ in range(given.countries)]
    countries = [rows(size, FIRST_SEED + at) for at, size in enumerate(sizes)]
    mean, scale, model, count, hits = fit(countries)
    sizes_said = " and ".join(str(size) for size in given.persons)
    artefact = {
        "name": "leads-1",
        "trained_on": f"bench/train_nexus.py: {given.countries} synthetic countries each of"
        f" {sizes_said} persons, seeds {FIRST_SEED} to {FIRST_SEED + len(sizes) - 1};"
        f" {count} anchor pairs, {hits} planted",
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
