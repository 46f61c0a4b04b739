"""Explanations add up to the score, name their statements, and tell what keeps records apart."""

import io
import itertools
import json
import math
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from maillon.model import Act, Mode
from maillon.resolve import (
    LANGUAGES,
    NoPairError,
    chain,
    explain_cluster,
    pair_sentences,
    why_sentences,
)
from maillon.resolve.comparisons import TABLES
from maillon.resolve.evidence import LOOKS_AT
from maillon.resolve.kinds import SAYS
from maillon.resolve.sentences import word
from maillon.resolve.state import KINDS, PAPER_KINDS
from maillon.sources import adapter
from maillon.store import Event, Order, Verdict
from maillon.workspace import Workspace


@pytest.fixture
def w(tmp_path: Path) -> Iterator[Workspace]:
    Workspace.create(tmp_path / "w")
    with Workspace.open(tmp_path / "w") as opened:
        yield opened


def entity(key: str, schema: str, **properties: str | list[str]) -> dict[str, Any]:
    listed = {p: v if isinstance(v, list) else [v] for p, v in properties.items()}
    return {"id": key, "schema": schema, "properties": listed}


def person(key: str, given: str, family: str, **properties: str | list[str]) -> dict[str, Any]:
    return entity(
        key, "Person", name=f"{given} {family}", firstName=given, lastName=family, **properties
    )


def load(w: Workspace, *records: dict[str, Any], dataset: str = "d") -> None:
    raw = io.BytesIO("".join(json.dumps(one) + "\n" for one in records).encode())
    order = Order(adapter("ftm-json"), dataset, w.settings.label, mode=Mode.MESSAGES)
    w.load(w.view(Act.LOAD), raw, order)


def explained(w: Workspace, left: str, right: str) -> dict[str, Any]:
    return w.judging.explain(w.view(Act.RESOLVE), left, right)


def why(w: Workspace, left: str, right: str) -> dict[str, Any]:
    return w.judging.why(w.view(Act.RESOLVE), left, right)


def judge(w: Workspace, left: str, right: str, verdict: Verdict, reason: str = "seen") -> str:
    return w.judge(w.view(Act.JUDGE), Event(left, right, verdict, reason))


def level(found: dict[str, Any], name: str) -> dict[str, Any]:
    (one,) = [one for one in found["comparisons"] if one["comparison"] == name]
    return dict(one)


CROWD = (
    person("a", "Omar", "Haddad", birthDate="1980-02-03", passportNumber="RX77120", gender="male"),
    person("b", "Umar", "Hadad", birthDate="1980-02-03", passportNumber="RX-77120"),
    person("c", "Omar", "Haddad", birthDate="1980-02-03", phone="+88845550001"),
    person("d", "Omar", "Hadda", birthDate="1980-03-02", phone="+88845550001"),
    person("e", "Omar", "Haddad", birthDate="1980", address="12 Mill Lane, 1001 Strelsau"),
    entity("f1", "Company", name="Alpha Trading", registrationNumber="HRB 77120"),
    entity("f2", "Company", name="Alpha Trading Ltd", registrationNumber="HRB 77120"),
    entity("v1", "Vessel", name="Sea Breeze", imoNumber="IMO9074729", flag="mt"),
    entity("v2", "Vessel", name="Sea Breese", imoNumber="9074729", flag="pa"),
)


def test_prior_and_weights_add_up_to_every_stored_score(w: Workspace) -> None:
    load(w, *CROWD)
    state = w.resolve(w.view(Act.RESOLVE)).state
    pairs = [state.array(name).tolist() for name in ("left", "right", "score")]
    assert len(pairs[0]) >= 5
    for left, right, score in zip(*pairs, strict=True):
        found = explained(w, state.name(right), state.name(left))
        total = found["prior"] + sum(one["weight"] for one in found["comparisons"])
        assert found["stored"] == score
        # what one source says twice is one at once, without a score
        assert found["is_repeated"] == ({found["left"], found["right"]} == {"f1", "f2"})
        if found["is_repeated"]:
            assert score == 1.0
            continue
        assert abs(found["probability"] - score) <= 1e-6
        assert abs(found["sum"] - total) < 1e-3
        assert abs(1 / (1 + math.exp(-found["sum"])) - score) < 1e-4
        assert (found["left"], found["right"]) == (state.name(left), state.name(right))


def test_a_pair_that_was_not_brought_together_is_explained_without_a_stored_score(
    w: Workspace,
) -> None:
    load(w, *CROWD, person("z", "Zdenek", "Kral", birthDate="1951-07-09"))
    found = explained(w, "a", "z")
    assert (found["stored"], found["is_one"]) == (None, False)
    assert "birth date" in found["conflicts"]
    assert found["probability"] < 0.001


