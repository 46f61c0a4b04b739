"""Row-level security: a question whose filter was forgotten shows nothing, or the readable rows only.

Everything here runs as the application's role: not the owner, not a superuser.
"""

import subprocess
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, insert, select, text
from sqlalchemy.engine import make_url

from maillon.model import Act, Label, StoreError, View
from maillon.store import (
    Assessment,
    ChangeKind,
    ClusterChange,
    Event,
    LeadState,
    Proposal,
    Side,
    StandingHit,
    Store,
    Verdict,
    new_receipt_id,
    open_store,
)
from maillon.store.desk import Desk
from maillon.store.every_table import METADATA
from maillon.store.hits import Run
from maillon.store.labelsets import readable_sets, set_number
from maillon.store.tables import DELIVERY, DELIVERY_PART, JUDGEMENT
from maillon.store.tables_mandate import NAMED_ANCHOR, POINTER, PROTECTION, SANITISATION

from .conftest import load, people, view_of
from .marked import centre, load_marked
from .postgres import Ready, Server, _program

LOCKED = ("judgement", "cluster_change", "lead_assessment", "receipt", "clearing", "screen_hit",
          "delivery", "validation", "delivery_part", "protection", "named_anchor",
          "sanitisation", "pointer")  # fmt: skip
VAULT = Label("centre", compartment="vault", purposes=("linking",), legal_basis="Act, s. 1")


@pytest.fixture
def folder(tmp_path: Path, ready: Ready) -> Iterator[Path]:
    with ready.copy(tmp_path / "w") as made:
        yield made


@pytest.fixture
def view(store: Store) -> View:
    """A reader who may read one of two labels; every locked table has a row of either."""
    load(store, people(2))
    load(store, people(3), dataset="sealed", label=VAULT)
    view = view_of(store, Act.JUDGE)
    (hidden,) = set(store._desk.labels()) - view.labels
    with store._desk.begin() as connection:
        for row in connection.execute(select(DELIVERY.c.id, DELIVERY.c.label)).all():
            values = dict.fromkeys(("statements", "records_unreadable", "purged", "size"), 1)
            connection.execute(insert(DELIVERY_PART).values(
                delivery=row.id, label=row.label, files=[], **values))  # fmt: skip
    for labels in (tuple(view.labels), (*view.labels, hidden)):
        store.judge(view, Event("a", "b", Verdict.POSITIVE, "r", labels))
        change = ClusterChange(
            ChangeKind.MERGED, ("x", f"y{len(labels)}"), ("x",), ("a",), 1, labels
        )
        store.changes.append(view, [change])
        store.assessments.append(
            view, Assessment("ml-a", "ml-b", LeadState.OPEN, "r", labels=labels)
        )
        store.clearings.clear(view, Side("s", "d", "v"), Side("e", "l", "v"), "r", labels)
        hit = StandingHit("s", f"e{len(labels)}", ("d", "l"), ("1" * 64, "2" * 64), 0.9, "strong",
                          is_alert=True, state="open", why="first run")  # fmt: skip
        run = Run("round", new_receipt_id(), {}, {}, labels, 0)
        store.rounds.commit(view, run, [hit])
        decides, kept = view_of(store, Act.DECIDE, purpose="review"), store.safeguards.validations
        proposal = Proposal("hit", ("s", f"e{len(labels)}"), "v", labels=labels)
        token = kept.open(decides, proposal)
        kept.decide(decides, proposal, "match", "r", weighed=(), expected=token)
        guard(store, labels)
    return view


