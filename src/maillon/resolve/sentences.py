"""What explanations say, in words: for the two being one and against it, in one order."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final

from maillon.resolve.comparisons import RULES

LANGUAGES: Final = ("en", "fr")

_MOST_VALUES: Final = 4
"""Values of one side that a sentence names; the others are counted."""

_Line = Mapping[str, Any]


@cache
def _phrases(language: str) -> dict[str, str]:
    if language not in LANGUAGES:
        raise ValueError(f"no sentences in {language}: {', '.join(LANGUAGES)}")
    text = (files("maillon.resolve") / "data" / f"sentences.{language}.json").read_text("utf-8")
    found: dict[str, str] = json.loads(text)
    return found


def word(language: str, group: str, name: str) -> str:
    """Return the name of a comparison, level, kind, paper or conflict in a language.

    Args:
        language: One of `LANGUAGES`.
        group: ``comparison``, ``level``, ``kind``, ``paper`` or ``conflict``.
        name: As the data have it, which is English.
    """
    return _phrases(language).get(f"{group} {name}", name)


def pair_sentences(found: _Line, language: str = "en") -> list[str]:
    """Return what `explain_pair` says, in words.

    Args:
        found: As `explain_pair` returns it.
        language: One of `LANGUAGES`.

    Raises:
        ValueError: There are no sentences in that language.
    """
    phrases = _phrases(language)
    names = {"left": found["left"], "right": found["right"]}
    value = found["probability"] if found["stored"] is None else found["stored"]
    is_over = value >= found["threshold"]
    head = "head one" if found["is_one"] else "head barred" if is_over else "head two"
    lines = [phrases[head].format(**names, probability=value, threshold=found["threshold"])]
    if found["is_repeated"]:
        lines.append(phrases["repeated"])
    if found["stored"] is None and found["probability"] >= found["review_threshold"]:
        lines.append(phrases["not brought together"])
    lines += _judgements(found["judgements"], phrases)
    for stands in ("agrees", "conflicts"):
        lines += [_comparison(one, stands, language) for one in found["comparisons"]
                  if one["stands"] == stands]  # fmt: skip
    lines += [
        phrases["paper"].format(
            paper=word(language, "paper", one["paper"]),
            left_values=_values(one["left"], phrases), right_values=_values(one["right"], phrases),
        )
        for one in found["papers"]
    ]  # fmt: skip
    lines += [phrases["hub"].format(**one) for one in found["hubs"]]
    lines += [
        phrases["absent"].format(
            comparison=word(language, "comparison", one["comparison"]),
            lacks=phrases[f"lacks {one['lacks']}"].format(**names),
        )
        for one in found["comparisons"] if one["stands"] == "absent"
    ]  # fmt: skip
    lines += [
        phrases[f"change {one['answer']} {'one' if one['is_one'] else 'two'}"].format(
            comparison=word(language, "comparison", one["comparison"]),
            probability=one["probability"],
        )
        for one in found["would_change"]
    ]
    return [*lines, phrases["sum"].format(prior=found["prior"], sum=found["sum"])]


def why_sentences(found: _Line, language: str = "en") -> list[str]:
    """Return what `explain_cluster` says, in words; arguments as for `pair_sentences`."""
    phrases = _phrases(language)
    names = {
        "left": found["left"], "right": found["right"], "canonical": found["canonical"][0],
        "canonical_2": found["canonical"][1], "members": found["members"][0],
        "members_2": found["members"][1],
    }  # fmt: skip
    lines = [phrases["why one" if found["is_one"] else "why two"].format(**names)]
    if not found["is_one"]:
        lines += _apart(found["apart"], language)
        if not found["chain"]:
            lines.append(phrases["no path"])
        else:
            lines.append(phrases["best path" if found["apart"]["no_tie"] else "tied path"])
    lines += [_hop(one, phrases, told=found["is_one"]) for one in found["chain"]]
    if found["weakest"] is not None:
        lines.append(phrases["weakest"].format(weakest=found["weakest"]))
    if not found["complete"]:
        lines.append(phrases["not complete"].format(looked_at=found["looked_at"]))
    return lines


def next_sentences(
    found: _Line, captions: Mapping[str, Mapping[str, Sequence[str]]], language: str = "en"
) -> list[str]:
    """Return a pair to judge in words: how it stands, then who the two are.

    Args:
        found: As `Proposal.line` returns it.
        captions: Names and dates by entity and property.
        language: As for `pair_sentences`.
    """
    phrases = _phrases(language)
    said = {**found, "kind": word(language, "kind", found["kind"]),
            "why": phrases[f"why {found['why']}"]}  # fmt: skip
    return [
        phrases["next"].format(**said),
        *("  " + "; ".join(", ".join(held[:_MOST_VALUES]) for held in captions[entity].values())
          for entity in (found["left"], found["right"]) if captions.get(entity)),
    ]  # fmt: skip


def _comparison(one: _Line, stands: str, language: str) -> str:
    phrases = _phrases(language)
    values = ""
    if one["comparison"] not in RULES:
        sides = {name: _values(one[name], phrases) for name in ("left", "right")}
        values = phrases["values"].format(**sides)
    return phrases[stands].format(
        comparison=word(language, "comparison", one["comparison"]),
        level=word(language, "level", one["level"]), values=values, weight=one["weight"],
    )  # fmt: skip


def _values(held: Sequence[_Line], phrases: Mapping[str, str]) -> str:
    said = [_value(one, phrases) for one in held[:_MOST_VALUES]]
    if len(held) > _MOST_VALUES:
        said.append(phrases["more"].format(count=len(held) - _MOST_VALUES))
    return ", ".join(said) or "-"


def _value(one: _Line, phrases: Mapping[str, str]) -> str:
    notes = [f"{one['dataset']} {one['source_grade']}{one['information_grade']}".strip()]
    if one["delivered"] != one["value"]:
        notes.append(phrases["delivered"].format(delivered=one["delivered"]))
    if one["use"] != "used":
        notes.append(phrases["hub value" if one["use"] == "hub" else one["use"]])
    return f"{one['value']} [{'; '.join(notes)}]"


def _judgements(held: Sequence[_Line], phrases: Mapping[str, str]) -> Iterator[str]:
    for one in held:
        yield phrases[f"judgement {one['verdict']}"].format(**one)


def _hop(one: _Line, phrases: Mapping[str, str], *, told: bool) -> str:
    parts = phrases["parts"] if told and one["parts"] else ""
    ends = {"left": one["from"], "right": one["to"], "parts": parts}
    if one["judgement"] is not None:
        return "  " + phrases["hop judgement"].format(**ends, **one["judgement"])
    return "  " + phrases["hop score"].format(**ends, score=one["score"])


def _apart(found: _Line, language: str) -> Iterator[str]:
    phrases = _phrases(language)
    if found["kinds"]:
        one, two = (word(language, "kind", kind) for kind in found["kinds"])
        yield phrases["kinds"].format(one=one, two=two)
    for negative in found["negatives"]:
        yield phrases["negative"].format(**negative)
    for paper in found["papers"]:
        yield phrases["papers"].format(paper=word(language, "paper", paper["paper"]))
    if found["schemata"]:
        yield phrases["schemata"]
    for conflict in found["conflicts"]:
        yield phrases["conflict"].format(
            **{**conflict, "kind": word(language, "conflict", conflict["kind"])}
        )
