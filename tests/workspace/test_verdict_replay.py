"""A verdict replayed: with the data as they were that day, as far as oversight reads them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path

import pytest
from tests.journeys.guarding_verbs import AUDIT
from tests.journeys.records import OPEN, SEALED, loaded, person
from tests.journeys.verdict_verbs import answer, decider, screened

from maillon.model import Act, NotFoundError, RefusedError
from maillon.store import Bearing
from maillon.store import keeping as k
from maillon.store.ledger_book import LedgerBook
from maillon.workspace import Workspace
from maillon.workspace.verdict_replay import VerdictThen, replay_verdict

GATEWAY = """
[[gateway]]
from = "*"
to = "oversight"
purposes = ["oversight"]
categories = ["*"]
provision = "Coordination Centre Act, s. 9 (oversight)"
conditions = []
since = "2020-01-01"
"""
LABEL = replace(OPEN, purposes=(*OPEN.purposes, "oversight"))
LISTED = person("t1", "Amos Verner", topics=["crime.terror"], birthDate=["1980-02-03"],
                passportNumber=["RX77120"])  # fmt: skip
GUEST = person("g1", "Amos Verner", birthDate=["1980-02-03"])


@pytest.fixture
def w(tmp_path: Path) -> Iterator[Workspace]:
    Workspace.create(tmp_path / "w")
    law = tmp_path / "w" / "law"
    law.mkdir()
    shipped = resources.files("maillon.policy") / "law" / "gateways.toml"
    (law / "gateways.toml").write_text(shipped.read_text("utf-8") + GATEWAY, "utf-8")
    with Workspace.open(tmp_path / "w") as w:
        loaded(w, "register", LABEL, [LISTED])
        loaded(w, "guests", LABEL, [GUEST])
        screened(w, "guests")
        yield w


def decided(w: Workspace, verdict: str = "no match") -> str:
    shown = w.screening.show(decider(w), "g1", "t1")
    return w.screening.validate(decider(w), "g1", "t1", answer(shown, verdict))


def replayed(w: Workspace, id_: str) -> VerdictThen:
    now = w.view(Act.AUDIT, AUDIT)
    one = w.store.safeguards.validations.overseen(now, id_)
    then = w.view(Act.AUDIT, AUDIT, known_on=one.at[:10])
    return replay_verdict(w.store, w.settings, one, then, now)


def tomorrow(w: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    later = datetime.now(UTC) + timedelta(days=1)
    monkeypatch.setattr(w.store, "_now", lambda: later)


def test_what_was_shown_comes_out_again_in_its_words(w: Workspace) -> None:
    shown = w.screening.show(decider(w), "g1", "t1")
    found = replayed(w, decided(w))
    assert found.proof == "proved"
    assert found.words == tuple(one.text for one in shown.proposal.facts)


def test_the_words_are_those_of_the_first_look_after_the_verdict_cleared_the_hit(
    w: Workspace,
) -> None:
    found = replayed(w, decided(w, "no match"))
    sides = [side for side, _, _ in found.verdict.shown]
    assert Bearing.FOR.value in sides
    assert all(found.words)


def test_both_records_stand_with_value_and_dataset(w: Workspace) -> None:
    guest, listed = replayed(w, decided(w)).sides
    assert ("birthDate", "1980-02-03", "guests", "both") in guest.values
    assert ("passportNumber", "RX77120", "register", "both") in listed.values


def test_what_came_since_is_no_part_of_that_day(
    w: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = decided(w)
    tomorrow(w, monkeypatch)
    loaded(w, "guests", LABEL, [person("g1", "Amos Verner", birthDate=["1981-01-01"])])
    found = replayed(w, id_)
    assert ("birthDate", "1981-01-01", "guests", "added") in found.sides[0].values
    assert found.proof == "proved"


def erased(w: Workspace, keys: Path, entity: str) -> None:
    mandate = replace(w.settings.mandate, who="keeper", purpose="retention")
    view = w.view(Act.RETAIN, mandate)
    order = k.Order("erase", "entity", entity, "Directive (EU) 2016/680, art. 16(2)", "error", "r")
    k.erase(w.store.house, view, order, keys)


def test_who_was_erased_since_is_said_to_be_erased_and_shown_on_no_day(
    w: Workspace, tmp_path: Path
) -> None:
    id_ = decided(w)
    erased(w, tmp_path / "keys", "g1")
    found = replayed(w, id_)
    assert found.proof == "gone"
    assert found.sides[0].erased == "Directive (EU) 2016/680, art. 16(2)"
    assert found.sides[0].values == ()
    assert "1980-02-03" not in str(found.sides[0].line())


def test_without_a_way_to_oversight_the_records_look_as_if_they_were_not_there(
    tmp_path: Path,
) -> None:
    Workspace.create(tmp_path / "w")
    with Workspace.open(tmp_path / "w") as w:
        loaded(w, "register", OPEN, [LISTED])
        loaded(w, "guests", OPEN, [GUEST])
        screened(w, "guests")
        found = replayed(w, decided(w))
        assert found.proof == "gone"
        assert [one.values for one in found.sides] == [(), ()]
        assert set(found.words) == {""}
        assert found.erased == {}


def test_what_is_sealed_since_changes_nothing_that_oversight_is_shown(w: Workspace) -> None:
    id_ = decided(w)
    before = replayed(w, id_).line()
    label = replace(SEALED, purposes=(*SEALED.purposes, "oversight"))
    sealed = person("g1", "Amos Verner", birthDate=["1999-09-09"])
    loaded(w, "vault", label, [sealed])
    assert replayed(w, id_).line() == before


def test_the_ledger_has_the_look_with_both_records(w: Workspace) -> None:
    replayed(w, decided(w))
    book, view = LedgerBook(w.store.house.desk), w.view(Act.AUDIT, AUDIT)
    looks = [one["detail"].get("verb") for one in book.who_looked(view, "g1")]
    assert "verdict replayed" in looks


def test_the_reason_of_the_verdict_is_not_for_oversight(w: Workspace) -> None:
    line = replayed(w, decided(w)).line()
    assert "same passport" not in str(line)


def test_only_oversight_replays(w: Workspace) -> None:
    id_ = decided(w)
    with pytest.raises(RefusedError, match="was opened for the act 'read'"):
        w.store.safeguards.validations.overseen(w.view(Act.READ), id_)


def test_a_verdict_that_is_not_there_is_not_found(w: Workspace) -> None:
    with pytest.raises(NotFoundError):
        w.store.safeguards.validations.overseen(w.view(Act.AUDIT, AUDIT), "0" * 16)
