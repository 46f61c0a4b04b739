"""``screen``: records against the lists of the workspace."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
    say,
)
from maillon.model import Act, MaillonError, SourceError, View

if TYPE_CHECKING:
    from maillon.cli.screen_input import QueryFile
    from maillon.cli.screen_words import Words
    from maillon.workspace import Workspace
    from maillon.workspace.screenrun import ScreenOrder, ScreenRun

HITS_FOUND = 10
"""Exit code of ``--fail-on-hit``."""


class _HitsError(MaillonError):
    """There were hits, and the caller asked to be told by the exit code."""

    exit_code = HITS_FOUND


def screen(
    path: Annotated[
        Path | None,
        typer.Argument(
            help="FtM entity lines, CSV or XLSX, or - for standard input.", allow_dash=True
        ),
    ] = None,
    dataset: Annotated[
        list[str] | None, typer.Option("--dataset", help="Screen the records of this dataset.")
    ] = None,
    lists: Annotated[
        list[str] | None, typer.Option("--list", help="Against this dataset; may be repeated.")
    ] = None,
    use: Annotated[
        str, typer.Option("--use", help="Rules of this use; else default_use of screening.yaml.")
    ] = "",
    threshold: Annotated[
        float | None, typer.Option("--threshold", min=0.3, max=1.0, help="Least score of a hit.")
    ] = None,
    top: Annotated[int | None, typer.Option("--top", min=1, help="Most hits of a record.")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", help="Answers to this file, as lines.")
    ] = None,
    rejects: Annotated[
        Path | None, typer.Option("--rejects", help="Records that cannot be read: place, reason.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on where a killed run of --output stopped.")
    ] = False,
    column: Annotated[
        list[str] | None, typer.Option("--column", help="property=HEADER; may be repeated.")
    ] = None,
    sheet: Annotated[str, typer.Option("--sheet", help="Of a workbook; else the first.")] = "",
    encoding: Annotated[str, typer.Option("--encoding", help="Of a CSV; else UTF-8.")] = "",
    delimiter: Annotated[str, typer.Option("--delimiter", help="Of a CSV, or tab.")] = "",
    delta: Annotated[
        bool, typer.Option("--delta", help="Only what changed since the last such run.")
    ] = False,
    hits: Annotated[
        bool, typer.Option("--hits", help="Print the hits that stand since --delta.")
    ] = False,
    receipts: Annotated[bool, typer.Option("--receipts", help="Print the receipts.")] = False,
    replay: Annotated[
        str, typer.Option("--replay", metavar="RECEIPT", help="Run a receipt again, and compare.")
    ] = "",
    clear: Annotated[
        str, typer.Option("--clear", metavar="ID", help="This record is not --entry.")
    ] = "",
    entry: Annotated[str, typer.Option("--entry", metavar="ID", help="Of a list.")] = "",
    because: Annotated[str, typer.Option("--because", help="Why, in your own words.")] = "",
    clearings: Annotated[bool, typer.Option("--clearings", help="Print the clearings.")] = False,
    take_back: Annotated[
        str, typer.Option("--take-back", metavar="ID", help="Take back this clearing.")
    ] = "",
    in_words: Annotated[
        str, typer.Option("--say", metavar="LANGUAGE", help="Each hit in sentences: en or fr.")
    ] = "",
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

    PATH holds one entity a line, {"id", "schema", "properties": {name: [values]}}, or a table (CSV,
    XLSX) under a header of property names or usual column names. Or name a dataset of the workspace
    with --dataset. Every run leaves a receipt.

    Example: maillon screen customers.jsonl --json -w my-workspace
    """
    from maillon.cli.screen_words import Words

    words = Words(
        path, tuple(dataset or ()), tuple(lists or ()), use, threshold, top, output, rejects,
        resume, tuple(column or ()), sheet, encoding, delimiter, as_json, fail_on_hit,
        delta, hits, receipts, replay, clear, entry, because, clearings, take_back, in_words,
    )  # fmt: skip
    words.check()
    from maillon.workspace import Workspace

    with Workspace.open(workspace) as w:
        mandate = mandate_of(w.settings, who, agency, purpose, legal_basis, case)
        view = w.view(Act.SCREEN, mandate, detail={"lists": sorted(words.lists), **words.verb()})
        if words.is_of_the_desk:
            from maillon.cli.screen_desk import answer

            answer(w, view, words)
            return
        check_datasets(w.deliveries(view), words.datasets, "--dataset")
        check_datasets(w.deliveries(view), words.lists, "--list")
        _run(w, view, words)


