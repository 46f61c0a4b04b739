"""My work: what waits for whoever is logged in, by what the mandate lets them do."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from maillon.model import Act, RefusedError
from maillon.store.jobs import ENDED
from maillon.web.pages.asked import Asked, AskedDep

router = APIRouter(prefix="/{language}", include_in_schema=False)

SHOWN = 10
"""Jobs that the page names."""


@router.get("/")
def home(asked: AskedDep) -> Response:
    """Show what waits, and what is new since the last visit."""
    mandate = asked.opened.session.mandate
    if not mandate.purpose:
        return asked.draw("home", here="home", news=None, waiting=None, jobs=[])
    if mandate.purpose == "oversight":
        return asked.draw("home", here="home", news=None, waiting=None, jobs=[])
    view = asked.view(Act.READ, "home")
    workspace = asked.service.workspace
    news = workspace.asking.whats_new(view)
    jobs = [one.line() for one in workspace.store.jobs.page(view, most=SHOWN)]
    return asked.draw("home", here="home", news=news, waiting=_waiting(asked), jobs=jobs)


def _waiting(asked: Asked) -> dict[str, Any]:
    view = asked.view(Act.READ, "waiting")
    workspace = asked.service.workspace
    running = [one for one in workspace.store.jobs.page(view) if one.state not in ENDED]
    return {
        "proposals": len(workspace.receiving.proposals(view)),
        "jobs": len(running),
        "hits": _count(asked),
        **_again(asked),
    }


def _again(asked: Asked) -> dict[str, int]:
    """Return how many second looks and disagreements wait, under the purpose of deciding."""
    if asked.opened.session.mandate.purpose != "review":
        return {"looks": 0, "disputed": 0}
    view = asked.view(Act.READ, "second looks waiting")
    looks = asked.service.workspace.second_looks
    return {"looks": len(looks.due(view)), "disputed": len(looks.disputed(view))}


def _count(asked: Asked) -> int | None:
    """Return how many hits wait; None where the mandate decides on none."""
    try:
        view = asked.view(Act.JUDGE, "hits waiting")
        return len(asked.service.workspace.screening.queue(view))
    except RefusedError:
        return None
