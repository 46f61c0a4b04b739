"""``trace``: paths between terrorism and organised crime, between two entities, around one."""

import sys
from dataclasses import dataclass
from datetime import date
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
    check_datasets,
    mandate_of,
    put,
    say,
)
from maillon.cli.tables import print_leads
from maillon.cli.trace_words import (
    check_trace,
    put_around,
    put_between,
    put_coverage,
    put_explained,
    put_export,
)
from maillon.model import Act, View

if TYPE_CHECKING:
    from maillon.nexus import AroundSettings, Assessed, BetweenSettings, Trace, TraceSettings
    from maillon.workspace import Workspace

A_PAIR: Final = 2


def trace(
    ends: Annotated[
        list[str] | None,
        typer.Argument(metavar="[A B]", help="Two ids: all paths between them, anchors or not."),
    ] = None,
    around: Annotated[
        str, typer.Option("--around", metavar="ID", help="What is around one entity.")
    ] = "",
    explain: Annotated[
        str, typer.Option("--explain", metavar="LEAD", help="One lead whole, by its lead_id.")
    ] = "",
    coverage: Annotated[
        bool, typer.Option("--coverage", help="What was searched, and what could not be.")
    ] = False,
    lead: Annotated[
        str, typer.Option("--lead", metavar="LEAD", help="The lead that --export writes.")
    ] = "",
    export: Annotated[
        Path | None,
        typer.Option("--export", metavar="FILE", help="A new .graphml, .gexf or .svg file."),
    ] = None,
    top: Annotated[
        int, typer.Option("--top", min=1, help="How many leads, paths or neighbours.")
    ] = 50,
    k: Annotated[
        int, typer.Option("--k", min=1, max=6, help="Longest path, in hops; 5 and 6 for A B.")
    ] = 4,
    time_respecting: Annotated[
        bool, typer.Option("--time-respecting", help="Only hops that can follow each other.")
    ] = False,
    household: Annotated[
        bool, typer.Option("--household", help="With A B: family, employer and home are hops too.")
    ] = False,
    open_hub: Annotated[
        list[str] | None,
        typer.Option("--open-hub", help="An id, or channel:value, that may be crossed."),
    ] = None,
    only_type: Annotated[
        list[str] | None, typer.Option("--type", help="With --around: only these link types.")
    ] = None,
    schema: Annotated[str, typer.Option("--schema", help="With --around: only these.")] = "",
    offset: Annotated[
        int, typer.Option("--offset", min=0, help="With --around: where the page begins.")
    ] = 0,
    seconds: Annotated[
        float, typer.Option("--seconds", min=0.0, help="With A B: longest search; 0 for no limit.")
    ] = 10.0,
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="DATE", help="What was known at the end of a day.")
    ] = "",
    language: Annotated[
        str, typer.Option("--say", metavar="en|fr", help="Language of --explain and --export.")
    ] = "en",
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

    With two ids: the paths between these two. Other verbs: --around, --explain, --coverage,
    --lead with --export.

    Example: maillon trace --top 10 -w my-workspace
    """
    from maillon.nexus import AroundSettings, BetweenSettings, TraceSettings
    from maillon.workspace import Workspace

    hubs = frozenset(open_hub or ())
    asked = Asked(
        tuple(ends or ()), around, explain, coverage, lead, export, language, as_json,
        TraceSettings(
            k=min(k, 4), top=top, open_hubs=hubs, time_respecting=time_respecting,
            anchor_datasets=frozenset(anchors_of) if anchors_of else None,
        ),
        BetweenSettings(
            k=k, top=top, household=household, time_respecting=time_respecting,
            budget_seconds=seconds or None,
        ),
        AroundSettings(frozenset(only_type or ()), schema, offset, top, hubs),
    )  # fmt: skip
    said = {
        "--k": k > 4,  # noqa: PLR2004 - the longest path of a batch
        "--household": household, "--open-hub": bool(hubs), "--type": bool(only_type),
        "--schema": bool(schema), "--offset": offset > 0, "--export": export is not None,
        "--anchors-of": bool(anchors_of), "--time-respecting": time_respecting,
    }  # fmt: skip
    verb = check_trace(asked.verbs, [name for name, is_said in said.items() if is_said])
    _check_words(asked, as_of)
    with Workspace.open(workspace) as w:
        mandate = mandate_of(w.settings, who, agency, purpose, legal_basis, case)
        view = w.view(Act.TRACE, mandate, known_on=as_of)
        check_datasets(w.deliveries(view), anchors_of or (), "--anchors-of")
        if verb:
            _answer(w, view, verb, asked)
            return
        found, held = w.leads.found(view, asked.leads)
    _put_leads(found, held, as_json=as_json)


def _put_leads(found: "Trace", held: "Assessed", *, as_json: bool) -> None:
    if as_json or not is_for_people():
        for one in found.leads:
            put({**one.line(), "standing": held.standing[one.lead_id].line()})
    else:
        print_leads([one.line() for one in found.leads])
    if held.set_aside:
        say(f"set aside: {len(held.set_aside)} refuted, nothing new; `maillon assess` says why")
    if found.cut is not None:
        say(f"not complete: {found.cut.line()}")


def is_for_people() -> bool:
    """Return whether standard output is a terminal: else it gets lines."""
    return sys.stdout.isatty()


@dataclass(frozen=True, slots=True)
class Asked:
    """What the words of ``trace`` ask for."""

    ends: tuple[str, ...]
    around: str
    explain: str
    coverage: bool
    lead: str
    export: Path | None
    language: str
    as_json: bool
    leads: "TraceSettings"
    between: "BetweenSettings"
    neighbours: "AroundSettings"

    @property
    def verbs(self) -> dict[str, bool]:
        """Whether each verb is said, by its name."""
        return {
            "A B": bool(self.ends),
            "--around": bool(self.around),
            "--explain": bool(self.explain),
            "--coverage": self.coverage,
            "--lead": bool(self.lead),
        }


def _check_words(asked: Asked, as_of: str) -> None:
    from maillon.nexus import CHANNELS, LANGUAGES

    if asked.ends and len(asked.ends) != A_PAIR:
        raise typer.BadParameter("name two ids, or none for the leads", param_hint="A B")
    if asked.lead and asked.export is None:
        raise typer.BadParameter("goes with --export FILE", param_hint="--lead")
    if asked.language not in LANGUAGES:
        raise typer.BadParameter(" or ".join(LANGUAGES), param_hint="--say")
    unknown = sorted(asked.neighbours.channels.difference(CHANNELS))
    if unknown:
        known = ", ".join(CHANNELS)
        raise typer.BadParameter(f"no link type {unknown[0]}; one of {known}", param_hint="--type")
    if as_of:
        try:
            date.fromisoformat(as_of)
        except ValueError as error:
            raise typer.BadParameter("a day as 2026-11-25", param_hint="--as-of") from error


def _answer(w: "Workspace", view: View, verb: str, asked: Asked) -> None:
    from maillon.nexus import UnknownEntityError, UnknownLeadError

    lines = asked.as_json or not is_for_people()
    try:
        if verb == "A B":
            one, other = asked.ends
            hubs = asked.leads.open_hubs
            line = w.tracing.between(view, one, other, asked.between, open_hubs=hubs)
            put_between(line, as_json=lines)
        elif verb == "--around":
            put_around(w.tracing.around(view, asked.around, asked.neighbours), as_json=lines)
        elif verb == "--explain":
            line = w.tracing.explain(view, asked.explain, asked.leads)
            standing = w.leads.standing(view, asked.explain, asked.leads).line()
            put_explained({**line, "standing": standing}, asked.language, as_json=lines)
        elif verb == "--coverage":
            put_coverage(w.tracing.coverage(view, asked.leads), as_json=lines)
        else:
            assert asked.export is not None
            put_export(w, view, asked.lead, asked.export, asked.language, asked.leads)
    except (UnknownEntityError, UnknownLeadError) as error:
        raise typer.BadParameter(str(error), param_hint=verb) from error
