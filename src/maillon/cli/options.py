"""Options that several commands share, and what they make of them."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from maillon.model import Delivery, Mandate

if TYPE_CHECKING:
    from maillon.store import Settings, Store

WorkspaceOption = Annotated[
    Path,
    typer.Option(
        "-w", "--workspace", envvar="MAILLON_WORKSPACE", help="The workspace: a folder of its own."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="JSON lines for programs.")]
WhoOption = Annotated[str, typer.Option("--who", help="Who acts; else [mandate] of maillon.toml.")]
AgencyOption = Annotated[str, typer.Option("--agency", help="For which agency.")]
PurposeOption = Annotated[str, typer.Option("--purpose", help="For what purpose.")]
BasisOption = Annotated[str, typer.Option("--legal-basis", help="On which legal basis.")]
CaseOption = Annotated[str, typer.Option("--case", help="For which case.")]


def mandate_of(
    settings: "Settings", who: str, agency: str, purpose: str, basis: str, case: str
) -> Mandate:
    """Return the workspace's own mandate with what the options change in it."""
    said = {"who": who, "agency": agency, "purpose": purpose, "legal_basis": basis, "case": case}
    return replace(settings.mandate, **{name: text for name, text in said.items() if text})


def check_datasets(deliveries: Iterable[Delivery], wanted: Iterable[str], option: str) -> None:
    """Refuse a dataset that the mandate sees nothing of: an answer from it would say nothing.

    What is hidden and what is absent get the same message.
    """
    known = sorted({delivery.dataset for delivery in deliveries})
    unknown = sorted(set(wanted).difference(known))
    if unknown:
        raise typer.BadParameter(
            f"no dataset {', '.join(unknown)}; there are: {', '.join(known) or 'none'}",
            param_hint=option,
        )


@contextmanager
def opened(workspace: Path, *, loading: bool = False) -> "Iterator[Store]":
    """Lend the store of a workspace.

    Args:
        workspace: Its folder.
        loading: Whether statements will be written: only then is FollowTheMoney's model needed.
    """
    from maillon.store import open_store

    entity_props: frozenset[str] = frozenset()
    if loading:
        from maillon.model.ftm import entity_property_names

        entity_props = entity_property_names()
    store = open_store(workspace, entity_props)
    try:
        yield store
    finally:
        store.close()


def say(text: str) -> None:
    """Write one message to standard error."""
    print(text, file=sys.stderr)


def put(line: Mapping[str, Any]) -> None:
    """Write one JSON line to standard output."""
    sys.stdout.write(json.dumps(line, ensure_ascii=False, separators=(", ", ": ")) + "\n")
