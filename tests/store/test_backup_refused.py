"""What is damaged, of another workspace or out of place is neither backed up nor restored."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy.engine import make_url

from maillon.model import RefusedError, StoreError
from maillon.store import create_workspace, open_store
from maillon.store.backup import back_up
from maillon.store.checkpoint import Keys, make_checkpoint
from maillon.store.desk import Desk
from maillon.store.manifest import MANIFEST, SUM, sha256_of
from maillon.store.recovery import recover

from .backing import Backing
from .conftest import alembic, people
from .keeping import clocked


def flipped(folder: Path) -> None:
    (file,) = (folder / "workspace" / "lake").glob("*/*.parquet")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def missing(folder: Path) -> None:
    (file,) = (folder / "workspace" / "originals").iterdir()
    file.unlink()


def cut_off(folder: Path) -> None:
    file = folder / MANIFEST
    file.write_bytes(file.read_bytes()[:-40])


def sum_gone(folder: Path) -> None:
    (folder / SUM).unlink()


def added(folder: Path) -> None:
    (folder / "workspace" / "law").mkdir()
    (folder / "workspace" / "law" / "gateways.toml").write_text("", "utf-8")


def edited(folder: Path) -> None:
    """The manifest says another thing, and its sum with it: of a path outside."""
    file = folder / MANIFEST
    content = file.read_bytes().replace(b'"workspace/maillon.toml"', b'"workspace/../../mail.toml"')
    file.write_bytes(content)
    (folder / SUM).write_text(f"{hashlib.sha256(content).hexdigest()}  {MANIFEST}\n", "utf-8")


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (flipped, r"workspace/lake/.*\.parquet was changed or cut off"),
        (missing, r"workspace/originals/.*\.sealed is missing"),
        (cut_off, r"manifest\.json was changed or cut off"),
        (sum_gone, r"manifest\.json was changed or cut off"),
        (added, r"workspace/law/gateways\.toml is not in its manifest"),
        (edited, r"workspace/\.\./\.\./mail\.toml' is no path within a backup"),
    ],
)
def test_a_damaged_backup_is_refused_by_the_name_of_what_is_damaged(
    small: Backing, tmp_path: Path, damage: Callable[[Path], None], named: str
) -> None:
    damage(small.back_up().folder)
    with pytest.raises(StoreError, match=named):
        recover(small.asked(tmp_path / "new"))
    assert sorted(one.name for one in tmp_path.iterdir()) == ["backups", "w"]


def test_a_ledger_that_is_not_that_of_the_manifest_is_refused(
    small: Backing, tmp_path: Path
) -> None:
    """Whoever changes the desk, its hash and the sum of the manifest is found by the ledger."""
    made = small.back_up()
    file = made.folder / MANIFEST
    said = json.loads(file.read_bytes())
    said["ledger"]["root"] = "0" * 64
    file.write_text(json.dumps(said), "utf-8")
    (made.folder / SUM).write_text(f"{hashlib.sha256(file.read_bytes()).hexdigest()}\n", "utf-8")
    with pytest.raises(StoreError, match="not that of its manifest"):
        recover(small.asked(tmp_path / "new"))
    assert not (tmp_path / "new").exists()


def other(small: Backing, folder: Path) -> None:
    """Another workspace with the same accounts."""
    create_workspace(folder)


def forked(small: Backing, folder: Path) -> None:
    """A copy from before the checkpoint, with other entries since, and more of them."""
    shutil.copytree(small.held.store.settings.folder, folder)


@pytest.mark.parametrize("made", [other, forked])
def test_a_ledger_that_is_not_that_of_the_checkpoint_outside_is_refused(
    small: Backing, tmp_path: Path, made: Callable[[Backing, Path], None]
) -> None:
    made(small, tmp_path / "second")
    small.held.load(people(3, 3), dataset="e")
    keys = Keys(small.held.keys, tmp_path / "w")
    make_checkpoint(small.held.house.desk, small.held.audit(), keys)
    second = clocked(tmp_path / "second")
    for number in range(5):
        second.load(people(3, number), dataset=f"f{number}")
    Backing(second, small.to).back_up()
    second.store.close()
    with pytest.raises(StoreError, match="not the one whose checkpoint"):
        recover(small.asked(tmp_path / "new"))
    assert not (tmp_path / "new").exists()


def test_entries_after_the_backup_are_counted_by_the_checkpoint_outside(
    small: Backing, tmp_path: Path
) -> None:
    made = small.back_up()
    small.held.load(people(3, 3), dataset="e")
    place = make_checkpoint(
        small.held.house.desk, small.held.audit(), Keys(small.held.keys, tmp_path / "w")
    )
    done = recover(small.asked(tmp_path / "new"))
    assert done.lost == int(place.stem) - made.manifest.ledger.size > 0


def test_a_ledger_that_lost_entries_is_signed_anew_beside_the_old_checkpoints(
    small: Backing, tmp_path: Path
) -> None:
    """As docs/operate.md says: refused while the old ones are there, and sound after."""
    small.back_up()
    small.held.load(people(3, 3), dataset="e")
    make_checkpoint(
        small.held.house.desk, small.held.audit(), Keys(small.held.keys, tmp_path / "w")
    )
    with small.restored(tmp_path / "new") as (_, held):
        keys = Keys(held.keys, tmp_path / "new")
        with pytest.raises(StoreError, match="does not continue"):
            make_checkpoint(held.house.desk, held.audit(), keys)
        (held.keys / "before").mkdir()
        for file in (*held.keys.glob("*.checkpoint"), held.keys / "leaves"):
            file.rename(held.keys / "before" / file.name)
        assert make_checkpoint(held.house.desk, held.audit(), keys).is_file()


def test_a_backup_of_an_older_revision_is_upgraded_while_it_is_restored(
    small: Backing, tmp_path: Path
) -> None:
    made = small.back_up()
    file = made.folder / "workspace" / "desk.sqlite"
    desk = Desk(file)
    with desk.migrating() as connection:
        command.downgrade(alembic(connection), "-1")
    desk.close()
    said = json.loads((made.folder / MANIFEST).read_bytes())
    said["revision"] = f"{int(said['revision']) - 1:04}"
    (held,) = (one for one in said["files"] if one["path"] == "workspace/desk.sqlite")
    held |= {"size": file.stat().st_size, "sha256": sha256_of(file)}
    content = json.dumps(said).encode()
    (made.folder / MANIFEST).write_bytes(content)
    (made.folder / SUM).write_text(f"{hashlib.sha256(content).hexdigest()}\n", "utf-8")
    before = small.held.entities()
    with small.restored(tmp_path / "new") as (_, restored):
        assert restored.entities() == before


def test_a_desk_goes_back_into_an_engine_of_its_own(b: Backing, tmp_path: Path) -> None:
    b.back_up()
    url = "" if b.server else "postgresql+psycopg://nobody@nowhere.example/maillon"
    how = "name an empty one with --desk" if b.server else "leave --desk out"
    with pytest.raises(StoreError, match=how):
        recover(b.asked(tmp_path / "new", url=url))
    assert not (tmp_path / "new").exists()


def test_a_database_that_holds_a_desk_is_not_written_over(b: Backing, tmp_path: Path) -> None:
    b.back_up()
    if b.server is None:
        (tmp_path / "new").mkdir()
        (tmp_path / "new" / "desk.sqlite").write_bytes(b"somebody's")
        with pytest.raises(RefusedError, match="is not empty"):
            recover(b.asked(tmp_path / "new"))
        return
    taken = make_url(b.held.store.settings.desk).set(username=b.server.owner)
    with pytest.raises(StoreError, match="already holds a desk"):
        recover(b.asked(tmp_path / "new", url=taken.render_as_string(hide_password=False)))
    assert b.held.store.verify_ledger() > 0


def test_a_restore_into_the_empty_folder_where_one_stands(
    small: Backing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small.back_up()
    (tmp_path / "new").mkdir()
    monkeypatch.chdir(tmp_path / "new")
    recover(small.asked(Path()))
    assert (tmp_path / "new" / "maillon.toml").is_file()


def test_another_keys_folder_than_the_workspaces_own_is_refused(
    small: Backing, tmp_path: Path
) -> None:
    small.held.erase("p1")
    small.back_up()
    small.held.keys = tmp_path / "elsewhere"
    with pytest.raises(StoreError, match=r"erasure list in .*elsewhere is not there"):
        recover(small.asked(tmp_path / "new"))
    assert not (tmp_path / "new").exists()


def test_a_backup_of_a_newer_version_is_refused(small: Backing, tmp_path: Path) -> None:
    made = small.back_up()
    file = made.folder / MANIFEST
    content = file.read_bytes().replace(b'"revision": "', b'"revision": "9')
    file.write_bytes(content)
    (made.folder / SUM).write_text(f"{hashlib.sha256(content).hexdigest()}\n", "utf-8")
    with pytest.raises(StoreError, match="made by version"):
        recover(small.asked(tmp_path / "new"))


def test_a_target_that_holds_something_is_refused(small: Backing, tmp_path: Path) -> None:
    small.back_up()
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "note.txt").write_text("mine", "utf-8")
    with pytest.raises(RefusedError, match="is not empty"):
        recover(small.asked(tmp_path / "new"))
    assert (tmp_path / "new" / "note.txt").read_text("utf-8") == "mine"


def test_an_empty_target_is_taken(small: Backing, tmp_path: Path) -> None:
    small.back_up()
    (tmp_path / "new").mkdir()
    recover(small.asked(tmp_path / "new"))
    assert open_store(tmp_path / "new").check() == []


@pytest.mark.parametrize("place", ["w/backups", ".", "w.keys/backups"])
def test_a_place_in_or_around_the_workspace_or_its_keys_is_refused(
    small: Backing, tmp_path: Path, place: str
) -> None:
    with pytest.raises(RefusedError, match=r"name (a|another) folder"):
        small.back_up(to=tmp_path / place)


def test_a_place_that_holds_something_else_is_refused(small: Backing, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter.txt").write_text("mine", "utf-8")
    with pytest.raises(RefusedError, match=r"holds 'letter\.txt'"):
        small.back_up(to=tmp_path / "home")
    assert [one.name for one in (tmp_path / "home").iterdir()] == ["letter.txt"]


def test_backups_of_another_workspace_are_refused_as_a_place(
    small: Backing, tmp_path: Path
) -> None:
    create_workspace(tmp_path / "other")
    other = clocked(tmp_path / "other")
    Backing(other, small.to).back_up()
    other.store.close()
    with pytest.raises(RefusedError, match="another workspace"):
        small.back_up()


def test_too_little_free_disk_is_told_before_anything_is_written(small: Backing) -> None:
    with pytest.raises(StoreError, match="1,000 bytes are free, the backup needs"):
        small.back_up(free=lambda _: 1_000)
    assert list(small.to.glob("[!l]*")) == []


def test_two_backups_at_once_are_refused(small: Backing) -> None:
    def free(_place: Path) -> int:
        with pytest.raises(StoreError, match="another backup is being made"):
            small.back_up()
        return 1 << 40

    assert small.back_up(free=free).folder.is_dir()


def test_only_the_act_retain_backs_up(small: Backing) -> None:
    with pytest.raises(RefusedError, match="is not decided by the act 'read'"):
        back_up(small.held.house, small.held.store.settings, small.held.reader(), small.order())
