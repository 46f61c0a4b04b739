"""Each act and outcome that the ledger is written with has its word on the pages."""

import ast
import tomllib
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest

from maillon.model import Act
from maillon.store.jobs import TOLD, JobState
from maillon.web.pages.card_words import FEATURES, TEXTS, carded, differed
from maillon.web.pages.codes import CODES
from maillon.web.pages.language import speeches
from maillon.web.pages.ledger_words import ACTS, DETAILS, EVENTS, OUTCOMES, told

SOURCES = Path(__file__).parents[3] / "src" / "maillon"
PLACES = {"ledger.append": (2, 3), "record": (1, 2), "note": (1, None), "pages.note": (2, 3)}
"""Where in a call that writes an entry its act and its outcome stand, by the call's name."""
SAID_BY_VALUE = {
    "act.value", "act", "outcome", "order.kind", "state.value", "word", "state", "verb",
    "'begun' if mask else 'ended'", "view", "body.ids",
}  # fmt: skip
"""Acts and outcomes that are no literal: each is held against its closed set below."""
CLOSED = {
    "act.value": {one.value for one in Act}, "order.kind": {"erase", "restrict"},
    "state.value": {one.value for one in JobState}, "word": {"decided", "sent back"},
}  # fmt: skip


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Yield each call that writes an entry of the ledger, with how it is called."""
    for file in sorted(SOURCES.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = ast.unparse(node.func)
            if name == "ledger.append":
                yield "ledger.append", node
            elif name == "note" and "login" in file.parts and len(node.args) > 3:
                yield "pages.note", node
            elif name.endswith(("desk.record", "_register.record")):
                yield "record", node
            elif name.endswith("store.note"):
                yield "note", node


def written() -> Iterator[tuple[str, str]]:
    """Yield what stands for act and outcome in each of them, as the code has it."""
    for kind, call in calls():
        act, outcome = PLACES[kind]
        yield "act", ast.unparse(call.args[act])
        if outcome is not None:
            yield "outcome", ast.unparse(call.args[outcome])


def literals(kind: str) -> list[str]:
    found = {text for one, text in written() if one == kind and text.startswith(("'", '"'))}
    return sorted(ast.literal_eval(text) for text in found if " if " not in text)


def test_what_writes_the_ledger_is_found() -> None:
    assert len(list(calls())) > 90


def test_an_act_that_is_no_literal_is_of_a_set_that_is_known() -> None:
    others = {text for _, text in written() if not text.startswith(("'", '"'))}
    assert others <= SAID_BY_VALUE


@pytest.mark.parametrize("act", literals("act"))
def test_each_act_has_its_word(act: str) -> None:
    assert act in ACTS


@pytest.mark.parametrize("outcome", literals("outcome"))
def test_each_outcome_has_its_word(outcome: str) -> None:
    assert outcome in OUTCOMES


@pytest.mark.parametrize("expression", sorted(CLOSED))
def test_each_word_of_a_closed_set_is_said(expression: str) -> None:
    assert CLOSED[expression] <= ACTS.keys() | OUTCOMES.keys()


@pytest.mark.parametrize("outcome", ["opened", "refused", "begun", "ended", "approved", "accepted"])
def test_each_outcome_that_is_told_by_value_has_its_word(outcome: str) -> None:
    assert outcome in OUTCOMES


def test_each_name_in_an_entry_that_is_a_literal_has_its_word() -> None:
    names = {
        key.value
        for _, call in calls()
        for one in call.args
        if isinstance(one, ast.Dict)
        for key in one.keys
        if isinstance(key, ast.Constant)
    } | {keyword.arg for kind, call in calls() if kind == "pages.note" for keyword in call.keywords}
    assert {name for name in names if isinstance(name, str)} <= DETAILS.keys()


def test_what_the_ledger_keeps_of_a_check_has_its_word() -> None:
    assert {name for held in TOLD.values() for name in held} <= DETAILS.keys()


def test_each_event_of_a_verdict_has_its_word() -> None:
    assert {"verdict", "second", "taken back", "look", "settled"} <= EVENTS.keys()


def test_what_a_shipped_card_says_has_its_words() -> None:
    known = TEXTS | FEATURES.keys() | CODES["reason"].keys() | CODES["comparison"].keys()
    folder = resources.files("maillon.policy") / "law" / "cards"
    for file in folder.iterdir():
        card = tomllib.loads(file.read_text("utf-8"))
        said = {card["what"], *card["features"]}
        said |= {text for one in card["errors"] for text in (one["group"], one["figure"])}
        assert said <= known, file.name


def test_a_card_of_the_workspace_is_shown_as_its_owner_wrote_it() -> None:
    assert carded(speeches()["fr"], "our own rule") == "our own rule"


@pytest.mark.parametrize(
    ("reason", "spoken"),
    [
        ("d-1 was erased under the rule 'pnr/eu'", "d-1 a été effacé selon la règle pnr/eu"),
        ("hits: 1,200 then, 3 now", "Concordances\u00a0: 1\u202f200 alors, 3 maintenant"),
        ("something new", "something new"),
    ],
)
def test_why_a_receipt_differs_is_said(reason: str, spoken: str) -> None:
    assert differed(speeches()["fr"], reason) == spoken


@pytest.mark.parametrize(
    ("held", "name", "spoken"),
    [
        (True, "sound", "oui"),
        ("confirmed", "verdict", "confirmée"),
        ("verify", "kind", "<bdi>vérifier le registre des actes</bdi>"),
        ("second", "event", "<bdi>la parole d’une seconde personne</bdi>"),
    ],
)
def test_a_value_of_an_entry_is_said(held: object, name: str, spoken: str) -> None:
    assert spoken in told(speeches()["fr"], held, name)
