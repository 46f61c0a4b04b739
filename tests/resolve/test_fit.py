"""Labels feed the model: weights move where people disagree with it, and only there."""

import io
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from maillon.model import Act, Label, Mode
from maillon.resolve import Models
from maillon.resolve.comparisons import TABLES, column
from maillon.resolve.fit import (
    LEAST_HELD_OUT,
    Labels,
    choose,
    is_held_out,
    shifts,
    upper_bound,
)
from maillon.resolve.levels import level_weights, probability
from maillon.sources import adapter
from maillon.store import By, Event, Order, Verdict
from maillon.store.judgement import JudgementLog
from maillon.workspace import Workspace

MODELS = Models.of()
RECORDS = 5_000


def levels(**said: str) -> dict[str, str]:
    return dict.fromkeys(TABLES["person"], "not known") | {
        name.replace("_", " "): label for name, label in said.items()
    }


SPELT = levels(name="same full name, spelt otherwise", birth_date="same day")
PART = levels(
    name="one part in common", birth_date="same day", gender="they differ", country="they differ"
)
YEAR = levels(name="same full name", birth_date="same year, one of them partial")


def labels(*said: tuple[dict[str, str], int, int]) -> Labels:
    """Patterns with how many pairs were judged one, and how many not."""
    held = [(at, one) for at, yes, no in said for one in [True] * yes + [False] * no]
    pairs = [(f"l{n:05}", f"r{n:05}") for n in range(len(held))]
    return Labels(pairs, [at for at, _ in held], np.array([one for _, one in held]), RECORDS)


def moved(said: Labels, name: str, label: str) -> float:
    return shifts(MODELS, "person", said)[name, label]


def test_labels_as_the_model_expects_them_move_nothing() -> None:
    likely = probability(MODELS, "person", YEAR, RECORDS)
    ones = round(10_000 * likely)
    found = shifts(MODELS, "person", labels((YEAR, ones, 10_000 - ones)))
    assert max(map(abs, found.values())) < 0.02


def test_labels_against_the_model_lower_the_weights_of_their_levels_only() -> None:
    found = shifts(MODELS, "person", labels((YEAR, 50, 50)))
    touched = {cell for cell, by in found.items() if abs(by) > 1e-6}
    assert touched == {("name", "same full name"), ("birth date", "same year, one of them partial")}
    assert all(found[cell] < -0.1 for cell in touched)


def test_more_labels_move_further_and_never_past_what_they_say() -> None:
    by = [
        sum(shifts(MODELS, "person", labels((YEAR, n, n))).values())
        for n in (10, 100, 1_000, 10_000)
    ]
    assert by == sorted(by, reverse=True)
    start = math.log((p := probability(MODELS, "person", YEAR, RECORDS)) / (1 - p))
    assert -start < by[-1] < -0.9 * start  # half of them one: odds of 1, whose logarithm is 0


def test_judged_strangers_of_one_birth_date_do_not_make_it_worthless() -> None:
    # reviewers see pairs with something in common; counted as any pairs they would move the
    # share of strangers with one birth date from 5e-5 to (200 x 5e-5 + 100) / 300, a third
    before = level_weights(MODELS, "person", "birth date")["same day"]
    assert before > 9
    assert probability(MODELS, "person", PART, RECORDS) < 0.1
    assert abs(moved(labels((PART, 0, 100)), "birth date", "same day")) < 0.3


def test_the_rule_keeps_its_weights() -> None:
    apart = YEAR | {"other person": "nothing but the name agrees"}
    found = shifts(MODELS, "person", labels((apart, 400, 0)))
    assert not any(name == "other person" for name, _ in found)


def test_the_order_of_labels_moves_nothing() -> None:
    one, two = labels((YEAR, 40, 60), (SPELT, 70, 5)), labels((SPELT, 70, 5), (YEAR, 40, 60))
    first, second = (shifts(MODELS, "person", said) for said in (one, two))
    assert all(abs(first[cell] - second[cell]) < 1e-6 for cell in first)


# -- threshold


@pytest.mark.parametrize(("wrong", "of", "bound"), [
    (0, 59, 1 - 0.05 ** (1 / 59)),  # none wrong of n: 1 - 0.05^(1/n)
    (1, 1, 1.0), (0, 1, 0.95), (3, 3, 1.0),
])  # fmt: skip
def test_the_upper_bound_is_clopper_and_pearson_s(wrong: int, of: int, bound: float) -> None:
    assert math.isclose(upper_bound(wrong, of), bound, rel_tol=1e-9)


