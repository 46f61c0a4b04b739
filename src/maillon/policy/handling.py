"""Handling codes that the house knows, verbatim by scheme; any other is the most restrictive.

They stand in ``law/handling.toml`` with their sources.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Final

from maillon.model import Grade, Label, RefusedError

NO_CODE: Final = ("", "")
"""Scheme and code of a label whose originator gave none: its purposes alone decide."""


@dataclass(frozen=True, slots=True)
class Handling:
    """What a handling code lets happen.

    Attributes:
        says: What it says, in words.
        travels: Whether other agencies may read at all.
        export: ``yes``, ``consent`` (of the originator, recorded) or ``no``.
        court: ``yes`` or ``permission`` (of the provider, before use in judicial proceedings).
    """

    says: str
    travels: bool
    export: str
    court: str


UNKNOWN: Final = Handling("not known to this house", travels=False, export="no", court="permission")
"""What an unknown code, or an unknown scheme, lets happen: nothing."""

UNMARKED: Final = Handling("no handling code", travels=True, export="consent", court="permission")
"""What no code at all lets happen: what the label's purposes and a gateway let, no more."""


SEVERAL: Final = "all of"
"""Scheme of a label that carries several codes, all of which hold, e.g. ``H1; TLP:GREEN``."""

SEPARATOR: Final = ";"
"""What stands between several markings of one statement, and between several codes."""

_NONE: Final = "no code"

UNREAD: Final = ("unknown", "marking")
"""Scheme and code of what brought a marking that this house does not know."""

EXPORTS: Final = ("yes", "consent", "no")
"""What a code says of export, the freest first."""

COURTS: Final = ("yes", "permission")
"""What a code says of use in court, the freest first."""


@dataclass(frozen=True, slots=True)
class Codes:
    """The table.

    Attributes:
        by_code: Handling by scheme and code, with and without the scheme's prefix.
        by_text: Scheme and code by the text that tells them, in capitals. Of a text of several
            schemes (``AMBER``, ``TLP:AMBER``) it is TLP 2.0, the narrowest of them.
        written: The text of each scheme and code, with the prefix.
        grades: Known source and information grades by evaluation scheme.
    """

    by_code: Mapping[tuple[str, str], Handling]
    by_text: Mapping[str, tuple[str, str]]
    written: Mapping[tuple[str, str], str]
    grades: Mapping[str, tuple[frozenset[str], frozenset[str]]]


@cache
def codes() -> Codes:
    """Return the codes of ``law/handling.toml``."""
    text = (resources.files("maillon.policy") / "law" / "handling.toml").read_text("utf-8")
    raw = tomllib.loads(text)
    by_code: dict[tuple[str, str], Handling] = {}
    by_text: dict[str, tuple[str, str]] = {}
    written: dict[tuple[str, str], str] = {}
    for scheme, said in raw["scheme"].items():
        for code, rule in said["codes"].items():
            handling = Handling(rule["says"], rule["travels"], rule["export"], rule["court"])
            text = said["prefix"] + code
            for one in (code, text):
                by_code[scheme, one] = handling
                written[scheme, one] = text
                by_text.setdefault(one.upper(), (scheme, text))
    grades = {
        scheme: (frozenset(said["sources"]), frozenset(said["information"]))
        for scheme, said in raw["evaluation"].items()
    }
    return Codes(by_code, by_text, written, grades)


def handling_of(label: Label) -> Handling:
    """Return what a label's handling code lets happen."""
    if label.scheme != SEVERAL:
        return _handling((label.scheme, label.code))
    every = [_handling(one) for one in _codes_of(label)]
    if UNKNOWN in every:
        return UNKNOWN
    return Handling(
        "; ".join(one.says for one in every),
        all(one.travels for one in every),
        max((one.export for one in every), key=EXPORTS.index),
        max((one.court for one in every), key=COURTS.index),
    )


def _handling(code: tuple[str, str]) -> Handling:
    return UNMARKED if code == NO_CODE else codes().by_code.get(code, UNKNOWN)


def is_known(label: Label) -> bool:
    """Return whether the house knows the label's handling code."""
    return handling_of(label) is not UNKNOWN


def stays_with_originator(label: Label) -> bool:
    """Return whether nobody but the originator may read: an unknown code, or one that says so."""
    return not handling_of(label).travels


def is_known_grade(grade: Grade) -> bool:
    """Return whether both parts of a native grade stand in its scheme; no scheme is no grade."""
    known = codes().grades.get(grade.scheme)
    if known is None:
        return False
    sources, information = known
    return grade.code[:1] in sources and grade.code[-1:] in information


