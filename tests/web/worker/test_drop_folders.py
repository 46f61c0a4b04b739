"""What is dropped becomes a delivery once: proposed when whole, decided by somebody, moved after."""

import os
import shlex
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from maillon.model import Act, RefusedError, StaleError, StoreError
from maillon.store.intake_settings import read_sources
from maillon.store.jobs import JobState
from maillon.store.proposals import ACCEPTED, REFUSED, REPLACED, REST, WAITING, DeliveryProposal
from maillon.web.worker import loop
from maillon.workspace.dropfolders import look, settle
from maillon.workspace.receiving import Standing

from .conftest import LISTED, Place, lines

SOURCE = """
[[intake]]
dataset = "lists"
folder = "{drop}"
adapter = "ftm-json"
mode = "messages"
who = "analyst"
"""
CLERK = {"purpose": "intake"}


@pytest.fixture
def drop(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(loop, "LOOK_S", 0.0)
    place.toml(SOURCE.format(drop=tmp_path / "drop"))
    (tmp_path / "drop").mkdir()
    return tmp_path / "drop"


def look_at(place: Place) -> int:
    with place.opened() as w:
        w.store.proposals._now = place.clock
        (source, *_) = read_sources(w.settings)
        return look(w.store, source)


def dropped(place: Place, drop: Path, name: str, content: bytes) -> DeliveryProposal:
    (drop / name).write_bytes(content)
    look_at(place)
    place.on(REST * 2)
    look_at(place)
    return proposals(place)[-1]


def proposals(place: Place, *states: str) -> list[DeliveryProposal]:
    with place.opened() as w:
        return w.receiving.proposals(place.view(w, Act.LOAD, **CLERK), states or (WAITING,))


def accept(place: Place, id_: str) -> str:
    with place.opened() as w:
        return w.receiving.accept(place.view(w, Act.LOAD, **CLERK), id_)


def refuse(place: Place, id_: str, reason: str = "not ours") -> None:
    with place.opened() as w:
        w.receiving.refuse(place.view(w, Act.LOAD, **CLERK), id_, reason)


def standing(place: Place) -> Standing:
    with place.opened() as w:
        w.store._now = place.clock
        (found,) = w.receiving.sources(place.view(w, Act.READ))
        return found


def test_a_file_that_still_grows_is_no_proposal(place: Place, drop: Path) -> None:
    for size in range(1, 4):
        (drop / "a.json").write_bytes(lines(LISTED[:size]))
        assert look_at(place) == 0
        place.on(REST * 2)
    assert look_at(place) == 1
    assert [one.name for one in proposals(place)] == ["a.json"]
    assert look_at(place) == 0


def test_two_looks_at_once_are_not_two_looks(place: Place, drop: Path) -> None:
    (drop / "a.json").write_bytes(lines(LISTED))
    assert [look_at(place), look_at(place)] == [0, 0]
    place.on(REST - timedelta(seconds=1))
    assert look_at(place) == 0


def test_an_accepted_file_is_loaded_and_moved(place: Place, drop: Path) -> None:
    one = dropped(place, drop, "a.json", lines(LISTED))
    job = accept(place, one.id)
    assert (drop / "a.json").exists()
    assert place.work() == 1
    assert place.job(job, **CLERK).state is JobState.DONE, place.job(job, **CLERK).error
    assert [p.name for p in (drop / "accepted").iterdir()] == [f"{one.id}.a.json"]
    assert not (drop / "a.json").exists()
    assert standing(place).delivery
    assert proposals(place) == []


def test_a_refused_file_is_moved_and_not_loaded(place: Place, drop: Path) -> None:
    one = dropped(place, drop, "a.json", lines(LISTED))
    refuse(place, one.id)
    assert place.work() == 0
    assert [p.name for p in (drop / "refused").iterdir()] == [f"{one.id}.a.json"]
    (held,) = proposals(place, REFUSED)
    assert (held.reason, held.who) == ("not ours", "analyst")
    assert standing(place).delivery == ""


def test_who_decides_second_is_told(place: Place, drop: Path) -> None:
    one = dropped(place, drop, "a.json", lines(LISTED))
    with pytest.raises(RefusedError, match="no reason"):
        refuse(place, one.id, " ")
    job = accept(place, one.id)
    with pytest.raises(StaleError, match="is accepted"):
        accept(place, one.id)
    with pytest.raises(StaleError, match="is accepted"):
        refuse(place, one.id)
    place.work()
    assert place.job(job, **CLERK).result["already"] is False


def test_of_another_agency_nobody_knows(place: Place, drop: Path) -> None:
    place.toml('\n[people.constable]\nagencies = ["police"]\npurposes = ["intake", "linking"]\n')
    one = dropped(place, drop, "a.json", lines(LISTED))
    other = {"who": "constable", "agency": "police"}
    with place.opened() as w:
        view = place.view(w, Act.LOAD, **CLERK, **other)
        assert w.receiving.proposals(view) == []
        assert w.receiving.sources(view) == []
        said = []
        for id_ in (one.id, "0" * 16):
            with pytest.raises(StoreError) as absent:
                w.receiving.accept(view, id_)
            said.append(str(absent.value).replace(id_, "X"))
        assert said[0] == said[1]


def test_a_file_that_was_overwritten_before_the_decision_is_another_proposal(
    place: Place, drop: Path
) -> None:
    one = dropped(place, drop, "a.json", lines(LISTED[:2]))
    two = dropped(place, drop, "a.json", lines(LISTED[:3]))
    assert two.id != one.id
    assert [held.id for held in proposals(place, REPLACED)] == [one.id]
    with pytest.raises(StaleError, match="is replaced"):
        accept(place, one.id)


def test_a_file_that_was_changed_after_the_decision_is_not_loaded(place: Place, drop: Path) -> None:
    one = dropped(place, drop, "a.json", lines(LISTED[:2]))
    job = accept(place, one.id)
    (drop / "a.json").write_bytes(lines(LISTED[:3]))
    place.work()
    found = place.job(job, **CLERK)
    assert (found.state, found.attempts) == (JobState.FAILED, 1)
    assert "changed since it was proposed" in found.error
    assert standing(place).delivery == ""


def test_what_a_killed_process_left_is_finished_and_not_proposed_again(
    place: Place, drop: Path
) -> None:
    one = dropped(place, drop, "a.json", lines(LISTED))
    accept(place, one.id)  # and killed before the file was moved
    look_at(place)
    assert [p.name for p in (drop / "accepted").iterdir()] == [f"{one.id}.a.json"]
    # killed after it was moved and before that was noted
    with place.opened() as w, w.store.house.desk.begin() as connection:
        connection.exec_driver_sql("UPDATE delivery_proposal SET is_settled = 0")
    (drop / "a.json").write_bytes(lines(LISTED[:1]))
    with place.opened() as w:
        (source,) = read_sources(w.settings)
        (held,) = w.store.proposals.unsettled(source)
        assert settle(w.store, source, held).parent.name == "accepted"
    assert (drop / "a.json").exists()
    place.work()
    assert standing(place).delivery


@pytest.mark.parametrize("name", [".hidden", "a.part", "a.tmp", "a.json.PART"])
def test_names_of_files_that_are_being_written_are_left(
    place: Place, drop: Path, name: str
) -> None:
    (drop / name).write_bytes(lines(LISTED))
    look_at(place)
    place.on(REST * 2)
    assert look_at(place) == 0
    assert (drop / name).exists()


def test_links_folders_and_pipes_are_left_and_told(place: Place, drop: Path) -> None:
    (drop / "secret").symlink_to(place.folder / "maillon.toml")
    (drop / "folder").mkdir()
    os.mkfifo(drop / "pipe")
    os.close(os.open(os.fsencode(drop) + b"/\xff.json", os.O_CREAT | os.O_WRONLY))
    look_at(place)
    place.on(REST * 2)
    assert look_at(place) == 0
    assert standing(place).error == "4 entries of the folder are no plain files"


def test_a_mark_beside_the_file_says_that_it_is_whole(place: Place, drop: Path) -> None:
    place.toml('complete = "done"\n')
    (drop / "a.json").write_bytes(lines(LISTED))
    assert look_at(place) == 0
    (drop / "a.json.done").touch()
    assert look_at(place) == 1
    accept(place, proposals(place)[0].id)
    place.work()
    assert sorted(p.name for p in drop.iterdir()) == ["accepted", "refused"]


def test_with_auto_nobody_is_asked(place: Place, drop: Path) -> None:
    place.toml('accept = "auto"\n')
    (drop / "a.json").write_bytes(lines(LISTED))
    look_at(place)
    place.on(REST * 2)
    look_at(place)
    assert place.work() == 1
    assert [one.state for one in proposals(place, ACCEPTED)] == ["accepted"]
    assert standing(place).delivery


def test_a_person_who_lost_the_right_proposes_nothing(place: Place, drop: Path) -> None:
    place.edit('purposes = ["intake", "linking"', 'purposes = ["linking"')
    (drop / "a.json").write_bytes(lines(LISTED))
    look_at(place)
    place.on(REST * 2)
    assert look_at(place) == 0
    place.edit('purposes = ["linking"', 'purposes = ["intake", "linking"')
    assert proposals(place) == []
    assert standing(place).error.startswith("refused (")


def test_a_delivery_that_does_not_come_is_overdue(place: Place, drop: Path) -> None:
    place.toml("every_hours = 24\n")
    assert standing(place).overdue_since == "never delivered"
    one = dropped(place, drop, "a.json", lines([*LISTED, {"id": "x", "schema": "Nonsense"}]))
    assert standing(place).waiting == 1
    accept(place, one.id)
    place.work()
    found = standing(place)
    assert (found.rejects, found.overdue_since, found.waiting) == (1, "", 0)
    place.on(timedelta(hours=25))
    assert standing(place).overdue_since == found.expected


def test_the_same_file_again_is_in_time_though_nothing_is_new(place: Place, drop: Path) -> None:
    place.toml("every_hours = 24\n")
    accept(place, dropped(place, drop, "a.json", lines(LISTED)).id)
    place.work()
    first = standing(place)
    place.on(timedelta(hours=30))
    assert standing(place).overdue_since
    accept(place, dropped(place, drop, "b.json", lines(LISTED)).id)
    place.work()
    found = standing(place)
    assert (found.overdue_since, found.delivery) == ("", first.delivery)


# -- fetching


def fetching(place: Place, code: str, more: str = "") -> None:
    words = ", ".join(f"'{word}'" for word in [sys.executable, "-c", code])
    place.toml(
        f'every_hours = 24\naccept = "auto"\ncomplete = "rename"\ncommand = [{words}]\n{more}'
    )


def errors(place: Place) -> list[str]:
    with place.opened() as w:
        held = w.store.jobs.page(place.view(w, Act.READ, **CLERK))
        return [one.error for one in held if one.kind == "fetch"]


def test_a_command_delivers_once_a_slot(place: Place, drop: Path, tmp_path: Path) -> None:
    (tmp_path / "list.json").write_bytes(lines(LISTED))
    fetching(
        place,
        f"import sys; sys.stdout.write(open({str(tmp_path / 'list.json')!r}).read())".replace(
            "'", '"'
        ),
    )
    assert place.work() == 2  # fetched; proposed, accepted, loaded
    assert errors(place) == [""]
    assert standing(place).delivery
    assert place.work() == 0
    place.on(timedelta(hours=24))
    assert place.work() == 2
    assert errors(place) == ["", ""]


def test_a_command_may_leave_a_file(place: Place, drop: Path, tmp_path: Path) -> None:
    (tmp_path / "list.json").write_bytes(lines(LISTED))
    code = f'import shutil; shutil.copy("{tmp_path / "list.json"}", "out.json")'
    fetching(place, code, 'file = "out.json"\n')
    place.work()
    place.work()
    assert errors(place) == [""]
    assert standing(place).delivery


@pytest.mark.parametrize(
    ("code", "more", "said"),
    [
        ("raise SystemExit(3)", "", "ended with 3"),
        ("pass", "", "left no delivery"),
        ("import threading; threading.Event().wait(60)", "timeout_s = 1\n", "took over 1 s"),
        ('print("x" * 5000)', "most_bytes = 100\n", "limit of 100"),
        ('while True: print("x" * 5000)', "most_bytes = 1000000\n", "limit of 1,000,000"),
        ('import os; os.symlink("/etc/passwd", "f")', 'file = "f"\n', "left no delivery"),
    ],
)
def test_a_command_that_goes_wrong_leaves_nothing(
    place: Place, drop: Path, code: str, more: str, said: str
) -> None:
    fetching(place, code, more)
    place.work()
    (error,) = errors(place)
    assert said in error
    assert [p.name for p in drop.iterdir() if p.is_file()] == []


def test_a_command_gets_no_secret_of_the_service(
    place: Place, drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", "hunter2")
    fetching(place, 'import os; raise SystemExit("PGPASSWORD" in os.environ)')
    place.work()
    assert "left no delivery" in errors(place)[0]


def test_words_of_a_command_are_no_shell(place: Place, drop: Path, tmp_path: Path) -> None:
    words = ", ".join(
        f"'{word}'" for word in ["echo", f"x; touch {shlex.quote(str(tmp_path))}/owned"]
    )
    place.toml(f"every_hours = 1\ncommand = [{words}]\n")
    place.work()
    assert not (tmp_path / "owned").exists()
