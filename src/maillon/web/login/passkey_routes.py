"""Passkeys: make one, log in by one, prove anew by one."""

from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from maillon.store.login.passkeys import Party
from maillon.web.api.shapes import Body, router_of
from maillon.web.depends import ServiceDep
from maillon.web.login.keeper import KeeperDep, OpenedDep, SettledDep, address_of, in_http
from maillon.web.login.session_routes import given
from maillon.web.login.shapes import Name, SessionShown

router = router_of("login")
Coded = Annotated[str, Field(max_length=100_000, pattern=r"^[A-Za-z0-9_=-]*$")]
PasskeyId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]


class Signed(Body):
    """What an authenticator returns; what else browsers put there is not looked at."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)

    clientDataJSON: Coded  # noqa: N815 - the standard's name
    attestationObject: Coded = ""  # noqa: N815
    authenticatorData: Coded = ""  # noqa: N815
    signature: Coded = ""
    userHandle: Coded | None = None  # noqa: N815


class Credential(Body):
    """A credential as browsers print it (``toJSON``). Source: Web Authentication, level 3, 5.1."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)

    id: Annotated[str, Field(max_length=2_000)]
    rawId: Annotated[str, Field(max_length=2_000)]  # noqa: N815
    type: Annotated[str, Field(max_length=40)] = "public-key"
    response: Signed


class CredentialBody(Body):
    """What an authenticator signed."""

    credential: Credential


class PasskeyBody(CredentialBody):
    """A new passkey, and what its owner calls it."""

    name: Name


class OptionsShown(BaseModel):
    """What a browser passes on to ``navigator.credentials``, as JSON."""

    options: dict[str, Any]


class PasskeyShown(BaseModel):
    """A passkey of one's own."""

    id: str
    name: str
    at: str
    used: str


class PasskeyList(BaseModel):
    """The own passkeys, the oldest first."""

    items: list[PasskeyShown]


def party_of(request: Request, service: ServiceDep, keeper: KeeperDep) -> Party:
    """Return for whom authenticators sign: the public host, or this machine's name."""
    origin = keeper.browser.origin(request)
    return Party(urlsplit(origin).hostname or "localhost", origin, service.config.title)


@router.post("/session/passkey/options")
def login_options(request: Request, service: ServiceDep, keeper: KeeperDep) -> OptionsShown:
    """Begin to log in, or to prove anew, by a passkey."""
    keeper.browser.check_place(request)
    with in_http():
        party = party_of(request, service, keeper)
        return OptionsShown(options=keeper.passkeys.login_options(party))


@router.post("/session/passkey")
def log_in_by_passkey(
    body: CredentialBody, request: Request, response: Response, service: ServiceDep,
    keeper: KeeperDep,
) -> SessionShown:  # fmt: skip
    """Log in by a passkey: it is two factors; it works while passwords are locked out."""
    keeper.browser.check_place(request)
    keeper.browser.check_origin(request)
    with in_http():
        opened = keeper.passkeys.log_in(
            body.credential.model_dump(), party_of(request, service, keeper), address_of(request),
            keeper.browser.token(request),
        )  # fmt: skip
    return given(keeper, request, response, opened)


@router.post("/session/step-up/passkey")
def step_up_by_passkey(
    body: CredentialBody, opened: OpenedDep, request: Request, response: Response,
    service: ServiceDep, keeper: KeeperDep,
) -> SessionShown:  # fmt: skip
    """Prove anew who one is by a passkey; it holds for five minutes."""
    party = party_of(request, service, keeper)
    with in_http():
        again = keeper.passkeys.step_up(
            opened, body.credential.model_dump(), party, address_of(request)
        )
    return given(keeper, request, response, again)


@router.get("/account/passkeys")
def passkeys(opened: SettledDep, keeper: KeeperDep) -> PasskeyList:
    """Return the own passkeys, the oldest first."""
    held = keeper.passkeys.listed(opened.session.who)
    return PasskeyList(
        items=[PasskeyShown(id=one.id, name=one.name, at=one.at, used=one.used) for one in held]
    )


@router.post("/account/passkeys/options")
def register_options(
    opened: OpenedDep, request: Request, service: ServiceDep, keeper: KeeperDep
) -> OptionsShown:
    """Begin to make a passkey; the login, or a step-up, is at most five minutes ago."""
    party = party_of(request, service, keeper)
    with in_http():
        options = keeper.passkeys.register_options(opened.session, party)
    return OptionsShown(options=options)


@router.post("/account/passkeys", status_code=201)
def register(
    body: PasskeyBody, opened: OpenedDep, request: Request, response: Response,
    service: ServiceDep, keeper: KeeperDep,
) -> SessionShown:  # fmt: skip
    """Keep a new passkey; the session has two factors from now on."""
    party = party_of(request, service, keeper)
    with in_http():
        again = keeper.passkeys.register(opened, body.name, body.credential.model_dump(), party)
    return given(keeper, request, response, again)


@router.delete("/account/passkeys/{id}", status_code=204)
def remove(id: PasskeyId, opened: SettledDep, keeper: KeeperDep) -> None:  # noqa: A002 - the path's word
    """Forget a passkey; who needs a second factor keeps one."""
    with in_http():
        keeper.proving.remove_passkey(opened.session, id)
