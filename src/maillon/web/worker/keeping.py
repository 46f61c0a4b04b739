"""Jobs of keeping: what retention is due, a checkpoint of the ledger, the ledger verified."""

from dataclasses import asdict
from pathlib import Path

from maillon.model import RefusedError
from maillon.web.worker.attempt import Attempt


def retain(attempt: Attempt) -> None:
    """Do what is due today; what is done already is not due again."""
    from maillon.store import keeping as k  # noqa: PLC0415 - duckdb, only here

    view = attempt.view()
    attempt.step(0, 0, "what is due")
    done = k.run(attempt.workspace.store.house, view, _keys(attempt))
    attempt.finish(asdict(done))


def checkpoint(attempt: Attempt) -> None:
    """Sign the ledger as it is now, outside the workspace."""
    from maillon.store.checkpoint import Keys, make_checkpoint  # noqa: PLC0415 - only here
    from maillon.store.ledger_book import check_oversees  # noqa: PLC0415 - as above

    view = attempt.view()
    check_oversees(view)
    store = attempt.workspace.store
    keys = Keys(_keys(attempt), store.settings.folder)

    def size() -> dict[str, int]:
        found = keys.newest()
        return {"entries": found[0] if found else 0}

    make_checkpoint(store.house.desk, view, keys, attempt.finishing(size))


def verify(attempt: Attempt) -> None:
    """Check every entry of the ledger, and the ledger against its newest checkpoint outside."""
    from maillon.oversight import inspect_workspace, outside  # noqa: PLC0415 - only here

    view = attempt.view()
    attempt.step(0, 0, "entries")
    newest = _newest(attempt)
    found = inspect_workspace(attempt.workspace.store, view, outside(newest))
    said = {"sound": found["sound"], "entries": found["entries"], "outside": newest is not None}
    attempt.finish(said)


def _newest(attempt: Attempt) -> Path | None:
    """Return the newest checkpoint outside; None where this worker knows of none."""
    from maillon.store.checkpoint import Keys  # noqa: PLC0415 - only here

    if attempt.keys is None:
        return None
    keys = Keys(attempt.keys, attempt.workspace.settings.folder)
    found = keys.newest()
    return keys.place(found[0]) if found else None


def _keys(attempt: Attempt) -> Path:
    if attempt.keys is None:
        raise RefusedError(
            "DESIGN, section 4: keys lie outside the workspace",
            "this worker was started without a keys folder",
            "start it with --keys, or run `maillon retain run` or `maillon audit checkpoint`",
        )
    return attempt.keys
