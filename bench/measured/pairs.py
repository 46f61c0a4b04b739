"""Section ``pairs``: 826 labelled name pairs, with and without those whose labels contradict."""

import csv
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from measured import cases, figures
from measured.cases import ALERT

from maillon import screen

FILE = "name_pairs_nomenklatura.csv"
DISPUTED = "name_pairs_disputed.csv"


class Pair(NamedTuple):
    """One labelled pair; ``line`` is the physical line of the file."""

    line: int
    schema: str
    one: str
    two: str
    match: bool
    quality: str
    category: str
    disputed: bool


def read(samples: Path) -> list[Pair]:
    """Return the pairs in file order."""
    with (samples / DISPUTED).open(encoding="utf-8", newline="") as raw:
        disputed = {int(row["line"]) for row in csv.DictReader(raw)}
    with (samples / FILE).open(encoding="utf-8", newline="") as raw:
        rows = csv.DictReader(raw)
        return [
            Pair(rows.line_num, row["schema"], row["name1"], row["name2"],
                 row["is_match"].lower() == "true", row["quality"], row["category"],
                 rows.line_num in disputed)
            for row in rows
        ]  # fmt: skip


def scores(asked: Sequence[tuple[str, Sequence[str], Sequence[str]]]) -> list[float]:
    """Return the score of each pair: schema, names of the query, names of the listed entry.

    The engine's own ``pair_score`` where it has one; else one screen over all second sides, where
    a pair that is no candidate scores 0.
    """
    made = [
        (screen.entry(f"q{n}", schema, "", {"name": list(one)}),
         screen.entry(f"l{n}", schema, "list", {"name": list(two)}))
        for n, (schema, one, two) in enumerate(asked)
    ]  # fmt: skip
    score: Any = getattr(screen, "pair_score", None)
    if score is not None:
        return [float(score(query, listed)) for query, listed in made]
    side = screen.Screen([listed for _, listed in made], threshold=0.0, top=len(made))
    answers = side.ask(query for query, _ in made)
    return [
        max((hit.scored.score for hit in answer.hits if hit.id == listed.id), default=0.0)
        for answer, (_, listed) in zip(answers, made, strict=True)
    ]


def weigh(pairs: Sequence[Pair], scored: Sequence[float]) -> tuple[str, dict[str, object]]:
    """Return one line of figures of these pairs."""
    right = [s for pair, s in zip(pairs, scored, strict=True) if pair.match]
    wrong = [s for pair, s in zip(pairs, scored, strict=True) if not pair.match]
    best, at = figures.best_f1(right, wrong)
    fixed = figures.f1_at(right, wrong, ALERT)
    line = (f"n {len(pairs)} ({len(right)} match): best F1 {best:.3f} at {at:.3f}; "
            f"F1 at {ALERT} {fixed:.3f}")  # fmt: skip
    return line, {"best_f1": best, "best_threshold": at, "f1_at_alert": fixed}


def run(chosen: Namespace) -> tuple[list[str], dict[str, object], list[str]]:
    """Print F1 at the best threshold and at the product's, and the errors of tier STRONG."""
    if cases.sample(chosen, FILE) is None:
        return [f"no {FILE} in {chosen.samples}"], {}, []
    pairs = read(chosen.samples)
    scored = scores([(p.schema, [p.one], [p.two]) for p in pairs])
    clear = [n for n, pair in enumerate(pairs) if not pair.disputed]
    line, out = weigh(pairs, scored)
    lines = [f"as labelled: {line}"]
    line, without = weigh([pairs[n] for n in clear], [scored[n] for n in clear])
    lines.append(f"without {len(pairs) - len(clear)} disputed: {line}")
    out |= {f"{key}_undisputed": value for key, value in without.items()}
    if chosen.peer:
        from peers import logic_v2  # noqa: PLC0415 - the peer is asked only where that is wanted

        more, peer = logic_v2.pair_lines(chosen)
        lines += more
        out |= {f"logic_v2 {key}": value for key, value in peer.items()}
    wrong = [
        (pair, score)
        for pair, score in zip(pairs, scored, strict=True)
        if (score >= ALERT) is not pair.match
    ]
    for tier in ("STRONG", "MEDIUM", "WEAK", ""):
        held = sum(pair.quality == tier for pair in pairs)
        count = sum(pair.quality == tier for pair, _ in wrong)
        disputed = sum(pair.quality == tier and pair.disputed for pair, _ in wrong)
        if held:
            lines.append(f"tier {tier or 'none'}: {count} of {held} wrong at {ALERT}, "
                         f"{disputed} of them disputed")  # fmt: skip
            out[f"wrong_{tier or 'none'}"] = count
    lines += [_line(p, s) for p, s in wrong if p.quality == "STRONG"]
    return lines, out, [_line(p, s) for p, s in wrong if p.quality != "STRONG"]


def _line(pair: Pair, score: float) -> str:
    label = "match" if pair.match else "other"
    mark = " disputed" if pair.disputed else ""
    return (f"  line {pair.line} {pair.quality} {pair.category} {label}{mark} {score:.3f}: "
            f"{pair.one!r} / {pair.two!r}")  # fmt: skip
