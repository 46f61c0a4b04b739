"""The desk's tables of mandates, label sets and protections."""
