"""``leads``: the queue of leads, both sides of one, and what a person makes of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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

if TYPE_CHECKING:
    from maillon.model import View
    from maillon.nexus import TraceSettings
    from maillon.workspace import Workspace

leads = typer.Typer(
    help="""What people make of leads: no lead leaves before a named person said why it holds.

Example: maillon leads list -w my-workspace
""",
    no_args_is_help=True,
)

LeadArgument = Annotated[str, typer.Argument(help="Its lead_id.")]
VerdictArgument = Annotated[str, typer.Argument(metavar="ID", help="Of the verdict.")]
TopOption = Annotated[int, typer.Option("--top", min=1, help="Among how many leads it is.")]


@contextmanager
def _tracing(
    workspace: Path, act: Act, who: Who, top: int
) -> "Iterator[tuple[Workspace, View, TraceSettings]]":
    from maillon.nexus import TraceSettings, UnknownLeadError

    with acting(workspace, act, who) as (w, view):
        try:
            yield w, view, TraceSettings(top=top)
        except UnknownLeadError as error:
            raise typer.BadParameter(str(error), param_hint="LEAD") from error


@leads.command("list")
def list_leads(
    after: AfterOption = "",
    count: CountOption = 50,
    top: TopOption = 50,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = PURPOSE,
    legal_basis: BasisOption = "",
    case: CaseOption = "",
) -> None:
    """Print the leads on which nobody has decided, those that wait longest first."""
    said = Who(who, agency, purpose, legal_basis, case)
    with _tracing(workspace, Act.TRACE, said, top) as (w, view, settings):
        page = w.leads.queue(view, settings, after=after, count=count)
        put_queue(page, as_json=as_json, command="leads")


@leads.command()
def show(
    lead: LeadArgument,
    top: TopOption = 50,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = PURPOSE,
    legal_basis: BasisOption = "",
    case: CaseOption = "",
) -> None:
    """Print one lead: what speaks for the people beside what speaks against, and what was said."""
    said = Who(who, agency, purpose, legal_basis, case)
    with _tracing(workspace, Act.TRACE, said, top) as (w, view, settings):
        put_shown(w.leads.show(view, lead, settings), as_json=as_json)


@leads.command()
def validate(
    lead: LeadArgument,
    verdict: VerdictOption,
    reason: ReasonOption,
    revision: RevisionOption,
    weigh: WeighOption = None,
    two: TwoOption = False,
    top: TopOption = 50,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = PURPOSE,
    legal_basis: BasisOption = "",
    case: CaseOption = "",
) -> None:
    """Say confirmed, suspected, refuted or 'not assessable' of a lead, both sides weighed."""
    answer = answer_of(verdict, reason, weigh, revision, two=two)
    said = Who(who, agency, purpose, legal_basis, case)
    with _tracing(workspace, Act.DECIDE, said, top) as (w, view, settings):
        id_ = w.leads.validate(view, lead, answer, settings)
    put_done({"validation": id_, "verdict": verdict}, f"verdict {id_}: {verdict}, {lead}",
             as_json=as_json)  # fmt: skip


@leads.command()
def second(
    lead: LeadArgument,
    id_: VerdictArgument,
    revision: RevisionOption,
    top: TopOption = 50,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = PURPOSE,
    legal_basis: BasisOption = "",
    case: CaseOption = "",
) -> None:
    """Agree as a second person, who was shown the lead too: the verdict stands."""
    said = Who(who, agency, purpose, legal_basis, case)
    with _tracing(workspace, Act.DECIDE, said, top) as (w, view, settings):
        w.leads.second(view, id_, revision, lead, settings)
    put_done({"validation": id_, "second": "done"}, f"verdict {id_} stands", as_json=as_json)


@leads.command()
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
    """Take a verdict back: the lead is proposed again; both stay in the log."""
    said = Who(who, agency, purpose, legal_basis, case)
    with acting(workspace, Act.DECIDE, said) as (w, view):
        w.leads.undo(view, id_, reason)
    put_done({"validation": id_, "taken_back": "done"}, f"verdict {id_} taken back",
             as_json=as_json)  # fmt: skip
