"""``audit``: the ledger checked, signed, proven, exported, and asked who looked at what."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from maillon.cli.keys import KeysOption, keys_folder
from maillon.cli.options import (
    AgencyOption,
    BasisOption,
    JsonOption,
    PurposeOption,
    WhoOption,
    WorkspaceOption,
    mandate_of,
    opened,
    put,
    say,
)
from maillon.model import Act, MaillonError, StoreError, View

if TYPE_CHECKING:
    from maillon.store import Store
    from maillon.store.checkpoint import Keys

audit = typer.Typer(
    help="""Check, sign and export the ledger; prove an entry; ask who looked at what.

Oversight reads it; `list` shows anybody the own acts. Carry each checkpoint, with the file `leaves`
beside it, to where nobody can write who can write the workspace.

Example: maillon audit verify --who overseer -w my-workspace
""",
    no_args_is_help=True,
)
CheckpointOption = Annotated[
    Path | None, typer.Option("--checkpoint", help="A checkpoint that was kept outside.")
]


@contextmanager
def _opened(
    workspace: Path, verb: str, *said: str, objects: tuple[str, ...] = ()
) -> "Iterator[tuple[Store, View]]":
    """Lend the store and a view; the ledger has the verb before anything is read."""
    who, agency, purpose, basis = said
    with opened(workspace) as store:
        person = store.settings.people.get(who)
        if person is not None and not agency and len(person.agencies) == 1:
            agency = person.agencies[0]
        mandate = mandate_of(store.settings, who, agency, purpose, basis, "")
        act = Act.AUDIT if purpose == "oversight" else Act.READ
        detail = {"verb": f"audit {verb}"}
        yield store, store.policy.open(mandate, act, detail=detail, objects=objects)


def keys_of(store: "Store", keys: Path | None) -> "Keys":
    """Return the keys folder of a workspace's log."""
    from maillon.store.checkpoint import Keys

    return Keys(keys_folder(store.settings, keys, os.environ), store.settings.folder)


def outside_line(store: "Store", keys: Path | None) -> str:
    """Return what `doctor` says of checkpoints outside."""
    held = keys_of(store, keys)
    found = held.newest()
    if found is None:
        return f"ledger: no checkpoint in {held.folder}: run `maillon audit checkpoint`"
    return f"ledger: a checkpoint of {found[0]:,} entries stands in {held.folder}"


@audit.command()
def checkpoint(
    keys: KeysOption = None,
    workspace: WorkspaceOption = Path(),
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = "oversight",
    legal_basis: BasisOption = "",
) -> None:
    """Sign the ledger as it is now; the key is made the first time. Prints where it stands."""
    from maillon.store.checkpoint import make_checkpoint
    from maillon.store.ledger_book import check_oversees

    with _opened(workspace, "checkpoint", who, agency, purpose, legal_basis) as (store, view):
        check_oversees(view)
        place = make_checkpoint(store.house.desk, view, keys_of(store, keys))
    print(place)
    say(f"take it outside, with {place.parent / 'leaves'} and log.pub")


@audit.command()
def verify(
    checkpoint: CheckpointOption = None,
    key: Annotated[
        list[Path] | None, typer.Option("--key", help="Public key of the log, kept outside.")
    ] = None,
    witness: Annotated[
        list[Path] | None, typer.Option("--witness", help="Public key of who must co-sign.")
    ] = None,
    leaves: Annotated[
        Path | None, typer.Option("--leaves", help="Else the file leaves beside the checkpoint.")
    ] = None,
    export: Annotated[
        Path | None, typer.Option("--export", help="Check this export, not the workspace.")
    ] = None,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = "oversight",
    legal_basis: BasisOption = "",
) -> None:
    """Check every entry against the tree, and the tree against what was kept outside."""
    from maillon.oversight import inspect_export, inspect_workspace, outside, told

    held = outside(checkpoint, key or (), witness or (), leaves)
    if export is not None:
        found = inspect_export(export, held)
    else:
        with _opened(workspace, "verify", who, agency, purpose, legal_basis) as (store, view):
            found = inspect_workspace(store, view, held)
    if as_json:
        put(found)
    else:
        print("\n".join(told(found)))
    if not found["sound"]:
        raise TamperedError("the ledger is not what it was: keep the file, tell the authority")


@audit.command()
def export(
    file: Annotated[Path, typer.Argument(help="Where to write it.")],
    workspace: WorkspaceOption = Path(),
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = "oversight",
    legal_basis: BasisOption = "",
) -> None:
    """Write the whole ledger as lines, for the stand-alone verifier."""
    from maillon.oversight import export_to, verifier_file

    with _opened(workspace, "export", who, agency, purpose, legal_basis) as (store, view):
        count = export_to(store, view, file)
        store.note(view, "export", {"what": "ledger", "entries": count})
    say(f"{count:,} entries; check them with: python {verifier_file()} {file} --checkpoint FILE")


