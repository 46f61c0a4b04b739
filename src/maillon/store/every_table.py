"""Every table of the desk in one `METADATA`, for migrations: no other module needs them all."""

from maillon.store import (
    tables_accounts,
    tables_cards,
    tables_charts,
    tables_jobs,
    tables_keeping,
    tables_ledger,
    tables_login,
    tables_mandate,
    tables_uploads,
)
from maillon.store.tables import METADATA

__all__ = [
    "METADATA",
    "tables_accounts",
    "tables_cards",
    "tables_charts",
    "tables_jobs",
    "tables_keeping",
    "tables_ledger",
    "tables_login",
    "tables_mandate",
    "tables_uploads",
]
