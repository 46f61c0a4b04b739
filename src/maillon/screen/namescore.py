"""The reasons of one name against another: what agrees, what is left over, what the wholes say."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from rapidfuzz.distance import Indel

from maillon.screen.align import Alignment, Match, align
from maillon.screen.compare import KNOWN, LOOSE
from maillon.screen.entry import GENERIC, Entry, Name
from maillon.screen.facts import likelihoods
from maillon.screen.reason import Reason

PATRONYMICS: Final = frozenset(("bin", "ibn", "ben", "bint", "ould", "bn", "oglu", "son"))
"""Particles between a name and the father's."""


def name_reasons(mine: Name, theirs: Name, points: Mapping[str, float]) -> tuple[Reason, ...]:
    """Return the reasons of one pair of names."""
    alignment = align(mine, theirs)
    reasons = [_agreed(mine, theirs, match, points) for match in alignment.matches]
    reasons += _left(mine, theirs, alignment, points)
    reasons += _whole(mine, theirs, alignment, reasons, points)
    return tuple(reasons)


def _agreed(mine: Name, theirs: Name, match: Match, points: Mapping[str, float]) -> Reason:
    value = " ".join(mine.parts[n].text for n in match.mine)
    counterpart = " ".join(theirs.parts[n].text for n in match.theirs)
    kind, near, key = match.verdict
    weight = round(match.weight, 3)
    found = (
        points[kind] + points[f"{kind} weight"] * weight + points[f"{kind} distance"] * (1 - near)
        + (points["joined"] if match.joined else 0.0)
    )  # fmt: skip
    verdict = f"{kind}, joined" if match.joined else kind
    return Reason("part", value, counterpart, verdict, near, weight, round(found, 6), key)


def _left(
    mine: Name, theirs: Name, alignment: Alignment, points: Mapping[str, float]
) -> list[Reason]:
    """Parts left over: opposite each other they contradict, alone they are omitted or added."""
    ours = sorted(alignment.mine, key=lambda n: (-mine.parts[n].weight, mine.parts[n].native, n))
    listed = sorted(
        alignment.theirs, key=lambda n: (-theirs.parts[n].weight, theirs.parts[n].native, n)
    )
    reasons = []
    for m, n in zip(ours, listed, strict=False):
        one, two = mine.parts[m], theirs.parts[n]
        weight = round((one.weight + two.weight) / 2, 3)
        near = round(likeness(one.text, two.text), 3)
        value = (
            points["contradicted"] + points["contradicted weight"] * weight
            + points["contradicted distance"] * (1 - near)
        )  # fmt: skip
        reasons.append(
            Reason("part", one.text, two.text, "contradicted", near, weight, round(value, 6))
        )
    for m in ours[len(listed) :]:
        part = mine.parts[m]
        value = points["added"] + points["added weight"] * part.weight
        reasons.append(Reason("part", part.text, "", "added", 0.0, part.weight, round(value, 6)))
    for n in listed[len(ours) :]:
        part = theirs.parts[n]
        value = points["omitted"] + points["omitted weight"] * part.weight
        reasons.append(Reason("part", "", part.text, "omitted", 0.0, part.weight, round(value, 6)))
    return reasons


ENDINGS: Final = (
    "ovich", "evich", "ovitch", "ovna", "evna", "owicz", "zadeh", "zade", "ullah", "allah", "uddin",
    "eddine", "oglu", "shvili", "dottir", "sson",
)  # fmt: skip
"""Endings that make two names alike without being any part of either."""


def likeness(one: str, two: str) -> float:
    """Return how near two words are, an ending that many names have left out: 1.0 for the same."""
    endings = [next((end for end in ENDINGS if text.endswith(end)), "") for text in (one, two)]
    if all(endings):
        one, two = one.removesuffix(endings[0]), two.removesuffix(endings[1])
    return float(Indel.normalized_similarity(one, two))


def _whole(
    mine: Name,
    theirs: Name,
    alignment: Alignment,
    compared: Sequence[Reason],
    points: Mapping[str, float],
) -> list[Reason]:
    """What the names say as wholes."""
    found = [
        *_shares(alignment, compared),
        *_shape(mine, theirs, alignment),
        *_beside(mine, theirs),
    ]
    return [
        Reason("name", mine.text, theirs.text, verdict, 0.0, round(share, 6),
               round(points[verdict] * round(share, 6), 6), prop=theirs.prop)
        for verdict, share in found
    ]  # fmt: skip


def _shares(alignment: Alignment, compared: Sequence[Reason]) -> Iterator[tuple[str, float]]:
    """Yield how much of the names agrees, contradicts and is left over."""
    agreed = sum(reason.weight for reason in compared if reason.verdict not in LEFT)
    against = sum(reason.weight for reason in compared if reason.verdict == "contradicted")
    alone = sum(reason.weight for reason in compared if reason.verdict in {"added", "omitted"})
    if not alignment.mine and not alignment.theirs and not any(map(_unsure, alignment.matches)):
        yield "complete", 1.0
    if against:
        yield "share contradicted", against / (against + agreed)
        apart = max(1 - reason.near for reason in compared if reason.verdict == "contradicted")
        yield "a part contradicted", apart
    if agreed > ENOUGH:
        yield "more than enough", agreed - ENOUGH
    if alone:
        yield "share left over", alone / (alone + agreed + against)
    if alone + against and max(
        (reason.weight for reason in compared if reason.verdict not in LEFT), default=9.0
    ) <= GENERIC:  # fmt: skip
        yield "common words only", 1.0


