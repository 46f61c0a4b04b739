"""The explanation of a hit as a waterfall: a step a reason, what it adds, where the sum stands.

To the side where reading begins goes what speaks for another person, to the other side what speaks
for one and the same: on one scale and from one zero, so that both are seen alike.
"""

import re
from collections.abc import Mapping
from itertools import accumulate
from typing import Any, Final

from maillon.screen import Reason, Scored
from maillon.screen.explain import sentences
from maillon.web.pages.facts import remark
from maillon.web.pages.language import Speech
from maillon.web.pages.values import data

WIDTH: Final = 160
EDGE: Final = 3
"""Room at both ends of the drawing, in its units."""
ADJUSTED: Final = "calibration"
"""The verdict of the step that no fact made: the name's points set to what was seen of names."""
_POINTS: Final = re.compile(r" \([+-]\d+\.\d\)$")
"""Ends the sentence of a reason; a waterfall has a column for it."""


def waterfall_of(
    speech: Speech, scored: Scored, anchors: Mapping[tuple[str, str], str]
) -> dict[str, Any]:  # fmt: skip
    """Return what a page draws of an explanation.

    Args:
        speech: The page's language.
        scored: The score and what made it.
        anchors: Property and value of the list's entry -> where they stand on the page.

    Returns:
        ``width`` and ``zero`` of the drawing, ``sum``, ``score`` and ``band``; and the ``steps`` in
        the order in which they were added, the model's constant first. Each has its ``points``, the
        ``sum`` so far, where bar (``bar``) and sum (``at``) stand, and what it says.
    """
    reasons = scored.reasons
    points = [scored.points - sum(one.points for one in reasons), *(one.points for one in reasons)]
    sums = list(accumulate(points))
    low, high = min(0.0, *points, *sums), max(0.0, *points, *sums)
    unit = (WIDTH - 2 * EDGE) / ((high - low) or 1.0)
    said = [{"code": "", "text": "", "prop": "", "anchor": "", "is_adjusted": False},
            *(_said(speech, one, anchors) for one in reasons)]  # fmt: skip
    steps = [
        {**words, "points": each, "sum": total, "bar": round(EDGE + unit * (each - low), 1),
         "at": round(EDGE + unit * (total - low), 1)}
        for words, each, total in zip(said, points, sums, strict=True)
    ]  # fmt: skip
    return {
        "width": WIDTH, "zero": round(EDGE - unit * low, 1), "steps": steps, "sum": scored.points,
        "score": scored.score, "band": scored.band.value,
    }  # fmt: skip


def _said(
    speech: Speech, reason: Reason, anchors: Mapping[tuple[str, str], str]
) -> dict[str, Any]:  # fmt: skip
    """Return what a reason says, and where the list's value of which it speaks stands."""
    told = sentences({"explanation": [reason.line()]})
    text = remark(speech, told[0]) if told else ""
    way = speech.language.direction if told and text != told[0] else ""
    return {
        "code": f"{reason.kind}: {reason.verdict}", "is_adjusted": reason.verdict == ADJUSTED,
        "text": data(_POINTS.sub("", text), way) if text else "",
        "prop": reason.prop, "anchor": anchors.get(reason.said, ""),
    }  # fmt: skip
