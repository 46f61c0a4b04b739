import io
import re
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from maillon.model import Adapter, Purged, SourceError
from maillon.model.ftm import schema_of
from maillon.sources import ADAPTERS, adapter, goaml_tables, names, un_sc_xml
from maillon.sources.values import is_placeholder

from .accounting import fields
from .golden import FILES, Golden, errors, line, misplaced, statements, words

each_adapter = pytest.mark.parametrize("each", ADAPTERS, ids=lambda each: each.name)
each_file = pytest.mark.parametrize("golden", FILES, ids=str)
OPTIONS = {golden.adapter: golden.options for golden in FILES}
UNREAD = {
    "csv": {"clerk", "fee"},
    "ftm-json": {
        "caption",
        "canonical_id",
        "prop_type",
        "datasets",
        "dataset",
        "first_seen",
        "last_seen",
        "id",
        "schema",
        "prop",
        "lang",
        "entity_id",
    },
    "goaml": {*goaml_tables.IGNORED, "currency_code_local", "party/role"},
    "ofac-sdn-csv": {"sdn 2", "alt 1", "alt 2", "add 1"},
    "paxlst": {"UNB", "UNG", "UNH", "UNT", "UNE", "UNZ", "BGM", "CNT"},
    "un-sc-xml": {*un_sc_xml.IGNORED, "TYPE_OF_DATE", "QUALITY"},
}
"""Names that are not read, or are read as grade, id or choice: documented in docs/formats."""


def test_adapters_stand_in_alphabetical_order() -> None:
    assert [each.name for each in ADAPTERS] == sorted(each.name for each in ADAPTERS)
    assert {each.name for each in ADAPTERS} <= set(names())


def test_every_adapter_has_a_golden_file() -> None:
    assert {golden.adapter for golden in FILES} == {each.name for each in ADAPTERS}


def test_an_unknown_adapter_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"no adapter 'ftm'.*csv, ftm-json.*un-sc-xml"):
        adapter("ftm")


@each_file
def test_delivered_file(golden: Golden, snapshot: SnapshotAssertion) -> None:
    assert "\n".join(line(item) for item in golden.read()) == snapshot


@each_file
def test_statements_are_of_the_model(golden: Golden) -> None:
    for said in statements(golden.read()):
        schema = schema_of(said.schema)
        assert schema is not None, line(said)
        prop = schema.get(said.prop)
        assert said.prop == "id" or (prop is not None and not prop.stub), line(said)


@each_file
def test_same_bytes_give_same_items(golden: Golden) -> None:
    assert golden.read() == golden.read()


@each_file
def test_the_text_stands_at_its_locator(golden: Golden) -> None:
    items = golden.read()
    texts = {each: golden.locate(each) for each in {said.locator for said in statements(items)}}
    assert list(misplaced(items, texts)) == []


@each_file
def test_no_field_is_lost(golden: Golden) -> None:
    items = golden.read()
    faults = {item.locator for item in items if isinstance(item, SourceError | Purged)}
    said: dict[str, set[str]] = {}
    for each in statements(items):
        said.setdefault(each.locator, set()).update(
            words(f"{each.value} {each.original_value or ''} {each.entity}")
        )
    lost = [
        (where, name, text)
        for where, name, text in fields(golden)
        if not _is_documented(golden, where, name)
        and not _is_read(golden, where, text, said, faults)
        and not is_placeholder(text)
    ]
    assert lost == []


def _is_documented(golden: Golden, where: str, name: str) -> bool:
    steps = re.sub(r"\[\d+\]", "", where).split("/")
    named = {name, f"{golden.path[:3]} {name}", "/".join(steps[-2:]), *steps}
    return not named.isdisjoint(UNREAD[golden.adapter])


def _is_read(
    golden: Golden, where: str, text: str, said: dict[str, set[str]], faults: set[str]
) -> bool:
    if golden.adapter == "paxlst":
        is_desk = where in {"seg:NAD/1", "seg:COM/1", "seg:RFF/1"}
        return is_desk or where in said or where in faults
    places = [where]
    while "/" in places[-1].removeprefix("xpath:/"):
        places.append(places[-1].rpartition("/")[0])
    return any(place in faults for place in places[:2]) or any(
        set(words(text)) <= said.get(place, set()) for place in places
    )


