"""Fit the model of the screening score, and print what it was fitted on and what it reaches there.

Positives are aliases that the United States list itself gives for its entries (the alias is taken
out of the entry it is compared with), original-script names of hand-made cases, and written-out
changes of listed names (bench/cases/mutations). Negatives are the other candidates of those
queries, invented persons, recombined names, and half of the 826 labelled pairs. The United
Nations list, on which screening is measured, has no part in it.

    python bench/train_screen.py --out src/maillon/screen/data/model.json
"""

import argparse
import csv
import hashlib
import json
import math
import random
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

sys.path.insert(0, str(Path(__file__).parent))

from cases.make_mutations import mutations
from cases.persons import persons as invent
from measured import lists

from maillon.screen import Entry, Screen, entry
from maillon.screen.align import align
from maillon.screen.model import model
from maillon.screen.namescore import name_reasons
from maillon.screen.reason import Reason
from maillon.screen.score import group_of

VERDICTS = (
    "exact", "spelling", "script", "syllables", "same name", "same word", "loose", "typo",
    "typos", "near, both known", "initial", "cut short",
)  # fmt: skip
SIDES = ("contradicted", "added", "omitted")
WHOLE = {
    "complete": 1, "share contradicted": -1, "a part contradicted": -1, "more than enough": -1,
    "share left over": -1, "single part": -1,
    "one part of several": -1, "one part in common": -1, "common words only": -1,
    "other number": -1, "other legal form": -1, "other order": -1,
}  # fmt: skip
FIXED = {"weak alias": -1.0, "not compared": -6.0, "other kind": -6.0}
TERMS: dict[str, tuple[float | None, float | None]] = {}
for one in VERDICTS:  # of every other verdict what it takes away from an exact one
    TERMS[one] = (None, None) if one == "exact" else (None, 0.0)
    TERMS[f"{one} weight"] = (0.0, None) if one == "exact" else (None, 0.0)
    TERMS[f"{one} distance"] = (None, 0.0)
for one in ("script", "syllables", "same name", "same word"):  # seen too seldom to be told apart
    TERMS[one], TERMS[f"{one} weight"] = (-0.6, 0.0), (-0.05, 0.0)
    TERMS[f"{one} distance"] = (-3.0, -1.0)  # of two consonant skeletons
TERMS["joined"] = (None, 0.5)
TERMS["contradicted distance"] = (None, 0.0)
for one in SIDES:
    TERMS[one] = (None, 0.0)
    TERMS[f"{one} weight"] = (None, 0.0)
for one, sign in WHOLE.items():
    TERMS[one] = (0.0, None) if sign > 0 else (None, 0.0)
NAMES = list(TERMS)
PLACE = {name: number for number, name in enumerate(NAMES)}
SHARED = np.eye(len(NAMES))
for one in VERDICTS[1:]:
    SHARED[PLACE[one], PLACE["exact"]] = 1
    SHARED[PLACE[f"{one} weight"], PLACE["exact weight"]] = 1
TERMS["other order"] = (-1.0, 0.0)  # lists keep to an order that those who ask do not
RIDGE = 1.0
LEAST_SHARE = 0.5
"""Share of the shorter name that an alias must have in common: others are different names."""
PASSERS_BY = 39_000
NEAR = 0.12
"""Score of the last model from which an invented person tells something."""
MOST_BY_NAME = 5.0
"""Log odds that a name alone can reach: two people of one name exist."""
CASES = Path(__file__).parent / "cases"


def terms(reasons: Iterable[Reason]) -> np.ndarray:
    """Return what the points of a name's reasons are linear in."""
    found = np.zeros(len(NAMES))
    for one in reasons:
        if one.verdict in FIXED:
            continue
        if one.kind == "name":
            found[PLACE[one.verdict]] += one.weight
            continue
        verdict = one.verdict.removesuffix(", joined")
        found[PLACE[verdict]] += 1
        found[PLACE[f"{verdict} weight"]] += one.weight
        if verdict not in {"added", "omitted"}:
            found[PLACE[f"{verdict} distance"]] += 1 - one.near
            found[PLACE["joined"]] += one.verdict.endswith(", joined")
    return found


