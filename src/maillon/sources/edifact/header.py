"""Where an interchange begins, and what its service characters are, whatever UNA says."""

import re
from typing import Final, NamedTuple

from maillon.sources.edifact.segment import Diagnostic, Separators

WINDOW: Final = 1024
"""Bytes behind the beginning of an interchange in which its service characters show."""
TYPOGRAPHIC: Final = "\u2019".encode()
UNA_LENGTH: Final = 6

START: Final = re.compile(
    rb"UNA(?=[^A-Za-z0-9]{1,12}\s*UNB)"
    rb"|UNB(?=\s?[^A-Za-z0-9\s](?:UNO[A-Z]|IAT[AB]|[A-Z]{4})[^A-Za-z0-9])"
    rb"|UNH(?=[^A-Za-z0-9\s][^\r\n]{0,40}?(?:PAXLST|PNRGOV)[^A-Za-z0-9])"
)
"""Beginning of an interchange; or of a message that came without one."""
_UNH: Final = re.compile(rb"UNH(.)[^\r\n]{0,40}?(?:PAXLST|PNRGOV)(.)", re.DOTALL)
_UNB: Final = re.compile(rb"UNB\s?(.)([A-Z]{3}[A-Z0-9])(.)[0-9]", re.DOTALL)


class Header(NamedTuple):
    """Separators and charset identifier of an interchange, offset of its UNB, defects met."""

    separators: Separators
    charset: str
    unb: int
    faults: list[tuple[Diagnostic, str]]


def read_header(window: bytes) -> Header:
    """Read UNA and UNB at the beginning of ``window``, which begins at the interchange.

    The service characters in use count; those that UNA declares otherwise are overruled
    (`UNA_MISMATCH`).
    """
    faults: list[tuple[Diagnostic, str]] = []
    declared = Separators()
    bare = _UNH.match(window)
    if bare is not None:
        faults.append((Diagnostic.NO_UNB, "a message without interchange (UNB): read as UTF-8"))
        end = _terminator(window, bare[1], declared.terminator)
        return Header(Separators(bare[2], bare[1], b"?", end), "UNOW", 0, faults)
    unb = max(window.find(b"UNB"), 0)
    if window.startswith(b"UNA"):
        declared = _declared(window[3:unb], faults)
    found = _UNB.match(window, unb)
    element, component, charset = declared.element, declared.component, ""
    if found is not None:
        element, component, charset = found[1], found[3], found[2].decode("ascii")
    terminator = _terminator(window[unb:], element, declared.terminator)
    if TYPOGRAPHIC in {terminator, declared.terminator}:
        faults.append(
            (
                Diagnostic.NON_ASCII_SEPARATOR,
                "the segment terminator is a typographic apostrophe: taken as one",
            )
        )
    if window.startswith(b"UNA") and (element, component, terminator) != (
        declared.element, declared.component, declared.terminator,
    ):  # fmt: skip
        faults.append(
            (
                Diagnostic.UNA_MISMATCH,
                "UNA declares other separators than the interchange uses: those in use are read",
            )
        )
    return Header(
        Separators(component, element, declared.release, terminator), charset, unb, faults
    )


def _declared(between: bytes, faults: list[tuple[Diagnostic, str]]) -> Separators:
    if len(between) < UNA_LENGTH:
        faults.append(
            (Diagnostic.UNA_SHORT, "UNA has fewer than six characters: completed from use")
        )
        parts = [between[at : at + 1] for at in range(len(between))]
        defaults = [b":", b"+", b".", b"?"]
        component, element, _, release = [*parts[:4], *defaults[len(parts[:4]) :]]
        terminator = parts[4] if len(parts) > len(defaults) and parts[4].strip() else b"'"
    else:
        component, element, release = between[0:1], between[1:2], between[3:4]
        terminator = TYPOGRAPHIC if between[5:].startswith(TYPOGRAPHIC) else between[5:6]
    return Separators(component, element, release.strip(), terminator)


def _terminator(window: bytes, element: bytes, declared: bytes) -> bytes:
    """Return what stands before the second segment of the interchange, or what is declared."""
    second = re.search(
        rb"(\xe2\x80\x99|.)\s*(?:UNG|UNH|UNZ|BGM|MSG)\s?" + re.escape(element),
        window[3:],
        re.DOTALL,
    )
    if second is None:
        return declared
    first = window.find(declared)
    is_declared = first >= 0 and first < second.end() + 3
    return declared if is_declared or second[1].isalnum() or not second[1].strip() else second[1]
