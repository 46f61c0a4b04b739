"""``mandate``: cases, teams, break-glass, protections, anchors by hand, and what one may read."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from maillon.cli.options import (
    AgencyOption,
    BasisOption,
    CaseOption,
    PurposeOption,
    WhoOption,
    WorkspaceOption,
    mandate_of,
    put,
)
from maillon.model import Act

if TYPE_CHECKING:
    from maillon.model import View
    from maillon.workspace import Workspace

PURPOSE: Final = "review"
"""The purpose of deciding, unless another is named."""

mandate = typer.Typer(
    help="""Who may do what: cases, teams, break-glass, protections, anchors by hand.

Example: maillon mandate may -w my-workspace
""",
    no_args_is_help=True,
)

ReasonOption = Annotated[str, typer.Option("--reason", help="Why, in your own words.")]
DayOption = Annotated[str, typer.Option("--until", help="Last day, e.g. 2027-05-31.")]
ManyAgencies = Annotated[list[str], typer.Option("--party", help="An agency; repeat it.")]


@contextmanager
def _acting(workspace: Path, act: Act, *said: str) -> "Iterator[tuple[Workspace, View]]":
    from maillon.workspace import Workspace

    who, agency, purpose, legal_basis, case = said
    with Workspace.open(workspace) as w:
        chosen = mandate_of(w.settings, who, agency, purpose, legal_basis, case)
        yield w, w.view(act, chosen)


@mandate.command()
def may(
    workspace: WorkspaceOption = Path(),
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = "linking",
    legal_basis: BasisOption = "",
    case: CaseOption = "",
) -> None:
    """Print the labels that the mandate may read, and under which provision each comes."""
    with _acting(workspace, Act.READ, who, agency, purpose, legal_basis, case) as (w, view):
        for label in sorted(w.store.labels(view).values(), key=repr):
            line = asdict(label) | {"provision": "the originator's own"}
            if label.originator != view.mandate.agency:
                line["provision"] = w.store.policy.flow(
                    label.originator, view.mandate.agency, purpose, label.category
                )[0]
            put(line)


@mandate.command()
def cases(
    workspace: WorkspaceOption = Path(),
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = PURPOSE,
    legal_basis: BasisOption = "",
) -> None:
    """Print the cases of which one is a member."""
    with _acting(workspace, Act.READ, who, agency, purpose, legal_basis, "") as (w, view):
        for one in w.store.safeguards.cases.cases(view):
            put(one)


@mandate.command()
def members(
    number: Annotated[str, typer.Argument(metavar="CASE", help="A case that one is in.")],
    workspace: WorkspaceOption = Path(),
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = PURPOSE,
    legal_basis: BasisOption = "",
) -> None:
    """Print who is and was in a case of which one is a member."""
    with _acting(workspace, Act.READ, who, agency, purpose, legal_basis, "") as (w, view):
        for one in w.store.safeguards.cases.members(view, number):
            put(one)


@mandate.command()
def teams(
    workspace: WorkspaceOption = Path(),
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = PURPOSE,
    legal_basis: BasisOption = "",
) -> None:
    """Print the joint teams that one is in, each with its members."""
    with _acting(workspace, Act.READ, who, agency, purpose, legal_basis, "") as (w, view):
        for one in w.store.safeguards.teams.teams(view):
            put(one)


@mandate.command("open-case")
def open_case(
    regime: Annotated[str, typer.Argument(help="terrorism, 'organised crime' or both.")],
    party: ManyAgencies,
    reason: ReasonOption,
    until: DayOption,
    covers: Annotated[
        list[str] | None, typer.Option("--covers", help="A purpose that it covers; repeat it.")
    ] = None,
    workspace: WorkspaceOption = Path(),
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = PURPOSE,
    legal_basis: BasisOption = "",
) -> None:
    """Open a case with its authorising decision and its end, and lead it."""
    from maillon.store.cases import CaseOrder

    order = CaseOrder(regime, tuple(covers or ("linking", "review")), tuple(party), reason, until)
    with _acting(workspace, Act.DECIDE, who, agency, purpose, legal_basis, "") as (w, view):
        put({"case": w.store.safeguards.cases.open_case(view, order)})


@mandate.command("close-case")
def close_case(
    number: Annotated[str, typer.Argument(help="Number of the case.")],
    reason: ReasonOption,
    workspace: WorkspaceOption = Path(),
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = PURPOSE,
    legal_basis: BasisOption = "",
) -> None:
    """Close a case that one leads: no mandate names it any more."""
    with _acting(workspace, Act.DECIDE, who, agency, purpose, legal_basis, "") as (w, view):
        w.store.safeguards.cases.close_case(view, number, reason)


@mandate.command()
def member(
    number: Annotated[str, typer.Argument(help="Number of the case.")],
    account: Annotated[str, typer.Argument(help="Whom to add.")],
    of: Annotated[str, typer.Argument(help="For which agency he acts.")],
    remove: Annotated[bool, typer.Option("--remove", help="Take out instead.")] = False,
    workspace: WorkspaceOption = Path(),
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = PURPOSE,
    legal_basis: BasisOption = "",
) -> None:
    """Add a member to a case that one leads, or take one out."""
    with _acting(workspace, Act.DECIDE, who, agency, purpose, legal_basis, "") as (w, view):
        if remove:
            w.store.safeguards.cases.remove_member(view, number, account)
        else:
            w.store.safeguards.cases.add_member(view, number, account, of)


@mandate.command()
def declare(
    number: Annotated[str, typer.Argument(help="Number of the case.")],
    conflict: Annotated[
        bool, typer.Option("--conflict/--none", help="Whether there is a conflict of interest.")
    ],
    reason: ReasonOption = "",
    workspace: WorkspaceOption = Path(),
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = PURPOSE,
    legal_basis: BasisOption = "",
) -> None:
    """Declare for oneself whether there is a conflict of interest in a case."""
    with _acting(workspace, Act.READ, who, agency, purpose, legal_basis, "") as (w, view):
        w.store.safeguards.cases.declare(view, number, conflict=conflict, reason=reason)


@mandate.command("break-glass")
def break_glass(
    compartment: Annotated[str, typer.Argument(help="Which compartment.")],
    reason: ReasonOption,
    hours: Annotated[int, typer.Option("--hours", help="For how long, 1 to 24.")] = 4,
    workspace: WorkspaceOption = Path(),
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = PURPOSE,
    legal_basis: BasisOption = "",
    case: CaseOption = "",
) -> None:
    """Ask for a compartment in an emergency; a second person approves."""
    with _acting(workspace, Act.READ, who, agency, purpose, legal_basis, case) as (w, view):
        put({"request": w.store.safeguards.glass.ask_glass(view, compartment, reason, hours)})


@mandate.command()
def waiting(
    workspace: WorkspaceOption = Path(),
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = PURPOSE,
    legal_basis: BasisOption = "",
) -> None:
    """Print the break-glasses of the own agency that wait for a second person."""
    with _acting(workspace, Act.READ, who, agency, purpose, legal_basis, "") as (w, view):
        for one in w.store.safeguards.glass.waiting(view):
            put(one)


@mandate.command()
def told(
    workspace: WorkspaceOption = Path(),
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = PURPOSE,
    legal_basis: BasisOption = "",
) -> None:
    """Print who broke glass into compartments of the own agency."""
    with _acting(workspace, Act.READ, who, agency, purpose, legal_basis, "") as (w, view):
        for one in w.store.safeguards.glass.told(view):
            put(one)


@mandate.command()
def approve(
    id_: Annotated[str, typer.Argument(metavar="ID", help="Of a break-glass or an anchor.")],
    workspace: WorkspaceOption = Path(),
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = PURPOSE,
    legal_basis: BasisOption = "",
    case: CaseOption = "",
) -> None:
    """Approve what another person asked for: a break-glass, an anchor by hand."""
    from maillon.model import StoreError

    with _acting(workspace, Act.DECIDE, who, agency, purpose, legal_basis, case) as (w, view):
        try:
            put({"approved": id_, "until": w.store.safeguards.glass.approve_glass(view, id_)})
        except StoreError:
            w.store.safeguards.anchoring.approve(view, id_)
            put({"approved": id_})


@mandate.command()
def protect(
    entity: Annotated[str, typer.Argument(help="Id of the entity.")],
    kind: Annotated[str, typer.Argument(help="minor, victim, witness, humanitarian, sealed ...")],
    reason: ReasonOption,
    until: DayOption = "",
    review: Annotated[str, typer.Option("--review", help="Day to look at it again.")] = "",
    workspace: WorkspaceOption = Path(),
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = PURPOSE,
    legal_basis: BasisOption = "",
    case: CaseOption = "",
) -> None:
    """Protect an entity: from now on it is hidden, or flagged wherever it is shown."""
    from maillon.store.protections import Protection

    said = Protection(entity, kind, reason, review=review, until=until)
    with _acting(workspace, Act.DECIDE, who, agency, purpose, legal_basis, case) as (w, view):
        put({"protection": w.guarding.protect(view, said)})


@mandate.command()
def lift(
    id_: Annotated[str, typer.Argument(metavar="ID", help="Of the protection.")],
    reason: ReasonOption,
    workspace: WorkspaceOption = Path(),
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = PURPOSE,
    legal_basis: BasisOption = "",
    case: CaseOption = "",
) -> None:
    """Lift a protection; most kinds need a second person."""
    with _acting(workspace, Act.DECIDE, who, agency, purpose, legal_basis, case) as (w, view):
        put({"lifted": id_, "event": w.store.safeguards.protections.lift(view, id_, reason)})


@mandate.command()
def protections(
    workspace: WorkspaceOption = Path(),
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = PURPOSE,
    legal_basis: BasisOption = "",
    case: CaseOption = "",
) -> None:
    """Print the protections that stand, oldest first."""
    with _acting(workspace, Act.READ, who, agency, purpose, legal_basis, case) as (w, view):
        for one in w.store.safeguards.protections.read(view):
            put(asdict(one))


@mandate.command()
def categorise(
    entity: Annotated[str, typer.Argument(help="Id of the person.")],
    category: Annotated[str, typer.Argument(help="suspect, convicted, victim, witness ...")],
    reason: ReasonOption,
    workspace: WorkspaceOption = Path(),
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = PURPOSE,
    legal_basis: BasisOption = "",
    case: CaseOption = "",
) -> None:
    """Say what a person is in the mandate's case; who is not categorised does not go out."""
    with _acting(workspace, Act.DECIDE, who, agency, purpose, legal_basis, case) as (w, view):
        w.guarding.categorise(view, entity, category, reason)


