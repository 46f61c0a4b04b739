"""Files that lie complete in a drop folder: proposed once, accepted or refused once.

The row is the decision; the file is moved after it, and moved then by whoever looks next if that
one was killed in between.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from maillon.model import Act, Mandate, NotFoundError, StaleError, View
from maillon.store import ledger
from maillon.store.desk import Desk, intern_label
from maillon.store.door import check_act, check_view
from maillon.store.house import check_reason, new_id
from maillon.store.intake_settings import Source
from maillon.store.jobs import Asked, JobState, put_job, stamp
from maillon.store.tables import LABEL
from maillon.store.tables_jobs import INTAKE_LOOK, INTAKE_STATE, JOB, PROPOSAL

WAITING: Final = "waiting"
ACCEPTED: Final = "accepted"
REFUSED: Final = "refused"
REPLACED: Final = "replaced"
"""Another file of the same name came before anybody decided."""

REST: Final = timedelta(seconds=5)
"""How long a size must stay as it is for the file to be whole."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A file of a drop folder as it was seen.

    Attributes:
        name: Its name.
        size: Its bytes.
        changed: When it was written last, nanoseconds.
    """

    name: str
    size: int
    changed: int


@dataclass(frozen=True, slots=True)
class DeliveryProposal:
    """A file that waits to be let in, or what became of it.

    Attributes:
        id: 16 hex digits.
        dataset: Of which source.
        name: Name of the file.
        sha256: Of its bytes.
        size: How many they are.
        state: ``waiting``, ``accepted``, ``refused`` or ``replaced``.
        job: Id of the job that loads it.
        who: Who decided.
        reason: Why it was refused.
        at: Since when it lies there.
        decided: When it was decided.
    """

    id: str
    dataset: str
    name: str
    sha256: str
    size: int
    state: str
    job: str
    who: str
    reason: str
    at: str
    decided: str


class Proposals:
    """What lies in the drop folders, as the desk knows it.

    Args:
        desk: Holds it.
        now: The clock.
    """

    def __init__(self, desk: Desk, now: Callable[[], datetime]) -> None:
        self._desk = desk
        self._now = now

    # -- as people see them

    def page(self, view: View, *, states: Iterable[str] = (WAITING,)) -> list[DeliveryProposal]:
        """Return the proposals that the view may know of, oldest first."""
        check_view(view)
        query = select(PROPOSAL).where(PROPOSAL.c.state.in_(list(states)))
        with self._desk.engine.connect() as connection:
            rows = connection.execute(query.order_by(PROPOSAL.c.number)).all()
            seen = _compartments(connection)
        return [_proposal(row) for row in rows if _may_know(view, row, seen)]

    def accept(self, view: View, id_: str) -> str:
        """Let a file in: the job that loads it waits when this returns; return the job's id.

        Raises:
            StoreError: There is none that the view may know of.
            StaleError: Somebody decided before.
        """
        with self._desk.begin() as connection:
            row = self._deciding(connection, view, id_)
            at = stamp(self._now())
            asked = Asked("load", {"proposal": id_, "dataset": row.dataset}, f"proposal {id_}")
            job = put_job(connection, view.mandate, asked, at=at)
            self._decide(connection, view.mandate, row, ACCEPTED, job=job)
        return job

    def refuse(self, view: View, id_: str, reason: str) -> None:
        """Keep a file out.

        Raises:
            RefusedError: No reason is given.
            StoreError: As `accept`.
            StaleError: As `accept`.
        """
        check_reason(reason, "the refusal of a delivery")
        with self._desk.begin() as connection:
            row = self._deciding(connection, view, id_)
            self._decide(connection, view.mandate, row, REFUSED, reason=reason)

    def errors(self, view: View, datasets: Iterable[str]) -> dict[str, tuple[str, str]]:
        """Return what went wrong last at these sources, with its moment, where it did."""
        check_view(view)
        query = select(INTAKE_STATE).where(
            INTAKE_STATE.c.dataset.in_(list(datasets)), INTAKE_STATE.c.error != ""
        )
        with self._desk.engine.connect() as connection:
            rows = connection.execute(query).all()
        return {row.dataset: (row.error, row.at) for row in rows}

    def arrivals(self, view: View, datasets: Iterable[str]) -> dict[str, str]:
        """Return when a file of these sources was last let in and loaded, where one was."""
        check_view(view)
        query = (
            select(PROPOSAL.c.dataset, func.max(JOB.c.ended).label("at"))
            .join(JOB, JOB.c.id == PROPOSAL.c.job)
            .where(PROPOSAL.c.dataset.in_(list(datasets)), JOB.c.state == JobState.DONE.value)
            .group_by(PROPOSAL.c.dataset)
        )
        with self._desk.engine.connect() as connection:
            return {row.dataset: row.at for row in connection.execute(query)}

    # -- as the watcher of the folders sees them

    def whole(self, source: Source, seen: Iterable[Seen]) -> list[Seen]:
        """Return the files that are as large as at a look `REST` ago, and keep this look."""
        at, before = self._now(), stamp(self._now() - REST)
        files = {one.name: one for one in seen}
        of = INTAKE_LOOK.c.dataset == source.dataset
        with self._desk.begin() as connection:
            looks = {row.name: row for row in connection.execute(select(INTAKE_LOOK).where(of))}
            same = {
                name
                for name, row in looks.items()
                if name in files
                and (row.size, row.changed) == (files[name].size, files[name].changed)
            }
            gone = [name for name in looks if name not in same]
            connection.execute(delete(INTAKE_LOOK).where(of, INTAKE_LOOK.c.name.in_(gone)))
            for name in sorted(files.keys() - same):
                row = {"dataset": source.dataset, "name": name, "at": stamp(at)}
                one = files[name]
                values = {**row, "size": one.size, "changed": one.changed}
                connection.execute(insert(INTAKE_LOOK).values(**values))
        return [files[name] for name in sorted(same) if looks[name].at <= before]

    def is_known(self, source: Source, one: Seen) -> bool:
        """Return whether this very file, by name and size, waits already."""
        with self._desk.engine.connect() as connection:
            rows = connection.execute(_waiting(source, one.name)).all()
        return any(row.size == one.size for row in rows)

    def propose(self, source: Source, name: str, sha256: str, size: int) -> str:
        """Write that a file waits; return the proposal's id; empty: it waits already."""
        id_, at = new_id(), stamp(self._now())
        with self._desk.begin() as connection:
            for row in connection.execute(_waiting(source, name)).all():
                if row.sha256 == sha256:
                    return ""
                values = {"state": REPLACED, "is_settled": True, "decided": at}
                here = PROPOSAL.c.number == row.number
                connection.execute(update(PROPOSAL).where(here).values(**values))
            connection.execute(
                insert(PROPOSAL).values(
                    id=id_, dataset=source.dataset, agency=source.mandate.agency,
                    label=intern_label(connection, source.label), name=name, sha256=sha256,
                    size=size, state=WAITING, is_settled=False, job="", who="", reason="",
                    at=at, decided="",
                )
            )  # fmt: skip
            said = {"proposal": id_, "dataset": source.dataset, "sha256": sha256}
            ledger.append(connection, source.mandate, "intake", "proposed", said)
        return id_

    def of_source(self, source: Source, state: str = WAITING) -> list[DeliveryProposal]:
        """Return the proposals of a source in a state, oldest first."""
        query = select(PROPOSAL).where(
            PROPOSAL.c.dataset == source.dataset, PROPOSAL.c.state == state
        )
        return self._read(query.order_by(PROPOSAL.c.number))

    def unsettled(self, source: Source) -> list[DeliveryProposal]:
        """Return the decided proposals of a source whose file was not moved yet."""
        query = select(PROPOSAL).where(
            PROPOSAL.c.dataset == source.dataset, PROPOSAL.c.is_settled.is_(False),
            PROPOSAL.c.state.in_([ACCEPTED, REFUSED]),
        )  # fmt: skip
        return self._read(query.order_by(PROPOSAL.c.number))

    def settled(self, id_: str) -> None:
        """Write that a decided file was moved."""
        with self._desk.begin() as connection:
            here = PROPOSAL.c.id == id_
            connection.execute(update(PROPOSAL).where(here).values(is_settled=True))

    def by_id(self, id_: str) -> DeliveryProposal:
        """Return a proposal, for the job that loads it.

        Raises:
            StoreError: There is none.
        """
        found = self._read(select(PROPOSAL).where(PROPOSAL.c.id == id_))
        if not found:
            raise NotFoundError(f"no proposal {id_}")
        return found[0]

    def went(self, source: Source, error: str = "") -> None:
        """Write what went wrong at a source; or that it went well."""
        row = {"error": error, "at": stamp(self._now())}
        here = INTAKE_STATE.c.dataset == source.dataset
        with self._desk.begin() as connection:
            if connection.execute(update(INTAKE_STATE).where(here).values(**row)).rowcount == 0:
                connection.execute(insert(INTAKE_STATE).values(dataset=source.dataset, **row))

    def ask_fetch(self, source: Source, slot: str) -> str:
        """Ask for the job that fetches a source in a slot of time, once; return its id."""
        key = f"fetch {source.dataset} {slot}"
        here = (JOB.c.who == source.mandate.who, JOB.c.idempotency == key)
        with self._desk.begin() as connection:
            found = connection.execute(select(JOB.c.id).where(*here)).scalar()
            if found is not None:
                return str(found)
            asked = Asked("fetch", {"dataset": source.dataset, "slot": slot}, key)
            return put_job(connection, source.mandate, asked, at=stamp(self._now()))

    def _read(self, query: Any) -> list[DeliveryProposal]:  # noqa: ANN401 - a select
        with self._desk.housekeeping() as connection:
            return [_proposal(row) for row in connection.execute(query)]

    def _deciding(self, connection: Connection, view: View, id_: str) -> Row[Any]:
        check_act(view, Act.LOAD)
        row = connection.execute(select(PROPOSAL).where(PROPOSAL.c.id == id_)).first()
        if row is None or not _may_know(view, row, _compartments(connection)):
            raise NotFoundError(f"no proposal {id_} that this mandate may decide")
        if row.state != WAITING:
            raise StaleError(f"proposal {id_} is {row.state} since {row.decided}")
        return row

    def _decide(
        self, connection: Connection, mandate: Mandate, row: Row[Any], state: str, **values: object
    ) -> None:
        changed = {"state": state, "who": mandate.who, "decided": stamp(self._now()), **values}
        here = PROPOSAL.c.number == row.number
        connection.execute(update(PROPOSAL).where(here).values(**changed))
        said = {"proposal": row.id, "dataset": row.dataset, "sha256": row.sha256}
        ledger.append(connection, mandate, "intake", state, said)


def may_know(view: View, agency: str, label: int, compartment: str) -> bool:
    """Return whether a view may know that something with a label lies in a drop folder.

    That is the agency which receives it; what is in a compartment, who may read it.
    """
    return agency == view.mandate.agency and (not compartment or label in view.labels)


def _may_know(view: View, row: Row[Any], compartments: Mapping[int, str]) -> bool:
    return may_know(view, row.agency, row.label, compartments.get(row.label, ""))


def _compartments(connection: Connection) -> dict[int, str]:
    query = select(LABEL.c.id, LABEL.c.compartment)
    return {row.id: row.compartment for row in connection.execute(query)}


def _waiting(source: Source, name: str) -> Any:  # noqa: ANN401 - a select
    return select(PROPOSAL).where(
        PROPOSAL.c.dataset == source.dataset, PROPOSAL.c.name == name, PROPOSAL.c.state == WAITING
    )


def _proposal(row: Row[Any]) -> DeliveryProposal:
    return DeliveryProposal(
        row.id, row.dataset, row.name, row.sha256, row.size, row.state, row.job, row.who,
        row.reason, row.at, row.decided,
    )  # fmt: skip