def test_each_value_comes_with_statement_dataset_grade_and_delivered_text(w: Workspace) -> None:
    load(w, *CROWD[:2])
    found = explained(w, "a", "b")
    held = level(found, "document")
    assert (held["level"], held["stands"]) == ("same number", "agrees")
    ((left,), (right,)) = held["left"], held["right"]
    assert (left["value"], right["value"]) == ("RX77120", "RX-77120")
    assert (left["dataset"], left["source_grade"], left["use"]) == ("d", "", "used")
    known = {one.id: one for one in w.statements(w.view(Act.READ), "a")}
    assert known[left["statement"]].value == "RX77120"
    assert left["label"] == known[left["statement"]].label
    assert left["delivered"] == (known[left["statement"]].original_value or "RX77120")


def test_the_number_of_a_paper_is_shown_with_the_paper(w: Workspace) -> None:
    load(
        w,
        person("a", "Omar", "Haddad", birthDate="1980-02-03"),
        entity("p", "Passport", holder="a", number="RX77120"),
        person("b", "Omar", "Haddad", passportNumber="RX77120"),
    )
    held = level(explained(w, "a", "b"), "document")
    assert held["level"] == "same number"
    assert [(one["entity"], one["value"]) for one in held["left"]] == [("p", "RX77120")]


def test_what_agrees_conflicts_and_is_absent_is_named(w: Workspace) -> None:
    load(w, *CROWD[:4])
    found = explained(w, "a", "d")
    assert found["agrees"] == ["name", "birth date"]
    assert level(found, "birth date")["level"] == "day and month swapped"
    assert (level(found, "gender")["stands"], level(found, "gender")["lacks"]) == (
        "absent",
        "right",
    )
    assert level(found, "document")["lacks"] == "right"
    assert level(found, "e-mail")["lacks"] == "both"
    assert not {"gender", "document", "e-mail"} - set(found["absent"])
    assert explained(w, "a", "b")["conflicts"] == []


def test_a_contradiction_is_told_as_large_as_an_agreement(w: Workspace) -> None:
    shared = {"birthDate": "1990-05-06", "address": "12 Mill Lane, 1001 Strelsau"}
    load(w, person("a", "Karel", "Dusek", **shared), person("b", "Milan", "Dusek", **shared))
    found = explained(w, "a", "b")
    assert {"birth date", "address"} <= set(found["agrees"])
    assert "other person" in found["conflicts"]
    assert not found["is_one"]
    for language in LANGUAGES:
        said = pair_sentences(found, language)
        assert sum("(+" in one for one in said) == len(found["agrees"])
        assert sum("(-" in one for one in said) == len(found["conflicts"])


def test_a_hub_that_both_have_is_said_to_say_nothing(w: Workspace) -> None:
    crowd = [
        person(f"p{n:02}", "Jana", f"Nov{'aeiou'[n % 5]}k{'bcdfg'[n // 5]}", phone="+888 4000 0000")
        for n in range(20)
    ]
    load(w, *crowd)
    found = explained(w, "p00", "p01")
    ((hub),) = found["hubs"]
    assert (hub["says"], hub["value"]) == ("phone", "+88840000000")
    assert hub["carriers"] > 12
    assert level(found, "phone")["stands"] == "absent"
    assert [one["use"] for one in level(found, "phone")["left"]] == ["hub"]
    assert any("+88840000000, as" in one for one in pair_sentences(found))


def test_a_placeholder_is_said_to_name_nobody(w: Workspace) -> None:
    load(w, person("a", "Karel", "Dusek", passportNumber="UNKNOWN", birthDate="1980-02-03"),
         person("b", "Karel", "Dusek", passportNumber="UNKNOWN", birthDate="1980-02-03"))  # fmt: skip
    found = explained(w, "a", "b")
    held = level(found, "document")
    assert (held["stands"], held["lacks"]) == ("absent", "both")
    assert {one["use"] for one in held["left"]} == {"set aside"}
    assert found["hubs"] == []


def test_other_papers_keep_two_apart_whatever_the_score(w: Workspace) -> None:
    born = {"birthDate": "1980-02-03"}
    load(w, person("a", "Wenceslas", "Vondrak", passportNumber="RX77120", **born),
         person("b", "Wenceslas", "Vondrak", passportNumber="KL90413", **born))  # fmt: skip
    found = explained(w, "a", "b")
    assert [one["paper"] for one in found["papers"]] == ["passport"]
    assert [one["value"] for one in found["papers"][0]["left"]] == ["RX77120"]
    assert [one["value"] for one in found["papers"][0]["right"]] == ["KL90413"]
    assert not found["is_one"]
    assert any("RX77120" in one and "KL90413" in one for one in pair_sentences(found))


