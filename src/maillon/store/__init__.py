"""Two stores: the lake holds statements, the desk what people do; the ledger sees every act."""

from maillon.store.assessments import Assessment, Assessments, LeadState, put_assessment
from maillon.store.changes import ChangeKind, ClusterChange
from maillon.store.clearing import (
    Clearing,
    Clearings,
    Pair,
    Side,
    put_clearing,
    seal,
    standing,
    standing_clearing,
    take_back_clearing,
)
from maillon.store.hit_queue import UNDECIDED, HitsWanted
from maillon.store.hits import (
    CLEARED,
    OPEN,
    VOID,
    Found,
    Place,
    Rounds,
    Run,
    StandingHit,
    Waiting,
    put_found,
)
from maillon.store.judgement import By, Event, Verdict
from maillon.store.judgement import standing as standing_events
from maillon.store.lake import collector_off
from maillon.store.opening import create_workspace, open_store, upgrade_workspace
from maillon.store.order import Also, Loaded, Order, Within
from maillon.store.receipts import Receipt, Receipts, new_receipt_id
from maillon.store.settings import Settings, read_settings
from maillon.store.store import Store
from maillon.store.verdicts import (
    VERDICTS,
    Bearing,
    Fact,
    Proposal,
    Validation,
    hit_version,
    lead_version,
    sealed,
)
from maillon.store.workbench import FEW, Row, Workbench

__all__ = [
    "CLEARED",
    "FEW",
    "OPEN",
    "UNDECIDED",
    "VERDICTS",
    "VOID",
    "Also",
    "Assessment",
    "Assessments",
    "Bearing",
    "By",
    "ChangeKind",
    "Clearing",
    "Clearings",
    "ClusterChange",
    "Event",
    "Fact",
    "Found",
    "HitsWanted",
    "LeadState",
    "Loaded",
    "Order",
    "Pair",
    "Place",
    "Proposal",
    "Receipt",
    "Receipts",
    "Rounds",
    "Row",
    "Run",
    "Settings",
    "Side",
    "StandingHit",
    "Store",
    "Validation",
    "Verdict",
    "Waiting",
    "Within",
    "Workbench",
    "collector_off",
    "create_workspace",
    "hit_version",
    "lead_version",
    "new_receipt_id",
    "open_store",
    "put_assessment",
    "put_clearing",
    "put_found",
    "read_settings",
    "seal",
    "sealed",
    "standing",
    "standing_clearing",
    "standing_events",
    "take_back_clearing",
    "upgrade_workspace",
]
