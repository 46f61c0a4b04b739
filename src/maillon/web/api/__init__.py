"""Our own API under `/api/v1`: one route a verb of the layers."""

from fastapi import APIRouter

from maillon.web.api import (
    asking,
    auditing,
    deliveries,
    files,
    finding,
    jobs,
    resolving,
    screening,
    stating,
)


def routers() -> tuple[APIRouter, ...]:
    """Return the routers of our own API, in the order of the document."""
    modules = (
        finding, screening, resolving, deliveries, files, jobs, asking, stating, auditing,
    )  # fmt: skip
    return tuple(module.router for module in modules)