def marking_label(label: Label, marking: str) -> Label:
    """Return the label of a statement that brings a marking of its own, e.g. ``TLP:AMBER``.

    A marking narrows what the delivery's label says and never widens it. Several, joined by ``;``,
    narrow together: codes are no total order, so where none says all that the others say, the label
    carries them all (`SEVERAL`). A text that is no code of the table is the most restrictive; the
    label does not repeat it, for it may be anything, and a file may bring a million.
    """
    if not marking.strip() or handling_of(label) is UNKNOWN:
        return label
    parts = [part.strip() for part in marking.split(SEPARATOR) if part.strip()]
    found = {_read(part) for part in parts}
    if not parts or None in found:
        scheme, code = UNREAD
    else:
        said = sorted(one for one in found if one is not None)
        own = _codes_of(label)
        held = _narrowest([*own, *(one for one in said if one not in own)])
        if held == own:
            return label
        scheme, code = held[0] if len(held) == 1 else (SEVERAL, _joined(held))
    return replace(label, scheme=scheme, code=code)


def _read(text: str) -> tuple[str, str] | None:
    """Return the scheme and the code that a bare text tells, or None."""
    plain = " ".join(text.split())
    return codes().by_text.get(plain.upper()) if plain.isascii() else None


def _codes_of(label: Label) -> list[tuple[str, str]]:
    """Return the codes that a label carries, each with its scheme."""
    if label.scheme != SEVERAL:
        return [(label.scheme, label.code)]
    parts = [part.strip() for part in label.code.split(SEPARATOR)]
    return [NO_CODE if part == _NONE else _read(part) or UNREAD for part in parts]


def _joined(held: Iterable[tuple[str, str]]) -> str:
    written = {**codes().written, NO_CODE: _NONE}
    return f"{SEPARATOR} ".join(sorted(written.get(one, one[1]) for one in held))


def _narrowest(held: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return these codes without those that another says already; of two alike, the first."""
    kept: list[tuple[str, str]] = []
    for one in held:
        if not any(_says_all_of(other, one) for other in kept):
            kept = [other for other in kept if not _says_all_of(one, other)]
            kept.append(one)
    return kept


def _says_all_of(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Return whether a code lets nothing happen that the other forbids.

    Where both need a consent, it is the consent to another code: neither speaks for the other.
    """
    mine, its = _handling(one), _handling(other)
    is_own_consent = its.export == "consent" and mine.export == "consent" and other != NO_CODE
    return (
        mine.travels <= its.travels
        and EXPORTS.index(mine.export) >= EXPORTS.index(its.export)
        and COURTS.index(mine.court) >= COURTS.index(its.court)
        and (not is_own_consent or codes().written.get(one) == codes().written.get(other))
    )


def check_export(
    labels: Iterable[Label], agency: str, consents: frozenset[tuple[str, str]] = frozenset()
) -> None:
    """Let what carries these labels leave the house, or refuse.

    Args:
        labels: Of everything that went into it: derived data carries them all.
        agency: Who sends it; an agency's own data needs no consent.
        consents: Originators whose consent is recorded, with the code it was given for.

    Raises:
        RefusedError: A code forbids it, or needs a consent that is not recorded.
    """
    held = list(labels)
    check_leaves(held, agency)
    for label in _apart(held):
        handling = handling_of(label)
        named = f"{label.scheme} {label.code}".strip() or "no handling code"
        needs = handling.export == "consent" and label.originator != agency
        if needs and (label.originator, label.code) not in consents:
            raise RefusedError(
                f"handling code {named}", f"{label.originator} has not consented to dissemination",
                f"record the consent of {label.originator} for the code {named}",
            )  # fmt: skip


def check_leaves(labels: Iterable[Label], agency: str) -> None:
    """Let a reader take out what carries these labels as a file with its handling note, or refuse.

    Whom the file may then be given to is `check_export`'s to say.

    Raises:
        RefusedError: A code of another originator lets nothing leave.
    """
    for label in _apart(labels):
        named = f"{label.scheme} {label.code}".strip() or "no handling code"
        if handling_of(label).export == "no" and label.originator != agency:
            raise RefusedError(
                f"handling code {named}", f"data of {label.originator} must not leave: {named}",
                f"ask {label.originator} for a sanitised text under another code",
            )  # fmt: skip


def _apart(labels: Iterable[Label]) -> Iterator[Label]:
    """Yield the labels, one of several codes as one for each."""
    for label in sorted(labels, key=repr):
        for scheme, code in _codes_of(label):
            yield replace(label, scheme=scheme, code=code)
