"""The loss of the funnel: hits of exhaustive scoring that the candidate search does not bring.

.venv/bin/python bench/funnel.py [--quick] [--json]

Every query is scored with every entry of a sample of the two lists; what scores 0.5 or more and is
not among the answers of ``Screen.ask`` is lost. To hold: at most 0.1 % (issue 4).
"""

import argparse
import json
import random
import sys
import time
from typing import Any

from cases.make_mutations import lines as mutated
from cases.persons import persons
from measured import alerts, figures, lists
from screening import OWN, SAMPLES

from maillon import screen

LEAST = 0.5
GOAL = 0.001
SEED = 31


def sample(count: int, wanted: set[str], chance: random.Random) -> list[lists.Listed]:
    """Return entries of about so many names, those wanted among them."""
    everyone = list(alerts.both())
    chance.shuffle(everyone)
    everyone.sort(key=lambda one: one.id not in wanted)
    held, total = [], 0
    for one in everyone:
        if total >= count:
            break
        held.append(one)
        total += len(one.names)
    return held


def questions(count: int, samples: argparse.Namespace) -> list[dict[str, Any]]:
    """Return cases: two fifths the sample's hits, two fifths mutations, one fifth fresh persons."""
    chance = random.Random(SEED)
    part = 2 * count // 5
    real = alerts.positives(samples)
    found = chance.sample(real, min(part, len(real)))
    changed = list(mutated(SEED, 20 * part))
    found += chance.sample(changed, part)
    people = persons(count - len(found), SEED)
    return found + [
        {"query": one.query(dated=number % 2 == 0), "expected_ids": []}
        for number, one in enumerate(people)
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="100 queries")
    parser.add_argument("--json", action="store_true", help="last line: the figures as one object")
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--names", type=int, default=3_000)
    chosen = parser.parse_args()
    chosen.samples = SAMPLES if SAMPLES.is_dir() else OWN
    score = getattr(screen, "pair_score", None)
    if score is None:
        print("the engine offers no pair_score", file=sys.stderr)
        return 1
    asked = questions(100 if chosen.quick else chosen.queries, chosen)
    wanted = {id_ for case in asked for id_ in case["expected_ids"]}
    wanted |= {f"un-sc-{id_}" for id_ in wanted}
    side = lists.entries(sample(chosen.names, wanted, random.Random(SEED)))
    queries = [lists.query_entry(str(number), case["query"]) for number, case in enumerate(asked)]
    engine = screen.Screen(side, threshold=LEAST, top=len(side))
    brought = {
        answer.id: {hit.id: hit.scored.score for hit in answer.hits}
        for answer in engine.ask(queries)
    }
    start = time.perf_counter()
    found, lost, other = 0, [], 0
    for query in queries:
        for one in side:
            value = float(score(query, one))
            if value >= LEAST:
                found += 1
                if one.id not in brought[query.id]:
                    lost.append((value, query.caption, one.caption))
                elif abs(brought[query.id][one.id] - value) > 1e-6:
                    other += 1
    seconds = time.perf_counter() - start
    share = len(lost) / found if found else 0.0
    low, high = figures.wilson(len(lost), found)
    print(f"{len(queries)} queries x {len(side)} entries ({chosen.names} names), "
          f"{len(queries) * len(side) / seconds:,.0f} pairs/s")  # fmt: skip
    print(f"{found} hits of {LEAST} or more, {len(lost)} lost: {100 * share:.3f} % "
        f"[{100 * low:.3f}, {100 * high:.3f}] "
          f"(to hold {100 * GOAL} %); {other} with another score")  # fmt: skip
    for value, mine, theirs in sorted(lost, reverse=True)[:40]:
        print(f"  {value:.3f} {mine!r} / {theirs!r}")
    if chosen.json:
        print(json.dumps({"hits": found, "lost": len(lost), "loss": share, "other": other}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
