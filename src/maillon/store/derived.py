"""What is derived from a view's statements: tables and folders, kept until a newer one is made."""

import secrets
import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import ColumnElement, delete, insert, select

from maillon.model import View
from maillon.store.clock import utc_now
from maillon.store.desk import Desk
from maillon.store.door import check_view
from maillon.store.lake import Lake, sync_file, sync_folder
from maillon.store.tables import DERIVED

if TYPE_CHECKING:
    import pyarrow as pa

KEPT_FOLDERS: Final = 3
"""Folders of one derived name that are kept: readers may still have older ones open."""


class Derivations(ABC):
    """What a store keeps of what was derived; `maillon.store.store.Store` is one.

    Args:
        desk: Says what there is.
        lake: Holds it.
    """

    def __init__(self, desk: Desk, lake: Lake) -> None:
        self._desk = desk
        self._lake = lake

    @abstractmethod
    def key(self, view: View) -> str:
        """Return the key of what can be derived for this view now."""

    def put_derived(self, view: View, name: str, table: "pa.Table") -> None:
        """Keep a table that was derived from the view's statements; a newer one takes its place."""
        from maillon.store.parquet import write_table  # noqa: PLC0415 - pyarrow, as above

        key = self.key(view)
        file = f"{name}.{key}.parquet"
        write_table(self._lake.derived / file, table)
        self._note_derived(name, key, file)

    def _note_derived(self, name: str, key: str, file: str) -> None:
        with self._desk.begin() as connection:
            connection.execute(delete(DERIVED).where(DERIVED.c.name == name, DERIVED.c.key == key))
            row = {"name": name, "key": key, "file": file, "made": utc_now()}
            connection.execute(insert(DERIVED).values(row))

    def derived(self, view: View, name: str) -> "pa.Table | None":
        """Return what was derived from exactly the statements that the view sees now, or None."""
        return self._derived(DERIVED.c.name == name, DERIVED.c.key == self.key(view))

    def older_derived(self, view: View, name: str) -> "pa.Table | None":
        """Return the newest table of this name, whatever it was derived from.

        The name must tell what the view may read, so that nothing passes from one view to another.
        """
        check_view(view)
        return self._derived(DERIVED.c.name == name)

    def forget_derived(self, view: View, name: str) -> None:
        """Drop tables and folders of this name; a reader that has one mapped keeps its bytes."""
        check_view(view)
        with self._desk.begin() as connection:
            files = connection.execute(
                select(DERIVED.c.file).where(DERIVED.c.name == name)
            ).scalars()
            gone = [self._lake.derived / file for file in files]
            connection.execute(delete(DERIVED).where(DERIVED.c.name == name))
        for path in gone:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)

    def _derived(self, *wanted: ColumnElement[bool]) -> "pa.Table | None":
        with self._desk.engine.connect() as connection:
            file = connection.execute(
                select(DERIVED.c.file).where(*wanted).order_by(DERIVED.c.made.desc())
            ).scalar()
        if file is None or not (self._lake.derived / file).is_file():
            return None
        import duckdb  # noqa: PLC0415 - slow, and only what was derived needs it

        with duckdb.connect(":memory:") as con:
            con.execute("SET threads = 1")
            return con.sql(f"FROM read_parquet('{self._lake.derived / file}')").to_arrow_table()

    @contextmanager
    def deriving(self, view: View, name: str) -> Iterator[Path]:
        """Lend a folder for what is derived from the view; it is kept when nothing is raised."""
        key = self.key(view)
        target = f"{name}.{key}"
        work = self._lake.derived / f".{target}.{secrets.token_hex(4)}"
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        try:
            yield work
            for file in work.rglob("*"):
                if file.is_file():
                    sync_file(file)
            if not (self._lake.derived / target).exists():
                work.rename(self._lake.derived / target)
                sync_folder(self._lake.derived)
        finally:
            shutil.rmtree(work, ignore_errors=True)
        self._note_derived(name, key, target)
        self._forget_folders(name)

    def derived_folder(self, view: View, name: str) -> Path | None:
        """Return the folder derived from exactly the statements that the view sees now, or None."""
        return self._derived_folder(DERIVED.c.name == name, DERIVED.c.key == self.key(view))

    def older_folder(self, view: View, name: str) -> Path | None:
        """Return the newest folder of this name to build on; the name as for `older_derived`."""
        check_view(view)
        return self._derived_folder(DERIVED.c.name == name)

    def _derived_folder(self, *wanted: ColumnElement[bool]) -> Path | None:
        with self._desk.engine.connect() as connection:
            files = connection.execute(
                select(DERIVED.c.file).where(*wanted).order_by(DERIVED.c.made.desc())
            ).scalars()
            folders = [self._lake.derived / file for file in files]
        return next((folder for folder in folders if folder.is_dir()), None)

    def _forget_folders(self, name: str) -> None:
        """Drop all but the newest folders of a name; who has one mapped keeps its bytes."""
        with self._desk.begin() as connection:
            rows = connection.execute(
                select(DERIVED.c.key, DERIVED.c.file)
                .where(DERIVED.c.name == name)
                .order_by(DERIVED.c.made.desc())
            ).all()
            for row in rows[KEPT_FOLDERS:]:
                connection.execute(
                    delete(DERIVED).where(DERIVED.c.name == name, DERIVED.c.key == row.key)
                )
        for row in rows[KEPT_FOLDERS:]:
            shutil.rmtree(self._lake.derived / row.file, ignore_errors=True)
