"""Which records are one: values that name nobody merge nobody; families stay apart."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from maillon.model import Act, Mode
from maillon.resolve import Models, build, is_placeholder, placeholders
from maillon.resolve.comparisons import TABLES, column
from maillon.sources import adapter
from maillon.store import Event, Order, Verdict
from maillon.workspace import Workspace, clusters


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    Workspace.create(tmp_path / "w")
    with Workspace.open(tmp_path / "w") as w:
        yield w


def person(key: str, given: str, family: str, **properties: str | list[str]) -> dict[str, Any]:
    listed = {p: v if isinstance(v, list) else [v] for p, v in properties.items()}
    return {
        "id": key,
        "schema": "Person",
        "properties": {
            "name": [f"{given} {family}"], "firstName": [given], "lastName": [family], **listed
        },
    }  # fmt: skip


def found(workspace: Workspace, *records: dict[str, Any]) -> list[list[str]]:
    raw = io.BytesIO("".join(json.dumps(one) + "\n" for one in records).encode())
    order = Order(adapter("ftm-json"), "d", workspace.settings.label, mode=Mode.MESSAGES)
    workspace.load(workspace.view(Act.LOAD), raw, order)
    resolved = workspace.resolve(workspace.view(Act.RESOLVE))
    return [held for _, held in clusters(resolved)]


def test_same_name_date_and_document_are_one(workspace: Workspace) -> None:
    assert found(
        workspace,
        person("a", "Omar", "Haddad", birthDate="1980-02-03", passportNumber="RX77120"),
        person("b", "Umar", "Hadad", birthDate="1980-02-03", passportNumber="RX-77120"),
    ) == [["a", "b"]]


def test_one_person_in_two_scripts_is_one(workspace: Workspace) -> None:
    assert found(
        workspace,
        person("a", "Александр", "Иванов", birthDate="1980-02-03", phone="+88845550001"),
        person("b", "Alexander", "Ivanov", birthDate="1980-02-03", phone="+88845550001"),
    ) == [["a", "b"]]


def test_twins_are_two(workspace: Workspace) -> None:
    shared = {"birthDate": "1990-05-06", "address": "12 Mill Lane, 1001 Strelsau",
              "phone": "+88845550001", "gender": "male"}  # fmt: skip
    assert found(workspace, person("a", "Karel", "Dusek", **shared),
                 person("b", "Milan", "Dusek", **shared)) == []  # fmt: skip


def test_twins_with_neighbouring_papers_and_one_alias_are_two(workspace: Workspace) -> None:
    # OFAC SDN 10470 and 10471
    def twin(key: str, given: str, number: str) -> dict[str, Any]:
        return {"id": key, "schema": "Person", "properties": {
            "name": [f"MEJIA MUNERA, {given}", "LOS MELLIZOS"], "topics": ["crime.traffick.drug"],
            "birthDate": ["1959-07-11"], "birthPlace": ["Cali, Colombia"], "nationality": ["co"],
            "idNumber": [number]}}  # fmt: skip

    assert found(workspace, twin("a", "Victor Manuel", "16627308"),
                 twin("b", "Miguel Angel Melchor", "16627309")) == []  # fmt: skip


def test_father_and_son_of_one_name_are_two(workspace: Workspace) -> None:
    home = {"address": "12 Mill Lane, 1001 Strelsau", "phone": "+88845550001"}
    assert (
        found(
            workspace,
            person("a", "Karel", "Dusek", birthDate="1955-05-06", **home),
            person("b", "Karel", "Dusek", birthDate="1985-01-09", **home),
        )
        == []
    )


@pytest.mark.parametrize("number", ["N/A", "UNKNOWN", "00000000", "999999999", "1", ""])
def test_a_placeholder_document_merges_nobody(workspace: Workspace, number: str) -> None:
    papers = {"passportNumber": number} if number else {"idNumber": "0000000"}
    assert (
        found(workspace, person("a", "Karel", "Dusek", **papers),
              person("b", "Milan", "Novak", **papers)) == []
    )  # fmt: skip


def test_placeholder_dates_merge_nobody(workspace: Workspace) -> None:
    born = {"birthDate": "1900-01-01", "nationality": "fr"}
    assert found(workspace, person("a", "Karel", "Dusek", **born),
                 person("b", "Karel", "Dusekk", **born)) == []  # fmt: skip


def test_a_hotline_merges_nobody(workspace: Workspace) -> None:
    crowd = [
        person(f"p{n}", "Jana", f"Nov{'aeiou'[n % 5]}k{n}", phone="+88840000000") for n in range(20)
    ]
    assert found(workspace, *crowd) == []


def test_a_place_is_not_an_address(workspace: Workspace) -> None:
    assert (
        found(workspace, person("a", "Karel", "Dusek", address="Strelsau"),
              person("b", "Karl", "Dusek", address="Strelsau")) == []
    )  # fmt: skip


def test_firms_with_empty_numbers_stay_apart(workspace: Workspace) -> None:
    firm = {
        "schema": "Company",
        "properties": {"name": ["Alpha Trading"], "registrationNumber": ["N/A"]},
    }
    other = {
        "schema": "Company",
        "properties": {"name": ["Omega Mining"], "registrationNumber": ["N/A"]},
    }
    assert found(workspace, {"id": "a", **firm}, {"id": "b", **other}) == []


def loaded(workspace: Workspace, dataset: str, *records: dict[str, Any]) -> None:
    raw = io.BytesIO("".join(json.dumps(one) + "\n" for one in records).encode())
    order = Order(adapter("ftm-json"), dataset, workspace.settings.label, mode=Mode.MESSAGES)
    workspace.load(workspace.view(Act.LOAD), raw, order)


@pytest.mark.parametrize("number", ["", "RX77120"])
def test_two_entries_of_one_list_are_one_only_with_a_number_in_common(
    workspace: Workspace, number: str
) -> None:
    who = {"birthDate": "1980-02-03", **({"passportNumber": number} if number else {})}
    entries = [person(f"l{n}", "Omar", "Haddad", topics="sanction", **who) for n in range(2)]
    loaded(workspace, "list", *entries)
    loaded(workspace, "other list", person("o", "Omar", "Haddad", topics="sanction", **who))
    held = found(workspace, person("r", "Omar", "Haddad", **who))
    if number:
        assert held == [["l0", "l1", "o", "r"]]
        return
    ((cluster),) = held
    assert len({"l0", "l1"} & set(cluster)) == 1
    assert {"o", "r"} <= set(cluster)
    resolved = workspace.resolve(workspace.view(Act.RESOLVE))
    assert [one.kind.value for one in resolved.clusters.conflicts] == ["other papers"]
    view = workspace.view(Act.JUDGE)
    both = Event("l0", "l1", Verdict.POSITIVE, "listed twice", tuple(sorted(view.labels)))
    workspace.judge(view, both)
    held = [cluster for _, cluster in clusters(workspace.resolve(workspace.view(Act.RESOLVE)))]
    assert held == [["l0", "l1", "o", "r"]]


def test_a_negative_judgement_separates_and_revoking_it_joins_again(workspace: Workspace) -> None:
    same = {"birthDate": "1980-02-03", "passportNumber": "RX77120"}
    records = (person("a", "Omar", "Haddad", **same), person("b", "Omar", "Haddad", **same))
    assert found(workspace, *records) == [["a", "b"]]
    view = workspace.view(Act.JUDGE)
    key = workspace.judge(view, Event("a", "b", Verdict.NEGATIVE, "two papers, one number"))
    assert clusters(workspace.resolve(workspace.view(Act.RESOLVE))) == []
    workspace.judge(view, Event("a", "b", Verdict.REVOKED, "misread", revokes=key))
    ((_, held),) = clusters(workspace.resolve(workspace.view(Act.RESOLVE)))
    assert held == ["a", "b"]


def content(file: Path) -> object:
    if file.suffix != ".arrow":
        return file.read_bytes()
    with pa.memory_map(str(file)) as raw:
        return pa.ipc.open_file(raw).read_all().to_pylist()


def test_threads_change_nothing(workspace: Workspace, tmp_path: Path) -> None:
    records = [
        person(f"p{n}", "Jana", f"Novak{n % 40}", birthDate=f"19{60 + n % 30}-01-0{1 + n % 9}",
               phone=f"+8884555{n % 60:04}") for n in range(400)
    ]  # fmt: skip
    found(workspace, *records)
    view = workspace.view(Act.RESOLVE)
    answers = []
    for number, threads in enumerate((1, 2, 1, 2)):
        folder = tmp_path / str(number)
        folder.mkdir()
        with workspace.store.workbench(view, threads=threads) as bench:
            build(bench, folder, Models.of())
        answers.append({file.name: content(file) for file in sorted(folder.iterdir())})
    for name, held in answers[0].items():
        assert [answer[name] == held for answer in answers] == [True] * 4, name
    assert answers[0]["left.npy"] != answers[0]["keyed-person-0.npy"]


def test_every_comparison_has_saved_weights() -> None:
    for kind, table in TABLES.items():
        saved = Models.of().held[kind]["levels"]
        assert {column(name): len(levels) + 1 for name, (_, levels) in table.items()} == {
            name: len(rates) for name, rates in saved.items()
        }


def test_the_list_of_placeholders_is_upper_case_and_unique() -> None:
    for kind in ("any", "date", "document", "phone"):
        assert all(value == value.upper() for value in placeholders(kind))


def test_repeated_digits_are_a_placeholder_of_documents_only() -> None:
    assert is_placeholder("document", "111-111")
    assert not is_placeholder("date", "1111")
