"""``judge --next`` and ``--fit``, ``resolve --explain``, ``--why``, ``--current``, ``--changes``."""

import json
from pathlib import Path

import pytest

from .conftest import Maillon


def person(key: str, given: str, family: str, **properties: str) -> str:
    listed = {name: [value] for name, value in properties.items()}
    return json.dumps({"id": key, "schema": "Person", "properties": {
        "name": [f"{given} {family}"], "firstName": [given], "lastName": [family], **listed}})  # fmt: skip


RECORDS = "\n".join((
    person("a", "Omar", "Haddad", birthDate="1980-02-03", phone="+88845550001"),
    person("b", "Omar", "Haddad", birthDate="1980", phone="+88845550001"),
    person("c", "Jana", "Wolf", birthDate="1971-05-06"),
    person("d", "Jana", "Wolf", birthDate="1971-06-05"),
    person("e", "Zdenek", "Kral", birthDate="1951-07-09"),
))  # fmt: skip


@pytest.fixture
def people(maillon: Maillon, w: Path) -> Path:
    words = ("--as", "ftm-json", "--dataset", "people", "-w", w)
    assert maillon("load", "-", *words, stdin=RECORDS.encode()).code == 0
    return w


def judged(maillon: Maillon, w: Path, left: str, right: str, verdict: str) -> str:
    words = ("--verdict", verdict, "--reason", "seen together", "--json", "-w", w)
    (line,) = maillon("judge", left, right, *words).lines
    return str(line["judgement"])


def test_the_next_pairs_are_lines_with_names_dates_and_score(
    maillon: Maillon, people: Path
) -> None:
    done = maillon("judge", "--next", "-w", people)
    assert done.code == 0
    assert {(line["left"], line["right"]) for line in done.lines} == {("a", "b"), ("c", "d")}
    line = next(line for line in done.lines if line["left"] == "c")
    assert line["captions"] == [
        {"birthDate": ["1971-05-06"], "name": ["Jana Wolf"]},
        {"birthDate": ["1971-06-05"], "name": ["Jana Wolf"]},
    ]
    assert line["levels"]["birth date"] == "day and month swapped"
    assert 0.5 <= line["score"] <= 1.0
    assert len(maillon("judge", "--next", "--count", "1", "-w", people).lines) == 1
    assert maillon("judge", "--next", "--kind", "firm", "-w", people).lines == []


def test_a_judged_pair_is_not_the_next_one(maillon: Maillon, people: Path) -> None:
    judged(maillon, people, "d", "c", "unsure")
    lines = maillon("judge", "--next", "-w", people).lines
    assert [(line["left"], line["right"]) for line in lines] == [("a", "b")]


@pytest.mark.parametrize(
    ("language", "said"), [("en", "near the threshold"), ("fr", "près du seuil")]
)
def test_the_next_pairs_are_said_in_words(
    maillon: Maillon, people: Path, language: str, said: str
) -> None:
    done = maillon("judge", "--next", "--say", language, "-w", people)
    assert said in done.out
    assert "1971-05-06; Jana Wolf" in done.out


def test_an_explanation_is_sentences_or_one_line(maillon: Maillon, people: Path) -> None:
    done = maillon("resolve", "--explain", "b", "a", "-w", people)
    assert (done.code, "a and b are taken for one" in done.out) == (0, True)
    assert "+88845550001 [people]" in done.out
    french = maillon("resolve", "--explain", "a", "b", "--say", "fr", "-w", people).out
    assert "pour : téléphone : même numéro" in french
    (line,) = maillon("resolve", "--explain", "a", "b", "--json", "-w", people).lines
    assert (line["left"], line["right"], line["kind"]) == ("a", "b", "person")
    assert line["captions"]["a"]["birthDate"] == ["1980-02-03"]
    assert line["stored"] == pytest.approx(line["probability"], abs=1e-6)


