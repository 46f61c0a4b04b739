"""Logging in over HTTP: sessions, second factors, keys, and the accounts that have them."""

from pathlib import Path

from maillon.store.login.gate import open_gate
from maillon.web.login import (
    admin_routes,
    oidc_routes,
    own_routes,
    passkey_routes,
    session_routes,
)
from maillon.web.login.config import read_login
from maillon.web.login.keeper import Keeper
from maillon.web.service import Service

__all__ = ["Keeper", "routers", "set_up"]

routers = (
    session_routes.router,
    own_routes.router,
    passkey_routes.router,
    oidc_routes.router,
    admin_routes.router,
)


def set_up(service: Service, keys: Path, secret: str = "") -> None:
    """Have a service recognise who asks.

    Args:
        service: The service.
        keys: The keys folder of its workspace.
        secret: Of our client at the identity provider.

    Raises:
        StoreError: ``[login]`` of ``maillon.toml`` says something that is not understood.
    """
    store = service.workspace.store
    config = read_login(store.settings, service.config.public_url, secret)
    service.doorkeeper = Keeper(open_gate(store, keys, config.rules), config)
