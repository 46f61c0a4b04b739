"""The pages of the desk, by kind of work: each list and each form with the function it calls."""

from collections.abc import Mapping
from typing import Final

from maillon.web.api import (
    anchors,
    asking,
    breaches,
    cases,
    clearings,
    glass,
    guards,
    holds,
    pointers,
    releases,
    requests,
    retention,
    stating,
    teams,
    telling,
)
from maillon.web.login import admin_routes
from maillon.web.pages.desk.shape import Deed, Desk


def _(text: str) -> str:
    """Mark a text: `tools/write_words.py` puts it into the catalogues."""
    return text


_PROTECTIONS: Final = Desk(
    "protections", _("Protections"),
    _("Who is hidden, or flagged wherever shown: children, victims, witnesses, humanitarian work."),
    guards.list_protections,
    ("entity", "kind", "reason", "basis", "review", "until", "who", "at"),
    (
        Deed("protect", _("Protect an entity"), guards.protect_entity),
        Deed("lift", _("Lift this protection"), guards.lift_protection, of="id"),
    ),
    names="entity",
)  # fmt: skip
_CATEGORIES: Final = Desk(
    "categories", _("What a person is in a case"),
    _("Suspect, convicted, victim, witness, contact: who is not categorised does not go out."),
    guards.list_categories, ("entity", "case", "category", "since", "reason", "who", "at"),
    (Deed("categorise", _("Categorise a person"), guards.categorise_person),),
    asks="entity",
)  # fmt: skip
_ANCHORS: Final = Desk(
    "anchors", _("Anchors by hand"),
    _("To call somebody an anchor is the heaviest act there is: two people, grounds, and an end."),
    anchors.list_anchors,
    ("entity", "topic", "basis", "grade", "expires", "who", "asked", "approved_by", "removed"),
    (
        Deed("propose", _("Propose an anchor"), anchors.propose_anchor),
        Deed("approve", _("Approve this anchor"), anchors.approve_anchor, of="id"),
        Deed("end", _("End this anchor"), anchors.end_anchor, of="id"),
    ),
    names="entity",
)  # fmt: skip
_CLEARINGS: Final = Desk(
    "clearings", _("Clearings"),
    _("Records that are not the entry they look like: they raise no hit as long as both stay."),
    clearings.list_clearings,
    ("subject", "entry", "reason", "who", "at", "standing"),
    (
        Deed("clear", _("Clear a record"), clearings.clear_record),
        Deed("end", _("End this clearing"), clearings.end_clearing, of="clearing"),
    ),
    names="subject",
)  # fmt: skip
_CASES: Final = Desk(
    "cases", _("Cases"),
    _("What work is authorised, by whom, for what, and until when."),
    cases.list_cases,
    ("number", "regime", "purposes", "agencies", "leader", "reason", "opened", "expires",
     "closed"),
    (
        Deed("open", _("Open a case"), cases.open_case),
        Deed("declare", _("Declare a conflict of interest, or none"), cases.declare_interest,
             of="number"),
        Deed("add", _("Add a member"), cases.add_member, of="number"),
        Deed("remove", _("Take a member out"), cases.remove_member, of="number"),
        Deed("renew", _("Give it another end"), cases.renew_case, of="number",
             read=cases.read_case),
        Deed("close", _("Close this case"), cases.close_case, of="number", read=cases.read_case),
    ),
    names="number",
)  # fmt: skip
_TEAMS: Final = Desk(
    "teams", _("Joint teams"),
    _("Agencies that work together under an agreement, and what they read when they leave."),
    teams.list_teams,
    ("name", "agencies", "purposes", "agreement", "since", "until", "exit_rule"),
    (
        Deed("found", _("Found a joint team"), teams.found_team),
        Deed("enter", _("Add somebody to this team"), teams.enter_team, of="name"),
        Deed("leave", _("Take somebody out of this team"), teams.leave_team, of="name"),
    ),
    names="name",
)  # fmt: skip
_MEMBERS: Final = Desk(
    "members", _("Members of a case"), _("Who reads under a case, and for which agency."),
    cases.list_members, ("who", "agency", "since", "until"),
    asks="case",
)  # fmt: skip
_WAITING_GLASS: Final = Desk(
    "waiting-glass", _("Break-glass that waits"),
    _("What another person asked for in an emergency, until somebody approves."),
    glass.list_waiting_glass,
    ("who", "agency", "case", "compartment", "reason", "hours", "asked"),
    (Deed("approve", _("Approve what another asked for"), glass.approve_glass, of="id"),),
    names="compartment",
)  # fmt: skip
_GLASS: Final = Desk(
    "break-glass", _("Break-glass"),
    _("A compartment in an emergency: two people, for hours, and its owner is told."),
    glass.list_glass,
    ("who", "agency", "compartment", "reason", "approved_by", "approved", "until"),
    (
        Deed("ask", _("Ask for a compartment"), glass.ask_glass, shows=True),
    ),
    names="compartment",
)  # fmt: skip
_CONSENTS: Final = Desk(
    "consents", _("Consents of the own agency"),
    _("What another may be given of what the own agency originated, under which code."),
    releases.list_consents, ("originator", "code"),
    (
        Deed("give", _("Consent"), releases.give_consent),
        Deed("check", _("Ask whether a text may leave"), releases.check_release, shows=True),
    ),
    asks="recipient",
)  # fmt: skip
_QUESTIONS: Final = Desk(
    "questions", _("Standing questions"),
    _("What you want to be told of, until when and why; the value itself is not kept."),
    asking.list_questions, ("kind", "entities", "reason", "expires", "state", "at"),
    (
        Deed("ask", _("Ask to be told"), asking.ask_question),
        Deed("end", _("End this question"), asking.end_question, of="question",
             states=("open",)),
    ),
    names="reason",
)  # fmt: skip
_NOTICES: Final = Desk(
    "notices", _("What is new to your questions"),
    _("Each new thing that touches a standing question of yours."),
    asking.list_notices, ("at", "question", "entity", "delivery", "seen"),
    (Deed("seen", _("Mark notices as read"), asking.mark_seen),),
)  # fmt: skip
_POINTERS: Final = Desk(
    "pointers", _("Pointers"),
    _("Leads that nobody may see whole: you learn that another agency holds something."),
    pointers.list_pointers, ("entities", "held_by", "state", "answer", "at"),
    (Deed("answer", _("Answer this pointer"), pointers.answer_pointer, of="id"),),
    names="entities",
)  # fmt: skip
_REQUESTS: Final = Desk(
    "requests", _("Requests of data subjects"),
    _("Access, correction, restriction, erasure: filed, proposed by one, decided by another."),
    requests.list_requests,
    ("reference", "kind", "channel", "received", "due", "overdue", "state", "outcome", "entities",
     "proposed_by"),
    (
        Deed("file", _("File a request"), requests.file_request),
        Deed("name", _("Note who the person is"), requests.name_entities, of="request",
             read=requests.read_request),
        Deed("extend", _("Take more time"), requests.extend_request, of="request",
             read=requests.read_request),
        Deed("propose", _("Propose an outcome"), requests.propose_outcome, of="request",
             read=requests.read_request),
        Deed("decide", _("Decide what another proposed"), requests.decide_request, of="request",
             read=requests.read_request),
        Deed("answer", _("Answer this request"), requests.answer_request, of="request",
             shows=True),
    ),
    names="reference",
)  # fmt: skip
_BREACHES: Final = Desk(
    "breaches", _("Breaches"),
    _("Personal data lost or seen by the wrong people; the clock of the report runs."),
    breaches.list_breaches,
    ("what", "noticed", "due", "overdue", "account", "reported_at"),
    (
        Deed("note", _("Note a breach"), breaches.note_breach),
        Deed("report", _("Note that it was reported"), breaches.report_breach, of="breach"),
        Deed("affected", _("See whom it concerns"), breaches.list_affected, of="breach",
             shows=True),
    ),
    names="what",
)  # fmt: skip
_PROCESSING: Final = Desk(
    "processing", _("Records of processing"),
    _("Which data are held, from whom, for what, on which basis, until when, and who received"
      " them."),
    breaches.list_processing_records,
    ("dataset", "format", "originator", "purposes", "legal_basis", "handling", "category",
     "deliveries", "recipients", "retention_rule", "retention_provision"),
)  # fmt: skip
_DUE: Final = Desk(
    "due", _("What is due to be masked or erased"),
    _("By the clocks of retention, the next first."),
    retention.list_due, ("delivery", "category", "what", "on", "rule", "provision"),
)  # fmt: skip
_REVIEWS: Final = Desk(
    "reviews", _("Reviews before an end"),
    _("What expires is looked at before: does it go, or go earlier?"),
    retention.list_reviews, ("delivery", "expires", "opened", "outcome", "reason", "who"),
    (Deed("decide", _("Decide this review"), retention.decide_review, of="review"),),
    names="delivery",
)  # fmt: skip
_TOMBSTONES: Final = Desk(
    "tombstones", _("Erasures and restrictions"),
    _("What was erased or restricted, by which rule; a restored backup applies them again."),
    retention.list_tombstones, ("kind", "scope", "rule", "path", "at", "state"),
    (
        Deed("erase", _("Erase"), retention.erase_data),
        Deed("restrict", _("Restrict"), retention.restrict_data),
        Deed("evidence", _("Note that it is kept as evidence"), retention.note_evidence),
        Deed("lift", _("Lift this restriction"), retention.lift_restriction, of="tombstone"),
    ),
    names="rule",
)  # fmt: skip
_HOLDS: Final = Desk(
    "holds", _("Legal holds"),
    _("What a court or authority forbids to erase, and when that is looked at again."),
    holds.list_holds, ("target", "scope", "authority", "review", "overdue"),
    (
        Deed("place", _("Place a hold"), holds.place_hold),
        Deed("release", _("Release this hold"), holds.release_hold, of="hold"),
    ),
    names="target",
)  # fmt: skip
_UNMASKINGS: Final = Desk(
    "unmaskings", _("Unmaskings"),
    _("Passenger data masked by law, shown again for a case when a second person agrees."),
    holds.list_unmaskings,
    ("entities", "case", "expires", "asked_by", "decided_by", "outcome"),
    (
        Deed("ask", _("Ask for an unmasking"), holds.ask_unmasking),
        Deed("decide", _("Decide this unmasking"), holds.decide_unmasking, of="unmasking"),
    ),
    names="case",
)  # fmt: skip
_RECIPIENTS: Final = Desk(
    "recipients", _("Who is to be told of a correction"),
    _("Whoever received data that was corrected or erased is told, and says that they were."),
    telling.list_recipient_notices,
    ("recipient", "reference", "kind", "rule", "at", "acknowledged_at", "acknowledgement"),
    (
        Deed("transfer", _("Note that data went out"), telling.note_transfer),
        Deed("correct", _("Tell of a correction"), telling.tell_correction),
        Deed("acknowledge", _("Note that they were told"), telling.acknowledge_notice,
             of="notice"),
    ),
    names="recipient",
)  # fmt: skip
_ACCOUNTS: Final = Desk(
    "accounts", _("Accounts"),
    _("Who may log in. Never one's own account; the person proves anew who they are."),
    admin_routes.accounts,
    ("account", "kind", "state", "is_set_up", "has_code", "passkeys", "at", "seen"),
    (
        Deed("add", _("Add an account"), admin_routes.add_account, shows=True),
        Deed("change", _("Lock, unlock, disable or reset"), admin_routes.change_account,
             of="account", shows=True),
        Deed("sessions", _("End every session"), admin_routes.end_sessions_of, of="account"),
        Deed("key", _("Issue a key"), admin_routes.issue_key, of="account", shows=True),
    ),
    names="account",
)  # fmt: skip

