"""How a page calls a function of the API: with what the function asks for, by its names."""

import inspect
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from pydantic import BaseModel
from starlette.responses import Response

from maillon.web.api.changing import Change
from maillon.web.pages.asked import Asked

Route = Callable[..., Any]
"""A function that answers a route of the API."""
NOT_ADDRESSED: Final = frozenset(
    {"change", "call", "request", "seen", "body", "key", "cursor", "limit", "service", "keeper",
     "opened"}
)  # fmt: skip
"""What a function asks for besides what stands in its address."""


def called(
    asked: Asked, route: Route, said: Mapping[str, str], body: BaseModel | None = None
) -> Any:  # noqa: ANN401 - any JSON
    """Call a function of the API as its route would, and return its answer as JSON.

    Args:
        asked: By whom and under which mandate.
        route: The function.
        said: What stands in the address, ``revision`` and ``once``; all of it text.
        body: What it is sent.
    """
    key = said.get("once", "")
    given: dict[str, Any] = {
        "change": Change(asked.request, asked.call, key), "call": asked.call,
        "request": asked.request, "seen": said.get("revision", ""), "body": body, "key": key,
        "service": asked.service, "keeper": asked.keeper, "opened": asked.opened,
    }  # fmt: skip
    chosen = {}
    for name, parameter in inspect.signature(route).parameters.items():
        if name in given:
            chosen[name] = given[name]
        elif name == "limit":
            chosen[name] = parameter.default
        elif said.get(name) or parameter.default is inspect.Parameter.empty:
            chosen[name] = said.get(name, "")
    return _plain(route(**chosen))


def revision_of(asked: Asked, route: Route, said: Mapping[str, str]) -> str:
    """Return the tag under which a function of the API shows a thing; empty where it has none."""
    name = next(iter(addressed(route)))
    answer = route(
        **{
            one: {"request": asked.request, "call": asked.call}.get(one, said.get(name, ""))
            for one in inspect.signature(route).parameters
        }
    )
    return answer.headers.get("etag", "").strip('"') if isinstance(answer, Response) else ""


def addressed(route: Route) -> tuple[str, ...]:
    """Return the names of what stands in the address of a function's route."""
    return tuple(one for one in inspect.signature(route).parameters if one not in NOT_ADDRESSED)


def takes_body(route: Route) -> bool:
    """Return whether a function is sent a body."""
    return "body" in inspect.signature(route).parameters


def _plain(answer: Any) -> Any:  # noqa: ANN401 - any answer
    if isinstance(answer, Response):
        return json.loads(bytes(answer.body)) if answer.body else {}
    return answer.model_dump(mode="json") if isinstance(answer, BaseModel) else answer or {}
