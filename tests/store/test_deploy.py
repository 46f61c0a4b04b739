"""The SQL of docs/deploy.md runs, and makes a desk that the application can use."""

import re
from pathlib import Path

import pytest

from maillon.model import Act, StoreError
from maillon.store import create_workspace, open_store

from .conftest import load, people, view_of
from .postgres import Server, repoint

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "deploy.md").read_text("utf-8")


def blocks(kind: str) -> list[str]:
    found = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return [text for one, text in found if one == kind]


def test_the_sql_of_the_page_makes_a_desk_that_the_application_can_use(
    server: Server, tmp_path: Path
) -> None:
    tail = server.owner.rpartition("_")[2]
    names = {"maillon_owner": f"page_owner_{tail}", "maillon_app": f"page_app_{tail}",
             "maillon_backup": f"page_backup_{tail}", "DATABASE maillon": f"DATABASE page_{tail}"}  # fmt: skip

    def statements(block: str) -> list[str]:
        for name, mine in names.items():
            block = re.sub(rf"\b{name}\b", mine, block)
        return [one.strip() for one in block.split(";") if one.strip()]

    roles, rights, after = blocks("sql")
    database = f"page_{tail}"
    try:
        server.run(*statements(roles))
        server.run(*statements(rights), database=database)
        create_workspace(tmp_path / "w", server.url(database, names["maillon_owner"]))
        server.run(*statements(after), database=database, role=names["maillon_owner"])
        repoint(tmp_path / "w", server.url(database, names["maillon_app"]))
        store = open_store(tmp_path / "w")
        assert store.engine_line().endswith("row security binds it")
        load(store, people(3))
        assert len(list(store.scan(view_of(store, Act.READ)))) == 3
        store.verify_ledger()
        for statement in ("DELETE FROM ledger", "UPDATE alembic_version SET version_num = '0000'"):
            with pytest.raises(StoreError, match="permission denied"), store._desk.begin() as c:
                c.exec_driver_sql(statement)
        store.close()
    finally:
        server.run(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)",
                   *(f"DROP ROLE IF EXISTS {role}" for role in names.values()
                     if not role.startswith("DATABASE")))  # fmt: skip
