"""Our own API under `/api/v1`: one route a verb of the layers."""

from fastapi import APIRouter

from maillon.web.api import (
    anchors,
    asking,
    auditing,
    breaches,
    cases,
    clearings,
    deliveries,
    files,
    finding,
    glass,
    guards,
    hits,
    holds,
    jobs,
    judging,
    leads,
    pointers,
    releases,
    requests,
    resolving,
    retention,
    screening,
    stating,
    teams,
    telling,
    verdicts,
)


def routers() -> tuple[APIRouter, ...]:
    """Return the routers of our own API, in the order of the document."""
    modules = (
        finding, screening, hits, clearings, resolving, judging, leads, verdicts, anchors,
        pointers, cases, teams, guards, glass, releases, deliveries, files, stating, asking, jobs,
        requests, breaches, retention, holds, telling, auditing,
    )  # fmt: skip
    return tuple(module.router for module in modules)
