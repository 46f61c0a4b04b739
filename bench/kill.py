"""Kill -9 at random moments during `load`, fifty times: nothing half, nothing lost, re-run works.

python bench/kill.py [--rounds N] [--json]
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.store.test_kill import kill_rounds  # the path comes first


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    said = parser.parse_args()
    rounds = 10 if said.quick else said.rounds
    with tempfile.TemporaryDirectory() as folder:
        wrong = kill_rounds(Path(folder), rounds)
    print(f"{rounds} kills, {len(wrong)} of them left something wrong", *wrong, sep="\n")
    if said.json:
        print(json.dumps({"kills": rounds, "wrong": len(wrong)}))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
