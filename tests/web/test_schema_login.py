"""As test_schema.py, for the routes of the login and those at the root, in sessions of a person."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as given_settings

from maillon.web import login
from maillon.web.app import document_of

from .pages.conftest import House, make, opened
from .test_schema import CHECKS

OPERATIONS = [
    (verb.upper(), path)
    for path, item in document_of(login.routers)["paths"].items()
    for verb in item
]
EXAMPLES = 8
OPEN = """
[people.yente]
agencies = ["centre"]
purposes = ["screening"]

[open_data]
datasets = ["register"]

[open_data.mandate]
who = "yente"
agency = "centre"
purpose = "screening"
legal_basis = "Coordination Centre Act, s. 4"
"""
PLACES = {"dataset": "default", "entity_id": "t1"}
"""What stands in the path of a route at the root: else most answers would be of nothing."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp("schema")
    make(folder / "w")
    with (folder / "w" / "maillon.toml").open("a", encoding="utf-8") as file:
        file.write(OPEN)
    with opened(folder / "w", folder / "keys") as house:
        yield house


@pytest.fixture(scope="module")
def sessions(house: House) -> dict[tuple[str, str], dict[str, str]]:
    """One session a route: what is fuzzed logs out, and wrong passwords count by address."""
    found = {}
    for operation in OPERATIONS:
        with house.reader("analyst", "review") as reader:
            said = reader.get("/api/v1/session").json()
            cookie = f"maillon={reader.cookies['maillon']}"
            found[operation] = {
                "cookie": cookie, "x-csrf-token": said["csrf"], "origin": house.base,
            }  # fmt: skip
    return found


@pytest.fixture(scope="module")
def document(sessions: object, house: House) -> Any:
    assert sessions
    with house.reader("analyst") as reader:
        return schemathesis.openapi.from_dict(reader.get("/openapi.json").json())


@pytest.mark.parametrize(("verb", "path"), OPERATIONS)
def test_an_operation_answers_as_it_is_documented(
    house: House,
    document: Any,
    sessions: dict[tuple[str, str], dict[str, str]],
    verb: str,
    path: str,
) -> None:
    headers = sessions[verb, path] if path.startswith("/api/") else {}
    asked = 0

    @given_settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
        suppress_health_check=list(HealthCheck), phases=[Phase.generate],
    )  # fmt: skip
    @given(case=document[path][verb].as_strategy())
    def each(case: Any) -> None:
        nonlocal asked
        asked += 1
        case.headers.clear()
        case.cookies.clear()
        case.path_parameters |= {
            name: held for name, held in PLACES.items() if name in case.path_parameters
        }
        case.validate_response(case.call(base_url=house.base, headers=headers), checks=CHECKS)

    each()
    assert asked
