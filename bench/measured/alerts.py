"""Section ``alerts``: fresh persons against the two lists, beside the recall of sample cases."""

import csv
from argparse import Namespace
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

from cases.persons import Person, persons
from measured import cases, figures, lists

from maillon.screen import Screen

SEED = 20261127
COUNT = 100_000
QUICK = 10_000
THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
GOALS = {"dated": (0.95, 0.010), "named": (0.90, 0.015)}
"""Least recall, and most alerts, by how a person is asked."""


class Asked(NamedTuple):
    """Fresh persons and positives, with the scores of each.

    Attributes:
        people: The fresh persons.
        best: Score of the first candidate of each person, by ``dated`` and ``named``.
        first: Id of that candidate, empty for none.
        positives: Score of the expected entry of each positive, by the same.
    """

    people: list[Person]
    best: dict[str, list[float]]
    first: dict[str, list[str]]
    positives: dict[str, list[float]]


def both() -> tuple[lists.Listed, ...]:
    """Return the entries of the two lists."""
    return lists.listed("un") + lists.listed("ofac")


def treated(chosen: Namespace) -> list[dict[str, Any]]:
    """Return the treated names of UN persons as cases.

    The file says no id: whoever the list says was born on that date is expected.
    """
    path = cases.sample(chosen, "positives_un_treated.csv")
    if path is None:
        return []
    born: dict[str, list[str]] = {}
    for one in lists.listed("un"):
        for date in one.properties.get("birthDate", ()):
            for part in date.strip("~").split(".."):
                born.setdefault(part, []).append(one.id)
    with path.open(encoding="utf-8", newline="") as raw:
        return [
            {
                "id": f"T{number}",
                "category": "treated",
                "index": "full",
                "expect": "hit",
                "expected_ids": born.get(row["date_of_birth"], []),
                "query": {
                    "schema": "Person",
                    "name": row["full_name"],
                    "birthDate": row["date_of_birth"],
                    "nationality": row["nationality"],
                    "gender": row["gender"],
                },
            }
            for number, row in enumerate(csv.DictReader(raw))
            if row["date_of_birth"] in born
        ]


def positives(chosen: Namespace) -> list[dict[str, Any]]:
    """Return the hits of the sample against the full lists, those stated apart left out."""
    return [
        case
        for case in cases.labelled(chosen)
        if case["expect"] == "hit"
        and case["category"] not in cases.APART
        and case.get("second_reading") not in {"doubtful", "exonym"}
    ]


BATCH = 2_000
LEAST = 0.2
"""A stranger's best score below it counts as 0: every limit of the curve lies above."""


@lru_cache(maxsize=1)
def screened(samples: str, count: int, threads: int) -> Asked:
    """Screen the persons and the positives, by name alone and with their facts."""
    chosen = Namespace(samples=samples, threads=threads)
    screen = Screen(lists.entries(both()), threshold=LEAST, top=1, processes=threads)
    people = persons(count, SEED)
    best: dict[str, list[float]] = {}
    first: dict[str, list[str]] = {}
    good: dict[str, list[float]] = {}
    for way in GOALS:
        queries = (lists.query_entry(p.id, p.query(dated=way == "dated")) for p in people)
        batches = iter(lambda held=queries: list(islice(held, BATCH)), [])
        top = [(a.hits[0].scored.score, a.hits[0].id) if a.hits else (0.0, "")
               for found in screen.answers(batches) for a in found]  # fmt: skip
        best[way], first[way] = [score for score, _ in top], [id_ for _, id_ in top]
        good[way] = _positive_scores(chosen, dated=way == "dated")
    screen.close()
    return Asked(people, best, first, good)


def _positive_scores(chosen: Namespace, *, dated: bool) -> list[float]:
    """Score the positives against the United Nations list: cases, with dates also treated names."""
    good = [*positives(chosen), *treated(chosen)] if dated else positives(chosen)
    if not dated:
        kept = {"schema", "name"}
        good = [c | {"query": {k: v for k, v in c["query"].items() if k in kept}} for c in good]
    return [a.score for a in cases.ask(good, lists.listed("un"), chosen.threads)]


def asked(chosen: Namespace) -> Asked:
    """Return the answers of this run; the section ``groups`` reads them too."""
    return screened(str(chosen.samples), QUICK if chosen.quick else COUNT, chosen.threads)


def run(chosen: Namespace) -> tuple[list[str], dict[str, object], list[str]]:
    """Print the curve, and the recall at the rates that issue 4 names."""
    found = asked(chosen)
    lines: list[str] = []
    out: dict[str, object] = {}
    errors: list[str] = []
    for way, (least, most) in GOALS.items():
        scores, good = found.best[way], found.positives[way]
        lines.append(f"{way}: {len(scores)} fresh persons, {len(good)} positives")
        for limit in THRESHOLDS:
            alerts = sum(score >= limit for score in scores)
            low, high = figures.wilson(alerts, len(scores))
            right = figures.share(sum(score >= limit for score in good), len(good))
            lines.append(f"  {limit:.2f}: alerts {100 * alerts / len(scores):6.3f} % "
                         f"[{100 * low:.3f}, {100 * high:.3f}]  recall {right:.3f}")  # fmt: skip
        limit = max(figures.limit_at(scores, most), LEAST)
        right = figures.share(sum(score > limit for score in good), len(good))
        verdict = "holds" if right >= least else "FAILS"
        lines.append(f"  recall {right:.3f} at {100 * most:.1f} % alerts (score > {limit:.4f}); "
                     f"to hold {least}: {verdict}")  # fmt: skip
        out |= {f"recall_{way}": right, f"limit_{way}": limit}
        out[f"alerts_{way}_at_0.7"] = sum(score >= cases.ALERT for score in scores) / len(scores)
        order = sorted(range(len(scores)), key=lambda n: -scores[n])
        errors += [_alert(found, way, n) for n in order[:40]]
    return lines, out, errors


def _alert(found: Asked, way: str, number: int) -> str:
    person = found.people[number]
    return (f"  {way} {found.best[way][number]:.3f} {person.culture}/{person.script} "
            f"{person.name!r} {person.birth_date} -> {found.first[way][number]}")  # fmt: skip


def groups(
    scores: Sequence[float], keys: Sequence[str], limit: float
) -> dict[str, tuple[int, int]]:
    """Return alerts and persons by group."""
    held: dict[str, tuple[int, int]] = {}
    for score, key in zip(scores, keys, strict=True):
        alerts, count = held.get(key, (0, 0))
        held[key] = alerts + (score > limit), count + 1
    return held
