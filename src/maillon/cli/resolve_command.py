"""``resolve``: which records are one."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

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
from maillon.cli.resolve_words import check_words, put_changes, put_current, put_explained
from maillon.model import Act

if TYPE_CHECKING:
    from maillon.resolve import Conflict, Resolved, State


def resolve(
    clusters: Annotated[
        bool, typer.Option("--clusters", help="Print every cluster of two and more, as lines.")
    ] = False,
    explain: Annotated[
        tuple[str, str] | None,
        typer.Option("--explain", metavar="LEFT RIGHT", help="Why two records are one, or not."),
    ] = None,
    why: Annotated[
        tuple[str, str] | None,
        typer.Option(
            "--why", metavar="LEFT RIGHT", help="The chain that holds two records in one cluster."
        ),
    ] = None,
    current: Annotated[
        str, typer.Option("--current", metavar="ID", help="What a canonical id stands for now.")
    ] = "",
    changes: Annotated[
        bool, typer.Option("--changes", help="Print what became of canonical ids, as lines.")
    ] = False,
    since: Annotated[
        int, typer.Option("--since", min=0, help="With --changes: only those after this number.")
    ] = 0,
    language: Annotated[
        str, typer.Option("--say", metavar="en|fr", help="Language of --explain and --why.")
    ] = "",
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

    verbs = {"--clusters": clusters, "--explain": explain, "--why": why, "--current": current,
             "--changes": changes}  # fmt: skip
    check_words([name for name, said in verbs.items() if said], since, language, as_json=as_json)
    with Workspace.open(workspace) as w:
        mandate = mandate_of(w.settings, who, agency, purpose, legal_basis, case)
        view = w.view(Act.RESOLVE, mandate)
        if explain or why:
            put_explained(w, view, explain, why, language or "en", as_json=as_json)
            return
        if current:
            put_current(w, view, current, as_json=as_json)
            return
        if changes:
            put_changes(w, view, since)
            return
        found = w.resolve(view)
    put_found(found, clusters=clusters, as_json=as_json)


MOST_SAID: Final = 20
"""Conflicts that are printed; all are counted."""


def put_found(found: "Resolved", *, clusters: bool, as_json: bool) -> None:
    """Print what resolution found: clusters as lines, or a summary; conflicts on standard error."""
    from maillon.workspace import clusters as clusters_of

    held = clusters_of(found)
    for one in found.conflicts[:MOST_SAID]:
        say(conflict_line(found.state, one))
    if clusters:
        for canonical, members in held:
            put({"canonical_id": canonical, "members": members})
        return
    summary = {
        "entities": found.canonical.num_rows,
        "clusters": len(held),
        "pairs": len(found.state.array("left")),
        "conflicts": found.clusters.totals,
        "blocking": {kind: asdict(one) for kind, one in found.blocking.items()},
    }
    if as_json:
        put(summary)
    else:
        print(
            f"{summary['entities']:,} persons, organisations and things; {len(held):,} clusters of "
            f"two and more; {summary['pairs']:,} pairs; "
            f"{sum(found.clusters.totals.values()):,} conflicts"
        )


def conflict_line(state: "State", one: "Conflict") -> str:
    """Return a conflict in words: the pair, what forbids it, the judgements behind it."""
    left, right = state.name(one.left), state.name(one.right)
    said = f"{one.kind.value}: {left} | {right} ({one.score:.3f})"
    if one.positives:
        said += f"; judged one: {', '.join(one.positives)}"
    if one.negatives:
        said += f"; judged not one: {', '.join(one.negatives)}"
    return f"{said}; see {', '.join(state.name(number) for number in one.members[:6])}"
