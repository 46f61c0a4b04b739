"""Arabic compound names in Latin letters: *Abd al-*, *-ullah*, *-uddin*.

The article in the middle is written in a dozen ways and left out in others; the skeleton of such a
name is that of its telling part, and of which compound it is.
"""

import re
from typing import Final, NamedTuple

GOD: Final = "god"
FAITH: Final = "din"

_GOD_ALONE: Final = re.compile("^abd[aeiou]{0,2}l{1,2}ah?$")
_SLAVE: Final = re.compile("^abd(?:[aeiou]{1,2}(l?)|(l)(?=[^aeiou]))([^aeiou].+|[aeiou].{2,})$")
_SLAVE_BARE: Final = re.compile("^abd([^aeioulh].{2,})$")
_OF_GOD: Final = re.compile("^([a-z]*?[aeiou][^aeiou]+)[aeiou]{0,2}l(?:lah?|ah)$")
_OF_FAITH: Final = re.compile("^([a-z]+?)[aeiou]{0,2}l?d{1,2}(?:i|ee|y|ie)ne?$")
_LEAST: Final = 2


class Compound(NamedTuple):
    """A compound name: what stands before and after its telling part."""

    before: str
    rest: str
    after: str


def compounds(text: str) -> tuple[Compound, ...]:
    """Return how a lower-case Latin word can be read as a compound; nothing for most words."""
    if text.startswith("abd"):
        return _slaves(text)
    if text[-2:] in {"ah", "la"} and (found := _OF_GOD.match(text)):
        rest = found.group(1)
        if _consonants(rest) >= _LEAST:
            return (Compound("", rest, "~" + GOD),)
    if text[-1:] in "ne" and "d" in text and (found := _OF_FAITH.match(text)):
        rest = found.group(1)
        if _consonants(rest) >= _LEAST:
            return (Compound("", rest, "~" + FAITH),)
    return ()


def _slaves(text: str) -> tuple[Compound, ...]:
    if _GOD_ALONE.match(text):
        return (Compound("abd~", "", GOD),)
    if found := _SLAVE_BARE.match(text):
        return (Compound("abd~", found.group(1), ""),)
    found = _SLAVE.match(text)
    if not found:
        return ()
    article = found.group(1) or found.group(2) or ""
    rest = found.group(3)
    if not article:
        return (Compound("abd~", rest, ""),) if _consonants(rest) >= _LEAST else ()
    readings = [Compound("abd~", rest, "")]
    if rest[0] in "aeiou":  # the l can belong to the name: abd-ul-aziz, abd-u-latif
        readings.append(Compound("abd~", "l" + rest, ""))
    return tuple(one for one in readings if _consonants(one.rest) >= 1)


def _consonants(text: str) -> int:
    return sum(letter not in "aeiouy" for letter in text)
