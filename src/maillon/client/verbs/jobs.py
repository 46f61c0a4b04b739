"""Verbs of jobs.

Written by `python3 dev.py client` from the OpenAPI document.
"""

from collections.abc import Sequence
from typing import Literal
from urllib.parse import quote

from maillon.client.call import (
    Call,
    Page,
    Tagged,
    Verb,
    as_body,
    as_nothing,
    as_page,
    as_raw,
    as_tagged,
    without_none,
)
from maillon.client.verbs.shared import JobLine


def ask_job(
    *,
    kind: Literal["checkpoint", "delta", "resolve", "retain", "trace", "verify"],
    as_of: str | None = None,
    datasets: Sequence[str] | None = None,
    lists: Sequence[str] | None = None,
    use: str | None = None,
    key: str | None = None,
) -> Call[JobLine]:
    """Ask for long work: `POST /api/v1/jobs`.

    Ask for a job: it waits when this answers, and is done by a worker under this mandate.

    A file to load, or records to screen, are sent to `/api/v1/files/...`.
    """
    return Call(
        "ask_job",
        "POST",
        "/api/v1/jobs",
        as_body,
        params={"as_of": as_of},
        body=without_none({"kind": kind, "datasets": datasets, "lists": lists, "use": use}),
        takes_key=True,
        headers={"idempotency-key": key},
    )


def list_jobs(
    *, cursor: str | None = None, limit: int | None = None, as_of: str | None = None
) -> Call[Page[JobLine]]:
    """The own account's jobs: `GET /api/v1/jobs`.

    Return the jobs of the own account, newest first.
    """
    return Call(
        "list_jobs",
        "GET",
        "/api/v1/jobs",
        as_page,
        params={"cursor": cursor, "limit": limit, "as_of": as_of},
    )


def show_job(job: str, *, as_of: str | None = None) -> Call[Tagged[JobLine]]:
    """One job: `GET /api/v1/jobs/{job}`.

    Return how a job of the own account stands.
    """
    return Call(
        "show_job",
        "GET",
        f"/api/v1/jobs/{quote(str(job), safe='')}",
        as_tagged,
        params={"as_of": as_of},
    )


def forget_job(job: str, *, as_of: str | None = None) -> Call[None]:
    """Erase an ended job: `DELETE /api/v1/jobs/{job}`.

    Erase an ended job of the own account, with the lines that came of it.
    """
    return Call(
        "forget_job",
        "DELETE",
        f"/api/v1/jobs/{quote(str(job), safe='')}",
        as_nothing,
        params={"as_of": as_of},
    )


def cancel_job(job: str, *, as_of: str | None = None) -> Call[JobLine]:
    """Have a job stop: `POST /api/v1/jobs/{job}/cancellation`.

    Have a job stop: one that waits ends at once, one that runs between two batches.
    """
    return Call(
        "cancel_job",
        "POST",
        f"/api/v1/jobs/{quote(str(job), safe='')}/cancellation",
        as_body,
        params={"as_of": as_of},
    )


def retry_job(job: str, *, as_of: str | None = None) -> Call[JobLine]:
    """Try a job again: `POST /api/v1/jobs/{job}/attempts`.

    Have a failed job tried once more: it goes on where it stopped, where its kind can.
    """
    return Call(
        "retry_job",
        "POST",
        f"/api/v1/jobs/{quote(str(job), safe='')}/attempts",
        as_body,
        params={"as_of": as_of},
    )


def job_result(job: str, *, as_of: str | None = None) -> Call[bytes]:
    """The lines that came of a job: `GET /api/v1/jobs/{job}/result`.

    Return the lines that came of a job, one JSON object a line.
    """
    return Call(
        "job_result",
        "GET",
        f"/api/v1/jobs/{quote(str(job), safe='')}/result",
        as_raw,
        params={"as_of": as_of},
    )


def job_hits(job: str, *, as_of: str | None = None) -> Call[bytes]:
    """The hits of a screening as a table: `GET /api/v1/jobs/{job}/hits`.

    Return the hits that a screening left, as CSV, one a line; no cell is a formula.
    """
    return Call(
        "job_hits",
        "GET",
        f"/api/v1/jobs/{quote(str(job), safe='')}/hits",
        as_raw,
        params={"as_of": as_of},
    )


def job_unreadable(job: str, *, as_of: str | None = None) -> Call[bytes]:
    """The records that could not be screened: `GET /api/v1/jobs/{job}/unreadable`.

    Return where the records are that could not be screened, and why, as CSV.
    """
    return Call(
        "job_unreadable",
        "GET",
        f"/api/v1/jobs/{quote(str(job), safe='')}/unreadable",
        as_raw,
        params={"as_of": as_of},
    )


class JobsVerbs:
    """Verbs of jobs."""

    ask_job = Verb(ask_job)
    list_jobs = Verb(list_jobs)
    show_job = Verb(show_job)
    forget_job = Verb(forget_job)
    cancel_job = Verb(cancel_job)
    retry_job = Verb(retry_job)
    job_result = Verb(job_result)
    job_hits = Verb(job_hits)
    job_unreadable = Verb(job_unreadable)
