"""What the ledger's codes are called on a page, and what came of jobs: tables of words.

A code stays what it is in the ledger, whose entries are hashed as they stand.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from markupsafe import Markup, escape

from maillon.web.pages.cells import value
from maillon.web.pages.codes import said
from maillon.web.pages.desk_words import FIELDS
from maillon.web.pages.language import Speech
from maillon.web.pages.values import data


def _(text: str) -> str:
    """Mark a text: `tools/write_words.py` puts it into the catalogues."""
    return text


ACTS: Final[Mapping[str, str]] = {
    "account": _("account"), "administer": _("manage accounts"), "anchor": _("anchor by hand"),
    "assess lead": _("assess a lead"), "audit": _("oversee"), "backup": _("back up"),
    "breach": _("breach"), "break glass": _("break-glass"), "case": _("case"),
    "categorise": _("categorise a person"), "chart": _("chart"),
    "checkpoint": _("sign a checkpoint"), "clear": _("clear a record"),
    "consent": _("consent"), "correct": _("tell of a correction"), "decide": _("decide"),
    "declare": _("declare an interest"), "disseminate": _("disseminate"), "erase": _("erase"),
    "evidence": _("note evidence"), "export": _("export"), "fit": _("learn from labels"),
    "hold": _("legal hold"), "intake": _("intake"), "job": _("job"), "judge": _("judge a pair"),
    "key": _("key"), "load": _("load"), "login": _("log in"), "look": _("look"),
    "mask": _("mask"), "notice": _("notice to a recipient"), "password": _("password"),
    "point": _("pointer"), "protect": _("protect"), "question": _("standing question"),
    "read": _("read"), "recipient": _("transfer to a recipient"),
    "request": _("request of a data subject"), "resolve": _("resolve"), "restore": _("restore"),
    "restrict": _("restrict"), "retain": _("retention"),
    "review retention": _("review before an end"), "sanitise": _("sanitise"),
    "screen": _("screen"), "search": _("search"), "second factor": _("second factor"),
    "session": _("session"), "state": _("state a fact"), "step-up": _("prove who one is"),
    "team": _("joint team"), "trace": _("trace"), "unmask": _("unmask"), "upload": _("upload"),
    "validate": _("give a verdict"),
}  # fmt: skip
"""Acts."""

OUTCOMES: Final[Mapping[str, str]] = {
    "accepted": _("let in"), "acknowledged": _("acknowledged"), "added": _("added"),
    "affected computed": _("those concerned computed"), "allowed": _("allowed"),
    "already": _("there already"), "answered": _("answered"), "approved": _("approved"),
    "asked": _("asked"), "asked again": _("asked again"), "became a job": _("became a job"),
    "begun": _("begun"), "cancel asked": _("asked to stop"), "cancelled": _("cancelled"),
    "changed": _("changed"), "closed": _("closed"), "decided": _("decided"),
    "deleted": _("deleted"), "disabled": _("disabled"), "done": _("done"), "ended": _("ended"),
    "entered": _("entered"), "erased": _("erased"),
    "erasure list re-applied": _("erasure list re-applied"), "extended": _("extended"),
    "failed": _("failed"), "filed": _("filed"), "files rewritten": _("files rewritten"),
    "founded": _("founded"), "given": _("given"), "issued": _("issued"), "kept": _("kept"),
    "left": _("has left"), "let go": _("let go"), "lifted": _("lifted"), "locked": _("locked"),
    "locked out": _("locked out"), "looked up": _("looked up"),
    "mandate chosen": _("mandate chosen"), "member added": _("member added"),
    "member removed": _("member removed"), "noted": _("noted"), "opened": _("opened"),
    "ordered": _("ordered"), "original sealed": _("original sealed"), "placed": _("placed"),
    "proposed": _("proposed"), "read": _("was read"),
    "recovery codes drawn": _("recovery codes drawn"), "refused": _("refused"),
    "released": _("released"), "removed": _("removed"), "renewed": _("renewed"),
    "reported": _("reported"), "reset": _("reset"), "revoked": _("revoked"),
    "running": _("running"), "said": _("said how it is read"), "saved": _("saved"),
    "sent": _("sent"), "sent back": _("sent back"), "set up": _("set up"),
    "superseded": _("superseded"), "taken back": _("taken back"), "unlocked": _("unlocked"),
    "waiting": _("waiting"),
}  # fmt: skip
"""Outcomes of acts."""

DETAILS: Final[Mapping[str, str]] = {
    **FIELDS,
    "alerts": _("Alerts"), "algorithm": _("Algorithm"), "cleared": _("Cleared"),
    "considered": _("Compared"), "engine": _("Engine"), "left_out": _("Left out"),
    "result_sha256": _("Hash of the result"), "rules_sha256": _("Hash of the rules"),
    "threshold": _("Least score of a hit"), "top": _("Most hits of one record"),
    "truncated": _("Cut short"), "use": _("Rules used"), "on": _("Day on which ages are reckoned"),
    "accept_shrink": _("Smaller delivery accepted"), "act": _("Act"), "already": _("There already"),
    "anchor": _("Anchor"), "answered": _("Answered"), "assessment": _("Assessment"),
    "attempts": _("Attempts"), "backup": _("Backup"), "bytes": _("Bytes"), "changes": _("Changes"),
    "chart": _("Chart"), "clearing": _("Clearing"), "clusters": _("Clusters"),
    "codes": _("Handling codes"), "conflicts": _("Conflicts"),
    "could_not_look": _("Could not be looked at"), "count": _("Count"), "country": _("Country"),
    "day": _("Day"), "ended": _("Ended"), "entries": _("Entries"), "erased": _("Erased"),
    "erased_again": _("Erased again"), "errors": _("Errors"), "event": _("Event"),
    "evidence": _("Evidence"), "files": _("Files"), "forgotten": _("Forgotten"),
    "form": _("File format"), "found": _("Found"), "hits": _("Hits"), "hold": _("Hold"),
    "id": _("Number"), "job": _("Job"), "judgement": _("Judgement"), "judgements": _("Judgements"),
    "kinds": _("Kinds"), "known_on": _("As known on"), "labels": _("Labels"), "lead": _("Lead"),
    "leads": _("Leads"), "lines": _("Lines"), "linked": _("Linked"), "lists": _("Lists"),
    "lost": _("Lost"), "manifest": _("Manifest"), "mask": _("Mask"), "masked": _("Masked"),
    "means": _("Means"), "nodes": _("Nodes"), "notice": _("Notice"), "of": _("For agency"),
    "outside": _("Against a checkpoint outside"), "pairs": _("Pairs"), "part": _("Part"),
    "passkey": _("Passkey"), "pointer": _("Pointer"), "pointers": _("Pointers"),
    "proposal": _("Proposal"), "protection": _("Protection"), "purged": _("Purged"),
    "queries": _("Queries"), "questions": _("Questions"), "reapplied": _("Re-applied"),
    "receipt": _("Receipt"), "receipt_sha256": _("Hash of the receipt"), "records": _("Records"),
    "reviews": _("Reviews"), "revision": _("Version"), "revoked_keys": _("Keys revoked"),
    "revokes": _("Takes back"), "rewritten": _("Rewritten"), "sanitisation": _("Sanitisation"),
    "says": _("Says"), "sealed": _("Sealed"), "search": _("Search"), "session": _("Session"),
    "sha256": _("SHA-256"), "size": _("Size"), "sound": _("As it was written"),
    "statements": _("Statements"),
    "tombstone": _("Erasure or restriction"), "tombstones": _("Erasures and restrictions"),
    "two_factors": _("Two factors"), "unmasking": _("Unmasking"), "unreadable": _("Unreadable"),
    "upload": _("Upload"), "validation": _("Verdict"), "verb": _("Page or command"),
    "verdict": _("What it says"), "why": _("Why"), "written": _("Written"),
}  # fmt: skip
"""What an entry says besides, and what came of a job."""

EVENTS: Final[Mapping[str, str]] = {
    "verdict": _("a verdict"), "second": _("a second person's word"),
    "taken back": _("taken back"), "look": _("a second look"), "settled": _("settled"),
    "session": _("session"), "key": _("key"), "password": _("password"),
    "passkey": _("passkey"), "codes": _("one-time codes"),
}  # fmt: skip
"""Values of ``event`` and ``means``."""

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_CODED: Final[Mapping[str, str]] = {"verdict": "verdict", "state": "state", "purpose": "purpose"}


def act(speech: Speech, code: str) -> str:
    """Return what an act of the ledger is called; an unknown one as it is."""
    return speech.say(ACTS[code]) if code in ACTS else code


def outcome(speech: Speech, code: str) -> str:
    """Return what an outcome is called; an unknown one as it is."""
    return speech.say(OUTCOMES[code]) if code in OUTCOMES else code


def detail(speech: Speech, name: str) -> str:
    """Return what a name in the detail of an entry, or in the result of a job, is called."""
    return speech.say(DETAILS[name]) if name in DETAILS else name


def told(speech: Speech, held: Any, name: str) -> Markup:  # noqa: ANN401 - any JSON
    """Return a value of the detail of an entry, or of the result of a job, as a page shows it.

    Args:
        speech: The page's language.
        held: The value.
        name: Its name.
    """
    if isinstance(held, bool):
        return escape(value(speech, held))
    if isinstance(held, int | float):
        return escape(speech.number(held))
    if isinstance(held, list):
        return escape(speech.say(", ")).join(told(speech, one, name) for one in held)
    if isinstance(held, Mapping):
        parts = (f"{detail(speech, str(key))}: {one}" for key, one in held.items())
        return data(speech.say(", ").join(parts))
    return data(_word(speech, str(held), name))


def _word(speech: Speech, text: str, name: str) -> str:
    if name in {"event", "means"} and text in EVENTS:
        return speech.say(EVENTS[text])
    if name in _CODED:
        return said(speech, text, _CODED[name])
    if name == "kind":
        word = said(speech, text, "job")
        return word if word != text else value(speech, text)
    return speech.day(text) if _DAY.fullmatch(text) else speech.moment(text)
