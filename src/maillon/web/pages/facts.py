"""What a page says of the facts on both sides of a hit or a lead, from their codes.

A fact has a code without anybody's values, e.g. ``hop 1: call, payment`` or ``birth date: other
year``, and a text with them. The code is said in the page's language; so is the text, where it is
one of the fixed remarks of ``nexus/explanations.csv``, or a sentence of screening. Other texts stay
as the layers wrote them.
"""

import re
from typing import Final

from markupsafe import Markup

from maillon.screen.explain import KINDS, LANGUAGES, retold
from maillon.web.pages.codes import CODES, said
from maillon.web.pages.language import Speech
from maillon.web.pages.values import data


def _(text: str) -> str:
    """Mark a text: `tools/write_words.py` puts it into the catalogues."""
    return text


REMARKS: Final = frozenset((
    _("The family register ties them: contact is to be expected"),
    _("They share a home: common phones and accounts are ordinary"),
    _("They share an employer: contact at work is to be expected"),
    _("One side deals with many people and may be a shop or a service"),
    _("The address holds several people and may be a building or an office"),
    _("Prisons assign cells: sharing one is not a choice"),
    _("A booking may be a tour or an agency's group"),
    _("A formation agent may have placed both as directors"),
    _("One of them may be a namesake: identity is not certain"),
    _("One side acts for the other by profession: agents, brokers and lawyers meet many clients"),
    _("Both belong to one small community where everybody meets everybody"),
    _("Containers go from one client to the next"),
    _("An account may be a couple's, a firm's or an association's"),
    _("A wallet may be held by a platform for many clients"),
    _("A household, a shop or a call box may share a device"),
    _("A second card for a relative or an employee is ordinary"),
    _("The vehicle may be hired, sold on or a firm's"),
    _("Papers applied for on one day at one desk have neighbouring numbers"),
    _("The meeting may have been open to anybody"),
    _("Crews are put together by the operator"),
    _("Both may commute on the same days"),
    _("The message may be a circular or a mistake"),
    _("Companies of one group are linked by law, not by choice of the persons"),
    _("A loan or an unpaid bill is ordinary business"),
    _("The list says that they are linked, and not how"),
    _("Prisons assign wings: being in one is not a choice"),
    _("A record of this hop belongs to the person with less than 0.9 probability"),
    _("This hop has no date"),
    _("The hops do not follow one another in time"),
    _("More than a year lies between two hops"),
    _("The whole path stands on one source"),
    _("The source of this hop is graded below C3"),
    _("This hop stands on a single channel"),
    _("Proof that two records of an inner person belong to two people"),
    _("The subscriber at the date of the call was somebody else"),
    _("An invoice or contract that explains the payment"),
    _("The visit book shows another visitor"),
    _("A freight agent booked the consignment for unrelated clients"),
    _("The number was reassigned between the two uses"),
    _("The mailbox is a shared or public one"),
    _("They lived there at different times"),
    _("The booking was made by an agency for unrelated travellers"),
    _("The stays did not overlap in the cell book"),
    _("The registered offices were given without their knowledge"),
    _("The register entry is out of date"),
    _("The case joined unrelated accused"),
    _("The serial number is shared by two weapons"),
    _("The signatory right had ended"),
    _("The source withdraws the statement"),
    _("The device was sold or stolen between the two uses"),
    _("The card was issued to one of them only, or copied"),
    _("The registration changed hands between the two dates"),
    _("The issuing office shows two applications that have nothing in common"),
    _("The attendance list shows that one of them was not there"),
    _("The crew list shows that one of them did not sail"),
    _("One of them was booked and did not travel"),
    _("The mandate is forged, or ended before the date"),
    _("The keys of the wallet belong to a third party"),
    _("The sender's mailbox was used by another person"),
    _("The control or succession was never registered"),
    _("The claim was assigned by a third party"),
    _("The list amends the entry"),
    _("The stays did not overlap in the wing book"),
))  # fmt: skip
"""The remarks of ``nexus/explanations.csv``, in English."""
_NAMES: Final = {
    "innocent explanation": _("innocent explanation"), "weakness": _("weakness"),
    "would end it": _("would end it"), "independent sources": _("independent sources"),
    "protected": _("protected"), "cleared before": _("cleared before"), "judged": _("judged"),
    "not compared": _("not compared"), "would change": _("would change"), "rule": _("rule"),
}  # fmt: skip
_SELF: Final = frozenset(("innocent explanation", "weakness", "would end it"))
"""Facts of which the text says all: the rest of their code is a key of the remarks."""
_GROUPS: Final = {"protected": "flag", "judged": "verdict", "not compared": "reason"}
_RULES: Final = {
    "minor": _("minor"), "humanitarian actor": _("humanitarian actor"),
    "weak alias alone": _("weak alias alone"),
}  # fmt: skip
"""Rules that hold a hit back: what `maillon.screen.rules` notes."""
_HOP: Final = re.compile(r" \(hop (\d+)\)$")