class Sample:
    """A query against an entry, with every pair of names worth a look."""

    def __init__(self, query: Entry, listed: Entry, label: int, weight: float, source: str) -> None:
        self.group = group_of(query, listed)
        self.label, self.weight, self.source = label, weight, source
        self.query, self.listed = query, listed
        zero = defaultdict(float)
        rows = []
        for mine in query.names:
            for theirs in listed.names:
                matches = align(mine, theirs).matches
                if matches:
                    least = min(sum(part.weight for part in name.parts) for name in (mine, theirs))
                    share = sum(match.weight for match in matches) / least
                    rows.append((share, terms(name_reasons(mine, theirs, zero))))
        self.share = max((share for share, _ in rows), default=0.0)
        rows = [row for _, row in rows]
        self.rows = np.array(rows) if rows else np.zeros((1, len(NAMES)))


def held() -> dict[str, lists.Listed]:
    """Return the persons and organisations of the United States list by id."""
    return {one.id: one for one in lists.listed("ofac") if one.schema in {"Person", "Organization"}}


def queries(rng: random.Random) -> Iterator[tuple[Entry, str, Entry | None, str]]:
    """Yield query, id of the entry that is right, the entry without the query's name, source."""
    for id_, one in sorted(held().items()):
        names = sorted({*one.properties.get("alias", ()), *one.properties.get("previousName", ())})
        for name in rng.sample(names, min(3, len(names))):
            rest = {
                prop: [value for value in values if value != name]
                for prop, values in one.properties.items()
            }
            without = entry(id_, one.schema, "list", rest)
            if without.names:
                yield entry("q", one.schema, "", {"name": [name]}), id_, without, "alias"
    people = [(id_, one.schema, one.properties["name"][0]) for id_, one in sorted(held().items())]
    for case in mutations(people, seed=11, count=6500):
        query = entry("q", case["schema"], "", {"name": [case["name"]]})
        if query.names:
            yield query, case["id"], None, "mutation " + case["kind"]


def recombined(entries: list[Entry], rng: random.Random, count: int) -> Iterator[Entry]:
    """Yield names made of parts of different entries."""
    people = [one for one in entries if one.schema == "Person" and len(one.names[0].parts) > 1]
    known = {frozenset(p.text for p in name.parts) for one in entries for name in one.names}
    made = 0
    while made < count:
        chosen = rng.sample(people, 3)
        kept = [one.names[0].parts for one in chosen]
        parts = [kept[0][0], kept[1][-1]] + ([kept[2][-1]] if rng.random() < 0.6 else [])
        if rng.random() < 0.3:  # a listed name with one part exchanged
            parts = [*kept[0][:-1], kept[1][0]]
        text = [one.native for one in parts]
        if frozenset(text) in known:
            continue
        made += 1
        yield entry("q", "Person", "", {"name": [" ".join(text)]})


def other_organisations(entries: list[Entry], rng: random.Random, count: int) -> Iterator[Entry]:
    """Yield names of organisations whose most telling part is that of another."""
    bodies = [one for one in entries if one.schema != "Person" and len(one.names[0].parts) > 2]
    for _ in range(count):
        one, other = rng.sample(bodies, 2)
        parts = list(one.names[0].parts)
        told = max(range(len(parts)), key=lambda n: parts[n].weight)
        instead = max(other.names[0].parts, key=lambda part: part.weight)
        parts[told] = instead
        name = " ".join(part.text for part in parts)
        yield entry("q", "Organization", "", {"name": [name]})


def _two_are_one(one: Entry, two: Entry) -> bool:
    """Whether a list holds one party twice, under two numbers."""
    names = {name.text.casefold() for name in one.names}
    return any(name.text.casefold() in names for name in two.names)


def samples_of(rng: random.Random) -> list[Sample]:
    """Return the labelled comparisons."""
    entries = lists.entries(held().values())
    by_id = {one.id: one for one in entries}
    screen = Screen(entries, threshold=0.01, top=6)
    found: list[Sample] = []
    asked = list(queries(rng))
    renamed = [_renamed(query, number) for number, (query, *_) in enumerate(asked)]
    for (query, right, without, source), answer in zip(asked, screen.ask(renamed), strict=True):
        listed = without or by_id[right]
        sample = Sample(query, listed, 1, 1.0, source)
        if source != "alias" or sample.share >= LEAST_SHARE:
            found.append(sample)
        wrong = [
            hit for hit in answer.hits if hit.id != right and by_id[hit.id].schema == query.schema
        ]
        found.extend(
            Sample(query, by_id[hit.id], 0, 0.3, "other of " + source.split()[0])
            for hit in wrong[:2]
            if not _two_are_one(by_id[hit.id], by_id[right])
        )
    found += passers_by(entries)
    wrong_ones = [
        *((one, "recombined") for one in recombined(entries, rng, 3000)),
        *((one, "other organisation") for one in other_organisations(entries, rng, 1500)),
    ]
    for (query, source), answer in zip(
        wrong_ones,
        screen.ask([_renamed(q, n + 10**6) for n, (q, _) in enumerate(wrong_ones)]),
        strict=True,
    ):
        found.extend(Sample(query, by_id[hit.id], 0, 0.7, source) for hit in answer.hits[:2])
    found += list(pairs(half=0))
    found += list(scripts())
    return found


