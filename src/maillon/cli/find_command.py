"""``find``: records by words and by parts of identifiers; all of them as a table."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

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
from maillon.model import Act

if TYPE_CHECKING:
    from maillon.model import View
    from maillon.screen.find import Query
    from maillon.workspace import Workspace
    from maillon.workspace.finding import Opened


def find(
    words: Annotated[
        list[str], typer.Argument(help="Words, or parts of an identifier: 417XY, last six digits.")
    ],
    dataset: Annotated[
        list[str] | None, typer.Option("--dataset", help="Only in this dataset; may be repeated.")
    ] = None,
    schema: Annotated[
        str, typer.Option("--schema", help="Of this schema or one that descends from it.")
    ] = "",
    fuzzy: Annotated[bool, typer.Option("--fuzzy", help="A word may differ by a letter.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=500, help="Most records.")] = 20,
    table: Annotated[
        bool, typer.Option("--csv", help="All of them as CSV, up to 100,000; no cell is a formula.")
    ] = False,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = "",
    legal_basis: BasisOption = "",
    case: CaseOption = "",
) -> None:
    """Print the records that have these words, the best first, as the mandate reads them.

    Example: maillon find Amos --json -w my-workspace
    """
    from maillon.model.ftm import schema_of
    from maillon.screen.find import Query, Scope
    from maillon.workspace import Workspace

    if schema and schema_of(schema) is None:
        raise typer.BadParameter("FollowTheMoney has no such schema", param_hint="--schema")
    with Workspace.open(workspace) as w:
        mandate = mandate_of(w.settings, who, agency, purpose, legal_basis, case)
        view = w.view(Act.READ, mandate, detail={"verb": "find"})
        check_datasets(w.deliveries(view), tuple(dataset or ()), "--dataset")
        chosen = dataset or sorted({one.dataset for one in w.deliveries(view)})
        opened = w.finding.opened(view, chosen, words=True)
        scope = Scope(opened.datasets, schema=schema)
        query = Query(" ".join(words), scope, fuzzy=fuzzy, limit=limit)
        if table:
            _table(w, view, opened, query)
        else:
            _list(w, view, opened, query, as_json=as_json)


def _table(w: "Workspace", view: "View", opened: "Opened", query: "Query") -> None:
    from maillon.workspace.csvtext import csv_pieces
    from maillon.workspace.finding import TABLE

    for piece in csv_pieces(TABLE, w.finding.table(view, opened, query)):
        sys.stdout.buffer.write(piece)
    sys.stdout.flush()


def _list(w: "Workspace", view: "View", opened: "Opened", query: "Query", *, as_json: bool) -> None:
    import orjson

    page = w.finding.search(view, opened, query)
    for line in page.lines:
        record: dict[str, Any] = orjson.loads(line)
        if as_json:
            put(record)
        else:
            print(f"{record['id']} {record['schema']}: {record['caption']}"
                  f" ({', '.join(record['datasets'])})")  # fmt: skip
    say(f"{len(page.lines):,} of {page.total:,} records")
