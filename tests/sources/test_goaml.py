import io

import pytest

from maillon.model import SourceError, Yielded
from maillon.sources.goaml import locate, read

from .golden import GOLDEN, errors, misplaced, statements

HOSTILE = GOLDEN / "goaml" / "hostile"


def read_all(data: bytes) -> list[Yielded]:
    return list(read(io.BytesIO(data), "rt_fiu"))


def hostile(name: str) -> list[Yielded]:
    return read_all((HOSTILE / name).read_bytes())


@pytest.mark.parametrize("name", ["01_xxe.xml", "02_entity_expansion.xml"])
def test_a_doctype_is_refused_before_all_else(name: str) -> None:
    (only,) = hostile(name)
    assert isinstance(only, SourceError)
    assert "DOCTYPE" in only.reason


def test_a_wrong_encoding_is_an_error_at_its_record() -> None:
    (error,) = errors(hostile("03_wrong_declared_encoding.xml"))
    assert error.locator == "xpath:/report/activity[1]"


def test_a_placeholder_date_is_no_date() -> None:
    said = statements(hostile("03_birthdate_placeholder_1900.xml"))
    assert [each for each in said if each.prop == "birthDate"] == []


def test_a_placeholder_name_is_no_name() -> None:
    said = statements(hostile("05_name_placeholder_UNKNOWN.xml"))
    assert "UNKNOWN" not in {each.value.upper() for each in said}


def test_a_number_met_twice_names_the_first_place() -> None:
    items = hostile("07_duplicate_transactionnumber.xml")
    (error,) = errors(items)
    assert (error.locator, "transaction[1]" in error.reason) == (
        "xpath:/report/transaction[2]",
        True,
    )
    assert {said.entity for said in statements(items) if said.schema == "Payment"} == {
        "rt_fiu-FICT-BIZ-07-T1",
        "@xpath:/report/transaction[2]",
    }


def test_an_empty_number_gives_a_local_id() -> None:
    items = hostile("09_empty_transactionnumber.xml")
    assert {said.entity for said in statements(items) if said.schema == "Payment"} == {
        "@xpath:/report/transaction[1]"
    }
    assert len(errors(items)) == 1


@pytest.mark.parametrize("name", ["05_element_order.xml", "10_tx_and_activity.xml"])
def test_a_report_that_the_schema_forbids_is_read_all_the_same(name: str) -> None:
    names = {
        said.value
        for said in statements(hostile(name))
        if said.prop == "name" and said.schema == "Person"
    }
    assert {"Layla Fictive", "Omar Sample"} <= names


def test_a_namespace_changes_nothing() -> None:
    plain = (GOLDEN / "goaml" / "str_foreign_currency.xml").read_bytes()
    named = plain.replace(b"<report>", b'<report xmlns="http://www.unodc.org/goaml">')
    assert read_all(plain) == read_all(named)


def test_the_account_joins_reports() -> None:
    said = statements(read_all((GOLDEN / "goaml" / "str_accounts.xml").read_bytes()))
    assert {each.entity for each in said if each.schema == "BankAccount"} == {
        "rt_fiu-account-RTBKADXX-0001",
        "rt_fiu-account-OB1-0002",
    }


def test_the_reporting_officer_is_not_read() -> None:
    text = repr(read_all((GOLDEN / "goaml" / "str_accounts.xml").read_bytes()))
    assert "Officer" not in text


@pytest.mark.parametrize(
    ("prefix", "number", "expected"),
    [
        ("33", "0612345678", "+33612345678"),
        ("39", "0612345678", "+390612345678"),
        ("999", "5550100", "+9995550100"),
    ],
)
def test_prefix_and_number_make_e164(prefix: str, number: str, expected: str) -> None:
    phone = f"<phone><tph_country_prefix>{prefix}</tph_country_prefix><tph_number>{number}</tph_number></phone>"
    person = f"<report_party><person><phones>{phone}</phones></person></report_party>"
    data = f"<report><activity><report_parties>{person}</report_parties></activity></report>"
    assert [said.value for said in statements(read_all(data.encode())) if said.prop == "phone"] == [
        expected
    ]


def test_locators_are_right_in_a_long_report() -> None:
    data = (GOLDEN / "goaml" / "str_foreign_currency.xml").read_bytes()
    start, end = data.index(b"<transaction>"), data.index(b"</transaction>") + 14
    many = b"".join(data[start:end].replace(b">T1<", b">T%d<" % n) for n in range(200))
    data = data[:start] + many + data[end:]
    items = read_all(data)
    assert errors(items) == []
    some = statements(items)[5::211]
    texts = {said.locator: locate(io.BytesIO(data), said.locator) for said in some}
    assert list(misplaced(list(some), texts)) == []
