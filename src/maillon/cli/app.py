"""The typer application, and the edge where errors become exit codes."""

import os
import sys

import typer

from maillon.cli import (
    account_command,
    assess_command,
    audit_command,
    backup_command,
    demo_command,
    find_command,
    hits_command,
    judge_command,
    leads_command,
    load_command,
    mandate_command,
    read_command,
    request_command,
    resolve_command,
    retain_command,
    screen_command,
    second_looks_command,
    serve_command,
    trace_command,
    work_command,
    workspace_commands,
)
from maillon.model import MaillonError, StoreError

app = typer.Typer(
    name="maillon",
    help="Finds, evidences and resolves the links between terrorism and organised crime.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(workspace_commands.init)
app.command()(workspace_commands.upgrade)
app.command()(workspace_commands.formats)
app.command()(read_command.read)
app.command()(load_command.load)
app.command()(screen_command.screen)
app.command()(find_command.find)
app.command()(resolve_command.resolve)
app.command()(judge_command.judge)
app.add_typer(hits_command.hits, name="hits")
app.add_typer(second_looks_command.second_looks, name="second-looks")
app.add_typer(mandate_command.mandate, name="mandate")
app.command()(trace_command.trace)
app.command()(assess_command.assess)
app.add_typer(leads_command.leads, name="leads")
app.add_typer(retain_command.retain, name="retain")
app.add_typer(request_command.request, name="request")
app.add_typer(audit_command.audit, name="audit")
app.command()(backup_command.backup)
app.command()(backup_command.restore)
app.add_typer(account_command.account, name="account")
app.command()(serve_command.serve)
app.command()(work_command.work)
app.command()(work_command.jobs)
app.command()(demo_command.demo)
app.command()(workspace_commands.doctor)


def main() -> int:
    """Run the command line; return its exit code (DESIGN, section 8)."""
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]  # a text stream
    try:
        code = app(standalone_mode=False)
    except MaillonError as error:
        print(f"maillon: {error}", file=sys.stderr)
        return error.exit_code
    except typer.Abort:
        print("maillon: stopped", file=sys.stderr)
        return 130
    except SystemExit as stop:  # what typer makes of a reader that hung up
        if not isinstance(stop.__context__, BrokenPipeError):
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno())  # type: ignore[union-attr]  # a text stream
        return 0
    except OSError as error:
        print(f"maillon: {error}", file=sys.stderr)
        return StoreError.exit_code
    except Exception as error:  # noqa: BLE001 - the edge: usage is shown, a bug is raised again
        return _usage_or_bug(error)
    return int(code or 0)


def _usage_or_bug(error: Exception) -> int:
    show = getattr(error, "show", None)
    if show is None:
        raise error
    show()
    return int(getattr(error, "exit_code", 2))
