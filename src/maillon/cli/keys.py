"""Where a workspace's keys and its erasure list lie: outside it, or they would die with it."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from maillon.model import RefusedError

if TYPE_CHECKING:
    from maillon.store import Settings

KeysOption = Annotated[
    Path | None,
    typer.Option(
        "--keys",
        help="Folder of keys and erasure list, outside the workspace; else MAILLON_KEYS, else "
        "~/.config/maillon/keys/ID.",
    ),
]


def keys_folder(settings: "Settings", given: Path | None, environ: Mapping[str, str]) -> Path:
    """Return the keys folder of a workspace; nothing is made.

    Args:
        settings: Of the workspace.
        given: What the command line names.
        environ: The environment: ``MAILLON_KEYS``, ``XDG_CONFIG_HOME``, ``HOME``.

    Raises:
        RefusedError: It lies inside the workspace: a restored backup would bring back an old one.
    """
    named = str(given or environ.get("MAILLON_KEYS", ""))
    folder = Path(named) if named else _home(environ) / "maillon" / "keys" / _id(settings)
    if folder.resolve().is_relative_to(settings.folder.resolve()):
        raise RefusedError(
            "DESIGN, section 4: keys lie outside the workspace",
            f"{folder} lies inside it",
            "name another folder with --keys or MAILLON_KEYS",
        )
    return folder


def _home(environ: Mapping[str, str]) -> Path:
    home = environ.get("XDG_CONFIG_HOME", "")
    return Path(home) if home else Path(environ.get("HOME", "~")).expanduser() / ".config"


def _id(settings: "Settings") -> str:
    said = settings.raw.get("workspace", {}).get("id", "")
    return str(said) or hashlib.sha256(str(settings.folder.resolve()).encode()).hexdigest()[:16]
