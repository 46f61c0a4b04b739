"""Which records are one: scores by the saved model, judgements by people, clusters by both."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import duckdb
import pyarrow as pa

from maillon.resolve.cluster import CONFIRMED, Contradiction, Pair, canonical_id, partition
from maillon.resolve.model import splink_settings, weights
from maillon.resolve.records import build_documents, build_records
from maillon.store import Event, Verdict, Workbench

KINDS: Final = ("person", "firm")

SCHEMATA: Final = ("Company", "LegalEntity", "Organization", "Person", "PublicBody")
"""Schemata whose entities are resolved; all others keep their own ids."""

PAIR_SCHEMA: Final = pa.schema(
    [("left", pa.string()), ("right", pa.string()), ("kind", pa.string()), ("score", pa.float64())]
)
CANONICAL_SCHEMA: Final = pa.schema(
    [("entity", pa.string()), ("canonical", pa.string()), ("confidence", pa.float64())]
)


@dataclass(frozen=True, slots=True)
class Resolved:
    """What resolution found in one view.

    Attributes:
        canonical: Table ``entity, canonical, confidence``, by entity: every person and
            organisation.
        pairs: Table ``left, right, kind, score``: pairs at or above the review threshold.
        contradictions: Judgements of people that exclude each other.
        records: Records compared, by kind.
        blocking: Candidates a record, by kind.
    """

    canonical: pa.Table
    pairs: pa.Table
    contradictions: tuple[Contradiction, ...]
    records: dict[str, int]
    blocking: dict[str, float]


def resolve(bench: Workbench, events: Sequence[Event], pairs: pa.Table | None = None) -> Resolved:
    """Resolve the statements of one view.

    Args:
        bench: The view's workbench; gets the tables of ``records.sql``.
        events: The judgement log as the view reads it.
        pairs: Scores computed before for exactly these statements, to spare the scoring.
    """
    records: dict[str, int] = {}
    blocking: dict[str, float] = {}
    if pairs is None:
        build_records(bench.con)
        records = {kind: _count(bench.con, f"{kind}_record") for kind in KINDS}
        pairs, blocking = _score(bench.con, records)
    standing = standing_events(events)
    chosen = _above_threshold(pairs)
    chosen += [Pair(e.left, e.right, CONFIRMED) for e in standing if e.verdict is Verdict.POSITIVE]
    negatives = [(e.left, e.right) for e in standing if e.verdict is Verdict.NEGATIVE]
    found = partition(chosen, negatives, _papers(bench.con, chosen))
    listed = ", ".join(f"'{schema}'" for schema in SCHEMATA)
    cursor = bench.con.execute(
        f"SELECT DISTINCT entity FROM statement WHERE schema IN ({listed}) ORDER BY entity"
    )
    entities = [row[0] for row in cursor.fetchall()]
    canonical = pa.table(
        [
            entities,
            [canonical_id(found.root.get(entity, entity)) for entity in entities],
            [found.confidence.get(entity, 1.0) for entity in entities],
        ],
        schema=CANONICAL_SCHEMA,
    )
    return Resolved(canonical, pairs, tuple(found.contradictions), records, blocking)


def standing_events(events: Iterable[Event]) -> list[Event]:
    """Return the events that stand: not revoked, the newest of each pair."""
    revoked = {event.revokes for event in events if event.verdict is Verdict.REVOKED}
    newest: dict[tuple[str, str], Event] = {}
    for event in events:
        if event.verdict is not Verdict.REVOKED and event.id not in revoked:
            newest[event.left, event.right] = event
    return list(newest.values())


def _score(
    con: duckdb.DuckDBPyConnection, records: dict[str, int]
) -> tuple[pa.Table, dict[str, float]]:
    tables, blocking = [], {}
    for kind in KINDS:
        if records[kind] < 2:  # noqa: PLR2004 - a pair
            continue
        predicted = predict(con, kind, records[kind])
        candidates = _count(con, predicted)
        blocking[kind] = round(2 * candidates / records[kind], 3)
        found = con.sql(
            f"""SELECT least(unique_id_l, unique_id_r) AS "left",
                       greatest(unique_id_l, unique_id_r) AS "right",
                       '{kind}' AS kind, round(match_probability, 6) AS score
                FROM {predicted} WHERE round(match_probability, 6) >= ?
                ORDER BY score DESC, "left", "right" """,
            params=[weights(kind)["review_threshold"]],
        ).to_arrow_table()
        tables.append(found.cast(PAIR_SCHEMA))
    repeated = con.sql(
        """SELECT first_id AS "left", unique_id AS "right", kind, 1.0::DOUBLE AS score
           FROM repeated ORDER BY "left", "right" """
    ).to_arrow_table()
    tables.append(repeated.cast(PAIR_SCHEMA))
    return pa.concat_tables([PAIR_SCHEMA.empty_table(), *tables]), blocking


def _papers(
    con: duckdb.DuckDBPyConnection, chosen: Sequence[Pair]
) -> dict[str, frozenset[tuple[str, str]]]:
    """Return the documents of the entities of these pairs, those of a known kind."""
    build_documents(con)
    wanted = {entity for pair in chosen for entity in (pair.left, pair.right)}
    # not con.cursor(): a temporary table is seen by its own connection alone
    cursor = con.execute("SELECT entity, kind, number FROM document WHERE kind <> 'paper'")
    found: dict[str, set[tuple[str, str]]] = {}
    while rows := cursor.fetchmany(100_000):
        for entity, kind, number in rows:
            if entity in wanted:
                found.setdefault(entity, set()).add((kind, number))
    return {entity: frozenset(numbers) for entity, numbers in found.items()}


def predict(con: duckdb.DuckDBPyConnection, kind: str, records: int) -> str:
    """Score every blocked pair of one kind with Splink; return the name of the table of pairs."""
    from splink import DuckDBAPI, Linker  # noqa: PLC0415 - half a second: only when scoring

    logging.getLogger("splink").setLevel(logging.ERROR)
    api = DuckDBAPI(con)
    linker = Linker(
        api.register(f"{kind}_record"), splink_settings(kind, records), log_level="ERROR"
    )
    name: str = linker.inference.predict(threshold_match_probability=None).physical_name
    return name


def _above_threshold(pairs: pa.Table) -> list[Pair]:
    limits = {kind: weights(kind)["threshold"] for kind in KINDS}
    columns = (pairs.column(name).to_pylist() for name in ("left", "right", "kind", "score"))
    return [
        Pair(left, right, score)
        for left, right, kind, score in zip(*columns, strict=True)
        if score >= limits[kind]
    ]


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    # fetchall, not fetchone: DuckDB 2 keeps a connection busy until its last row is fetched
    return int(con.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])
