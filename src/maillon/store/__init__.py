"""Two stores: the lake holds statements, the desk what people do; the ledger sees every act."""

from maillon.store.assessments import Assessment, Assessments, LeadState
from maillon.store.changes import ChangeKind, ClusterChange
from maillon.store.clearing import Clearing, Clearings, Side, seal, standing
from maillon.store.hits import CLEARED, OPEN, VOID, Rounds, Run, StandingHit
from maillon.store.judgement import By, Event, Verdict
from maillon.store.judgement import standing as standing_events
from maillon.store.lake import collector_off
from maillon.store.order import Loaded, Order
from maillon.store.receipts import Receipt, Receipts, new_receipt_id
from maillon.store.settings import Settings, read_settings
from maillon.store.store import Store, create_workspace, open_store, upgrade_workspace
from maillon.store.workbench import Workbench

__all__ = [
    "CLEARED",
    "OPEN",
    "VOID",
    "Assessment",
    "Assessments",
    "By",
    "ChangeKind",
    "Clearing",
    "Clearings",
    "ClusterChange",
    "Event",
    "LeadState",
    "Loaded",
    "Order",
    "Receipt",
    "Receipts",
    "Rounds",
    "Run",
    "Settings",
    "Side",
    "StandingHit",
    "Store",
    "Verdict",
    "Workbench",
    "collector_off",
    "create_workspace",
    "new_receipt_id",
    "open_store",
    "read_settings",
    "seal",
    "standing",
    "standing_events",
    "upgrade_workspace",
]
