"""``account``: who may log in to the service, and the keys of its clients, by the operator.

Whoever may write the workspace's desk may do this: it is how the first account is made.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from maillon.cli.keys import KeysOption, keys_folder
from maillon.cli.options import WorkspaceOption, opened, put, say

if TYPE_CHECKING:
    from maillon.store.login.gate import Gate

account = typer.Typer(
    help="""Who may log in to the service, and the keys of its clients.

Example: maillon account list -w my-workspace
""",
    no_args_is_help=True,
)
key = typer.Typer(help="Keys of service accounts.", no_args_is_help=True)
account.add_typer(key, name="key")

NameArgument = Annotated[str, typer.Argument(help="A person of maillon.toml, [people].")]
StdinOption = Annotated[
    bool,
    typer.Option("--password-stdin", help="Read the first password from standard input."),
]


@contextmanager
def _gate(workspace: Path, keys: Path | None) -> "Iterator[Gate]":
    from maillon.store.login.gate import open_gate

    with opened(workspace) as store:
        yield open_gate(store, keys_folder(store.settings, keys, os.environ))


@account.command()
def add(
    name: NameArgument,
    service: Annotated[
        bool, typer.Option("--service", help="An account that has keys only, no password.")
    ] = False,
    password_stdin: StdinOption = False,
    keys: KeysOption = None,
    workspace: WorkspaceOption = Path(),
) -> None:
    """Make an account; print the code that opens it once, within seven days."""
    from maillon.store.login.accounts import PERSON, SERVICE, Accounts, By

    password = _password(read=password_stdin)
    if service and password:
        raise typer.BadParameter("a service account has no password", param_hint="--service")
    with _gate(workspace, keys) as gate:
        code = Accounts(gate).add(By(), name, SERVICE if service else PERSON, password)
    _said(name, code)


@account.command("list")
def list_(keys: KeysOption = None, workspace: WorkspaceOption = Path()) -> None:
    """Print the accounts, by name."""
    from maillon.store.login.accounts import Accounts

    with _gate(workspace, keys) as gate:
        for one in Accounts(gate).listed():
            said = asdict(one)
            put({"account": said.pop("who"), **said})


@account.command()
def reset(
    name: NameArgument,
    password_stdin: StdinOption = False,
    keys: KeysOption = None,
    workspace: WorkspaceOption = Path(),
) -> None:
    """Take password, second factors and sessions from an account; print its new code."""
    from maillon.store.login.accounts import Accounts, By

    password = _password(read=password_stdin)
    with _gate(workspace, keys) as gate:
        code = Accounts(gate).reset(By(), name, password)
    _said(name, code)


@account.command()
def lock(name: NameArgument, keys: KeysOption = None, workspace: WorkspaceOption = Path()) -> None:
    """Let an account in no more, and end its sessions, until it is unlocked."""
    from maillon.store.login.accounts import Accounts, By

    with _gate(workspace, keys) as gate:
        Accounts(gate).lock(By(), name)


@account.command()
def unlock(
    name: NameArgument, keys: KeysOption = None, workspace: WorkspaceOption = Path()
) -> None:
    """Let an account in again that was locked, or that failed too often."""
    from maillon.store.login.accounts import Accounts, By

    with _gate(workspace, keys) as gate:
        Accounts(gate).unlock(By(), name)


@account.command()
def disable(
    name: NameArgument, keys: KeysOption = None, workspace: WorkspaceOption = Path()
) -> None:
    """End an account: sessions, keys and password; only a reset opens it again."""
    from maillon.store.login.accounts import Accounts, By

    with _gate(workspace, keys) as gate:
        Accounts(gate).disable(By(), name)


@key.command()
def issue(
    name: NameArgument,
    scope: Annotated[list[str], typer.Option("--scope", help="An act that it is for; repeat it.")],
    called: Annotated[str, typer.Option("--name", help="What the key is called.")] = "key",
    days: Annotated[int, typer.Option(help="How long it holds, 1 to 365.")] = 365,
    address: Annotated[
        list[str] | None,
        typer.Option("--from", help="A network that it is taken from, as 10.1.0.0/16; repeat it."),
    ] = None,
    keys: KeysOption = None,
    workspace: WorkspaceOption = Path(),
) -> None:
    """Issue a key of a service account; its token is printed this once."""
    from maillon.store.login.accounts import By
    from maillon.store.login.keys import KeyOrder, Keys

    order = KeyOrder(called, tuple(scope), days, tuple(address or ()))
    with _gate(workspace, keys) as gate:
        issued = Keys(gate).issue(By(), name, order)
    put({"key": issued.key.id, "account": name, "expires": issued.key.expires,
         "token": issued.token})  # fmt: skip


@key.command()
def revoke(
    name: NameArgument,
    id_: Annotated[str, typer.Argument(metavar="KEY", help="Its number.")],
    keys: KeysOption = None,
    workspace: WorkspaceOption = Path(),
) -> None:
    """Revoke a key: from now on it opens nothing."""
    from maillon.store.login.accounts import By
    from maillon.store.login.keys import Keys

    with _gate(workspace, keys) as gate:
        Keys(gate).revoke(By(), name, id_)


@key.command("list")
def list_keys(
    name: NameArgument, keys: KeysOption = None, workspace: WorkspaceOption = Path()
) -> None:
    """Print the keys of a service account, without their secrets."""
    from maillon.store.login.keys import Keys

    with _gate(workspace, keys) as gate:
        for one in Keys(gate).listed(name):
            said = asdict(one)
            put({"key": said.pop("id"), "account": said.pop("who"), **said})


def _password(*, read: bool) -> str:
    if not read:
        return ""
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise typer.BadParameter("standard input is empty", param_hint="--password-stdin")
    return password


def _said(name: str, code: str) -> None:
    put({"account": name, "code": code} if code else {"account": name})
    if code:
        say("the code opens the account once, within seven days; it is printed nowhere else")
