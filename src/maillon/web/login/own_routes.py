"""The own account: its password, its device for one-time codes."""

from fastapi import Request, Response

from maillon.web.api.shapes import router_of
from maillon.web.login.keeper import KeeperDep, OpenedDep, SettledDep, address_of, in_http
from maillon.web.login.session_routes import given
from maillon.web.login.shapes import (
    CodeBody,
    CodesLeft,
    CodesShown,
    ConfirmedShown,
    EnrolmentShown,
    PasswordBody,
    SessionShown,
)

router = router_of("login")


@router.put("/account/password")
def change_password(
    body: PasswordBody, opened: OpenedDep, request: Request, response: Response, keeper: KeeperDep
) -> SessionShown:
    """Change the password; every other session of the account ends."""
    with in_http():
        again = keeper.proving.change_password(opened, body.old, body.new, address_of(request))
    return given(keeper, request, response, again)


@router.post("/account/totp", status_code=201)
def begin_codes(opened: OpenedDep, keeper: KeeperDep) -> EnrolmentShown:
    """Draw the secret of a device for one-time codes; it counts once one code was sent back.

    The login, or a step-up, is at most five minutes ago.
    """
    with in_http():
        drawn = keeper.proving.begin_codes(opened.session)
    return EnrolmentShown(secret=drawn.secret, uri=drawn.uri)


@router.put("/account/totp")
def confirm_codes(
    body: CodeBody, opened: OpenedDep, request: Request, response: Response, keeper: KeeperDep
) -> ConfirmedShown:
    """Have the device count; the recovery codes are shown this once."""
    with in_http():
        again, codes = keeper.proving.confirm_codes(opened, body.code, address_of(request))
    return ConfirmedShown(recovery=codes, session=given(keeper, request, response, again))


@router.delete("/account/totp", status_code=204)
def remove_codes(opened: SettledDep, keeper: KeeperDep) -> None:
    """Forget the device; who needs a second factor keeps one."""
    with in_http():
        keeper.proving.remove_codes(opened.session)


@router.get("/account/recovery")
def codes_left(opened: SettledDep, keeper: KeeperDep) -> CodesLeft:
    """Return whether there is a device for one-time codes, and how many recovery codes are left."""
    left = keeper.factors.left(opened.session.who)
    return CodesLeft(has_code=left is not None, left=left or 0)


@router.post("/account/recovery", status_code=201)
def draw_codes(opened: SettledDep, keeper: KeeperDep) -> CodesShown:
    """Draw new recovery codes; the former ones are void."""
    with in_http():
        return CodesShown(recovery=keeper.proving.draw_codes(opened.session))
