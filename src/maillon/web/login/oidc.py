"""An identity provider: OpenID Connect with the code flow, PKCE, state and nonce.

Source: OpenID Connect Core 1.0, 3.1 (code flow) and 3.1.3.7 (what is checked of an ID token);
RFC 7636 (PKCE, S256); RFC 9700 (current practice).
"""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote

import httpx

from maillon.web.login.config import OidcConfig, is_safe_url

LARGEST: Final = 1_000_000
"""Bytes of an answer of the provider."""
KEPT: Final = timedelta(hours=1)
"""How long its configuration and keys are believed."""
SOONEST: Final = timedelta(minutes=1)
"""How often its keys are read anew for the sake of one that is not known."""
LONGEST: Final = 100
"""Characters of the name of an account."""
LEEWAY: Final = 60
"""Seconds by which its clock may be off."""
TWO_FACTORS: Final = "mfa"
"""Source: RFC 8176, 2."""


class ProviderError(Exception):
    """What the provider said is no proof; the text is for the log of tests, not for callers."""


class UnreachableError(Exception):
    """The provider does not answer, or not as one."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """Whom a provider says that somebody is.

    Attributes:
        account: The account that the claim names.
        is_strong: Whether two factors were proved there.
    """

    account: str
    is_strong: bool


@dataclass(frozen=True, slots=True)
class Begun:
    """What belongs to one login at the provider.

    Attributes:
        state: What the browser brings back.
        nonce: What the token must hold.
        verifier: What proves that it is us who asks for the token.
        back: Where the browser is sent back to.
    """

    state: str
    nonce: str
    verifier: str
    back: str

    def __repr__(self) -> str:
        return "Begun()"


class Provider:
    """One identity provider.

    Args:
        config: What is known of it.
        client: Asks it; None for one of its own, that follows nothing and waits 10 s.
    """

    def __init__(self, config: OidcConfig, client: httpx.Client | None = None) -> None:
        self._config = config
        self._client = client or httpx.Client(timeout=10, follow_redirects=False)
        self._lock = threading.Lock()
        self._said: tuple[datetime, Mapping[str, Any]] | None = None
        self._keys: tuple[datetime, Mapping[str, Any]] | None = None

    def address(self, begun: Begun, now: datetime) -> str:
        """Return where a browser is sent to log in.

        Raises:
            UnreachableError: The provider does not say where.
        """
        from authlib.common.urls import add_params_to_uri  # type: ignore[import-untyped]  # noqa: PLC0415 - it has no types
        from authlib.oauth2.rfc7636 import (  # type: ignore[import-untyped]  # noqa: PLC0415 - as above
            create_s256_code_challenge,
        )

        asked = {
            "response_type": "code", "client_id": self._config.client_id,
            "redirect_uri": begun.back, "scope": " ".join(("openid", *self._config.scopes)),
            "state": begun.state, "nonce": begun.nonce,
            "code_challenge": create_s256_code_challenge(begun.verifier),
            "code_challenge_method": "S256",
        }  # fmt: skip
        place = self._place("authorization_endpoint", now)
        return str(add_params_to_uri(place, list(asked.items())))

    def finish(self, code: str, begun: Begun, now: datetime) -> Claimed:
        """Return whom the provider says that somebody is, for the code that the browser brought.

        Raises:
            ProviderError: It says nobody, or what it says is no proof.
            UnreachableError: It does not answer.
        """
        config = self._config
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": begun.back,
            "code_verifier": begun.verifier, "client_id": config.client_id,
        }  # fmt: skip
        said = self._asked("POST", self._place("token_endpoint", now), form)
        token, access = said.get("id_token"), said.get("access_token", "")
        if not isinstance(token, str) or not isinstance(access, str):
            raise ProviderError("no ID token")
        return self._claimed(self._checked(token, access, begun.nonce, now))

    def _checked(self, token: str, access: str, nonce: str, now: datetime) -> Mapping[str, Any]:
        from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]  # noqa: PLC0415 - it has no types
        from joserfc.errors import JoseError  # noqa: PLC0415 - only who logs in

        config = self._config
        wanted = {
            "iss": {"essential": True, "value": config.issuer},
            "aud": {"essential": True, "value": config.client_id},
            "exp": {"essential": True}, "iat": {"essential": True}, "sub": {"essential": True},
        }  # fmt: skip
        params = {"nonce": nonce, "client_id": config.client_id, "access_token": access}
        try:
            header, claims = self._decoded(token, now)
            found = CodeIDToken(claims, header, options=wanted, params=params)
            found.validate(now=int(now.timestamp()), leeway=LEEWAY)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise ProviderError(type(error).__name__) from None
        return claims

    def _decoded(self, token: str, now: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
        from joserfc import jwt  # noqa: PLC0415 - only who logs in
        from joserfc.errors import BadSignatureError, InvalidKeyIdError  # noqa: PLC0415
        from joserfc.jwk import KeySet  # noqa: PLC0415

        algorithms = list(self._config.algorithms)
        try:
            keys = KeySet.import_key_set(self._key_set(now))  # type: ignore[arg-type]  # what it says is checked there
            found = jwt.decode(token, keys, algorithms=algorithms)
        except (BadSignatureError, InvalidKeyIdError):
            keys = KeySet.import_key_set(self._key_set(now, anew=True))  # type: ignore[arg-type]  # as above
            found = jwt.decode(token, keys, algorithms=algorithms)
        return found.header, found.claims

    def _claimed(self, claims: Mapping[str, Any]) -> Claimed:
        config = self._config
        account, methods = claims.get(config.claim), claims.get("amr", [])
        is_name = isinstance(account, str) and account.isprintable() and len(account) <= LONGEST
        if not is_name or not account:
            raise ProviderError("the claim names nobody")
        if config.claim == "email" and claims.get("email_verified") is not True:
            raise ProviderError("the address is not verified")
        return Claimed(account, config.two_factors or TWO_FACTORS in methods)

    def _place(self, name: str, now: datetime) -> str:
        with self._lock:
            if self._said is None or now - self._said[0] >= KEPT:
                issuer = self._config.issuer
                place = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
                said = self._asked("GET", place)
                if said.get("issuer") != issuer:
                    raise UnreachableError("another issuer")
                self._said = (now, said)
            found = self._said[1].get(name)
        if not isinstance(found, str) or not is_safe_url(found):
            raise UnreachableError(f"no {name}")
        return found

    def _key_set(self, now: datetime, *, anew: bool = False) -> Mapping[str, Any]:
        place = self._place("jwks_uri", now)
        with self._lock:
            age = KEPT if self._keys is None else now - self._keys[0]
            if self._keys is None or age >= (SOONEST if anew else KEPT):
                self._keys = (now, self._asked("GET", place))
            return self._keys[1]

    def _asked(
        self, method: str, place: str, form: Mapping[str, str] | None = None
    ) -> Mapping[str, Any]:
        config = self._config
        auth = httpx.USE_CLIENT_DEFAULT if form is None or not config.secret else (
            # RFC 6749, 2.3.1: both are form-encoded first
            httpx.BasicAuth(quote(config.client_id, safe=""), quote(config.secret, safe=""))
        )  # fmt: skip
        try:
            with self._client.stream(method, place, data=form, auth=auth) as answer:
                raw = b""
                for piece in answer.iter_bytes():
                    raw += piece
                    if len(raw) > LARGEST:
                        raise UnreachableError("a long answer")
            if form is not None and answer.status_code in {400, 401, 403}:
                raise ProviderError("the code is refused")
            answer.raise_for_status()
            said = json.loads(raw)
        except (httpx.HTTPError, ValueError, RecursionError) as error:
            raise UnreachableError(type(error).__name__) from None
        if not isinstance(said, dict):
            raise UnreachableError("no object")
        return said
