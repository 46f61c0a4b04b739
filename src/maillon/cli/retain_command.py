"""``retain``: what is due, reviews, erasure, holds, masks, notices; and the run that does it."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from maillon.cli.keeping import (
    AgencyTextOption,
    BasisTextOption,
    KeysOption,
    ReasonOption,
    WhoOption,
    WorkspaceOption,
    acting,
    day,
)
from maillon.cli.options import put, say

retain: Final = typer.Typer(
    help="""What is kept how long: due, reviewed, erased, held, masked; and who is told.

Example: maillon retain list --who keeper -w my-workspace
""",
    no_args_is_help=True,
)

OnOption = Annotated[str, typer.Option("--on", metavar="DATE", help="As if it were this day.")]
Target = Annotated[str, typer.Argument(help="Id of an entity, a statement or a delivery.")]
ScopeOption = Annotated[str, typer.Option("--scope", help="entity, statement or delivery.")]
RuleOption = Annotated[str, typer.Option("--rule", help="The provision it is done under.")]
IdArgument = Annotated[str, typer.Argument(metavar="ID", help="As `retain list` shows it.")]


@retain.command("list")
def list_(
    on: OnOption = "",
    workspace: WorkspaceOption = Path(),
    keys: KeysOption = None,
    who: WhoOption = "",
    agency: AgencyTextOption = "",
    legal_basis: BasisTextOption = "",
) -> None:
    """Print what is due, and the tombstones, holds and unmaskings that stand, as lines."""
    from maillon.store import keeping as k

    chosen = day(on, "--on") if on else None
    with acting(workspace, keys, who, agency=agency, legal_basis=legal_basis, on=chosen) as a:
        for due in k.due(a.house, a.view):
            put(due.line())
        for stone in k.tombstones(a.house, a.view):
            put(stone.line())
        for hold in k.standing_holds(a.house, a.view):
            put({"hold": hold.id, "scope": hold.scope, "target": hold.target,
                 "authority": hold.authority, "review": hold.review.isoformat(),
                 "overdue": hold.review < a.house.day})  # fmt: skip
        for asked in k.unmaskings(a.house, a.view):
            put(asked.line())


@retain.command()
def run(
    on: OnOption = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print what would be done.")] = False,
    workspace: WorkspaceOption = Path(),
    keys: KeysOption = None,
    who: WhoOption = "",
    agency: AgencyTextOption = "",
    legal_basis: BasisTextOption = "",
) -> None:
    """Do what is due: reviews, masks, deletions, rewritten files; run it every night.

    A day that is still to come goes with --dry-run only.
    """
    from maillon.store import keeping as k

    chosen = day(on, "--on") if on else None
    if chosen and chosen > datetime.now(UTC).date() and not dry_run:
        raise typer.BadParameter("a day to come goes with --dry-run", param_hint="--on")
    with acting(workspace, keys, who, agency=agency, legal_basis=legal_basis, on=chosen) as a:
        if dry_run:
            for due in k.due(a.house, a.view):
                put(due.line())
            say(f"{len(k.unknown_lines(a.house, a.keys))} lines of the erasure list are to be done")
        else:
            put(asdict(k.run(a.house, a.view, a.keys)))


@retain.command()
def review(
    id_: Annotated[str, typer.Argument(metavar="ID", help="Of a review; none lists them.")] = "",
    outcome: Annotated[str, typer.Option("--outcome", help="expire or delete.")] = "expire",
    reason: ReasonOption = "",
    workspace: WorkspaceOption = Path(),
    keys: KeysOption = None,
    who: WhoOption = "",
) -> None:
    """Say what a review before the end came to; without ID, print the reviews."""
    from maillon.store import keeping as k

    with acting(workspace, keys, who) as a:
        if id_:
            k.decide_review(a.house, a.view, id_, outcome, reason, a.keys)
            put({"review": id_, "outcome": outcome})
            return
        for one in k.reviews(a.house, a.view):
            put(one.line())


@retain.command()
def erase(
    target: Target,
    rule: RuleOption = "",
    reason: ReasonOption = "",
    scope: ScopeOption = "entity",
    path: Annotated[str, typer.Option("--path", help="request, court or error.")] = "request",
    dataset: Annotated[str, typer.Option("--dataset", help="In this dataset only.")] = "",
    again: Annotated[
        str, typer.Option("--again", help="refuse or admit it when it is delivered again.")
    ] = "admit",
    restrict: Annotated[
        bool, typer.Option("--restrict", help="Keep it as evidence; nobody else sees it.")
    ] = False,
    workspace: WorkspaceOption = Path(),
    keys: KeysOption = None,
    who: WhoOption = "",
) -> None:
    """Erase TARGET: at once for every reader, in the files with the next run.

    Whether there was anything to erase is not told.
    """
    from maillon.store import keeping as k

    kind = "restrict" if restrict else "erase"
    order = k.Order(kind, scope, target, rule, path, reason, dataset=dataset, again=again)
    with acting(workspace, keys, who) as a:
        put({"tombstone": k.erase(a.house, a.view, order, a.keys), "kind": kind})


@retain.command()
def lift(
    id_: IdArgument,
    reason: ReasonOption = "",
    workspace: WorkspaceOption = Path(),
    keys: KeysOption = None,
    who: WhoOption = "",
) -> None:
    """Lift the restriction ID: what it hid is seen again."""
    from maillon.store import keeping as k

    with acting(workspace, keys, who) as a:
        k.lift(a.house, a.view, id_, reason, a.keys)
        put({"tombstone": id_, "state": "lifted"})


@retain.command()
def hold(
    target: Target,
    authority: Annotated[str, typer.Option("--authority", help="Who ordered it.")],
    until: Annotated[str, typer.Option("--review", metavar="DATE", help="Look again by then.")],
    reason: ReasonOption = "",
    scope: ScopeOption = "entity",
    workspace: WorkspaceOption = Path(),
    keys: KeysOption = None,
    who: WhoOption = "",
) -> None:
    """Place a legal hold on TARGET: no path deletes it until the hold is released."""
    from maillon.store import keeping as k

    wanted = k.Hold(scope, target, reason, authority, day(until, "--review"))
    with acting(workspace, keys, who) as a:
        put({"hold": k.place(a.house, a.view, wanted, a.keys)})


@retain.command()
def release(
    id_: IdArgument,
    reason: ReasonOption = "",
    workspace: WorkspaceOption = Path(),
    keys: KeysOption = None,
    who: WhoOption = "",
) -> None:
    """Release the hold ID; what it held back is done by the next run."""
    from maillon.store import keeping as k

    with acting(workspace, keys, who) as a:
        k.release(a.house, a.view, id_, reason, a.keys)
        put({"hold": id_, "state": "released"})


@retain.command()
def evidence(
    entity: Annotated[str, typer.Argument(help="Id of an entity.")],
    reason: ReasonOption = "",
    workspace: WorkspaceOption = Path(),
    who: WhoOption = "",
) -> None:
    """Note objective evidence about ENTITY: it is kept for the long period."""
    from maillon.store import keeping as k

    with acting(workspace, None, who) as a:
        put({"evidence": k.mark_evidence(a.house, a.view, entity, reason)})


@retain.command()
def unmask(
    entities: Annotated[list[str], typer.Argument(help="Ids of entities.")],
    case: Annotated[str, typer.Option("--case", help="In which case.")],
    until: Annotated[str, typer.Option("--until", metavar="DATE", help="Last day.")],
    reason: ReasonOption = "",
    workspace: WorkspaceOption = Path(),
    who: WhoOption = "",
) -> None:
    """Ask for masked properties in one case; another person approves."""
    from maillon.store import keeping as k

    with acting(workspace, None, who) as a:
        put({"unmasking": k.ask(a.house, a.view, entities, case, reason, day(until, "--until"))})


@retain.command()
def approve(
    id_: IdArgument,
    refuse: Annotated[bool, typer.Option("--refuse", help="Refuse it.")] = False,
    workspace: WorkspaceOption = Path(),
    who: WhoOption = "",
) -> None:
    """Approve or refuse the unmasking ID that another person asked for."""
    from maillon.store import keeping as k

    with acting(workspace, None, who) as a:
        k.decide(a.house, a.view, id_, is_approved=not refuse)
        put({"unmasking": id_, "outcome": "refused" if refuse else "approved"})


@retain.command()
def recipient(
    target: Target,
    to: Annotated[str, typer.Option("--to", help="Who was given it.")],
    reference: Annotated[str, typer.Option("--reference", help="By what they know it.")],
    workspace: WorkspaceOption = Path(),
    who: WhoOption = "",
) -> None:
    """Note who was given TARGET, so that they hear when it is corrected or erased."""
    from maillon.store import keeping as k

    with acting(workspace, None, who) as a:
        put({"recipient": k.register(a.house, a.view, target, to, reference)})


@retain.command()
def correct(
    target: Target,
    reason: ReasonOption = "",
    workspace: WorkspaceOption = Path(),
    who: WhoOption = "",
) -> None:
    """Tell everyone who was given TARGET that it was corrected."""
    from maillon.store import keeping as k

    with acting(workspace, None, who) as a:
        put({"notices": k.correct(a.house, a.view, target, reason)})


@retain.command()
def notices(
    id_: Annotated[str, typer.Argument(metavar="ID", help="Of a notice; none lists them.")] = "",
    acknowledged: Annotated[str, typer.Option("--acknowledged", help="What they answered.")] = "",
    workspace: WorkspaceOption = Path(),
    who: WhoOption = "",
) -> None:
    """Print who is to be told what; with ID, note what they answered."""
    from maillon.store import keeping as k

    with acting(workspace, None, who) as a:
        if id_:
            k.acknowledge(a.house, a.view, id_, acknowledged)
            put({"notice": id_, "acknowledgement": acknowledged})
            return
        for one in k.notices(a.house, a.view):
            put(one.line())


@retain.command()
def restore(
    workspace: WorkspaceOption = Path(),
    keys: KeysOption = None,
    who: WhoOption = "",
) -> None:
    """After a backup was restored: erase, restrict and hold again what the erasure list says."""
    from maillon.store import keeping as k

    with acting(workspace, keys, who) as a:
        done = k.reapply(a.house, a.view, a.keys)
        put({"reapplied": done, "left": len(k.unknown_lines(a.house, a.keys))})
