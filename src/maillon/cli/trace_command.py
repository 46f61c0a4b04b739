"""``trace``: the paths between terrorism anchors and organised-crime anchors, ranked."""

import sys
from pathlib import Path
from typing import Annotated

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


def trace(
    top: Annotated[int, typer.Option("--top", min=1, help="How many leads.")] = 50,
    k: Annotated[int, typer.Option("--k", min=1, max=4, help="Longest path, in hops.")] = 4,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = "",
    legal_basis: BasisOption = "",
    case: CaseOption = "",
    anchors_of: Annotated[
        list[str] | None,
        typer.Option("--anchors-of", help="Anchors from these datasets only; may be repeated."),
    ] = None,
) -> None:
    """Find the paths between terrorism and organised crime and print them, the most telling first.

    Example: maillon trace --top 10 -w my-workspace
    """
    from maillon.cli.tables import print_leads
    from maillon.nexus import TraceSettings
    from maillon.workspace import Workspace

    settings = TraceSettings(
        k=k, top=top, anchor_datasets=frozenset(anchors_of) if anchors_of else None
    )
    with Workspace.open(workspace) as w:
        mandate = mandate_of(w.settings, who, agency, purpose, legal_basis, case)
        view = w.view(Act.TRACE, mandate)
        check_datasets(w.deliveries(view), anchors_of or (), "--anchors-of")
        found = w.trace(view, settings)
    if as_json or not sys.stdout.isatty():
        for lead in found.leads:
            put(lead.line())
    else:
        print_leads([lead.line() for lead in found.leads])
    if not found.complete:
        say(f"not complete: {found.cut}")
