"""Every kind of record: what makes two of them one, and what keeps them two."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from maillon.model import Act, Mode
from maillon.resolve import Kind
from maillon.sources import adapter
from maillon.store import Event, Order, Verdict
from maillon.workspace import Workspace, clusters


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    Workspace.create(tmp_path / "w")
    with Workspace.open(tmp_path / "w") as w:
        yield w


def record(key: str, schema: str, **properties: str | list[str]) -> dict[str, Any]:
    listed = {p: v if isinstance(v, list) else [v] for p, v in properties.items()}
    return {"id": key, "schema": schema, "properties": listed}


def load(workspace: Workspace, *records: dict[str, Any]) -> None:
    raw = io.BytesIO("".join(json.dumps(one) + "\n" for one in records).encode())
    order = Order(adapter("ftm-json"), "d", workspace.settings.label, mode=Mode.MESSAGES)
    workspace.load(workspace.view(Act.LOAD), raw, order)


def found(workspace: Workspace, *records: dict[str, Any]) -> list[list[str]]:
    load(workspace, *records)
    return [held for _, held in clusters(workspace.resolve(workspace.view(Act.RESOLVE)))]


ONE = {
    "a vessel that changed name and flag": (
        ("Vessel", {"name": "AL NOOR", "imoNumber": "9074729", "flag": "pa"}),
        ("Vessel", {"name": "SEA STAR", "imoNumber": "IMO 9074729", "flag": "km"}),
    ),
    "a vessel by MMSI and name": (
        ("Vessel", {"name": "Ocean Pearl Marjan", "mmsi": "636012345"}),
        ("Vessel", {"name": "OCEAN PEARL MARJAN", "mmsi": "636012345"}),
    ),
    "a car by its plate": (
        ("Vehicle", {"registrationNumber": "AB-123-CD", "country": "fr", "model": "Clio"}),
        ("Vehicle", {"registrationNumber": "AB 123 CD", "country": "fr", "model": "Clio"}),
    ),
    "an aircraft by serial number and maker": (
        ("Airplane", {"serialNumber": "28765", "model": "737-800", "registrationNumber": "5N-ABC"}),
        ("Airplane", {"serialNumber": "28765", "model": "737-800", "registrationNumber": "TT-XYZ"}),
    ),
    "an address in two spellings of its order": (
        ("Address", {"full": "12 Mill Lane, 1001 Strelsau"}),
        ("Address", {"full": "Mill Lane 12, Strelsau 1001"}),
    ),
    "a container": (
        ("Container", {"number": "MSCU 123456 6"}), ("Container", {"number": "MSCU1234566"}),
    ),
    "a firearm by serial number, make and model": (
        ("Firearm", {"serialNumber": "KX1234", "make": "Zastava", "model": "M70"}),
        ("Firearm", {"serialNumber": "KX-1234", "make": "ZASTAVA", "model": "m70"}),
    ),
    "an account by IBAN": (
        ("BankAccount", {"iban": "DE89370400440532013000"}),
        ("BankAccount", {"iban": "DE89 3704 0044 0532 0130 00"}),
    ),
    "an account number within one bank": (
        ("BankAccount", {"accountNumber": "0532013000", "bankName": "First Bank of Strelsau"}),
        ("BankAccount", {"accountNumber": "0532013000", "bankName": "FIRST BANK OF STRELSAU"}),
    ),
    "a firm by its number, spelt otherwise": (
        ("Company", {"name": "Alpha Trading Ltd", "registrationNumber": "HRB 123456"}),
        ("Company", {"name": "Alpha Trading Limited", "registrationNumber": "HRB123456"}),
    ),
    "a person in Arabic and Latin letters": (
        ("Person", {"name": "محمد حسين الجبوري", "birthDate": "1975-04-03"}),
        ("Person", {"name": "Mohammed Hussein Al-Jaburi", "birthDate": "1975-04-03"}),
    ),
    "a person in Hebrew and Latin letters": (
        ("Person", {"name": "יוסף כהן", "birthDate": "1975-04-03", "phone": "+972541234567"}),
        ("Person", {"name": "Yosef Cohen", "birthDate": "1975-04-03", "phone": "+972541234567"}),
    ),
    "a person in Chinese characters and Pinyin": (
        ("Person", {"name": "王小明", "birthDate": "1975-04-03", "passportNumber": "E12345678"}),
        ("Person", {"name": "Wang Xiaoming", "birthDate": "1975-04-03",
                    "passportNumber": "E12345678"}),
    ),
    "a person whose passport number has a slip": (
        ("Person", {"name": "Karel Dusek", "birthDate": "1975-04-03",
                    "passportNumber": "RX7712043"}),
        ("Person", {"name": "Karel Dusek", "birthDate": "1975-04-03",
                    "passportNumber": "RX7172043"}),
    ),
    "a person with a renewed passport and the same telephone": (
        ("Person", {"name": "Karel Dusek", "birthDate": "1975-04-03", "phone": "+88845550001",
                    "passportNumber": "RX7712043"}),
        ("Person", {"name": "Karel Dusek", "birthDate": "1975-04-03", "phone": "+88845550001",
                    "passportNumber": "TA0042915"}),
    ),
}  # fmt: skip

TWO = {
    "two vessels of one name": (
        ("Vessel", {"name": "AL NOOR", "imoNumber": "9074729"}),
        ("Vessel", {"name": "AL NOOR", "imoNumber": "9241061"}),
    ),
    "one plate on two makes of car": (
        ("Vehicle", {"registrationNumber": "AB-123-CD", "country": "fr", "model": "Clio"}),
        ("Vehicle", {"registrationNumber": "AB-123-CD", "country": "fr", "model": "Golf"}),
    ),
    "one plate in two countries": (
        ("Vehicle", {"registrationNumber": "AB-123-CD", "country": "fr"}),
        ("Vehicle", {"registrationNumber": "AB-123-CD", "country": "it"}),
    ),
    "one serial number of two makers": (
        ("Firearm", {"serialNumber": "KX1234", "make": "Zastava", "calibre": "7.62"}),
        ("Firearm", {"serialNumber": "KX1234", "make": "Norinco", "calibre": "7.62"}),
    ),
    "one account number at two banks": (
        ("BankAccount", {"accountNumber": "0532013000", "bankName": "First Bank of Strelsau"}),
        ("BankAccount", {"accountNumber": "0532013000", "bankName": "Harbour Bank of Zenda"}),
    ),
    "two addresses in one town": (
        ("Address", {"full": "12 Mill Lane, 1001 Strelsau"}),
        ("Address", {"full": "14 Mill Lane, 1001 Strelsau"}),
    ),
    "two firms of empty numbers": (
        ("Company", {"name": "Alpha Trading", "registrationNumber": "N/A"}),
        ("Company", {"name": "Omega Mining", "registrationNumber": "N/A"}),
    ),
    "one register number in two countries": (
        ("Company", {"name": "Alpha Trading", "registrationNumber": "123456", "jurisdiction": "fr"}),
        ("Company", {"name": "Omega Mining", "registrationNumber": "123456", "jurisdiction": "it"}),
    ),
    "twins with papers that were issued together": (
        ("Person", {"name": "Karel Dusek", "firstName": "Karel", "lastName": "Dusek",
                    "birthDate": "1990-05-06", "passportNumber": "RX7712043",
                    "address": "12 Mill Lane, 1001 Strelsau"}),
        ("Person", {"name": "Milan Dusek", "firstName": "Milan", "lastName": "Dusek",
                    "birthDate": "1990-05-06", "passportNumber": "RX7712044",
                    "address": "12 Mill Lane, 1001 Strelsau"}),
    ),
    "namesakes of one birth date with papers of their own": (
        ("Person", {"name": "Karel Dusek", "birthDate": "1975-04-03",
                    "passportNumber": "RX7712043"}),
        ("Person", {"name": "Karel Dusek", "birthDate": "1975-04-03",
                    "passportNumber": "TA0042915"}),
    ),
    "a name with nothing else in common": (
        ("Person", {"name": "Karel Zdenek Dusek", "birthDate": "1975-04-03"}),
        ("Person", {"name": "Karel Zdenek Dusek"}),
    ),
    "a person and a vessel of one name": (
        ("Person", {"name": "Ocean Pearl"}), ("Vessel", {"name": "Ocean Pearl"}),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", ONE)
def test_is_one(workspace: Workspace, what: str) -> None:
    pair = [
        record(key, schema, **said) for key, (schema, said) in zip("ab", ONE[what], strict=True)
    ]
    assert found(workspace, *pair) == [["a", "b"]]


@pytest.mark.parametrize("what", TWO)
def test_is_two(workspace: Workspace, what: str) -> None:
    pair = [
        record(key, schema, **said) for key, (schema, said) in zip("ab", TWO[what], strict=True)
    ]
    assert found(workspace, *pair) == []


def test_a_number_that_two_names_carry_is_not_one_document(workspace: Workspace) -> None:
    people = (record("p", "Person", name="Karel Dusek"), record("q", "Person", name="Omar Haddad"))
    papers = [
        record(key, "Passport", holder=holder, number="RX7712043", country="cz")
        for key, holder in (("d1", "p"), ("d2", "q"))
    ]
    assert found(workspace, *people, *papers) == []


def test_a_company_and_a_public_body_are_work_for_people_and_none_is_lost(
    workspace: Workspace,
) -> None:
    number = {"registrationNumber": "HRB123456", "name": "Harbour Works of Strelsau"}
    load(workspace, record("a", "Company", **number), record("b", "PublicBody", **number))
    resolved = workspace.resolve(workspace.view(Act.RESOLVE))
    assert clusters(resolved) == []
    assert [one.kind for one in resolved.conflicts] == [Kind.NO_COMMON_SCHEMA]
    assert resolved.canonical.column("entity").to_pylist() == ["a", "b"]


def test_a_judgement_taken_back_restores_every_answer_to_the_bit(workspace: Workspace) -> None:
    load(
        workspace,
        *(
            record(
                f"p{n:02}", "Person", name=f"Jana Novak{n % 7}", birthDate=f"1970-01-0{1 + n % 5}"
            )
            for n in range(40)
        ),
    )
    view, judging = workspace.view(Act.RESOLVE), workspace.view(Act.JUDGE)
    before = workspace.resolve(view).canonical
    keys = [
        workspace.judge(judging, Event(one, two, verdict, "seen"))
        for one, two, verdict in (
            ("p00", "p01", Verdict.POSITIVE), ("p00", "p35", Verdict.NEGATIVE),
            ("p01", "p02", Verdict.POSITIVE),
        )
    ]  # fmt: skip
    between = workspace.resolve(view).canonical
    assert not between.equals(before)
    for key in keys:
        workspace.judge(judging, Event("", "", Verdict.REVOKED, "wrong", revokes=key))
        workspace.resolve(view)
    assert workspace.resolve(view).canonical.equals(before)


def test_a_record_is_placed_as_if_it_had_been_delivered(workspace: Workspace) -> None:
    said = {"birthDate": "1980-02-03", "passportNumber": "RX77120"}
    load(workspace, record("a", "Person", name="Omar Haddad", **said),
         record("b", "Person", name="Umar Hadad", **said))  # fmt: skip
    view = workspace.view(Act.RESOLVE)
    resolved = workspace.resolve(view)
    with workspace.placing(view) as online:
        placed = online.place(
            "Person", {"name": ["Omar Hadad"], **{k: [v] for k, v in said.items()}}
        )
        nobody = online.place("Person", {"name": ["Karel Dusek"], "birthDate": ["1980-02-03"]})
    assert placed.members == ("a", "b")
    assert placed.canonical == resolved.canonical.column("canonical")[0].as_py()
    assert (nobody.canonical, nobody.candidates) == ("", ())
    load(workspace, record("c", "Person", name="Omar Hadad", **said))
    again = workspace.resolve(view)
    batch = {row["left"]: row["score"] for row in again.pairs.to_pylist() if row["right"] == "c"}
    assert {one.entity: one.score for one in placed.candidates} == pytest.approx(batch, abs=2e-6)


def test_what_is_not_resolved_cannot_be_placed(workspace: Workspace) -> None:
    view = workspace.view(Act.RESOLVE)
    load(workspace, record("a", "Person", name="Omar Haddad"))
    with workspace.placing(view) as online, pytest.raises(ValueError, match="not resolved"):
        online.place("Booking", {"locatorCode": ["ABC123"]})