_STRENGTH: Final = re.compile(r"(.+ - .+), strength (\d\.\d\d)")
_PATHS: Final = re.compile(r"(\d+) paths, probability (\d\.\d\d)")
_SECOND: Final = re.compile(r"the rules ask for a second fact: (.+)")
_PROTECTED: Final = re.compile(r"(.+) is protected: ([a-z ]+)", re.DOTALL)
_KINDS: Final = re.compile(r"a (\w+) is screened against a (\w+)( \([+-]\d+\.\d\))")


def fact(speech: Speech, code: str) -> str:
    """Return what the code of a fact says, in a language; what is not known as it is."""
    where = _HOP.search(code)
    name, _mark, what = _HOP.sub("", code).partition(": ")
    if name.startswith("hop "):
        channels = [said(speech, one, "channel") for one in what.split(", ")]
        return speech.say("hop %(number)s: %(what)s", number=name[4:],
                          what=speech.say(", ").join(channels))  # fmt: skip
    if name not in _NAMES and name not in CODES["reason"]:
        return code
    label = speech.say(_NAMES[name]) if name in _NAMES else said(speech, name, "reason")
    if name in _SELF:
        return label if where is None else speech.say(
            "%(what)s (hop %(number)s)", what=label, number=where[1]
        )  # fmt: skip
    told = _what(speech, name, what)
    return speech.say("%(name)s: %(what)s", name=label, what=told) if what else label


def _what(speech: Speech, name: str, what: str) -> str:
    """Return what the code of a fact says after its name."""
    if name == "rule" and what in _RULES:
        return speech.say(_RULES[what])
    if name == "would change":  # a kind of fact and how it would compare, e.g. "gender other"
        kind = next((one for one in KINDS if what.startswith(f"{one} ")), "")
        verdict = said(speech, what.removeprefix(f"{kind} "), "compared")
        return speech.say(", ").join((said(speech, kind, "reason"), verdict)) if kind else what
    group = _GROUPS.get(name, "" if name in _NAMES and name != "rule" else "compared")
    return said(speech, what, group) if group else what


def remark(speech: Speech, text: str) -> str:
    """Return the text of a fact in a language, where it is one that is given; others as is."""
    if text in REMARKS:
        return speech.say(text)
    if (found := _rule(speech, text)) is not None:
        return found
    told = retold(_schemata(speech, text), speech.language.code)
    if told != text:
        return told
    if held := _STRENGTH.fullmatch(text):
        return speech.say("%(names)s, strength %(strength)s", names=held[1], strength=held[2])
    if held := _PATHS.fullmatch(text):
        return speech.say("paths: %(count)s, probability %(share)s", count=held[1], share=held[2])
    return text


def spoken(speech: Speech, text: str) -> Markup:
    """Return the text of a fact as a page shows it; what is said runs as the page's language does.

    Else a sentence in Arabic that begins with somebody's name in Latin letters would run as the
    name does, and come apart.
    """
    told = remark(speech, text)
    return data(told, "" if told == text else speech.language.direction)


def _rule(speech: Speech, text: str) -> str | None:
    """Return what a rule or a protection of a hit says; None: the text is of neither."""
    if held := _SECOND.fullmatch(text):
        rule = speech.say(_RULES[held[1]]) if held[1] in _RULES else held[1]
        return speech.say("the rules ask for a second fact: %(rule)s", rule=rule)
    parts = [_PROTECTED.fullmatch(one) for one in text.split("; ")]  # one of each side, or both
    if not all(parts):
        return None
    told = [
        speech.say("%(id)s is protected: %(kind)s", id=one[1], kind=said(speech, one[2], "flag"))
        for one in parts
        if one is not None
    ]
    return speech.say("; ").join(told)


def _schemata(speech: Speech, text: str) -> str:
    """Return a sentence that two records are of other kinds, with the kinds in the language."""
    if speech.language.code not in LANGUAGES or (held := _KINDS.fullmatch(text)) is None:
        return text
    one, other = (said(speech, held[place], "schema") for place in (1, 2))
    return f"a {one} is screened against a {other}{held[3]}"
