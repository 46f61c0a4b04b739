"""Leads as text for people: a table, and under each lead its path with evidence of every hop."""

import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich.console import Console
from rich.table import Table

WIDTH: Final = 132
"""Columns of the table where the output is no terminal."""

SHOWN: Final = 2
"""Statements shown of one hop; all of them are in the report and in the lines."""


def print_leads(leads: Sequence[Mapping[str, Any]]) -> None:
    """Print leads, the most telling first."""
    width = None if sys.stdout.isatty() else WIDTH
    console = Console(width=width, highlight=False, markup=False, emoji=False)
    if not leads:
        console.print(
            "No lead: nothing joins a terrorism anchor to an organised-crime anchor here."
        )
        return
    table = Table(
        title="Leads, the most telling first: proposed, not confirmed", title_justify="left"
    )
    for name, justify in (("#", "right"), ("terrorism anchor", "left"),
                          ("organised-crime anchor", "left"), ("link types", "left"),
                          ("probability", "right"), ("by chance", "right"), ("hops", "right"),
                          ("sources", "right"), ("weakest hop", "left")):  # fmt: skip
        table.add_column(name, justify=justify)  # type: ignore[arg-type]  # literals of rich
    for lead in leads:
        hops = lead["paths"][0]["hops"]
        weakest = lead["weakest_hop"]
        table.add_row(
            str(lead["rank"]), lead["terror"]["caption"], lead["crime"]["caption"],
            ", ".join(lead["link_types"]), f"{lead['probability']:.2f}", f"{lead['q_value']:.2f}",
            str(len(hops)), str(lead["independent_sources"]), _weakest(weakest),
        )  # fmt: skip
    console.print(table)
    for lead in leads:
        _print_path(console, lead)


def _weakest(weakest: Mapping[str, Any] | int) -> str:
    if isinstance(weakest, int):
        return str(weakest + 1)
    return f"{weakest['hop'] + 1}: {weakest.get('reason', '')}"


def _print_path(console: Console, lead: Mapping[str, Any]) -> None:
    console.print(f"\n{lead['rank']}. {lead['terror']['caption']} - {lead['crime']['caption']}")
    for number, hop in enumerate(lead["paths"][0]["hops"], 1):
        first, last = hop["interval"]
        when = "" if not first else f", {first}" if first == last else f", {first} to {last}"
        console.print(
            f"   {number}. {hop['from_caption']} - {hop['to_caption']}: "
            f"{', '.join(hop['channels'])}{when}; strength {hop['strength']:.2f}"
        )
        for statement in hop["statements"][:SHOWN]:
            shown = statement["original_value"] or statement["value"]
            where = f"{statement['dataset']} {statement['locator']}"
            console.print(f"      {where}: {statement['prop']} = {shown}", style="dim")
        more = len(hop["statements"]) - SHOWN
        if more > 0:
            console.print(f"      and {more} more statements", style="dim")
    for remark in lead["alternatives"]:
        text = remark["text"] if isinstance(remark, Mapping) else remark
        console.print(f"   innocent explanation: {text}")
