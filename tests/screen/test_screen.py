"""A record against a list: hits with reasons that re-compute; no hit is not could not look."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillon.screen import Reason, Screen, Screened, digest, entry

LIST = [
    entry("l1", "Person", "list", {"name": ["Osama Ibrahim Haddad"], "alias": ["Abu Yusuf"],
          "birthDate": ["1971-03-04"], "nationality": ["sy"]}),
    entry("l2", "Person", "list", {"name": ["Viktor Petrovich Sokolov"], "birthDate": ["1965"]}),
    entry("l3", "Organization", "list", {"name": ["Northern Star Trading LLC"]}),
    entry("l4", "Person", "list", {"name": ["Daniel Farouk Mansour"],
          "weakAlias": ["Daniel Mohammad"], "passportNumber": ["RX771204"]}),
    entry("l5", "Person", "list", {"name": ["Jon Smith"], "birthDate": ["1980-01-02"]}),
    entry("l6", "Person", "list", {"name": ["علي حسن الكردي"]}),
    *(entry(f"x{n}", "Person", "list", {"name": [f"Filler Number{n} Person"]}) for n in range(40)),
]  # fmt: skip


def ask(properties: dict[str, list[str]], schema: str = "Person", **options: float) -> Screened:
    (answer,) = Screen(LIST, **options).ask([entry("q", schema, "", properties)])  # type: ignore[arg-type]  # numbers
    return answer


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Usama Ibrahim Hadad", "l1"),
        ("HADDAD OSAMA IBRAHIM", "l1"),
        ("Osama Haddad", "l1"),
        ("Виктор Петрович Соколов", "l2"),
        ("Sokolov, Viktor", "l2"),
        ("Northern Star Trading Limited", "l3"),
        ("Ali Hassan Al-Kurdi", "l6"),
        ("OsamaIbrahimHaddad", "l1"),
    ],
)
def test_a_variant_is_found_first(name: str, expected: str) -> None:
    schema = "Organization" if expected == "l3" else "Person"
    answer = ask({"name": [name]}, schema)
    assert [hit.id for hit in answer.hits][:1] == [expected]


@pytest.mark.parametrize(
    "name", ["George Bush", "Osama", "Ibrahim Khalil", "Maria Fernandez", "Viktor Orlov"]
)
def test_a_stranger_is_no_hit(name: str) -> None:
    answer = ask({"name": [name]})
    assert (answer.hits, answer.could_not_look) == ((), "")


def test_a_record_without_a_name_could_not_be_looked_at() -> None:
    answer = ask({"birthDate": ["1980"]})
    assert answer.line()["status"] == "could_not_look"


def test_a_weak_alias_never_alerts_alone() -> None:
    assert ask({"name": ["Daniel Mohammad"]}).hits == ()


def test_a_document_lifts_a_weak_alias() -> None:
    answer = ask({"name": ["Daniel Mohammad"], "passportNumber": ["RX771204"]})
    assert [hit.id for hit in answer.hits] == ["l4"]


def test_a_conflicting_birth_date_lowers_and_a_matching_one_lifts() -> None:
    name = {"name": ["Osama Haddad"]}
    scores = [
        ask({**name, **date}, threshold=0.5).hits[:1]
        for date in ({"birthDate": ["1971-03-04"]}, {}, {"birthDate": ["1990-01-01"]})
    ]
    same, none, other = (hits[0].scored.score if hits else 0.0 for hits in scores)
    assert same > none > other


def test_missing_data_changes_nothing() -> None:
    plain = ask({"name": ["Osama Haddad"]})
    assert plain.hits == ask({"name": ["Osama Haddad"], "birthDate": []}).hits


def test_a_score_is_recomputed_from_its_explanation() -> None:
    answer = ask(
        {"name": ["Usama Ibrahim Hadad"], "birthDate": ["1971-04-03"], "nationality": ["sy"]}
    )
    scored = answer.hits[0].scored
    assert recomputed(scored.reasons) == pytest.approx(scored.score, abs=2e-3)


def recomputed(reasons: tuple[Reason, ...]) -> float:
    """An independent reading of the explanation."""
    agree = sum(r.score * r.points for r in reasons if r.kind == "part" and r.score)
    cost = sum(r.points for r in reasons if r.kind == "part" and r.score)
    cost += sum(
        r.points * (0.5 if r.verdict == "contradicted" else 0.3)
        for r in reasons
        if r.kind == "part" and not r.score
    )
    base = min(agree / cost, 0.999)
    odds = math.log(base / (1 - base))
    odds += sum(r.points for r in reasons if r.kind not in {"part", "weak alias"})
    return 1 / (1 + math.exp(-odds))


def test_eighty_aliases_do_not_sink_an_entry() -> None:
    crowd = entry("many", "Person", "list", {
        "name": ["Zdenek Vorel"], "alias": [f"Alias{n} Vorel{n}" for n in range(80)]})  # fmt: skip
    (answer,) = Screen([*LIST, crowd]).ask([entry("q", "Person", "", {"name": ["Zdenek Vorel"]})])
    assert answer.hits[0].id == "many"


def test_the_same_query_gives_the_same_bytes() -> None:
    queries = [entry(f"q{n}", "Person", "", {"name": [f"Osama Haddad {n}"]}) for n in range(20)]
    digests = {digest(Screen(LIST, threads=threads).ask(queries)) for threads in (1, 2, 1, 2)}
    assert len(digests) == 1


def test_an_empty_list_answers_no_hit() -> None:
    (answer,) = Screen([]).ask([entry("q", "Person", "", {"name": ["Osama Haddad"]})])
    assert answer == Screened("q")


@given(st.text(max_size=40), st.sampled_from(["Person", "Organization"]))
def test_any_name_is_answered_with_scores_in_bounds(name: str, schema: str) -> None:
    screen = _screen()
    (answer,) = screen.ask([entry("q", schema, "", {"name": [name]})])
    assert all(0 <= hit.scored.score <= 1 for hit in answer.hits)
    assert bool(answer.could_not_look) == (not entry("q", schema, "", {"name": [name]}).names)


def _screen() -> Screen:
    return Screen(LIST)
