"""Ids: of statements, of entities without a reference, of deliveries."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from maillon.model import Statement, delivery_id, local_id, stamp_id, statement_id

SAID = Statement("p1", "Person", "name", "Ada", "d", "line:2", delivery="d-0123456789ab")


def test_an_id_is_the_hash_of_place_entity_property_and_value() -> None:
    text = "d-0123456789ab\x1fline:2\x1fp1\x1fname\x1fAda"
    assert SAID.id == hashlib.sha256(text.encode()).hexdigest()[:32]


def test_every_part_of_the_place_and_the_claim_changes_the_id() -> None:
    others = [
        SAID._replace(delivery="d-ffff456789ab"), SAID._replace(locator="line:3"),
        SAID._replace(entity="p2"), SAID._replace(prop="alias"), SAID._replace(value="Ada L."),
    ]  # fmt: skip
    assert len({SAID.id, *(other.id for other in others)}) == 6


def test_what_is_said_about_a_statement_does_not_change_its_id() -> None:
    later = SAID._replace(original_value="ADA", lang="eng", label=7, first_seen="2026", dataset="e")
    assert later.id == SAID.id


@given(st.lists(st.text(st.characters(exclude_characters="\x1f")), min_size=5, max_size=5))
def test_any_text_has_an_id_of_32_hex_digits(parts: list[str]) -> None:
    found = statement_id(*parts)
    assert len(found) == 32
    assert int(found, 16) >= 0


def test_a_local_id_is_made_global_by_its_delivery() -> None:
    assert local_id("seg:NAD/5") == "@seg:NAD/5"
    assert stamp_id("@seg:NAD/5", "rt_api-0123456789ab") == "rt_api-0123456789ab@seg:NAD/5"


@given(st.text().filter(lambda text: not text.startswith("@")))
def test_a_global_id_stays_as_it_is(entity: str) -> None:
    assert stamp_id(entity, "d-0123456789ab") == entity


def test_stamping_twice_is_stamping_once() -> None:
    once = stamp_id("@line:1", "d-0")
    assert stamp_id(once, "d-0") == once


def test_a_delivery_is_called_by_dataset_and_twelve_digits() -> None:
    assert delivery_id("un_sc", "5f2a90c1d3e4" + "0" * 52) == "un_sc-5f2a90c1d3e4"
