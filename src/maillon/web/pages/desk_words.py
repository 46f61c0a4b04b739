"""What the fields and codes of the desk are called on a page: tables of words."""

from collections.abc import Mapping
from typing import Final


def _(text: str) -> str:
    """Mark a text: `tools/write_words.py` puts it into the catalogues."""
    return text


FIELDS: Final[Mapping[str, str]] = {
    "account": _("Account"), "acknowledged_at": _("Acknowledged"),
    "acknowledgement": _("What they said"), "acts": _("Acts"),
    "addresses": _("Networks, one a line"),
    "again": _("If it is delivered again"), "agencies": _("Agencies"), "agency": _("Agency"),
    "agreed": _("I agree"), "agreement": _("Agreement"), "answer": _("Answer"),
    "approved": _("Approved"), "approved_by": _("Approved by"), "asked": _("Asked"),
    "asked_by": _("Asked by"), "at": _("When"), "authority": _("Authority"),
    "basis": _("Basis"), "breach": _("Breach"), "case": _("Case"), "category": _("Category"),
    "change": _("What is done"), "channel": _("Came by"), "closed": _("Closed"),
    "code": _("Code"), "compartment": _("Compartment"), "conflict": _("There is a conflict"),
    "corrects": _("Corrects"), "dataset": _("Dataset"),
    "datasets": _("Datasets, one a line"), "days": _("Days"),
    "decided_by": _("Decided by"), "deliveries": _("Deliveries"), "delivery": _("Delivery"),
    "due": _("Due"), "entities": _("Entities"), "entity": _("Entity"), "entry": _("Entry"),
    "exit_days": _("Days after leaving"), "exit_rule": _("Whoever leaves reads"),
    "expires": _("Ends"), "format": _("Format"), "glass": _("Number of the request"),
    "grade": _("Grade"), "ground": _("Ground"), "handling": _("Handling"),
    "has_code": _("One-time codes"), "held_by": _("Held by"), "hours": _("Hours"),
    "is_set_up": _("Set up"), "key": _("Key"), "kind": _("Kind"), "leader": _("Leader"),
    "legal_basis": _("Legal basis"), "may_leave": _("May leave"), "name": _("Name"),
    "noticed": _("Noticed"), "notices": _("Notices, one a line"), "number": _("Number"),
    "object": _("About"), "on": _("On"), "opened": _("Opened"), "originator": _("Originator"),
    "outcome": _("Outcome"), "overdue": _("Overdue"), "passkeys": _("Passkeys"),
    "path": _("Ordered by"), "persons": _("Persons"), "proposed_by": _("Proposed by"),
    "provision": _("Provision"), "purposes": _("Purposes"), "question": _("Question"),
    "reason": _("Why"), "received": _("Came in"), "recipient": _("Recipient"),
    "recipients": _("Recipients"), "reference": _("Paper file"), "regime": _("Regime"),
    "removed": _("Ended"), "reported_at": _("Reported"), "request": _("Request"),
    "retention_provision": _("Provision of retention"), "retention_rule": _("Rule of retention"),
    "review": _("Looked at again"), "rule": _("Rule"), "scope": _("What it covers"),
    "scopes": _("Acts, one a line"), "seen": _("Seen"), "since": _("Since"),
    "standing": _("Stands"), "state": _("State"), "statements": _("Statement"),
    "subject": _("Record"), "target": _("What it is about"), "text": _("Text"),
    "token": _("Token"), "topic": _("Kind of crime"), "until": _("Until"), "what": _("What"),
    "who": _("Account"), "approvals": _("Approvals"), "kind_of": _("Kind"), "team": _("Team"),
    "member": _("Member"), "addressed": _("Addressed to"),
}  # fmt: skip
"""Fields of forms and columns of lists."""

VALUES: Final[Mapping[str, str]] = {
    "minor": _("minor"), "victim": _("victim"), "witness": _("witness"),
    "humanitarian": _("humanitarian"), "sealed": _("sealed"), "restricted": _("restricted"),
    "homonym": _("homonym"), "release": _("release"), "suspect": _("suspect"),
    "convicted": _("convicted"), "contact": _("contact"), "other": _("other"),
    "unclassified": _("unclassified"), "terrorism": _("terrorism"),
    "organised crime": _("organised crime"), "both": _("both"), "intake": _("intake"),
    "linking": _("linking"), "pointing": _("pointing"),
    "screening": _("screening"), "review": _("review"),
    "training": _("training"), "oversight": _("oversight"), "retention": _("retention"),
    "nothing": _("nothing"), "reads on": _("what they read before"),
    "subject": _("the person"), "authority": _("the supervisory authority"),
    "access": _("access"), "correction": _("correction"), "restriction": _("restriction"),
    "erasure": _("erasure"), "indirect": _("indirect exercise"), "grant": _("grant"),
    "refuse": _("refuse"), "no data": _("no data"), "inquiry": _("an inquiry"),
    "prevention": _("prevention"), "public security": _("public security"),
    "national security": _("national security"), "others": _("rights of others"),
    "lead": _("lead"), "phone": _("phone"), "document": _("document"), "plate": _("number plate"),
    "open": _("open"), "ended": _("ended"), "proposed": _("proposed"), "received": _("received"),
    "decided": _("decided"), "answered": _("answered"), "declined": _("declined"),
    "expire": _("let it expire"), "delete": _("delete it now"), "request": _("a request"),
    "court": _("a court"), "error": _("an error found"), "entity": _("entity"),
    "delivery": _("delivery"), "dataset": _("dataset"), "admit": _("admit it"),
    "person": _("person"), "service": _("service"), "lock": _("lock"), "unlock": _("unlock"),
    "disable": _("disable"), "reset": _("reset"), "active": _("active"), "locked": _("locked"),
    "disabled": _("disabled"), "waiting": _("waiting"), "approved": _("approved"),
    "refused": _("refused"), "applied": _("applied"), "ordered": _("ordered"),
    "lifted": _("lifted"), "mask": _("mask"), "erase": _("erase"), "granted": _("granted"),
    "statement": _("statement"), "shared": _("shared"), "asked": _("asked"),
    "category": _("category"), "label": _("label"), "yes": _("yes"), "no": _("no"),
    "hit": _("hit"), "True": _("yes"), "False": _("no"),
}  # fmt: skip
"""Codes of forms and lists. A code stays what it is in the data and in the address."""
