"""The verbs of files to be screened: sent, counted, said how they are read, begun as a job."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field
from typing import IO, Any, Final

from maillon.model import NotFoundError, NotValidError, View
from maillon.screen import NAME_PROPS, TAGGED
from maillon.screen.tables import (
    HEAD,
    PROPERTIES,
    WorkbookError,
    form_of,
    property_of,
    read_rows,
    why_no_workbook,
)
from maillon.sources import evidence_of
from maillon.sources.evidence import Evidence
from maillon.store import Store
from maillon.store.jobs import Asked, Job
from maillon.store.uploads import Upload
from maillon.workspace.onboarding import line_of

SCREEN: Final = "screen"
SHOWN_ROWS: Final = 8
MOST_COLUMNS: Final = 1_000
"""Columns of a table that a person is asked about."""
_BEGUN_ON: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class ScreenForm:
    """How a file is screened, as a person said it.

    Attributes:
        columns: What is compared, by the number of the column from 0; None: what headers say.
        encoding: Codec name; empty: UTF-8, or what its mark says.
        delimiter: One character; empty: as it seems to be.
        date_order: ``dmy`` or ``mdy``; empty: what each column proves.
        sheet: Of a workbook; empty: the first.
        lists: Datasets to screen against; none: every list.
        use: Name of the rules; empty: the workspace's own.
        threshold: Least score of a hit; None: as the rules have it.
        top: Most hits of a record; None: as the rules have it.
    """

    columns: Mapping[int, str] | None = None
    encoding: str = ""
    delimiter: str = ""
    date_order: str = ""
    sheet: str = ""
    lists: tuple[str, ...] = ()
    use: str = ""
    threshold: float | None = None
    top: int | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """A file to be screened, looked at before it is begun.

    Attributes:
        upload: The file.
        form: ``table``, ``workbook`` or ``lines``.
        records: How many there are; 0: nobody counted them.
        unreadable: Those of them that will be answered *could not look* whatever they say.
        header: Names of the columns of a table.
        placed: What each column is taken for, by its number from 0.
        rows: The first records.
        evidence: Why a CSV file is read so; None for others.
        problem: Why it cannot be read as a whole; empty where it can.
    """

    upload: Upload
    form: str
    records: int
    unreadable: int
    header: tuple[str, ...] = ()
    placed: Mapping[int, str] = field(default_factory=dict)
    rows: tuple[tuple[str, ...], ...] = ()
    evidence: Evidence | None = None
    problem: str = ""

    def line(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            **line_of(self.upload), "form": self.form, "records": self.records,
            "unreadable": self.unreadable, "header": list(self.header),
            "placed": {str(at): prop for at, prop in self.placed.items()},
            "rows": [list(row) for row in self.rows], "problem": self.problem,
            "evidence": None if self.evidence is None else self.evidence.line(),
        }  # fmt: skip


class ScreenUploads:
    """Files to be screened; every verb takes a view of the act ``screen``.

    Args:
        store: The store.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def send(self, view: View, raw: IO[bytes], name: str = "") -> Upload:
        """Take a file and count its records. See `Uploads.add`."""
        held = self._store.uploads.add(view, SCREEN, raw, name)
        with self._store.uploads.opened(view, held.id) as file:
            records, unreadable = counted(file)
        said = {"records": records, "unreadable": unreadable}
        return self._store.uploads.say(view, held.id, held.revision, said)

    def waiting(self, view: View) -> list[Upload]:
        """Return the own account's files that wait, newest first."""
        return self._store.uploads.page(view)

    def look(self, view: View, upload: str, encoding: str = "", delimiter: str = "") -> Counted:
        """Return what a file seems to be and how many records it has.

        Args:
            view: Of the act ``screen``.
            upload: The file.
            encoding: To read it in; empty: as it seems to be.
            delimiter: To read it by; empty: as it seems to be.

        Raises:
            NotFoundError: The account has no such file that waits.
        """
        held = self._one(view, upload)
        said = held.said
        base = Counted(held, "lines", int(said.get("records", 0)), int(said.get("unreadable", 0)))
        with self._store.uploads.opened(view, upload) as raw:
            head = raw.read(HEAD)
            kind = form_of(head)
            if kind == "lines":
                return base
            if kind == "table":
                found = evidence_of(head, encoding, delimiter)
                return Counted(
                    held, kind, base.records, base.unreadable, found.header,
                    _placed(found.header), found.rows, found,
                )  # fmt: skip
            raw.seek(0)
            return _workbook(base, raw)

    def begin(self, view: View, upload: str, form: ScreenForm) -> Job:
        """Have a file screened: the job waits when this returns.

        Raises:
            NotValidError: No column holds a name, or the form is none.
            RefusedError: See `Jobs.enqueue`.
        """
        looked = self.look(view, upload, form.encoding, form.delimiter)
        if looked.problem:
            raise NotValidError(looked.problem)
        placed = form.columns if form.columns is not None else looked.placed
        if looked.form != "lines":
            _check(placed, len(looked.header))
        order = _order(looked, form, placed)
        with self._store.uploads.opened(view, upload) as raw:
            asked = Asked(SCREEN, order, f"upload {upload}")
            job = self._store.jobs.enqueue(view, asked, raw)
        self._store.uploads.became(view, upload, job.id)
        return job

    def _one(self, view: View, upload: str) -> Upload:
        held = self._store.uploads.one(view, upload)
        if held.kind != SCREEN or held.job:
            raise NotFoundError(f"no upload {upload} of this account that waits")
        return held


