"""The words of ``trace`` beside its leads: two ends, one centre, one lead whole, coverage."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typer
from rich.console import Console

from maillon.cli.options import put, say
from maillon.cli.tables import WIDTH
from maillon.model import View

if TYPE_CHECKING:
    from maillon.nexus import TraceSettings
    from maillon.workspace import Workspace

Line = Mapping[str, Any]
SHOWN: Final = 3
"""Statements shown of one hop; all of them are in the lines."""
_OUTCOMES: Final = {
    "found": "found",
    "nothing_found": "nothing found: the search was whole",
    "nothing_found_before_the_cut": "nothing found before the search was cut",
    "could_not_look": "could not look",
}
_REASONS: Final = {
    "no-anchor": "no entity of this side is tagged",
    "no-source": "no source of this kind in this view",
    "left-out": "left out by --anchors-of",
    "no-relation": "no relation in it: it can name anchors, and ties nobody but by shared values",
    "no-date": "no date in it: order in time cannot be judged",
    "assessments": "holds assessments, which are neither anchors nor links until confirmed",
    "not-crossed": "entered and not crossed; --open-hub opens one between two entities",
    "cut-paths": "the budget of paths was spent",
    "cut-halves": "the budget of half-paths was spent",
    "cut-time": "the budget of seconds was spent",
}


_GOES_WITH: Final = {
    "--k": ("A B",),
    "--household": ("A B",),
    "--open-hub": ("", "A B", "--around", "--coverage", "--explain", "--lead"),
    "--type": ("--around",),
    "--schema": ("--around",),
    "--offset": ("--around",),
    "--export": ("--lead",),
    "--anchors-of": ("", "--explain", "--coverage", "--lead"),
    "--time-respecting": ("", "A B", "--explain", "--coverage", "--lead"),
}
"""Which verbs an option goes with; the empty one is the leads."""


def check_trace(verbs: Mapping[str, bool], options: Sequence[str]) -> str:
    """Return the verb that is said, or an empty text for leads; refuse words that do not fit.

    Args:
        verbs: Whether each verb is said, by name.
        options: The options that are said, of `_GOES_WITH`; ``--k`` where it is above 4.
    """
    said = [name for name, is_said in verbs.items() if is_said]
    if len(said) > 1:
        raise typer.BadParameter("one at a time", param_hint=" ".join(said))
    verb = said[0] if said else ""
    for name in options:
        if verb not in _GOES_WITH[name]:
            goes = ", ".join(one or "the leads" for one in _GOES_WITH[name])
            above = " above 4" if name == "--k" else ""
            raise typer.BadParameter(f"{name}{above} goes with {goes}", param_hint=name)
    return verb


def put_between(line: Line, *, as_json: bool) -> None:
    """Print the paths between two entities."""
    if as_json:
        put(line)
        return
    console = _console()
    one, other = line["between"]
    console.print(
        f"{one['caption']} ({one['id']}) - {other['caption']} ({other['id']}): "
        f"{line['count']:,} paths of up to {line['k']} hops; {_OUTCOMES[line['outcome']]}"
    )
    for path in line["paths"]:
        console.print(
            f"\n{path['rank']}. surprise {path['surprise']:.2f}, in time: {path['time_order']}"
        )
        _print_hops(console, path["hops"])
    for hub in (*line["hubs_shared"], *line["hubs_not_crossed"]):
        console.print(f"   not crossed: {_hub(hub)}")
    _say_cut(line)
    if line.get("coverage"):
        _print_could_not(console, line["coverage"]["could_not"])


def put_around(line: Line, *, as_json: bool) -> None:
    """Print what is around an entity: counts, then a page."""
    if as_json:
        put(line)
        return
    console = _console()
    counts = line["counts"]
    console.print(f"{line['caption']} ({line['id']}): {counts['neighbours']:,} neighbours")
    for name in ("by_type", "by_schema", "anchors"):
        said = ", ".join(f"{code} {count:,}" for code, count in counts[name].items())
        if said:
            console.print(f"   {name.replace('_', ' ')}: {said}")
    for hub in line["hubs_not_crossed"]:
        console.print(f"   not crossed: {_hub(hub)}")
    page = line["page"]
    first = min(page["offset"] + 1, page["total"])
    last = min(page["offset"] + page["size"], page["total"])
    console.print(f"   {first:,} to {last:,} of {page['total']:,}, the most telling first:")
    for one in line["neighbours"]:
        how = ", ".join([*one["channels"], *one["register"]]) if "hub" not in one else one["hub"]
        mark = "; a hub" if one["is_hub"] else ""
        surprise = f"; surprise {one['surprise']:.2f}" if "surprise" in one else ""
        console.print(f"   {one['caption']} ({one['id']}): {how}{surprise}{mark}")


def put_explained(line: Line, language: str, *, as_json: bool) -> None:
    """Print one lead whole."""
    if as_json:
        put(line)
        return
    console = _console()
    console.print(
        f"lead {line['lead_id']}, {line['rank']} of {line['of_leads']}: "
        f"{line['terror']['caption']} - {line['crime']['caption']}\n"
        f"{line['standing']['state']}; "
        f"probability {line['probability']:.2f}, by chance {line['q_value']:.2f}; "
        f"link types {', '.join(line['link_types'])}; "
        f"{line['independent_sources']} independent sources"
    )
    for side in ("terror", "crime"):
        for one in line[side]["sources"][:SHOWN]:
            said = " ".join(word for word in (one["topic"], one["programme"]) if word)
            console.print(
                f"   {line[side]['caption']} is {said}: {one['dataset']} {one['locator']}"
            )
    for number, path in enumerate(line["paths"], 1):
        console.print(f"\npath {number}: {path['probability']:.2f}, in time: {path['time_order']}")
        _print_hops(console, path["hops"])
        parts = ", ".join(f"{name} {value:+.2f}" for name, value in path["contributions"].items())
        console.print(f"   log odds by figure: {parts}")
    _print_doubts(console, line, language)
    disjoint = line["edge_disjoint"]
    console.print(
        f"{line['paths_count']:,} paths join the two; {disjoint['at_least']} share no hop "
        f"(at most {disjoint['at_most']})"
    )
    for other in line["other_paths"]:
        names = " - ".join(node["caption"] for node in other["nodes"])
        console.print(f"   {other['probability']:.2f}: {names}")
    for hub in line["not_searched"]["hubs_of_its_nodes"]:
        console.print(f"   not crossed: {_hub(hub)}")
    _print_could_not(console, line["not_searched"]["could_not"])
    _say_cut({**line, "cut": line["not_searched"]["cut"]})


def put_coverage(line: Line, *, as_json: bool) -> None:
    """Print what was searched and what could not be."""
    if as_json:
        put(line)
        return
    console = _console()
    console.print(
        f"{_OUTCOMES[line['outcome']]}: {line['paths']:,} paths of up to {line['k']} hops join "
        f"{line['anchor_pairs_joined']:,} pairs of {line['anchors']['terror']:,} terrorism and "
        f"{line['anchors']['crime']:,} organised-crime anchors"
    )
    console.print("\nsearched:")
    for one in line["datasets"]:
        if one["searched"]:
            dates = f"{one['first']} to {one['last']}" if one["first"] else "no dates"
            places = ", ".join([*one["countries"], *one["places"]][:SHOWN]) or "no places"
            console.print(
                f"   {one['dataset']}: {one['statements']:,} statements, {one['relations']:,} "
                f"relations, {dates}; {places}"
            )
    for kind in line["kinds"]:
        if kind["sources"]:
            console.print(
                f"   {kind['code']}: {kind['pairs']:,} pairs from {', '.join(kind['sources'])}"
            )
    _print_could_not(console, line["could_not"])
    for hub in line["hubs_not_crossed"]["largest"]:
        console.print(f"   not crossed: {_hub(hub)}")
    _say_cut(line)


def put_export(
    w: "Workspace", view: View, lead: str, file: Path, language: str, settings: "TraceSettings"
) -> None:  # fmt: skip
    """Write one lead to a file; its name says the form."""
    from maillon.workspace.tracing import FORMS

    form = file.suffix.removeprefix(".").lower()
    if form not in FORMS:
        raise typer.BadParameter(
            f"{file.name} has no form: end it in {', '.join('.' + one for one in FORMS)}",
            param_hint="--export",
        )
    if file.exists():
        raise typer.BadParameter(f"{file} is there already: name another", param_hint="--export")
    content = w.tracing.export(view, lead, form, language, settings)
    file.write_bytes(content)
    say(f"{file}: lead {lead}, {len(content):,} bytes")


def _console() -> Console:
    width = None if sys.stdout.isatty() else WIDTH
    return Console(width=width, highlight=False, markup=False, emoji=False, soft_wrap=True)


def _print_doubts(console: Console, line: Line, language: str) -> None:
    from maillon.nexus import explanation

    weakest = line["weakest_hop"]
    console.print(
        f"\nweakest hop: {weakest['hop'] + 1} of path {weakest['path'] + 1}, strength "
        f"{weakest['strength']:.2f}, for its {weakest['reason']} ({weakest['value']:.2f})"
    )
    kinds = {
        "alternatives": ("alternative", "innocent explanation"),
        "against": ("against", "against it"),
        "refute": ("refute", "would end it"),
    }
    for name, (kind, shown) in kinds.items():
        for remark in line[name]:
            where = "" if remark["hop"] is None else f" (hop {remark['hop'] + 1})"
            lower = f"; lowers it by {remark['lowers']:.2f}" if remark.get("lowers") else ""
            console.print(
                f"   {shown}{where}: {explanation(kind, remark['code'], language)}{lower}"
            )


def _print_hops(console: Console, hops: Sequence[Line]) -> None:
    for number, hop in enumerate(hops, 1):
        first, last = hop["interval"]
        when = "no date" if not first else first if first == last else f"{first} to {last}"
        factors = ", ".join(f"{name} {value:.2f}" for name, value in hop["factors"].items())
        parts = ", ".join(f"{name} {value:+.2f}" for name, value in hop["surprise"].items())
        console.print(
            f"   {number}. {hop['from_caption']} - {hop['to_caption']}: "
            f"{', '.join([*hop['channels'], *hop['register']])}, {when}\n"
            f"      strength {hop['strength']:.2f} ({factors}); surprise {parts}"
        )
        for one in hop["statements"][:SHOWN]:
            value = one["original_value"] or one["value"]
            console.print(f"      {one['dataset']} {one['locator']}: {one['prop']} = {value}")
        if len(hop["statements"]) > SHOWN:
            console.print(f"      and {len(hop['statements']) - SHOWN} more statements")


def _print_could_not(console: Console, could_not: Sequence[Line]) -> None:
    if could_not:
        console.print("\ncould not be searched:")
    for one in could_not:
        console.print(f"   {one['what']}: {_REASONS[one['reason']]}")


def _hub(hub: Line) -> str:
    return f"{hub['channel']}:{hub['value']}, {hub['size']:,} members"


def _say_cut(line: Line) -> None:
    if not line["complete"]:
        cut = line["cut"]
        left = "" if cut["left"] is None else f", {cut['left']:,} left"
        bound = "" if cut.get("bound") is None else f", none above surprise {cut['bound']:.2f}"
        say(f"not complete: {_REASONS['cut-' + cut['reason']]}{left}{bound}")
