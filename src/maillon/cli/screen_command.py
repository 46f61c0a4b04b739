"""``screen``: records against the lists of the workspace."""

import csv
import io
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from maillon.cli.options import (
    AgencyOption,
    BasisOption,
    CaseOption,
    JsonOption,
    PurposeOption,
    WhoOption,
    WorkspaceOption,
    check_datasets,
    mandate_of,
    put,
    say,
)
from maillon.cli.read_command import open_delivered
from maillon.model import Act, MaillonError, SourceError

LONGEST_LINE = 1 << 20
"""Bytes of one query line; a longer one is answered *could not look*."""

LONGEST_CELL = 10_000
"""Characters of one cell; a record with a longer one is answered *could not look*."""

UNDECODABLE = "\ufffd"
"""What stands for bytes that are not UTF-8: a name that holds it would miss its hit."""

HITS_FOUND = 10
"""Exit code of ``--fail-on-hit``."""


class _HitsError(MaillonError):
    """There were hits, and the caller asked to be told by the exit code."""

    exit_code = HITS_FOUND


def screen(
    path: Annotated[
        Path | None,
        typer.Argument(help="FtM entity lines or CSV, or - for standard input.", allow_dash=True),
    ] = None,
    dataset: Annotated[
        list[str] | None, typer.Option("--dataset", help="Screen the records of this dataset.")
    ] = None,
    lists: Annotated[
        list[str] | None, typer.Option("--list", help="Against this dataset; may be repeated.")
    ] = None,
    threshold: Annotated[float, typer.Option("--threshold", min=0.5, max=1.0)] = 0.7,
    top: Annotated[int, typer.Option("--top", min=1, help="Most hits of one record.")] = 10,
    fail_on_hit: Annotated[bool, typer.Option("--fail-on-hit", help="Exit 10 on a hit.")] = False,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = "",
    legal_basis: BasisOption = "",
    case: CaseOption = "",
) -> None:
    """Screen records against every listed entity that the mandate may read.

    PATH holds one entity a line, {"id", "schema", "properties": {name: [values]}}, or CSV with
    property names as its header. Or name a dataset of the workspace with --dataset.

    Example: maillon screen customers.jsonl --json -w my-workspace
    """
    from maillon.screen import dataset_entries
    from maillon.workspace import Workspace

    if (path is None) == (not dataset):
        raise typer.BadParameter("name PATH or --dataset", param_hint="PATH")
    lines = as_json or not sys.stdout.isatty()
    answers = hits = refused = 0
    with Workspace.open(workspace) as w:
        mandate = mandate_of(w.settings, who, agency, purpose, legal_basis, case)
        view = w.view(Act.SCREEN, mandate, detail={"lists": sorted(lists or [])})
        check_datasets(w.deliveries(view), dataset or (), "--dataset")
        check_datasets(w.deliveries(view), lists or (), "--list")
        for answer in w.screen(
            view,
            lambda bench: queries(path) if path else dataset_entries(bench, dataset or []),
            lists=lists or [],
            threshold=threshold,
            top=top,
        ):
            answers += 1
            hits += len(answer.hits)
            refused += bool(answer.could_not_look)
            if lines:
                put(answer.line())
            else:
                _show(answer.line())
    if not answers:
        raise SourceError(str(path or dataset), "-", "there is no record to screen")
    if refused:
        raise SourceError(str(path or dataset), "-", f"{refused:,} records could not be screened")
    if fail_on_hit and hits:
        raise _HitsError(f"{hits:,} hits")


def queries(path: Path) -> Iterator[Any]:
    """Yield the queries of a file of entity lines or CSV; what cannot be read has no name."""
    from maillon.screen import Entry, entry

    raw, _digest = open_delivered(path)
    with raw:
        start = raw.read(4)
        raw.seek(0)
        if start[:2] == b"PK":
            raise typer.BadParameter("a spreadsheet: save it as CSV first", param_hint="PATH")
        is_lines = start.removeprefix(b"\xef\xbb\xbf")[:1] in {b"{", b""}
        text = io.TextIOWrapper(raw, "utf-8-sig", errors="replace", newline="")
        for number, row in enumerate(_lines(text) if is_lines else _rows(text), 1):
            if isinstance(row, str):
                say(f"{path} record {number}: {row}")
                yield Entry(f"record:{number}", "Thing", "", ())
            else:
                id_, schema, properties = row
                yield entry(id_ or f"record:{number}", schema, "", properties)


_Row = tuple[str, str, dict[str, list[str]]]


def _lines(text: Iterable[str]) -> Iterator[_Row | str]:
    for line in text:
        if len(line) > LONGEST_LINE:
            yield f"longer than {LONGEST_LINE:,} characters"
            continue
        if not line.strip():
            continue
        if UNDECODABLE in line:
            yield "bytes that are not UTF-8: save the file as UTF-8"
            continue
        try:
            said = json.loads(line)
            properties = {
                name: _texts(values if isinstance(values, list) else [values])
                for name, values in said["properties"].items()
            }
            yield str(said.get("id") or ""), str(said.get("schema", "LegalEntity")), properties
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            yield f"no entity: {type(error).__name__}; wanted id, schema, properties"


def _texts(values: list[object]) -> list[str]:
    if not all(isinstance(value, str | int | float) for value in values):
        raise TypeError("a value is text")
    texts = [str(value) for value in values]
    "".join(texts).encode()  # half of a surrogate pair is no text
    return texts


def _rows(text: Iterable[str]) -> Iterator[_Row | str]:
    rows = csv.DictReader(text)
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:  # the rest is read on: one bad record hides no other
            yield f"no CSV record: {error}"
            continue
        cells = [str(cell) for pair in row.items() for cell in pair]
        if any(UNDECODABLE in cell or "\0" in cell for cell in cells):
            yield "bytes that are not UTF-8, or NUL: save the file as UTF-8"
            continue
        if any(len(cell) > LONGEST_CELL for cell in cells):
            yield f"a cell longer than {LONGEST_CELL:,} characters"
            continue
        properties = {
            name: [value]
            for name, value in row.items()
            if name and value and isinstance(value, str)
        }
        id_ = properties.pop("id", [""])[0]
        schema = properties.pop("schema", ["Person"])[0]
        yield id_, schema, properties


def _show(line: dict[str, Any]) -> None:
    if line["status"] != "ok":
        print(f"{line['id']}: could not look: {line['reason']}")
    elif not line["hits"]:
        print(f"{line['id']}: no hit")
    for hit in line["hits"]:
        why = ", ".join(
            f"{r['value'] or '-'}/{r['counterpart'] or '-'} {r['verdict']}"
            for r in hit["explanation"]
        )
        print(
            f"{line['id']}: {hit['band']} {hit['score']:.2f} {hit['id']} {hit['caption']} ({why})"
        )
