"""The parts of one name laid against the parts of another, each used once."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from rapidfuzz.distance import OSA

from maillon.screen.assignment import best_assignment
from maillon.screen.compare import (
    CASED,
    EXACT,
    INITIAL,
    KNOWN,
    LOOSE,
    MAKING,
    PREFIX,
    WITHOUT_VOWEL,
    WORTH,
    Verdict,
    compare,
)
from maillon.screen.entry import Name, Part
from maillon.screen.normalise import PARTICLES
from maillon.screen.rarity import rarity_of_key

Numbers = tuple[int, ...]


class Match(NamedTuple):
    """Parts that agree.

    Attributes:
        mine: Numbers of the query name's parts: one, or several that are one word on the list.
        theirs: Numbers of the list name's parts.
        verdict: How they compare.
        weight: How telling the agreement is.
        joined: Whether several parts on one side are one on the other.
    """

    mine: Numbers
    theirs: Numbers
    verdict: Verdict
    weight: float
    joined: bool = False


class Alignment(NamedTuple):
    """Which parts agree and which are left over on each side, in their order."""

    matches: tuple[Match, ...]
    mine: tuple[int, ...]
    theirs: tuple[int, ...]


def align(mine: Name, theirs: Name) -> Alignment:
    """Lay two names against each other so that the worth of what agrees is greatest."""
    ours, listed = mine.parts, theirs.parts
    matches = _assign(ours, listed)
    left = [n for n in range(len(ours)) if all(n not in one.mine for one in matches)]
    right = [n for n in range(len(listed)) if all(n not in one.theirs for one in matches)]
    left = [n for n in left if not _misspelt_particle(ours[n], theirs)]
    right = [n for n in right if not _misspelt_particle(listed[n], mine)]
    if (left and right) or ((left or right) and any(_worth(one.verdict) < SURE for one in matches)):
        together = _neighbours(mine, theirs, left, right, matches)
        matches += together
        if together and left and right:  # what neighbours took back is free for another
            matches += _again(ours, listed, left, right)
        if left and len(right) > 1:
            matches += _runs(ours, listed, left, right, flip=False)
        if right and len(left) > 1:
            matches += _runs(listed, ours, right, left, flip=True)
    return Alignment(tuple(sorted(matches)), tuple(left), tuple(right))


def _again(
    ours: Sequence[Part], listed: Sequence[Part], left: list[int], right: list[int]
) -> list[Match]:
    """Match what is left over, and take it out of what is left."""
    found = [
        one._replace(mine=(left[one.mine[0]],), theirs=(right[one.theirs[0]],))
        for one in _assign([ours[n] for n in left], [listed[n] for n in right])
    ]
    for one in found:
        left.remove(one.mine[0])
        right.remove(one.theirs[0])
    return found


def _misspelt_particle(part: Part, other: Name) -> bool:
    """Whether a short word left over is a particle of the other name with a slip: *xal-Assad*."""
    return len(part.text) <= 4 and any(  # noqa: PLR2004 - letters
        one.after and part.text[-1] == one.after[-1] and OSA.distance(part.text, one.after) == 1
        for one in other.parts
    )


def _assign(ours: Sequence[Part], listed: Sequence[Part]) -> list[Match]:
    cells: dict[tuple[int, int], Verdict] = {}
    for m, one in enumerate(ours):
        for n, two in enumerate(listed):
            verdict = compare(one, two)
            if verdict is not None:
                cells[m, n] = verdict
    if not cells:
        return []
    rows, columns = [m for m, _ in cells], [n for _, n in cells]
    chosen = list(cells)
    if len(set(rows)) < len(rows) or len(set(columns)) < len(columns):
        chosen = _best(ours, listed, cells)
    return [
        Match((m,), (n,), cells[m, n], _weight(ours[m].weight, listed[n].weight, cells[m, n]))
        for m, n in chosen
    ]


def _weight(one: float, two: float, verdict: Verdict) -> float:
    """Return how telling an agreement is: no more than either word, nor than what agrees of it."""
    weight = min(one, two)
    return min(weight, rarity_of_key(verdict.key)) if verdict.key else weight


def _best(
    ours: Sequence[Part], listed: Sequence[Part], cells: dict[tuple[int, int], Verdict]
) -> list[tuple[int, int]]:
    rows, columns = sorted({m for m, _ in cells}), sorted({n for _, n in cells})
    table = [[0.0] * len(columns) for _ in rows]
    for (m, n), verdict in cells.items():
        weight = _weight(ours[m].weight, listed[n].weight, verdict)
        same = ours[m].text == listed[n].text  # chen is 陈 before jun is, in another system
        # of equal choices the one that keeps the order
        value = WORTH[verdict.kind] * verdict.near * weight + same + 1e-3 - 1e-6 * abs(m - n)
        table[rows.index(m)][columns.index(n)] = value
    found = ((rows[m], columns[n]) for m, n in best_assignment(table))
    return [pair for pair in found if pair in cells]


def _neighbours(  # noqa: C901 - one walk, its exceptions in order
    mine: Name, theirs: Name, left: list[int], right: list[int], matches: list[Match]
) -> list[Match]:
    """Match one part with two neighbours on the other side, taking back what was worse."""
    found: list[Match] = []
    for side, (one, two, rest, other) in enumerate(
        ((mine, theirs, left, right), (theirs, mine, right, left))
    ):
        slight = [
            match for match in matches
            if _worth(match.verdict) < SURE and not match.joined
        ]  # fmt: skip
        mine_again = [(match.mine, match.theirs)[side][0] for match in slight]
        for m in [*rest, *mine_again]:
            for n, both in two.neighbours.items() if len(one.parts[m].text) > 2 else ():  # noqa: PLR2004 - letters
                taken = [
                    match for match in matches
                    if set((match.theirs, match.mine)[side]) & {n, n + 1}
                ]  # fmt: skip
                free = (n in other) + (n + 1 in other)
                if not free or len(taken) > 1:
                    continue
                verdict = _of_bones(compare(one.parts[m], both))
                if verdict is None or _slight(verdict):
                    continue
                if any(_worth(match.verdict) >= _worth(verdict) for match in taken):
                    continue
                held = [match for match in matches if m in (match.mine, match.theirs)[side]]
                if any(_worth(match.verdict) >= _worth(verdict) for match in held):
                    continue
                for match in [*taken, *(match for match in held if match not in taken)]:
                    matches.remove(match)  # its parts are free again
                    rest.extend((match.mine, match.theirs)[side])
                    other.extend((match.theirs, match.mine)[side])
                weight = _weight(
                    one.parts[m].weight, two.parts[n].weight + two.parts[n + 1].weight, verdict
                )
                found.append(_match((m,), (n, n + 1), verdict, weight, flip=side == 1))
                rest.remove(m)
                for used in (n, n + 1):
                    if used in other:
                        other.remove(used)
                break
    return found


def _of_bones(verdict: Verdict | None) -> Verdict | None:
    """Return a verdict on neighbours as one word: by consonants alone too many words join."""
    if verdict and verdict.key[:1] in {"a", "b"} and "~" not in verdict.key:
        return verdict._replace(near=WITHOUT_VOWEL)
    return verdict


def _match(one: Numbers, several: Numbers, verdict: Verdict, weight: float, *, flip: bool) -> Match:
    if flip:
        return Match(several, one, verdict, weight, joined=True)
    return Match(one, several, verdict, weight, joined=True)


SURE: Final = 0.9
"""Worth of a match that is left alone when neighbours are tried as one word."""


def _worth(verdict: Verdict) -> float:
    return WORTH[verdict.kind] * verdict.near


def _slight(verdict: Verdict) -> bool:
    return verdict.kind in {INITIAL, LOOSE, KNOWN, PREFIX}


def _runs(
    ones: Sequence[Part], others: Sequence[Part], left: list[int], right: list[int], *, flip: bool
) -> list[Match]:
    """Match a long part with several of the other side written without spaces, in any order."""
    found: list[Match] = []
    for m in list(left):
        word = ones[m].text
        if len(word) < 6 or len(right) < 2 or ones[m].script not in CASED:  # noqa: PLR2004 - letters, parts
            continue
        used = _spell(word, [(others[n].text, n) for n in right], is_cut=len(word) >= CUT_FIELD)
        if len(used) < 2:  # noqa: PLR2004 - parts
            continue
        weight = min(sum(others[n].weight for n in used), ones[m].weight * 2)
        found.append(_match((m,), tuple(used), Verdict(EXACT, 1.0), weight, flip=flip))
        left.remove(m)
        for n in used:
            right.remove(n)
    return found


CUT_FIELD: Final = 12
"""Letters of a word from which a field may have cut it: *Chumak* is no *Chu Mak(sim)*."""
CUT_TITLES: Final = frozenset(("m", "mr", "mrs", "ms"))
"""What a passenger name may end in when its title was run together with it, or cut."""


def _spell(word: str, pieces: list[tuple[str, int]], *, is_cut: bool) -> list[int]:
    """Return which pieces, end to end, spell the word; the last may be cut off where a word is."""
    if not word:
        return []
    for text, number in sorted(pieces, key=lambda piece: -len(piece[0])):
        if len(text) > 1 and word.startswith(text):
            rest = [piece for piece in pieces if piece[1] != number]
            after = word[len(text) :]
            if not after or after in CUT_TITLES:
                return [number]
            more = _spell(after, rest, is_cut=is_cut)
            if more:
                return [number, *more]
        elif (
            is_cut
            and len(word) > 2  # noqa: PLR2004 - letters
            and text.startswith(word)
            and text[len(word) :] not in MAKING
        ):
            return [number]
    for size in (4, 3, 2):
        if word[:size] in PARTICLES and len(word) > size + 1:
            more = _spell(word[size:], pieces, is_cut=is_cut)
            if more:
                return more
    return []
