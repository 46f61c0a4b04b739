"""From statements to the records that resolution compares."""

from importlib import resources
from typing import Final

import duckdb
import pyarrow as pa

from maillon.resolve.placeholders import placeholders
from maillon.screen import parts, skeleton

NAME_PROPS: Final = (
    "name", "alias", "previousName", "abbreviation", "weakAlias", "firstName", "secondName",
    "middleName", "lastName", "fatherName",
)  # fmt: skip

HUB_LIMITS: Final = {"hub_document": 8, "hub_phone": 12, "hub_address": 40, "rare_name": 30}
"""How many differently named entities may carry one value before it is a hub."""

_BATCH: Final = 50_000


def build_records(con: duckdb.DuckDBPyConnection) -> None:
    """Make the tables ``record``, ``person_record`` and ``firm_record`` from ``statement``.

    Args:
        con: A workbench's connection.
    """
    build_documents(con)
    _build_name_forms(con)
    _run(con, "records.sql")


def build_documents(con: duckdb.DuckDBPyConnection) -> None:
    """Make the table ``document(entity, kind, number)`` from ``statement``."""
    _run(con, "documents.sql")


def _run(con: duckdb.DuckDBPyConnection, file: str) -> None:
    sql = resources.files("maillon.resolve").joinpath(file).read_text("utf-8")
    values: dict[str, object] = {
        "document_placeholders": sorted(placeholders("document")),
        "phone_placeholders": sorted(placeholders("phone")),
        "date_placeholders": sorted(placeholders("date")),
        **HUB_LIMITS,
    }
    for statement in con.extract_statements(sql):
        named = {name: values[name] for name in statement.named_parameters}
        con.execute(statement, named) if named else con.execute(statement)


def _build_name_forms(con: duckdb.DuckDBPyConnection) -> None:
    listed = ", ".join(f"'{prop}'" for prop in NAME_PROPS)
    cursor = con.cursor()
    cursor.execute(f"SELECT DISTINCT value FROM statement WHERE prop IN ({listed}) ORDER BY value")
    unknown = placeholders("any")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE name_form (value VARCHAR, parts VARCHAR[], "
        "skeletons VARCHAR[], parts_text VARCHAR, skeletons_text VARCHAR, name_key VARCHAR, "
        "skeleton_key VARCHAR)"
    )
    while rows := cursor.fetchmany(_BATCH):
        names = [value for (value,) in rows if value.strip().upper() not in unknown]
        forms = pa.table(_forms(names))
        con.register("forms", forms)
        con.execute("INSERT INTO name_form SELECT * FROM forms WHERE len(parts) > 0")
        con.unregister("forms")


def _forms(names: list[str]) -> dict[str, pa.Array]:
    split = [list(parts(name)) for name in names]
    bones = [[skeleton(part) for part in found] for found in split]
    text = pa.string()
    return {
        "value": pa.array(names, text),
        "parts": pa.array(split, pa.list_(text)),
        "skeletons": pa.array(bones, pa.list_(text)),
        "parts_text": pa.array([" ".join(found) for found in split], text),
        "skeletons_text": pa.array([" ".join(found) for found in bones], text),
        "name_key": pa.array([" ".join(sorted(found)) for found in split], text),
        "skeleton_key": pa.array([" ".join(sorted(found)) for found in bones], text),
    }
