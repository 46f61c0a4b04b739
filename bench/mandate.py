"""The figures of the law at the store's door: leaks, tamperings, retention, speed.

.venv/bin/python bench/mandate.py [--only leaks,ledger] [--keep DIR] [--quick] [--json]

Sections: ``triples`` (policy against SQL against an oracle), ``leaks`` (answers against an oracle
written apart), ``costs`` (what policy adds), ``ledger`` (speed and tamperings), ``listing`` (a list
of 50 under policy, on SQLite and PostgreSQL).
"""

import argparse
import json
import os
import sys
import tempfile
import time
from importlib import import_module, metadata
from pathlib import Path
from platform import python_version
from typing import Any

SECTIONS = ("triples", "leaks", "costs", "ledger", "listing")
KEYS = ("leaks", "requests", "tamperings_found", "tamperings", "ledger_entries_per_second")
QUICK = {
    "triples": 2_000, "agencies": 3, "compartments": 4, "statements": 1_000, "readers": 6,
    "requests": 300, "timed": 200,
}  # fmt: skip


def sections() -> dict[str, Any]:
    """Return the sections that are there, by name."""
    found = {}
    for name in SECTIONS:
        if (Path(__file__).parent / "mandating" / f"{name}.py").is_file():
            found[name] = import_module(f"mandating.{name}")
    return found


def options(held: dict[str, Any], words: list[str] | None = None) -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default=",".join(held), help="sections")
    parser.add_argument("--keep", type=Path, help="work here")
    parser.add_argument("--quick", action="store_true", help="small, to see that it runs")
    parser.add_argument("--json", action="store_true", help="last line: the figures as one object")
    for section in held.values():
        section.arguments(parser)
    chosen = parser.parse_args(words)
    if chosen.quick:
        vars(chosen).update(QUICK)
    return chosen


def main() -> int:
    """Run the sections that were asked for."""
    held = sections()
    chosen = options(held)
    wanted = [one for one in chosen.only.split(",") if one]
    if unknown := sorted(set(wanted) - set(held)):
        print(f"no section {', '.join(unknown)}; there are {', '.join(held)}", file=sys.stderr)
        return 2
    print(f"Python {python_version()}, cedarpy {metadata.version('cedarpy')}, "
          f"duckdb {metadata.version('duckdb')}; {os.cpu_count()} cores, "
          f"load {os.getloadavg()[0]:.1f}")  # fmt: skip
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="maillon-mandate-") as own:
        keep = chosen.keep or Path(own)
        keep.mkdir(parents=True, exist_ok=True)
        for name in wanted:
            start = time.perf_counter()
            lines, figures[name] = held[name].run(chosen, keep)
            print(f"\n== {name} ({time.perf_counter() - start:.1f} s)")
            print("\n".join(lines), flush=True)
    if chosen.json:
        found: dict[str, Any] = dict.fromkeys(KEYS)
        for name in wanted:
            found |= held[name].headline(figures[name])
        print(json.dumps(found | {"sections": figures}, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
