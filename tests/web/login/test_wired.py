"""The service as an operator starts it: the first account, its first login, what it may ask."""

import json
import os
import subprocess
import sys
from pathlib import Path

import httpx
from tests.store.logins import PASSWORD
from tests.web.test_serve import started, told

from maillon.store import create_workspace

from .conftest import MANDATE


def account(workspace: Path, *words: str) -> dict[str, str]:
    done = subprocess.run(
        [sys.executable, "-c", "from maillon.cli import main; raise SystemExit(main())", "account",
         *words, "-w", str(workspace)],
        capture_output=True, text=True, check=True,
        env={**os.environ, "MAILLON_KEYS": str(workspace.with_name("keys"))},
    )  # fmt: skip
    found: dict[str, str] = json.loads(done.stdout)
    return found


def test_from_the_first_account_to_the_first_answer(tmp_path: Path) -> None:
    workspace = tmp_path / "w"
    create_workspace(workspace)
    with started(workspace, "--no-worker") as process:
        base = told(process, r"on (http://\S+)")
        made = account(workspace, "add", "analyst")  # while it serves
        with httpx.Client(base_url=f"{base}/api/v1", timeout=60) as client:
            said = client.post("/session", json={"account": "analyst", "password": made["code"]})
            client.headers["x-csrf-token"] = said.json()["csrf"]
            said = client.put("/account/password", json={"old": made["code"], "new": PASSWORD})
            client.headers["x-csrf-token"] = said.json()["csrf"]
            assert client.get("/jobs").json()["rule"].startswith("S/2020/754")
            client.put("/session/mandate", json={**MANDATE, "purpose": "review"})
            assert client.get("/jobs").status_code == 200
            client.cookies.clear()
            assert client.get("/jobs").status_code == 401


def test_no_secret_is_logged(tmp_path: Path) -> None:
    workspace = tmp_path / "w"
    create_workspace(workspace)
    code = account(workspace, "add", "analyst")["code"]
    with started(workspace, "--no-worker") as process:
        base = told(process, r"on (http://\S+)")
        with httpx.Client(base_url=f"{base}/api/v1", timeout=60) as client:
            said = client.post("/session", json={"account": "analyst", "password": code})
            token, csrf = client.cookies["maillon"], said.json()["csrf"]
            client.post("/session", json={"account": "analyst", "password": PASSWORD})
            client.post("/session", content=b'{"password": "' + PASSWORD.encode() + b'"')
            client.get("/session/oidc/callback?code=thecode&state=thestate")
            client.get("/jobs", headers={"authorization": "Bearer mk_secret"})
        process.terminate()
        log = process.communicate(timeout=60)[1]
    assert log.count('"route"') >= 5
    for secret in (code, token, csrf, PASSWORD, "thecode", "thestate", "mk_secret", "analyst"):
        assert secret not in log