def _run(w: "Workspace", view: View, words: "Words") -> None:
    with query_file(words) as query:
        order = order_of(w, words, query)
        with w.screening.opened(view, order) as run:
            if words.output is None:
                _print(run, words)
                receipt = run.finish()
            else:
                receipt = _write(run, words)
        for remark in query.remarks() if query is not None else ():
            say(f"{words.path}: {remark}")
    tally = run.progress.tally
    name = str(words.path or ", ".join(words.datasets))
    if not tally.queries:
        raise SourceError(name, "-", "there is no record to screen")
    say(
        f"{tally.queries:,} records, {tally.hits:,} hits, {tally.alerts:,} alerts; "
        f"receipt {receipt}"
    )
    if tally.could_not_look:
        raise SourceError(name, "-", f"{tally.could_not_look:,} records could not be screened")
    if words.fail_on_hit and tally.hits:
        raise _HitsError(f"{tally.hits:,} hits")


def _print(run: "ScreenRun", words: "Words") -> None:
    from maillon.cli.screen_output import Counter, show

    lines = (words.as_json or not sys.stdout.isatty()) and not words.language
    counter = Counter()
    for batch in run.batches():
        for answer in batch:
            if lines:
                sys.stdout.write(answer.text())
            else:
                show(answer.line(), words.language)
            if answer.asked.problem:
                say(f"{words.path} {answer.asked.locator}: {answer.asked.problem}")
        counter.add(len(batch))
    counter.finish()


def _write(run: "ScreenRun", words: "Words") -> str:
    from maillon.cli.screen_output import Counter
    from maillon.workspace.screenfile import ScreenFile

    assert words.output is not None
    with ScreenFile(words.output, words.rejects, is_resumed=words.resume, heard=say) as out:
        out.begin(run)
        counter = Counter(run.progress.tally.queries)
        for batch in run.batches():
            out.write(batch, run)
            counter.add(len(batch))
        counter.finish()
        out.checkpoint(run.progress, run.digest())
        receipt = run.finish()
        out.publish()
    return receipt


@contextmanager
def query_file(words: "Words") -> "Iterator[QueryFile | None]":
    """Lend the query file that the words name; None when they name none."""
    if words.path is None:
        yield None
        return
    from maillon.cli.screen_input import open_query_file

    query = open_query_file(words.path, words.columns, words.sheet, words.encoding, words.delimiter)
    with query.raw:
        yield query


def order_of(w: "Workspace", words: "Words", query: "QueryFile | None") -> "ScreenOrder":
    """Return what shall be screened, as the words say it."""
    from maillon.screen import questions
    from maillon.workspace.screenrun import ScreenOrder

    rules = w.screening.rules()
    if words.use and words.use not in rules.uses:
        known = ", ".join(sorted(rules.uses))
        raise typer.BadParameter(f"no use {words.use}; there are: {known}", param_hint="--use")
    use = rules.use(words.use)
    if words.threshold is not None:
        use = replace(use, threshold=words.threshold)
    if words.top is not None:
        use = replace(use, most_hits=words.top)
    if query is None:
        said = {"datasets": sorted(set(words.datasets))}
        return ScreenOrder(
            lambda bench: questions(bench, words.datasets, use), said, use, words.lists
        )
    query.topics = use.humanitarian_topics
    form = {"file_sha256": query.sha256, **words.form()}
    return ScreenOrder(lambda _: query.questions(), form, use, words.lists)
