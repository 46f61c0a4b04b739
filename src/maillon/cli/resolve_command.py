"""``resolve``: which records are one."""

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
    mandate_of,
    put,
    say,
)
from maillon.model import Act


def resolve(
    clusters: Annotated[
        bool, typer.Option("--clusters", help="Print every cluster of two and more, as lines.")
    ] = False,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = "",
    legal_basis: BasisOption = "",
    case: CaseOption = "",
) -> None:
    """Resolve which records are one person or organisation, within what the mandate may read.

    Example: maillon resolve --clusters -w my-workspace
    """
    from maillon.workspace import Workspace
    from maillon.workspace import clusters as clusters_of

    with Workspace.open(workspace) as w:
        mandate = mandate_of(w.settings, who, agency, purpose, legal_basis, case)
        found = w.resolve(w.view(Act.RESOLVE, mandate))
    held = clusters_of(found)
    for contradiction in found.contradictions:
        left, right = contradiction.positive
        against = ", ".join(f"{a} | {b}" for a, b in contradiction.negatives)
        say(f"contradiction: {left} | {right} judged one, but not one: {against}; judge again")
    if clusters:
        for canonical, members in held:
            put({"canonical_id": canonical, "members": members})
        return
    summary = {
        "entities": found.canonical.num_rows,
        "clusters": len(held),
        "pairs": found.pairs.num_rows,
        "contradictions": len(found.contradictions),
        "candidates_a_record": found.blocking,
    }
    if as_json:
        put(summary)
    else:
        print(
            f"{summary['entities']:,} persons and organisations; {len(held):,} clusters of two "
            f"and more; {summary['pairs']:,} pairs to look at; "
            f"{len(found.contradictions):,} contradictions"
        )
