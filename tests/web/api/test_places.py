"""Places over HTTP: told with how exact they are, of a time, hidden as absent."""

import pytest

from maillon.workspace import Workspace

from ...journeys.records import OPEN, loaded  # noqa: TID252 - as the journeys have them
from .conftest import People, problem

COMPANY = {"id": "zeta", "schema": "Company",
           "properties": {"name": ["Zeta"], "jurisdiction": ["mt"]}}  # fmt: skip


@pytest.fixture
def zeta(w: Workspace) -> str:
    loaded(w, "companies", OPEN, [COMPANY])
    return "zeta"


def test_a_seat_is_a_country_only(people: People, zeta: str) -> None:
    body = people["analyst"].post("/places", json={"ids": [zeta]}).json()
    (one,) = body["places"]
    assert (one["country"], one["exact"], one["props"]) == ("mt", "country only", ["jurisdiction"])


def test_another_time_has_it_outside(people: People, zeta: str) -> None:
    body = people["analyst"].post("/places", json={"ids": [zeta], "until": "1999"}).json()
    assert (body["places"], body["outside"]) == ([], 1)


def test_what_is_no_date_is_not_valid(people: People) -> None:
    response = people["analyst"].post("/places", json={"ids": [], "from": "soon"})
    assert problem(response)[0] == 422


def test_hidden_and_absent_are_left_out_alike(people: People) -> None:
    one, other = (
        people["analyst"].post("/places", json={"ids": ["t1", id_]}).content
        for id_ in ("s1", "nobody")
    )
    assert one == other
