"""Jobs that bring something in: load a file, fetch one."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from maillon.model import Label, LimitError, Mode, RefusedError, SourceError
from maillon.sources import adapter, option_fault
from maillon.store import Loaded, Order, Settings
from maillon.store.intake_settings import Source
from maillon.store.job_files import INPUT
from maillon.store.lake import sync_file, sync_folder
from maillon.web.worker.attempt import Attempt
from maillon.workspace.dropfolders import ACCEPTED_FOLDER, REFUSED_FOLDER, accepted_file
from maillon.workspace.receiving import source_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

POLL_S: Final = 0.2
"""Seconds between two looks at a command that runs."""

GRACE_S: Final = 5.0
"""Seconds that a command has after it was asked to end."""

_HANDED: Final = ("HOME", "LANG", "LC_ALL", "PATH", "SSL_CERT_DIR", "SSL_CERT_FILE", "TZ")
"""What a command gets of the worker's environment: no secret of the service."""


@dataclass(frozen=True, slots=True)
class _Delivered:
    """A file to be loaded: its bytes, what it is, and its SHA-256 where that is known."""

    raw: IO[bytes]
    order: Order
    sha256: str = ""


def load(attempt: Attempt) -> None:
    """Load the file of an accepted proposal, or the one that was sent with the job.

    The delivery and the end of the job are one transaction; so are *already there* and the end.
    """
    view = attempt.view()
    with _delivered(attempt) as it:

        def also(connection: "Connection", loaded: Loaded) -> None:
            if it.sha256 and loaded.delivery.sha256 != it.sha256:
                raise RefusedError(
                    "delivery: changed since it was proposed",
                    f"the file of job {attempt.job.id} is another one",
                    "have it sent again",
                )
            attempt.finishing(_result(loaded))(connection)

        attempt.workspace.load(
            view, it.raw, it.order, lambda count: attempt.step(count, 0, "statements"), also
        )


def fetch(attempt: Attempt) -> None:
    """Run the operator's command of a source; what it delivers lies in the drop folder then.

    A file that this job left there already is not fetched again.
    """
    attempt.view()
    source = _source(attempt)
    if not source.command:
        raise RefusedError("[[intake]] command", f"{source.dataset} has none", "name one")
    name = f"fetched-{attempt.job.id}"
    if not _is_there(source, name):
        work = attempt.folder / f"fetch-{attempt.job.attempts}"
        work.mkdir(mode=0o700, exist_ok=True)
        got = _run(attempt, source, work)
        source.folder.mkdir(parents=True, exist_ok=True)
        target = source.folder / f".{name}.{attempt.job.attempts}"
        _across(got, target)
        target.rename(source.folder / name)
        if source.complete == "done":
            (source.folder / f"{name}.done").touch()
        sync_folder(source.folder)
    attempt.finish({"dataset": source.dataset, "file": ""})


@contextmanager
def _delivered(attempt: Attempt) -> Iterator[_Delivered]:
    said, store = attempt.order, attempt.workspace.store
    if "proposal" in said:
        proposal, source = store.proposals.by_id(said["proposal"]), _source(attempt)
        order = _source_order(attempt, source)
        with accepted_file(store, source, proposal) as raw:
            yield _Delivered(raw, order, proposal.sha256)
        return
    path = attempt.folder / INPUT
    if not path.is_file():
        raise RefusedError("jobs: files", "no file was sent with the job", "send it again")
    with path.open("rb") as raw:
        yield _Delivered(raw, _sent_order(attempt))


def _source(attempt: Attempt) -> Source:
    dataset = str(attempt.order.get("dataset", ""))
    found = source_of(attempt.workspace.settings, dataset)
    if found is None:
        raise RefusedError(
            "[[intake]] of maillon.toml", f"there is no source {dataset!r} any more",
            "name it under [[intake]] again",
        )  # fmt: skip
    return found


def _source_order(attempt: Attempt, source: Source) -> Order:
    options = dict(source.options)
    if "mapping" in options:
        path = attempt.workspace.settings.folder / str(options["mapping"])
        options["mapping"] = path.read_text("utf-8")
    return _order(
        attempt, source.adapter, source.dataset, source.label, options,
        mode=source.mode, retention=source.retention,
    )  # fmt: skip


