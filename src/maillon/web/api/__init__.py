"""Our own API under `/api/v1`: one route a verb of the layers."""
