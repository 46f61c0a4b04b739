"""Nexus: planted chains found in the first leads of synthetic countries, time and memory.

Data: Ruritania (`maillon.training`), its deliveries read by the adapters, records joined by the
country's own truth (what resolution costs is measured elsewhere). Two rankings of the same anchors:
by surprise, and by path length alone. Prints one line a seed, then medians.
"""

import argparse
import csv
import hashlib
import json
import resource
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from maillon.model import LOCAL, Statement, stamp_id
from maillon.model.ftm import schema_of
from maillon.nexus import Trace, TraceSettings, trace
from maillon.sources import adapter
from maillon.training import write

QUICK_SEEDS = (1, 2, 3)
SEEDS = tuple(range(1, 11))
"""Never a training seed: those are 101 and up."""
BATCH = 200_000
COLUMNS = (
    "entity", "schema", "prop", "value", "original_value", "dataset", "delivery", "locator", "kind",
    "source_grade", "information_grade",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Loaded:
    """A country in DuckDB: what ``trace`` needs, and what was planted (terror, crime)."""

    con: duckdb.DuckDBPyConnection
    planted: set[tuple[str, str]]
    decoys: set[tuple[str, str]]
    chains: set[tuple[str, ...]]
    statements: int


def load(folder: Path, threads: int = 2) -> Loaded:
    """Read the deliveries of ``folder`` and join records of one person by the truth."""
    con = duckdb.connect()
    con.execute(f"SET threads = {threads}")
    columns = ", ".join(f"{name} VARCHAR" for name in COLUMNS)
    con.execute(f"CREATE TABLE delivered ({columns})")
    deliveries = folder / "deliveries"
    for entry in json.loads((deliveries / "manifest.json").read_text("utf-8")):
        _read(con, deliveries, entry)
    con.execute(
        "CREATE TABLE statement AS"
        " SELECT md5(delivery || locator || entity || prop || value) AS id,"
        " *, '' AS native_grade, '' AS native_scheme FROM delivered"
    )
    con.execute("DROP TABLE delivered")
    _join(con, folder / "truth")
    truth = json.loads((folder / "truth" / "truth.json").read_text("utf-8"))
    planted = [tuple(chain["persons"]) for chain in truth["planted"]]
    decoys = [tuple(chain["persons"]) for chain in truth["decoys"]]
    row = con.execute("SELECT count(*) FROM statement").fetchone()
    assert row is not None
    ends, others = ({(c[0], c[-1]) for c in chains} for chains in (planted, decoys))
    return Loaded(con, ends, others, set(planted), int(row[0]))


def _read(con: duckdb.DuckDBPyConnection, folder: Path, entry: dict[str, Any]) -> None:
    path = folder / entry["file"]
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    delivery, grade = f"{entry['dataset']}-{digest}", entry["grade"] or ""
    reader = adapter(entry["adapter"])
    options = {name: value for name, value in entry["options"].items() if name in reader.options}
    if entry["mapping"]:
        options["mapping"] = folder / "mappings" / entry["mapping"]
    rows: list[tuple[str | None, ...]] = []
    with path.open("rb") as raw:
        for item in reader.open(raw, entry["dataset"], **options):
            if not isinstance(item, Statement):
                continue
            value = stamp_id(item.value, delivery) if _names_entity(item) else item.value
            rows.append(
                (stamp_id(item.entity, delivery), item.schema, item.prop, value,
                 item.original_value, item.dataset, delivery, item.locator, item.kind.value,
                 grade[:1], grade[1:])
            )  # fmt: skip
            if len(rows) >= BATCH:
                _append(con, rows)
    _append(con, rows)


def _names_entity(item: Statement) -> bool:
    if not item.value.startswith(LOCAL):
        return False
    schema = schema_of(item.schema)
    prop = schema.get(item.prop) if schema else None
    return prop is not None and prop.type.name == "entity"


def _append(con: duckdb.DuckDBPyConnection, rows: list[tuple[str | None, ...]]) -> None:
    if rows:
        batch = pa.table(
            {n: pa.array([r[at] for r in rows], pa.string()) for at, n in enumerate(COLUMNS)}
        )
        con.register("batch", batch)
        con.execute("INSERT INTO delivered SELECT * FROM batch")
        con.unregister("batch")
        rows.clear()


def _join(con: duckdb.DuckDBPyConnection, truth: Path) -> None:
    with (truth / "persons.csv").open(encoding="utf-8", newline="") as raw:
        known = {row["entity_id"]: row["person"] for row in csv.DictReader(raw)}
    con.register("known", pa.table({"entity": list(known), "person": list(known.values())}))
    con.execute(
        "CREATE TABLE canonical AS SELECT s.entity, coalesce(k.person, s.entity) AS canonical,"
        " CASE WHEN k.person IS NULL THEN 1.0 ELSE 0.97 END::DOUBLE AS confidence"
        " FROM (SELECT DISTINCT entity FROM statement WHERE schema IN"
        " ('Person', 'Company', 'LegalEntity', 'Organization', 'PublicBody', 'BankAccount')) s"
        " LEFT JOIN known k ON k.entity = s.entity"
    )
    con.unregister("known")


def recall(found: Trace, loaded: Loaded, first: int = 50) -> float:
    """Return which share of the planted anchor pairs stands among the ``first`` leads."""
    leads = {(lead.terror, lead.crime) for lead in found.leads[:first]}
    return len(leads & loaded.planted) / len(loaded.planted)


def once(persons: int, seed: int) -> dict[str, float]:
    """Return the figures of one country."""
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), persons, seed)
        loaded = load(Path(folder))
    started = time.perf_counter()
    found = trace(loaded, TraceSettings())
    seconds = time.perf_counter() - started
    yardstick = trace(loaded, TraceSettings(baseline=True))
    leads = {(lead.terror, lead.crime) for lead in found.leads}
    likely = [lead for lead in found.leads if lead.q_value <= 0.25]
    false = sum((lead.terror, lead.crime) not in loaded.planted for lead in likely)
    figures = {
        "recall_50": recall(found, loaded),
        "recall_50_by_length": recall(yardstick, loaded),
        "decoys_in_50": len(leads & loaded.decoys),
        "leads_q25": len(likely),
        "false_share_q25": false / max(len(likely), 1),
        "seconds": seconds,
        "statements": loaded.statements,
        "rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    loaded.con.close()
    return figures


def main() -> None:
    """Print the figures of each seed, then medians with spread."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=2000)
    parser.add_argument("--quick", action="store_true", help="three seeds instead of ten")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    runs = [once(given.persons, seed) for seed in (QUICK_SEEDS if given.quick else SEEDS)]
    print(f"{given.persons} persons, {len(runs)} seeds, duckdb {duckdb.__version__}")
    for name in runs[0]:
        values = [run[name] for run in runs]
        low, high = min(values), max(values)
        print(f"{name:22} {statistics.median(values):10.3f}  ({low:.3f} to {high:.3f})")
    if given.json:
        print(json.dumps({name: statistics.median(run[name] for run in runs) for name in runs[0]}))


if __name__ == "__main__":
    main()
