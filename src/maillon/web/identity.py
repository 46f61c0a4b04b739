"""Who asks: an account, by which means, under which mandate."""

import re
from dataclasses import dataclass, replace
from typing import Annotated, Final, Protocol
from urllib.parse import unquote

from fastapi import Depends, Query, Request
from starlette.exceptions import HTTPException

from maillon.model import Act, Mandate, RefusedError, View
from maillon.web.depends import ServiceDep
from maillon.web.service import Service
from maillon.workspace.workspace import Workspace

MANDATE_HEADERS: Final = {
    "agency": "x-maillon-agency",
    "purpose": "x-maillon-purpose",
    "legal_basis": "x-maillon-legal-basis",
    "case": "x-maillon-case",
}
"""Headers in which a request names its mandate; UTF-8, percent-encoded where it is not ASCII."""
LONGEST: Final = {"agency": 100, "purpose": 50, "legal_basis": 1_000, "case": 100}
"""Characters of each: what the ledger holds."""
_UNSEEN: Final = re.compile(r"[\x00-\x1f\x7f]")
DAY: Final = r"^\d{4}-\d{2}-\d{2}$"


@dataclass(frozen=True, slots=True)
class Caller:
    """An account that was recognised.

    Attributes:
        who: The account.
        means: ``session`` or ``key``.
        id: Of the session or the key.
        scopes: Acts that a key is for; empty: every act.
        is_fresh: Whether the person has proved anew, just now, that it is them.
        mandate: What the session says of the mandate.
    """

    who: str
    means: str
    id: str
    scopes: frozenset[str] = frozenset()
    is_fresh: bool = False
    mandate: Mandate | None = None


class Doorkeeper(Protocol):
    """Recognises callers."""

    def caller(self, request: Request) -> Caller | None:
        """Return who asks; None where nobody is recognised.

        Raises:
            HTTPException: 403 where a browser's request does not prove that its page made it.
        """
        ...


@dataclass(frozen=True, slots=True)
class Call:
    """One request under its mandate.

    Attributes:
        service: What answers.
        caller: Who asks.
        mandate: Under which mandate.
        known_on: What was known at the end of this day; empty for now.
    """

    service: Service
    caller: Caller
    mandate: Mandate
    known_on: str = ""

    @property
    def workspace(self) -> Workspace:
        """The workspace that is asked."""
        return self.service.workspace

    def view(self, act: Act, verb: str) -> View:
        """Return what the caller may read for an act; the ledger has it.

        Args:
            act: For which act.
            verb: What is done, e.g. ``leads``.

        Raises:
            RefusedError: The mandate does not allow it, or the caller's key is not for it.
        """
        if self.caller.scopes and act.value not in self.caller.scopes:
            raise RefusedError(
                "keys: scope", f"this key is not for the act {act.value!r}",
                "have the administrator issue one that is",
            )  # fmt: skip
        detail = {"verb": verb, "means": self.caller.means}
        return self.workspace.view(act, self.mandate, known_on=self.known_on, detail=detail)

    def reading(self, verb: str) -> View:
        """Return what the caller may read, or oversee where that is the purpose; see `view`."""
        is_oversight = self.mandate.purpose == "oversight"
        return self.view(Act.AUDIT if is_oversight else Act.READ, verb)

    def fresh(self) -> None:
        """Have the person prove that it is them before something leaves the house.

        Raises:
            HTTPException: 401 with the code ``step-up``: log in anew, then ask again.
        """
        if not self.caller.is_fresh:
            raise HTTPException(
                401, "prove anew that it is you: POST /api/v1/session/step-up",
                {"x-code": "step-up"},
            )  # fmt: skip


def caller_of(request: Request, service: ServiceDep) -> Caller:
    """Return who asks, or raise 401."""
    keeper = service.doorkeeper
    caller = keeper.caller(request) if keeper is not None else None
    if caller is None:
        raise HTTPException(
            401, "log in, or send a key: Authorization: Bearer", {"www-authenticate": "Bearer"}
        )
    return caller


CallerDep = Annotated[Caller, Depends(caller_of)]


def mandate_of(request: Request, caller: Caller) -> Mandate:
    """Return the mandate of a request: what the session says, with what its headers change.

    Raises:
        HTTPException: 400: a header holds what no ledger entry can.
    """
    base = caller.mandate or Mandate(caller.who, "", "", "")
    said = {
        name: unquote(request.headers[header]).strip()
        for name, header in MANDATE_HEADERS.items()
        if header in request.headers
    }
    for name, text in said.items():
        if len(text) > LONGEST[name] or _UNSEEN.search(text):
            raise HTTPException(
                400, f"{MANDATE_HEADERS[name]}: at most {LONGEST[name]:,} characters, all of them"
                " such as are seen",
            )  # fmt: skip
    return replace(base, who=caller.who, **said)


def call_of(
    request: Request,
    service: ServiceDep,
    caller: CallerDep,
    as_of: Annotated[
        str, Query(pattern=DAY + "|^$", description="What was known at the end of this day.")
    ] = "",
) -> Call:
    """Return the call that a request is."""
    return Call(service, caller, mandate_of(request, caller), as_of)


CallDep = Annotated[Call, Depends(call_of)]
