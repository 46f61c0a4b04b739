import io

import pytest

from maillon.model import SourceError, Yielded
from maillon.sources import programmes
from maillon.sources.un_sc_xml import locate, read

from .golden import GOLDEN, errors, misplaced, statements


def record(reference: str, inner: str = "", name: str = "Invented") -> str:
    return (
        f"<INDIVIDUAL><FIRST_NAME>{name}</FIRST_NAME><UN_LIST_TYPE>T</UN_LIST_TYPE>"
        f"<REFERENCE_NUMBER>{reference}</REFERENCE_NUMBER>{inner}</INDIVIDUAL>"
    )


def listed(*records: str) -> bytes:
    inner = "".join(records)
    return f"<CONSOLIDATED_LIST><INDIVIDUALS>{inner}</INDIVIDUALS><ENTITIES/></CONSOLIDATED_LIST>".encode()


def read_all(data: bytes) -> list[Yielded]:
    return list(read(io.BytesIO(data), "un_sc"))


def values(items: list[Yielded], prop: str) -> list[str]:
    return [said.value for said in statements(items) if said.prop == prop]


@pytest.mark.parametrize(
    ("delivered", "reason"),
    [
        (b"<!DOCTYPE html><html><body>maintenance</body></html>", "web page"),
        (b"<html><body>maintenance</body></html>", "web page"),
        (b"<other/>", "root is <other>"),
        (b"id,name\n1,x\n", "no XML element"),
        (b'<!DOCTYPE CONSOLIDATED_LIST [<!ENTITY a "b">]><CONSOLIDATED_LIST/>', "DOCTYPE"),
        (b"<CONSOLIDATED_LIST/>", "no entry"),
        (b"<CONSOLIDATED_LIST><INDIVIDUALS/></CONSOLIDATED_LIST>", "no entry"),
    ],
)
def test_what_is_no_list_is_one_error(delivered: bytes, reason: str) -> None:
    (only,) = read_all(delivered)
    assert isinstance(only, SourceError)
    assert reason in only.reason


def test_a_doctype_behind_a_long_comment_is_refused() -> None:
    delivered = b"<!--" + b"x" * 70_000 + b"--><!DOCTYPE CONSOLIDATED_LIST><CONSOLIDATED_LIST/>"
    assert all(isinstance(item, SourceError) for item in read_all(delivered))


def test_utf_16_is_read() -> None:
    text = '<?xml version="1.0" encoding="UTF-16"?>' + listed(record("QDi.001")).decode()
    assert values(read_all(text.encode("utf-16")), "name") == ["Invented"]


def test_a_truncated_list_names_where_it_breaks_off() -> None:
    data = listed(record("QDi.001"), record("QDi.002"), record("QDi.003"))
    items = read_all(data[: data.index(b"QDi.003")])
    assert {said.entity for said in statements(items)} == {"un_sc-QDi.001", "un_sc-QDi.002"}
    (error,) = errors(items)
    assert error.locator == "xpath:/CONSOLIDATED_LIST/INDIVIDUALS[1]/INDIVIDUAL[3]"


def test_a_record_that_is_whole_before_the_break_is_read() -> None:
    data = listed(record("QDi.001"))
    items = read_all(data[: data.index(b"</INDIVIDUALS>")])
    assert values(items, "name") == ["Invented"]
    assert len(errors(items)) == 1


def test_a_reference_met_twice_names_both_places_and_loses_no_one() -> None:
    items = read_all(listed(record("QDi.001"), record("QDi.001", name="Other")))
    (error,) = errors(items)
    assert error.locator.endswith("INDIVIDUAL[2]")
    assert "INDIVIDUAL[1]" in error.reason
    assert {said.entity for said in statements(items) if said.prop == "name"} == {
        "un_sc-QDi.001",
        "@xpath:/CONSOLIDATED_LIST/INDIVIDUALS[1]/INDIVIDUAL[2]",
    }


