"""What deploy/ and the pages for who runs a server say is so: files, commands, metrics, lines."""

import configparser
import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy.engine import make_url
from typer.main import get_command

from maillon.cli.app import app
from maillon.model import StoreError
from maillon.store.engines import check_url
from maillon.web.metrics import Metrics
from maillon.web.supervise import GRACE_S, Supervisor

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
SERVICES = sorted(DEPLOY.glob("*.service"))
TIMERS = sorted(DEPLOY.glob("*.timer"))
PAGES = {name: (ROOT / "docs" / name).read_text("utf-8") for name in ("deploy.md", "operate.md")}
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
KNOWN = {
    "Unit": {"Description", "Wants", "After"},
    "Timer": {"OnCalendar", "RandomizedDelaySec", "Persistent"},
    "Install": {"WantedBy"},
    "Service": set(
        re.findall(
            r"\w+",
            "Type User Group Environment ExecStart Restart RestartSec TimeoutStopSec UMask ProtectSystem "
            "ReadWritePaths ProtectHome PrivateTmp PrivateDevices PrivateUsers PrivateIPC ProtectProc "
            "ProcSubset ProtectClock ProtectHostname ProtectKernelLogs ProtectKernelModules "
            "ProtectKernelTunables ProtectControlGroups NoNewPrivileges CapabilityBoundingSet "
            "AmbientCapabilities RestrictSUIDSGID RestrictNamespaces RestrictRealtime LockPersonality "
            "MemoryDenyWriteExecute KeyringMode RemoveIPC SystemCallArchitectures SystemCallFilter "
            "SystemCallErrorNumber RestrictAddressFamilies IPAddressDeny IPAddressAllow MemoryMax TasksMax "
            "LimitNOFILE LimitCORE",
        )
    ),
}
"""Source: systemd.unit(5), systemd.timer(5), systemd.service(5), systemd.exec(5), systemd.resource-control(5)
of systemd 252."""
OWN = {
    "Type",
    "ExecStart",
    "Restart",
    "RestartSec",
    "TimeoutStopSec",
    "ReadWritePaths",
    "MemoryMax",
}
"""Lines in which the units differ; all others are the same in each."""
MOST_TO_ATTACK = 15
"""Exposure by ``systemd-analyze security``, in tenths: below 2 is what it calls OK at its best."""


def unit(file: Path) -> dict[str, list[tuple[str, str]]]:
    """Return the sections of a unit, each with its lines; a key may stand more than once."""
    found: dict[str, list[tuple[str, str]]] = {}
    lines: list[tuple[str, str]] = []
    for line in file.read_text("utf-8").splitlines():
        if line.startswith("["):
            lines = found.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            key, equals, value = line.partition("=")
            assert equals, line
            lines.append((key, value))
    return found


def lines_of(file: Path, key: str) -> list[str]:
    return [value for name, value in unit(file)["Service"] if name == key]


def parsed(words: list[str]) -> str:
    """Return the command that words name, after parsing them as `maillon` does, running nothing."""
    command = get_command(app)
    context = command.make_context("maillon", list(words), resilient_parsing=False)
    name, sub, rest = command.resolve_command(context, [*context._protected_args, *context.args])  # type: ignore[attr-defined]  # the application is a group
    while hasattr(sub, "resolve_command"):
        context = sub.make_context(name, rest, parent=context)
        name, sub, rest = sub.resolve_command(context, [*context._protected_args, *context.args])
    sub.make_context(name, rest, parent=context)
    return str(name)