def _shape(mine: Name, theirs: Name, alignment: Alignment) -> Iterator[tuple[str, float]]:
    """Yield which parts agree: how many, and in which order."""
    covered = sum(len(one.mine) + len(one.theirs) for one in alignment.matches)
    if _turned(mine, theirs, alignment):
        yield "other order", 1.0
    if len(alignment.matches) == 1 and covered == 2:  # noqa: PLR2004 - one part of each
        sizes = len(mine.parts), len(theirs.parts)
        if max(sizes) == 1:
            yield "single part", 1.0
        elif min(sizes) == 1:
            yield "one part of several", 1.0
        else:
            yield "one part in common", 1.0


def _beside(mine: Name, theirs: Name) -> Iterator[tuple[str, float]]:
    """Yield what stands beside the parts: numbers, legal forms, the list's own opinion."""
    if _numbers(mine) != _numbers(theirs):
        yield "other number", 1.0
    if mine.form and theirs.form and mine.form != theirs.form and "company" not in {
        mine.form, theirs.form,
    }:  # fmt: skip
        yield "other legal form", 1.0
    if theirs.weak or mine.weak:
        yield "weak alias", 1.0


def _unsure(match: Match) -> bool:
    """Whether a part is matched that may as well be another name."""
    return match.verdict.kind in {LOOSE, KNOWN}


def _turned(mine: Name, theirs: Name, alignment: Alignment) -> bool:
    """Whether the parts that agree stand in another order: more than the family name first."""
    ours = sorted(alignment.matches)
    listed = sorted(alignment.matches, key=lambda one: one.theirs)
    orders = (
        ([mine.parts[one.mine[0]].text for one in ours],
         [mine.parts[one.mine[0]].text for one in listed]),
        ([theirs.parts[one.theirs[0]].text for one in ours],
         [theirs.parts[one.theirs[0]].text for one in listed]),
    )  # fmt: skip
    return not any(_rotated(one, two) for one, two in orders)


def _rotated(one: list[str], two: list[str]) -> bool:
    """Whether one order becomes the other when names at its end are put at its beginning."""
    return any(two == one[n:] + one[:n] for n in range(len(one))) or not one


ENOUGH: Final = 14.0
"""Weight of what agrees that tells one name from all others: more of it adds little."""
LEFT: Final = frozenset(("added", "contradicted", "omitted"))


def generations(listed: Entry, pairs: Sequence[tuple[Name, Name]]) -> tuple[Reason, ...]:
    """Return that son and father are the other way round: X bin Y is not Y bin X.

    It speaks against the entry, not against one of its names: that another of its names leaves the
    father out says nothing. The names with which the query shares most of the chain decide.
    """
    told: dict[int, list[tuple[bool, Name, Name]]] = {}
    for mine, theirs in pairs:
        here, there = _chain(mine), _chain(theirs)
        if not here or not there or theirs.weak:
            continue
        places = sorted(
            (one.mine[0], one.theirs[0])
            for one in align(mine, theirs).matches
            if one.mine[0] in here and one.theirs[0] in there
        )
        if len(places) < 2:  # noqa: PLR2004 - two people make an order
            continue
        same = all(one < two for (_, one), (_, two) in pairwise(places))
        told.setdefault(len(places), []).append((same, mine, theirs))
    longest = told[max(told)] if told else []
    if not longest or any(same for same, _, _ in longest):
        return ()
    _, mine, theirs = longest[0]
    return (
        Reason(
            "generations", mine.text, theirs.text, "reversed",
            points=likelihoods()["generations"]["reversed"], prop=theirs.prop,
            statement=listed.statements.get(f"{theirs.prop}={theirs.text}", ""),
        ),
    )  # fmt: skip


def _chain(name: Name) -> range:
    """Return the numbers of the parts from the person to the last ancestor named."""
    fathers = [n for n, part in enumerate(name.parts) if part.after in PATRONYMICS and n]
    return range(fathers[0] - 1, fathers[-1] + 1) if fathers else range(0)


_ROMAN: Final = frozenset(("ii", "iii", "iv", "vi", "vii", "viii", "ix", "xi", "xii"))


def _numbers(name: Name) -> frozenset[str]:
    """Return the numbers that a name of several parts holds."""
    found = set()
    for part in name.parts:
        said = next((key[2:] for key in part.keys if key[:2] == "c:"), "")
        if part.text.isdigit() or part.text in _ROMAN:
            found.add(part.text)
        elif said.isdigit():
            found.add(said)
    return frozenset(found)
