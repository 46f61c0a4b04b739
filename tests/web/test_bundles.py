"""The bundles that ship are those of their sources: told without node, by what the build noted."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
STATIC: Final = Path("src") / "maillon" / "web" / "static"
SAID: Final = ("build.mjs", "package-lock.json", "package.json", "tsconfig.json")
"""What says how the bundles are built; the rest of the sources stands in ``web/src``."""
REMEDY: Final = "build the bundles and commit them with their sources: python3 dev.py web"


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def manifest(root: Path) -> dict[str, Any]:
    held: dict[str, Any] = json.loads((root / "web" / "manifest.json").read_text("utf-8"))
    return held


def lock(root: Path) -> dict[str, Any]:
    held: dict[str, Any] = json.loads((root / "web" / "package-lock.json").read_text("utf-8"))
    return held


def stale(root: Path) -> list[str]:
    """Return a sentence for each file that is not as the last build read or wrote it."""
    held, web = manifest(root), root / "web"
    sources = [
        *(web / name for name in SAID), *(one for one in web.glob("src/**/*") if one.is_file())
    ]  # fmt: skip
    now = {one.relative_to(web).as_posix(): digest(one) for one in sources}
    made = {one.name: digest(one) for one in (root / STATIC).glob("*.js")}
    changed = [f"web/{name}" for name in differing(held["sources"], now)]
    shipped = {name: said for name, said in held["outputs"].items() if name.endswith(".js")}
    changed += [(STATIC / name).as_posix() for name in differing(shipped, made)]
    return [f"{name} is not as it was when the bundles were built: {REMEDY}" for name in changed]


def differing(before: dict[str, str], now: dict[str, str]) -> list[str]:
    return sorted(name for name in before | now if before.get(name) != now.get(name))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of what the test reads, to be changed."""
    for folder in (Path("web") / "src", STATIC):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    for name in (*SAID, "manifest.json"):
        shutil.copy(ROOT / "web" / name, tmp_path / "web" / name)
    return tmp_path


def test_each_bundle_is_that_of_its_sources() -> None:
    assert stale(ROOT) == []


@pytest.mark.parametrize(
    "name",
    ["web/src/watch.ts", "web/src/parts/words.ts", "web/package-lock.json", "web/build.mjs",
     (STATIC / "watch.js").as_posix(), (STATIC / "htmx.min.js").as_posix()],
)  # fmt: skip
def test_a_change_without_a_build_says_the_remedy(copy: Path, name: str) -> None:
    with (copy / name).open("a", encoding="utf-8") as file:
        file.write("\n")
    (said,) = stale(copy)
    assert said.startswith(f"{name} is not as it was")
    assert said.endswith("python3 dev.py web")


@pytest.mark.parametrize("name", ["web/src/new.ts", (STATIC / "new.js").as_posix()])
def test_a_file_that_no_build_knows_is_told(copy: Path, name: str) -> None:
    (copy / name).write_text("", "utf-8")
    assert [one.partition(" ")[0] for one in stale(copy)] == [name]


@pytest.mark.parametrize("name", ["web/src/watch.ts", (STATIC / "watch.js").as_posix()])
def test_a_file_that_is_gone_is_told(copy: Path, name: str) -> None:
    (copy / name).unlink()
    assert [one.partition(" ")[0] for one in stale(copy)] == [name]


def test_each_source_of_a_bundle_has_its_bundle() -> None:
    sources = {one.stem for one in (ROOT / "web" / "src").glob("*.ts")}
    assert {f"{name}.js" for name in sources} <= set(manifest(ROOT)["outputs"])


def test_the_bundles_are_built_by_the_locked_esbuild() -> None:
    said = lock(ROOT)["packages"]["node_modules/esbuild"]["version"]
    assert manifest(ROOT)["esbuild"] == said


def test_the_lock_names_no_registry_and_has_a_digest_of_each_package() -> None:
    packages = {name: one for name, one in lock(ROOT)["packages"].items() if name}
    assert [name for name, one in packages.items() if "resolved" in one] == []
    assert [name for name, one in packages.items() if "integrity" not in one] == []


def test_the_lock_is_that_of_what_is_asked_for() -> None:
    asked = json.loads((ROOT / "web" / "package.json").read_text("utf-8"))
    kinds = ("dependencies", "devDependencies")
    said = lock(ROOT)["packages"][""]
    assert {kind: said[kind] for kind in kinds} == {kind: asked[kind] for kind in kinds}, (
        "run `python3 dev.py web --lock`"
    )