def test_why_tells_the_chain_and_what_keeps_apart(maillon: Maillon, people: Path) -> None:
    key = judged(maillon, people, "a", "e", "positive")
    (line,) = maillon("resolve", "--why", "b", "e", "--json", "-w", people).lines
    assert [(hop["from"], hop["to"]) for hop in line["chain"]] == [("b", "a"), ("a", "e")]
    assert line["chain"][1]["judgement"]["judgement"] == key
    assert [hop["parts"] for hop in line["chain"]] == [True, True]
    text = maillon("resolve", "--why", "b", "e", "-w", people).out
    assert "seen together" in text
    assert "without this tie the two would part" in text
    assert "no pair that is kept" in maillon("resolve", "--why", "b", "c", "-w", people).out


def test_an_old_id_stands_for_the_cluster_that_its_entity_is_in(
    maillon: Maillon, people: Path
) -> None:
    judged(maillon, people, "c", "d", "negative")
    (before,) = maillon("resolve", "--clusters", "-w", people).lines
    key = judged(maillon, people, "c", "e", "positive")
    clusters = maillon("resolve", "--clusters", "-w", people).lines
    (merged,) = [line for line in clusters if line["members"] == ["c", "e"]]
    changes = maillon("resolve", "--changes", "-w", people).lines
    (change,) = [line for line in changes if line["kind"] == "merged"]
    assert change["after"] == [merged["canonical_id"]]
    assert [line["number"] for line in changes] == list(range(1, len(changes) + 1))
    (old,) = set(change["before"]) - set(change["after"])
    assert maillon("resolve", "--current", old, "-w", people).out.strip() == merged["canonical_id"]
    kept = maillon("resolve", "--current", before["canonical_id"], "--json", "-w", people).lines
    assert kept == [{"id": before["canonical_id"], "current": before["canonical_id"]}]
    revoke = ("judge", "--revoke", key, "--reason", "mistaken", "-w", people)
    assert maillon(*revoke).code == 0
    later = maillon("resolve", "--changes", "--since", str(len(changes)), "-w", people).lines
    assert [(line["number"], line["kind"]) for line in later] == [(len(changes) + 1, "split")]
    assert maillon("resolve", "--current", old, "-w", people).out.strip() == old


def test_a_fit_prints_labels_and_errors_and_is_forgotten(maillon: Maillon, people: Path) -> None:
    nothing = maillon("judge", "--fit", "-w", people)
    assert (nothing.code, nothing.out) == (0, "")
    assert "the shipped models stay" in nothing.err
    judged(maillon, people, "c", "d", "negative")
    (line,) = maillon("judge", "--fit", "--json", "-w", people).lines
    assert (line["kind"], line["labels"], line["positives"]) == ("person", 1, 0)
    assert (people / "models" / "person.json").is_file()
    assert "person: 1 labels (0 positive)" in maillon("judge", "--fit", "-w", people).out
    assert maillon("judge", "--fit", "--forget", "-w", people).out == "forgotten: person\n"
    assert not (people / "models" / "person.json").exists()
    assert maillon("judge", "--fit", "--forget", "--json", "-w", people).lines == [
        {"forgotten": []}
    ]


@pytest.mark.parametrize(("words", "message"), [
    (("judge", "--next", "--fit"), "one at a time"),
    (("judge", "a", "b", "--next"), "not together with --next"),
    (("judge", "--forget"), "goes with --fit"),
    (("judge", "--say", "en"), "goes with --next"),
    (("judge", "--next", "--say", "de"), "en or fr"),
    (("judge", "--next", "--kind", "planet"), "one of person"),
    (("judge", "--next", "--count", "0"), "--count"),
    (("resolve", "--explain", "a", "a"), "one record"),
    (("resolve", "--explain", "a", "nobody"), "no entity nobody"),
    (("resolve", "--why", "nobody", "a"), "no entity nobody"),
    (("resolve", "--current", "ml-00000000000000000000"), "no canonical id"),
    (("resolve", "--current", "a", "--changes"), "one at a time"),
    (("resolve", "--since", "3"), "goes with --changes"),
    (("resolve", "--say", "fr"), "goes with --explain or --why"),
    (("resolve", "--explain", "a", "b", "--say", "de"), "en or fr"),
])  # fmt: skip
def test_words_that_say_nothing_together_are_usage_errors(
    maillon: Maillon, people: Path, words: tuple[str, ...], message: str
) -> None:
    done = maillon(*words, "-w", people)
    assert done.code == 2, done.err
    assert message in " ".join(done.err.replace("│", " ").split())
