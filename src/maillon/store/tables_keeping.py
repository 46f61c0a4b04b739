"""The desk's tables of retention, erasure and requests of data subjects."""
