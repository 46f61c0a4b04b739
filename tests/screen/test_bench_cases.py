"""The data of the screening bench: labelled, distinct, and none of it contradicts itself."""

import csv
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

CASES = Path(__file__).parents[2] / "bench" / "cases"


def lines(name: str) -> list[dict[str, Any]]:
    with (CASES / name).open(encoding="utf-8") as raw:
        return [json.loads(line) for line in raw]


def rows(name: str) -> list[dict[str, str]]:
    with (CASES / name).open(encoding="utf-8", newline="") as raw:
        return list(csv.DictReader(raw))


NEGATIVES = lines("hard_negatives.jsonl")


def test_there_are_several_hundred_hard_negatives() -> None:
    assert len(NEGATIVES) >= 600


def test_each_kind_of_hard_negative_has_more_than_a_handful() -> None:
    assert min(Counter(case["kind"] for case in NEGATIVES).values()) >= 30


def test_no_hard_negative_stands_twice() -> None:
    queries = [json.dumps(case["query"], sort_keys=True) for case in NEGATIVES]
    assert len(set(queries)) == len(queries)


def test_ids_are_unique() -> None:
    ids = [case["id"] for case in NEGATIVES]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("kind", ["other_birth_year", "patronymic_contradicted", "common_parts"])
def test_kinds_that_rest_on_a_date_have_a_full_one(kind: str) -> None:
    dates = [case["query"].get("birthDate", "") for case in NEGATIVES if case["kind"] == kind]
    assert all(re.fullmatch(r"(19|20)\d\d-\d\d-\d\d", date) for date in dates)


def test_a_name_that_would_be_a_hit_alone_says_so() -> None:
    assert all(c.get("name_only") is (True if c["kind"] == "other_birth_year" else None)
               for c in NEGATIVES)  # fmt: skip


def test_another_birth_year_is_eight_years_away_from_each_listed_one() -> None:
    for case in NEGATIVES:
        if case["kind"] == "other_birth_year":
            born = int(case["query"]["birthDate"][:4])
            listed = re.findall(r"\d{4}", case["note"])
            assert listed
            assert all(abs(born - int(year)) >= 8 for year in listed)


def test_sample_cases_expect_an_entry_exactly_when_they_are_no_negative() -> None:
    assert all(
        bool(case["expected_ids"]) is (case["expect"] != "no_hit")
        for case in lines("sample/cases.jsonl")
    )


def test_each_script_case_expects_an_entry_of_its_list() -> None:
    known = {row["id"] for row in rows("scripts_list.csv")}
    assert all(set(case["expected_ids"]) <= known for case in lines("scripts.jsonl"))


def test_each_script_case_names_its_standard() -> None:
    assert all(case["standard"] for case in lines("scripts.jsonl"))


def test_each_culture_that_uses_our_own_names_has_some() -> None:
    held = {row["culture"] for row in rows("names.csv")}
    wanted = {row["culture"] for row in rows("cultures.csv") if "own" in row["given"].split()}
    assert wanted <= held


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("romanisation.csv", ("rule", "spelling")),
        ("abbreviations.csv", ("word", "becomes")),
        ("distinctive_words.csv", ("word",)),
        ("generic_words.csv", ("word",)),
    ],
)
def test_no_row_of_a_table_stands_twice(table: str, columns: tuple[str, ...]) -> None:
    keys = [tuple(row[column] for column in columns) for row in rows(table)]
    assert len(set(keys)) == len(keys)
