"""``account`` from the command line: the first account, its code, the keys of a client."""

from pathlib import Path

import pytest

from maillon.store import open_store
from maillon.store.login.entering import Entering, Typed
from maillon.store.login.gate import Gate, open_gate
from maillon.store.login.keys import Keys
from maillon.store.login.refusals import WrongLoginError

from .conftest import Maillon

CLIENT = '\n[people.lister]\nagencies = ["centre"]\npurposes = ["screening"]\n'


@pytest.fixture
def held(w: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MAILLON_KEYS", str(tmp_path / "keys"))
    file = w / "maillon.toml"
    file.write_text(file.read_text("utf-8") + CLIENT, "utf-8")
    return w


def gate_of(w: Path) -> Gate:
    return open_gate(open_store(w), w.parent / "keys")


def opens(w: Path, who: str, password: str) -> bool:
    gate = gate_of(w)
    try:
        Entering(gate).by_password(Typed(who, password), "127.0.0.1")
    except WrongLoginError:
        return False
    finally:
        gate.desk.close()
    return True


def test_the_first_account_is_made_with_a_code_that_opens_it_once(
    maillon: Maillon, held: Path
) -> None:
    done = maillon("account", "add", "analyst", "-w", held)
    (line,) = done.lines
    assert (done.code, line["account"]) == (0, "analyst")
    assert "printed nowhere else" in done.err
    assert line["code"] not in done.err
    assert opens(held, "analyst", line["code"])
    assert not opens(held, "analyst", line["code"])
    assert line["code"] not in maillon("account", "list", "-w", held).out


def test_a_first_password_comes_by_standard_input_and_is_not_printed(
    maillon: Maillon, held: Path
) -> None:
    words = ("account", "add", "analyst", "--password-stdin", "-w", held)
    done = maillon(*words, stdin=b"seven grey herons wade\n")
    assert (done.code, done.lines) == (0, [{"account": "analyst"}])
    assert "herons" not in done.out + done.err
    assert opens(held, "analyst", "seven grey herons wade")


def test_a_weak_or_missing_first_password_is_refused(maillon: Maillon, held: Path) -> None:
    words = ("account", "add", "analyst", "--password-stdin", "-w", held)
    assert maillon(*words, stdin=b"").code == 2
    done = maillon(*words, stdin=b"password1234\n")
    assert done.code == 4
    assert "password1234" not in done.err


def test_only_a_person_of_the_settings_gets_an_account(maillon: Maillon, held: Path) -> None:
    done = maillon("account", "add", "nobody", "-w", held)
    assert done.code == 4
    assert "[people]" in done.err


def test_an_account_is_locked_unlocked_reset_and_disabled(maillon: Maillon, held: Path) -> None:
    def state() -> tuple[str, bool]:
        (line,) = maillon("account", "list", "-w", held).lines
        return line["state"], line["is_set_up"]

    maillon("account", "add", "analyst", "-w", held)
    for verb, wanted in (("lock", "locked"), ("unlock", "open"), ("disable", "disabled")):
        assert maillon("account", verb, "analyst", "-w", held).code == 0
        assert state()[0] == wanted
    assert maillon("account", "unlock", "analyst", "-w", held).code == 4
    (line,) = maillon("account", "reset", "analyst", "-w", held).lines
    assert state() == ("open", False)
    assert opens(held, "analyst", line["code"])
    assert maillon("account", "lock", "supervisor", "-w", held).code == 5


def test_a_key_is_issued_listed_without_its_secret_and_revoked(
    maillon: Maillon, held: Path
) -> None:
    assert maillon("account", "add", "lister", "--service", "-w", held).lines == [
        {"account": "lister"}
    ]
    words = ("--scope", "screen", "--scope", "read", "--days", "30", "--from", "10.0.0.0/8")
    (issued,) = maillon("account", "key", "issue", "lister", *words, "-w", held).lines
    done = maillon("account", "key", "list", "lister", "-w", held)
    (line,) = done.lines
    assert (line["key"], line["scopes"]) == (issued["key"], ["read", "screen"])
    assert issued["token"].split("_", 2)[2] not in done.out
    gate = gate_of(held)
    assert Keys(gate).recognise(issued["token"], "10.1.1.1") is not None
    assert maillon("account", "key", "revoke", "lister", issued["key"], "-w", held).code == 0
    assert Keys(gate).recognise(issued["token"], "10.1.1.1") is None
    gate.desk.close()


def test_a_key_for_everything_or_of_a_person_is_not_issued(maillon: Maillon, held: Path) -> None:
    maillon("account", "add", "analyst", "-w", held)
    words = ("account", "key", "issue", "analyst", "--scope")
    assert maillon(*words, "screen", "-w", held).code == 5
    assert maillon(*words, "everything", "-w", held).code == 4
    both = ("account", "add", "lister", "--service", "--password-stdin", "-w", held)
    assert maillon(*both, stdin=b"seven grey herons wade\n").code == 2
