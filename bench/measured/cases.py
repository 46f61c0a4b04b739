"""Section ``cases``: labelled queries against the United Nations list."""

import json
from argparse import Namespace
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from measured import figures, lists

from maillon.screen import Band, Screen, Screened

TOP = 5
ALERT = 0.7
RATE = 0.05
APART = frozenset(("org_translated_name",))
"""Categories that no rule can derive: stated apart, as issue 4 says."""
HERE = Path(__file__).parents[1] / "cases"


class Answer(NamedTuple):
    """One labelled query and what came back.

    Attributes:
        case: The line of the file.
        found: Ids with scores, best first.
        without_date: The same query without its birth date, where that is asked.
        shown: Ids of those found that are in a band: what the engine calls ``none`` is not shown.
    """

    case: dict[str, Any]
    found: list[tuple[str, float]]
    without_date: list[tuple[str, float]]
    shown: frozenset[str] = frozenset()

    @property
    def score(self) -> float:
        """Score of the expected entry within the first five; 0 when it is not there."""
        wanted = self.case["expected_ids"]
        return max((score for id_, score in self.found[:TOP] if matches(id_, wanted)), default=0.0)

    @property
    def first(self) -> bool:
        """Whether the expected entry is the first."""
        return bool(self.found) and matches(self.found[0][0], self.case["expected_ids"])

    @property
    def best(self) -> float:
        """Score of the first candidate."""
        return self.found[0][1] if self.found else 0.0

    @property
    def apart(self) -> bool:
        """Whether the case is stated apart: translated, exonym, or doubtful."""
        doubt = self.case.get("second_reading") in {"doubtful", "exonym"}
        return doubt or self.case.get("category") in APART


def matches(id_: str, wanted: Iterable[str]) -> bool:
    """Tell whether an id is one of those expected, which lack the prefix of the list."""
    return any(id_.removeprefix("un-sc-") == one.removeprefix("un-sc-") for one in wanted)


def read(path: Path) -> list[dict[str, Any]]:
    """Return the lines of a file."""
    with path.open(encoding="utf-8") as raw:
        return [json.loads(line) for line in raw if line.strip()]


def sample(chosen: Namespace, file: str) -> Path | None:
    """Return a sample file where there is one; the folder of the project holds a few only."""
    path = Path(chosen.samples) / file
    return path if path.is_file() else None


def negatives() -> list[dict[str, Any]]:
    """Return our own hard negatives as cases."""
    own = read(HERE / "hard_negatives.jsonl")
    return [line | {"category": line["kind"], "expected_ids": [], "index": "full"} for line in own]


def ids(answer: Screened) -> list[tuple[str, float]]:
    """Return the ids of an answer with their scores."""
    return [(hit.id, hit.scored.score) for hit in answer.hits]


def ask(
    cases: Sequence[dict[str, Any]], found: Sequence[lists.Listed], threads: int = 1
) -> list[Answer]:
    """Screen each case against its index variant; answers in the order of the cases."""
    by_index: dict[str, list[int]] = defaultdict(list)
    for number, case in enumerate(cases):
        by_index[case.get("index", "full")].append(number)
    answers: dict[int, Answer] = {}
    for index, numbers in by_index.items():
        screen = Screen(lists.entries(found, index), threshold=0.0, top=25, threads=threads)
        dated = [n for n in numbers if cases[n]["expect"] == "lower_than_no_dob"]
        queries = [lists.query_entry(str(n), cases[n]["query"]) for n in numbers]
        for number in dated:
            undated = {k: v for k, v in cases[number]["query"].items() if k != "birthDate"}
            queries.append(lists.query_entry(f"undated {number}", undated))
        answered = list(screen.ask(queries))
        said = [ids(answer) for answer in answered]
        bands = [
            frozenset(hit.id for hit in answer.hits if hit.scored.band is not Band.NONE)
            for answer in answered
        ]
        without = dict(zip(dated, said[len(numbers) :], strict=True))
        for number, one, shown in zip(numbers, said, bands, strict=False):
            answers[number] = Answer(cases[number], one, without.get(number, []), shown)
    return [answers[number] for number in range(len(cases))]


class Outcome(NamedTuple):
    """What the answers come to."""

    lines: list[str]
    figures: dict[str, object]
    errors: list[str]


def weigh(answers: Sequence[Answer]) -> Outcome:
    """Return the figures of these answers."""
    hits = [a for a in answers if a.case["expect"] == "hit"]
    mine = [a for a in answers if a.case["expect"] == "no_hit" and "kind" in a.case]
    theirs = [a for a in answers if a.case["expect"] == "no_hit" and "kind" not in a.case]
    sure = [a for a in hits if not a.apart]
    limits = {
        name: figures.limit_at([a.best for a in group if not a.apart], RATE)
        for name, group in (("file", theirs), ("own", mine), ("both", theirs + mine))
    }
    lines: list[str] = []
    out: dict[str, object] = {}
    for name, group in (("without those apart", sure), ("all", hits)):
        first = sum(a.first for a in group)
        f1, at = figures.best_f1([a.score for a in group], [a.best for a in theirs + mine])
        parts = [f"hit@1 {figures.share(first, len(group)):.3f}", f"best F1 {f1:.3f} at {at:.3f}"]
        parts += [
            f"R@5% {key} {recall(group, limit):.3f} (> {limit:.3f})"
            for key, limit in limits.items()
        ]
        right = sum(a.score >= ALERT for a in group)
        parts.append(f"recall at {ALERT} {figures.share(right, len(group)):.3f}")
        lines.append(f"{name} (n {len(group)}): " + ", ".join(parts))
        key = "" if group is sure else "_all"
        out |= {f"hit_at_1{key}": figures.share(first, len(group)), f"best_f1{key}": f1}
        out |= {f"recall_5_{n}{key}": recall(group, limit) for n, limit in limits.items()}
    for name, group in (("file", theirs), ("own", mine)):
        wrong = sum(a.best >= ALERT for a in group)
        lines.append(f"negatives {name}: {wrong} of {len(group)} at {ALERT} or more")
    rows, shares, errors = by_category(hits, theirs + mine, limits["both"])
    single, kept, other = special(answers)
    out |= shares | kept
    return Outcome(lines + rows + single, out, errors + other)


