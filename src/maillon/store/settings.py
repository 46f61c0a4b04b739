"""The settings of a workspace: ``maillon.toml``, read once and passed down."""

import json
import secrets
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from maillon.model import PURPOSES, Label, Mandate, StoreError
from maillon.policy import Person
from maillon.store.engines import check_url

FILE: Final = "maillon.toml"

DESK: Final = "desk.sqlite"
"""The desk's file, where no database is named."""

SECOND_LOOK: Final = 0.05
"""Share of the dismissed hits that a second person sees again, where nothing else is said."""

TEMPLATE: Final = """\
# The settings of this workspace. Accounts and gateways are the administrator's; every change of a
# person's purposes or compartments takes effect with the next act.

[workspace]
format = 1
# desk = "postgresql+psycopg://maillon_app@db.example/maillon"   # else a file here: docs/deploy.md
memory_limit = "6GB"   # for DuckDB, a process
threads = 2

# The mandate of the command line, unless its options say otherwise.
[mandate]
who = "analyst"
agency = "centre"
purpose = "linking"
legal_basis = "Coordination Centre Act, s. 4"

[people.analyst]
agencies = ["centre"]
purposes = ["intake", "linking", "review", "screening"]
compartments = []

[people.supervisor]
agencies = ["centre"]
purposes = ["intake", "linking", "review", "screening"]
roles = ["supervisor"]   # approves what another person asks
compartments = []

[people.overseer]
agencies = ["oversight"]
purposes = ["oversight"]
compartments = []

# Who keeps and erases, and answers data subjects: what one asks for, another decides.
[people.keeper]
agencies = ["centre"]
purposes = ["retention"]
compartments = []

[people.officer]
agencies = ["centre"]
purposes = ["retention"]
compartments = []

# Of the hits that one person dismissed, this share is seen again by another, who is not told.
[review]
second_look = 0.05

# What a delivery gets when `load` names nothing else.
[label]
originator = "centre"
purposes = ["linking", "screening", "review"]
legal_basis = "Coordination Centre Act, s. 4"
"""


@dataclass(frozen=True, slots=True)
class Settings:
    """What ``maillon.toml`` says.

    Attributes:
        folder: The workspace.
        mandate: The command line's own mandate.
        people: Accounts by name.
        label: The label of a delivery that names none.
        memory_limit: DuckDB's limit for one process, e.g. ``6GB``.
        threads: DuckDB's threads in one process.
        desk: Address of the PostgreSQL database that holds the desk; empty for the file `DESK`.
        second_look: Share of the dismissed hits that a second person sees again, 0.0 to 1.0.
    """

    folder: Path
    mandate: Mandate
    people: dict[str, Person]
    label: Label
    memory_limit: str = "6GB"
    threads: int = 2
    desk: str = ""
    second_look: float = SECOND_LOOK
    raw: dict[str, Any] = field(default_factory=dict, repr=False)


def read_settings(folder: Path) -> Settings:
    """Read ``maillon.toml`` of a workspace.

    Raises:
        StoreError: The folder is no workspace, or the file says something that is not understood.
    """
    file = folder / FILE
    if not file.is_file():
        raise StoreError(f"{folder} is no workspace: run `maillon init` first")
    try:
        raw = tomllib.loads(file.read_text("utf-8"))
        workspace = raw["workspace"]
        return Settings(
            folder,
            Mandate(**raw["mandate"]),
            {who: _person(who, said) for who, said in raw.get("people", {}).items()},
            _label(raw["label"]),
            str(workspace.get("memory_limit", "6GB")),
            int(workspace.get("threads", 2)),
            _desk(workspace),
            _second_look(raw.get("review", {})),
            raw,
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise StoreError(
            f"{file}: {error!r}; compare with the template of `maillon init`"
        ) from error


def template(desk: str = "") -> str:
    """Return the settings of a new workspace; its desk is a PostgreSQL database when one is named.

    Args:
        desk: The database's address.
    """
    line = address_line(desk) if desk else ""
    own = f'id = "{secrets.token_hex(8)}"   # its keys folder bears this name\n'
    return TEMPLATE.replace("format = 1\n", f"format = 1\n{own}{line}")


def address_line(desk: str) -> str:
    """Return the line of ``[workspace]`` that names the database of a desk."""
    return f"desk = {json.dumps(desk)}\n"


def _second_look(said: dict[str, Any]) -> float:
    if unknown := sorted(set(said) - {"second_look"}):
        raise ValueError(f"[review] {unknown[0]} is not understood")
    share = said.get("second_look", SECOND_LOOK)
    if not isinstance(share, int | float) or not 0 <= share <= 1:
        raise ValueError("[review] second_look is a share from 0.0 to 1.0")
    return float(share)


def _desk(workspace: dict[str, Any]) -> str:
    url = workspace.get("desk", "")
    if not isinstance(url, str):
        raise TypeError("[workspace] desk is no text")
    try:
        check_url(url)
    except StoreError as error:
        raise ValueError(f"[workspace] {error}") from None
    return url


def _person(who: str, said: dict[str, Any]) -> Person:
    unknown = sorted(set(said["purposes"]) - set(PURPOSES))
    if unknown:
        raise ValueError(f"[people.{who}] purposes: {', '.join(unknown)} unknown")
    return Person(
        who,
        tuple(said["agencies"]),
        tuple(said["purposes"]),
        tuple(said.get("compartments", ())),
        str(said.get("person", "")),
        tuple(said.get("roles", ())),
    )


def _label(said: dict[str, Any]) -> Label:
    return Label(**{**said, "purposes": tuple(said.get("purposes", ()))})