@audit.command()
def prove(
    number: Annotated[int, typer.Argument(help="Number of the entry.", min=0)] = 0,
    since: Annotated[
        int | None,
        typer.Option("--since", min=0, help="Instead: that the log grew from this size."),
    ] = None,
    checkpoint: CheckpointOption = None,
    keys: KeysOption = None,
    workspace: WorkspaceOption = Path(),
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = "oversight",
    legal_basis: BasisOption = "",
) -> None:
    """Print the proof of one entry, or that the log only grew, under the newest checkpoint."""
    from maillon.store.ledger_book import LedgerBook

    if (number < 1) == (since is None):
        raise typer.BadParameter("name an entry, or --since SIZE", param_hint="NUMBER")
    with _opened(workspace, "prove", who, agency, purpose, legal_basis) as (store, view):
        if checkpoint is not None:
            note = checkpoint.read_text("utf-8")
        else:
            newest = keys_of(store, keys).newest()
            if newest is None:
                raise StoreError("there is no checkpoint yet: run `maillon audit checkpoint`")
            note = newest[1]
        book = LedgerBook(store.house.desk)
        put(
            book.prove(view, number, note)
            if since is None
            else book.consistency(view, since, int(note.split("\n")[1]))
        )


@audit.command()
def witness(
    checkpoint: Annotated[Path, typer.Argument(help="The checkpoint to co-sign.")],
    key: Annotated[Path, typer.Option("--key", help="The witness's own key.")],
    log: Annotated[Path | None, typer.Option("--log", help="Else log.pub beside it.")] = None,
    proof: Annotated[
        Path | None, typer.Option("--proof", help="What `audit prove --since` printed.")
    ] = None,
    name: Annotated[str, typer.Option("--name", help="Make the key first, under this name.")] = "",
) -> None:
    """Co-sign a checkpoint after checking that the log only grew since the last one signed."""
    from maillon.oversight import cosign
    from maillon.store.checkpoint import WITNESS, Signer

    if name:
        made = Signer.new(name, WITNESS)
        made.write(key)
        key.with_name(key.name + ".pub").write_text(made.public() + "\n", "utf-8")
    print(cosign(key, checkpoint, log or checkpoint.parent / "log.pub", proof).strip())


@audit.command()
def timestamp(
    checkpoint: Annotated[Path, typer.Argument(help="The checkpoint.")],
    query: Annotated[
        Path | None, typer.Option("--query", help="Write a query for an authority.")
    ] = None,
    reply: Annotated[
        Path | None, typer.Option("--reply", help="Check what the authority answered.")
    ] = None,
    authority: Annotated[
        Path | None, typer.Option("--authority", help="Its root certificate, PEM.")
    ] = None,
) -> None:
    """Ask for a time stamp (RFC 3161) by file, or check one; nothing goes over a network."""
    from maillon.oversight import check_reply, query_for

    if (query is None) == (reply is None):
        raise typer.BadParameter("name one of the two", param_hint="--query --reply")
    if query is not None:
        query.write_bytes(query_for(checkpoint))
        say(f"send {query} to the authority as application/timestamp-query")
        return
    if reply is None or authority is None:
        raise typer.BadParameter("goes with --reply", param_hint="--authority")
    print(check_reply(checkpoint, reply, authority))


@audit.command("who")
def who_looked(
    object_: Annotated[str, typer.Argument(metavar="OBJECT", help="Entity, canonical id, lead.")],
    workspace: WorkspaceOption = Path(),
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = "oversight",
    legal_basis: BasisOption = "",
) -> None:
    """Print the acts that looked at OBJECT; another purpose: at the own agency's record of it."""
    from maillon.store.ledger_book import LedgerBook

    said = (who, agency, purpose, legal_basis)
    with _opened(workspace, "who", *said, objects=(object_,)) as (store, view):
        for entry in LedgerBook(store.house.desk).who_looked(view, object_):
            put(entry)


@audit.command()
def misuse(
    workspace: WorkspaceOption = Path(),
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = "oversight",
    legal_basis: BasisOption = "",
) -> None:
    """Print what oversight should ask about: searches of oneself, bulk browsing, no case."""
    from maillon.oversight import misuses

    with _opened(workspace, "misuse", who, agency, purpose, legal_basis) as (store, view):
        for one in misuses(store, view):
            put(one.line())


@audit.command()
def habits(
    since: Annotated[str, typer.Option("--since", help="From this day on, e.g. 2026-11-01.")] = "",
    workspace: WorkspaceOption = Path(),
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = "oversight",
    legal_basis: BasisOption = "",
) -> None:
    """Print how people decide on hits and leads, by person and list: too fast, never differs."""
    from maillon.oversight import habits as of_people

    with _opened(workspace, "habits", who, agency, purpose, legal_basis) as (store, view):
        for one in of_people(store, view, since):
            put(one.line())


@audit.command("list")
def list_entries(
    count: Annotated[int, typer.Option("--count", min=1, help="How many.")] = 50,
    before: Annotated[int, typer.Option("--before", min=0, help="Older than this entry.")] = 0,
    act: Annotated[str, typer.Option("--act", help="Only this act, e.g. screen.")] = "",
    days: Annotated[bool, typer.Option("--days", help="Replay: one line a day.")] = False,
    workspace: WorkspaceOption = Path(),
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = "oversight",
    legal_basis: BasisOption = "",
) -> None:
    """Print the newest entries; with another purpose than oversight one's own."""
    from maillon.store.ledger_book import LedgerBook

    with _opened(workspace, "list", who, agency, purpose, legal_basis) as (store, view):
        if days:
            from maillon.oversight import replay

            for day in replay(store, view):
                put(day.line())
            return
        found: list[dict[str, Any]] = LedgerBook(store.house.desk).entries(
            view, count=count, before=before, act=act
        )
        for entry in found:
            print(json.dumps(entry, ensure_ascii=False))


class TamperedError(MaillonError):
    """The ledger is not what it was."""

    exit_code = 5
