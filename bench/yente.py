"""yente's own black-box tests and the live tests of yente-client, against ``maillon serve``.

.venv/bin/python bench/yente.py --yente CHECKOUT [--client SDIST_FOLDER] [--json]

Both projects are fetched by whoever runs this and stay outside: the checkout of opensanctions/yente
(its ``tests`` and their fixtures) and the unpacked sdist of yente-client from PyPI. The bodies of
the tests run unmodified; only ``tests/conftest.py`` is replaced, by one whose client speaks HTTP to
the two servers that this script starts, and modules named ``yente`` stand for what it imports.
Two packages that the tests need (pytest-asyncio, python-dotenv) and the client are installed into a
temporary folder.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

FILES = ("reconcile", "entity", "search", "match", "base", "app", "trace_context")
TABLES = """
[people.yente]
agencies = ["centre"]
purposes = ["screening"]

[open_data]
datasets = {datasets}

[open_data.mandate]
who = "yente"
agency = "centre"
purpose = "screening"
legal_basis = "Coordination Centre Act, s. 4"
"""
LISTED = {
    "id": "ofac-rotenberg",
    "schema": "Person",
    "properties": {
        "name": ["ROTENBERG, Arkady Romanovich", "Arkadii Romanovich Rotenberg"],
        "birthDate": ["1951-12-15"],
        "country": ["ru"],
        "topics": ["sanction"],
    },
}
"""Whom the client's live tests ask for. Source: OFAC SDN list, designation of 20 March 2014."""
CONFTEST = """
import json, os, re
from datetime import datetime
from typing import Any
from followthemoney import model
from followthemoney.dataset.util import dataset_name_check
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
import httpx, pytest
FIXTURES_PATH = Path(__file__).parent / "fixtures"
_now = os.environ["MAILLON_ZALA"]

class Client:
    def request(self, method, url, **rest):
        with httpx.Client(base_url=_now, follow_redirects=True, timeout=60) as client:
            return client.request(method, url, **rest)
    def get(self, url, **rest):
        return self.request("GET", url, **rest)
    def post(self, url, **rest):
        return self.request("POST", url, **rest)

client = Client()

@pytest.fixture
def zala_test_dataset():
    yield

@pytest.fixture
def parteispenden_test_dataset():
    global _now
    before, _now = _now, os.environ["MAILLON_PARTEISPENDEN"]
    yield
    _now = before

ZALA_MANIFEST = type("M", (), {"datasets": []})

@asynccontextmanager
async def patch_yente_catalog(manifest):
    raise NotImplementedError("black box: the catalogue is the server's")
    yield

@contextmanager
def patch_catalog_response(data):
    raise NotImplementedError("black box")
    yield

def build_index_alias_name_for_fixture(name):
    return name
"""
STUBS = {
    "yente/__init__.py": "from yente import settings\n",
    "yente/settings.py": "HIDDEN_ALGORITHMS = []\nUPDATE_TOKEN = 'unknown'\n"
    "MAX_URL_LENGTH = 60000\nENTITY_INDEX = ''\nMATCH_FUZZY = True\n"
    "REDOC_JS_URL = ''\nREDOC_JS_SRI = ''\n",
    "yente/data/__init__.py": "",
    "yente/data/manifest.py": "class Manifest:\n"
    "    model_validate = classmethod(lambda c, d: c())\n",
    "yente/search/__init__.py": "",
    "yente/search/indexer.py": "async def update_index(force=False):\n    pass\n",
    "yente/app.py": "def create_app():\n    raise NotImplementedError('black box')\n",
}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--yente", type=Path, required=True, help="checkout of opensanctions/yente")
    parser.add_argument("--client", type=Path, help="unpacked sdist of yente-client")
    parser.add_argument("--json", action="store_true", help="last line: the counts as one object")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="maillon-yente-") as name:
        work = Path(name)
        more = work / "more"
        wanted = [
            "pytest-asyncio",
            "python-dotenv",
            *([str(chosen.client)] if chosen.client else []),
        ]
        pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(more)]
        subprocess.run([*pip, *wanted], check=True)
        fixtures = chosen.yente / "tests" / "fixtures" / "dataset"
        held = {one: fixtures / one / "entities.ftm.json" for one in ("zala", "parteispenden")}
        listed = work / "listed.json"
        listed.write_text(json.dumps(LISTED) + "\n")
        servers = [Server(work, {name: file}) for name, file in held.items()]
        live_files = {"zala": held["zala"], "us_ofac_sdn": listed}
        servers.append(Server(work, live_files, collection=True))
        try:
            ports = [server.ready() for server in servers]
            found = {"yente": black_box(work, more, chosen.yente, ports)}
            if chosen.client:
                found["client"] = live(more, chosen.client, ports[2])
        finally:
            for server in servers:
                server.stop()
    for suite, counts in found.items():
        print(suite, counts)
    if chosen.json:
        print(json.dumps({"yente_client_passed": found.get("client", {}).get("passed"), **found}))
    return 0


