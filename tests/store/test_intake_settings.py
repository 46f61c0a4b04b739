"""``[[intake]]`` is read strictly: what is not understood is named with file, source and key."""

from pathlib import Path

import pytest

from maillon.model import Mode, StoreError
from maillon.store import create_workspace, read_settings
from maillon.store.intake_settings import Source, read_sources

SOURCE = """
[[intake]]
dataset = "un_sc"
folder = "/srv/drop/un"
adapter = "un-sc-xml"
who = "analyst"
"""


@pytest.fixture
def toml(tmp_path: Path) -> Path:
    create_workspace(tmp_path / "w")
    return tmp_path / "w" / "maillon.toml"


def sources(toml: Path, text: str) -> tuple[Source, ...]:
    toml.write_text(toml.read_text("utf-8") + text, "utf-8")
    return read_sources(read_settings(toml.parent))


def test_a_workspace_without_sources_has_none(toml: Path) -> None:
    assert sources(toml, "") == ()


def test_a_source_takes_what_it_does_not_say_from_the_workspace(toml: Path) -> None:
    more = 'mode = "messages"\nevery_hours = 24\n[intake.label]\noriginator = "un"\ncompartment = "vault"\n'
    (found,) = sources(toml, SOURCE + more)
    assert found.mandate.agency == "centre"
    assert (found.mandate.purpose, found.mandate.legal_basis) == (
        "intake",
        "Coordination Centre Act, s. 4",
    )
    assert (found.label.originator, found.label.statistics) == ("un", False)
    assert (found.mode, found.every_hours, found.accept) == (Mode.MESSAGES, 24, "person")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\n[intake]\nx = 1\n", "write each source under"),
        (SOURCE.replace('who = "analyst"\n', ""), "un_sc: who: missing"),
        (SOURCE + 'colour = "red"\n', "un_sc: colour: unknown"),
        (SOURCE.replace("un_sc", "UN list"), "UN list: dataset: a name of"),
        (SOURCE + 'accept = "always"\n', "accept: 'always'; one of person, auto"),
        (SOURCE + 'complete = "soon"\n', "complete: 'soon'; one of"),
        (SOURCE + 'purpose = "fun"\n', "purpose: 'fun'; one of"),
        (SOURCE + 'mode = "daily"\n', "mode: 'daily'; one of"),
        (SOURCE + "every_hours = 0\n", "every_hours: a count from 1 on"),
        (SOURCE + "every_hours = true\n", "every_hours: a count from 1 on"),
        (SOURCE + 'command = "curl x"\n', "command: a list of words"),
        (SOURCE + "command = []\n", "command: a list of words"),
        (SOURCE + 'command = ["a", ""]\n', "command: a list of words"),
        (SOURCE + 'file = "a"\n', "file: a plain name"),
        (SOURCE + 'command = ["a"]\nfile = "../a"\n', "file: a plain name"),
        (SOURCE + "label = 3\n", "label: a table"),
        (SOURCE + "[intake.label]\ncolour = 'red'\n", "label: .*colour"),
        (SOURCE.replace("/srv/drop/un", "lake/in"), "folder: lake/ is the workspace's own"),
        (SOURCE.replace("/srv/drop/un", "drop/../originals"), "folder: originals/ is"),
        (SOURCE.replace("/srv/drop/un", "."), "folder: the workspace itself"),
        (SOURCE + SOURCE, "dataset: un_sc stands twice"),
        (SOURCE + SOURCE.replace("un_sc", "un_two"), "folder: /srv/drop/un stands twice"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_named(toml: Path, text: str, said: str) -> None:
    with pytest.raises(StoreError, match=said) as wrong:
        sources(toml, text)
    assert "maillon.toml" in str(wrong.value)
