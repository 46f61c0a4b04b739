"""Pages say what is there: formats, links, navigation, dependencies, commands."""

import json
import re
import shlex
import tomllib
from pathlib import Path

import pytest
import yaml
from typer.main import get_command

from maillon.cli.app import app
from maillon.model import SourceError, errors
from maillon.sources import ADAPTERS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s#]+)(?:#[^)]*)?\)")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def section(title: str) -> str:
    return README.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_the_formats_of_the_readme_are_the_adapters() -> None:
    named = re.findall(r"^\| `([a-z-]+)` \|", section("Formats"), re.MULTILINE)
    assert named == [adapter.name for adapter in ADAPTERS]


def test_every_adapter_has_its_page() -> None:
    pages = sorted(page.stem for page in (ROOT / "docs" / "formats").glob("*.md"))
    assert pages == [adapter.name for adapter in ADAPTERS]


@pytest.mark.parametrize("adapter", ADAPTERS, ids=lambda adapter: adapter.name)
def test_a_format_page_names_every_option(adapter: object) -> None:
    name, options = adapter.name, adapter.options  # type: ignore[attr-defined]  # an Adapter
    text = (ROOT / "docs" / "formats" / f"{name}.md").read_text("utf-8")
    assert f"--as {name}" in text
    assert all(f"`{option}`" in text for option in options)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = [link for link in LINK.findall(page.read_text("utf-8")) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_links_are_seen() -> None:
    assert len(LINK.findall(README)) > 10


def test_every_layer_has_its_page() -> None:
    index = (ROOT / "docs" / "index.md").read_text("utf-8")
    named = re.findall(r"^\| \[(\w+)\]\(layers/\1\.md\)", index, re.MULTILINE)
    folders = {file.parent.name for file in (ROOT / "src" / "maillon").glob("*/__init__.py")}
    assert set(named) == folders
    assert {page.stem for page in (ROOT / "docs" / "layers").glob("*.md")} == folders


def test_the_layers_of_the_index_are_those_of_the_contract() -> None:
    (contract,) = PROJECT["tool"]["importlinter"]["contracts"]
    layers = [layer.strip("()") for layer in contract["layers"]]
    index = (ROOT / "docs" / "index.md").read_text("utf-8")
    rows = re.findall(r"^\| (?!layer|---)(.*?) \|", index, re.MULTILINE)
    named = [name for row in rows for name in re.findall(r"\w+", re.sub(r"\(.*?\)", "", row))]
    assert named == layers[::-1]


def test_the_navigation_lists_every_page() -> None:
    nav = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))["nav"]

    def pages(part: object) -> list[str]:
        if isinstance(part, str):
            return [part]
        assert isinstance(part, dict | list)
        values = part.values() if isinstance(part, dict) else part
        return [page for each in values for page in pages(each)]

    there = [str(page.relative_to(ROOT / "docs")) for page in PAGES[1:]]
    assert sorted(pages(nav)) == sorted(there)


def requirements(names: list[str]) -> list[str]:
    return [re.split(r"[<>=~! \[;]", name, maxsplit=1)[0].lower() for name in names]


def test_every_dependency_has_its_reason() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    rows = re.findall(r"^\| (.*?) \| (.*?) \| (.*?) \|$", page, re.MULTILINE)
    reasons = {
        word: reason
        for names, reason, _ in rows
        for word in re.findall(r"[a-z][a-z0-9.-]*[a-z0-9]", re.sub(r"\(.*?\)", "", names))
    }
    bundled = json.loads((ROOT / "web" / "package.json").read_text("utf-8"))["dependencies"]
    needed = [*requirements(PROJECT["project"]["dependencies"]), *bundled]
    assert [name for name in needed if not reasons.get(name)] == []
    assert [name for name in reasons if name not in {*needed, "package"}] == []


def test_every_development_dependency_is_named() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text("utf-8").partition("Development only:")[2]
    needed = requirements(PROJECT["dependency-groups"]["dev"])
    assert [name for name in needed if not re.search(rf"\b{name}\b", page)] == []


def test_every_dependency_is_bounded() -> None:
    both = [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"]]
    assert [name for name in both if not re.search(r">=[\d.]+,<[\d.]+$", name)] == []


def test_the_commands_of_the_readme_are_commands() -> None:
    lines = re.findall(r"^maillon (.*)$", section("By hand"), re.MULTILINE)
    known = get_command(app).commands  # type: ignore[attr-defined]  # the application is a group
    assert len(lines) >= 6
    assert {shlex.split(line)[0] for line in lines} <= set(known)


@pytest.mark.parametrize(
    "page", [ROOT / "README.md", ROOT / "docs" / "layers" / "cli.md"], ids=name_of
)
def test_exit_codes_are_those_of_the_errors(page: Path) -> None:
    text = page.read_text("utf-8").replace("\n", " ")
    codes = dict(re.findall(r"(\d+) (done|bug|usage|records unreadable|refused|store|hits)", text))
    assert codes == {
        "0": "done", "1": "bug", "2": "usage", str(SourceError.exit_code): "records unreadable",
        str(errors.RefusedError.exit_code): "refused", str(errors.StoreError.exit_code): "store",
        "10": "hits",
    }  # fmt: skip
