"""The figures of the nexus layer: what is found, how often a lead is false, how fast.

.venv/bin/python bench/nexus.py [--only rank,empty] [--keep DIR] [--persons N] [--seeds 701,...]
                                [--quick] [--json]

Sections: ``rank`` (planted chains among the first leads, beside five baselines), ``empty``
(countries with none), ``hard`` (a weak hop, coverage 0.95, long chains), ``scale`` (a graph of
millions), ``by_script`` (who is falsely led to). Every country goes through the whole pipeline:
written, loaded, resolved, traced. With ``--keep DIR`` each stage is kept there and an interrupted
run goes on where it stopped.
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

from nexusing import by_script, empty, hard, rank, scale

SECTIONS = {"rank": rank, "empty": empty, "hard": hard, "scale": scale, "by_script": by_script}
QUICK = {
    "persons": 2_000, "seeds": "701", "prevalence": "2", "empty_persons": 2_000,
    "empty_seeds": "801", "hard_seeds": "751", "nodes": 20_000, "links": 200_000,
    "anchors": "50,500",
}  # fmt: skip
KEYS = (
    "oracle_share_at_200", "baseline_share_at_200", "false_share_at_q10", "empty_country_leads",
    "search_seconds", "rss_gib",
)  # fmt: skip


def options(words: list[str] | None = None) -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default=",".join(SECTIONS), help="sections")
    parser.add_argument("--keep", type=Path, help="keep each stage here, and read it again")
    parser.add_argument("--quick", action="store_true", help="one small country a kind")
    parser.add_argument("--json", action="store_true", help="last line: the figures as one object")
    for section in SECTIONS.values():
        section.arguments(parser)
    chosen = parser.parse_args(words)
    if chosen.quick:
        vars(chosen).update(QUICK)
    return chosen


def main() -> int:
    """Run the sections that were asked for."""
    chosen = options()
    wanted = [one for one in chosen.only.split(",") if one]
    if unknown := sorted(set(wanted) - set(SECTIONS)):
        print(f"no section {', '.join(unknown)}; there are {', '.join(SECTIONS)}", file=sys.stderr)
        return 2
    print(f"Python {python_version()}, duckdb {metadata.version('duckdb')}; "
          f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")  # fmt: skip
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="maillon-nexus-") as own:
        keep = chosen.keep or Path(own)
        keep.mkdir(parents=True, exist_ok=True)
        for name in wanted:
            start = time.perf_counter()
            lines, figures[name] = import_module(f"nexusing.{name}").run(chosen, keep)
            print(f"\n== {name} ({time.perf_counter() - start:.1f} s)")
            print("\n".join(lines))
    if chosen.json:
        print(json.dumps(headline(figures) | {"sections": figures}, ensure_ascii=False))
    return 0


def headline(figures: dict[str, Any]) -> dict[str, Any]:
    """Return the six figures; None where a section did not run."""
    found: dict[str, Any] = dict.fromkeys(KEYS)
    for name in ("rank", "empty"):
        if name in figures:
            found |= SECTIONS[name].headline(figures[name])
    for key in ("search_seconds", "rss_gib"):
        found[key] = figures.get("scale", {}).get(key)
    return found


if __name__ == "__main__":
    sys.exit(main())
