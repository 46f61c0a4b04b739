"""Our own API under `/api/v1`: one route a verb of the layers."""

from fastapi import APIRouter

from maillon.web.api import (
    anchors,
    asking,
    auditing,
    breaches,
    cases,
    charts,
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
    onboarding,
    places,
    pointers,
    releases,
    requests,
    resolving,
    retention,
    screening,
    screening_files,
    searching,
    second_looks,
    stating,
    teams,
    telling,
    verdicts,
)


def routers() -> tuple[APIRouter, ...]:
    """Return the routers of our own API, in the order of the document."""
    modules = (
        finding, searching, screening, hits, second_looks, clearings, resolving, judging, leads,
        charts, places, verdicts, anchors, pointers, cases, teams, guards, glass, releases,
        deliveries, files, onboarding, screening_files, stating, asking, jobs, requests, breaches,
        retention, holds, telling, auditing,
    )  # fmt: skip
    return tuple(module.router for module in modules)
