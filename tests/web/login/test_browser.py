"""Where browsers find the service, as they write it."""

import pytest
from starlette.requests import Request

from maillon.web.login.browser import Browser
from maillon.web.login.config import LoginConfig


def asked(host: str, scheme: str = "http") -> Request:
    headers = [(b"host", host.encode())]
    return Request({"type": "http", "method": "GET", "path": "/", "query_string": b"",
                    "scheme": scheme, "server": ("x", 1), "headers": headers})  # fmt: skip


@pytest.mark.parametrize(
    ("public_url", "origin"),
    [
        ("https://maillon.example", "https://maillon.example"),
        ("https://Maillon.Example:443/folder", "https://maillon.example"),
        ("https://maillon.example:8443", "https://maillon.example:8443"),
        ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
        ("http://localhost:80", "http://localhost"),
        ("", "http://127.0.0.1:8000"),
    ],
)
def test_an_origin_is_written_as_browsers_do(public_url: str, origin: str) -> None:
    assert Browser(LoginConfig(public_url)).origin(asked("127.0.0.1:8000")) == origin


@pytest.mark.parametrize("host", ["", "a:b:c", "[::1", "127.0.0.1:99999999"])
def test_a_host_that_is_none_is_no_origin_of_ours(host: str) -> None:
    assert Browser(LoginConfig()).origin(asked(host)) in {"", "http://"}
