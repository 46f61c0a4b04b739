"""Names across scripts and romanisations: is the person meant ranked first by the keys alone?

    python bench/script_keys.py --cases bench/cases/scripts.jsonl

A simple matcher stands in for the score: parts that share a key count, each used once, neighbours
may be joined, what is left over costs. Prints hit@1 for each script and direction, and the misses.
``--collisions FILE`` prints how many random pairs of words of a name list share keys.
"""

import argparse
import csv
import json
import random
import time
from collections import defaultdict
from pathlib import Path

from maillon.screen.normalise import PART, PARTICLE, Word, joined, keys, name_words

WORTH = {"n": 1.0, "s": 1.0, "z": 1.0, "k": 1.0, "x": 0.9, "l": 0.6}
ABJAD = frozenset(("arab", "hebr", "othr"))


class Name:
    def __init__(self, text: str) -> None:
        words = name_words(text)
        places = [n for n, word in enumerate(words) if word.role == PART] or list(range(len(words)))
        self.parts = [words[n] for n in places]
        self.keys = [frozenset(keys(*word[:3])) for word in self.parts]
        self.runs: list[tuple[int, int, Word, frozenset[str]]] = []
        for n, start in enumerate(places):
            for size in (2, 3):
                if n + size <= len(places):
                    held = words[start : places[n + size - 1] + 1]
                    if all(word.role in {PART, PARTICLE} for word in held):
                        word = joined(held)
                        self.runs.append((n, n + size, word, frozenset(keys(*word[:3]))))
            before = start - 1
            if before >= 0 and words[before].role == PARTICLE:
                word = joined(words[before : start + 1])
                self.runs.append((n, n + 1, word, frozenset(keys(*word[:3]))))

    def all_keys(self) -> set[str]:
        return {key for held in (*self.keys, *(run[3] for run in self.runs)) for key in held}


def worth(one: Word, two: Word, shared: frozenset[str]) -> float:
    best = 0.0
    if one.text == two.text:
        return 1.0
    for key in shared:
        if key[0] == "a":
            unlike = one.script != two.script and (one.script in ABJAD or two.script in ABJAD)
            best = max(best, 0.95 if unlike else 0.0)
        else:
            best = max(best, WORTH[key[0]])
    return best


Span = tuple[frozenset[int], Word, frozenset[str], float]


def spans(name: Name) -> list[Span]:
    """Return parts and joined neighbours, each with what joining costs."""
    single = [
        (frozenset((n,)), word, held, 0.0)
        for n, (word, held) in enumerate(zip(name.parts, name.keys, strict=True))
    ]
    return single + [
        (frozenset(range(start, end)), word, held, 0.01) for start, end, word, held in name.runs
    ]


def score(one: Name, two: Name) -> float:
    cells = []
    for ours, word, held, cost in spans(one):
        for listed, other, keyed, more in spans(two):
            if value := worth(word, other, held & keyed):
                cells.append((value - cost - more, ours, listed))
    cells.sort(key=lambda cell: -cell[0] * (len(cell[1]) + len(cell[2])))
    mine: set[int] = set()
    theirs: set[int] = set()
    total = 0.0
    for value, ours, listed in cells:
        if not (mine & ours or theirs & listed):
            mine |= ours
            theirs |= listed
            total += value * (len(ours) + len(listed)) / 2
    return total / (0.5 * (len(one.parts) + len(two.parts)) or 1)


def is_native(text: str) -> bool:
    return any(
        ord(letter) > 0x36F and letter.isalpha() and not 0x1E00 <= ord(letter) < 0x1F00
        for letter in text
    )


def ranked(cases: Path, listed: Path, *, misses: bool) -> dict[str, float]:
    names = [(row["id"], row["name"], Name(row["name"])) for row in csv.DictReader(listed.open())]
    wanted = {i for line in cases.open() for i in json.loads(line).get("expected_ids", ())}
    index: dict[str, dict[str, list[int]]] = {}
    for kind in ("latin_only", "native_only"):
        index[kind] = defaultdict(list)
        for place, (i, text, name) in enumerate(names):
            if i in wanted and is_native(text) == (kind == "latin_only"):
                continue
            for key in name.all_keys():
                index[kind][key].append(place)
    cells: dict[str, list[int]] = defaultdict(list)
    for line in cases.open():
        case = json.loads(line)
        query = Name(case["query"]["name"])
        held = index[case["index"]]
        found = {place for key in query.all_keys() for place in held.get(key, ())}
        best = sorted(((score(query, names[p][2]), -p) for p in found), reverse=True)[:3]
        top = [(round(value, 2), names[-p][1], names[-p][0]) for value, p in best]
        hit = bool(top) and top[0][2] in case["expected_ids"]
        tie = len(top) > 1 and top[0][0] == top[1][0] and top[0][2] != top[1][2]
        way = "native" if is_native(query_text(case)) else "latin"
        to = case["index"].partition("_")[0]
        cells[f"{case['category'].removeprefix('script_')} {way}->{to}"].append(hit and not tie)
        if misses and (not hit or tie):
            right = [text for i, text, _ in names if i in case["expected_ids"]]
            print(
                "MISS",
                case["category"],
                case["index"],
                case["query"]["name"],
                right,
                top[:2],
                case.get("second_reading", ""),
            )
    for cell, hits in sorted(cells.items()):
        print(f"{cell:24} {sum(hits):3}/{len(hits):3}  {sum(hits) / len(hits):.3f}")
    hits = [hit for held in cells.values() for hit in held]
    print(f"{'all':24} {sum(hits):3}/{len(hits):3}  {sum(hits) / len(hits):.3f}")
    return {cell: sum(held) / len(held) for cell, held in cells.items()}


def query_text(case: dict[str, dict[str, str]]) -> str:
    return case["query"]["name"]


def collisions(listed: Path, pairs: int = 1_000_000) -> None:
    rows = csv.reader(listed.open(encoding="latin-1"))
    names = [row[1] for row in rows if len(row) > 2 and row[2].strip() == "individual"]
    started = time.perf_counter()
    analysed = [name_words(name) for name in names]
    spent = time.perf_counter() - started
    distinct = sorted({word[:3] for held in analysed for word in held if word.role == PART})
    started = time.perf_counter()
    held = [(word[0], frozenset(keys(*word))) for word in distinct]
    took = time.perf_counter() - started
    draw = random.Random(7)
    counts: dict[str, int] = defaultdict(int)
    for _ in range(pairs):
        one, two = draw.sample(held, 2)
        if one[0] != two[0]:
            for kind in {key[0] for key in one[1] & two[1]}:
                counts[kind] += 1
    print(
        f"{len(names)} names {spent:.2f} s, {len(distinct)} distinct words {took:.2f} s, "
        f"{sum(len(k) for _, k in held) / len(held):.1f} keys a word"
    )
    print({kind: f"{count / pairs:.1e}" for kind, count in sorted(counts.items())})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=Path, default=Path("bench/cases/scripts.jsonl"))
    parser.add_argument("--list", type=Path, default=Path("bench/cases/scripts_list.csv"))
    parser.add_argument("--collisions", type=Path)
    parser.add_argument("--quiet", action="store_true")
    given = parser.parse_args()
    ranked(given.cases, given.list, misses=not given.quiet)
    if given.collisions:
        collisions(given.collisions)


if __name__ == "__main__":
    main()
