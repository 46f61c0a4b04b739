"""FollowTheMoney's model, with the extension schemata of Maillon added.

FollowTheMoney fixes its model path at import and offers no public way to add a schema; the
extension is therefore put into the loaded model here, once, which is the single effect of import
that the project allows.
"""

from functools import cache
from importlib import resources
from typing import Any

import yaml
from followthemoney import model as _ftm
from followthemoney.model import Model
from followthemoney.schema import Schema


@cache
def ftm_model() -> Model:
    """Return the model with the extension schemata, loaded once."""
    text = resources.files("maillon.model").joinpath("schemata/extension.yaml").read_text("utf-8")
    extension: dict[str, Any] = yaml.safe_load(text)
    for name, config in extension.items():
        _ftm.schemata[name] = Schema(_ftm, name, config)
    _ftm.generate()
    return _ftm


def entity_property_names() -> frozenset[str]:
    """Return the names of all properties whose values are entity ids."""
    return frozenset(
        name
        for schema in ftm_model().schemata.values()
        for name, prop in schema.properties.items()
        if prop.type.name == "entity"
    )


def schema_of(name: str) -> Schema | None:
    """Return the schema called ``name``, or None where the model has none."""
    return ftm_model().get(name)