def passers_by(entries: list[Entry]) -> Iterator[Sample]:
    """Yield invented persons against the entries that come near them."""
    people = [_renamed(query, number) for number, query in enumerate(invented(PASSERS_BY))]
    by_id = {one.id: one for one in entries}
    screen = Screen(entries, threshold=NEAR, top=5)
    for query, answer in zip(people, screen.ask(people), strict=True):
        for hit in answer.hits[:2]:
            yield Sample(query, by_id[hit.id], 0, 0.7, "invented")


def _renamed(query: Entry, number: int) -> Entry:
    return Entry(str(number), query.schema, "", query.names, query.facts, str(number))


def invented(count: int) -> Iterator[Entry]:
    """Yield invented persons."""
    for one in invent(count, seed=21):
        yield entry("q", "Person", "", {"name": [one.name]})


def pairs(half: int) -> Iterator[Sample]:
    """Yield one half of the 826 labelled pairs, split by the second name."""
    with (CASES / "name_pairs_nomenklatura.csv").open(encoding="utf-8") as raw:
        for row in csv.DictReader(raw):
            if hashlib.sha256(row["name2"].casefold().encode()).digest()[0] % 2 != half:
                continue
            query = entry("q", row["schema"], "", {"name": [row["name1"]]})
            listed = entry("l", row["schema"], "list", {"name": [row["name2"]]})
            label = int(row["is_match"] == "true")
            yield Sample(query, listed, label, 4.0, "pairs " + row["is_match"])