def recall(group: Sequence[Answer], limit: float) -> float:
    """Return the share of hits whose expected entry scores above a limit."""
    return figures.share(sum(a.score > limit for a in group), len(group))


def by_category(
    hits: Sequence[Answer], negative: Sequence[Answer], limit: float
) -> tuple[list[str], dict[str, float], list[str]]:
    """Return a line a category, the least share of a category, and the errors."""
    lines, errors, least = [], [], 1.0
    for group, good in ((hits, True), (negative, False)):
        held: dict[str, list[Answer]] = defaultdict(list)
        for answer in group:
            held[answer.case["category"] + (" (apart)" if answer.apart else "")].append(answer)
        for name, each in sorted(held.items()):
            wrong = [a for a in each if (a.score > limit if good else a.best <= limit) is False]
            value = 1 - len(wrong) / len(each)
            first = f"  hit@1 {sum(a.first for a in each) / len(each):.3f}" if good else ""
            lines.append(
                f"  {name:32} {len(each) - len(wrong):4}/{len(each):<4} {value:.3f}{first}"
            )
            if not name.endswith("(apart)") and name not in APART:
                least = min(least, value)
            errors += [error(a) for a in each if a in wrong or (good and not a.first)]
    return lines, {"least_category": least}, errors


def special(answers: Sequence[Answer]) -> tuple[list[str], dict[str, float], list[str]]:
    """Return the figures of ``weak_hit``, ``lower_than_no_dob`` and ``rank1``.

    A weak hit is shown in a band and does not alert; how many are merely not alerted stands beside.
    """
    rules: dict[str, Callable[[Answer], bool]] = {
        "weak_hit": lambda a: (
            _anywhere(a.found, a.case) < ALERT
            and any(matches(id_, a.case["expected_ids"]) for id_ in a.shown)
        ),
        "lower_than_no_dob": lambda a: (
            _anywhere(a.found, a.case) < _anywhere(a.without_date, a.case)
        ),
        "rank1": lambda a: a.first,
    }
    lines, out, errors = [], {}, []
    for kind, rule in rules.items():
        group = [a for a in answers if a.case["expect"] == kind]
        if group:
            wrong = [a for a in group if not rule(a)]
            lines.append(f"{kind}: {len(group) - len(wrong)} of {len(group)}")
            out[kind] = 1 - len(wrong) / len(group)
            if kind == "weak_hit":
                quiet = sum(_anywhere(a.found, a.case) < ALERT for a in group)
                lines.append(f"  of them below {ALERT}: {quiet}")
                out["weak_hit_quiet"] = quiet / len(group)
            errors += [error(a) for a in wrong]
    return lines, out, errors


def _anywhere(found: Sequence[tuple[str, float]], case: dict[str, Any]) -> float:
    return max((s for id_, s in found if matches(id_, case["expected_ids"])), default=0.0)


def error(answer: Answer) -> str:
    """Return a line that shows one case that went wrong."""
    case = answer.case
    best = ", ".join(f"{id_} {score:.3f}" for id_, score in answer.found[:3]) or "nothing"
    facts = " ".join(
        str(case["query"][key]) for key in ("name", "birthDate") if key in case["query"]
    )
    wanted = ",".join(case["expected_ids"]) or "nobody"
    scored = f" scored {_anywhere(answer.found, case):.3f}" if case["expected_ids"] else ""
    mark = " (apart)" if answer.apart else ""
    where = f"{case['category']}{mark} [{case.get('index', 'full')}]"
    return f"  {where} {facts!r} -> {wanted}{scored}; got {best}"


def run(chosen: Namespace) -> Outcome:
    """Measure the sample cases, and our own hard negatives beside them."""
    said = ask([*labelled(chosen), *negatives()], lists.listed("un"), chosen.threads)
    found = weigh(said)
    if not chosen.peer:
        return found
    from peers import logic_v2  # noqa: PLC0415 - the peer is asked only where that is wanted

    lines, out = logic_v2.case_lines(chosen)
    peer: dict[str, object] = {f"logic_v2 {key}": value for key, value in out.items()}
    return found._replace(lines=found.lines + lines, figures=found.figures | peer)


def labelled(chosen: Namespace) -> list[dict[str, Any]]:
    """Return the sample cases."""
    path = sample(chosen, "cases.jsonl")
    return read(path) if path else []
