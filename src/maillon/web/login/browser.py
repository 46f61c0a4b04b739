"""What a browser brings: its cookie, and the proof that our own page made the request.

Source: OWASP Cross-Site Request Forgery Prevention; RFC 6265bis (``__Host-``); Fetch Metadata.
"""

import hmac
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from maillon.store.login.sessions import csrf_of
from maillon.web.login.config import LoginConfig, is_safe_url

CSRF: Final = "x-csrf-token"
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
LONGEST_TOKEN: Final = 200
_PORTS: Final = {"http": 80, "https": 443}
Site = Literal["lax", "strict"]


@dataclass(frozen=True, slots=True)
class Browser:
    """How cookies are set and who may send them.

    Attributes:
        config: How people log in.
    """

    config: LoginConfig

    def cookie(self, request: Request) -> str:
        """Return the name of the session's cookie."""
        return "__Host-maillon" if self._is_https(request) else "maillon"

    def token(self, request: Request) -> str:
        """Return the token that the cookie holds; empty where there is none."""
        value = request.cookies.get(self.cookie(request), "")
        return value if len(value) <= LONGEST_TOKEN else ""

    def give(self, request: Request, response: Response, token: str) -> None:
        """Have the browser keep a token: no script reads it, no other site sends it."""
        site: Site = "lax" if self.config.oidc else "strict"
        self._set(request, response, self.cookie(request), token, site)

    def take(self, request: Request, response: Response) -> None:
        """Have the browser forget its token."""
        self._set(request, response, self.cookie(request), "", "strict", age=0)

    def give_state(self, request: Request, response: Response, state: str, seconds: int) -> None:
        """Have the browser keep what it must bring back from the identity provider."""
        name = f"{self.cookie(request)}-oidc"
        self._set(request, response, name, state, "lax", age=seconds)

    def state(self, request: Request) -> str:
        """Return what the browser brings back from the identity provider."""
        return request.cookies.get(f"{self.cookie(request)}-oidc", "")

    def check_place(self, request: Request) -> None:
        """Let a login through only where nobody between can read it.

        Raises:
            HTTPException: 403: the service is not behind HTTPS and not on this machine.
        """
        if not is_safe_url(self.origin(request)):
            raise HTTPException(
                403, "a login needs HTTPS: name it in [service] public_url of maillon.toml",
                {"x-code": "https-needed"},
            )  # fmt: skip

    def check_origin(self, request: Request) -> None:
        """Let through what our own page sent, or what is no browser.

        Raises:
            HTTPException: 403: another site sent it.
        """
        headers = request.headers
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        if origin is not None and origin != self.origin(request):
            raise _foreign()
        if site is not None and site != "same-origin":
            raise _foreign()

    def check_csrf(self, request: Request, token: str) -> None:
        """Let a request with a cookie through whose page knows the session's own token.

        Raises:
            HTTPException: 403: it does not, or another site sent it.
        """
        if request.method in SAFE:
            return
        self.check_origin(request)
        sent = request.headers.get(CSRF, "").encode("utf-8", "backslashreplace")
        if not hmac.compare_digest(sent, csrf_of(token).encode()):
            raise _foreign()

    def origin(self, request: Request) -> str:
        """Return what browsers call the service, e.g. ``https://maillon.example``."""
        return _origin(self.base(request))

    def base(self, request: Request) -> str:
        """Return where browsers find the service; it may be in a folder of its host."""
        own = f"{request.url.scheme}://{request.headers.get('host', '')}"
        return self.config.public_url or own

    def _is_https(self, request: Request) -> bool:
        return self.origin(request).startswith("https://")

    def _set(
        self, request: Request, response: Response, name: str, value: str, site: Site,
        age: int | None = None,
    ) -> None:  # fmt: skip
        response.set_cookie(
            name, value, max_age=age, path="/", secure=self._is_https(request), httponly=True,
            samesite=site,
        )  # fmt: skip


def _origin(url: str) -> str:
    """Return the origin of an address as browsers write it: small letters, no usual port.

    Source: HTML, "serialization of an origin".
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    shown = f"[{host}]" if ":" in host else host
    is_usual = port is None or port == _PORTS.get(parts.scheme)
    return f"{parts.scheme}://{shown}" + ("" if is_usual else f":{port}")


def _foreign() -> HTTPException:
    return HTTPException(
        403, f"no page of this service sent it: send {CSRF} of GET /api/v1/session",
        {"x-code": "csrf"},
    )  # fmt: skip
