"""What a coverage says, in the words of a page: what was searched, and what could not be."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup, escape

from maillon.web.pages.codes import said
from maillon.web.pages.language import Speech
from maillon.web.pages.values import data

Json = dict[str, Any]


def _(text: str) -> str:
    """Mark a text: `tools/write_words.py` puts it into the catalogues."""
    return text


WHOLE: Final[Mapping[str, str]] = {
    "outcome": _("What it came to"), "k": _("Most hops of a path"),
    "complete": _("Searched to the end"), "cut": _("Where the search was cut"),
    "paths": _("Paths found"), "anchor_pairs_joined": _("Pairs of anchors that they join"),
    "anchors": _("Anchors"), "anchors_by_dataset": _("Anchors by dataset"),
    "entities": _("Entities"), "pairs": _("Pairs that are tied"), "datasets": _("Datasets"),
    "kinds": _("Kinds of tie"), "hubs_not_crossed": _("Groups that are too large to be ties"),
    "never_inner": _("Protected: never between two others"),
    "could_not": _("What could not be searched"),
}  # fmt: skip
"""What a coverage has, by key of `maillon.nexus.coverage`."""
SIDES: Final[Mapping[str, str]] = {
    "terror": _("Terrorism"), "crime": _("Organised crime"), "dual": _("Both at once"),
}  # fmt: skip
DATASET: Final[Mapping[str, str]] = {
    "dataset": _("Dataset"), "searched": _("Searched"), "statements": _("Statements"),
    "entities": _("Entities"), "parties": _("People and organisations"),
    "assessments": _("Entities assessed"), "relations": _("Relations"), "dated": _("With a date"),
    "first": _("First day"), "last": _("Last day"), "countries": _("Countries"),
    "places": _("Places"), "places_count": _("Places in all"),
}  # fmt: skip
KIND: Final[Mapping[str, str]] = {
    "code": _("Kind of tie"), "register": _("Explains a tie, makes none"),
    "sources": _("Records by dataset"), "pairs": _("Pairs that are tied"),
    "first": _("First day"), "last": _("Last day"),
}  # fmt: skip
HUBS: Final[Mapping[str, str]] = {
    "count": _("In all"), "by_kind": _("By kind of tie"), "largest": _("The largest"),
}  # fmt: skip
HUB: Final[Mapping[str, str]] = {
    "channel": _("Kind of tie"), "value": _("Value"), "size": _("Members"),
}  # fmt: skip
CUT: Final[Mapping[str, str]] = {
    "reason": _("Reason"), "left": _("Paths left unread"),
    "bound": _("No path left unread tells more than"),
}  # fmt: skip
COULD_NOT: Final[Mapping[str, str]] = {"what": _("What"), "reason": _("Why")}
OUTCOMES: Final[Mapping[str, str]] = {
    "found": _("Looked, and found paths"), "nothing_found": _("Looked, and found nothing"),
    "nothing_found_before_the_cut": _("Found nothing before the search was cut"),
    "could_not_look": _("Could not look"),
}  # fmt: skip
CUTS: Final[Mapping[str, str]] = {
    "paths": _("more paths than one search reads"),
    "halves": _("more half paths than one search reads"),
    "time": _("the time for one search was over"),
}  # fmt: skip
REASONS: Final[Mapping[str, str]] = {
    "no-anchor": _("no dataset names an anchor of this side"),
    "no-source": _("no dataset has records of this kind"),
    "left-out": _("left out of this search"),
    "no-relation": _("no relation between two in it"),
    "no-date": _("no date on its relations"),
    "assessments": _("assessments in it: they make no tie"),
    "not-crossed": _("too many share one: it ties nobody"),
    **{f"cut-{code}": text for code, text in CUTS.items()},
}  # fmt: skip
SHORT: Final[Mapping[str, str]] = {
    "no-anchor": _("sides without an anchor"), "no-source": _("kinds of tie without records"),
    "left-out": _("datasets left out"), "no-relation": _("datasets without relations"),
    "no-date": _("datasets without dates"),
    "assessments": _("datasets with assessments, which make no tie"),
    "not-crossed": _("groups that are too large to be ties"),
}  # fmt: skip
"""How a list of leads counts what could not be searched, by reason."""
_ANCHORS: Final[Mapping[str, str]] = {
    "terror": _("Anchors of terrorism"), "crime": _("Anchors of organised crime"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a coverage: its heading, its columns, its rows."""

    heading: str
    columns: list[str]
    rows: list[list[Markup]]


@dataclass(frozen=True, slots=True)
class Told:
    """A coverage in words.

    Attributes:
        outcome: What the search came to; empty where none was made.
        figures: Each with what it is called.
        tables: What could not be searched first.
    """

    outcome: str
    figures: list[tuple[str, Markup]]
    tables: list[Table]


def told(speech: Speech, line: Json) -> Told:
    """Return a coverage in the words of a language; a key without a word as it is.

    Args:
        speech: The language.
        line: As `maillon.nexus.survey_coverage` returns it.
    """
    lists = {"datasets": DATASET, "kinds": KIND}
    hubs = line["hubs_not_crossed"]
    tables = [_could_not(speech, line["could_not"])]
    tables += [
        Table(speech.say(WHOLE[key]), *_rows(speech, line[key], words))
        for key, words in lists.items()
    ]
    if hubs["largest"]:
        tables.append(Table(_called(speech, WHOLE, "hubs_not_crossed"),
                            *_rows(speech, hubs["largest"], HUB)))  # fmt: skip
    figures = [(_called(speech, WHOLE, key), _value(speech, key, held))
               for key, held in line.items()
               if key not in {*lists, "could_not", "outcome", "hubs_not_crossed"}]  # fmt: skip
    if hubs["count"]:
        kinds = _tally(speech, hubs["by_kind"], lambda code: escape(said(speech, code, "channel")))
        figures.append((_called(speech, WHOLE, "hubs_not_crossed"), kinds))
    return Told(_called(speech, OUTCOMES, line.get("outcome", "")), figures, tables)