@each_adapter
@given(delivered=st.binary(max_size=300))
@settings(max_examples=60)
def test_no_bytes_stop_the_reader(each: Adapter, delivered: bytes) -> None:
    raw = io.BytesIO(delivered)
    for item in each.read(raw, "ds", **OPTIONS[each.name]):
        assert item.dataset == "ds"
    assert not raw.closed


@each_file
@given(data=st.data())
@settings(max_examples=25)
def test_no_damage_stops_the_reader(golden: Golden, data: st.DataObject) -> None:
    delivered = bytearray(golden.data)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(delivered) - 1))
        end = min(len(delivered), at + data.draw(st.integers(0, 6)))
        delivered[at:end] = data.draw(st.binary(max_size=6))
        if not delivered:
            break
    raw = io.BytesIO(bytes(delivered))
    for item in adapter(golden.adapter).read(raw, "ds", **golden.options):
        assert item.dataset == "ds"
    assert not raw.closed


@pytest.mark.parametrize("golden", [each for each in FILES if each.path.endswith(".xml")], ids=str)
@given(data=st.data())
@settings(max_examples=25)
def test_a_file_that_breaks_off_is_read_up_to_there(golden: Golden, data: st.DataObject) -> None:
    whole = {(said.locator, said.prop, said.original_value) for said in statements(golden.read())}
    kept = golden.read(golden.data[: data.draw(st.integers(0, golden.data.rindex(b"</")))])
    assert {(said.locator, said.prop, said.original_value) for said in statements(kept)} <= whole
    assert isinstance(kept[-1], SourceError)


@each_adapter
def test_an_empty_file_is_an_error(each: Adapter) -> None:
    items = list(each.read(io.BytesIO(b""), "ds", **OPTIONS[each.name]))
    assert len(errors(items)) == len(items) == 1


@pytest.mark.parametrize(
    "delivered", [b"", b"\n \n", b"<!DOCTYPE html><html><body>Back soon</body></html>"]
)
@pytest.mark.parametrize("name", sorted({"csv", "goaml", "ofac-sdn-csv", "un-sc-xml"}))
def test_another_file_is_not_to_be_trusted_as_a_whole(name: str, delivered: bytes) -> None:
    items = list(adapter(name).read(io.BytesIO(delivered), "ds", **OPTIONS[name]))
    assert statements(items) == []
    assert any(error.whole for error in errors(items))


@pytest.mark.parametrize("golden", [each for each in FILES if each.path.endswith(".xml")], ids=str)
def test_a_file_that_breaks_off_is_not_to_be_trusted_as_a_whole(golden: Golden) -> None:
    kept = golden.read(golden.data[: golden.data.rindex(b"</")])
    assert [error.whole for error in errors(kept)][-1:] == [True]


@pytest.mark.parametrize("golden", [each for each in FILES if each.adapter != "paxlst"], ids=str)
def test_a_whole_file_is_trusted(golden: Golden) -> None:
    assert not any(error.whole for error in errors(golden.read()))


def test_memory_does_not_grow_with_the_file() -> None:
    def peak(count: int) -> int:
        row = b"V-%d;I-7;Rudolf Invented;K-%d;Anna;Beispiel;13/02/1980;;sister;14/05/2026;1,50;q\n"
        header = FILES[0].data.split(b"\n")[0] + b"\n"
        raw = io.BytesIO(header + b"".join(row % (n, n) for n in range(count)))
        tracemalloc.start()
        for _ in adapter("csv").read(raw, "ds", **OPTIONS["csv"]):
            pass
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(3_000)
    small, large = peak(4_000), peak(16_000)
    assert large < small * 1.5


def test_memory_does_not_grow_with_an_xml_file() -> None:
    data = FILES[3].data
    start, end = data.index(b"<transaction>"), data.index(b"</transaction>") + 14

    def peak(count: int) -> int:
        raw = io.BytesIO(data[:start] + data[start:end] * count + data[end:])
        tracemalloc.start()
        for _ in adapter("goaml").read(raw, "ds"):
            pass
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(300)
    assert peak(2_000) < peak(500) * 1.5
