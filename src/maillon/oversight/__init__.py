"""Oversight: reads everything, changes nothing; the ledger verified and replayed, people asked."""

from maillon.oversight.habits import Habit, found_habits, habits
from maillon.oversight.inspection import (
    Found,
    export_to,
    inspect_export,
    inspect_workspace,
    outside,
    verifier_file,
)
from maillon.oversight.misuse import Misuse, misuses
from maillon.oversight.rechecks import Recheck, found_rechecks, rechecks
from maillon.oversight.replay import Day, replay
from maillon.oversight.timestamps import check_reply, query_for
from maillon.oversight.verifier import KINDS, check_proof, told
from maillon.oversight.witness import cosign, is_consistent

__all__ = [
    "KINDS",
    "Day",
    "Found",
    "Habit",
    "Misuse",
    "Recheck",
    "check_proof",
    "check_reply",
    "cosign",
    "export_to",
    "found_habits",
    "found_rechecks",
    "habits",
    "inspect_export",
    "inspect_workspace",
    "is_consistent",
    "misuses",
    "outside",
    "query_for",
    "rechecks",
    "replay",
    "told",
    "verifier_file",
]
