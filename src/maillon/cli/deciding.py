"""Both sides of a hit or lead as text for people, and what the commands that decide share."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from maillon.cli.options import mandate_of, put, say
from maillon.model import Act

if TYPE_CHECKING:
    from rich.console import Console

    from maillon.model import View
    from maillon.workspace import Workspace
    from maillon.workspace.deciding import Answer, Queued, Shown

PURPOSE: Final = "review"
"""The purpose of deciding, unless another is named."""

WIDTH: Final = 132
"""Columns of the text where the output is no terminal."""

VerdictOption = Annotated[str, typer.Option("--verdict", help="What you make of it.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why, in your own words.")]
WeighOption = Annotated[
    list[str] | None,
    typer.Option("--weigh", metavar="CODE", help="A fact for the person that you weighed; repeat."),
]
RevisionOption = Annotated[str, typer.Option("--revision", help="As `show` printed it to you.")]
TwoOption = Annotated[bool, typer.Option("--two", help="It stands when a second person agrees.")]
AfterOption = Annotated[
    str, typer.Option("--after", metavar="PLACE", help="Go on after the last one of a page.")
]
CountOption = Annotated[int, typer.Option("--count", min=1, max=1000, help="How many.")]


@dataclass(frozen=True, slots=True)
class Who:
    """What the options change in the mandate of the workspace."""

    who: str
    agency: str
    purpose: str
    legal_basis: str
    case: str


@contextmanager
def acting(workspace: Path, act: Act, who: Who) -> "Iterator[tuple[Workspace, View]]":
    """Lend a workspace and a view of it."""
    from maillon.workspace import Workspace

    with Workspace.open(workspace) as w:
        chosen = mandate_of(w.settings, who.who, who.agency, who.purpose, who.legal_basis, who.case)
        yield w, w.view(act, chosen)


def answer_of(
    verdict: str, reason: str, weighed: Sequence[str] | None, revision: str, *, two: bool
) -> "Answer":
    """Return what the options say of a hit or lead."""
    from maillon.workspace.deciding import Answer

    for text, option in ((verdict, "--verdict"), (reason, "--reason"), (revision, "--revision")):
        if not text.strip():
            raise typer.BadParameter("say it", param_hint=option)
    return Answer(verdict, reason, tuple(weighed or ()), revision, two)


def put_queue(page: Sequence["Queued"], *, as_json: bool, command: str) -> None:
    """Print a page of a queue, as lines or as a table."""
    if as_json:
        for one in page:
            put(one.line())
        return
    console = _console()
    if not page:
        console.print("Nothing waits for a person here.")
        return
    from rich.table import Table

    table = Table(title="Undecided, the longest waiting first", title_justify="left")
    for name in ("since", "what", "list", "score", "more", "second person"):
        table.add_column(name, justify="right" if name == "score" else "left", overflow="fold")
    for one in page:
        more = ", ".join(f"{key} {value}" for key, value in one.said.items() if value)
        table.add_row(
            one.at, " | ".join(filter(None, one.ids)), one.dataset, f"{one.score:.2f}", more,
            one.waits_for_second,
        )  # fmt: skip
    console.print(table)
    say(f"more: maillon {command} list --after {page[-1].place}")


def put_shown(shown: "Shown", *, as_json: bool) -> None:
    """Print a hit or lead: both sides beside each other, in equal width."""
    if as_json:
        put(shown.line())
        return
    from rich.table import Table

    from maillon.store.verdicts import VERDICTS, Bearing

    console, kind = _console(), shown.proposal.kind
    console.print(f"{' | '.join(shown.captions)}: {shown.score:.2f}, proposed by the machine")
    table = Table(expand=True, show_lines=True)
    for title in ("speaks for the person", "speaks against the person"):
        table.add_column(title, ratio=1, overflow="fold")
    sides = [
        [f"{one.code}\n{one.text}" for one in shown.facts(side)]
        for side in (Bearing.FOR, Bearing.AGAINST)
    ]
    for number in range(max(1, *map(len, sides))):
        cells = [side[number] if number < len(side) else "" for side in sides]
        table.add_row(*(cell or ("nothing" if not number else "") for cell in cells))
    console.print(table)
    _print_list(console, "not known:", (one.text for one in shown.facts(Bearing.OPEN)))
    _print_list(console, "said before:", (
        f"{one.at[:10]} {one.who}: {one.what} {one.said}, {one.reason}"
        f"{'' if one.stands else ' (taken back)'}{'' if one.is_same else ' (of other contents)'}"
        for one in shown.earlier
    ))  # fmt: skip
    if shown.waits_for_second:
        console.print(f"waits for a second person: {shown.waits_for_second}")
    console.print(f"verdicts: {', '.join(VERDICTS[kind])}")
    console.print(f"revision: {shown.revision}")


def put_lines(found: Iterable[Mapping[str, object]], *, as_json: bool) -> None:
    """Print what a list holds, as JSON lines or one below the other."""
    lines = list(found)
    for line in lines:
        if as_json:
            put(line)
        else:
            ids = line.get("ids") or [line.get("left"), line.get("right")]
            said = line.get("why") or line.get("verdict")
            print(line["validation"], line["at"], *ids if isinstance(ids, list) else (), said)
    if not lines and not as_json:
        print("Nothing waits for a person here.")


def put_done(line: Mapping[str, object], text: str, *, as_json: bool) -> None:
    """Print what came of a verb."""
    if as_json:
        put(line)
    else:
        print(text)


def _print_list(console: "Console", title: str, lines: Iterable[str]) -> None:
    for number, line in enumerate(lines):
        if not number:
            console.print(title)
        console.print(f"   {line}")


def _console() -> "Console":
    from rich.console import Console

    width = None if sys.stdout.isatty() else WIDTH
    return Console(width=width, highlight=False, markup=False, emoji=False, soft_wrap=False)
