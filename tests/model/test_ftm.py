"""FollowTheMoney's model with the extension: valid FtM, of which entities can be made."""

from importlib import resources
from typing import Any

import pytest
import yaml
from followthemoney.proxy import EntityProxy

from maillon.model.ftm import entity_property_names, ftm_model, schema_of

EXTENSION: dict[str, Any] = yaml.safe_load(
    resources.files("maillon.model").joinpath("schemata/extension.yaml").read_text("utf-8")
)
VALUES = {
    "string": "some text", "text": "some text", "name": "Some Name", "identifier": "AB-123",
    "date": "2026-11-25", "number": "12.5", "country": "fr", "entity": "another-id",
    "address": "1 Mill Street, Strelsau", "url": "https://example.org/", "email": "a@example.org",
    "phone": "+33612345678", "topic": "crime", "language": "fra", "gender": "female",
}  # fmt: skip


@pytest.mark.parametrize("name", EXTENSION)
def test_an_entity_of_an_extension_schema_can_be_made(name: str) -> None:
    schema = schema_of(name)
    assert schema is not None
    said = {
        prop.name: [VALUES[prop.type.name]] for prop in schema.properties.values() if not prop.stub
    }
    entity = EntityProxy.from_dict({"id": "x", "schema": name, "properties": said})
    assert entity.to_dict()["properties"] == said


@pytest.mark.parametrize("name", EXTENSION)
def test_an_extension_schema_keeps_the_rules_of_the_model(name: str) -> None:
    schema = schema_of(name)
    assert schema is not None
    schema.validate({"properties": {}})
    assert schema.extends
    assert all(prop in schema.properties for prop in (*schema.featured, *schema.caption))
    for prop in schema.properties.values():
        if prop.type.name == "entity":
            assert prop.range is not None
            assert prop.reverse is None or prop.reverse.schema.is_a(prop.range.name)


@pytest.mark.parametrize("name", [name for name, said in EXTENSION.items() if "edge" in said])
def test_an_extension_edge_joins_two_of_its_own_properties(name: str) -> None:
    schema = schema_of(name)
    assert schema is not None
    assert schema.edge
    assert schema.source_prop is not None
    assert schema.target_prop is not None


def test_the_extension_replaces_no_schema_of_the_model() -> None:
    import followthemoney.types  # noqa: F401, PLC0415 - the package's own schemata are its files

    shipped = {file.name for file in resources.files("followthemoney").joinpath("schema").iterdir()}
    assert shipped.isdisjoint(f"{name}.{end}" for name in EXTENSION for end in ("yaml", "yml"))


def test_an_extension_reference_reaches_the_model_both_ways() -> None:
    person = schema_of("Person")
    assert person is not None
    stub = person.get("journeys")
    assert stub is not None
    assert stub.stub
    assert stub.range is not None
    assert stub.range.name == "Passenger"


def test_names_of_entity_properties_cover_model_and_extension() -> None:
    names = entity_property_names()
    assert {"holder", "owner", "asset", "traveller", "inmate", "caller"} <= names
    assert names.isdisjoint({"name", "birthDate", "amount", "currency", "topics", "date"})


def test_names_that_are_an_entity_here_and_text_there_are_few_and_known() -> None:
    """A local id is told by its first character in these too: no adapter of ours says them so."""
    found = {
        f"{schema.name}.{prop.name}"
        for schema in ftm_model().schemata.values()
        for prop in schema.properties.values()
        if prop.name in entity_property_names() and prop.type.name != "entity"
    }
    assert found == {
        "Email.sender", "Email.subject", "Identification.authority", "Message.subject",
        "Passport.authority", "Risk.authority", "Sanction.authority",
    }  # fmt: skip


def test_an_unknown_schema_is_none() -> None:
    assert schema_of("Persona") is None
    assert schema_of("") is None


def test_no_forbidden_attribute_is_added() -> None:
    added = {prop.casefold() for said in EXTENSION.values() for prop in said.get("properties", {})}
    assert added.isdisjoint({"ethnicity", "religion", "political", "health", "sexuality"})