_FACTS: Final = Desk(
    "facts", _("Facts by hand"),
    _("What people stated beside what agencies delivered; a corrected one stands no more."),
    stating.list_facts, ("entity", "reason", "who", "at", "corrects", "standing"),
    names="entity", elsewhere=("/state?corrects=", "delivery", _("Correct a fact")),
)  # fmt: skip

GROUPS: Final[tuple[tuple[str, tuple[Desk, ...]], ...]] = (
    (_("People and what protects them"), (_PROTECTIONS, _CATEGORIES, _ANCHORS, _CLEARINGS, _FACTS)),
    (_("Work together"), (_CASES, _MEMBERS, _TEAMS, _GLASS, _WAITING_GLASS, _CONSENTS, _POINTERS)),
    (_("Be told"), (_QUESTIONS, _NOTICES)),
    (_("Data subjects"), (_REQUESTS, _BREACHES, _PROCESSING, _RECIPIENTS)),
    (_("How long data stay"), (_DUE, _REVIEWS, _TOMBSTONES, _HOLDS, _UNMASKINGS)),
    (_("Who may log in"), (_ACCOUNTS,)),
)  # fmt: skip
"""The pages by kind of work, in the order in which they are shown."""
DESKS: Final[Mapping[str, Desk]] = {one.name: one for _title, held in GROUPS for one in held}