def _sent_order(attempt: Attempt) -> Order:
    said = attempt.order
    try:
        order = _order(
            attempt, said["adapter"], said["dataset"],
            label_of(attempt.workspace.settings, said), said.get("options", {}),
            mode=Mode(said["mode"]) if said.get("mode") else None,
            retention=said.get("retention", "standard"),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise RefusedError(
            "jobs: orders", f"the order of a load is not understood: {error}",
            "name adapter, dataset and what else `load` takes",
        ) from error  # fmt: skip
    return replace(order, accept_shrink=str(said.get("accept_shrink", "")))


def _order(
    attempt: Attempt,
    name: str,
    dataset: str,
    label: Label,
    texts: Mapping[str, Any],
    *,
    mode: Mode | None,
    retention: str,
) -> Order:
    """Return what shall be loaded; a mapping is written where the adapter reads it from."""
    options = dict(texts)
    if "mapping" in options:
        path = attempt.folder / "mapping.yml"
        path.write_text(str(options["mapping"]), "utf-8")
        options["mapping"] = path
    chosen = adapter(name)
    unknown = sorted(set(options) - set(chosen.options))
    fault = f"no option {unknown[0]}" if unknown else option_fault(name, options)
    if fault:
        raise SourceError(dataset, "-", f"{name}: {fault}")
    return Order(chosen, dataset, label, options, dict(texts), mode, retention)


def label_of(settings: Settings, said: Mapping[str, Any]) -> Label:
    """Return the label of a delivery: the workspace's own with what the order changes in it."""
    scheme, _, code = str(said.get("handling", "")).rpartition("/")
    base = settings.label
    label = replace(base, originator=str(said.get("originator", "")) or base.originator)
    if code:
        label = replace(label, scheme=scheme, code=code)
    if said.get("compartment"):  # nothing is learned from sealed records
        label = replace(label, compartment=str(said["compartment"]), statistics=False)
    return label


def _result(loaded: Loaded) -> dict[str, Any]:
    delivery = loaded.delivery
    return {
        "delivery": delivery.id, "already": loaded.already, "statements": delivery.statements,
        "entities": delivery.entities, "unreadable": delivery.records_unreadable,
        "purged": delivery.purged,
    }  # fmt: skip


def _is_there(source: Source, name: str) -> bool:
    if (source.folder / name).exists():
        return True
    moved = (source.folder / ACCEPTED_FOLDER, source.folder / REFUSED_FOLDER)
    return any(next(folder.glob(f"*.{name}"), None) is not None for folder in moved)


def _run(attempt: Attempt, source: Source, work: Path) -> Path:
    """Run a command in the job's folder, without a shell; return the file with its delivery.

    Raises:
        OSError: It failed, or took too long: it is tried again later.
        LimitError: It delivered more than the source may.
    """
    out = work / "output"
    environment = {name: os.environ[name] for name in _HANDED if name in os.environ}
    with out.open("wb") as written:
        process = subprocess.Popen(  # noqa: S603 - the operator's own list of words, no shell
            source.command, cwd=work, env=environment, stdin=subprocess.DEVNULL, stdout=written,
            stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        try:
            _wait(attempt, source, process, out)
        finally:
            _end(process)
    if process.returncode:
        raise OSError(0, f"the command of {source.dataset} ended with {process.returncode}")
    got = work / source.file if source.file else out
    if got.is_symlink() or not got.is_file() or not got.stat().st_size:
        raise OSError(0, f"the command of {source.dataset} left no delivery")
    if got.stat().st_size > source.most_bytes:
        raise LimitError("bytes of a delivery", source.most_bytes, got.stat().st_size)
    return got


def _wait(attempt: Attempt, source: Source, process: "subprocess.Popen[bytes]", out: Path) -> None:
    ends = time.monotonic() + source.timeout_s
    while True:
        try:
            process.wait(POLL_S)
        except subprocess.TimeoutExpired:
            size = out.stat().st_size
            attempt.step(size, 0, "bytes")
            if size > source.most_bytes:
                raise LimitError("bytes of a delivery", source.most_bytes, size) from None
            if time.monotonic() > ends:
                text = f"the command of {source.dataset} took over {source.timeout_s} s"
                raise OSError(0, text) from None
        else:
            return


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a command with all that it started."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sign)
        except ProcessLookupError:
            break
        if process.poll() is not None and sign is signal.SIGTERM:
            continue
        try:
            process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            continue


def _across(got: Path, target: Path) -> None:
    """Bring a file into a folder that may be of another file system, on disk on return."""
    try:
        got.rename(target)
    except OSError:
        with got.open("rb") as raw, target.open("wb") as copy:
            while piece := raw.read(1 << 20):
                copy.write(piece)
    sync_file(target)