def guard(store: Store, labels: Sequence[int], *, hiding: int | None = None) -> None:
    """Write a protection, an anchor by hand and a sanitisation that stand on labels."""
    number = set_number(labels)
    said = {"id": f"{number % 16**16:016x}", "who": "w", "at": "2026", "labels": list(labels),
            "label_set": number}  # fmt: skip
    empty = dict.fromkeys((*("basis", "grade", "reason", "case", "person", "approved_by"),
                           *("approved", "removed_by", "removed", "removal_reason")), "")  # fmt: skip
    with store._desk.begin() as connection:
        connection.execute(insert(PROTECTION).values(
            **said, entity="e", kind="victim" if hiding is None else "sealed", basis="b",
            reason="r", label=labels[0] if hiding is None else hiding,
            is_hiding=hiding is not None, review="", until=""))  # fmt: skip
        if hiding is not None:
            return
        anchor = {name: held for name, held in said.items() if name != "at"}
        connection.execute(insert(NAMED_ANCHOR).values(
            **{**empty, **anchor}, entity="e", topic="crime.terror", asked="2026", expires="2027"))  # fmt: skip
        connection.execute(insert(POINTER).values(
            id=said["id"], lead="1" * 64, agency="centre", held_by=[], entities=["e"], who="",
            state="waiting", answer="", at="2026", labels=list(labels), label_set=number))  # fmt: skip
        connection.execute(insert(SANITISATION).values(
            **said, sha256="0" * 64, from_labels=list(labels), to_label=labels[0], what="w",
            approved_by="v"))  # fmt: skip


def sets_of(store: Store, view: View) -> list[int]:
    with store._desk.housekeeping() as connection:
        return readable_sets(connection, view)


def counts(connection: object) -> list[int]:
    return [
        connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()  # type: ignore[attr-defined]  # a connection
        for table in LOCKED
    ]


def test_a_forgotten_filter_shows_nothing(store: Store, view: View) -> None:
    with store._desk.engine.connect() as connection:
        assert counts(connection) == [0] * len(LOCKED)


def test_a_forgotten_filter_shows_a_reader_the_readable_rows_only(store: Store, view: View) -> None:
    with store._desk.reading(view.labels, sets_of(store, view)) as connection:
        assert counts(connection) == [1] * len(LOCKED)
        readable = connection.exec_driver_sql("SELECT labels FROM judgement").scalar()
    assert set(readable or ()) == view.labels


def test_a_delivery_is_shown_to_who_may_read_a_part_of_it_and_that_part_alone(
    store: Store,
) -> None:
    load_marked(store, "a,name,A,TLP:RED\nb,name,B,TLP:AMBER\n")
    view = centre(store)
    with store._desk.housekeeping() as connection:
        (own,) = connection.execute(select(DELIVERY.c.label)).scalars()
        parts = set(connection.execute(select(DELIVERY_PART.c.label)).scalars())
    for told in ({own}, parts - {own}):
        with store._desk.reading(told) as connection:
            assert len(connection.execute(select(DELIVERY.c.id)).all()) == 1
            assert set(connection.execute(select(DELIVERY_PART.c.label)).scalars()) == told
    with store._desk.reading(set(store._desk.labels()) - parts) as connection:
        assert connection.execute(select(DELIVERY.c.id)).all() == []
    assert [one.statements for one in store.deliveries(view)] == [1]


def test_a_hiding_protection_is_shown_to_who_is_cleared_for_it_alone(
    store: Store, view: View
) -> None:
    (hidden,) = set(store._desk.labels()) - view.labels
    with store._desk.begin() as connection:
        connection.execute(PROTECTION.delete())
    guard(store, sorted(view.labels), hiding=hidden)
    for told, wanted in ((view.labels, 0), (view.labels | {hidden}, 1)):
        with store._desk.reading(told, sets_of(store, view)) as connection:
            found = connection.exec_driver_sql("SELECT count(*) FROM protection").scalar()
            assert found == wanted


def test_the_verbs_of_safeguards_see_their_rows_through_the_lock(store: Store, view: View) -> None:
    decides = view_of(store, Act.DECIDE, purpose="review")
    kept = store.safeguards
    assert len(kept.protections.read(decides)) == 1
    assert len(kept.anchoring.read(decides)) == 1


def test_a_reader_of_nothing_is_shown_nothing(store: Store, view: View) -> None:
    with store._desk.reading((), ()) as connection:
        assert counts(connection) == [0] * len(LOCKED)


def test_the_store_itself_sees_every_row(store: Store, view: View) -> None:
    for lend in (store._desk.housekeeping, store._desk.begin):
        with lend() as connection:
            assert counts(connection) == [2] * len(LOCKED)


