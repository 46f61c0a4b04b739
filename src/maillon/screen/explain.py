"""What an explanation says besides its reasons.

What was absent, what would change the outcome, and sentences in English and French made from it.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final

from maillon.screen.entry import COUNTRY_PROPS, DOCUMENT_PROPS, Entry
from maillon.screen.facts import PLACE_PROPS, likelihoods
from maillon.screen.model import probability
from maillon.screen.score import Scored, band

KINDS: Final = {
    "birth date": ("birthDate",),
    "country": COUNTRY_PROPS,
    "gender": ("gender",),
    "place": PLACE_PROPS,
    "document": DOCUMENT_PROPS,
}
"""Properties of each kind of fact."""

OUTLOOK: Final = (
    ("birth date", "same day"), ("birth date", "other year"), ("document", "same"),
    ("gender", "other"), ("country", "other"),
)  # fmt: skip
"""Facts that an officer can look up, and the answers that matter."""


def absent(query: Entry, listed: Entry) -> tuple[dict[str, str], ...]:
    """Return which kinds of fact could not be compared, and which side lacks them."""
    found = []
    for kind, props in KINDS.items():
        mine = any(prop in query.facts for prop in props)
        theirs = any(prop in listed.facts for prop in props)
        if not (mine and theirs):
            lacks = "both" if not mine and not theirs else "query" if theirs else "list"
            found.append({"kind": kind, "lacks": lacks})
    return tuple(found)


def outlook(scored: Scored, missing: Sequence[Mapping[str, str]]) -> tuple[dict[str, Any], ...]:
    """Return what facts, if they were known, would change the band."""
    unknown = {one["kind"] for one in missing}
    found = []
    for kind, verdict in OUTLOOK:
        if kind not in unknown:
            continue
        points = scored.points + likelihoods()[kind][verdict]
        value = probability(points)
        if band(value) != scored.band:
            found.append(
                {"kind": kind, "verdict": verdict, "score": value, "band": band(value).value}
            )
    return tuple(found)


@cache
def _phrases(language: str) -> dict[str, str]:
    text = (files("maillon.screen") / "data" / f"sentences.{language}.json").read_text("utf-8")
    found: dict[str, str] = json.loads(text)
    return found


LANGUAGES: Final = ("en", "fr")


def sentences(hit: Mapping[str, Any], language: str = "en") -> list[str]:
    """Return what the line of a hit says, in words: what speaks for, then against, then is unknown.

    Args:
        hit: As `Hit.line` returns it.
        language: ``en`` or ``fr``.

    Raises:
        ValueError: The language is not one of `LANGUAGES`.
    """
    if language not in LANGUAGES:
        raise ValueError(f"no sentences in {language}: {', '.join(LANGUAGES)}")
    phrases = _phrases(language)
    speaking = sorted(hit["explanation"], key=lambda reason: reason["points"] <= 0)
    found = [
        _sentence(reason, phrases) for reason in speaking if reason["verdict"] != "calibration"
    ]
    found.extend(
        phrases["absent"].format(
            kind=phrases[f"kind {one['kind']}"], lacks=phrases[f"lacks {one['lacks']}"]
        )
        for one in hit.get("absent", ())
    )
    for one in hit.get("would_change", ()):
        found.append(  # noqa: PERF401 - a comprehension would hide the template
            phrases["would change"].format(
                kind=phrases[f"kind {one['kind']}"], verdict=phrases[f"if {one['verdict']}"],
                band=phrases[f"band {one['band']}"],
            )
        )  # fmt: skip
    return found


def _sentence(reason: Mapping[str, Any], phrases: Mapping[str, str]) -> str:
    verdict = str(reason["verdict"]).removesuffix(", joined")
    joined = phrases["joined"] if str(reason["verdict"]).endswith(", joined") else ""
    key = f"{reason['kind']} {verdict}"
    text = phrases.get(key) or phrases[verdict]
    return text.format(
        value=reason["value"], counterpart=reason["counterpart"],
        share=round(reason["weight"] * 100),
    ) + joined + f" ({reason['points']:+.1f})"  # fmt: skip
