"""Every table of the desk in one `METADATA`, for migrations: no other module needs them all."""

from maillon.store import tables_cards, tables_keeping, tables_ledger, tables_mandate
from maillon.store.tables import METADATA

__all__ = ["METADATA", "tables_cards", "tables_keeping", "tables_ledger", "tables_mandate"]
