"""The desk's tables of the ledger."""