def test_a_standing_judgement_is_told_and_a_revoked_one_is_not(w: Workspace) -> None:
    load(w, *CROWD[:2])
    key = judge(w, "a", "b", Verdict.NEGATIVE, "two fathers")
    (held,) = explained(w, "b", "a")["judgements"]
    assert (held["judgement"], held["verdict"], held["by"]) == (key, "negative", "person")
    assert (held["reason"], held["who"]) == ("two fathers", w.settings.mandate.who)
    assert any("two fathers" in one for one in pair_sentences(explained(w, "a", "b"), "fr"))
    w.judge(w.view(Act.JUDGE), Event("a", "b", Verdict.REVOKED, "misread", revokes=key))
    assert explained(w, "a", "b")["judgements"] == []


def test_a_fact_that_would_change_the_answer_does_so_when_it_is_loaded(w: Workspace) -> None:
    load(w, person("a", "Karel", "Dusek"), person("b", "Karel", "Dusek", birthDate="1980-02-03"))
    found = explained(w, "a", "b")
    assert not found["is_one"]
    facts = {(one["comparison"], one["answer"]): one for one in found["would_change"]}
    assert ("document", "same") in facts
    assert all(one["is_one"] for one in facts.values())
    papers = [entity(key, "Person", passportNumber="RX77120") for key in "ab"]
    load(w, *papers, dataset="later")
    after = explained(w, "a", "b")
    assert after["is_one"]
    assert after["probability"] == facts["document", "same"]["probability"]
    against = {(one["comparison"], one["answer"]): one for one in after["would_change"]}
    assert not any(one["is_one"] for one in against.values())


def test_every_fact_that_would_change_crosses_the_threshold(w: Workspace) -> None:
    load(w, *CROWD)
    for left, right in (("a", "b"), ("a", "c"), ("c", "d"), ("d", "e"), ("f1", "f2"), ("v1", "v2")):
        found = explained(w, left, right)
        for one in found["would_change"]:
            assert one["comparison"] in found["absent"]
            assert one["is_one"] is not found["is_one"]


@pytest.mark.parametrize(
    ("left", "right", "said"),
    [("a", "a", "one record"), ("a", "nobody", "no entity nobody"), ("a", "f1", "two kinds")],
)
def test_what_is_no_pair_is_refused(w: Workspace, left: str, right: str, said: str) -> None:
    load(w, *CROWD)
    with pytest.raises(NoPairError, match=said):
        explained(w, left, right)


def test_firms_and_vessels_are_explained(w: Workspace) -> None:
    load(w, *CROWD)
    firms, vessels = explained(w, "f1", "f2"), explained(w, "v1", "v2")
    assert {"name", "number"} <= set(firms["agrees"])
    assert "number" in vessels["agrees"]
    assert [one["value"] for one in level(vessels, "number")["left"]] == ["IMO9074729"]


def test_every_comparison_says_at_which_properties_it_looks() -> None:
    names = {name for table in TABLES.values() for name in table}
    assert names == set(LOOKS_AT)
    looked_at = {says for held in LOOKS_AT.values() for says in held}
    assert set(SAYS) - looked_at == {"weak name"}


def test_every_level_and_paper_has_french_words() -> None:
    for table in TABLES.values():
        for name, (_, levels) in table.items():
            assert word("fr", "comparison", name) != name or name == "document"
            assert all(word("fr", "level", label) != label for label, _ in levels), name
    assert all(word("fr", "kind", kind) != kind for kind in KINDS if kind != "document")
    assert word("fr", "paper", "passport") == "passeport"
    assert {"passport", "lei"} <= set(PAPER_KINDS)


def test_no_sentences_in_a_third_language(w: Workspace) -> None:
    load(w, *CROWD[:2])
    with pytest.raises(ValueError, match="no sentences in de"):
        pair_sentences(explained(w, "a", "b"), "de")


# -- clusters


def test_the_chain_is_the_strongest_path_and_says_what_parts_it(w: Workspace) -> None:
    load(w, *CROWD[:4])
    found = why(w, "a", "d")
    state = w.resolve(w.view(Act.RESOLVE)).state
    held = {frozenset((state.name(left), state.name(right))): score for left, right, score in zip(
        *(state.array(name).tolist() for name in ("left", "right", "score")), strict=True)}  # fmt: skip
    assert found["is_one"]
    ends = [found["chain"][0]["from"], *(hop["to"] for hop in found["chain"])]
    assert (ends[0], ends[-1]) == ("a", "d")
    assert found["weakest"] == min(hop["score"] for hop in found["chain"])
    assert all(held[frozenset((h["from"], h["to"]))] == h["score"] for h in found["chain"])
    assert found["weakest"] >= held.get(frozenset("ad"), 0.0)
    assert (found["complete"], found["looked_at"]) == (True, 4)