@mandate.command()
def anchor(
    entity: Annotated[str, typer.Argument(help="Id of the entity.")],
    topic: Annotated[str, typer.Argument(help="crime.terror, or one of organised crime.")],
    basis: Annotated[str, typer.Option("--basis", help="The decision that it stands on.")],
    grade: Annotated[str, typer.Option("--grade", help="Evaluation, e.g. B2.")],
    reason: ReasonOption,
    until: DayOption,
    workspace: WorkspaceOption = Path(),
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = PURPOSE,
    legal_basis: BasisOption = "",
    case: CaseOption = "",
) -> None:
    """Propose an anchor by hand: the heaviest act there is; a second person approves."""
    from maillon.store.anchoring import NamedAnchor

    said = NamedAnchor(entity, topic, basis, grade, reason, until)
    with _acting(workspace, Act.DECIDE, who, agency, purpose, legal_basis, case) as (w, view):
        put({"anchor": w.guarding.propose_anchor(view, said)})


@mandate.command()
def anchors(
    remove: Annotated[str, typer.Option("--remove", metavar="ID", help="Remove this one.")] = "",
    reason: ReasonOption = "",
    workspace: WorkspaceOption = Path(),
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = PURPOSE,
    legal_basis: BasisOption = "",
    case: CaseOption = "",
) -> None:
    """Print the anchors by hand, or remove one: the next trace is without it."""
    act = Act.DECIDE if remove else Act.READ
    with _acting(workspace, act, who, agency, purpose, legal_basis, case) as (w, view):
        if remove:
            w.store.safeguards.anchoring.remove(view, remove, reason)
            return
        for one in w.store.safeguards.anchoring.read(view):
            put(asdict(one))


@mandate.command()
def queue(
    workspace: WorkspaceOption = Path(),
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = PURPOSE,
    legal_basis: BasisOption = "",
) -> None:
    """Print the broker's queue: the agency's own part of leads that nobody may see whole."""
    with _acting(workspace, Act.READ, who, agency, purpose, legal_basis, "") as (w, view):
        for one in w.store.safeguards.pointers.queue(view):
            line: dict[str, Any] = asdict(one)
            put(line)
