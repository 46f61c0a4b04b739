"""Train the models of `resolve` on synthetic countries; write them to src/maillon/resolve/models.

m: where the pairs of records of one person stand, level by level; u: where random pairs of records
of
different persons stand. Thresholds are fixed on the training countries. One thread, no randomness
but
the seed of the sample.

    python bench/train_resolve.py FOLDER ... [--json]     folders with deliveries/ and truth/,
    loaded here
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

import duckdb
from bench_load import load_country

from maillon.model import Act
from maillon.resolve.comparisons import TABLES, column, level_of
from maillon.resolve.records import build_records
from maillon.workspace import Workspace

MODELS = Path(__file__).parents[1] / "src" / "maillon" / "resolve" / "models"
THRESHOLD = {"person": (0.95, 0.5), "firm": (0.95, 0.5)}
SMOOTH = 0.5
PAIRS = 2_000_000
# Pairs that a folder stands for, of one person and of different persons.
WEIGHT = {"same": 50_000, "other": 20_000_000}
# Ruritania's people change phone, address and papers less often than people do; a value that
# differs therefore says less against *same* than was counted there: least m of "they differ".
DIFFER = {
    "document": 0.1,
    "phone": 0.3,
    "address": 0.3,
    "e-mail": 0.5,
    "country": 0.05,
    "gender": 0.01,
    "birth date": 0.002,
}
# Rules, not rates. The weights of the first four are set so that no other evidence but a document
# outweighs them; two parts of a name and a year alone are for people to decide; one pair of entries
# of a list in 150 that look alike is one party.
RULES = {
    "other person": ([1e-15, 1e-15, 1e-15, 1e-15, 0.0037, 1.0], [0.2] * 5 + [1.0]),
    "one list": ([0.0067, 1.0], [1.0, 1.0]),
}
# What a country without such records is given, so that the comparison is not blind.
BLIND = {"e-mail": ([0.5, 0.5], [1e-6, 1.0])}
# Slips in numbers are rarer there than where people type: least m, and u of two numbers at random.
SLIP = (0.04, 2e-5)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--version", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    said = parser.parse_args()
    counts: dict[str, dict[str, dict[str, dict[str, float]]]] = {}
    for folder in said.folders:
        with tempfile.TemporaryDirectory() as scratch:
            count(folder, Path(scratch) / "w", counts)
    for kind, comparisons in counts.items():
        if kind != "person":
            continue  # no synthetic country holds one firm or ship in two registers
        levels = {}
        for name, (_, table) in TABLES[kind].items():
            labels = [label for label, _ in table] + ["they differ"]
            rates: dict[str, list[float]] = {}
            if not comparisons[name].get("same"):
                print(f"no pair of one {kind}: its model stays as it is", file=sys.stderr)
                break
            for side in ("same", "other"):
                found = [comparisons[name][side].get(label, 0) + SMOOTH for label in labels]
                whole = sum(found)
                rates[side] = [float(f"{part / whole:.4g}") for part in found]
            if name in RULES:
                rates = dict(zip(("same", "other"), RULES[name], strict=True))
            elif known(comparisons[name]["same"]) and name in DIFFER:
                rates["same"] = floored(rates["same"], DIFFER[name])
            elif name in BLIND:
                rates = dict(zip(("same", "other"), BLIND[name], strict=True))
            if name == "document":
                rates = with_slips(rates)
            levels[column(name)] = list(zip(rates["same"], rates["other"], strict=True))
        else:
            write(kind, said.version, len(said.folders), levels)
    return 0


def known(standing: dict[str, float]) -> bool:
    return any(number for label, number in standing.items() if label != "not known")


def with_slips(rates: dict[str, list[float]]) -> dict[str, list[float]]:
    same, other = rates["same"], rates["other"]
    more = max(0.0, SLIP[0] - same[1])
    return {
        "same": [same[0] - more, same[1] + more, same[2]],
        "other": [other[0], max(other[1], SLIP[1]), other[2]],
    }


def floored(rates: list[float], least: float) -> list[float]:
    """Raise the last rate to ``least`` and lower the others in proportion."""
    if rates[-1] >= least:
        return rates
    share = (1 - least) / (1 - rates[-1])
    return [float(f"{rate * share:.4g}") for rate in rates[:-1]] + [least]


def write(kind: str, version: int, countries: int, levels: dict) -> None:
    threshold, review = THRESHOLD[kind]
    model = {
        "version": version,
        "threshold": threshold,
        "review_threshold": review,
        "trained_on": f"{countries} synthetic countries",
        "levels": levels,
    }
    (MODELS / f"{kind}.json").write_text(json.dumps(model, indent=1) + "\n", "utf-8")
    print(kind, json.dumps(model))


def count(folder: Path, scratch: Path, counts: dict) -> None:
    """Count where pairs stand: in a country of `maillon.training`, or in bench/resolving.large."""
    workspace, registers = folder / "workspace", folder / "truth" / "persons-*.parquet"
    if not workspace.is_dir():
        load_country(folder, workspace := scratch)
    with duckdb.connect() as con:
        if (folder / "truth" / "persons.csv").is_file():
            truth = con.sql(
                "SELECT entity_id AS entity, person FROM "
                f"read_csv('{folder / 'truth' / 'persons.csv'}', all_varchar=true)"
            ).to_arrow_table()
        else:
            truth = con.sql(f"SELECT entity, person FROM '{registers}'").to_arrow_table()
    with Workspace.open(workspace) as w, w.store.workbench(w.view(Act.RESOLVE)) as bench:
        con = bench.con
        build_records(con)
        con.register("truth", truth)
        con.execute(
            """CREATE TEMP TABLE person_record AS
               SELECT r.*, t.person FROM record r ANTI JOIN repeated USING (unique_id)
               JOIN entity e ON e.n = r.unique_id JOIN truth t ON t.entity = e.entity"""
        )
        for side in ("same", "other"):
            stand(con, side, counts)


def stand(con: duckdb.DuckDBPyConnection, side: str, counts: dict) -> None:
    """Count the levels at which pairs of one person, or of different persons, stand."""
    table = TABLES["person"]
    columns = ", ".join(level_of(name, *rest) for name, rest in table.items())
    fields = [row[0] for row in con.execute("DESCRIBE person_record").fetchall()]
    left = ", ".join(f"l.{f} AS {f}_l" for f in fields)
    right = ", ".join(f"r.{f} AS {f}_r" for f in fields)
    # different persons: some records against all, chosen by a number that never changes
    ((size,),) = con.execute("SELECT count(*) FROM person_record").fetchall()
    every = max(1, size * size // PAIRS)
    first, join = {
        "same": ("person_record", "l.person = r.person AND l.unique_id < r.unique_id"),
        "other": (
            f"(SELECT * FROM person_record WHERE hash(unique_id) % {every} = 0)",
            "l.person <> r.person",
        ),
    }[side]
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE standing AS SELECT {columns} FROM "
        f"(SELECT {left}, {right} FROM {first} l JOIN person_record r ON {join})"
    )
    for name in table:
        rows = con.execute(
            f"SELECT {column(name)}, count(*) FROM standing GROUP BY 1 ORDER BY 1"
        ).fetchall()
        whole = sum(number for _, number in rows)
        into = counts.setdefault("person", {}).setdefault(name, {}).setdefault(side, {})
        for label, number in rows:  # each folder counts alike, however large
            into[label] = into.get(label, 0) + number * (WEIGHT[side] / whole)


if __name__ == "__main__":
    sys.exit(main())