def commands() -> Iterator[tuple[str, list[str]]]:
    """Every command line of units, compose and pages, with its place."""
    for file in SERVICES:
        for line in lines_of(file, "ExecStart"):
            program, *words = line.split()
            assert program == "/opt/maillon/bin/maillon"
            yield file.name, words
    for name, service in COMPOSE["services"].items():
        if service["image"] == "maillon" and "command" in service:
            yield f"compose {name}", service["command"]
    for name, page in PAGES.items():
        for kind, block in re.findall(r"^```(\w*)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL):
            for line in [] if kind else block.splitlines():
                words = shlex.split(line, comments=True)
                if words[:3] == ["docker", "compose", "run"] and words[4] == "maillon":
                    yield name, words[5:]
                elif words[:1] == ["maillon"]:
                    yield name, words[1:]


@pytest.mark.parametrize(
    "words",
    [words for _, words in commands()],
    ids=[f"{place}: {words[0]}" for place, words in commands()],
)
def test_a_command_is_one_that_maillon_takes(
    monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.setenv("MAILLON_WORKSPACE", "w")
    assert parsed(words)


def test_commands_are_found_in_units_compose_and_pages() -> None:
    places = [place for place, _ in commands()]
    assert {"maillon.service", "compose serve", "deploy.md", "operate.md"} <= set(places)
    assert len(places) > 25


@pytest.mark.parametrize("words", [["serve", "--no-such"], ["nothing"], ["retain", "nothing"]])
def test_a_command_that_maillon_does_not_take_is_found(words: list[str]) -> None:
    with pytest.raises(Exception, match=r"(?i)no such"):
        parsed(words)


def test_addresses_are_ones_that_are_taken() -> None:
    text = "\n".join([*PAGES.values(), (DEPLOY / "compose.yaml").read_text("utf-8")])
    found = re.findall(r"postgresql\+psycopg://\S+[a-z]", text)
    assert len(found) > 5
    for url in found:
        check_url(url)
        assert make_url(url).password is None
    with pytest.raises(StoreError):
        check_url("postgresql+psycopg://maillon_app:secret@desk/maillon")


def test_each_service_of_compose_is_closed() -> None:
    for name, service in COMPOSE["services"].items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert not service["user"].startswith(("0", "root")), name
        assert re.fullmatch(r"\d+[mg]", service["mem_limit"]), name
        assert "/tmp" in "".join(service["tmpfs"]), name
        assert "privileged" not in service
        assert "cap_add" not in service


def test_compose_names_what_it_defines() -> None:
    for service in COMPOSE["services"].values():
        assert set(service["networks"]) <= set(COMPOSE["networks"])
        assert set(service["secrets"]) <= set(COMPOSE["secrets"])
        assert set(service.get("depends_on", ())) <= set(COMPOSE["services"])
        for volume in service["volumes"]:
            source, _, target = volume.partition(":")
            assert target.startswith("/")
            is_file = source.startswith("./") and (DEPLOY / source).is_file()
            assert is_file or source in COMPOSE["volumes"], volume


def test_files_that_compose_and_the_image_name_are_there() -> None:
    build = COMPOSE["services"]["serve"]["build"]
    context = DEPLOY / build["context"]
    dockerfile = context / build["dockerfile"]
    text = dockerfile.read_text("utf-8")
    let_in = dockerfile.with_name("Dockerfile.dockerignore").read_text("utf-8").split()
    (copied,) = re.findall(r"^COPY (.*) \S+$", text, re.MULTILINE)
    for name in copied.split():
        assert f"!{name}" in let_in
        assert (context / name).is_file() or name.startswith("dist/")
    assert let_in[0] == "*"
    assert "--require-hashes" in text
    assert re.search(r"^FROM python:3\.\d+-slim-\w+$", text, re.MULTILINE)
    assert re.search(r"^USER [1-9]\d*:[1-9]\d*$", text, re.MULTILINE)


def test_the_image_brings_pg_dump_of_the_databases_version() -> None:
    text = (DEPLOY / "Dockerfile").read_text("utf-8")
    (client,) = re.findall(r"postgresql-client-(\d+)", text)
    assert COMPOSE["services"]["desk"]["image"] == f"postgres:{client}"


def test_images_are_named_and_come_from_no_registry_of_somebody() -> None:
    for service in COMPOSE["services"].values():
        assert re.fullmatch(r"maillon|[a-z]+:[\d.]+", service["image"])


def test_secrets_are_files_and_stand_in_no_variable() -> None:
    for secret in COMPOSE["secrets"].values():
        assert secret["file"].startswith("./secrets/")
    for name, service in COMPOSE["services"].items():
        for key, value in service.get("environment", {}).items():
            assert not re.search("PASSWORD$|TOKEN|SECRET", key), name
            assert "://" not in str(value) or make_url(value).password is None


def test_only_the_proxy_is_reached_and_the_database_not_by_it() -> None:
    services = COMPOSE["services"]
    assert [name for name, one in services.items() if "ports" in one] == ["proxy"]
    inside = {name for name, one in COMPOSE["networks"].items() if (one or {}).get("internal")}
    for name, service in services.items():
        assert name == "proxy" or set(service["networks"]) <= inside
    assert set(services["proxy"]["networks"]).isdisjoint(services["desk"]["networks"])


def test_the_service_believes_the_proxy_alone_and_is_found_by_it() -> None:
    services = COMPOSE["services"]
    words = services["serve"]["command"]
    assert (
        words[words.index("--behind") + 1] == services["proxy"]["networks"]["front"]["ipv4_address"]
    )
    proxy = (DEPLOY / "nginx.conf").read_text("utf-8")
    (upstream,) = re.findall(r"server (\w+):8000;", proxy)
    assert upstream in services["serve"]["networks"]["front"]["aliases"]
    (port,) = re.findall(r"listen (\d+) ssl;", proxy)
    assert services["proxy"]["ports"] == [f"443:{port}"]
    for secret in ("tls_cert", "tls_key"):
        assert f"/run/secrets/{secret};" in proxy
        assert secret in services["proxy"]["secrets"]


def test_the_proxy_drops_what_a_caller_says_of_itself_and_logs_no_path() -> None:
    proxy = (DEPLOY / "nginx.conf").read_text("utf-8")
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in proxy
    assert "access_log off;" in proxy
    assert "TLSv1.2 TLSv1.3;" in proxy
    assert re.search(r"location = /metrics \{\s+return 404;", proxy)
    assert proxy.count("{") == proxy.count("}")


def test_services_that_answer_say_whether_they_can() -> None:
    for name in ("desk", "serve", "proxy"):
        assert COMPOSE["services"][name]["healthcheck"]["test"][0] == "CMD"
    code = COMPOSE["services"]["serve"]["healthcheck"]["test"][-1]
    compile(code, "healthcheck", "exec")
    assert "/readyz" in code


def test_what_ends_gets_longer_than_it_takes() -> None:
    graces = [int(one["stop_grace_period"].rstrip("s")) for name, one in COMPOSE["services"].items()
              if name in {"serve", "work", "desk"}]  # fmt: skip
    units = [int(value) for file in SERVICES for value in lines_of(file, "TimeoutStopSec")]
    assert min(graces + units) > GRACE_S
    assert len(units) == 2


def test_variables_that_are_set_are_ones_that_are_read() -> None:
    source = "\n".join(
        file.read_text("utf-8") for file in (ROOT / "src" / "maillon" / "cli").glob("*.py")
    )
    names = {line.partition("=")[0] for file in SERVICES for line in lines_of(file, "Environment")}
    for name, service in COMPOSE["services"].items():
        if service["image"] == "maillon":
            assert names <= set(service["environment"]), name
            names |= set(service["environment"])
    assert len(names) == 4
    for name in names:
        assert name.startswith("PG") or name in source


@pytest.mark.parametrize("file", [*SERVICES, *TIMERS], ids=lambda file: file.name)
def test_every_key_of_a_unit_is_known(file: Path) -> None:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.read_string(file.read_text("utf-8"))
    for section, lines in unit(file).items():
        assert {key for key, _ in lines} <= KNOWN[section]


@pytest.mark.parametrize("file", TIMERS, ids=lambda file: file.name)
def test_a_timer_has_its_service(file: Path) -> None:
    assert file.with_suffix(".service") in SERVICES
    assert lines_of(file.with_suffix(".service"), "Type") == ["oneshot"]


def test_units_are_hardened_alike() -> None:
    first, *others = (
        [line for line in unit(file)["Service"] if line[0] not in OWN] for file in SERVICES
    )
    assert len(first) > 35
    assert all(one == first for one in others)


def test_only_the_backup_may_write_backups_and_the_check_no_key() -> None:
    paths = {file.stem: " ".join(lines_of(file, "ReadWritePaths")).split() for file in SERVICES}
    assert [name for name, held in paths.items() if "/var/backups/maillon" in held] == [
        "maillon-backup"
    ]
    assert "/var/lib/maillon-keys" not in paths["maillon-check"]
    assert all("/var/lib/maillon" in held for held in paths.values())


def test_what_serves_comes_back_and_the_rest_is_told() -> None:
    for file in SERVICES:
        is_oneshot = lines_of(file, "Type") == ["oneshot"]
        assert lines_of(file, "Restart") == ([] if is_oneshot else ["on-failure"])


@pytest.mark.parametrize("file", SERVICES, ids=lambda file: file.name)
def test_systemd_understands_a_unit_and_finds_little_to_attack(file: Path, tmp_path: Path) -> None:
    """Where systemd is there; elsewhere the keys are checked against its manual, above."""
    program = shutil.which("systemd-analyze")
    copy = tmp_path / file.name
    text = re.sub(r"^ExecStart=\S+", f"ExecStart={sys.executable}", file.read_text("utf-8"), flags=re.MULTILINE)  # fmt: skip
    copy.write_text(text, "utf-8")
    if program is None:
        assert "NoNewPrivileges=yes" in text
        return
    checked = subprocess.run(
        [program, "verify", "--man=no", str(copy)], capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stderr) == (0, "")
    rated = subprocess.run(
        [program, "security", "--offline=true", f"--threshold={MOST_TO_ATTACK}", str(copy)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert rated.returncode == 0, rated.stdout


def test_every_line_of_a_unit_is_explained() -> None:
    plain = {"Type", "Environment", "ExecStart"}
    for key, _ in unit(DEPLOY / "maillon.service")["Service"]:
        assert key in plain or re.search(rf"`{key}\b", PAGES["deploy.md"]), key


def test_every_unit_is_on_the_page() -> None:
    rows = re.findall(
        r"^\| `(maillon[\w-]*)\.service`(, `\.timer`)? \|", PAGES["deploy.md"], re.MULTILINE
    )
    assert sorted(name for name, _ in rows) == sorted(file.stem for file in SERVICES)
    assert sorted(name for name, timer in rows if timer) == sorted(file.stem for file in TIMERS)


def test_metrics_to_watch_are_those_that_are_counted() -> None:
    metrics = Metrics()
    Supervisor(["true"], metrics.registry)
    metrics.answered({"method": "GET"}, 200, 0.1)
    counted = {sample.name for one in metrics.registry.collect() for sample in one.samples}
    named = set(re.findall(r"^\| `(maillon_\w+)", PAGES["operate.md"], re.MULTILINE))
    assert named <= counted
    stems = {re.sub("_(total|bucket|sum|count|created)$", "", one) for one in counted}
    assert {re.sub("_(total|bucket)$", "", one) for one in named} == stems


def test_the_fields_of_the_log_are_on_the_page() -> None:
    lines: list[str] = []
    metrics = Metrics(lines.append)
    metrics.answered({"method": "GET"}, 200, 0.1)
    (line,) = lines
    block = PAGES["operate.md"].partition("| field | is |")[2].partition("\n\n")[0]
    assert set(
        re.findall(r"`([a-z]+)`", re.sub(r"\| [^|]*\|$", "|", block, flags=re.MULTILINE))
    ) == set(json.loads(line))
