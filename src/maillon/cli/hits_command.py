"""``hits``: the queue of standing hits, both sides of one, and what a person makes of it."""

from pathlib import Path
from typing import Annotated

import typer

from maillon.cli.deciding import (
    PURPOSE,
    AfterOption,
    CountOption,
    ReasonOption,
    RevisionOption,
    TwoOption,
    VerdictOption,
    WeighOption,
    Who,
    acting,
    answer_of,
    put_done,
    put_queue,
    put_shown,
)
from maillon.cli.options import (
    AgencyOption,
    BasisOption,
    CaseOption,
    JsonOption,
    PurposeOption,
    WhoOption,
    WorkspaceOption,
)
from maillon.model import Act

hits = typer.Typer(
    help="""What people make of hits: a hit has no effect before a named person said why it is one.

The queue holds what `screen --delta` found.

Example: maillon hits list -w my-workspace
""",
    no_args_is_help=True,
)

SubjectArgument = Annotated[str, typer.Argument(help="Id of the record.")]
EntryArgument = Annotated[str, typer.Argument(help="Id of the entry on the list.")]
VerdictArgument = Annotated[str, typer.Argument(metavar="ID", help="Of the verdict.")]


@hits.command("list")
def list_hits(
    receipt: Annotated[str, typer.Option("--receipt", help="Only of this run.")] = "",
    dataset: Annotated[str, typer.Option("--list", help="Only on this list.")] = "",
    after: AfterOption = "",
    count: CountOption = 50,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = PURPOSE,
    legal_basis: BasisOption = "",
    case: CaseOption = "",
) -> None:
    """Print the hits on which nobody has decided, those that wait longest first."""
    from maillon.store import HitsWanted

    with acting(workspace, Act.READ, Who(who, agency, purpose, legal_basis, case)) as (w, view):
        wanted = HitsWanted(receipt=receipt, dataset=dataset)
        page = w.screening.queue(view, wanted, after=after, count=count)
        put_queue(page, as_json=as_json, command="hits")


@hits.command()
def show(
    subject: SubjectArgument,
    entry: EntryArgument,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = PURPOSE,
    legal_basis: BasisOption = "",
    case: CaseOption = "",
) -> None:
    """Print one hit: what speaks for the person beside what speaks against, and what was said."""
    with acting(workspace, Act.READ, Who(who, agency, purpose, legal_basis, case)) as (w, view):
        put_shown(w.screening.show(view, subject, entry), as_json=as_json)


@hits.command()
def validate(
    subject: SubjectArgument,
    entry: EntryArgument,
    verdict: VerdictOption,
    reason: ReasonOption,
    revision: RevisionOption,
    weigh: WeighOption = None,
    two: TwoOption = False,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = PURPOSE,
    legal_basis: BasisOption = "",
    case: CaseOption = "",
) -> None:
    """Say match, 'no match' or 'cannot tell' of a hit, having weighed both sides."""
    answer = answer_of(verdict, reason, weigh, revision, two=two)
    with acting(workspace, Act.DECIDE, Who(who, agency, purpose, legal_basis, case)) as (w, view):
        id_ = w.screening.validate(view, subject, entry, answer)
    put_done(
        {"validation": id_, "verdict": verdict}, f"verdict {id_}: {verdict}, {subject} | {entry}",
        as_json=as_json,
    )  # fmt: skip


@hits.command()
def second(
    id_: VerdictArgument,
    revision: RevisionOption,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = PURPOSE,
    legal_basis: BasisOption = "",
    case: CaseOption = "",
) -> None:
    """Agree as a second person, who was shown the hit too: the verdict stands."""
    with acting(workspace, Act.DECIDE, Who(who, agency, purpose, legal_basis, case)) as (w, view):
        w.screening.second(view, id_, revision)
    put_done({"validation": id_, "second": "done"}, f"verdict {id_} stands", as_json=as_json)


@hits.command()
def undo(
    id_: VerdictArgument,
    reason: ReasonOption,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = PURPOSE,
    legal_basis: BasisOption = "",
    case: CaseOption = "",
) -> None:
    """Take a verdict back: the hit waits again; both stay in the log."""
    with acting(workspace, Act.DECIDE, Who(who, agency, purpose, legal_basis, case)) as (w, view):
        w.screening.undo(view, id_, reason)
    put_done({"validation": id_, "taken_back": "done"}, f"verdict {id_} taken back",
             as_json=as_json)  # fmt: skip