def in_short(speech: Speech, line: Json) -> Json:
    """Return what a coverage says in one line: how much was searched, what could not be."""
    could_not = Counter(one["reason"] for one in line["could_not"])
    if could_not["not-crossed"]:
        could_not["not-crossed"] = line["hubs_not_crossed"]["count"]
    return {
        "datasets": sum(one["searched"] for one in line["datasets"]),
        "entities": line["entities"], "pairs": line["pairs"], "k": line["k"],
        "could_not": [(speech.say(text), could_not[code]) for code, text in SHORT.items()
                      if could_not[code]],
    }  # fmt: skip


def reason_of(speech: Speech, code: str) -> str:
    """Return why something could not be searched, or why a search was cut."""
    return _called(speech, {**REASONS, **CUTS}, code)


def _could_not(speech: Speech, lines: Sequence[Json]) -> Table:
    """Return what could not be searched, by reason: one row each, the reason first."""
    found: dict[str, list[Markup]] = {}
    for one in lines:
        found.setdefault(one["reason"], []).append(_what(speech, one["what"]))
    comma = escape(speech.say(", "))
    rows = [[escape(reason_of(speech, why)), comma.join(what)] for why, what in found.items()]
    columns = [speech.say(COULD_NOT[key]) for key in ("reason", "what")]
    return Table(_called(speech, WHOLE, "could_not"), columns, rows)


def _called(speech: Speech, words: Mapping[str, str], key: str) -> str:
    return speech.say(words[key]) if key in words else key


def _rows(
    speech: Speech, lines: Sequence[Json], words: Mapping[str, str]
) -> tuple[list[str], list[list[Markup]]]:
    keys = [*words, *sorted({key for line in lines for key in line} - set(words))]
    columns = [_called(speech, words, key) for key in keys]
    return columns, [[_value(speech, key, line[key]) for key in keys] for line in lines]


def _value(speech: Speech, key: str, held: Any) -> Markup:  # noqa: ANN401 - any JSON
    """Return a value of a coverage: a number as the language writes it, a code by its word."""
    if held is None or held in ("", {}):
        return Markup("-")
    if isinstance(held, bool):
        return escape(speech.say("yes") if held else speech.say("no"))
    if isinstance(held, int):
        return escape(speech.number(held))
    if isinstance(held, float):
        return escape(speech.precise(held))
    if isinstance(held, dict):
        return _object(speech, key, held)
    by_key: Mapping[str, Callable[[str], Markup]] = {
        "reason": lambda text: escape(reason_of(speech, text)),
        "code": lambda text: escape(said(speech, text, "channel")),
        "channel": lambda text: escape(said(speech, text, "channel")),
        "first": lambda text: _day(speech, text), "last": lambda text: _day(speech, text),
    }  # fmt: skip
    return by_key.get(key, data)(str(held))


def _object(speech: Speech, key: str, held: Json) -> Markup:
    if key == "cut":
        pairs = [(_called(speech, CUT, name), _value(speech, name, one))
                 for name, one in held.items()]  # fmt: skip
        return _pairs(speech, pairs)
    if key == "anchors":
        return _tally(speech, held, lambda side: escape(_called(speech, SIDES, side)))
    if key == "anchors_by_dataset":
        return _pairs(speech, [(_called(speech, SIDES, side), _tally(speech, by, data))
                       for side, by in held.items() if by])  # fmt: skip
    if key == "countries":
        names = speech.locale.territories
        return _tally(speech, held, lambda code: escape(names.get(code.upper(), code.upper())))
    return _tally(speech, held, data)


def _tally(speech: Speech, held: Mapping[str, int], name: Callable[[str], Markup]) -> Markup:
    """Return names with their counts."""
    comma = escape(speech.say(", "))
    return comma.join(
        Markup("{} {}").format(name(one), speech.number(count)) for one, count in held.items()
    )


def _pairs(speech: Speech, pairs: Sequence[tuple[str, Markup]]) -> Markup:
    form = escape(speech.say("%(name)s: %(what)s"))
    return Markup("<br>").join(form % {"name": name, "what": held} for name, held in pairs)


def _day(speech: Speech, text: str) -> Markup:
    """Return a day that the search wrote; the marks in it are the language's own, not data's."""
    return Markup("<bdi>{}</bdi>").format(speech.day(text))


def _what(speech: Speech, text: str) -> Markup:
    """Return what could not be searched: a side, a kind of tie, a dataset, groups, the search."""
    kind, _colon, name = text.partition(":")
    match kind:
        case "anchors":
            return escape(_called(speech, _ANCHORS, name))
        case "kind":
            return escape(said(speech, name, "channel"))
        case "dataset":
            return data(name)
        case "hubs":
            return escape(speech.say("Groups that are too large to be ties"))
        case "search":
            return escape(speech.say("The search"))
        case _:
            return data(text)
