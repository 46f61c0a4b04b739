"""Nothing runs without a card, and no card names what may not decide."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from maillon.model import Act, RefusedError, StoreError, View
from maillon.nexus import FEATURES
from maillon.policy import Cards, Policy, check_features, read_card
from maillon.resolve import compared as compared_pairs
from maillon.screen import compared

from .test_policy import MANDATE, PEOPLE, Register

TODAY = "2026-11-27"


def view(purpose: str = "linking") -> View:
    return Policy(PEOPLE, Register()).open(replace(MANDATE, purpose=purpose), Act.READ)


def test_every_artefact_of_the_house_has_a_card_for_what_it_really_looks_at() -> None:
    cards = Cards()
    used = {
        "screening-model": compared(),
        "resolution-models": compared_pairs(),
        "lead-ranking": FEATURES,
        "lists": compared(),
    }
    for name, features in used.items():
        card = cards.check(name, features, view(), TODAY)
        assert set(card.features) == set(features)
    assert set(cards.names()) == {*used, "screening-rules"}
    for name in cards.names():
        card = cards.card(name)
        assert card.name == name
        assert all(error.n > 0 for error in card.errors)


def text_of(name: str = "lead-ranking") -> str:
    folder = Path(__file__).parents[2] / "src" / "maillon" / "policy" / "law" / "cards"
    return (folder / f"{name}.toml").read_text("utf-8")


def with_features(*features: str) -> str:
    said = ", ".join(f'"{one}"' for one in features)
    return re.sub(r"features = \[.*\]", f"features = [{said}]", text_of())


PROXIES = ["religion", "meal code", "VGML", "meal_request", "ethnicity", "name-culture", "race",
           "political opinion", "trade union", "wheelchair", "marital status", "WCHR",
           "sexual orientation", "mother tongue", "Tribe"]  # fmt: skip


@pytest.mark.parametrize("proxy", PROXIES)
@pytest.mark.parametrize("decides", ["identity", "suspicion"])
def test_a_protected_characteristic_or_its_proxy_is_refused(proxy: str, decides: str) -> None:
    with pytest.raises(RefusedError, match="stands for") as refusal:
        check_features([proxy], decides, "rule 7")
    assert "2016/680, arts. 10 and 11(3)" in refusal.value.rule
    with pytest.raises(RefusedError, match="stands for"):
        read_card(with_features("surprise", proxy), "law/cards/x.toml")


@pytest.mark.parametrize("feature", ["place", "country", "gender", "birth date"])
def test_what_tells_who_somebody_is_never_decides_suspicion(feature: str) -> None:
    check_features([feature], "identity", "rule 7")
    with pytest.raises(RefusedError, match="may not decide suspicion: it tells who somebody is"):
        read_card(with_features("surprise", feature), "law/cards/x.toml")


def test_a_feature_that_nobody_thought_of_is_refused() -> None:
    with pytest.raises(RefusedError, match="may not decide identity"):
        check_features(["shoe size"], "identity", "rule 7")
    check_features(["route"], "suspicion", "rule 7")


def write(folder: Path, text: str, name: str = "lead-ranking") -> Cards:
    (folder / f"{name}.toml").write_text(text, "utf-8")
    return Cards(folder)


def test_an_expired_card_does_not_run_and_the_last_day_does(tmp_path: Path) -> None:
    text = re.sub(r'expires = ".*"', 'expires = "2026-11-27"', text_of())
    cards = write(tmp_path, text)
    assert cards.check("lead-ranking", FEATURES, view(), "2026-11-27")
    with pytest.raises(RefusedError, match="ended on 2026-11-27"):
        cards.check("lead-ranking", FEATURES, view(), "2026-11-28")


def test_what_has_no_card_or_another_purpose_or_looks_at_more_does_not_run() -> None:
    cards = Cards()
    for name, features, purpose, says in (
        ("radicalisation", (), "linking", "has no card"),
        ("lead-ranking", FEATURES, "screening", "not approved for the purpose"),
        ("screening-rules", ("name", "gender"), "screening", "does not name: gender"),
    ):
        with pytest.raises(RefusedError, match=says) as refusal:
            cards.check(name, features, view(purpose), TODAY)
        assert refusal.value.remedy


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (r'owner = ".*"\n', "", "owner missing"),
        (r'owner = ".*"', 'owner = " "', "owner is a text"),
        (r'dpia = ".*"\n', "", "dpia missing"),
        (r'kind = ".*"', 'kind = "oracle"', "kind is one of"),
        (r'expires = ".*"', 'expires = "never"', "expires is a day"),
        (r"purposes = \[.*\]", 'purposes = ["gossip"]', "purposes are some of"),
        (r"purposes = \[.*\]", "purposes = []", "purposes is a list"),
        (r"(?s)errors = \[.*\]", "errors = []", "nothing was measured"),
        (r"(?s)errors = \[.*\]", "errors = [{ group = 'all' }]", "each has group"),
        (r"n = 76", "n = 0", "measured on nothing"),
        (r"name = ", "nickname = ", "name missing"),
        (r"owner = ", "x = 1\nowner = ", "x unknown"),
        (r"name = ", "name == ", "x.toml"),
    ],
)
def test_a_card_that_lacks_something_is_refused_at_its_key(old: str, new: str, says: str) -> None:
    text = re.sub(old, new, text_of(), count=1)
    assert text != text_of()
    with pytest.raises(StoreError, match=says) as error:
        read_card(text, "law/cards/x.toml")
    assert "law/cards/x.toml" in str(error.value)


def list_card(name: str, **said: str) -> str:
    text = text_of("lists").replace('name = "lists"', f'name = "{name}"')
    for key, value in said.items():
        text = re.sub(rf"^{key} = .*$", f'{key} = "{value}"', text, flags=re.MULTILINE)
    return text


def test_a_list_runs_under_its_own_card_or_under_that_of_all_lists(tmp_path: Path) -> None:
    cards = write(tmp_path, list_card("list-old", expires="2026-11-26"), "list-old")
    cards.check_lists(["un_sc", "ofac"], compared(), view(), TODAY)
    with pytest.raises(RefusedError, match="the card of list-old ended on 2026-11-26"):
        cards.check_lists(["un_sc", "old"], compared(), view(), TODAY)
    end = cards.card("lists").expires
    cards.check_lists(["un_sc"], compared(), view(), end)
    with pytest.raises(RefusedError, match=f"the card of lists ended on {end}"):
        cards.check_lists(["un_sc"], compared(), view(), "2999-01-01")
    with pytest.raises(RefusedError, match="the card of lists ended"):
        cards.check_lists([], compared(), view(), "2999-01-01")


@pytest.mark.parametrize("key", ["owner", "expires", "reviewed", "dpia", "errors"])
def test_a_list_card_without_owner_or_end_is_refused(tmp_path: Path, key: str) -> None:
    text = re.sub(rf"(?ms)^{key} = (\[.*?^\]|[^\n]*)\n", "", list_card("list-x"))
    cards = write(tmp_path, text, "list-x")
    with pytest.raises(StoreError, match=f"list-x.toml: {key} missing"):
        cards.check_lists(["x"], compared(), view(), TODAY)


def test_a_card_of_something_else_is_none_of_a_list(tmp_path: Path) -> None:
    cards = write(tmp_path, list_card("list-x", kind="rule"), "list-x")
    with pytest.raises(RefusedError, match="is of no list"):
        cards.check_lists(["x"], compared(), view(), TODAY)
