"""``assess``: where a lead stands, as a person says."""

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
    mandate_of,
    put,
    say,
)
from maillon.model import Act

if TYPE_CHECKING:
    from maillon.store import Assessment


def assess(
    lead: Annotated[
        str, typer.Argument(metavar="[LEAD]", help="Its lead_id; without one: what was said.")
    ] = "",
    state: Annotated[
        str,
        typer.Option(
            "--state", help="proposed, open, confirmed, suspected, refuted or 'not assessable'."
        ),
    ] = "",
    reason: Annotated[str, typer.Option("--reason", help="Why, in your own words.")] = "",
    top: Annotated[int, typer.Option("--top", min=1, help="Among how many leads it is.")] = 50,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = "",
    legal_basis: BasisOption = "",
    case: CaseOption = "",
) -> None:
    """Say where a lead stands, or print what was said of leads, oldest first.

    A refuted lead is set aside, and returns when there is new evidence for it.

    Example: maillon assess -w my-workspace
    """
    from maillon.nexus import TraceSettings, UnknownLeadError
    from maillon.store import LeadState
    from maillon.workspace import Workspace

    states = [one.value for one in LeadState]
    if lead and state not in states:
        raise typer.BadParameter(f"one of {', '.join(states)}", param_hint="--state")
    if lead and not reason.strip():
        raise typer.BadParameter("say why", param_hint="--reason")
    if not lead and (state or reason):
        raise typer.BadParameter("name the lead", param_hint="LEAD")
    with Workspace.open(workspace) as w:
        mandate = mandate_of(w.settings, who, agency, purpose, legal_basis, case)
        if not lead:
            for one in w.leads.history(w.view(Act.READ, mandate)):
                put(_line(one))
            return
        try:
            id_ = w.leads.assess(
                w.view(Act.JUDGE, mandate), lead, LeadState(state), reason, TraceSettings(top=top)
            )
        except UnknownLeadError as error:
            raise typer.BadParameter(str(error), param_hint="LEAD") from error
    if as_json:
        put({"assessment": id_, "lead_id": lead, "state": state})
    else:
        say(f"{lead} is {state}: {id_}")


def _line(said: "Assessment") -> dict[str, Any]:
    return {
        "assessment": said.id, "at": said.at, "who": said.who, "terror": said.terror,
        "crime": said.crime, "state": said.state.value, "reason": said.reason,
        "evidence": len(said.evidence),
    }  # fmt: skip
