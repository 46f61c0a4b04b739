"""Sources as ``maillon.toml`` names them: ``[[intake]]``, a drop folder or a command each.

.. code-block:: toml

    [[intake]]
    dataset = "un_sc"
    folder = "/srv/drop/un_sc"     # or relative to the workspace
    adapter = "un-sc-xml"
    every_hours = 24               # when the next delivery is due; and when the command runs
    who = "clerk"                  # under whose account it is proposed, fetched and accepted
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from maillon.model import PURPOSES, Label, Mandate, Mode, StoreError
from maillon.store.settings import FILE, Settings

PERSON: Final = "person"
AUTO: Final = "auto"
ACCEPTS: Final = (PERSON, AUTO)
"""Who lets a file in: a person, or nobody has to be asked."""

STABLE: Final = "stable"
MARK: Final = "done"
RENAME: Final = "rename"
COMPLETES: Final = (STABLE, MARK, RENAME)
"""How a file is known to be whole: its size stays; ``NAME.done`` lies beside it; or it gets its
name when it is whole."""

_TEXTS: Final = frozenset(
    {"accept", "adapter", "agency", "case", "complete", "dataset", "file", "folder",
     "legal_basis", "mode", "purpose", "retention", "who"}
)  # fmt: skip
_COUNTS: Final = frozenset({"every_hours", "most_bytes", "timeout_s"})
_KEYS: Final = _TEXTS | _COUNTS | {"command", "label", "options"}
_NEEDED: Final = ("adapter", "dataset", "folder", "who")
_NAME: Final = re.compile(r"[a-z0-9_]{1,100}")


@dataclass(frozen=True, slots=True)
class Source:
    """One ``[[intake]]``.

    Attributes:
        dataset: Name of the dataset.
        folder: Where its files are dropped; ``accepted/`` and ``refused/`` stand in it.
        adapter: Name of the adapter.
        label: What its statements get.
        mandate: Under which it is proposed, fetched and, with `AUTO`, accepted.
        options: The adapter's options; ``mapping`` is the path of a file.
        mode: Snapshot or messages; the adapter's own when None.
        retention: Retention class.
        every_hours: A delivery is due so long after the last; 0: none is.
        accept: One of `ACCEPTS`.
        complete: One of `COMPLETES`.
        command: The operator's own command that fetches a delivery, with its arguments; no shell.
        file: Where the command leaves the delivery, in its working folder; else standard output.
        timeout_s: Seconds that the command may take.
        most_bytes: Bytes that a delivery may have.
    """

    dataset: str
    folder: Path
    adapter: str
    label: Label
    mandate: Mandate
    options: Mapping[str, Any]
    mode: Mode | None = None
    retention: str = "standard"
    every_hours: int = 0
    accept: str = PERSON
    complete: str = STABLE
    command: tuple[str, ...] = ()
    file: str = ""
    timeout_s: int = 3_600
    most_bytes: int = 8 << 30


def read_sources(settings: Settings) -> tuple[Source, ...]:
    """Return the sources of a workspace, in their order.

    Raises:
        StoreError: One says what is not understood; names file and key.
    """
    said = settings.raw.get("intake", [])
    if not isinstance(said, list) or any(not isinstance(one, dict) for one in said):
        raise StoreError(f"{settings.folder / FILE}: intake: write each source under [[intake]]")
    found = tuple(_source(settings, number, one) for number, one in enumerate(said, 1))
    for what in ("dataset", "folder"):
        held = [getattr(one, what) for one in found]
        if twice := sorted({str(one) for one in held if held.count(one) > 1}):
            raise StoreError(
                f"{settings.folder / FILE}: [[intake]] {what}: {', '.join(twice)} stands twice"
            )
    return found


def _source(settings: Settings, number: int, said: Mapping[str, Any]) -> Source:
    def fault(key: str, what: str) -> StoreError:
        name = said.get("dataset", f"number {number}")
        return StoreError(f"{settings.folder / FILE}: [[intake]] {name}: {key}: {what}")

    _check_keys(said, fault)
    dataset = said["dataset"]
    if not _NAME.fullmatch(dataset):
        raise fault("dataset", "a name of a-z, 0-9 and _")
    for key, known in (("accept", ACCEPTS), ("complete", COMPLETES), ("purpose", PURPOSES),
                       ("mode", tuple(Mode))):  # fmt: skip
        if key in said and said[key] not in known:
            raise fault(key, f"{said[key]!r}; one of {', '.join(known)}")
    folder = _folder(settings, said["folder"], fault)
    counts = {key: said[key] for key in _COUNTS if key in said}
    own = settings.mandate
    mandate = Mandate(
        said["who"], said.get("agency", own.agency), said.get("purpose", "intake"),
        said.get("legal_basis", own.legal_basis), said.get("case", ""),
    )  # fmt: skip
    return Source(
        dataset, folder, said["adapter"], _label(settings, said.get("label", {}), fault), mandate,
        dict(said.get("options", {})), Mode(said["mode"]) if "mode" in said else None,
        said.get("retention", "standard"), accept=said.get("accept", PERSON),
        complete=said.get("complete", STABLE), command=tuple(said.get("command", ())),
        file=said.get("file", ""), **counts,
    )  # fmt: skip


def _check_keys(said: Mapping[str, Any], fault: Any) -> None:  # noqa: ANN401 - the caller's own
    for key in _NEEDED:
        if key not in said:
            raise fault(key, "missing")
    if unknown := sorted(set(said) - _KEYS):
        raise fault(unknown[0], f"unknown; there are: {', '.join(sorted(_KEYS))}")
    for key, value in said.items():
        if key in _TEXTS and (not isinstance(value, str) or not value.strip()):
            raise fault(key, f"a text, not {value!r}")
        if key in _COUNTS and (type(value) is not int or value < 1):
            raise fault(key, f"a count from 1 on, not {value!r}")
        if key in {"label", "options"} and not isinstance(value, dict):
            raise fault(key, "a table")
    command = said.get("command", ["-"])
    if (
        not isinstance(command, list)
        or not command
        or not all(isinstance(word, str) and word and "\0" not in word for word in command)
    ):
        raise fault("command", 'a list of words, no shell: ["curl", "-sS", "https://..."]')
    file = said.get("file", "")
    if file and (not said.get("command") or Path(file).name != file or file.startswith(".")):
        raise fault("file", "a plain name in the command's working folder")


def _folder(settings: Settings, text: str, fault: Any) -> Path:  # noqa: ANN401 - as above
    folder = settings.folder / text
    inner = folder.resolve()
    for name in ("lake", "originals", "jobs", "scratch", "uploads"):
        if inner.is_relative_to((settings.folder / name).resolve()):
            raise fault("folder", f"{name}/ is the workspace's own; name another folder")
    if inner == settings.folder.resolve():
        raise fault("folder", "the workspace itself; name a folder for this source alone")
    return folder


def _label(settings: Settings, said: Mapping[str, Any], fault: Any) -> Label:  # noqa: ANN401 - as above
    words: dict[str, Any] = dict(said)
    if "purposes" in words:
        words["purposes"] = tuple(words["purposes"])
    if words.get("compartment"):  # nothing is learned from sealed records
        words.setdefault("statistics", False)
    try:
        return replace(settings.label, **words)
    except TypeError as error:
        raise fault("label", str(error)) from error
