"""Channels and the rules that derive them are one closed table."""

import csv
from importlib import resources

import pytest
from followthemoney import model as ftm

from maillon.model.ftm import schema_of
from maillon.nexus import CHANNELS, checked
from maillon.nexus.channels import (
    PRIOR_WORKING,
    REGISTER_MASK,
    STATED,
    WORKING_MASK,
    codes_of,
    mask_of,
)
from maillon.nexus.rules import AWAITED, NO_LINK, RULES, Form

TRAINED = (
    *("call", "payment", "visit", "consignment", "phone", "email", "address", "booking", "cell"),
    *("codirector", "directorship", "case", "firearm", "account", "associate", "family"),
    "employer",
)
"""The bits of the first artefact, in order: they never change."""


def test_the_bits_of_the_trained_channels_stay() -> None:
    assert [CHANNELS[code].bit for code in TRAINED] == list(range(17))
    assert sum(not CHANNELS[code].register for code in TRAINED) == PRIOR_WORKING


def test_no_bit_is_used_twice_and_all_fit_a_mask() -> None:
    bits = [channel.bit for channel in CHANNELS.values()]
    assert len(set(bits)) == len(bits)
    assert max(bits) < 62


def test_a_mask_and_its_codes_are_the_same() -> None:
    for code in CHANNELS:
        assert codes_of(mask_of(frozenset({code}))) == [code]
    assert WORKING_MASK & REGISTER_MASK == 0


def test_every_channel_has_a_rule_and_every_rule_a_channel() -> None:
    assert {rule.channel for rule in RULES} == set(CHANNELS)
    assert set(CHANNELS) >= STATED


def test_every_channel_shows_a_mode_and_known_terms() -> None:
    for channel in CHANNELS.values():
        assert channel.modes
        checked([*channel.modes, *channel.types])


def test_every_rule_names_a_relation_of_the_model() -> None:
    for rule in RULES:
        if not rule.schema or rule.schema in AWAITED:
            continue
        schema = schema_of(rule.schema)
        assert schema is not None, rule
        for prop in {rule.source, rule.target} - {""}:
            assert schema.get(prop) is not None, (rule.schema, prop)


def test_awaited_schemata_are_not_in_the_model_yet() -> None:
    assert all(schema_of(name) is None for name in AWAITED)


def test_every_relation_of_the_model_makes_a_link_or_says_why_not() -> None:
    edges = {schema.name for schema in ftm.schemata.values() if schema.edge}
    used = {rule.schema for rule in RULES}
    assert edges - used == set(NO_LINK) & edges
    assert not used & set(NO_LINK)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_working_channel_says_what_would_refute_it(language: str) -> None:
    text = resources.files("maillon.nexus").joinpath("explanations.csv").read_text("utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    working = {code for code, channel in CHANNELS.items() if not channel.register}
    said = {row["code"] for row in rows if row["kind"] == "refute" and row[language]}
    assert working <= said
    assert {row["channel"] for row in rows} - {""} <= set(CHANNELS)


def test_only_shared_things_have_a_form_with_a_target() -> None:
    for rule in RULES:
        assert bool(rule.target) is (rule.form not in {Form.VALUE, Form.SELF, Form.RANGE})