def test_a_connection_given_back_takes_nothing_to_the_next_reader(store: Store, view: View) -> None:
    url = store.settings.desk
    one = create_engine(url, pool_size=1, max_overflow=0)
    sets = ",".join(map(str, sets_of(store, view)))
    with one.connect() as connection:
        first = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
        connection.execute(text("SELECT set_config('maillon.label_sets', :s, true)"), {"s": sets})
        assert connection.exec_driver_sql("SELECT count(*) FROM judgement").scalar() == 1
        connection.commit()
        assert connection.exec_driver_sql("SELECT count(*) FROM judgement").scalar() == 0
    with one.connect() as connection:
        assert connection.exec_driver_sql("SELECT pg_backend_pid()").scalar() == first
        assert counts(connection) == [0] * len(LOCKED)
    one.dispose()


@pytest.mark.parametrize("lend", ["reading", "housekeeping", "begin"])
def test_what_a_lent_connection_was_told_ends_with_it(store: Store, view: View, lend: str) -> None:
    desk = store._desk
    context = (
        desk.reading(view.labels, sets_of(store, view))
        if lend == "reading"
        else getattr(desk, lend)()
    )
    with context as connection:
        seen = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
        assert sum(counts(connection)) > 0
    with desk.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT pg_backend_pid()").scalar() == seen
        assert counts(connection) == [0] * len(LOCKED)


def test_what_an_aborted_transaction_was_told_ends_with_it(store: Store, view: View) -> None:
    with (
        pytest.raises(StoreError, match="division by zero"),
        store._desk.housekeeping() as connection,
    ):
        connection.exec_driver_sql("SELECT 1 / 0")
    with store._desk.engine.connect() as connection:
        assert counts(connection) == [0] * len(LOCKED)


@pytest.mark.parametrize("told", ["x", "1,", "1;2", "{1}"])
def test_a_setting_that_is_no_list_of_numbers_shows_nothing(
    store: Store, view: View, told: str
) -> None:
    with store._desk.engine.connect() as connection:
        connection.execute(
            text("SELECT set_config('maillon.label_sets', :told, true)"), {"told": told}
        )
        with pytest.raises(StoreError, match="invalid input syntax"):
            connection.exec_driver_sql("SELECT count(*) FROM judgement")


def test_a_row_under_a_set_without_number_cannot_be_written(store: Store, view: View) -> None:
    row = {"id": "0" * 16, "left": "a", "right": "b", "verdict": "positive", "who": "w", "at": "2026",
           "reason": "r", "labels": [4711], "label_set": set_number([4711]), "by": "person"}  # fmt: skip
    with (
        pytest.raises(StoreError, match=r"row-level security.*docs/deploy\.md") as refused,
        store._desk.begin() as connection,
    ):
        connection.execute(insert(JUDGEMENT).values(**row))
    assert "4711" not in str(refused.value)


def test_a_reader_writes_nothing_that_it_may_not_read(store: Store, view: View) -> None:
    with store._desk.reading(view.labels, sets_of(store, view)) as connection:
        changed = connection.execute(JUDGEMENT.update().values(reason="changed"))
        assert changed.rowcount == 1
        connection.rollback()


def test_the_application_owns_nothing_and_bypasses_nothing(
    store: Store, ready: Ready, server: Server
) -> None:
    with store._desk.engine.connect() as connection:
        role, free = connection.exec_driver_sql(
            "SELECT rolname, rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles "
            "WHERE rolname = current_user"
        ).one()
        owned = connection.exec_driver_sql(
            "SELECT count(*) FROM pg_tables WHERE tableowner = current_user"
        ).scalar()
    assert (role, free, owned) == (server.application, False, 0)


@pytest.mark.parametrize(
    "statement",
    ["ALTER TABLE judgement DISABLE ROW LEVEL SECURITY", "ALTER TABLE judgement NO FORCE ROW LEVEL SECURITY",
     "DROP POLICY readable ON judgement", "CREATE POLICY mine ON judgement USING (true)",
     "TRUNCATE judgement", "CREATE TABLE mine (id int)"],
)  # fmt: skip
def test_the_application_cannot_take_the_lock_away(store: Store, statement: str) -> None:
    with (
        pytest.raises(StoreError, match=r"must be owner|permission denied"),
        store._desk.begin() as c,
    ):
        c.exec_driver_sql(statement)


def test_the_owner_is_bound_too(store: Store, view: View, server: Server, ready: Ready) -> None:
    database = store.settings.desk
    owner = Desk(Path(), database.replace(server.application, server.owner))
    with owner.engine.connect() as connection:
        assert counts(connection) == [0] * len(LOCKED)
    owner.close()


