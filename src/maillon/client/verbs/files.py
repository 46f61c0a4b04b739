"""Verbs of files.

Written by `python3 dev.py client` from the OpenAPI document.
"""

from collections.abc import Sequence
from typing import IO, Literal

from maillon.client.call import Call, Verb, as_body
from maillon.client.verbs.shared import JobLine


def send_delivery(
    file: IO[bytes],
    *,
    adapter: str,
    dataset: str,
    mode: Literal["", "snapshot", "messages"] | None = None,
    retention: str | None = None,
    originator: str | None = None,
    compartment: str | None = None,
    handling: str | None = None,
    options: str | None = None,
    accept_shrink: str | None = None,
    as_of: str | None = None,
    key: str | None = None,
) -> Call[JobLine]:
    """Load a delivered file: `POST /api/v1/files/deliveries`.

    Have a delivered file loaded: all of it or nothing; the same file twice is one delivery.
    """
    return Call(
        "send_delivery",
        "POST",
        "/api/v1/files/deliveries",
        as_body,
        params={
            "adapter": adapter,
            "dataset": dataset,
            "mode": mode,
            "retention": retention,
            "originator": originator,
            "compartment": compartment,
            "handling": handling,
            "options": options,
            "accept_shrink": accept_shrink,
            "as_of": as_of,
        },
        file=file,
        takes_key=True,
        headers={"idempotency-key": key},
    )


def send_questions(
    file: IO[bytes],
    *,
    lists: Sequence[str] | None = None,
    use: str | None = None,
    threshold: float | None = None,
    top: int | None = None,
    as_of: str | None = None,
    key: str | None = None,
) -> Call[JobLine]:
    """Screen a file of records: `POST /api/v1/files/questions`.

    Have records screened: a FollowTheMoney entity a line; leaves a receipt and the answers.
    """
    return Call(
        "send_questions",
        "POST",
        "/api/v1/files/questions",
        as_body,
        params={"lists": lists, "use": use, "threshold": threshold, "top": top, "as_of": as_of},
        file=file,
        takes_key=True,
        headers={"idempotency-key": key},
    )


class FilesVerbs:
    """Verbs of files."""

    send_delivery = Verb(send_delivery)
    send_questions = Verb(send_questions)
