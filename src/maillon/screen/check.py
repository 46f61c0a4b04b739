"""Recomputes the score of a hit from its printed explanation. Shares no code with the scorer.

An overseer or an expert of the court runs it over the lines that ``maillon screen`` printed, with
the two tables of numbers that the package publishes, ``model.json`` and ``facts.json``.
"""

import json
import math
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

TOLERANCE = 1e-4


def published(name: str) -> dict[str, Any]:
    """Return one of the published tables: ``model`` or ``facts``."""
    text = (files("maillon.screen") / "data" / f"{name}.json").read_text(encoding="utf-8")
    table: dict[str, Any] = json.loads(text)
    return table


def faults(hit: Mapping[str, Any], model: Mapping[str, Any], facts: Mapping[str, Any]) -> list[str]:
    """Return what in a hit's line does not follow from its explanation; nothing when all does.

    Args:
        hit: One element of ``hits`` of a printed line.
        model: ``model.json``.
        facts: ``facts.json``.
    """
    points = model["groups"][hit["group"]]
    reasons = hit["explanation"]
    found = []
    for number, reason in enumerate(reasons):
        wanted = _points(reason, points, facts["points"])
        if wanted is not None and abs(wanted - reason["points"]) > TOLERANCE:
            found.append(f"reason {number + 1} ({reason['verdict']}): {reason['points']}, "
                         f"computed {wanted:.6f}")  # fmt: skip
    found += _shares(reasons)
    total = model["intercepts"][hit["group"]] + sum(reason["points"] for reason in reasons)
    if abs(total - hit["points"]) > TOLERANCE:
        found.append(f"points: {hit['points']}, computed {total:.6f}")
    found += _calibrated(reasons, model, hit["group"])
    score = 1 / (1 + math.exp(-max(-30.0, min(30.0, hit["points"]))))
    if abs(score - hit["score"]) > TOLERANCE:
        found.append(f"score: {hit['score']}, computed {score:.6f}")
    found += _rules(hit, model, facts)
    bands = [("strong", 0.95), ("possible", 0.7), ("weak", 0.3), ("none", 0.0)]
    band = next(name for name, least in bands if hit["score"] >= least)
    if band != hit["band"]:
        found.append(f"band: {hit['band']}, computed {band}")
    return found


def _points(
    reason: Mapping[str, Any], points: Mapping[str, float], facts: Mapping[str, Any]
) -> float | None:
    kind, verdict, weight = reason["kind"], reason["verdict"], reason["weight"]
    if kind == "rule" or verdict == "calibration":
        return None
    if kind in facts:
        return float(facts[kind][verdict])
    if kind == "kind" or verdict == "not compared":
        return float(points[verdict])
    if kind == "name":
        return float(points[verdict] * weight)
    plain = verdict.removesuffix(", joined")
    value = points[plain] + points[f"{plain} weight"] * weight
    if plain not in {"added", "omitted"}:
        value += points[f"{plain} distance"] * (1 - reason["near"])
    return float(value + (points["joined"] if verdict != plain else 0.0))


def _rules(hit: Mapping[str, Any], model: Mapping[str, Any], facts: Mapping[str, Any]) -> list[str]:
    """Check the two rules: facts support a name, and a weak alias never alerts alone."""
    reasons, found = hit["explanation"], []
    rules = {one["verdict"]: one["points"] for one in reasons if one["kind"] == "rule"}
    name = model["intercepts"][hit["group"]] + sum(
        one["points"] for one in reasons if one["kind"] in {"part", "name"}
    )
    agreeing = sum(
        one["points"] for one in reasons
        if one["kind"] in facts["points"] and one["kind"] != "document" and one["points"] > 0
    )  # fmt: skip
    wanted = min(0.0, max(0.0, name + 4.0) - agreeing)
    printed = rules.pop("facts support a name, they do not replace it", 0.0)
    if abs(printed - wanted) > TOLERANCE:
        found.append(f"support rule: {printed}, computed {wanted:.6f}")
    if rules and abs(hit["points"] - model["weak_most"]) > TOLERANCE:
        found.append(f"weak alias rule: the sum is {hit['points']}, not {model['weak_most']}")
    return found


def _shares(reasons: Sequence[Mapping[str, Any]]) -> list[str]:
    """Check the two shares against the weights of the parts."""
    weights = {"agreed": 0.0, "contradicted": 0.0, "alone": 0.0}
    for reason in reasons:
        if reason["kind"] == "part":
            kind = {"contradicted": "contradicted", "added": "alone", "omitted": "alone"}
            weights[kind.get(reason["verdict"], "agreed")] += reason["weight"]
    compared = weights["agreed"] + weights["contradicted"]
    shares = {
        "share contradicted": weights["contradicted"] / compared if compared else 0.0,
        "share left over": weights["alone"] / (compared + weights["alone"] or 1.0),
    }
    printed = {one["verdict"]: one["weight"] for one in reasons if one["kind"] == "name"}
    return [
        f"{name}: {printed.get(name, 0.0)}, computed {share:.6f}"
        for name, share in shares.items()
        if reasons and any(one["kind"] == "part" for one in reasons)
        and abs(printed.get(name, 0.0) - share) > TOLERANCE
    ]  # fmt: skip


def _calibrated(
    reasons: Sequence[Mapping[str, Any]], model: Mapping[str, Any], group: str
) -> list[str]:
    """Check the step from the sum of the name's points to calibrated log odds."""
    names = [one for one in reasons if one["kind"] in {"part", "name"}]
    raw = model["intercepts"][group] + sum(
        one["points"] for one in names if one["verdict"] != "calibration"
    )
    printed = [one["points"] for one in names if one["verdict"] == "calibration"]
    knots = model["curves"][group]
    left = [knot for knot in knots if knot[0] <= raw]
    right = [knot for knot in knots if knot[0] > raw]
    if not left:
        odds = right[0][1] + raw - right[0][0]
    elif not right:
        odds = left[-1][1] + 0.02 * (raw - left[-1][0])
    else:
        (x0, y0), (x1, y1) = left[-1], right[0]
        odds = y0 + (y1 - y0) * (raw - x0) / (x1 - x0)
    if len(printed) == 1 and abs(printed[0] - (odds - raw)) <= TOLERANCE:
        return []
    return [f"calibration: {printed}, computed {odds - raw:.6f}"]
