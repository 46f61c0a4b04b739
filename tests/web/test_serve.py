"""One process serves and keeps a worker: started anew when it dies, ended with it, however it goes."""

import datetime as dt
import ipaddress
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from prometheus_client import CollectorRegistry

from maillon.model import RefusedError, StoreError
from maillon.store import create_workspace
from maillon.web.server import Where, listening
from maillon.web.supervise import Supervisor

ROOT = Path(__file__).parents[2]
ENDS_S = 60


@contextmanager
def started(workspace: Path, *words: str) -> "Iterator[subprocess.Popen[str]]":
    """Run `maillon serve`; it and its worker are gone afterwards."""
    process = subprocess.Popen(
        [sys.executable, "-c", "from maillon.cli import main; raise SystemExit(main())", "serve",
         "--port", "0", "-w", str(workspace), *words],
        stderr=subprocess.PIPE, text=True, encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"),
             "MAILLON_KEYS": str(workspace.with_name("keys"))},
    )  # fmt: skip
    with process:
        try:
            yield process
        finally:
            process.kill()


def told(process: "subprocess.Popen[str]", wanted: str) -> str:
    """Return what a line of its log says, waiting for it."""
    assert process.stderr is not None
    heard = []
    for line in process.stderr:
        heard.append(line)
        if found := re.search(wanted, line):
            return found.group(1)
    raise AssertionError("".join(heard))


def rest(process: "subprocess.Popen[str]") -> str:
    """Return the rest of the log: it ends when the last process that may write to it has ended."""
    return process.communicate(timeout=ENDS_S)[1]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    create_workspace(tmp_path / "w")
    return tmp_path / "w"


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_service_and_worker(workspace: Path, sign: signal.Signals) -> None:
    with started(workspace) as process:
        base = told(process, r"on (http://\S+)")
        told(process, r"worker (\d+) looks for jobs")
        assert httpx.get(f"{base}/healthz").status_code == 200
        process.send_signal(sign)
        log = rest(process)
        assert (process.returncode, "started" in log, "-15" in log) == (0, False, False), log


@pytest.mark.parametrize("moment", ["started", "looks for jobs"])
def test_a_worker_notices_that_its_service_was_killed(workspace: Path, moment: str) -> None:
    with started(workspace) as process:
        told(process, rf"worker (\d+) {moment}")
        process.kill()
        rest(process)  # ends only when the worker, which has the same log, has ended
        assert process.returncode == -signal.SIGKILL


def test_a_killed_worker_is_started_anew(workspace: Path) -> None:
    with started(workspace) as process:
        base = told(process, r"on (http://\S+)")
        first = told(process, r"worker (\d+) started")
        os.kill(int(first), signal.SIGKILL)
        assert told(process, r"the worker ended with (-9)")
        assert told(process, r"worker (\d+) started") != first
        text = httpx.get(f"{base}/metrics").text
        assert "maillon_worker_starts_total 2.0" in text
        assert "maillon_worker_up 1.0" in text


def test_without_a_worker_there_is_none(workspace: Path) -> None:
    with started(workspace, "--no-worker") as process:
        base = told(process, r"on (http://\S+)")
        assert "maillon_worker_up" not in httpx.get(f"{base}/metrics").text
        process.terminate()
        assert "worker" not in rest(process)


def test_the_pause_grows_and_the_end_waits_for_none(tmp_path: Path) -> None:
    """A worker that dies at once three times is pausing for an hour: the end does not wait for it."""
    registry, times = CollectorRegistry(), tmp_path / "times"
    words = [sys.executable, "-c", f"open({str(times)!r}, 'a').write('x')"]
    with Supervisor(words, registry, (0.0, 0.0, 3_600.0)) as held:
        while registry.get_sample_value("maillon_worker_starts_total") != 3:
            assert held._thread.is_alive()
            held._stopping.wait(0.01)
        while len(times.read_text("utf-8") if times.exists() else "") != 3:
            held._stopping.wait(0.01)
    assert not held._thread.is_alive()
    assert registry.get_sample_value("maillon_worker_starts_total") == 3


def test_a_worker_that_does_not_end_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("maillon.web.supervise.GRACE_S", 0.1)
    ready = tmp_path / "ready"
    stubborn = (
        "import pathlib, signal, threading\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"pathlib.Path({str(ready)!r}).touch()\n"
        "threading.Event().wait()"
    )
    with Supervisor([sys.executable, "-c", stubborn]) as held:
        while not ready.exists():
            held._stopping.wait(0.01)
    assert held._process is not None
    assert held._process.returncode == -signal.SIGKILL


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "10.0.0.7", "192.168.1.2", "172.16.0.1", "fd00::1", "203.0.113.5", "db.example"]
)  # fmt: skip
def test_plain_http_over_a_network_is_refused(host: str) -> None:
    with pytest.raises(RefusedError, match="--behind ADDRESS, or a certificate"):
        listening(Where(host, 0))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "localhost"])
def test_this_machine_alone_needs_no_tls(host: str) -> None:
    with listening(Where(host, 0)) as held:
        assert held.getsockname()[0].startswith("127.")


def test_behind_a_proxy_any_address_is_taken() -> None:
    with listening(Where("0.0.0.0", 0, proxies=("10.0.0.2",))) as held:
        assert held.getsockname()[0] == "0.0.0.0"


def test_a_certificate_without_its_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="name both"):
        listening(Where("0.0.0.0", 0, certificate=tmp_path / "c.pem"))


def test_what_is_no_certificate_is_named_before_anything_listens(tmp_path: Path) -> None:
    for name in ("c.pem", "k.pem"):
        (tmp_path / name).write_text("no certificate", "utf-8")
    where = Where("127.0.0.1", 0, certificate=tmp_path / "c.pem", private_key=tmp_path / "k.pem")
    with pytest.raises(StoreError, match=r"c\.pem and .*k\.pem are no certificate with its key"):
        listening(where)


def certified(folder: Path) -> tuple[Path, Path]:
    """A certificate of this machine that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name)
        .public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(
            [x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = serialization.Encoding.PEM
    certificate, private = folder / "c.pem", folder / "k.pem"
    certificate.write_bytes(made.public_bytes(pem))
    private.write_bytes(key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))  # fmt: skip
    return certificate, private


def test_a_certificate_is_served(workspace: Path, tmp_path: Path) -> None:
    certificate, private = certified(tmp_path)
    words = ("--tls-cert", str(certificate), "--tls-key", str(private), "--no-worker")
    with started(workspace, *words) as process:
        base = told(process, r"on (https://\S+)")
        trust = ssl.create_default_context(cafile=certificate)
        assert httpx.get(f"{base}/healthz", verify=trust).status_code == 200
        host, _, port = base.removeprefix("https://").partition(":")
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.get(f"http://{host}:{port}/healthz")


def test_no_answer_waits_until_its_head_is_acknowledged() -> None:
    with (
        listening(Where(port=0)) as held,
        socket.create_connection(held.getsockname()),
        held.accept()[0] as answering,
    ):
        assert answering.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StoreError, match=f"cannot listen on 127.0.0.1:{port}"):
            listening(Where(port=port))
