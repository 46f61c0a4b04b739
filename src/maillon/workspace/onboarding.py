"""The verbs of onboarding: a file is sent, looked at, mapped, tried, and loaded as a job.

What is said of a file is kept with it (`Uploads`): a restart, the end of a session and a second tab
lose nothing. What was said of the last delivery of a source is offered for the next one.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO, Any, Final

from maillon.model import NotFoundError, NotValidError, View
from maillon.policy import is_known
from maillon.sources import DETECTED_BYTES, evidence_of, option_fault
from maillon.sources.evidence import Evidence
from maillon.store import Store
from maillon.store.jobs import Asked, Job
from maillon.store.uploads import Upload
from maillon.workspace import tablemap, trying

LOAD: Final = "load"
OPTIONS: Final = ("encoding", "delimiter", "date_order", "decimal", "country")
"""What a person may say of how a table is read."""
_ANY: Final = {"queries": [{"entities": {"a": {
    "schema": "Person", "properties": {"name": {"literal": "any"}}
}}}]}  # fmt: skip
"""A mapping that is sound, where the other options alone are asked about."""
DATASET: Final = re.compile(r"[a-z][a-z0-9_]{0,99}\Z")


@dataclass(frozen=True, slots=True)
class TableForm:
    """How a table is read, as a person confirmed it; empty where the file itself says.

    Attributes:
        encoding: Codec name.
        delimiter: One character.
        date_order: ``dmy``, ``mdy``, ``ymd``, or ``auto``: what each column proves.
        decimal: ``.`` or ``,``.
        country: ISO 3166 code of the country whose national phone numbers are meant.
    """

    encoding: str = ""
    delimiter: str = ""
    date_order: str = ""
    decimal: str = ""
    country: str = ""

    def said(self) -> dict[str, str]:
        """Return what is said, as options of the reading."""
        return {name: value for name, value in asdict(self).items() if value}


@dataclass(frozen=True, slots=True)
class LoadOrder:
    """Under which name and label a file is loaded.

    Attributes:
        dataset: Name of the source, e.g. ``customs_imports``.
        mode: ``snapshot`` or ``messages``; empty: as the adapter has it.
        retention: Category of ``law/retention.toml``.
        originator: The agency that delivered; empty: as the workspace has it.
        compartment: Sealed compartment; empty: none.
        handling: Handling code, ``SCHEME/CODE``; empty: as the workspace has it.
    """

    dataset: str
    mode: str = ""
    retention: str = "standard"
    originator: str = ""
    compartment: str = ""
    handling: str = ""


@dataclass(frozen=True, slots=True)
class Looked:
    """A file that was sent, with what it seems to be and what was said of it.

    Attributes:
        upload: The file.
        form: How it is read, as far as that was said.
        evidence: What it seems to be, read so, and why.
        mapping: As YAML; empty: none yet.
        faults: What of the mapping cannot be used for it.
        protected: Protected characteristic by the number of a column whose name speaks of one.
    """

    upload: Upload
    form: TableForm
    evidence: Evidence
    mapping: str
    faults: tuple[str, ...]
    protected: Mapping[int, str]

    def line(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            **line_of(self.upload), "form": asdict(self.form), "evidence": self.evidence.line(),
            "mapping": self.mapping, "faults": list(self.faults),
            "protected": {str(at): what for at, what in self.protected.items()},
        }  # fmt: skip


class Onboarding:
    """Onboarding in one workspace; every verb takes a view of the act ``load``.

    Args:
        store: Its store.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def send(self, view: View, raw: IO[bytes], name: str = "") -> Upload:
        """Take a file. See `Uploads.add`."""
        return self._store.uploads.add(view, LOAD, raw, name)

    def waiting(self, view: View) -> list[Upload]:
        """Return the own account's files that wait, newest first."""
        return self._store.uploads.page(view)

    def look(self, view: View, upload: str) -> Looked:
        """Return what a file seems to be, and why, with what was said of it.

        Raises:
            NotFoundError: The account has no such file that waits.
        """
        held = self._one(view, upload)
        form = _form(held)
        with self._store.uploads.opened(view, upload) as raw:
            head = raw.read(DETECTED_BYTES)
        found = evidence_of(head, form.encoding, form.delimiter)
        mapping = str(held.said.get("mapping", ""))
        faults = tablemap.check(mapping, found.header) if mapping else ()
        protected = {
            at: what for at, name in enumerate(found.header) if (what := tablemap.spoken_of(name))
        }
        return Looked(held, form, found, mapping, faults, protected)

    def confirm(self, view: View, upload: str, revision: int, form: TableForm) -> Upload:
        """Say how a file is read.

        Raises:
            NotValidError: It cannot be read so.
            StaleError: Somebody said something of it in between.
        """
        held = self._one(view, upload)
        if fault := option_fault("csv", {"mapping": _ANY, **form.said()}):
            raise NotValidError(fault)
        said = {**held.said, "form": form.said(), "is_confirmed": True}
        return self._store.uploads.say(view, upload, revision, said)

    def map(
        self, view: View, upload: str, revision: int, mapping: str, dataset: str = ""
    ) -> Upload:
        """Say which column says what of which entity.

        Args:
            view: Of the act ``load``.
            upload: The file.
            revision: Of the file, on which this is said.
            mapping: A FollowTheMoney mapping, as YAML.
            dataset: Of which source it is the next delivery, where that is known.

        Raises:
            NotValidError: It is no mapping.
            RefusedError: It takes up what the law protects: religion, health ...
            StaleError: Somebody said something of it in between.
        """
        held = self._one(view, upload)
        tablemap.check(mapping, ())
        said = {**held.said, "mapping": mapping}
        if dataset:
            said["dataset"] = dataset
        return self._store.uploads.say(view, upload, revision, said)

    def said_before(self, view: View) -> dict[str, dict[str, str]]:
        """Return how the newest delivery of each source that the view sees was read.

        Returns:
            Options, the mapping among them, by dataset; only of those that have one.
        """
        newest = {one.dataset: one.id for one in self._store.deliveries(view)}
        found = {}
        for dataset, delivery in sorted(newest.items()):
            held = self._store.options_of(view, delivery)
            if isinstance(held.get("mapping"), str):
                found[dataset] = {name: str(value) for name, value in held.items()}
        return found

    def trial(self, view: View, upload: str, mapping: str = "") -> trying.Trial:
        """Return what the mapping makes of the file; nothing is loaded.

        Args:
            view: Of the act ``load``.
            upload: The file.
            mapping: To be tried; empty: the one that was said.

        Raises:
            NotValidError: No mapping was said, or it does not fit.
        """
        path, parsed, form = self._ready(view, upload, mapping)
        return trying.tried(path, parsed, form)

    def rejects(self, view: View, upload: str) -> Iterator[trying.Reject]:
        """Yield what of a file is not taken as it is, all of it."""
        path, parsed, form = self._ready(view, upload)
        yield from trying.rejects(path, parsed, form)

    def preview(self, view: View, upload: str, mapping: str, count: int) -> list[dict[str, Any]]:
        """Return the entities that a mapping makes of the first records."""
        path, parsed, form = self._ready(view, upload, mapping)
        return trying.previewed(path, parsed, form, count)

    def load(self, view: View, upload: str, order: LoadOrder) -> Job:
        """Have a file loaded as it was said: the job waits when this returns.

        Raises:
            NotValidError: No mapping was said, it does not fit, or the order is none.
            RefusedError: See `Jobs.enqueue`.
        """
        path, _, form = self._ready(view, upload)
        held = self._one(view, upload)
        _check(self._store, order)
        said = {
            "adapter": "csv", **asdict(order), "accept_shrink": "",
            "options": {**form, "mapping": tablemap.settled(held.said["mapping"], order.dataset)},
        }  # fmt: skip
        with path.open("rb") as raw:
            asked = Asked(LOAD, said, f"upload {upload}")
            job = self._store.jobs.enqueue(view, asked, raw)
        self._store.uploads.became(view, upload, job.id)
        return job

    def _one(self, view: View, upload: str) -> Upload:
        held = self._store.uploads.one(view, upload)
        if held.kind != LOAD or held.job:
            raise NotFoundError(f"no upload {upload} of this account that waits")
        return held

    def _ready(
        self, view: View, upload: str, mapping: str = ""
    ) -> tuple[Path, Mapping[str, Any], dict[str, str]]:
        looked = self.look(view, upload)
        text = mapping or looked.mapping
        if not text:
            raise NotValidError("no mapping was said: say which column says what")
        faults = tablemap.check(text, looked.evidence.header) if mapping else looked.faults
        if faults:
            raise NotValidError(f"the mapping does not fit: {'; '.join(faults)}"[:1_000])
        form = {"encoding": looked.evidence.encoding, "delimiter": looked.evidence.delimiter,
                **looked.form.said()}  # fmt: skip
        made = tablemap.parsed(tablemap.settled(text, "trial"))
        return self._store.uploads.path(view, upload), made, form


def line_of(upload: Upload) -> dict[str, Any]:
    """Return a file that waits as it is shown."""
    return {
        "upload": upload.id, "kind": upload.kind, "name": upload.name, "size": upload.size,
        "sha256": upload.sha256, "revision": upload.revision, "at": upload.at,
        "changed": upload.changed, "job": upload.job,
    }  # fmt: skip


def _form(upload: Upload) -> TableForm:
    said = upload.said.get("form", {})
    return TableForm(**{name: str(said.get(name, "")) for name in OPTIONS})


def _check(store: Store, order: LoadOrder) -> None:
    if DATASET.match(order.dataset) is None:
        raise NotValidError("the name of a source: small letters, digits and _, a letter first")
    if order.mode not in {"", "snapshot", "messages"}:
        raise NotValidError("the mode is snapshot or messages")
    scheme, _, code = order.handling.rpartition("/")
    if code and not is_known(replace(store.settings.label, scheme=scheme, code=code)):
        raise NotValidError("the handling code is not known to the house: SCHEME/CODE")
    if order.retention not in store.house.rules().regimes:
        raise NotValidError("the retention is no category of law/retention.toml")