def test_every_table_with_labels_of_its_rows_is_locked_and_forced(store: Store) -> None:
    with store._desk.engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity"
        ).scalars()
        views = connection.exec_driver_sql(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname = 'public' AND c.relkind IN ('v', 'm') "
            "AND NOT coalesce(c.reloptions::text, '') LIKE '%%security_invoker=true%%'"
        ).all()
        assert set(rows) == set(LOCKED)
    assert views == []
    assert set(LOCKED) <= set(METADATA.tables)


def test_the_policy_is_asked_once_a_question_and_looks_up_the_index(
    store: Store, view: View
) -> None:
    with store._desk.reading(view.labels, sets_of(store, view)) as connection:
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # there are few rows
        lines = connection.exec_driver_sql("EXPLAIN SELECT * FROM judgement").scalars().all()
    plan = "\n".join(lines)
    assert "InitPlan" in plan
    assert "Index Cond: (label_set = ANY ($" in plan
    assert "SubPlan" not in plan


def test_no_number_is_committed_after_a_greater_one_was_seen(store: Store, view: View) -> None:
    folder = store.settings.folder
    failed: list[BaseException] = []

    def write(name: str) -> None:
        try:
            mine = open_store(folder)
            for number in range(15):
                mine.judge(view, Event(f"{name}{number}", "z", Verdict.POSITIVE, "r"))
            mine.close()
        except BaseException as error:  # noqa: BLE001 - told to the test
            failed.append(error)

    writers = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    last, is_on, seen = store.log(view).newest(), True, []
    for writer in writers:
        writer.start()
    while is_on:
        is_on = any(writer.is_alive() for writer in writers)
        newest = store.log(view).newest()
        seen += [event.left for event in store.log(view).read(since=last)]
        last = newest
    assert failed == []
    wanted = {f"{name}{number}" for name in "abcd" for number in range(15)}
    assert set(seen) == wanted
    assert {event.left for event in store.judgements(view) if event.right == "z"} == wanted
    store.verify_ledger()


def test_a_write_that_waits_too_long_says_so(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("maillon.store.engines.BUSY_MS", 200)
    other = Desk(Path(), store.settings.desk)
    with (
        store._desk.begin(),
        pytest.raises(StoreError, match="lock timeout"),
        other.begin() as connection,
    ):
        connection.execute(select(JUDGEMENT.c.id))
    other.close()


def test_a_backup_by_the_applications_role_fails_loudly_and_by_its_own_role_is_whole(
    store: Store, view: View, server: Server, tmp_path: Path
) -> None:
    program = _program("pg_dump")
    assert program is not None
    place = store.settings.desk.replace("+psycopg", "", 1)

    def dump(role: str) -> "subprocess.CompletedProcess[str]":
        url = place.replace(server.application, role)
        return subprocess.run([str(program), "-Fc", "-f", str(tmp_path / role), "-d", url],
                              capture_output=True, text=True, check=False)  # fmt: skip

    server.run(f"GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {server.application}",
               database=make_url(store.settings.desk).database or "")  # fmt: skip
    assert "row-level security" in dump(server.application).stderr
    done = dump(server.backup)
    assert done.returncode == 0, done.stderr
    with server.database(role=server.owner) as name:
        restore = _program("pg_restore")
        root = server.url(name).replace("+psycopg", "", 1)
        back = subprocess.run([str(restore), "--exit-on-error", "-d", root, str(tmp_path / server.backup)],
                              capture_output=True, text=True, check=False)  # fmt: skip
        assert back.returncode == 0, back.stderr
        again = Desk(Path(), server.url(name, server.application))
        with again.housekeeping() as connection:
            assert counts(connection) == [2] * len(LOCKED)
        with again.engine.connect() as connection:
            assert counts(connection) == [0] * len(LOCKED)
        again.close()


def test_a_plain_session_of_the_application_reads_no_row(store: Store, view: View) -> None:
    with psycopg.connect(store.settings.desk.replace("+psycopg", "", 1)) as connection:
        assert connection.execute("SELECT count(*) FROM receipt").fetchone() == (0,)
