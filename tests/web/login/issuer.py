"""A small identity provider on this machine, which can be told to lie."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT = "maillon"
CODE = "one-time code"


def unsigned(claims: dict[str, Any]) -> str:
    parts = [json.dumps(one).encode() for one in ({"alg": "none"}, claims)]
    return ".".join(base64.urlsafe_b64encode(one).rstrip(b"=").decode() for one in parts) + "."


class Issuer:
    """Issues one token a login.

    Attributes:
        account: Whom it names.
        changes: Claims that are other than they should be; None takes one away.
        sign: Signs the claims; None: as it should.
        said: What the browser was sent with.
        asked: Forms that its token endpoint got, with the authorization header.
    """

    def __init__(self, base: str, now: Callable[[], int]) -> None:
        self.base, self.now = base, now
        self.key = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"})
        self.account: Any = "analyst"
        self.changes: dict[str, Any] = {}
        self.sign: Callable[[dict[str, Any]], str] | None = None
        self.issuer = base
        self.said: dict[str, str] = {}
        self.asked: list[dict[str, str]] = []
        self.is_broken = False

    def begin(self, location: str) -> str:
        """Let the person log in; return what the browser is sent back with."""
        self.said = dict(parse_qsl(urlsplit(location).query))
        return f"code={CODE}&state={self.said['state']}"

    def claims(self) -> dict[str, Any]:
        usual = {
            "iss": self.issuer, "sub": "s-1", "aud": CLIENT, "iat": self.now(),
            "exp": self.now() + 300, "nonce": self.said["nonce"],
            "preferred_username": self.account,
        }  # fmt: skip
        return {k: v for k, v in {**usual, **self.changes}.items() if v is not None}

    def token(self) -> str:
        if self.sign is not None:
            return self.sign(self.claims())
        return jwt.encode({"alg": "RS256", "kid": "k1"}, self.claims(), self.key)

    def by(self, key: RSAKey, kid: str = "k1") -> Callable[[dict[str, Any]], str]:
        return lambda claims: jwt.encode({"alg": "RS256", "kid": kid}, claims, key)

    def by_public_key(self, claims: dict[str, Any]) -> str:
        """Sign with the public key as if it were a shared secret."""
        parts = [json.dumps(one).encode() for one in ({"alg": "HS256", "kid": "k1"}, claims)]
        said = ".".join(base64.urlsafe_b64encode(one).rstrip(b"=").decode() for one in parts)
        mark = hmac.digest(self.key.as_pem(private=False), said.encode(), "sha256")
        return f"{said}.{base64.urlsafe_b64encode(mark).rstrip(b'=').decode()}"

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, Any]:
        if self.is_broken:
            return 500, {}
        if path == "/.well-known/openid-configuration":
            places = {
                f"{name}_endpoint": f"{self.base}/{name}" for name in ("authorization", "token")
            }
            return 200, {"issuer": self.issuer, "jwks_uri": f"{self.base}/keys", **places}
        if path == "/keys":
            return 200, KeySet([self.key]).as_dict(private=False)
        self.asked.append(form)
        verifier = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode()
        if form["code"] != CODE or challenge != self.said["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        return 200, {"id_token": self.token(), "access_token": "a", "token_type": "Bearer"}


@contextmanager
def issuing(now: Callable[[], int]) -> Iterator[Issuer]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["content-length"])).decode()
            form = {name: values[0] for name, values in parse_qs(raw).items()}
            self._answer({**form, "authorization": self.headers.get("authorization", "")})

        def _answer(self, form: dict[str, str]) -> None:
            status, body = issuer.answer(urlsplit(self.path).path, form)
            raw = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        issuer = Issuer(f"http://127.0.0.1:{server.server_address[1]}", now)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield issuer
        finally:
            server.shutdown()
            thread.join()
