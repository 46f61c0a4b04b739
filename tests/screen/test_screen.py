"""A record against a list: hits with reasons that re-compute; no hit is not could not look."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillon.screen import (
    Screen,
    Screened,
    build,
    digest,
    entry,
    open_segment,
    pair_score,
)
from maillon.screen.check import faults, published
from maillon.screen.explain import LANGUAGES, retold, sentences

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
    assert faults(answer.hits[0].line(), published("model"), published("facts")) == []


@pytest.mark.parametrize("field", ["score", "points", "band"])
def test_a_changed_figure_is_found_by_the_checker(field: str) -> None:
    line = ask({"name": ["Usama Ibrahim Hadad"]}).hits[0].line()
    line[field] = {"score": 0.5, "points": 1.5, "band": "weak"}[field]
    assert faults(line, published("model"), published("facts")) != []


def test_a_changed_reason_is_found_by_the_checker() -> None:
    line = ask({"name": ["Usama Ibrahim Hadad"]}).hits[0].line()
    line["explanation"][0] = {**line["explanation"][0], "weight": 1.0}
    assert faults(line, published("model"), published("facts")) != []


def test_an_explanation_says_what_was_absent_and_what_would_change_the_outcome() -> None:
    line = ask({"name": ["Osama Ibrahim Haddad"]}).hits[0].line()
    assert {"kind": "birth date", "lacks": "query"} in line["absent"]
    assert any(
        one["kind"] == "birth date" and one["verdict"] == "other year"
        for one in line["would_change"]
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_a_sentence(language: str) -> None:
    line = (
        ask({"name": ["Usama Ibrahim Hadad Khan"], "birthDate": ["1971-04-03"], "gender": ["male"]})
        .hits[0]
        .line()
    )
    said = sentences(line, language)
    assert len(said) >= len(line["explanation"]) - 1
    assert not [text for text in said if "{" in text]


def test_sentences_in_an_unknown_language_are_refused() -> None:
    with pytest.raises(ValueError, match="en, fr"):
        sentences({"explanation": []}, "xx")


def test_son_and_father_the_other_way_round_is_no_hit() -> None:
    listed = [*LIST, entry("s", "Person", "list", {"name": ["Tarek bin Habib al-Maaroufi"]})]
    screen = Screen(listed)
    right, turned = screen.ask(
        entry(name, "Person", "", {"name": [name]})
        for name in ("Tarek bin Habib Maaroufi", "Habib bin Tarek Maaroufi")
    )
    assert [hit.id for hit in right.hits] == ["s"]
    assert turned.hits == ()


def test_a_patronymic_contradicted_is_far_below_one_omitted() -> None:
    listed = entry("l", "Person", "list", {"name": ["Valery Nikolaevich Ermakov"]})
    omitted = entry("q", "Person", "", {"name": ["Valery Ermakov"]})
    other = entry("q", "Person", "", {"name": ["Valery Konstantinovich Ermakov"]})
    assert pair_score(omitted, listed) > pair_score(other, listed) + 0.3


def test_a_list_that_keeps_an_id_and_changes_a_name_gives_no_stale_answer() -> None:
    query = entry("q", "Person", "", {"name": ["Angela Sommer"]})
    old = Screen([*LIST, entry("same", "Person", "list", {"name": ["Bruno Winter"]})])
    new = Screen([*LIST, entry("same", "Person", "list", {"name": ["Angela Sommer"]})])
    before, after = next(old.ask([query])), next(new.ask([query]))
    assert [len(before.hits), len(after.hits)] == [0, 1]


def test_asking_the_other_way_round_gives_the_same_hits() -> None:
    subjects = [entry("p1", "Person", "", {"name": ["Usama Hadad"], "birthDate": ["1971-03-04"]}),
                entry("p2", "Person", "", {"name": ["Greta Lund"]})]  # fmt: skip
    straight = {
        (answer.id, hit.id, hit.scored.score)
        for answer in Screen(LIST).ask(subjects)
        for hit in answer.hits
    }
    turned = {(id_, hit.id, hit.scored.score) for id_, hit in Screen(subjects).reverse(LIST)}
    assert straight == turned


def test_a_segment_on_disk_answers_as_the_one_in_memory(tmp_path: Path) -> None:
    segment = build(LIST)
    segment.save(tmp_path)
    queries = [entry("q", "Person", "", {"name": ["Usama Hadad"]})]
    assert digest(Screen([segment]).ask(queries)) == digest(
        Screen([open_segment(tmp_path)]).ask(queries)
    )


def test_entries_that_are_gone_are_no_candidates() -> None:
    screen = Screen([build(LIST)], gone=[frozenset({0})])
    (answer,) = screen.ask([entry("q", "Person", "", {"name": ["Osama Ibrahim Haddad"]})])
    assert answer.hits == ()
    assert screen.receipt([])["entries"] == len(LIST) - 1


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
    assert (answer.hits, answer.could_not_look) == ((), "")


@given(st.text(max_size=40), st.sampled_from(["Person", "Organization"]))
def test_any_name_is_answered_with_scores_in_bounds(name: str, schema: str) -> None:
    screen = _screen()
    (answer,) = screen.ask([entry("q", schema, "", {"name": [name]})])
    assert all(0 <= hit.scored.score <= 1 for hit in answer.hits)
    assert bool(answer.could_not_look) == (not entry("q", schema, "", {"name": [name]}).names)


def _screen() -> Screen:
    return Screen(LIST)


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_sentence_is_told_in_another_language_with_its_values(language: str) -> None:
    text = "the birth dates contradict: 1980-02-03, 1955-11-30 (-4.0)"
    told = retold(text, language)
    assert told != text
    assert "1980-02-03" in told
    assert "1955-11-30" in told
    assert told.endswith("(-4.0)")


def test_what_is_no_sentence_is_told_as_it_is() -> None:
    assert retold("a reason of a colleague; another", "fr") == "a reason of a colleague; another"


def test_several_sentences_are_told_one_by_one() -> None:
    text = "“a” stands in both names (+1.0); “b” is not in the list's name (-0.5)"
    first, second = retold(text, "ar").split("; ")
    assert first.endswith("(+1.0)")
    assert second.endswith("(-0.5)")
    assert "«a»" in first
    assert "«b»" in second
