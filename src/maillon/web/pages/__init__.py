"""Pages, drawn on the server: where people look, doubt and decide; they work without scripts."""

from fastapi import APIRouter

from maillon.web.pages import (
    charting,
    desk,
    entering,
    finding,
    hits,
    home,
    jobs,
    leads,
    maps,
    onboarding,
    overseeing,
    own,
    pairs,
    replaying,
    screening,
    searching,
    second_looks,
    static,
    stating,
    ties,
    together,
)
from maillon.web.pages.asked import ElsewhereError
from maillon.web.pages.drawing import Drawing
from maillon.web.pages.refusing import refuse
from maillon.web.service import Service

__all__ = ["ElsewhereError", "refuse", "routers", "set_up"]


def routers() -> tuple[APIRouter, ...]:
    """Return the routers of the pages."""
    modules = (
        entering,
        own,
        home,
        searching,
        finding,
        screening,
        hits,
        together,
        second_looks,
        leads,
        charting,
        maps,
        ties,
        pairs,
        jobs,
        onboarding,
        desk,
        stating,
        replaying,
        overseeing,
    )
    return (static.router, entering.root, *(module.router for module in modules))


def set_up(service: Service) -> None:
    """Have a service draw pages."""
    service.drawing = Drawing()
