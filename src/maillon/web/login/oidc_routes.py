"""Logging in at an identity provider: out to it, and back."""

import base64
import binascii
import hmac
import secrets
from typing import Annotated, Final
from urllib.parse import urlsplit

from fastapi import Query, Request
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from maillon.store.login.challenges import LIFE
from maillon.store.login.entering import OIDC, Recognised
from maillon.store.login.refusals import WrongLoginError
from maillon.web.api.shapes import PREFIX, router_of
from maillon.web.login.keeper import Keeper, KeeperDep, address_of, in_http
from maillon.web.login.oidc import Begun, Claimed, Provider, ProviderError, UnreachableError

router = router_of("login")
BACK: Final = "/session/oidc/callback"


@router.get("/session/oidc", status_code=303, response_class=RedirectResponse)
def begin(request: Request, keeper: KeeperDep) -> RedirectResponse:
    """Send the browser to the identity provider; 404 where there is none."""
    provider = _provider(keeper)
    keeper.browser.check_place(request)
    with in_http():
        drawn = keeper.challenges.draw(OIDC)
    state = base64.urlsafe_b64encode(drawn).rstrip(b"=").decode()
    try:
        place = provider.address(_begun(keeper, request, state), keeper.gate.now())
    except UnreachableError:
        raise _unreachable() from None
    response = RedirectResponse(place, 303)
    keeper.browser.give_state(request, response, state, int(LIFE.total_seconds()))
    return response


@router.get(BACK, status_code=303, response_class=RedirectResponse)
def come_back(
    request: Request,
    keeper: KeeperDep,
    code: Annotated[str, Query(max_length=4_000)] = "",
    state: Annotated[str, Query(max_length=200)] = "",
) -> RedirectResponse:
    """Take the browser back from the identity provider, and open its session."""
    provider = _provider(keeper)
    keeper.browser.check_place(request)
    with in_http():
        attempt = keeper.entering.begin(OIDC, secrets.token_hex(8), address_of(request))
        try:
            claimed = _claimed(request, keeper, provider, code, state)
        except UnreachableError:
            keeper.entering.withdraw(attempt)
            raise _unreachable() from None
        if claimed is None:
            keeper.entering.refuse(attempt, "", OIDC)
            raise WrongLoginError
        found = Recognised(claimed.account, OIDC, claimed.is_strong)
        opened = keeper.entering.by_other(found, attempt, keeper.browser.token(request))
    assert keeper.config.oidc is not None  # or there is no provider
    folder = urlsplit(keeper.config.public_url).path
    response = RedirectResponse(f"{folder}{keeper.config.oidc.landing}", 303)
    keeper.browser.give(request, response, opened.token)
    keeper.browser.give_state(request, response, "", 0)
    return response


def _claimed(
    request: Request, keeper: Keeper, provider: Provider, code: str, state: str
) -> Claimed | None:
    """Return whom the provider names; None where the browser did not begin it, or it failed.

    Raises:
        UnreachableError: The provider does not answer.
    """
    kept = keeper.browser.state(request).encode("utf-8", "backslashreplace")
    if not code or not state or not hmac.compare_digest(kept, state.encode()):
        return None
    try:
        drawn = base64.b64decode(state + "=" * (-len(state) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    if not keeper.challenges.take(OIDC, drawn):
        return None
    try:
        return provider.finish(code, _begun(keeper, request, state), keeper.gate.now())
    except ProviderError:
        return None


def _begun(keeper: Keeper, request: Request, state: str) -> Begun:
    """Return what belongs to a login, drawn from its state under a key that only we have."""
    key = keeper.gate.key
    back = f"{keeper.browser.base(request)}{PREFIX}{BACK}"
    return Begun(state, key.mac("oidc nonce", state), key.mac("oidc verifier", state), back)


def _provider(keeper: Keeper) -> Provider:
    if keeper.provider is None:
        raise HTTPException(404, "Not Found")
    return keeper.provider


def _unreachable() -> HTTPException:
    return HTTPException(
        503, "the identity provider does not answer: try again, or log in by password or passkey",
        {"retry-after": "30"},
    )  # fmt: skip
