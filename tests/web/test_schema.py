"""Requests made from the OpenAPI document: none breaks the service, none is answered otherwise.

Source of the requests: schemathesis, in a fixed order.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as given_settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from maillon.web.api import routers
from maillon.web.app import document_of
from maillon.workspace.workspace import Workspace

from .callers import answering, by
from .conftest import make

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance,
    response_schema_conformance,
]  # fmt: skip
OPERATIONS = [
    (verb.upper(), path)
    for path, item in document_of(routers()).get("paths", {}).items()
    for verb in item
    if path.startswith("/api/v1") and not path.endswith("/events")
]
ASKED_BY = {
    "ledger": "overseer", "files": "clerk", "facts": "clerk", "proposals": "clerk",
    "screenings": "screener", "replays": "screener", "around": "linker", "paths": "linker",
    "canonical": "linker", "clusters": "linker", "changes": "linker", "jobs": "linker",
}  # fmt: skip
"""Who asks for what: else most answers would be refusals."""
EXAMPLES = 12


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder: Path = make(tmp_path_factory.mktemp("schema") / "w")
    with Workspace.open(folder) as workspace, answering(workspace) as client:
        yield client


@pytest.fixture(scope="module")
def document(client: httpx.Client) -> Any:
    return schemathesis.openapi.from_dict(client.get("/openapi.json").json())


@pytest.mark.parametrize(("verb", "path"), OPERATIONS)
def test_an_operation_answers_as_it_is_documented(
    client: httpx.Client, document: Any, verb: str, path: str
) -> None:
    who = next((one for word, one in ASKED_BY.items() if word in path), "analyst")
    base = str(client.base_url)
    asked = 0

    @given_settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
        suppress_health_check=list(HealthCheck), phases=[Phase.generate],
    )  # fmt: skip
    @given(case=document[path][verb].as_strategy())
    def each(case: Any) -> None:
        nonlocal asked
        asked += 1
        if asked % 4:  # a mandate that is nonsense is refused before anything else is looked at
            for name in [one for one in case.headers if one.lower().startswith("x-maillon")]:
                del case.headers[name]
        answer = case.call(base_url=base, headers=by(who))
        case.validate_response(answer, checks=CHECKS)

    each()
    assert asked
