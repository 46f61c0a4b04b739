"""The figures of screening (issue 4): what is found, what is left alone, and how fast.

.venv/bin/python bench/screening.py [--only cases,pairs] [--quick] [--errors] [--json]

Every section prints its data, its numbers and what it was measured on. The sample files are those
of ``--samples DIR``, else the few in ``bench/cases/sample``.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from importlib import import_module, metadata
from pathlib import Path
from platform import python_version

from maillon.screen import VERSION

SECTIONS = ("cases", "scripts", "pairs", "issues", "alerts", "groups", "calibration", "speed")
SAMPLES = Path(__file__).parents[2] / "shared" / "samples" / "screening"
OWN = Path(__file__).parent / "cases" / "sample"
"""A few of the sample cases: enough to see that the harness runs, too few to measure with."""


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help=f"sections, of {', '.join(SECTIONS)}")
    parser.add_argument("--samples", type=Path, default=SAMPLES)
    parser.add_argument("--errors", action="store_true", help="print each case that went wrong")
    parser.add_argument("--quick", action="store_true", help="a tenth of the persons and queries")
    parser.add_argument("--json", action="store_true", help="last line: the figures as one object")
    parser.add_argument("--peer", action="store_true", help="logic-v2 of nomenklatura beside it")
    parser.add_argument("--peer-python", type=Path, help="an interpreter that holds nomenklatura")
    parser.add_argument("--half", choices=("A", "B", "all"), default="all",
                        help="calibration: only this half of the labelled queries")  # fmt: skip
    parser.add_argument("--names", type=int, default=100_000, help="speed: names of the list side")
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


def main() -> int:
    chosen = options()
    sections = [one for one in chosen.only.split(",") if one] or list(SECTIONS)
    if unknown := sorted(set(sections) - set(SECTIONS)):
        print(f"no section {', '.join(unknown)}; there are {', '.join(SECTIONS)}", file=sys.stderr)
        return 2
    if not chosen.samples.is_dir():
        chosen.samples = OWN
    print(f"normaliser {VERSION}, Python {python_version()}, "
          f"rapidfuzz {metadata.version('rapidfuzz')}; "
          f"samples: {chosen.samples}")  # fmt: skip
    figures: dict[str, dict[str, object]] = {}
    for name in sections:
        start = time.perf_counter()
        measure: Callable[[argparse.Namespace], tuple[list[str], dict[str, object], list[str]]]
        measure = import_module(f"measured.{name}").run
        lines, figures[name], errors = measure(chosen)
        print(f"\n== {name} ({time.perf_counter() - start:.1f} s)")
        print("\n".join(lines))
        if chosen.errors and errors:
            print(f"-- {len(errors)} errors")
            print("\n".join(errors))
    if chosen.json:
        print(json.dumps(figures, ensure_ascii=False, sort_keys=True))
    return 0


if __name__ == "__main__":
    sys.exit(main())
