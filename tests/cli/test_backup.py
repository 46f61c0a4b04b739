"""`backup` and `restore` on the command line: what they print, and how they end."""

from pathlib import Path

import pytest

from .conftest import Maillon, held


@pytest.fixture(autouse=True)
def _keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILLON_KEYS", str(tmp_path / "keys"))


def backed_up(maillon: Maillon, w: Path, to: Path, *words: str) -> Path:
    done = maillon("backup", "--to", to, "--who", "keeper", "-w", w, *words)
    assert done.code == 0, done.err
    return Path(done.out.strip())


def test_a_backup_is_made_checked_and_put_back(
    maillon: Maillon, listed: Path, tmp_path: Path
) -> None:
    made = backed_up(maillon, listed, tmp_path / "b")
    checked = maillon("backup", "--check", tmp_path / "b")
    assert (checked.code, checked.out) == (0, f"{made.name}: sound\n")
    done = maillon("restore", "--from", tmp_path / "b", "-w", tmp_path / "new", "--who", "keeper")
    assert (done.code, done.out) == (0, "")
    assert "every hash recomputed" in done.err
    assert held(tmp_path / "new") == held(listed)
    assert maillon("doctor", "-w", tmp_path / "new").code == 0


def test_what_the_erasure_list_took_away_is_printed(
    maillon: Maillon, listed: Path, tmp_path: Path
) -> None:
    backed_up(maillon, listed, tmp_path / "b")
    gone = held(listed)[0]
    erased = maillon("retain", "erase", gone, "--rule", "Test Act, s. 1", "--reason", "asked",
                     "--who", "keeper", "-w", listed)  # fmt: skip
    assert erased.code == 0, erased.err
    words = ("restore", "--from", tmp_path / "b", "-w", tmp_path / "new", "--who", "keeper")
    (said,) = maillon(*words, "--json").lines
    assert [(one["act"], one["rule"]) for one in said["again"]] == [("erase", "Test Act, s. 1")]
    assert gone not in held(tmp_path / "new")


def test_a_damaged_backup_ends_with_5_and_names_the_file(
    maillon: Maillon, listed: Path, tmp_path: Path
) -> None:
    made = backed_up(maillon, listed, tmp_path / "b")
    (made / "workspace" / "maillon.toml").write_text("", "utf-8")
    checked = maillon("backup", "--check", made)
    assert checked.code == 5
    assert "workspace/maillon.toml was changed or cut off" in checked.out
    done = maillon("restore", "--from", made, "-w", tmp_path / "new", "--who", "keeper")
    assert done.code == 5
    assert "nothing was restored" in done.err
    assert not (tmp_path / "new").exists()


def test_a_folder_without_backups_is_not_sound(maillon: Maillon, w: Path, tmp_path: Path) -> None:
    assert maillon("backup", "--check", tmp_path).code == 5


def test_who_may_not_retain_may_not_back_up(maillon: Maillon, w: Path, tmp_path: Path) -> None:
    done = maillon("backup", "--to", tmp_path / "b", "--who", "analyst", "-w", w)
    assert done.code == 4
    assert not (tmp_path / "b").exists()


@pytest.mark.parametrize("words", [(), ("--to", "b", "--check", "b")])
def test_one_of_to_and_check_is_named(maillon: Maillon, w: Path, words: tuple[str, ...]) -> None:
    assert maillon("backup", *words, "-w", w).code == 2


def test_a_line_says_what_was_made(maillon: Maillon, listed: Path, tmp_path: Path) -> None:
    for linked in (0, 3):
        done = maillon("backup", "--to", tmp_path / "b", "--who", "keeper", "-w", listed, "--json",
                       "--keep", "1")  # fmt: skip
        (said,) = done.lines
        assert (said["files"], said["linked"], len(said["removed"])) == (4, linked, linked // 3)
