import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillon.sources.detection import detect, detect_bytes

from .golden import GOLDEN

HOSTILE = GOLDEN / "csv" / "hostile"


@pytest.mark.parametrize(
    ("name", "encoding", "delimiter", "columns"),
    [
        ("mapping_cp1256_arabic.csv", "cp1256", ";", 3),
        ("mapping_dup_headers_ragged.csv", "utf-8", ",", 4),
        ("mapping_gb18030_comma.csv", "gb18030", ",", 5),
        ("mapping_nul_and_lonecr.csv", "utf-8", ",", 2),
        ("mapping_utf16le_tab.csv", "utf-16", "\t", 5),
        ("mapping_utf8bom_semicolon.csv", "utf-8-sig", ";", 5),
    ],
)
def test_a_file_shows_its_encoding_and_delimiter(
    name: str, encoding: str, delimiter: str, columns: int
) -> None:
    with (HOSTILE / name).open("rb") as raw:
        found = detect(raw)
        assert raw.tell() == 0
    assert (found.encoding.value, found.delimiter.value, len(found.header)) == (
        encoding,
        delimiter,
        columns,
    )
    assert found.encoding.evidence
    assert found.delimiter.evidence


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("имя;город\nИванов Иван;Москва\nПетрова Анна;Тула\n", "cp1251"),
        ("الاسم;البلد\nمحمد أحمد;سوريا\nفاطمة علي;العراق\n", "cp1256"),
        ("Name;Ort\nMüller Jörg;Köln\nGarçon René;Besançon\n", "cp1252"),
        ("姓名;城市\n张伟;北京\n王芳;上海\n", "gb18030"),
        ("名前;都市\n", "utf-16-le"),
        ("Name;Ort\nMüller;Köln\n", "utf-8"),
    ],
)
def test_code_pages_are_told_apart_by_their_words(text: str, encoding: str) -> None:
    data = text.encode(encoding)
    if encoding == "utf-16-le":
        data = "Name;City\nAnna;Paris\n".encode(encoding)
    assert detect_bytes(data).encoding.value == encoding


def test_what_is_given_is_not_questioned() -> None:
    found = detect_bytes(b"a;b\n1;2\n", encoding="latin-1", delimiter=",")
    assert (found.encoding.value, found.encoding.evidence, found.delimiter.value) == (
        "latin-1",
        "given",
        ",",
    )


def test_a_column_shows_its_order_of_dates_with_evidence() -> None:
    found = detect_bytes(b"a;b;c\n12/11/1980;01/02/2020;x\n13/11/1980;02-03-2020;y\n")
    assert {name: order.value for name, order in found.date_orders.items()} == {
        "a": "dmy",
        "b": "ambiguous",
    }
    assert "1 cells can only be read so" in found.date_orders["a"].evidence


@given(st.binary(max_size=400))
def test_no_bytes_stop_the_detection(delivered: bytes) -> None:
    assert detect(io.BytesIO(delivered)).encoding.value