def counted(raw: IO[bytes]) -> tuple[int, int]:
    """Return how many records a file has, about, and how many of them nobody can read.

    Entity lines are counted as lines; the records of a workbook are counted when it is screened.
    """
    raw.seek(0)
    head = raw.read(HEAD)
    kind = form_of(head)
    raw.seek(0)
    if kind == "workbook":
        return 0, 0
    if kind == "lines":
        return _lines(raw), 0
    found = evidence_of(head)
    records = unreadable = 0
    with closing(_problems(raw, found)) as rows:
        for is_there, is_bad in rows:
            records += is_there
            unreadable += is_bad
    return max(0, records - 1), unreadable


def _lines(raw: IO[bytes]) -> int:
    count, is_new = 0, True
    while piece := raw.readline(_BEGUN_ON):
        count += is_new and bool(piece.strip())
        is_new = piece.endswith(b"\n")
    return count


def _problems(raw: IO[bytes], found: Evidence) -> Generator[tuple[bool, bool], None, None]:
    from maillon.screen.tables.queries import delimited_rows  # noqa: PLC0415 - its parts

    with closing(delimited_rows(raw, found.encoding, found.delimiter)) as rows:
        for _, cells, problem in rows:
            yield problem is not None or any(cells), problem is not None


def _workbook(base: Counted, raw: IO[bytes]) -> Counted:
    header: tuple[str, ...] = ()
    rows: list[tuple[str, ...]] = []
    problem = why_no_workbook(raw)
    try:
        with closing(read_rows(raw)) as found:  # type: ignore[type-var]  # a generator
            for _, cells, _wrong in found if not problem else ():
                if not any(cells):
                    continue
                if not header:
                    header = tuple(cells)
                elif len(rows) < SHOWN_ROWS:
                    rows.append(tuple(cells))
                else:
                    break
    except WorkbookError as error:
        problem = str(error)
    return Counted(
        base.upload, "workbook", base.records, base.unreadable, header, _placed(header),
        tuple(rows), None, problem,
    )  # fmt: skip


def _placed(header: Sequence[str]) -> dict[int, str]:
    found = {at: property_of(name.rpartition("#")[0] or name) for at, name in enumerate(header)}
    return {at: prop for at, prop in found.items() if prop}


def _check(placed: Mapping[int, str], width: int) -> None:
    wrong = [at for at, prop in placed.items() if prop not in PROPERTIES or not 0 <= at < width]
    if wrong:
        raise NotValidError("a column that the file has not, or that is compared with nothing")
    if not {*NAME_PROPS, *TAGGED} & set(placed.values()):
        raise NotValidError("no column holds a name: say which one does")


def _order(looked: Counted, form: ScreenForm, placed: Mapping[int, str]) -> dict[str, Any]:
    said: dict[str, Any] = {"lists": list(form.lists), "total": looked.records}
    for name in ("date_order", "sheet", "use", "threshold", "top"):
        if asdict(form)[name]:
            said[name] = asdict(form)[name]
    if looked.form != "lines":
        said["columns"] = {str(at): prop for at, prop in sorted(placed.items())}
    if looked.evidence is not None:
        said["encoding"] = looked.evidence.encoding
        said["delimiter"] = looked.evidence.delimiter
    return said