def stranger(key: str, number: int) -> dict[str, Any]:
    names = ("Zdenek Kral", "Petra Mala", "Igor Sova", "Hana Liska")
    given, _, family = names[number].partition(" ")
    return person(key, given, family, birthDate=f"19{50 + number}-07-09")


def test_judgements_are_hops_and_a_lone_one_parts(w: Workspace) -> None:
    load(w, *(stranger(key, number) for number, key in enumerate("wxyz")))
    keys = [
        judge(w, "w", "x", Verdict.POSITIVE, "one"),
        judge(w, "x", "y", Verdict.POSITIVE, "two"),
    ]
    found = why(w, "w", "y")
    assert [hop["judgement"]["judgement"] for hop in found["chain"]] == keys
    assert [hop["judgement"]["reason"] for hop in found["chain"]] == ["one", "two"]
    assert [hop["parts"] for hop in found["chain"]] == [True, True]
    assert found["weakest"] == 1.0
    judge(w, "w", "y", Verdict.POSITIVE)
    assert len(why(w, "w", "y")["chain"]) == 1
    assert [hop["parts"] for hop in why(w, "w", "x")["chain"]] == [False]
    assert why(w, "w", "x")["members"] == [3, 3]


def test_a_negative_judgement_is_what_keeps_two_apart(w: Workspace) -> None:
    load(w, *CROWD[:2])
    key = judge(w, "a", "b", Verdict.NEGATIVE, "two fathers")
    found = why(w, "a", "b")
    assert not found["is_one"]
    assert [one["judgement"] for one in found["apart"]["negatives"]] == [key]
    assert not found["apart"]["no_tie"]
    assert [hop["parts"] for hop in found["chain"]]
    assert any("two fathers" in one for one in why_sentences(found))


def test_without_a_pair_there_is_no_chain(w: Workspace) -> None:
    load(w, *(stranger(key, number) for number, key in enumerate("wxyz")))
    found = why(w, "w", "z")
    assert (found["chain"], found["weakest"], found["apart"]["no_tie"]) == ([], None, True)
    assert "no pair that is kept leads from one to the other" in why_sentences(found)
    assert why_sentences(found, "fr")[-1].startswith("aucune paire")


def test_other_papers_and_other_kinds_are_said_to_keep_apart(w: Workspace) -> None:
    born = {"birthDate": "1980-02-03"}
    load(w, *CROWD[5:], person("a", "Wenceslas", "Vondrak", passportNumber="RX77120", **born),
         person("b", "Wenceslas", "Vondrak", passportNumber="KL90413", **born))  # fmt: skip
    papers = why(w, "a", "b")["apart"]["papers"]
    assert papers == [{"paper": "passport", "left": ["a"], "right": ["b"]}]
    assert why(w, "f1", "v1")["apart"]["kinds"] == ["firm", "vessel"]


def paths(ties: chain.Ties, start: int, end: int) -> Iterator[list[int]]:
    """Every path that meets nobody twice."""
    held = [[start]]
    while held:
        path = held.pop()
        if path[-1] == end:
            yield path
            continue
        held += [[*path, two] for two in ties.get(path[-1], {}) if two not in path]


def test_no_other_path_is_stronger_shorter_or_earlier_and_bridges_part() -> None:
    drawn = random.Random(7)
    for _ in range(300):
        ties: chain.Ties = {}
        for one, two in itertools.combinations(range(7), 2):
            if drawn.random() < 0.3:
                tie = chain.Tie(score=drawn.choice([0.95, 0.96, 0.97]))
                ties.setdefault(one, {})[two] = ties.setdefault(two, {})[one] = tie
        every = list(paths(ties, 0, 6))
        path = chain._path(ties, 0, 6)
        if not every:
            assert path == []
            continue
        assert path == min(every, key=lambda held: (
            -min(ties[one][two].strength for one, two in itertools.pairwise(held)), len(held), held
        ))  # fmt: skip
        hops = list(itertools.pairwise(path))
        needed = {place for place, hop in enumerate(hops) if all(
            hop in itertools.pairwise(held) for held in every)}  # fmt: skip
        assert chain._bridges(ties, path) == needed


def test_a_search_that_was_cut_says_so(w: Workspace) -> None:
    load(w, *(stranger(key, number) for number, key in enumerate("wxyz")))
    for pair in ("wx", "xy", "yz"):
        judge(w, pair[0], pair[1], Verdict.POSITIVE)
    view = w.view(Act.RESOLVE)
    found = w.resolve(view)
    log = w.store.log(view)
    cut = explain_cluster(found.state, found.clusters, log, "w", "z", most=2)
    assert (cut["is_one"], cut["complete"], cut["chain"]) == (True, False, [])
    whole = explain_cluster(found.state, found.clusters, log, "w", "z")
    assert (whole["complete"], len(whole["chain"])) == (True, 3)
    assert any("only 2 records were looked at" in one for one in why_sentences(cut))
