"""Facts by hand: one of a record, or in the place of an earlier one; which are one with it."""

import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from maillon.model import Act, MaillonError, NotFoundError
from maillon.web.api.stating import Fact, correct_fact, state_fact
from maillon.web.pages.asked import Asked, AskedDep
from maillon.web.pages.codes import PROPERTIES, SCHEMATA
from maillon.web.pages.desk.calling import called
from maillon.web.pages.refusing import Refused, refused_of
from maillon.workspace import clusters

router = APIRouter(prefix="/{language}", include_in_schema=False)

MOST_MEMBERS = 200
Id = Annotated[str, Query(max_length=500)]


@router.get("/state")
def stating(asked: AskedDep, entity: Id = "", corrects: Id = "") -> Response:
    """Show the form of a fact: of a record that is known, or of a new one."""
    said = {"schema": _schema(asked, entity) if entity else "Person"}
    return _page(asked, entity, corrects, said)


@router.post("/state")
async def state(asked: AskedDep, entity: Id = "", corrects: Id = "") -> Response:
    """State a fact; it stands as a delivery of the own agency, graded and labelled."""
    said = await asked.form()

    def do() -> Response:
        try:
            body = _fact(said, entity)
            if corrects:
                line = called(asked, correct_fact, said | {"delivery": corrects}, body)
            else:
                line = called(asked, state_fact, said, body)
        except ValidationError:
            problem = Refused(
                asked.speech.say("This was not taken"),
                asked.speech.say("Say of which kind it is, which property, its value, how good it"
                                 " is, and why."),
            )  # fmt: skip
            return _page(asked, entity, corrects, said, problem, 422)
        except (MaillonError, ValueError) as error:
            status = getattr(error, "http_status", 422)
            return _page(asked, entity, corrects, said, refused_of(error, asked.speech), status)
        return asked.go(f"/record?id={line['entity']}")

    return await run_in_threadpool(do)


@router.get("/record/one")
def one_with(asked: AskedDep, id: Annotated[str, Query(min_length=1, max_length=500)]) -> Response:  # noqa: A002 - the word of the address
    """Show which records are one with a record, why, and how they are taken apart."""
    workspace = asked.service.workspace
    resolved = workspace.resolve(asked.view(Act.RESOLVE, "one with"))
    canonical = workspace.judging.current(asked.view(Act.RESOLVE, "current"), id)
    if canonical is None:
        raise NotFoundError(f"no record {id}")
    held = next((members for name, members in clusters(resolved) if name == canonical), [])
    members = [one for one in held if one != id][:MOST_MEMBERS]
    captions = workspace.judging.captions(asked.view(Act.READ, "captions"), [id, *members])
    return asked.draw(
        "one-with", here="search", id=id, canonical=canonical, members=members, captions=captions,
        number=max(len(held) - 1, 0),
    )  # fmt: skip


def _fact(said: dict[str, str], entity: str) -> Fact:
    values = [line.strip() for line in said.get("value", "").split("\n") if line.strip()]
    grade = {name: said.get(name, "") for name in ("source", "information")}
    more = {name: said[name] for name in ("kind", "handling") if said.get(name)}
    body: dict[str, Any] = {
        "schema": said.get("schema", ""), "properties": {said.get("property", ""): values},
        "reason": said.get("reason", ""), "grade": grade, "entity": entity, **more,
    }  # fmt: skip
    return Fact.model_validate(body)


def _schema(asked: Asked, entity: str) -> str:
    held = asked.service.workspace.statements(asked.view(Act.READ, "record"), entity)
    schema = next((one.schema for one in held), "")
    if not schema:
        raise NotFoundError(f"no record {entity}")
    return schema


def _page(
    asked: Asked, entity: str, corrects: str, said: dict[str, str],
    problem: Refused | None = None, status: int = 200,
) -> Response:  # fmt: skip
    return asked.draw(
        "state", here="search", entity=entity, corrects=corrects, said=said,
        schemata=sorted(SCHEMATA), properties=sorted(PROPERTIES), problem=problem, status=status,
        once=secrets.token_urlsafe(12), draft=asked.draft("state", entity, corrects),
    )  # fmt: skip
