"""Acts over HTTP: asked for twice under one ``Idempotency-Key``, they are done once."""

import json
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final

from fastapi import Header
from starlette.requests import Request
from starlette.responses import Response

from maillon.store.once_key import DoneError
from maillon.web.depends import answer, as_json
from maillon.web.identity import Call

KeyHeader = Annotated[
    str,
    Header(
        alias="Idempotency-Key", max_length=200,
        description="The caller's own key of this request: sent twice, it is done once.",
    ),
]  # fmt: skip
REPLAYED: Final = {"idempotent-replayed": "true"}


def once(
    request: Request, call: Call, key: str, asked: Mapping[str, Any],
    act: Callable[[], Mapping[str, Any]], status: int = 201,
) -> Response:  # fmt: skip
    """Do an act once and return its answer, the same one to whoever asks again.

    Args:
        request: Names method and path.
        call: By whom and under which mandate.
        key: Of the caller; empty: the act is done as often as it is asked.
        asked: What the request says.
        act: Does it and returns the answer; its first effect is written together with the key.
        status: Of the answer.

    Raises:
        DoneError: It was done, but its answer is lost: whoever asks must look.
    """
    if not key:
        return answer(act(), status=status)
    store, who = call.workspace.store, call.caller.who
    mandate = call.mandate
    said = [
        request.method, request.url.path, request.headers.get("if-match", ""), asked,
        mandate.agency, mandate.purpose, mandate.legal_basis, mandate.case,
    ]  # fmt: skip
    whole = json.dumps(said, sort_keys=True).encode()
    if (before := _before(call, key, whole)) is not None:
        return before
    try:
        with store.once.under(who, key, whole):
            body = as_json(act())
    except DoneError:
        if (before := _before(call, key, whole)) is not None:
            return before
        raise
    store.once.keep(who, key, status, body.decode())
    return Response(body, status, media_type="application/json")


def _before(call: Call, key: str, whole: bytes) -> Response | None:
    done = call.workspace.store.once.done(call.caller.who, key, whole)
    if done is None:
        return None
    if not done.status:
        raise DoneError(
            "one key, one request", "the act was done under this key; its answer was not kept",
            "read what it was about: it stands there",
        )  # fmt: skip
    return Response(done.body, done.status, REPLAYED, "application/json")
