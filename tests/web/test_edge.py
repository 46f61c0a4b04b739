"""What strangers send to break a service; it refuses, and goes on."""

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from maillon.web.edge import Limits
from maillon.web.strict_json import DEEPEST, JsonError, loads
from maillon.workspace.workspace import Workspace

from .conftest import served

QUERY = {"queries": {"q": {"schema": "Person", "properties": {"name": ["Rudolf Zenda"]}}}}


@pytest.fixture(scope="module")
def base(folder: Path) -> Iterator[str]:
    limits = Limits(json_bytes=200_000, body_seconds=0.6, piece_seconds=0.6)
    with Workspace.open(folder) as workspace, served(workspace, limits) as base:
        yield base


@pytest.fixture(autouse=True)
def it_lives_afterwards(base: str) -> Iterator[None]:
    yield
    assert httpx.post(f"{base}/match/default", json=QUERY, timeout=30).status_code == 200


def raw(base: str, data: bytes, *, most: float = 10) -> bytes:
    """Return what comes back on a connection of its own until it is closed or silent."""
    host, port = base.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=most) as held:
        held.sendall(data)
        found = b""
        try:
            while piece := held.recv(65_536):
                found += piece
                if b"\r\n\r\n" in found and b"connection: close" in found.lower():
                    continue
        except TimeoutError:
            pass
        return found


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"queries": {}', 400),
        (b'{"queries": {"q": {"schema": "Person"}, "q": {}}}', 400),
        (b"[" * 100_000, 400),
        (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, 400),
        (b'{"queries": "\xff\xfe"}', 400),
        (b'{"queries": NaN}', 400),
        (b'{"queries": {"q": {"schema": "Person", "properties": {"name": ["\\ud800"]}}}}', 400),
        (b" " * 300_000, 413),
        (b"\x00" * 100, 400),
        (b"null", 422),
    ],
)
def test_a_hostile_body_is_refused(base: str, body: bytes, status: int) -> None:
    headers = {"content-type": "application/json"}
    response = httpx.post(f"{base}/match/default", content=body, headers=headers, timeout=30)
    assert response.status_code == status, response.text
    assert "detail" in response.json()


def test_a_body_that_says_no_length_is_counted(base: str) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(100):
            yield b" " * 10_000

    try:
        response = httpx.post(f"{base}/match/default", content=endless(), timeout=30)
    except (httpx.RemoteProtocolError, httpx.WriteError, httpx.ReadError):
        return  # it hung up while we still wrote
    assert response.status_code == 413


def test_a_slow_body_is_given_up(base: str) -> None:
    head = b"POST /match/default HTTP/1.1\r\nhost: x\r\ncontent-length: 50\r\n\r\n{"
    begun = time.monotonic()
    answer = raw(base, head, most=5)
    assert b" 408 " in answer.partition(b"\r\n")[0]
    assert time.monotonic() - begun < 6


def test_a_flood_of_header_fields_is_refused(base: str) -> None:
    fields = b"".join(b"x-%d: y\r\n" % n for n in range(10_000))
    answer = raw(base, b"GET /healthz HTTP/1.1\r\nhost: x\r\n" + fields + b"\r\n")
    assert answer.partition(b"\r\n")[0].split()[1] in {b"400", b"431"}
    some = b"".join(b"x-%d: y\r\n" % n for n in range(150))
    answer = raw(
        base, b"GET /healthz HTTP/1.1\r\nconnection: close\r\nhost: x\r\n" + some + b"\r\n"
    )
    assert b" 431 " in answer.partition(b"\r\n")[0]


def test_what_is_no_http_is_refused(base: str) -> None:
    assert raw(
        base, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 50, most=5
    ).startswith(b"HTTP/1.1 400") or not raw(base, b"\x16\x03\x01", most=1)


def test_an_unfinished_head_is_hung_up_on(base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("maillon.web.server.HEADER_SECONDS", 0.3)
    begun = time.monotonic()
    assert raw(base, b"GET /healthz HTTP/1.1\r\nhost: x\r\n", most=10) == b""
    assert time.monotonic() - begun < 5


def test_each_answer_forbids_what_a_browser_could_do_with_it(base: str) -> None:
    for path in ("/healthz", "/search/banana", "/nowhere"):
        headers = httpx.get(base + path).headers
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert len(headers["x-request-id"]) == 16
        assert "server" not in headers


@pytest.mark.parametrize(
    "text", ['"' + "[" * 1_000 + '"', '{"a\\"[": ' + "[" * 50 + "]" * 50 + "}"]
)
def test_brackets_within_texts_are_no_depth(text: str) -> None:
    assert loads(text.encode()) == json.loads(text)


def test_the_deepest_that_is_read_is_read() -> None:
    assert loads(b"[" * DEEPEST + b"]" * DEEPEST)
    with pytest.raises(JsonError, match="within one another"):
        loads(b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1))


def test_no_message_repeats_what_was_sent() -> None:
    for body in (b'{"secret": 1, "secret": 2}', b'{"secret": nope}', b'"secret'):
        with pytest.raises(JsonError) as caught:
            loads(body)
        assert "secret" not in str(caught.value)
