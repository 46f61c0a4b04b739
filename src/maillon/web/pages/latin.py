"""The transliteration that stands beside a name in a script which the page's readers need not read.

It is what screening compares names by: without the marks of the scholars' systems, and of Arabic
and Hebrew without the vowels that are not written. It never stands in the place of the name.
"""

from functools import lru_cache
from typing import Final

from markupsafe import Markup

from maillon.screen.normalise import PART, name_words
from maillon.web.pages.language import Speech

_OWN: Final = {"ar": "arab", "ru": "cyrl", "zh": "hani"}
"""Language of a page -> the script beside Latin that its readers read."""
_MARKED: Final = Markup(
    ' <small class="latin" title="{0}"><span class="heard">{0}: </span>'
    '<bdi dir="ltr" lang="und-Latn">{1}</bdi></small>'
)
_MOST: Final = 1 << 13


def latin(speech: Speech, name: object) -> Markup:
    """Return a name in Latin letters, marked as a transliteration; empty where it needs none.

    Args:
        speech: The page's language.
        name: As the data have it.
    """
    text = str(name)
    if text.isascii():
        return Markup()
    said = _written(text, _OWN.get(speech.language.code, "latn"))
    if not said:
        return Markup()
    label = speech.say("transliteration")
    return _MARKED.format(label, said)


@lru_cache(maxsize=_MOST)
def _written(name: str, own: str) -> str:
    """Return the words of a name in Latin letters; empty where none is in another script."""
    words = name_words(name)
    if all(one.script in {"latn", own} for one in words):
        return ""
    return " ".join(one.text.capitalize() if one.role == PART else one.text for one in words)