def test_an_unknown_element_is_an_error() -> None:
    items = read_all(listed(record("QDi.001", "<SHOE_SIZE>43</SHOE_SIZE>")))
    assert [error.locator.rpartition("/")[2] for error in errors(items)] == ["SHOE_SIZE[1]"]


@pytest.mark.parametrize(
    ("quality", "prop"),
    [("Good", "alias"), ("a.k.a.", "alias"), ("Low", "weakAlias"), ("f.k.a.", "previousName")],
)
def test_quality_decides_the_kind_of_alias(quality: str, prop: str) -> None:
    inner = (
        f"<INDIVIDUAL_ALIAS><QUALITY>{quality}</QUALITY><ALIAS_NAME>A One; B Two</ALIAS_NAME></INDIVIDUAL_ALIAS>"
        "<INDIVIDUAL_ALIAS><QUALITY/><ALIAS_NAME/></INDIVIDUAL_ALIAS>"
    )
    assert values(read_all(listed(record("QDi.001", inner))), prop) == ["A One", "B Two"]


def test_a_range_of_birth_keeps_both_ends_and_its_type() -> None:
    inner = (
        "<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1960</FROM_YEAR>"
        "<TO_YEAR>1965</TO_YEAR></INDIVIDUAL_DATE_OF_BIRTH>"
    )
    births = [
        said
        for said in statements(read_all(listed(record("QDi.001", inner))))
        if said.prop == "birthDate"
    ]
    assert [said.value for said in births] == ["1960", "1965"]
    assert {said.grade.code for said in births} == {"BETWEEN"}
    assert {said.original_value for said in births} == {"BETWEEN 1960 1965"}


def test_a_place_without_a_door_is_no_address() -> None:
    inner = "<INDIVIDUAL_ADDRESS><CITY>Kinshasa</CITY><COUNTRY>Democratic Republic of the Congo</COUNTRY></INDIVIDUAL_ADDRESS>"
    items = read_all(listed(record("QDi.001", inner)))
    assert values(items, "address") == []
    assert values(items, "city") == ["Kinshasa"]


@pytest.mark.parametrize(
    ("reference", "comment", "topics"),
    [
        ("QDi.001", "", ["crime.terror", "sanction"]),
        ("TAi.001", "", ["crime.terror", "sanction"]),
        ("SOi.001", "", ["sanction"]),
        ("SOi.001", "leader of Al-Shabaab", ["crime.terror", "sanction"]),
        ("HTi.001", "", ["crime", "sanction"]),
        ("CDi.001", "", ["sanction"]),
        ("RTi.001", "", ["crime.terror", "sanction"]),
    ],
)
def test_the_programme_decides_the_topics(reference: str, comment: str, topics: list[str]) -> None:
    inner = f"<COMMENTS1>{comment}</COMMENTS1>"
    assert values(read_all(listed(record(reference, inner))), "topics") == topics


def test_topics_of_the_table_are_topics_of_the_model() -> None:
    from followthemoney.types import registry  # noqa: PLC0415

    used = {topic for entry in programmes.programmes().values() for topic in entry.topics}
    assert used <= set(registry.topic.names)


def test_locators_are_right_in_a_long_list() -> None:
    whole = (GOLDEN / "un-sc-xml" / "ruritania.xml").read_text("utf-8")
    start, end = whole.index("<INDIVIDUAL>"), whole.index("</INDIVIDUALS>")
    inner = "".join(whole[start:end].replace("RTi.001", f"RTi.{n:03}") for n in range(1, 201))
    data = (whole[:start] + inner + whole[end:]).encode()
    items = read_all(data)
    assert errors(items) == []
    some = statements(items)[7::97]
    texts = {said.locator: locate(io.BytesIO(data), said.locator) for said in some}
    assert list(misplaced(list(some), texts)) == []
    assert len({said.entity for said in statements(items) if said.prop == "firstName"}) == 200
