"""Handling codes that the house knows, verbatim by scheme; any other is the most restrictive.

They stand in ``law/handling.toml`` with their sources.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Codes:
    """The table.

    Attributes:
        by_code: Handling by scheme and code, with and without the scheme's prefix.
        grades: Known source and information grades by evaluation scheme.
    """

    by_code: Mapping[tuple[str, str], Handling]
    grades: Mapping[str, tuple[frozenset[str], frozenset[str]]]


@cache
def codes() -> Codes:
    """Return the codes of ``law/handling.toml``."""
    text = (resources.files("maillon.policy") / "law" / "handling.toml").read_text("utf-8")
    raw = tomllib.loads(text)
    by_code: dict[tuple[str, str], Handling] = {}
    for scheme, said in raw["scheme"].items():
        for code, rule in said["codes"].items():
            handling = Handling(rule["says"], rule["travels"], rule["export"], rule["court"])
            by_code[scheme, code] = handling
            by_code[scheme, said["prefix"] + code] = handling
    grades = {
        scheme: (frozenset(said["sources"]), frozenset(said["information"]))
        for scheme, said in raw["evaluation"].items()
    }
    return Codes(by_code, grades)


def handling_of(label: Label) -> Handling:
    """Return what a label's handling code lets happen."""
    if (label.scheme, label.code) == NO_CODE:
        return UNMARKED
    return codes().by_code.get((label.scheme, label.code), UNKNOWN)


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

    A marking narrows what the delivery's label says and never widens it: an unknown one, or one
    of another scheme than a delivery's code that stays, is the most restrictive.
    """
    text = " ".join(marking.split()).upper()
    found = [key for key in codes().by_code if key[1].upper() == text and _is_written(key)]
    scheme, code = found[0] if found else ("", marking)
    mine = Label(
        label.originator, scheme or "unknown", code if found else marking, label.compartment,
        label.purposes, label.legal_basis, label.statistics, label.category,
    )  # fmt: skip
    return mine if _narrowness(mine) >= _narrowness(label) else label


def _is_written(key: tuple[str, str]) -> bool:
    """Return whether a bare text tells the scheme: ``AMBER`` alone is of three schemes."""
    return sum(other == key[1] for _, other in codes().by_code) == 1 or key[0] == "TLP 2.0"


def _narrowness(label: Label) -> tuple[bool, int, bool]:
    handling = handling_of(label)
    return (
        not handling.travels,
        ("yes", "consent", "no").index(handling.export),
        handling.court == "permission",
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
    for label in sorted(labels, key=repr):
        handling = handling_of(label)
        named = f"{label.scheme} {label.code}".strip() or "no handling code"
        if handling.export == "no" and label.originator != agency:
            raise RefusedError(
                f"handling code {named}", f"data of {label.originator} must not leave: {named}",
                f"ask {label.originator} for a sanitised text under another code",
            )  # fmt: skip
        needs = handling.export == "consent" and label.originator != agency
        if needs and (label.originator, label.code) not in consents:
            raise RefusedError(
                f"handling code {named}", f"{label.originator} has not consented to dissemination",
                f"record the consent of {label.originator} for the code {named}",
            )  # fmt: skip
