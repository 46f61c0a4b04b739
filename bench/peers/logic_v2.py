"""Logic-v2 of nomenklatura 4.17.4 on the same cases and pairs, from an environment of its own.

.venv/bin/python bench/peers/logic_v2.py --samples DIR [--python PATH] [--json]

It pins an older DuckDB than this project, so it cannot live in the same environment: one is made in
a temporary folder (some minutes), or ``--python`` names one that holds it. It has no search of its
own here: the candidates of a case are the best 25 by WRatio and by token_sort_ratio of rapidfuzz
over the ASCII form of all names.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from argparse import Namespace
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from measured import cases, lists, pairs
from rapidfuzz import fuzz, process, utils

from maillon.sources.values import country

PACKAGE = "nomenklatura==4.17.4"
WORKER = Path(__file__).with_name("logic_v2_worker.py")
FOLDER = Path(tempfile.gettempdir()) / "maillon-peer-logic-v2"
NEAR = 25

Record = dict[str, Any]


def python(given: Path | None) -> Path:
    """Return the interpreter of the peer's environment, made when there is none."""
    if given is not None:
        return given
    path = FOLDER / "bin" / "python"
    if not (FOLDER / "ready").is_file():
        venv.create(FOLDER, with_pip=True, clear=True)
        subprocess.run([path, "-m", "pip", "install", "--quiet", PACKAGE], check=True)
        (FOLDER / "ready").touch()
    return path


def ask(given: Path | None, asked: Sequence[tuple[Record, Sequence[Record]]]) -> list[list[float]]:
    """Return the peer's score of each candidate of each query."""
    text = "".join(json.dumps({"q": query, "c": list(some)}) + "\n" for query, some in asked)
    bare = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run([python(given), WORKER], input=text, capture_output=True, text=True,
                          check=True, env=bare)  # fmt: skip
    return [json.loads(line) for line in done.stdout.splitlines()]


@cache
def _ascii() -> Any:  # noqa: ANN401 - ICU has no types
    from icu import Transliterator  # noqa: PLC0415 - only this rule needs ICU

    return Transliterator.createInstance("Any-Latin; NFKD; [:Nonspacing Mark:] Remove; Latin-ASCII")


def folded(name: str) -> str:
    """Return the ASCII form that the candidates are searched by."""
    return str(utils.default_process(_ascii().transliterate(name)))


def record(schema: str, properties: Mapping[str, Sequence[str]]) -> Record:
    """Return a record as the peer takes it: a date that is about a year is that year."""
    kept: dict[str, list[str]] = {}
    for prop, values in properties.items():
        if prop == "birthDate":
            kept[prop] = [end for one in values for end in one.strip("~").split("..")]
        else:
            kept[prop] = list(values)
    return {"schema": schema, "properties": kept}


def _query(query: Mapping[str, Any]) -> Record:
    properties = {
        prop: [str(one) for one in (value if isinstance(value, list) else [value])]
        for prop, value in query.items()
        if prop != "schema" and value
    }
    for prop in ("nationality", "country"):
        if prop in properties:
            properties[prop] = [country(one) or one for one in properties[prop]]
    return record(str(query.get("schema", "Person")), properties)


def answers(given: Path | None, labelled: Sequence[Record]) -> list[cases.Answer]:
    """Return the peer's answers to labelled cases, in their order."""
    by_index: dict[str, list[int]] = defaultdict(list)
    for number, case in enumerate(labelled):
        by_index[case.get("index", "full")].append(number)
    asked, owners, places = [], [], []
    for index, numbers in by_index.items():
        side = [one for each in lists.listed("un") if (one := lists.variant(each, index))]
        names = [(folded(text), place) for place, one in enumerate(side) for _, text in one.names]
        texts = [text for text, _ in names]
        for number in numbers:
            query = labelled[number]["query"]
            near: dict[int, None] = {}
            for scorer in (fuzz.WRatio, fuzz.token_sort_ratio):
                found = process.extract(folded(query["name"]), texts, scorer=scorer, limit=NEAR)
                near |= dict.fromkeys(names[place][1] for _, _, place in found)
            some = [side[place] for place in near]
            owners.append([one.id for one in some])
            places.append(number)
            asked.append((_query(query), [record(o.schema, o.properties) for o in some]))
    said: dict[int, cases.Answer] = {}
    for number, ids, scored in zip(places, owners, ask(given, asked), strict=True):
        best = sorted(zip(ids, scored, strict=True), key=lambda one: (-one[1], one[0]))
        said[number] = cases.Answer(labelled[number], best, [])
    return [said[number] for number in range(len(labelled))]


def case_lines(chosen: Namespace) -> tuple[list[str], dict[str, object]]:
    """Return the figures of the cases, hits and negatives only."""
    labelled = [one for one in cases.labelled(chosen) if one["expect"] in {"hit", "no_hit"}]
    said = cases.weigh(answers(chosen.peer_python, [*labelled, *cases.negatives()]))
    return [f"logic-v2: {line}" for line in said.lines], said.figures


def pair_lines(chosen: Namespace) -> tuple[list[str], dict[str, object]]:
    """Return the figures of the 826 pairs."""
    if cases.sample(chosen, pairs.FILE) is None:
        return [], {}
    rows = pairs.read(chosen.samples)
    asked = [
        (record(p.schema, {"name": [p.one]}), [record(p.schema, {"name": [p.two]})]) for p in rows
    ]
    scored = [found[0] for found in ask(chosen.peer_python, asked)]
    clear = [n for n, pair in enumerate(rows) if not pair.disputed]
    line, out = pairs.weigh(rows, scored)
    other, without = pairs.weigh([rows[n] for n in clear], [scored[n] for n in clear])
    out |= {f"{key}_undisputed": value for key, value in without.items()}
    return [f"logic-v2 as labelled: {line}", f"logic-v2 without disputed: {other}"], out


def main() -> int:
    """Print both."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=Path, required=True)
    parser.add_argument("--python", dest="peer_python", type=Path)
    parser.add_argument("--json", action="store_true", help="last line: the figures as one object")
    chosen = parser.parse_args()
    out = {}
    for name, measure in (("pairs", pair_lines), ("cases", case_lines)):
        start = time.perf_counter()
        lines, out[name] = measure(chosen)
        print(f"== {PACKAGE}, {name} ({time.perf_counter() - start:.1f} s)")
        print("\n".join(lines))
    if chosen.json:
        print(json.dumps(out, sort_keys=True))
    return 0


if __name__ == "__main__":
    sys.exit(main())
