"""What may leave: consents of originators, recorded sanitisations, the check of one text."""

import hashlib
from typing import Annotated, Final

from fastapi import Query
from pydantic import Field, StringConstraints
from starlette.responses import Response

from maillon.model import Act, Label, NotFoundError, View
from maillon.store import Store
from maillon.store.clock import utc_now
from maillon.store.releases import Consent
from maillon.web.api.cases import Purpose
from maillon.web.api.changing import ChangeDep
from maillon.web.api.paging import page
from maillon.web.api.said import Brief, Day, Note, Reason, Said, Short, Words
from maillon.web.api.shapes import Body, PageOf, router_of
from maillon.web.api.words import Id
from maillon.web.depends import answer
from maillon.web.identity import CallDep

router = router_of("releases")

LONGEST_TEXT: Final = 1_000_000
"""Letters of a text that leaves."""
Text = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TEXT)]
Entities = Annotated[list[Id], Field(min_length=1, max_length=500)]


class ConsentSaid(Said):
    """What the own agency lets leave to a recipient."""

    originator: str
    code: str


class ConsentBody(Body):
    """What the mandate's agency lets leave of its own data."""

    code: Brief = ""
    recipient: Short
    reason: Reason
    until: Day


class Consented(Said):
    """A consent that was written."""

    originator: str
    code: str
    recipient: str
    until: str


class LowerLabel(Body):
    """Under which label a text goes out, from the mandate's agency."""

    scheme: Annotated[str, StringConstraints(max_length=50)] = ""
    code: Brief = ""
    purposes: Annotated[list[Purpose], Field(max_length=20, default_factory=list)]
    legal_basis: Note = ""


class Sanitisation(Body):
    """What was taken out of a text, by whom, so that it fits a lower label."""

    text: Text
    entities: Entities
    label: LowerLabel
    what: Words
    by: Short


class Sanitised(Said):
    """A sanitisation that was recorded, and the hash of its text."""

    sanitisation: str
    sha256: str


class ReleaseCheck(Body):
    """A text, everybody and everything in it, and to whom it shall go."""

    text: Text
    entities: Entities
    recipient: Short


class MayLeave(Said):
    """That a text may leave; a refusal is a problem."""

    may_leave: bool
    sha256: str


@router.get("/consents", response_model=PageOf[ConsentSaid], summary="Consents of the own agency")
def list_consents(
    call: CallDep,
    recipient: Annotated[str, Query(min_length=1, max_length=100, description="To whom.")],
) -> Response:
    """Return for which codes the mandate's agency lets its data leave to a recipient today."""
    view = call.view(Act.READ, "consents")
    held = call.workspace.store.safeguards.releases.consents(view, recipient, utc_now()[:10])
    return page([{"originator": who, "code": code} for who, code in sorted(held)], "")


@router.post("/consents", response_model=Consented, status_code=201, summary="Consent")
def give_consent(change: ChangeDep, body: ConsentBody) -> Response:
    """Write the consent of the mandate's agency, for its own data, until a day."""
    change.call.fresh()

    def act() -> dict[str, str]:
        view = change.view(Act.DECIDE, "consent")
        said = Consent(body.code, body.recipient, body.reason, body.until)
        change.workspace.store.safeguards.releases.consent(view, said)
        return {
            "originator": view.mandate.agency, "code": body.code, "recipient": body.recipient,
            "until": body.until,
        }  # fmt: skip

    return change.once(body, act, 201)


@router.post(
    "/sanitisations", response_model=Sanitised, status_code=201, summary="Approve a sanitisation"
)
def sanitise_text(change: ChangeDep, body: Sanitisation) -> Response:
    """Record, as a second person, that a text was made fit for a lower label.

    Of the text only its hash is kept: this very text may leave under the label.
    """
    change.call.fresh()

    def act() -> dict[str, str]:
        view = change.view(Act.DECIDE, "sanitise")
        store, raw = change.workspace.store, body.text.encode()
        lower = Label(
            view.mandate.agency, body.label.scheme, body.label.code,
            purposes=tuple(body.label.purposes), legal_basis=body.label.legal_basis,
        )  # fmt: skip
        inputs = _labels(store, view, body.entities)
        id_ = store.safeguards.releases.sanitise(view, raw, inputs, lower, body.what, body.by)
        return {"sanitisation": id_, "sha256": hashlib.sha256(raw).hexdigest()}

    return change.once(body, act, 201)


@router.post("/releases/check", response_model=MayLeave, summary="May this text leave?")
def check_release(change: ChangeDep, body: ReleaseCheck) -> Response:
    """Let a text about these entities go to a recipient, or refuse and say which rule.

    Everybody in it is categorised in the case and not protected; every automated hit or lead that
    joins two of them was confirmed by a person; labels, codes and consents let it.
    """
    change.call.fresh()
    view = change.view(Act.DISSEMINATE, "check release")
    raw = body.text.encode()
    change.workspace.guarding.check_dissemination(view, body.entities, raw, body.recipient)
    return answer({"may_leave": True, "sha256": hashlib.sha256(raw).hexdigest()})


def _labels(store: Store, view: View, entities: list[str]) -> set[int]:
    """Return the labels of all that a text stands on, as far as the view sees it."""
    found: set[int] = set()
    for entity in sorted(set(entities)):
        held = {one.label for one in store.scan(view, "entity = ?", [entity])}
        if not held:
            raise NotFoundError(f"no entity {entity}")
        found |= held
    return found
