"""``request``: the data-subject desk, breaches of personal data, records of processing."""

import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from maillon.cli.keeping import (
    KeysOption,
    ReasonOption,
    WhoOption,
    WorkspaceOption,
    acting,
    day,
)
from maillon.cli.options import put

request: Final = typer.Typer(
    help="""Requests of data subjects, breaches, records of processing.

Example: maillon request list --who keeper -w my-workspace
""",
    no_args_is_help=True,
)

DISCLOSED: Final = ("entity", "prop", "value", "dataset", "delivery", "locator")
"""Fields of a statement that a granted access shows."""

IdArgument = Annotated[str, typer.Argument(metavar="ID", help="As `request list` shows it.")]
EntityOption = Annotated[
    list[str], typer.Option("--entity", help="An id that the person may be; repeat it.")
]


@request.command("list")
def list_(
    workspace: WorkspaceOption = Path(),
    who: WhoOption = "",
) -> None:
    """Print the requests, the one that is due first before the others."""
    from maillon.store import keeping as k

    with acting(workspace, None, who) as a:
        for one in k.requests(a.house, a.view):
            put(one.line())


@request.command()
def file(
    kind: Annotated[
        str, typer.Argument(help="access, correction, restriction, erasure or indirect.")
    ],
    reference: Annotated[str, typer.Option("--reference", help="Number of the paper file.")],
    received: Annotated[str, typer.Option("--received", metavar="DATE", help="When it came in.")],
    entity: EntityOption = [],  # noqa: B006 - typer copies it
    channel: Annotated[str, typer.Option("--channel", help="subject or authority.")] = "subject",
    workspace: WorkspaceOption = Path(),
    who: WhoOption = "",
) -> None:
    """File a request; its clock runs from the day on which it came in."""
    from maillon.store import keeping as k

    came = day(received, "--received")
    with acting(workspace, None, who) as a:
        put({"request": k.file_request(
            a.house, a.view, kind, reference, came, entity, channel=channel
        )})  # fmt: skip


@request.command()
def name(
    id_: IdArgument,
    entity: EntityOption = [],  # noqa: B006 - typer copies it
    workspace: WorkspaceOption = Path(),
    who: WhoOption = "",
) -> None:
    """Note which entities the person of the request ID is."""
    from maillon.store import keeping as k

    with acting(workspace, None, who) as a:
        k.name_entities(a.house, a.view, id_, entity)
        put({"request": id_, "entities": len(set(entity))})


@request.command()
def extend(
    id_: IdArgument,
    reason: ReasonOption = "",
    workspace: WorkspaceOption = Path(),
    who: WhoOption = "",
) -> None:
    """Extend the time of the request ID, once."""
    from maillon.store import keeping as k

    with acting(workspace, None, who) as a:
        put({"request": id_, "due": k.extend(a.house, a.view, id_, reason).isoformat()})


@request.command()
def propose(
    id_: IdArgument,
    outcome: Annotated[str, typer.Option("--outcome", help="grant, refuse or 'no data'.")],
    ground: Annotated[
        str,
        typer.Option(
            "--ground",
            help="Of a refusal: inquiry, prevention, 'public security', 'national security' or "
            "others.",
        ),
    ] = "",
    workspace: WorkspaceOption = Path(),
    who: WhoOption = "",
) -> None:
    """Propose what the request ID shall come to; another person decides."""
    from maillon.store import keeping as k

    with acting(workspace, None, who) as a:
        k.propose(a.house, a.view, id_, outcome, ground)
        put({"request": id_, "state": "proposed"})


@request.command()
def decide(
    id_: IdArgument,
    back: Annotated[bool, typer.Option("--back", help="Send it back.")] = False,
    workspace: WorkspaceOption = Path(),
    keys: KeysOption = None,
    who: WhoOption = "",
) -> None:
    """Agree to what another person proposed; what was granted is done."""
    from maillon.store import keeping as k

    with acting(workspace, keys, who) as a:
        k.decide_request(a.house, a.view, id_, a.keys, is_agreed=not back)
        put({"request": id_, "state": "received" if back else "decided"})


@request.command()
def answer(
    id_: IdArgument,
    workspace: WorkspaceOption = Path(),
    who: WhoOption = "",
) -> None:
    """Print the letter, and what is disclosed as lines."""
    from maillon.store import keeping as k

    with acting(workspace, None, who) as a:
        found = k.answer(a.store, a.view, id_)
        sys.stdout.write(found.text)
        for one in found.statements:
            put({name: getattr(one, name) for name in DISCLOSED})


@request.command()
def breach(
    what: Annotated[str, typer.Argument(help="What happened; no personal data.")] = "",
    noticed: Annotated[str, typer.Option("--noticed", help="When it became known.")] = "",
    since: Annotated[str, typer.Option("--since", help="From when data could be reached.")] = "",
    until: Annotated[str, typer.Option("--until", help="Until when.")] = "",
    account: Annotated[str, typer.Option("--account", help="The misused account.")] = "",
    dataset: Annotated[list[str], typer.Option("--dataset", help="Which; repeat it.")] = [],  # noqa: B006 - as above
    reported: Annotated[
        str, typer.Option("--reported", metavar="ID", help="The authority was told of it.")
    ] = "",
    affected: Annotated[
        str, typer.Option("--affected", metavar="ID", help="Print whom it may concern.")
    ] = "",
    workspace: WorkspaceOption = Path(),
    who: WhoOption = "",
) -> None:
    """Note a breach; without words, print the breaches and their clocks."""
    from maillon.store import keeping as k

    with acting(workspace, None, who) as a:
        if reported:
            k.report_breach(a.house, a.view, reported)
            put({"breach": reported, "state": "reported"})
        elif affected:
            put(asdict(k.affected(a.house, a.view, affected)))
        elif what:
            times = (_moment(noticed, "--noticed"), _moment(since, "--since"),
                     _moment(until, "--until"))  # fmt: skip
            put({"breach": k.note_breach(
                a.house, a.view, what, *times, account=account, datasets=dataset
            )})  # fmt: skip
        else:
            for one in k.breaches(a.house, a.view):
                put(one.line())


@request.command()
def records(
    workspace: WorkspaceOption = Path(),
    who: WhoOption = "",
) -> None:
    """Print the records of processing, one line a dataset."""
    from maillon.store import keeping as k

    with acting(workspace, None, who) as a:
        for line in k.processing_records(a.house, a.view):
            put(line)


def _moment(text: str, hint: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(
            "write it as 2026-11-27T08:00:00+00:00", param_hint=hint
        ) from error
