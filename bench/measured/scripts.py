"""Section ``scripts``: names across scripts and romanisations, both directions, hit@1."""

import csv
from argparse import Namespace
from collections import defaultdict
from pathlib import Path
from typing import Any

from cases.persons import persons
from measured import cases, figures, lists

GOAL = 0.95
SEED = 41
OWN = Path(__file__).parents[1] / "cases"


def read_list(path: Path) -> list[lists.Listed]:
    """Return the entries of a list of one name a row: id, schema, name, birthDate, country."""
    held: dict[str, dict[str, list[str]]] = {}
    schemata: dict[str, str] = {}
    with path.open(encoding="utf-8", newline="") as raw:
        for row in csv.DictReader(raw):
            schemata[row["id"]] = row["schema"]
            properties = held.setdefault(row["id"], {})
            for prop, value in (("name", row["name"]), ("birthDate", row.get("birthDate")),
                                ("nationality", row.get("country"))):  # fmt: skip
                if value and value not in properties.setdefault(prop, []):
                    properties[prop].append(value)
    return [lists.Listed(id_, schemata[id_], "scripts", held[id_]) for id_ in held]


def distractors(count: int = 1_000) -> list[lists.Listed]:
    """Return fresh persons, each of one culture and script: nobody that a case expects."""
    return [
        lists.Listed(f"fresh-{one.id}", "Person", "scripts", {"name": [one.name]})
        for one in persons(count, SEED)
    ]


def answers(
    labelled: list[dict[str, Any]], found: list[lists.Listed], threads: int
) -> list[cases.Answer]:
    """Screen each case; an index variant touches the expected persons only."""
    wanted = {id_ for case in labelled for id_ in case["expected_ids"]}
    said: dict[int, cases.Answer] = {}
    for index in sorted({case["index"] for case in labelled}):
        cut = [lists.variant(one, index) if one.id in wanted else one for one in found]
        numbers = [n for n, case in enumerate(labelled) if case["index"] == index]
        asked = [labelled[n] | {"index": "full"} for n in numbers]
        said |= zip(numbers, cases.ask(asked, [one for one in cut if one], threads), strict=True)
    return [said[n]._replace(case=labelled[n]) for n in range(len(labelled))]


def direction(case: dict[str, Any]) -> str:
    """Return which way a case goes."""
    if case["index"] == "native_only":
        return "Latin -> native"
    return "Latin -> Latin" if lists.is_latin(case["query"]["name"]) else "native -> Latin"


def weigh(said: list[cases.Answer]) -> tuple[list[str], dict[str, object], list[str]]:
    """Return hit@1 by script and direction; exonyms and doubtful cases apart."""
    held: dict[tuple[str, str], list[cases.Answer]] = defaultdict(list)
    for answer in said:
        if not answer.apart:
            held[answer.case["category"], direction(answer.case)].append(answer)
            held[answer.case["category"], "all"].append(answer)
    lines = [f"{'script':12} {'direction':16} hit@1 (n), at 0.7 or more"]
    out: dict[str, object] = {}
    for (script, way), group in sorted(held.items()):
        first = figures.share(sum(a.first for a in group), len(group))
        alert = figures.share(sum(a.score >= cases.ALERT for a in group), len(group))
        mark = "" if first >= GOAL else "  BELOW"
        lines.append(f"{script:12} {way:16} {first:.3f} ({len(group)}), {alert:.3f}{mark}")
        out[f"{script} {way}"] = first
    apart = [a for a in said if a.apart]
    lines.append(f"exonym or doubtful, apart: {sum(a.first for a in apart)} of {len(apart)}")
    return lines, out, [cases.error(a) for a in said if not a.first]


def run(chosen: Namespace) -> tuple[list[str], dict[str, object], list[str]]:
    """Measure the sample cases and our own."""
    lines: list[str] = []
    out: dict[str, object] = {}
    errors: list[str] = []
    own = (OWN / "scripts.jsonl", OWN / "scripts_list.csv")
    sets = [("own", *own)] if own[0].is_file() and own[1].is_file() else []
    file = cases.sample(chosen, "cases_scripts.jsonl")
    side = cases.sample(chosen, "list_scripts.csv")
    if file and side:
        sets.append(("sample", file, side))
    for name, file, side in sets:
        found = read_list(side)
        if name == "own":
            found += distractors()
        said = answers(cases.read(file), found, chosen.threads)
        some, numbers, wrong = weigh(said)
        lines += [f"{name}: {len(said)} cases", *some]
        out |= {f"{name} {key}": value for key, value in numbers.items()}
        errors += wrong
    return lines, out, errors
