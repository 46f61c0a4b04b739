"""What ``maillon.toml`` says of logging in, read once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from maillon.model import StoreError
from maillon.store import Settings
from maillon.store.login.gate import LoginRules
from maillon.store.settings import FILE

LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_LOGIN: Final = frozenset({"second_factor", "idle_minutes", "absolute_hours", "oidc"})
_OIDC: Final = frozenset(
    {"issuer", "client_id", "claim", "algorithms", "scopes", "two_factors", "landing"}
)
ALGORITHMS: Final = ("RS256", "PS256", "ES256", "EdDSA")
"""Signatures of identity providers that are taken; none of them can be made by who checks it."""
_SECOND: Final = ("optional", "required")


@dataclass(frozen=True, slots=True)
class OidcConfig:
    """An identity provider.

    Attributes:
        issuer: Its address, as its tokens name it.
        client_id: Our name there.
        secret: Our secret there, from the environment; empty for a public client.
        claim: The claim that names the account.
        algorithms: Signatures that are taken.
        scopes: What is asked for, beside ``openid``.
        two_factors: Whether the provider proves two factors of everybody.
        landing: Path that a browser is sent to after the login.
    """

    issuer: str
    client_id: str
    secret: str = field(default="", repr=False)
    claim: str = "preferred_username"
    algorithms: tuple[str, ...] = ("RS256", "ES256")
    scopes: tuple[str, ...] = ("profile",)
    two_factors: bool = False
    landing: str = "/"


@dataclass(frozen=True, slots=True)
class LoginConfig:
    """How people log in.

    Attributes:
        public_url: Where browsers find the service; empty: on this machine.
        rules: How logins are held.
        oidc: The identity provider; None: there is none.
    """

    public_url: str = ""
    rules: LoginRules = field(default_factory=LoginRules)
    oidc: OidcConfig | None = None


def read_login(settings: Settings, public_url: str = "", secret: str = "") -> LoginConfig:
    """Read the table ``[login]`` of ``maillon.toml``.

    Args:
        settings: Of the workspace.
        public_url: Where browsers find the service.
        secret: Of our client at the identity provider.

    Raises:
        StoreError: The table says something that is not understood; names file and key.
    """
    where = f"{settings.folder / FILE}: [login]"
    said = _table(settings.raw.get("login", {}), where, _LOGIN)
    second = said.get("second_factor", "optional")
    if second not in _SECOND:
        raise StoreError(f"{where} second_factor is one of {', '.join(_SECOND)}")
    rules = LoginRules(
        second == "required",
        timedelta(minutes=_count(said, "idle_minutes", 30, 24 * 60, where)),
        timedelta(hours=_count(said, "absolute_hours", 12, 24 * 7, where)),
    )
    oidc = said.get("oidc")
    provider = None if oidc is None else _provider(oidc, f"{where[:-1]}.oidc]", secret)
    if provider is not None and not public_url:
        raise StoreError(f"{where} oidc needs [service] public_url: the provider sends back there")
    return LoginConfig(public_url.rstrip("/"), rules, provider)


def is_safe_url(url: str) -> bool:
    """Return whether nobody between can read what is sent: HTTPS, or this machine."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


def _provider(raw: object, where: str, secret: str) -> OidcConfig:
    said = _table(raw, where, _OIDC)
    issuer, client = _text(said, "issuer", "", where), _text(said, "client_id", "", where)
    if not client or not is_safe_url(issuer):
        raise StoreError(f"{where} names issuer (https://...) and client_id")
    algorithms = _texts(said, "algorithms", ("RS256", "ES256"), where)
    if not algorithms or set(algorithms) - set(ALGORITHMS):
        raise StoreError(f"{where} algorithms are some of {', '.join(ALGORITHMS)}")
    landing = _text(said, "landing", "/", where)
    if not landing.startswith("/") or landing.startswith("//"):
        raise StoreError(f"{where} landing is a path of this service, e.g. /")
    two = said.get("two_factors", False)
    if not isinstance(two, bool):
        raise StoreError(f"{where} two_factors is true or false")
    return OidcConfig(
        issuer, client, secret, _text(said, "claim", "preferred_username", where), algorithms,
        _texts(said, "scopes", ("profile",), where), two, landing,
    )  # fmt: skip


def _table(raw: object, where: str, known: frozenset[str]) -> Mapping[str, Any]:
    if not isinstance(raw, dict):
        raise StoreError(f"{where} is no table")
    if unknown := sorted(set(raw) - known):
        raise StoreError(f"{where} {', '.join(unknown)}: not known")
    return raw


def _count(said: Mapping[str, Any], key: str, usual: int, most: int, where: str) -> int:
    value = said.get(key, usual)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise StoreError(f"{where} {key} is a number from 1 to {most}")
    return value


def _text(said: Mapping[str, Any], key: str, usual: str, where: str) -> str:
    value = said.get(key, usual)
    if not isinstance(value, str):
        raise StoreError(f"{where} {key} is a text")
    return value


def _texts(
    said: Mapping[str, Any], key: str, usual: tuple[str, ...], where: str
) -> tuple[str, ...]:  # fmt: skip
    value = said.get(key, usual)
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        raise StoreError(f"{where} {key} is a list of texts")
    return tuple(value)
