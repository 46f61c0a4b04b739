"""Managing accounts: by whom has the role `accounts`, proved anew, never one's own."""

from typing import Annotated

from fastapi import Path

from maillon.store.login.accounts import By
from maillon.store.login.keys import KeyOrder
from maillon.store.login.sessions import Opened
from maillon.web.api.shapes import router_of
from maillon.web.depends import ServiceDep
from maillon.web.login.keeper import Keeper, KeeperDep, SettledDep
from maillon.web.login.session_routes import SessionId
from maillon.web.login.shapes import (
    PLAIN,
    AccountBody,
    AccountList,
    ChangeBody,
    KeyBody,
    KeyIssued,
    KeyList,
    SessionList,
    SetUpShown,
    account_shown,
    key_issued,
    key_shown,
    session_line,
)
from maillon.web.service import Service

router = router_of("accounts")
Account = Annotated[str, Path(max_length=100, pattern=PLAIN)]
KeyId = Annotated[str, Path(pattern=r"^[0-9a-f]{12}$")]


def _by(service: Service, keeper: Keeper, opened: Opened, about: str, change: str) -> By:
    """Return who manages an account, or raise; the ledger has the refusal."""
    session = opened.session
    is_fresh = change in {"list", "keys", "sessions"} or keeper.is_fresh(session)
    service.workspace.store.policy.administer(session.who, about, change, is_fresh=is_fresh)
    return By(session.who)


@router.get("/accounts")
def accounts(service: ServiceDep, keeper: KeeperDep, opened: SettledDep) -> AccountList:
    """Return all accounts, by name."""
    _by(service, keeper, opened, "", "list")
    return AccountList(items=[account_shown(one) for one in keeper.accounts.listed()])


@router.post("/accounts", status_code=201)
def add_account(
    body: AccountBody, service: ServiceDep, keeper: KeeperDep, opened: SettledDep
) -> SetUpShown:
    """Make an account for a person of ``maillon.toml``; the code opens it once."""
    by = _by(service, keeper, opened, body.account, "add")
    code = keeper.accounts.add(by, body.account, body.kind)
    return SetUpShown(account=account_shown(keeper.accounts.one(body.account)), code=code)


@router.patch("/accounts/{account}")
def change_account(
    account: Account, body: ChangeBody, service: ServiceDep, keeper: KeeperDep, opened: SettledDep
) -> SetUpShown:
    """Lock, unlock, disable or reset an account; a reset answers with the new code."""
    by, code = _by(service, keeper, opened, account, body.change), ""
    match body.change:
        case "lock":
            keeper.accounts.lock(by, account)
        case "unlock":
            keeper.accounts.unlock(by, account)
        case "disable":
            keeper.accounts.disable(by, account)
        case "reset":
            code = keeper.accounts.reset(by, account)
    return SetUpShown(account=account_shown(keeper.accounts.one(account)), code=code)


@router.get("/accounts/{account}/sessions")
def sessions_of(
    account: Account, service: ServiceDep, keeper: KeeperDep, opened: SettledDep
) -> SessionList:
    """Return the open sessions of an account."""
    _by(service, keeper, opened, account, "sessions")
    keeper.accounts.one(account)
    return SessionList(items=[session_line(one) for one in keeper.sessions.listed(account)])


@router.delete("/accounts/{account}/sessions", status_code=204)
def end_sessions_of(
    account: Account, service: ServiceDep, keeper: KeeperDep, opened: SettledDep
) -> None:
    """End every session of an account."""
    by = _by(service, keeper, opened, account, "end sessions")
    keeper.accounts.one(account)
    keeper.sessions.end_all(by.who, account)


@router.delete("/accounts/{account}/sessions/{id}", status_code=204)
def end_session_of(
    account: Account, id: SessionId, service: ServiceDep, keeper: KeeperDep, opened: SettledDep  # noqa: A002 - the path's word
) -> None:  # fmt: skip
    """End one session of an account."""
    by = _by(service, keeper, opened, account, "end session")
    keeper.sessions.end(by.who, account, id)


@router.get("/accounts/{account}/keys")
def keys_of(
    account: Account, service: ServiceDep, keeper: KeeperDep, opened: SettledDep
) -> KeyList:
    """Return the keys of a service account, without their secrets."""
    _by(service, keeper, opened, account, "keys")
    keeper.accounts.one(account)
    return KeyList(items=[key_shown(one) for one in keeper.keys.listed(account)])


@router.post("/accounts/{account}/keys", status_code=201)
def issue_key(
    account: Account, body: KeyBody, service: ServiceDep, keeper: KeeperDep, opened: SettledDep
) -> KeyIssued:
    """Issue a key of a service account; its token is shown this once."""
    by = _by(service, keeper, opened, account, "issue key")
    order = KeyOrder(body.name, tuple(body.scopes), body.days, tuple(body.addresses))
    return key_issued(keeper.keys.issue(by, account, order))


@router.delete("/accounts/{account}/keys/{id}", status_code=204)
def revoke_key(
    account: Account, id: KeyId, service: ServiceDep, keeper: KeeperDep, opened: SettledDep  # noqa: A002 - the path's word
) -> None:  # fmt: skip
    """Revoke a key."""
    by = _by(service, keeper, opened, account, "revoke key")
    keeper.keys.revoke(by, account, id)