class Server:
    """One server over one dataset; with a collection ``sanctions`` for the client's tests."""

    def __init__(self, work: Path, files: dict[str, Path], *, collection: bool = False) -> None:
        names = list(files)
        self.folder = work / f"{'-'.join(names)}{'-live' if collection else ''}"
        maillon = [str(Path(sys.executable).with_name("maillon"))]
        subprocess.run([*maillon, "init", str(self.folder)], check=True, capture_output=True)
        tables = TABLES.format(datasets=json.dumps(names))
        if collection:
            tables += f"\n[open_data.collections]\nsanctions = {json.dumps(names)}\n"
        with (self.folder / "maillon.toml").open("a") as settings:
            settings.write(tables)
        for name, file in files.items():
            load = [*maillon, "load", str(file), "-w", str(self.folder)]
            load += ["--as", "ftm-json", "--dataset", name]
            done = subprocess.run(load, check=False, capture_output=True)
            if done.returncode not in {0, 3}:
                raise SystemExit(done.stderr.decode())
        self.log = (work / f"{self.folder.name}.log").open("w+")
        serve = [*maillon, "serve", "-w", str(self.folder), "--port", "0"]
        env = {**os.environ, "MAILLON_UPDATE_TOKEN": "test"}
        self.process = subprocess.Popen(serve, stderr=self.log, stdout=self.log, env=env)

    def ready(self) -> str:
        until = time.monotonic() + 120
        while time.monotonic() < until:
            self.log.flush()
            said = Path(self.log.name).read_text()
            if found := re.search(r"http://127\.0\.0\.1:(\d+)", said):
                base = found[0]
                try:
                    with urllib.request.urlopen(f"{base}/readyz", timeout=60):
                        return base
                except OSError:
                    pass
            if self.process.poll() is not None:
                break
            time.sleep(0.2)
        raise SystemExit(f"the server did not come up:\n{Path(self.log.name).read_text()}")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(60)
        self.log.close()


def black_box(work: Path, more: Path, yente: Path, ports: list[str]) -> dict[str, int]:
    tests = work / "blackbox" / "tests"
    shutil.copytree(yente / "tests" / "fixtures", tests / "fixtures")
    for one in FILES:
        shutil.copy(yente / "tests" / f"test_{one}.py", tests)
    (tests / "__init__.py").touch()
    own = (yente / "tests" / "conftest.py").read_text()
    helpers = own[
        own.index("# Wire format for first_seen") : own.index(
            "@contextmanager\ndef patch_catalog_response"
        )
    ]
    (tests / "conftest.py").write_text(CONFTEST + helpers)
    stubs = work / "stubs"
    for name, text in STUBS.items():
        (stubs / name).parent.mkdir(parents=True, exist_ok=True)
        (stubs / name).write_text(text)
    env = {**os.environ, "MAILLON_ZALA": ports[0], "MAILLON_PARTEISPENDEN": ports[1]}
    return run([f"tests/test_{one}.py" for one in FILES], tests.parent, [stubs, more], env)


def live(more: Path, client: Path, port: str) -> dict[str, int]:
    env = {**os.environ, "YENTE_BASE_URL": port, "OPENSANCTIONS_API_KEY": "dummy"}
    return run(["tests/test_live.py", "-m", "live", "-o", "asyncio_mode=auto"], client, [more], env)


def run(what: list[str], folder: Path, paths: list[Path], env: dict[str, str]) -> dict[str, int]:
    env["PYTHONPATH"] = os.pathsep.join([*map(str, paths), env.get("PYTHONPATH", "")])
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=line", "-rfE"]
    words += ["-p", "pytest_asyncio", "-p", "no:xdist", "-p", "no:cov", "-o", "addopts="]
    done = subprocess.run(
        [*words, *what], cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    print(done.stdout[-6000:], done.stderr[-2000:])
    counts = {
        word: int(n)
        for n, word in re.findall(
            r"(\d+) (passed|failed|errors?|skipped)", done.stdout.splitlines()[-1]
        )
    }
    return {"passed": 0, "failed": 0, **counts}


if __name__ == "__main__":
    sys.exit(main())
