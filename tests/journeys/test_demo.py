"""The main job, end to end: files to leads, every hop evidenced, the same lines every time."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from maillon.model import Act
from maillon.sources import adapter
from maillon.store import read_settings
from maillon.workspace import Workspace

ROOT = Path(__file__).parents[2]
SEED = 4242


def maillon(*words: str, code: int = 0, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", "import sys; from maillon.cli import main; sys.exit(main())", *words],
        capture_output=True, text=True, check=False, input=stdin,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    return done


@pytest.fixture(scope="module")
def country(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, list[dict[str, Any]]]:
    out = tmp_path_factory.mktemp("demo") / "out"
    done = maillon("demo", "--seed", str(SEED), "--out", str(out), "--score", "--json")
    return out, [json.loads(line) for line in done.stdout.splitlines()]


def test_planted_chains_are_found(country: tuple[Path, list[dict[str, Any]]]) -> None:
    score = country[1][-1]["score"]
    assert score["planted"] >= 15
    assert score["recall_at_50"] >= 0.7
    assert score["baseline_recall_at_50"] < score["recall_at_50"]
    assert 0 <= score["false_in_50"] <= 50


def test_leads_are_ranked_and_typed(country: tuple[Path, list[dict[str, Any]]]) -> None:
    leads = country[1][:-1]
    assert [lead["rank"] for lead in leads] == list(range(1, len(leads) + 1))
    assert all(lead["link_types"] and lead["paths"] for lead in leads)
    assert all(0 < lead["probability"] <= 1 and 0 <= lead["q_value"] <= 1 for lead in leads)


def test_every_hop_opens_to_the_delivered_value(
    country: tuple[Path, list[dict[str, Any]]],
) -> None:
    out, lines = country
    wanted: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for lead in lines[:-1]:
        for path in lead["paths"]:
            for hop in path["hops"]:
                assert hop["statements"]
                for statement in hop["statements"]:
                    key = statement["delivery"], statement["locator"]
                    wanted.setdefault(key, []).append(statement)
    with Workspace.open(out / "workspace") as w:
        view = w.view(Act.READ)
        for (delivery, locator), statements in sorted(wanted.items())[::25]:
            with w.store.original(view, delivery) as (raw, name, options):
                chosen = adapter(name)
                said = {k: v for k, v in options.items() if k in chosen.options}
                text = chosen.locate(raw, locator, **said)
            for statement in statements:
                assert found_in(statement, text, delivery), (statement, text)


def found_in(statement: dict[str, Any], text: str, delivery: str) -> bool:
    """Whether the delivered text at the locator holds the value, word by word."""
    value = statement["original_value"] or statement["value"].removeprefix(delivery)
    if value.startswith("@"):
        return bool(text)  # a reference to another record of the same file
    squeezed = "".join(text.split()).casefold()
    words = value.split()
    if all("".join(word.split()).casefold() in squeezed for word in words):
        return True
    # an id keeps the source's own reference at its end
    return any(
        part.casefold() in squeezed for part in value.replace("@", "-").split("-") if len(part) > 3
    )


def test_the_same_workspace_gives_the_same_lines(
    country: tuple[Path, list[dict[str, Any]]],
) -> None:
    workspace = country[0] / "workspace"
    settings = workspace / "maillon.toml"
    text = settings.read_text("utf-8")
    answers = set()
    for threads in (1, 2, 1, 2, 1, 2):
        settings.write_text(text.replace("threads = 2", f"threads = {threads}"), "utf-8")
        assert read_settings(workspace).threads == threads
        for file in (workspace / "lake" / "derived").iterdir():
            shutil.rmtree(file) if file.is_dir() else file.unlink()  # so that all runs again
        clusters = maillon("resolve", "--clusters", "-w", str(workspace)).stdout
        answers.add((clusters, maillon("trace", "--json", "-w", str(workspace)).stdout))
    settings.write_text(text, "utf-8")
    assert len(answers) == 1


def test_the_report_is_self_contained_and_in_two_languages(
    country: tuple[Path, list[dict[str, Any]]],
) -> None:
    page = (country[0] / "report.html").read_text("utf-8")
    assert "<svg" in page
    assert 'lang="fr"' in page
    assert "Ce qui parle contre" in page
    assert "http://" not in page
    assert "https://" not in page
    assert "<script" not in page


def test_no_listed_person_is_an_anchor_or_a_link(
    country: tuple[Path, list[dict[str, Any]]],
) -> None:
    seen = {
        statement["dataset"]
        for lead in country[1][:-1]
        for path in lead["paths"]
        for hop in path["hops"]
        for statement in hop["statements"]
    }
    assert seen
    assert all(name.startswith("rt_") for name in seen)


def test_a_second_run_loads_nothing_twice(country: tuple[Path, list[dict[str, Any]]]) -> None:
    out, lines = country
    with Workspace.open(out / "workspace") as w:
        before = w.deliveries(w.view(Act.READ))
    done = maillon("demo", "--seed", str(SEED), "--out", str(out), "--json")
    assert [json.loads(line) for line in done.stdout.splitlines()] == lines[:-1]
    with Workspace.open(out / "workspace") as w:
        assert w.deliveries(w.view(Act.READ)) == before


def test_the_ledger_and_the_files_are_sound(country: tuple[Path, list[dict[str, Any]]]) -> None:
    done = maillon("doctor", "-w", str(country[0] / "workspace"))
    assert "every hash recomputed" in done.stdout
    assert "every file of every delivery is there" in done.stdout
