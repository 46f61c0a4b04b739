"""What a route that changes something is given: the call, the caller's key, what was seen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, Header
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from maillon.model import Act, RefusedError, StaleError, View
from maillon.web.api.effects import KeyHeader, once
from maillon.web.api.paging import expected, tag_of
from maillon.web.identity import Call, CallDep
from maillon.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Change:
    """One request that changes something.

    Attributes:
        request: As it came.
        call: By whom and under which mandate.
        key: The caller's own key of the request; empty: it sent none.
    """

    request: Request
    call: Call
    key: str

    @property
    def workspace(self) -> Workspace:
        """The workspace that is changed."""
        return self.call.workspace

    @property
    def keys(self) -> Path:
        """The folder of keys and erasure list, outside the workspace.

        Raises:
            RefusedError: The service was started without one.
        """
        folder = self.call.service.config.keys
        if folder is None:
            raise RefusedError(
                "DESIGN, section 4: keys lie outside the workspace",
                "this service was started without a keys folder",
                "start it with --keys, or do it with `maillon retain`",
            )
        return folder

    def view(self, act: Act, verb: str) -> View:
        """Return what the caller may read for an act, see `Call.view`."""
        return self.call.view(act, verb)

    def once(
        self, asked: BaseModel | None, act: Callable[[], Mapping[str, Any]], status: int = 200
    ) -> Response:
        """Do an act once under the caller's key and return its answer.

        Args:
            asked: The body of the request; None where there is none.
            act: Does it and returns the answer.
            status: Of the answer.
        """
        said = {} if asked is None else asked.model_dump(mode="json")
        return once(self.request, self.call, self.key, said, act, status)


def change_of(request: Request, call: CallDep, key: KeyHeader = "") -> Change:
    """Return the change that a request asks for."""
    return Change(request, call, key)


ChangeDep = Annotated[Change, Depends(change_of)]


def seen_of(
    request: Request,
    _said: Annotated[
        str,
        Header(
            alias="If-Match", max_length=500,
            description="The ETag of what the decision is about, as it was read.",
        ),
    ] = "",
) -> str:  # fmt: skip
    """Return the revision that a decision was made on; 428 where there is none."""
    return expected(request)


Seen = Annotated[str, Depends(seen_of)]


def check_seen(seen: str, body: object) -> None:
    """Let a decision through that was made on what there is now.

    Args:
        seen: What ``If-Match`` says.
        body: What `with_etag` answers now.

    Raises:
        StaleError: It is something else by now.
    """
    if seen != tag_of(body):
        raise StaleError("it changed since it was read: read it again, then decide again")
