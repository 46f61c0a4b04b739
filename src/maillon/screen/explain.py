"""What an explanation says besides its reasons.

What was absent, what would change the outcome, and sentences made from it, in three languages.
"""

import json
import re
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


LANGUAGES: Final = ("en", "fr", "ar")


def sentences(hit: Mapping[str, Any], language: str = "en") -> list[str]:
    """Return what the line of a hit says, in words: what speaks for, then against, then is unknown.

    Args:
        hit: As `Hit.line` returns it.
        language: One of `LANGUAGES`.

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


def retold(text: str, language: str) -> str:
    """Return English sentences of `sentences`, joined by semicolons, in another language.

    A text that is none of them stays as it is: what a person was shown is kept in one language, so
    that it can be proved, and is told in the reader's.

    Args:
        text: As `sentences` made it.
        language: One of `LANGUAGES`.
    """
    if language == "en" or language not in LANGUAGES:
        return text
    parts = [_retold(one, language) for one in text.split("; ")]
    if all(parts):
        return "; ".join(one or "" for one in parts)
    return _retold(text, language) or text


def _retold(text: str, language: str) -> str | None:
    for key, pattern in _patterns():
        if (found := pattern.fullmatch(text)) is not None:
            return _told(key, found.groupdict(), _phrases(language))
    return None


def _told(key: str, values: Mapping[str, str | None], phrases: Mapping[str, str]) -> str:
    english = _phrases("en")
    said = {name: value for name, value in values.items() if value is not None}
    points, joined = said.pop("points", ""), said.pop("joined", "")
    for name, group in _WORDS.get(key, {}).items():
        codes = [one for one, word in english.items()
                 if one.startswith(group) and word == said[name]]  # fmt: skip
        said[name] = phrases[codes[0]] if codes else said[name]
    return phrases[key].format(**said) + (phrases["joined"] if joined else "") + points


_WORDS: Final = {
    "absent": {"kind": "kind ", "lacks": "lacks "},
    "would change": {"kind": "kind ", "verdict": "if ", "band": "band "},
}
"""Phrases whose places hold phrases: place -> how the keys of those begin."""
_PLACE: Final = re.compile(r"\\\{(\w+)\\\}")
"""A place of a phrase, in a pattern in which all else stands for itself."""


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return a pattern for each English phrase that is a sentence, the longest first."""
    english = _phrases("en")
    joined, found = re.escape(english["joined"]), []
    for key, phrase in sorted(english.items(), key=lambda one: -len(one[1])):
        if key.partition(" ")[0] in {"kind", "lacks", "if", "band", "joined"} and key != _KIND:
            continue
        places = _PLACE.sub(r"(?P<\1>.+?)", re.escape(phrase))
        ending = "" if key in _WORDS else rf"(?P<joined>{joined})?(?P<points> \([+-]\d+\.\d\))"
        found.append((key, re.compile(places + ending)))
    return tuple(found)


_KIND: Final = "kind other kind"