def scripts() -> Iterator[Sample]:
    """Yield the script cases of this project against their own persons and the next ones."""
    named: dict[str, list[str]] = defaultdict(list)
    with (CASES / "scripts_list.csv").open(encoding="utf-8") as raw:
        for row in csv.DictReader(raw):
            named[row["id"]].append(row["name"])
    ids = sorted(named)
    for line in (CASES / "scripts.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        right = case["expected_ids"][0]
        query = entry("q", "Person", "", {"name": [case["query"]["name"]]})
        latin = case["index"] == "latin_only"
        for id_, label in ((right, 1), (ids[(ids.index(right) + 7) % len(ids)], 0)):
            names = [name for name in named[id_] if lists.is_latin(name) == latin] or named[id_]
            listed = entry(id_, "Person", "list", {"name": names})
            yield Sample(query, listed, label, 1.0, "script")


def fit(samples: list[Sample], rounds: int = 4) -> dict[str, float]:
    """Return the points of a group: logistic regression, signs held, over best pairs of names."""
    current = model()
    points = current.groups[samples[0].group]
    start = np.linalg.solve(SHARED, np.array([points.get(name, 0.0) for name in NAMES]))
    start = np.array([min(max(one, -9 if low is None else low), 9 if high is None else high)
                      for one, (low, high) in zip(start, TERMS.values(), strict=True)])  # fmt: skip
    constant = current.intercepts[samples[0].group]
    label = np.array([one.label for one in samples], float)
    weight = np.array([one.weight for one in samples])
    weight[label == 1] *= weight[label == 0].sum() / weight[label == 1].sum()
    bounds = [(None, None), *TERMS.values()]
    vector = np.array([constant, *start])
    for _ in range(rounds):
        weights = SHARED @ vector[1:]
        table = np.array([one.rows[np.argmax(one.rows @ weights)] for one in samples]) @ SHARED
        table = np.hstack([np.ones((len(table), 1)), table])
        scale = np.maximum(table.std(axis=0), 0.1)
        scale[0] = 1.0

        def loss(
            x: np.ndarray, table: np.ndarray = table, scale: np.ndarray = scale
        ) -> tuple[float, np.ndarray]:
            z = table @ (x / scale)
            value = (weight * (np.logaddexp(0, z) - label * z)).sum() + RIDGE * (x[1:] ** 2).sum()
            slope = table.T @ (weight * (1 / (1 + np.exp(-z)) - label)) / scale
            slope[1:] += 2 * RIDGE * x[1:]
            return value, slope

        scaled = [
            (None if low is None else low * unit, None if high is None else high * unit)
            for (low, high), unit in zip(bounds, scale, strict=True)
        ]
        found = minimize(loss, vector * scale, jac=True, method="L-BFGS-B", bounds=scaled,
                         options={"maxiter": 400})  # fmt: skip
        vector = found.x / scale
    return {
        "constant": float(vector[0]),
        **{n: round(float(v), 4) for n, v in zip(NAMES, SHARED @ vector[1:], strict=True)},
    }


def isotonic(
    points: np.ndarray, label: np.ndarray, weight: np.ndarray
) -> list[tuple[float, float]]:
    """Return the knots of a rising curve from points to log odds: centres of pooled neighbours."""
    order = np.argsort(points, kind="stable")
    blocks: list[list[float]] = []  # sum of weight, of label, of points
    for n in order:
        blocks.append([weight[n], weight[n] * label[n], weight[n] * points[n]])
        while len(blocks) > 1 and blocks[-2][1] / blocks[-2][0] >= blocks[-1][1] / blocks[-1][0]:
            last = blocks.pop()
            blocks[-1] = [a + b for a, b in zip(blocks[-1], last, strict=True)]
    merged: list[list[float]] = []
    least = weight.sum() / 60
    for block in blocks:  # blocks too small to say anything join their neighbour
        if merged and merged[-1][0] < least:
            merged[-1] = [a + b for a, b in zip(merged[-1], block, strict=True)]
        else:
            merged.append(block)
    knots: list[tuple[float, float]] = []
    for total, right, where in merged:
        share = (right + 0.5) / (total + 1.0)
        odds = min(MOST_BY_NAME, math.log(share / (1 - share)))
        knots.append((round(where / total, 4), round(odds, 4)))
    rising = [knots[0]]
    for x, y in knots[1:]:
        if x > rising[-1][0] + 0.05 and y > rising[-1][1] + 0.01:
            rising.append((x, y))
    return rising


def main() -> None:
    """Fit and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    write(samples_of(random.Random(5)), asked.out)


def write(every: list[Sample], out: Path) -> None:
    """Fit each group and write the model."""
    groups, intercepts, curves = {}, {}, {}
    for group in ("person", "organisation"):
        chosen = [one for one in every if one.group == group]
        points = fit(chosen)
        intercepts[group] = round(points.pop("constant"), 4)
        groups[group] = {**points, **FIXED}
        vector = np.array([points[name] for name in NAMES])
        value = np.array([intercepts[group] + (one.rows @ vector).max() for one in chosen])
        label = np.array([one.label for one in chosen], float)
        weight = np.array([one.weight for one in chosen])
        weight[label == 1] *= weight[label == 0].sum() / weight[label == 1].sum()
        curves[group] = isotonic(value, label, weight)
        print(f"{group}: {len(chosen):,} comparisons, {int(label.sum()):,} right")
        report(chosen, value)
    text = {
        "version": "", "groups": groups, "intercepts": intercepts, "curves": curves,
        "weak_most": 0.0, "prior": 0.5,
    }  # fmt: skip
    text["version"] = hashlib.sha256(json.dumps(text, sort_keys=True).encode()).hexdigest()[:12]
    text["weak_most"] = 0.4  # a weak alias alone stays below 0.6
    out.write_text(json.dumps(text, indent=1) + "\n", encoding="utf-8")


def report(samples: list[Sample], value: np.ndarray) -> None:
    """Print for each source how many are on the right side of zero."""
    by: dict[str, list[bool]] = defaultdict(list)
    for one, points in zip(samples, value, strict=True):
        by[one.source].append((points > 0) == bool(one.label))
    for source, right in sorted(by.items()):
        print(
            f"  {source:40} {sum(right):6,} of {len(right):6,} right"
            f" ({sum(right) / len(right):.3f})"
        )


if __name__ == "__main__":
    main()
