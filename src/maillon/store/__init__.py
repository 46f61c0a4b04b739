"""Two stores: the lake holds statements, the desk what people do; the ledger sees every act."""

from maillon.store.judgement import Event, Verdict
from maillon.store.order import Loaded, Order
from maillon.store.settings import Settings, read_settings
from maillon.store.store import Store, create_workspace, open_store
from maillon.store.workbench import Workbench

__all__ = [
    "Event",
    "Loaded",
    "Order",
    "Settings",
    "Store",
    "Verdict",
    "Workbench",
    "create_workspace",
    "open_store",
    "read_settings",
]
