"""May this mandate do this act, and on which labels? A view, or a refusal with its provision."""

from maillon.policy.cards import Card, Cards, check_features, protected_by, read_card
from maillon.policy.handling import (
    Handling,
    check_export,
    check_leaves,
    handling_of,
    is_known,
    is_known_grade,
    marking_label,
)
from maillon.policy.law import REGIMES, Gateway, Law, LegalBasis, read_law
from maillon.policy.people import Person
from maillon.policy.policy import Policy, Register, is_opened_here
from maillon.policy.standing import CONFLICT, NONE, CaseFile, Standing

__all__ = [
    "CONFLICT",
    "NONE",
    "REGIMES",
    "Card",
    "Cards",
    "CaseFile",
    "Gateway",
    "Handling",
    "Law",
    "LegalBasis",
    "Person",
    "Policy",
    "Register",
    "Standing",
    "check_export",
    "check_features",
    "check_leaves",
    "handling_of",
    "is_known",
    "is_known_grade",
    "is_opened_here",
    "marking_label",
    "protected_by",
    "read_card",
    "read_law",
]
