"""What the cards that are shipped, and a receipt that is run again, say: tables of words.

A card of the workspace's own is shown as its owner wrote it.
"""

import re
from collections.abc import Callable
from typing import Final

from maillon.web.pages.codes import CODES
from maillon.web.pages.language import Speech
from maillon.web.pages.ledger_words import detail


def _(text: str) -> str:
    """Mark a text: `tools/write_words.py` puts it into the catalogues."""
    return text


TEXTS: Final = frozenset((
    _("how likely a record is the person, organisation or thing of a list entry"),
    _("how much more a path between two anchors holds than chance would give"),
    _("which hits are shown and which are alerts; minors and humanitarian actors need a second"
      " fact"),
    _("which records are one person or thing"),
    _("whom a published list names, by what identifies them; being listed is no proof of an act"),
    _("Arabic names, by name alone"), _("English names, by name alone"),
    _("Hebrew names, by name alone"), _("Pakistani names, by name alone"),
    _("Persian names, by name alone"), _("Somali names, by name alone"),
    _("all, by name alone"), _("all, with birth date"), _("all, 1,366 labelled queries"),
    _("all, synthetic country of 20,000 persons"),
    _("all, synthetic country of 300,000 persons, twice the usual chains"),
    _("registers of six agencies, 300,000 records"),
    _("alerts of strangers at 0.5"), _("alerts of strangers at 0.7"), _("calibration error"),
    _("pairs wrongly joined or left, 1 - F1"), _("false share of leads at q <= 0.1"),
))  # fmt: skip
"""What a shipped card is for, of whom its errors are, what was measured."""
FEATURES: Final = {
    "surprise": _("how unexpected the path is"), "weakest": _("the weakest hop"),
    "through": _("what the hops together hold"), "identity": _("how certain the identities are"),
    "time": _("whether the times fit"), "hops": _("number of hops"),
    "fewest_channels": _("fewest channels of a hop"),
    "mean_channels": _("mean number of channels"), "explained": _("innocent explanations"),
    "crossing": _("datasets that it crosses"), "repetition": _("how often it was repeated"),
    "specificity": _("how special each link is"),
    "weakest_repetition": _("how often the weakest hop was repeated"),
    "anchor_degree": _("how many links the anchors have"), "grade": _("grade of the sources"),
    "weak alias": _("weak alias"),
}  # fmt: skip
"""What only the cards name among what may be looked at."""

_ERASED: Final = re.compile(r"(.+) was erased under the rule '(.+)'")
_PARTLY: Final = re.compile(r"some of (.+) was erased under the rule '(.+)'")
_ENGINE: Final = re.compile(r"the engine was (.+), it is (.+)")
_COUNTS: Final = re.compile(r"(\w+): ([\d,]+) then, ([\d,]+) now")


def carded(speech: Speech, text: str) -> str:
    """Return what a card says, in a language; a text that is not of a shipped card as it is."""
    if text in TEXTS:
        return speech.say(text)
    if text in FEATURES:
        return speech.say(FEATURES[text])
    for group in ("reason", "comparison"):
        if text in CODES[group]:
            return speech.say(CODES[group][text])
    return text


def differed(speech: Speech, text: str) -> str:
    """Return why a receipt that is run again has another result, in a language.

    Args:
        speech: The language.
        text: One of the reasons of `maillon.workspace.replay`.
    """
    for pattern, say in _SAID:
        if held := pattern.fullmatch(text):
            return say(speech, held)
    return speech.say(_FIXED[text]) if text in _FIXED else text


_FIXED: Final = {
    "the query file is another one": _("the query file is another one"),
    "the answers are other ones": _("the answers are other ones"),
}  # fmt: skip
_SAID: Final[tuple[tuple[re.Pattern[str], Callable[[Speech, re.Match[str]], str]], ...]] = (
    (_PARTLY, lambda speech, held: speech.say(
        "some of %(what)s was erased under the rule %(rule)s", what=held[1], rule=held[2])),
    (_ERASED, lambda speech, held: speech.say(
        "%(what)s was erased under the rule %(rule)s", what=held[1], rule=held[2])),
    (_ENGINE, lambda speech, held: speech.say(
        "the engine was %(then)s, it is %(now)s", then=held[1], now=held[2])),
    (_COUNTS, lambda speech, held: speech.say(
        "%(what)s: %(then)s then, %(now)s now", what=detail(speech, held[1]),
        then=speech.number(int(held[2].replace(",", ""))),
        now=speech.number(int(held[3].replace(",", ""))))),
)  # fmt: skip
