"""What retention, erasure and the data-subject desk offer; each takes the store's `house` first."""

from maillon.store.breaches import (
    Affected,
    Breach,
    affected,
    breaches,
    note_breach,
    processing_records,
    report_breach,
)
from maillon.store.erasure import Order, erase, lift
from maillon.store.erasure_list import ErasureList, Line
from maillon.store.expiry import (
    Done,
    Due,
    Review,
    decide_review,
    due,
    mark_evidence,
    reviews,
    run,
    tombstones,
)
from maillon.store.holds import Hold, place, release, standing_holds
from maillon.store.house import House
from maillon.store.masks import Unmasking, ask, decide, unmaskings
from maillon.store.notices import Notice, acknowledge, correct, notices, register
from maillon.store.requests import (
    GROUNDS,
    KINDS,
    Answer,
    Request,
    answer,
    decide_request,
    extend,
    file_request,
    name_entities,
    propose,
    requests,
)
from maillon.store.restoring import reapply, unknown_lines
from maillon.store.retention import Rule, Rules, read_rules
from maillon.store.tombstones import Tombstone

__all__ = [
    "GROUNDS",
    "KINDS",
    "Affected",
    "Answer",
    "Breach",
    "Done",
    "Due",
    "ErasureList",
    "Hold",
    "House",
    "Line",
    "Notice",
    "Order",
    "Request",
    "Review",
    "Rule",
    "Rules",
    "Tombstone",
    "Unmasking",
    "acknowledge",
    "affected",
    "answer",
    "ask",
    "breaches",
    "correct",
    "decide",
    "decide_request",
    "decide_review",
    "due",
    "erase",
    "extend",
    "file_request",
    "lift",
    "mark_evidence",
    "name_entities",
    "note_breach",
    "notices",
    "place",
    "processing_records",
    "propose",
    "read_rules",
    "reapply",
    "register",
    "release",
    "report_breach",
    "requests",
    "reviews",
    "run",
    "standing_holds",
    "tombstones",
    "unknown_lines",
    "unmaskings",
]
