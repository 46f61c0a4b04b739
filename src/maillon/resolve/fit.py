"""Labels feed the model: what people judged corrects the weights and the threshold.

A judged pair was chosen, not drawn: reviewers see pairs near the threshold, in which something
differs. Counted as if they were any pairs, fifty judged strangers of one birth date would make a
birth date worthless. So what counts at a level is how many more of the pairs that stand there were
one than the saved model expects of these very pairs: weights move until both agree, held by a prior
of `PRIOR_PAIRS` pairs a level on which the saved model is right (logistic regression with the saved
weights as offset and a normal prior). Who chose the pairs, by what scores, does not bias it.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv

from maillon.resolve.comparisons import RULES, TABLES, column
from maillon.resolve.constraints import Flags, Floats
from maillon.resolve.explain import NOTHING
from maillon.resolve.levels import log_odds, probability
from maillon.resolve.model import Models
from maillon.resolve.resolve import numbers_of
from maillon.resolve.stand import stand_of
from maillon.resolve.state import State
from maillon.store import By, Event, Verdict, Workbench, standing_events

PRIOR_PAIRS: Final = 200
"""Judged pairs at each level, half of them one, that the saved model is worth."""

LEAST_HELD_OUT: Final = 50
"""Held-out labels below which the shipped threshold stays."""

_CONFIDENCE: Final = 0.95
_STEPS: Final = 50
_DONE: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Fitted:
    """What the labels of one kind came to.

    Attributes:
        kind: Kind of record.
        labels: Judged pairs that were used: positive and negative ones of people.
        positives: How many of them were judged one.
        held_out: How many were kept for the threshold.
        left_out: Judged pairs that were not used: a statement of theirs is not for statistics, or
            the two are of different kinds.
        error_before: Share of held-out pairs that the shipped model gets wrong; None without any.
        error_after: The same of the fitted model.
        threshold_before: Of the shipped model.
        threshold: Of the fitted model.
        is_adopted: Whether the fitted model is better to have; else the shipped one stays.
        note: What was decided, in words.
        model: As ``<kind>.json``.
    """

    kind: str
    labels: int
    positives: int
    held_out: int
    left_out: int
    error_before: float | None
    error_after: float | None
    threshold_before: float
    threshold: float
    is_adopted: bool
    note: str
    model: dict[str, Any]

    def line(self) -> dict[str, Any]:
        """Return it as one line of ``judge --fit``."""
        return {
            "kind": self.kind, "labels": self.labels, "positives": self.positives,
            "held_out": self.held_out, "left_out": self.left_out,
            "error_before": self.error_before, "error_after": self.error_after,
            "threshold_before": self.threshold_before, "threshold": self.threshold,
            "adopted": self.is_adopted, "note": self.note, "version": self.model["version"],
        }  # fmt: skip


class Labels(NamedTuple):
    """Judged pairs of one kind, by ids; ``records`` of that kind are in the view."""

    pairs: list[tuple[str, str]]
    levels: list[dict[str, str]]
    is_one: Flags
    records: int


def fit(
    bench: Workbench,
    state: State,
    events: Iterable[Event],
    models: Models,
    private: Collection[int] = (),
) -> dict[str, Fitted]:
    """Return the models that people's judgements make of the shipped ones, by kind.

    Args:
        bench: The statements of the view.
        state: Its records.
        events: The judgement log as the view reads it, oldest first.
        models: The shipped models: what was fitted before is no ground to build on.
        private: Ids of labels from which no statistics may be learned: a record that has a
            statement of one of them teaches nothing. Source: DESIGN, section 4.
    """
    held = standing_events(one for one in events if one.by is By.PERSON)
    said = [one for one in held if one.verdict in {Verdict.POSITIVE, Verdict.NEGATIVE}]
    hidden = _private(bench, private)
    numbers = numbers_of(state, said)
    kinds = state.entity.column("kind")
    chosen: dict[str, list[Event]] = {}
    left_out: dict[str, int] = {}
    for event in sorted(said, key=lambda one: (one.left, one.right)):
        ends = [numbers.get(entity) for entity in (event.left, event.right)]
        of = [kinds[end].as_py() for end in ends if end is not None]
        if len(of) < len(ends):
            continue
        is_public = not hidden & {event.left, event.right} and not set(event.labels) & set(private)
        if of[0] == of[1] and is_public:
            chosen.setdefault(of[0], []).append(event)
        else:
            left_out[of[0]] = left_out.get(of[0], 0) + 1
    return {
        kind: _fitted(models, kind, _labels(state, kind, chosen[kind], numbers),
                      left_out.get(kind, 0))
        for kind in TABLES if kind in chosen
    }  # fmt: skip


def _private(bench: Workbench, labels: Collection[int]) -> set[str]:
    if not labels:
        return set()
    marks = ", ".join(str(int(label)) for label in sorted(labels))
    rows = bench.con.execute(
        f"SELECT DISTINCT entity FROM statement WHERE label IN ({marks})"
    ).fetchall()
    return {str(row[0]) for row in rows}


def _labels(state: State, kind: str, events: Sequence[Event], numbers: Mapping[str, int]) -> Labels:
    left, right = (np.array([numbers[getattr(one, side)] for one in events], np.int64)
                   for side in ("left", "right"))  # fmt: skip
    is_one = np.array([one.verdict is Verdict.POSITIVE for one in events], np.bool_)
    return Labels(
        [(e.left, e.right) for e in events],
        stand_of(state, kind, left, right),
        is_one,
        state.records(kind),
    )


def _fitted(models: Models, kind: str, labels: Labels, left_out: int) -> Fitted:
    held_out = np.array([is_held_out(*pair) for pair in labels.pairs], np.bool_)
    moved = shifts(models, kind, _part(labels, ~held_out))
    model = json.loads(json.dumps(models.held[kind]))
    model["levels"] = _rates(models, kind, moved)
    model["version"] = f"{model['version']}+{_hash(labels)}"
    model["fitted_on"] = {
        "labels": len(labels.pairs), "positives": int(labels.is_one.sum()),
        "held_out": int(held_out.sum()), "prior_pairs": PRIOR_PAIRS,
    }  # fmt: skip
    # scored as it will be read
    after = Models({**models.held, kind: model})
    test = _part(labels, held_out)
    before_scores, scores = (_scores(one, kind, test) for one in (models, after))
    shipped = models.threshold(kind)
    threshold, note = choose(
        before_scores, scores, test.is_one, shipped, models.review_threshold(kind)
    )
    error_before = _error(before_scores, test.is_one, shipped)
    model["threshold"] = shipped if threshold is None else threshold
    error_after = _error(scores, test.is_one, model["threshold"])
    is_worse = error_before is not None and error_after is not None and error_after > error_before
    if threshold is not None and is_worse and len(test.pairs) >= LEAST_HELD_OUT:
        threshold, note = None, "the fitted model errs more on the held-out labels"
    is_adopted = threshold is not None
    return Fitted(
        kind, len(labels.pairs), int(labels.is_one.sum()), len(test.pairs), left_out,
        error_before, error_after, shipped, model["threshold"], is_adopted,
        note if is_adopted else f"the shipped model stays: {note}", model,
    )  # fmt: skip


def is_held_out(left: str, right: str) -> bool:
    """Return whether a pair is of the half that chooses the threshold; for ever the same half."""
    return bool(hashlib.sha256(f"{left}\x1f{right}".encode()).digest()[0] & 1)


def _part(labels: Labels, mask: Flags) -> Labels:
    places = np.flatnonzero(mask).tolist()
    return Labels(
        [labels.pairs[place] for place in places],
        [labels.levels[place] for place in places],
        labels.is_one[mask],
        labels.records,
    )


def _hash(labels: Labels) -> str:
    rows = [f"{left}\x1f{right}\x1f{is_one}" for (left, right), is_one in
            zip(labels.pairs, labels.is_one.tolist(), strict=True)]  # fmt: skip
    return hashlib.sha256("\x1e".join(rows).encode()).hexdigest()[:12]


def _scores(models: Models, kind: str, labels: Labels) -> Floats:
    return np.array(
        [probability(models, kind, levels, labels.records) for levels in labels.levels], np.float64
    )


def _error(scores: Floats, is_one: Flags, threshold: float) -> float | None:
    if not len(scores):
        return None
    return round(float(((scores >= threshold) != is_one).mean()), 6)


# -- weights


def shifts(models: Models, kind: str, labels: Labels) -> dict[tuple[str, str], float]:
    """Return how far the weight of each level moves (natural logarithm), by comparison and label.

    Newton's method on a concave function: one answer, whatever the order of the labels. The rule
    `RULES` keep their weights, and *not known* says nothing.
    """
    cells = [
        (name, label)
        for name, (_, table) in TABLES[kind].items() if name not in RULES
        for label in [*(label for label, _ in table), "they differ"]
    ]  # fmt: skip
    place_of = {cell: place for place, cell in enumerate(cells)}
    standing: npt.NDArray[np.float64] = np.zeros((len(labels.pairs), len(cells)))
    for row, levels in enumerate(labels.levels):
        for name, label in levels.items():
            if name not in RULES and label != NOTHING:
                standing[row, place_of[name, label]] = 1.0
    offset = np.array(
        [log_odds(models, kind, levels, labels.records) for levels in labels.levels], np.float64
    )
    found = _newton(standing, offset, labels.is_one.astype(np.float64))
    return {cell: float(found[place]) for cell, place in place_of.items()}


def _newton(standing: Floats, offset: Floats, is_one: Floats) -> Floats:
    held = PRIOR_PAIRS / 4  # what a pair with even odds tells of its logarithm
    found = np.zeros(standing.shape[1])
    value = _loss(standing, offset, is_one, found, held)
    for _ in range(_STEPS):
        likely = 1 / (1 + np.exp(-np.clip(offset + standing @ found, -700, 700)))
        slope = standing.T @ (is_one - likely) - held * found
        bend = standing.T @ (standing * (likely * (1 - likely))[:, None])
        step = np.linalg.solve(bend + held * np.eye(len(found)), slope)
        share = 1.0
        while (new := _loss(standing, offset, is_one, found + share * step, held)) > value:
            share /= 2
            if share < _DONE:
                return found
        found, value = found + share * step, new
        if np.abs(share * step).max(initial=0.0) < _DONE:
            break
    return found


def _loss(standing: Floats, offset: Floats, is_one: Floats, found: Floats, held: float) -> float:
    odds = offset + standing @ found
    return float((np.logaddexp(0, odds) - is_one * odds).sum() + held / 2 * (found**2).sum())


def _rates(
    models: Models, kind: str, moved: Mapping[tuple[str, str], float]
) -> dict[str, list[list[float]]]:
    """Return ``[m, u]`` by level: one of the two is lowered, so that both stay shares.

    The levels of a comparison then add up to less than 1: only the ratio of the two says anything.
    """
    found = {}
    for name, (_, table) in TABLES[kind].items():
        labels = [label for label, _ in table] + ["they differ"]
        rates = []
        for label, (m, u) in zip(labels, models.rates(kind, name), strict=True):
            by = moved.get((name, label), 0.0)
            lower, raise_ = np.exp(min(by, 0.0)), np.exp(-max(by, 0.0))
            rates.append([float(f"{m * lower:.6g}"), float(f"{u * raise_:.6g}")])
        found[column(name)] = rates
    return found


# -- threshold


def choose(
    before: Floats, after: Floats, is_one: Flags, shipped: float, least: float
) -> tuple[float | None, str]:
    """Return the threshold of a fitted model, and why; None when the shipped model is to stay.

    Args:
        before: Scores of the held-out pairs by the shipped model, shape ``(n,)``.
        after: The same by the fitted model.
        is_one: Whether each was judged one.
        shipped: Threshold of the shipped model.
        least: Its review threshold: no pair below it is kept.

    The smallest threshold is taken above which the share of wrong pairs, and its upper bound, are
    not larger than with the shipped model, and which gets no more pairs wrong than the shipped one.
    """
    if len(is_one) < LEAST_HELD_OUT:
        return shipped, (
            f"{len(is_one)} held-out labels are fewer than {LEAST_HELD_OUT}: "
            "the shipped threshold stays"
        )
    wrong, above = _above(before, is_one, shipped)
    if not above:
        return shipped, "no held-out pair is above the shipped threshold: it stays"
    share, bound = wrong / above, upper_bound(wrong, above)
    most = _error(after, is_one, shipped)
    for threshold in sorted({least, shipped, *after[after >= least].tolist()}):
        wrong, above = _above(after, is_one, threshold)
        is_within = not above or (wrong / above <= share and upper_bound(wrong, above) <= bound)
        # where the shipped model is wrong throughout, its error is no licence
        if is_within and (_error(after, is_one, threshold) or 0.0) <= (most or 0.0):
            said = f"at most {upper_bound(wrong, above):.1%} of them" if above else "none"
            return float(threshold), (
                f"of {above} held-out pairs above {threshold:g} {said} are wrong, "
                f"{bound:.1%} with the shipped model"
            )
    return None, "no threshold keeps the error of the shipped model on the held-out labels"


def _above(scores: Floats, is_one: Flags, threshold: float) -> tuple[int, int]:
    above = scores >= threshold
    return int((~is_one[above]).sum()), int(above.sum())


def upper_bound(wrong: int, of: int) -> float:
    """Return the upper bound of a share at 95 % (Clopper and Pearson), 0.0 to 1.0."""
    return 1.0 if wrong >= of else float(betaincinv(wrong + 1, of - wrong, _CONFIDENCE))


# -- files


def write_models(folder: Path, found: Iterable[Fitted]) -> list[str]:
    """Write the adopted models where `Models.of` reads them; return their kinds.

    A kind whose fitted model is not adopted loses the one that was written before.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for one in found:
        path = folder / f"{one.kind}.json"
        if not one.is_adopted:
            path.unlink(missing_ok=True)
            continue
        work = folder / f".{one.kind}.{secrets.token_hex(4)}.json"
        with work.open("w", encoding="utf-8") as file:
            json.dump(one.model, file, indent=1)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        work.replace(path)
        written.append(one.kind)
    return written


def forget_models(folder: Path) -> list[str]:
    """Remove what `write_models` wrote; return the kinds that go back to the shipped model."""
    held = [kind for kind in TABLES if (folder / f"{kind}.json").is_file()]
    for kind in held:
        (folder / f"{kind}.json").unlink()
    return held
