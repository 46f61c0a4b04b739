"""What docs/deploy.md and deploy/ say is so: the SQL runs, the unit is understood, names exist."""

import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy.engine import make_url
from typer.main import get_command

from maillon.cli.app import app
from maillon.model import Act, StoreError
from maillon.store import create_workspace, open_store

from .conftest import load, people, view_of
from .postgres import Server, repoint

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "deploy.md").read_text("utf-8")
UNIT = ROOT / "deploy" / "maillon.service"
KNOWN = {
    "Unit": {"Description", "Wants", "After"},
    "Timer": {"OnCalendar", "RandomizedDelaySec", "Persistent"},
    "Install": {"WantedBy"},
}
"""Source: systemd.unit(5), systemd.timer(5), systemd.exec(5), systemd.resource-control(5) of systemd 252."""
OF_A_SERVICE = set(
    re.findall(
        r"\w+",
        "Type User Group Environment ExecStart UMask ProtectSystem ReadWritePaths ProtectHome PrivateTmp "
        "PrivateDevices ProtectProc ProcSubset ProtectClock ProtectHostname ProtectKernelLogs "
        "ProtectKernelModules ProtectKernelTunables ProtectControlGroups NoNewPrivileges "
        "CapabilityBoundingSet AmbientCapabilities RestrictSUIDSGID RestrictNamespaces RestrictRealtime "
        "LockPersonality KeyringMode RemoveIPC SystemCallArchitectures SystemCallFilter "
        "SystemCallErrorNumber RestrictAddressFamilies IPAddressDeny IPAddressAllow LimitCORE",
    )
)


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


def blocks(kind: str) -> list[str]:
    found = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return [text for one, text in found if one == kind]


def test_the_sql_of_the_page_makes_a_desk_that_the_application_can_use(
    server: Server, tmp_path: Path
) -> None:
    tail = server.owner.rpartition("_")[2]
    names = {"maillon_owner": f"page_owner_{tail}", "maillon_app": f"page_app_{tail}",
             "maillon_backup": f"page_backup_{tail}", "DATABASE maillon": f"DATABASE page_{tail}"}  # fmt: skip

    def statements(block: str) -> list[str]:
        for name, mine in names.items():
            block = re.sub(rf"\b{name}\b", mine, block)
        return [one.strip() for one in block.split(";") if one.strip()]

    roles, rights, after = blocks("sql")
    database = f"page_{tail}"
    try:
        server.run(*statements(roles))
        server.run(*statements(rights), database=database)
        create_workspace(tmp_path / "w", server.url(database, names["maillon_owner"]))
        server.run(*statements(after), database=database, role=names["maillon_owner"])
        repoint(tmp_path / "w", server.url(database, names["maillon_app"]))
        store = open_store(tmp_path / "w")
        assert store.engine_line().endswith("row security binds it")
        load(store, people(3))
        assert len(list(store.scan(view_of(store, Act.READ)))) == 3
        store.verify_ledger()
        for statement in ("DELETE FROM ledger", "UPDATE alembic_version SET version_num = '0000'"):
            with pytest.raises(StoreError, match="permission denied"), store._desk.begin() as c:
                c.exec_driver_sql(statement)
        store.close()
    finally:
        server.run(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)",
                   *(f"DROP ROLE IF EXISTS {role}" for role in names.values()
                     if not role.startswith("DATABASE")))  # fmt: skip


def test_addresses_on_the_page_are_ones_that_are_taken() -> None:
    found = re.findall(
        r"postgresql\+psycopg://\S+[a-z]", PAGE + (ROOT / "deploy" / "compose.yaml").read_text()
    )
    assert found
    for url in found:
        assert make_url(url).password is None


def test_commands_on_the_page_exist() -> None:
    commands = get_command(app).commands  # type: ignore[attr-defined]  # the application is a group
    shown = "\n".join(blocks(""))
    named = set(re.findall(r"(?:^|\brun --rm )maillon ([a-z]+)", shown, re.MULTILINE))
    assert {"init", "doctor", "upgrade"} <= named
    assert named <= set(commands)
    executed = dict(unit(UNIT)["Service"])["ExecStart"].split()[1:]
    assert executed[0] in commands


def test_variables_of_the_unit_and_of_compose_are_ones_that_are_read() -> None:
    source = "\n".join(
        file.read_text("utf-8") for file in (ROOT / "src" / "maillon" / "cli").glob("*.py")
    )
    compose: dict[str, Any] = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text("utf-8"))
    set_here = {
        value.partition("=")[0] for key, value in unit(UNIT)["Service"] if key == "Environment"
    }
    set_there = set(compose["services"]["maillon"]["environment"])
    assert set_here == set_there
    for name in set_here | set_there:
        assert name.startswith("PG") or name in source


def test_compose_names_what_it_defines_and_no_secret() -> None:
    text = (ROOT / "deploy" / "compose.yaml").read_text("utf-8")
    compose: dict[str, Any] = yaml.safe_load(text)
    for service in compose["services"].values():
        assert set(service["networks"]) <= set(compose["networks"])
        for volume in service["volumes"]:
            assert volume.partition(":")[0] in compose["volumes"]
        for secret in service["secrets"]:
            name = secret if isinstance(secret, str) else secret["source"]
            assert name in compose["secrets"]
    assert "://" not in text
    assert not re.search(r"^\s*image:.*/", text, re.MULTILINE)
    assert "python:3.12-slim" in text
    assert "read_only: true" in text


def test_every_key_of_the_units_is_known() -> None:
    for file in sorted((ROOT / "deploy").glob("maillon.*")):
        if file.suffix == ".yaml":
            continue
        parser = configparser.ConfigParser(strict=False, interpolation=None)
        parser.read_string(file.read_text("utf-8"))
        for section, lines in unit(file).items():
            known = OF_A_SERVICE if section == "Service" else KNOWN[section]
            assert {key for key, _ in lines} <= known


def test_systemd_understands_the_unit_and_finds_little_to_attack(tmp_path: Path) -> None:
    """Where systemd is there; elsewhere the keys are checked against its manual, above."""
    program = shutil.which("systemd-analyze")
    copy = tmp_path / "maillon.service"
    text = re.sub(
        r"^ExecStart=\S+",
        f"ExecStart={sys.executable}",
        UNIT.read_text("utf-8"),
        flags=re.MULTILINE,
    )
    copy.write_text(text, "utf-8")
    if program is None:
        assert "NoNewPrivileges=yes" in text
        return
    checked = subprocess.run(
        [program, "verify", "--man=no", str(copy)], capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stderr) == (0, "")
    rated = subprocess.run([program, "security", "--offline=true", "--threshold=20", str(copy)],
                           capture_output=True, text=True, check=False)  # fmt: skip
    assert rated.returncode == 0, rated.stdout


def test_every_hardening_line_is_explained() -> None:
    plain = {"Type", "Environment", "ExecStart"}
    for key, _ in unit(UNIT)["Service"]:
        assert key in plain or re.search(rf"`{key}\b", PAGE), key