def scores(*said: tuple[float, int]) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.concatenate([np.full(count, score) for score, count in said])


def test_the_smallest_threshold_whose_error_stays_is_chosen() -> None:
    # 60 right at 0.99; 30 more, right too, that only the fitted model puts at 0.8; 30 wrong at 0.6
    is_one = np.array([True] * 90 + [False] * 30)
    before = scores((0.99, 60), (0.7, 60))
    after = scores((0.99, 60), (0.8, 30), (0.6, 30))
    assert choose(before, after, is_one, 0.95, 0.5)[0] == 0.8


def test_the_threshold_is_never_below_the_review_threshold() -> None:
    is_one = np.ones(120, np.bool_)
    before, after = scores((0.99, 60), (0.7, 60)), scores((0.99, 60), (0.3, 60))
    assert choose(before, after, is_one, 0.95, 0.5)[0] == 0.5


def test_few_held_out_labels_leave_the_shipped_threshold_and_say_so() -> None:
    is_one = np.ones(LEAST_HELD_OUT - 1, np.bool_)
    held = scores((0.99, LEAST_HELD_OUT - 1))
    threshold, note = choose(held, held, is_one, 0.95, 0.5)
    assert threshold == 0.95
    assert "49 held-out labels are fewer than 50" in note


def test_a_fitted_model_that_errs_more_at_every_threshold_is_not_taken() -> None:
    is_one = np.array([True] * 60 + [False] * 60)
    before, after = scores((0.99, 60), (0.1, 60)), scores((0.97, 60), (0.99, 60))
    assert choose(before, after, is_one, 0.95, 0.5)[0] is None


def test_a_shipped_model_that_is_always_wrong_is_no_licence_to_join_more() -> None:
    is_one = np.zeros(60, np.bool_)
    before, after = scores((0.99, 60)), scores((0.8, 60))
    threshold, _ = choose(before, after, is_one, 0.95, 0.5)
    assert threshold is not None
    assert threshold > 0.8


# -- in a workspace


@pytest.fixture
def w(tmp_path: Path) -> Iterator[Workspace]:
    Workspace.create(tmp_path / "w")
    with Workspace.open(tmp_path / "w") as opened:
        yield opened


LETTERS = "bcdfghklmnprstvz"
COUNT = 200


def family(number: int) -> str:
    """A surname that sounds like no other of these."""
    one, two, three = number % 16, number // 16 % 16, (number * 7 + 3) % 16
    return f"{LETTERS[one]}a{LETTERS[two]}o{LETTERS[three]}ek".capitalize()


def crowd(dataset: str) -> list[dict[str, Any]]:
    """Pairs that the model takes for one: a name, and a year against a day."""
    found = []
    for n in range(COUNT):
        for side, born in (("l", f"19{50 + n % 50}-02-03"), ("r", f"19{50 + n % 50}")):
            found.append({"id": f"{dataset}{side}{n:03}", "schema": "Person", "properties": {
                "name": [f"Omar {family(n)}"], "firstName": ["Omar"], "lastName": [family(n)],
                "birthDate": [born]}})  # fmt: skip
    return found


def load(
    w: Workspace, records: list[dict[str, Any]], dataset: str, label: Label | None = None
) -> None:
    raw = io.BytesIO("".join(json.dumps(one) + "\n" for one in records).encode())
    order = Order(adapter("ftm-json"), dataset, label or w.settings.label, mode=Mode.MESSAGES)
    w.load(w.view(Act.LOAD), raw, order)


def judge_all(w: Workspace, verdict: Verdict, dataset: str = "d") -> None:
    view = w.view(Act.JUDGE)
    for n in range(COUNT):
        w.judge(view, Event(f"{dataset}l{n:03}", f"{dataset}r{n:03}", verdict, "seen"))


@pytest.fixture
def judged(w: Workspace) -> Workspace:
    load(w, crowd("d"), "d")
    judge_all(w, Verdict.NEGATIVE)
    return w


def pairs(w: Workspace) -> dict[str, float]:
    found = w.resolve(w.view(Act.RESOLVE)).pairs
    return dict(zip(found["left"].to_pylist(), found["score"].to_pylist(), strict=True))


