"""Jobs: the own ones, one whole with what came of it; have one stop, try it again, let go of it."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from maillon.model import Act, MaillonError, NotFoundError, View
from maillon.store.job_files import INPUT
from maillon.store.jobs import ACT_OF, ENDED, WITH_INPUT, Job, JobState
from maillon.web.api.jobs import screened, table
from maillon.web.pages.asked import Asked, AskedDep
from maillon.web.pages.refusing import refused_of
from maillon.workspace.screenlines import HITS, UNREADABLE, hit_rows, unreadable_rows

router = APIRouter(prefix="/{language}", include_in_schema=False)

PAGE: Final = 50


@router.get("/jobs")
def jobs(asked: AskedDep, before: Annotated[str, Query(max_length=100)] = "") -> Response:
    """Show the own jobs, newest first."""
    found = asked.service.workspace.store.jobs.page(_view(asked, "jobs"), before=before, most=PAGE)
    return asked.draw(
        "jobs", here="jobs", jobs=[_shown(one) for one in found],
        is_moving=any(one.state not in ENDED for one in found),
        next=found[-1].id if len(found) == PAGE else "",
    )  # fmt: skip


@router.get("/jobs/{job}")
def show(asked: AskedDep, job: str) -> Response:
    """Show how a job stands, and what came of it."""
    return _page(asked, job)


@router.post("/jobs/{job}/cancel")
async def cancel(asked: AskedDep, job: str) -> Response:
    """Have a job stop."""
    await asked.form()

    def do() -> Response:
        asked.service.workspace.store.jobs.cancel(_view(asked, "job cancel"), job)
        return asked.go(f"/jobs/{job}")

    return await run_in_threadpool(do)


@router.post("/jobs/{job}/again")
async def again(asked: AskedDep, job: str) -> Response:
    """Have a failed job tried once more."""
    await asked.form()

    def do() -> Response:
        held = asked.service.workspace.store.jobs
        try:
            kind = held.one(_view(asked, "job retry"), job).kind
            held.again(asked.view(ACT_OF[kind], "job retry"), job)
        except NotFoundError:
            raise
        except MaillonError as error:
            return _page(asked, job, error)
        return asked.go(f"/jobs/{job}")

    return await run_in_threadpool(do)


@router.post("/jobs/{job}/forget")
async def forget(asked: AskedDep, job: str) -> Response:
    """Erase an ended job with what came of it."""
    await asked.form()

    def do() -> Response:
        try:
            asked.service.workspace.store.jobs.forget(_view(asked, "job forget"), job)
        except NotFoundError:
            raise
        except MaillonError as error:
            return _page(asked, job, error)
        return asked.go("/jobs")

    return await run_in_threadpool(do)


@router.get("/jobs/{job}/hits")
def hits(asked: AskedDep, job: str) -> Response:
    """Return the hits of a screening as a table."""
    return table(f"{job}-hits.csv", HITS, hit_rows(screened(asked.call, job, "job hits")))


@router.get("/jobs/{job}/unreadable")
def unreadable(asked: AskedDep, job: str) -> Response:
    """Return where the records are that could not be screened, and why."""
    path = screened(asked.call, job, "job unreadable")
    return table(f"{job}-unreadable.csv", UNREADABLE, unreadable_rows(path))


def _view(asked: Asked, verb: str) -> View:
    is_overseer = asked.opened.session.mandate.purpose == "oversight"
    return asked.view(Act.AUDIT if is_overseer else Act.READ, verb)


def _page(asked: Asked, job: str, problem: MaillonError | None = None) -> Response:
    view = _view(asked, "job")
    workspace = asked.service.workspace
    held = workspace.store.jobs.one(view, job)
    receipt = _receipt(asked, view, held)
    told = None if problem is None else refused_of(problem, asked.speech)
    is_sent = held.kind in WITH_INPUT and "proposal" not in held.order
    can_again = held.state is JobState.FAILED and (
        not is_sent or (workspace.store.jobs.files.of(job) / INPUT).is_file()
    )
    return asked.draw(
        "job", here="jobs", job=_shown(held), is_moving=held.state not in ENDED, receipt=receipt,
        can_again=can_again, problem=told, status=200 if problem is None else problem.http_status,
    )  # fmt: skip


def _shown(job: Job) -> dict[str, Any]:
    """Return a job as the page shows it: with the seconds that it still takes, where known."""
    left = (job.total - job.done) / job.rate if job.total and job.rate > 0 else 0.0
    is_running = job.state is JobState.RUNNING
    return {**job.line(), "left_s": round(left) if is_running else 0}


def _receipt(asked: Asked, view: View, job: Job) -> dict[str, Any] | None:
    """Return what a screening compared: lists and their versions, algorithm, threshold."""
    receipt = job.result.get("receipt", "") if job.state is JobState.DONE else ""
    if not receipt:
        return None
    try:
        return asked.service.workspace.store.receipts.one(view, receipt).line()
    except NotFoundError:
        return None
