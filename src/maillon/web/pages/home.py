"""My work: what waits for whoever is logged in, by what the mandate lets them do.

Nothing is asked of the store that the mandate would be refused, and each count has an end.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import Response

from maillon.model import Act, View
from maillon.store import waiting
from maillon.store.jobs import ENDED, JobState
from maillon.web.pages.asked import Asked, AskedDep

router = APIRouter(prefix="/{language}", include_in_schema=False)

SHOWN: Final = 10
"""Jobs that the page names."""
LOOKED: Final = 50
"""Newest of the own jobs among which it looks for those that run or failed."""
AMONG: Final = 20_000
"""Newest entries of the ledger among which it looks for the last check."""


def _(text: str) -> str:
    """Mark a text: `tools/write_words.py` puts it into the catalogues."""
    return text


@dataclass(frozen=True, slots=True)
class Waits:
    """One thing that waits.

    Attributes:
        count: How many; more than `waiting.MOST` are shown as more.
        place: Page where it is done.
        text: What it is, in English: a text of the catalogues.
        is_late: Whether its time has passed.
        is_least: Whether there may be more than were counted.
    """

    count: int
    place: str
    text: str
    is_late: bool = False
    is_least: bool = False

    @property
    def is_more(self) -> bool:
        """Whether there are, or may be, more than the page says."""
        return self.is_least or self.count > waiting.MOST


@router.get("/")
def home(asked: AskedDep) -> Response:
    """Show what waits, and what is new since the last visit."""
    mandate = asked.opened.session.mandate
    workspace = asked.service.workspace
    news: Mapping[str, Any] | None = None
    check: Mapping[str, Any] | None = None
    waits: list[Waits] = []
    jobs: list[dict[str, Any]] = []
    if mandate.purpose == "oversight" and _lets(asked, Act.AUDIT):
        view = asked.view(Act.AUDIT, "home")
        check = waiting.last_check(workspace.store.house.desk, view, AMONG)
        waits, jobs = [*_overseen(asked, view), *_jobs(asked, view)], _named(asked, view)
    elif mandate.purpose and _lets(asked, Act.READ):
        view = asked.view(Act.READ, "home")
        news = workspace.asking.whats_new(view)
        waits, jobs = list(_waits(asked, view)), _named(asked, view)
    return asked.draw(
        "home", here="home", news=news, check=check, jobs=jobs, most=waiting.MOST,
        waits=[one for one in waits if one.count],
    )  # fmt: skip


def _waits(asked: Asked, view: View) -> Iterator[Waits]:
    """Yield what waits for whoever works with data."""
    workspace = asked.service.workspace
    decides = _lets(asked, Act.DECIDE)
    if decides or _lets(asked, Act.JUDGE):
        count = waiting.hits_waiting(workspace.store.house.desk, view)
        yield Waits(count, "/hits", _("hits on which nobody has decided"))
    if decides:
        yield from _approvals(asked, view)
    if _lets(asked, Act.TRACE):
        found = waiting.leads_found(workspace.store.house.desk, view) or 0
        yield Waits(found, "/leads", _("leads that your newest trace found"))
    if _lets(asked, Act.LOAD):
        count = len(workspace.receiving.proposals(view))
        yield Waits(count, "/intake", _("files that wait to be let in"))
    if _lets(asked, Act.RETAIN):
        yield from _kept(asked)
    yield from _jobs(asked, view)


def _approvals(asked: Asked, view: View) -> Iterator[Waits]:
    store = asked.service.workspace.store
    looks = store.safeguards.second_looks.waiting(view)
    yield Waits(looks.seconds, "/second-looks", _("hits that wait for a second person"))
    yield Waits(looks.leads, "/leads", _("leads that wait for a second person"))
    yield Waits(
        looks.drawn, "/second-looks", _("dismissed hits at which to look again"),
        is_least=looks.is_cut,
    )  # fmt: skip
    yield Waits(looks.disputed, "/second-looks", _("hits on which two differ"))
    others = waiting.approvals(store.safeguards, view, store.house.day.isoformat())
    yield Waits(others["anchors"], "/desk/anchors", _("anchors by hand to approve"))
    yield Waits(others["glass"], "/desk/waiting-glass", _("break-glass to approve"))


def _kept(asked: Asked) -> Iterator[Waits]:
    view = asked.view(Act.RETAIN, "home")
    held = waiting.keeping_counts(asked.service.workspace.store.house, view)
    yield Waits(held["breaches"], "/desk/breaches", _("breaches to report, overdue"), is_late=True)
    late, requests = held["late"], held["requests"]
    yield Waits(late, "/desk/requests", _("requests of data subjects, overdue"), is_late=True)
    yield Waits(requests - late, "/desk/requests", _("requests of data subjects, in time"))
    yield Waits(held["to_decide"], "/desk/requests", _("outcomes that another proposed"))
    yield Waits(held["unmaskings"], "/desk/unmaskings", _("unmaskings to decide"))
    yield from _reviews(held)


def _overseen(asked: Asked, view: View) -> Iterator[Waits]:
    """Yield what oversight asks about."""
    store = asked.service.workspace.store
    bare = waiting.acts_without_case(store.house.desk, view)
    yield Waits(bare, "/oversight", _("acts without a case, of people who work in cases"))
    yield from _reviews(waiting.review_counts(store.house, view), "/oversight")


def _reviews(held: Mapping[str, int], place: str = "/desk/reviews") -> Iterator[Waits]:
    late = held["overdue"]
    yield Waits(late, place, _("reviews before an end, overdue"), is_late=True)
    yield Waits(held["reviews"] - late, place, _("reviews before an end, in time"))


def _jobs(asked: Asked, view: View) -> Iterator[Waits]:
    held = waiting.job_counts(asked.service.workspace.store.house.desk, view)
    moving = held[JobState.WAITING.value] + held[JobState.RUNNING.value]
    yield Waits(moving, "/jobs", _("jobs that run or wait"))
    yield Waits(held[JobState.FAILED.value], "/jobs", _("jobs that failed"), is_late=True)


def _named(asked: Asked, view: View) -> list[dict[str, Any]]:
    """Return the newest own jobs that run, wait or failed."""
    held = asked.service.workspace.store.jobs.page(view, most=LOOKED)
    moving = [one for one in held if one.state not in ENDED or one.state is JobState.FAILED]
    return [one.line() for one in moving[:SHOWN]]


def _lets(asked: Asked, act: Act) -> bool:
    policy = asked.service.workspace.store.policy
    return policy.lets(asked.opened.session.mandate, act)