def test_people_s_no_lowers_the_scores_of_all_pairs_of_that_pattern(judged: Workspace) -> None:
    before = pairs(judged)
    assert len(before) > 150
    version = Models.of(judged.settings.folder / "models").version
    found = judged.judging.fit(judged.view(Act.JUDGE))["person"]
    assert (found.labels, found.positives, found.left_out) == (COUNT, 0, 0)
    held_out = sum(is_held_out(f"dl{n:03}", f"dr{n:03}") for n in range(COUNT))
    assert found.held_out == held_out >= LEAST_HELD_OUT
    assert found.is_adopted
    assert found.error_before is not None
    assert found.error_after is not None
    assert found.error_before >= found.error_after
    fitted = Models.of(judged.settings.folder / "models")
    assert fitted.version != version
    assert fitted.held["person"]["version"].startswith(f"{MODELS.held['person']['version']}+")
    after = pairs(judged)
    assert all(after.get(left, 0.0) < score for left, score in before.items())
    assert fitted.held["firm"] == MODELS.held["firm"]
    left = min(after)
    told = judged.judging.explain(judged.view(Act.RESOLVE), left, left.replace("l", "r", 1))
    assert abs(told["probability"] - after[left]) <= 1e-6


def test_fitting_again_begins_with_the_shipped_model(judged: Workspace) -> None:
    view = judged.view(Act.JUDGE)
    first = judged.judging.fit(view)["person"]
    assert judged.judging.fit(view)["person"] == first


def test_forgetting_brings_the_shipped_scores_back(judged: Workspace) -> None:
    before = pairs(judged)
    view = judged.view(Act.JUDGE)
    judged.judging.fit(view)
    assert judged.judging.forget(view) == ["person"]
    assert not list((judged.settings.folder / "models").iterdir())
    assert pairs(judged) == before
    assert judged.judging.forget(view) == []


def test_the_ledger_has_a_fit_and_its_forgetting(judged: Workspace) -> None:
    view = judged.view(Act.JUDGE)
    before = judged.store.verify_ledger()
    judged.judging.fit(view)
    judged.judging.forget(view)
    assert judged.store.verify_ledger() == before + 2


def test_what_is_not_for_statistics_teaches_nothing(w: Workspace) -> None:
    private = Label(w.settings.label.originator, legal_basis="Police Act, s. 1", statistics=False)
    load(w, crowd("p"), "p", private)
    judge_all(w, Verdict.NEGATIVE, "p")
    assert w.judging.fit(w.view(Act.JUDGE)) == {}
    load(w, crowd("d"), "d")
    w.judge(w.view(Act.JUDGE), Event("dl000", "dr000", Verdict.NEGATIVE, "seen"))
    found = w.judging.fit(w.view(Act.JUDGE))["person"]
    assert (found.labels, found.left_out) == (1, COUNT)


def test_only_what_people_decided_teaches(w: Workspace) -> None:
    load(w, crowd("d"), "d")
    view = w.view(Act.JUDGE)
    said = (By.RULE, By.MODEL)
    JudgementLog(w.store._desk).append_many(
        view, [Event(f"dl{n:03}", f"dr{n:03}", Verdict.NEGATIVE, "rule", by=by) for n, by in enumerate(said)]
    )  # fmt: skip
    w.judge(view, Event("dl002", "dr002", Verdict.UNSURE, "no idea"))
    key = w.judge(view, Event("dl003", "dr003", Verdict.NEGATIVE, "seen"))
    w.judge(view, Event("dl003", "dr003", Verdict.REVOKED, "misread", revokes=key))
    assert w.judging.fit(view) == {}


def test_few_labels_move_weights_a_little_and_leave_the_threshold(w: Workspace) -> None:
    load(w, crowd("d"), "d")
    view = w.view(Act.JUDGE)
    for n in range(6):
        w.judge(view, Event(f"dl{n:03}", f"dr{n:03}", Verdict.POSITIVE, "seen"))
    found = w.judging.fit(view)["person"]
    assert found.threshold == found.threshold_before
    assert "fewer than 50" in found.note
    names = found.model["levels"][column("name")]
    for (m, u), (m_before, u_before) in zip(names, MODELS.rates("person", "name"), strict=True):
        assert abs(math.log(m / u) - math.log(m_before / u_before)) < 0.1
        assert m <= m_before * 1.0001
        assert u <= u_before * 1.0001
