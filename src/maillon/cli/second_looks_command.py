"""``second-looks``: what a second person makes of a hit, not knowing of the first."""

from pathlib import Path
from typing import Annotated

import typer

from maillon.cli.deciding import (
    PURPOSE,
    ReasonOption,
    RevisionOption,
    VerdictOption,
    WeighOption,
    Who,
    acting,
    answer_of,
    put_done,
    put_lines,
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

second_looks = typer.Typer(
    help="""Second looks at hits: by another person, who is not told what the first said.

A verdict that waits for a second person is due, and a drawn share of the dismissals.

Example: maillon second-looks list -w my-workspace
""",
    no_args_is_help=True,
)

FirstArgument = Annotated[str, typer.Argument(metavar="ID", help="Of the first verdict.")]


@second_looks.command("list")
def list_due(
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = PURPOSE,
    legal_basis: BasisOption = "",
    case: CaseOption = "",
) -> None:
    """Print the hits at which you have to look again; not what was said of them."""
    with acting(workspace, Act.READ, Who(who, agency, purpose, legal_basis, case)) as (w, view):
        found = w.second_looks.due(view)
    put_lines(found, as_json=as_json)


@second_looks.command()
def show(
    id_: FirstArgument,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = PURPOSE,
    legal_basis: BasisOption = "",
    case: CaseOption = "",
) -> None:
    """Print a hit as if nobody had decided on it."""
    with acting(workspace, Act.READ, Who(who, agency, purpose, legal_basis, case)) as (w, view):
        put_shown(w.second_looks.show(view, id_), as_json=as_json)


@second_looks.command()
def look(
    id_: FirstArgument,
    verdict: VerdictOption,
    reason: ReasonOption,
    revision: RevisionOption,
    weigh: WeighOption = None,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = PURPOSE,
    legal_basis: BasisOption = "",
    case: CaseOption = "",
) -> None:
    """Say what the hit is; a verdict that waited stands when both say the same."""
    answer = answer_of(verdict, reason, weigh, revision, two=False)
    with acting(workspace, Act.DECIDE, Who(who, agency, purpose, legal_basis, case)) as (w, view):
        same = w.second_looks.look(view, id_, answer)
    said = "the same" if same else "something else: a third person settles it"
    put_done({"validation": id_, "same": same}, f"verdict {id_}: {said}", as_json=as_json)


@second_looks.command()
def disputed(
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = PURPOSE,
    legal_basis: BasisOption = "",
    case: CaseOption = "",
) -> None:
    """Print the hits on which two people differ."""
    with acting(workspace, Act.READ, Who(who, agency, purpose, legal_basis, case)) as (w, view):
        found = [one.line() for one in w.second_looks.disputed(view)]
    put_lines(found, as_json=as_json)


@second_looks.command()
def settle(
    id_: FirstArgument,
    verdict: VerdictOption,
    reason: ReasonOption,
    revision: RevisionOption,
    weigh: WeighOption = None,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = PURPOSE,
    legal_basis: BasisOption = "",
    case: CaseOption = "",
) -> None:
    """Say as a third person, to whom `hits show` showed both, what the hit is."""
    answer = answer_of(verdict, reason, weigh, revision, two=False)
    with acting(workspace, Act.DECIDE, Who(who, agency, purpose, legal_basis, case)) as (w, view):
        held = w.second_looks.settle(view, id_, answer)
    put_done({"validation": held, "verdict": verdict}, f"verdict {held} holds: {verdict}",
             as_json=as_json)  # fmt: skip
