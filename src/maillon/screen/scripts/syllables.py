"""Words written in syllables of a fixed stock: how they can be cut."""

from collections.abc import Container, Mapping, Sequence
from itertools import islice, product

MOST_SYLLABLES = 3
MOST_CUTS = 3
LONG_SYLLABLE = 4


def cuts(text: str, stock: Container[str], longest: int) -> list[tuple[str, ...]]:
    """Return the ways to cut a word into syllables, the fewest syllables first.

    Args:
        text: Lower-case letters; a hyphen is where one syllable certainly ends.
        stock: Legal syllables (a set or mapping).
        longest: Letters of the longest syllable.
    """
    found: list[tuple[str, ...]] = [()]
    for piece in text.split("-"):
        if not piece:
            continue
        ways = _ways(piece, stock, longest, MOST_SYLLABLES)
        found = [(*before, *way) for before in found for way in ways]
        if not found:
            return []
    kept = [way for way in found if 0 < len(way) <= MOST_SYLLABLES]
    least = min(map(len, kept), default=0)
    if least == 1 and len(text) >= LONG_SYLLABLE:
        least = 2  # Xian is one syllable, or Xi'an
    return sorted((way for way in kept if len(way) <= least), key=len)[:MOST_CUTS]


def _ways(piece: str, stock: Container[str], longest: int, most: int) -> list[tuple[str, ...]]:
    if not piece:
        return [()]
    if not most:
        return []
    found = []
    for end in range(min(longest, len(piece)), 0, -1):
        head = piece[:end]
        if head in stock:
            found += [(head, *rest) for rest in _ways(piece[end:], stock, longest, most - 1)]
    return found


def spelt(
    ways: Sequence[Sequence[str]], sounds: Mapping[str, Sequence[str]], most: int
) -> tuple[str, ...]:
    """Return what the cuts of a word can sound like, e.g. ``ze.dong``, at most ``most``."""
    found: dict[str, None] = {}
    for way in ways:
        for read in islice(product(*(sounds[syllable] for syllable in way)), most):
            found.setdefault(".".join(read))
    return tuple(islice(found, most))
