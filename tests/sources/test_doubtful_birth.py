"""A birth date that cannot be read remains as a doubt in every format that knows birth dates."""

import io
from pathlib import Path
from typing import Any

import pytest

from maillon.model import DOUBTFUL_BIRTH, Statement, Yielded
from maillon.sources import adapter
from maillon.sources.datecells import certain_year

GOLDEN = Path(__file__).parents[1] / "golden"


def doubts(items: list[Yielded]) -> list[tuple[str, str, str | None]]:
    return [
        (one.schema, one.grade.code, one.original_value)
        for one in items
        if isinstance(one, Statement) and one.grade.scheme == DOUBTFUL_BIRTH.scheme
    ]


def read(name: str, text: bytes, **options: Any) -> list[Yielded]:
    return list(adapter(name).read(io.BytesIO(text), "d", **options))


def un(date: str) -> bytes:
    return f"""<CONSOLIDATED_LIST dateGenerated="2026-10-31"><INDIVIDUALS><INDIVIDUAL>
      <FIRST_NAME>Pavel</FIRST_NAME><UN_LIST_TYPE>Al-Qaida</UN_LIST_TYPE>
      <REFERENCE_NUMBER>QDi.001</REFERENCE_NUMBER><LIST_TYPE><VALUE>UN List</VALUE></LIST_TYPE>
      <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>{date}</DATE>
      </INDIVIDUAL_DATE_OF_BIRTH></INDIVIDUAL></INDIVIDUALS><ENTITIES></ENTITIES>
      </CONSOLIDATED_LIST>""".encode()


def sdn(born: str) -> bytes:
    line = (GOLDEN / "ofac-sdn-csv" / "sdn.csv").read_bytes().splitlines(keepends=True)
    (individual, *_) = [one for one in line if b'"individual"' in one and b"DOB " in one]
    before, _, rest = individual.partition(b"DOB ")
    _, mark, after = rest.partition(b";")
    return before + b"DOB " + born.encode() + mark + after


def table(born: str, **properties: Any) -> list[Yielded]:
    plan = {"schema": "Person", "keys": ["id"], "properties": properties}
    mapping = {"queries": [{"entities": {"p": plan}}]}
    return read("csv", f"id,born,month\n1,{born},13\n".encode(), mapping=mapping)


def test_the_un_list() -> None:
    assert doubts(read("un-sc-xml", un("1985-02-30"))) == [("Person", "unreadable", "1985-02-30")]
    assert doubts(read("un-sc-xml", un("1985-02-03"))) == []


def test_the_sdn_list() -> None:
    assert doubts(read("ofac-sdn-csv", sdn("31 Feb 1985"))) == [
        ("Person", "unreadable", "31 Feb 1985")
    ]
    assert doubts(read("ofac-sdn-csv", sdn("13 Feb 1985"))) == []


def test_a_cell_and_a_date_made_of_several_cells() -> None:
    one = {"birthDate": {"column": "born"}}
    assert doubts(table("30.02.2010", **one)) == [("Person", "unreadable", "30.02.2010")]
    assert doubts(table("", **one)) == []
    made = {"birthDate": {"template": "{{born}}-{{month}}-01"}}
    found = table("2010", **made)
    assert doubts(found) == [("Person", "unreadable", "2010 13")]


@pytest.mark.parametrize(
    ("text", "year"),
    [("02-12-1990", "1990"), (" 02/12/1990 ", "1990"), ("00.00.1962", "1962"), ("30.02.1985", ""),
     ("13/12/1990", ""), ("1990-00-00", ""), ("00.12.1962", ""), ("02-12-90", ""), ("x", "")],
)  # fmt: skip
def test_a_year_is_certain_where_day_and_month_alone_are_in_doubt(text: str, year: str) -> None:
    assert certain_year(text) == year
