"""What ``retain`` and ``request`` share: a store whose clock may be set, a view, a keys folder."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from maillon.cli.keys import KeysOption, keys_folder
from maillon.cli.options import WhoOption, WorkspaceOption, mandate_of
from maillon.model import Act

if TYPE_CHECKING:
    from maillon.model import View
    from maillon.store import Store
    from maillon.store.keeping import House

PURPOSE: Final = "retention"

ReasonOption = Annotated[str, typer.Option("--reason", help="Why, in your own words.")]
BasisTextOption = Annotated[str, typer.Option("--legal-basis", help="On which legal basis.")]
AgencyTextOption = Annotated[str, typer.Option("--agency", help="For which agency.")]

__all__ = [
    "PURPOSE",
    "Acting",
    "AgencyTextOption",
    "BasisTextOption",
    "KeysOption",
    "ReasonOption",
    "WhoOption",
    "WorkspaceOption",
    "acting",
    "day",
]


@dataclass(frozen=True, slots=True)
class Acting:
    """Somebody who retains.

    Attributes:
        store: The store.
        view: For the act ``retain``.
        keys: The keys folder.
    """

    store: "Store"
    view: "View"
    keys: Path

    @property
    def house(self) -> "House":
        """What retention works on."""
        return self.store.house


@contextmanager
def acting(
    workspace: Path,
    keys: Path | None = None,
    who: str = "",
    *,
    agency: str = "",
    legal_basis: str = "",
    case: str = "",
    on: date | None = None,
) -> Iterator[Acting]:
    """Lend the store of a workspace to somebody who retains.

    Args:
        workspace: Its folder.
        keys: The keys folder that the command line names.
        who: Who acts.
        agency: For which agency.
        legal_basis: On which legal basis.
        case: In which case.
        on: As if it were this day; None for today.
    """
    from maillon.model.ftm import entity_property_names
    from maillon.store import Store, read_settings
    from maillon.store.keeping import read_rules

    settings = read_settings(workspace)
    read_rules(workspace)

    def now() -> datetime:
        return datetime.combine(on, time(12), UTC) if on else datetime.now(UTC)

    store = Store(settings, entity_property_names, now)
    try:
        mandate = mandate_of(settings, who, agency, "", legal_basis, case)
        view = store.policy.open(replace(mandate, purpose=PURPOSE), Act.RETAIN)
        yield Acting(store, view, keys_folder(settings, keys, os.environ))
    finally:
        store.close()


def day(text: str, hint: str) -> date:
    """Return the day that an option names."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter("write it as 2026-11-25", param_hint=hint) from error
