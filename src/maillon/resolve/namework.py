"""Many names at once: half of them by another process, for reading a name is Python's work.

The process is this interpreter with two files: it reads names, writes their forms and ends. It is
started for as many names as are worth its start, and its answer is that of this process.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pyarrow as pa

from maillon.model import StoreError
from maillon.resolve.names import forms
from maillon.resolve.placeholders import placeholders

BATCH: Final = 50_000
"""Names that are read at a time."""
_CALL: Final = "import sys; from maillon.resolve.namework import main; main(*sys.argv[1:])"
WORTH: Final = 40_000
"""Names from which another process is quicker."""


def all_forms(names: pa.Table) -> Iterator[pa.Table]:
    """Yield the forms of names, in tables.

    Args:
        names: Table ``value, organisation``.

    Raises:
        StoreError: The other process failed.
    """
    if names.num_rows < WORTH:
        yield from _here(names)
        return
    half = names.num_rows // 2
    with tempfile.TemporaryDirectory(prefix="maillon-names-") as scratch:
        asked, answer = Path(scratch) / "names.arrow", Path(scratch) / "forms.arrow"
        with pa.OSFile(str(asked), "wb") as raw, pa.ipc.new_file(raw, names.schema) as out:
            out.write_table(names.slice(half))
        command = [sys.executable, "-c", _CALL, str(asked), str(answer)]
        with subprocess.Popen(command) as other:  # noqa: S603 - this interpreter, no input of others
            yield from _here(names.slice(0, half))
        if other.returncode:
            raise StoreError(f"reading names ended with {other.returncode}: run it again")
        with pa.memory_map(str(answer)) as raw:
            for batch in pa.ipc.open_file(raw).read_all().to_batches():
                yield pa.Table.from_batches([batch])


def _here(names: pa.Table) -> Iterator[pa.Table]:
    unknown = placeholders("any")
    for batch in names.to_batches(max_chunksize=BATCH):
        rows = zip(*(column.to_pylist() for column in batch.columns), strict=True)
        yield forms(rows, unknown)


def main(asked: str, answer: str) -> None:
    """Read names from one file and write their forms into another."""
    with pa.memory_map(asked) as raw:
        tables = list(_here(pa.ipc.open_file(raw).read_all()))
    with pa.OSFile(answer, "wb") as out, pa.ipc.new_file(out, tables[0].schema) as writer:
        for table in tables:
            writer.write_table(table)
