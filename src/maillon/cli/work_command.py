"""``work`` and ``jobs``: the worker, and the jobs of the own account."""

import logging
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from maillon.cli.keys import KeysOption, keys_folder
from maillon.cli.options import (
    AgencyOption,
    BasisOption,
    CaseOption,
    JsonOption,
    PurposeOption,
    WhoOption,
    WorkspaceOption,
    mandate_of,
    opened,
    put,
    say,
)
from maillon.model import Act


def work(
    once: Annotated[
        bool, typer.Option("--once", help="Do what may be done now, and return.")
    ] = False,
    keys: KeysOption = None,
    workspace: WorkspaceOption = Path(),
) -> None:
    """Do the jobs of the workspace, and look at its drop folders, until SIGTERM.

    Any number of workers may run; each job is one worker's, and a job whose worker died is taken
    over. What one has begun when it is stopped is given back.

    Example: maillon work --once -w my-workspace
    """
    from maillon.store import read_settings
    from maillon.web.worker import run_worker

    logging.basicConfig(stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("maillon.worker").setLevel(logging.INFO)
    folder = keys_folder(read_settings(workspace), keys, os.environ)
    count = run_worker(workspace, once=once, keys=folder)
    say(f"{count:,} attempts")


def jobs(
    cancel: Annotated[
        str, typer.Option("--cancel", metavar="JOB", help="Have this job stop.")
    ] = "",
    forget: Annotated[
        str, typer.Option("--forget", metavar="JOB", help="Erase an ended job with its files.")
    ] = "",
    again: Annotated[
        str, typer.Option("--again", metavar="JOB", help="Try this failed job once more.")
    ] = "",
    before: Annotated[
        str, typer.Option("--before", metavar="JOB", help="The page after this job.")
    ] = "",
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
    who: WhoOption = "",
    agency: AgencyOption = "",
    purpose: PurposeOption = "",
    legal_basis: BasisOption = "",
    case: CaseOption = "",
) -> None:
    """Print the jobs of the own account, newest first; or have one stop.

    Example: maillon jobs -w my-workspace
    """
    with opened(workspace) as store:
        mandate = mandate_of(store.settings, who, agency, purpose, legal_basis, case)
        act = Act.AUDIT if mandate.purpose == "oversight" else Act.READ
        view = store.policy.open(mandate, act, detail={"verb": "jobs"})
        if forget:
            store.jobs.forget(view, forget)
            say(f"{forget} is erased")
            return
        if again:
            from maillon.store.jobs import ACT_OF

            kind = store.jobs.one(view, again).kind
            act_of = store.policy.open(mandate, ACT_OF[kind], detail={"verb": "job retry"})
            store.jobs.again(act_of, again)
            say(f"{again} waits to be tried again")
            return
        found = (
            [store.jobs.cancel(view, cancel)] if cancel else store.jobs.page(view, before=before)
        )
    for one in found:
        if as_json:
            put(one.line())
            continue
        share = f"{one.done:,} of {one.total:,}" if one.total else f"{one.done:,}"
        print(f"{one.id} {one.kind} {one.state.value}: {share} {one.note} {one.error}".rstrip())
