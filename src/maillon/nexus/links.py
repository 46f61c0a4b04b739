"""Statements to links, links to pairs: the SQL over the workbench, and its arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Final, Protocol

import duckdb
import numpy as np
from numpy.typing import NDArray

from maillon import resolve
from maillon.nexus.channels import CHANNELS
from maillon.nexus.rules import RULES
from maillon.nexus.settings import TraceSettings

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

PARTY_SCHEMATA: Final = ("Company", "LegalEntity", "Organization", "Person", "PublicBody")
NO_DAY: Final = -1_000_000
"""Stands for an unknown day in an array of days since 1970-01-01."""
_TABLES: Final = (
    *("dataset", "open", "party_schema", "rule", "placeholder"),
    *("fact", "node", "who", "when", "thing", "group", "hub", "link", "tie"),
    *("party", "arc", "role", "member", "crowd", "bearer", "paper", "near", "named_alike"),
    *("ride", "together", "tagged", "said"),
)
"""What `derive` leaves on the connection, after ``nexus_``, and what an interrupted one may."""
_STEPS: Final = ("links.sql", "copresence.sql", "ties.sql")


_RULE_COLUMNS: Final = (
    "rule INTEGER, code VARCHAR, bit INTEGER, form VARCHAR, schema VARCHAR, source VARCHAR,"
    " target VARCHAR, has_overlap BOOLEAN, is_at_once BOOLEAN, full_days INTEGER,"
    " within_days INTEGER, kind VARCHAR, role VARCHAR, not_role VARCHAR, phrase VARCHAR,"
    " hub_limit INTEGER"
)
"""Columns of ``nexus_rule``: a `Rule` with its channel's bit and limit.

``is_at_once``: a group is as large as it ever was at once, not as all who ever were in it.
"""


class Bench(Protocol):
    """What nexus needs: a connection with the view ``statement`` and the table ``canonical``."""

    @property
    def con(self) -> duckdb.DuckDBPyConnection:
        """The connection."""


@dataclass(frozen=True, slots=True)
class Ties:
    """Pairs of nodes by channel, ordered by (i, j, bit); all arrays have one length.

    Attributes:
        i: Lower node number.
        j: Higher node number.
        bit: Channel bit.
        n: Events or groups of that channel.
        size: Members of the smallest group (2 for a direct channel).
        first_day: First day since 1970-01-01, or `NO_DAY`.
        last_day: Last day, or `NO_DAY`.
        day_sum: Sum of first and last days of the dated links.
        dated: Number of dated links.
        identity: Best probability that both sides are whom they are taken for.
        grade: Best source grade, in (0, 1].
    """

    i: Ints
    j: Ints
    bit: Ints
    n: Ints
    size: Ints
    first_day: Ints
    last_day: Ints
    day_sum: Ints
    dated: Ints
    identity: Floats
    grade: Floats


@dataclass(frozen=True, slots=True)
class Hub:
    """A group that is too large to say anything of two of its members: entered, never crossed."""

    channel: str
    value: str
    size: int


def placeholders() -> list[str]:
    """Return the values that never join anybody: the list of resolution, in lower case."""
    return sorted(
        value.lower() for value in resolve.placeholders("any") | resolve.placeholders("phone")
    )


def derive(con: duckdb.DuckDBPyConnection, settings: TraceSettings) -> None:
    """Build the temporary tables ``nexus_*`` on ``con``; `drop` removes them."""
    _fill(
        con,
        "nexus_dataset",
        "dataset VARCHAR",
        [(name,) for name in sorted(settings.anchor_datasets or ())],
    )
    _fill(con, "nexus_open", "hub VARCHAR", [(hub,) for hub in sorted(settings.open_hubs)])
    _fill(con, "nexus_party_schema", "schema VARCHAR", [(name,) for name in PARTY_SCHEMATA])
    _fill(con, "nexus_placeholder", "value VARCHAR", [(value,) for value in placeholders()])
    _fill(con, "nexus_rule", _RULE_COLUMNS, _rule_rows(settings))
    for file in _STEPS:
        text = resources.files("maillon.nexus").joinpath(file).read_text("utf-8")
        for sql in text.split(";\n"):
            if sql.strip():
                con.execute(sql)


def _rule_rows(settings: TraceSettings) -> list[tuple[object, ...]]:
    """Return the rows of ``nexus_rule``; a register counts all who ever were in a group."""
    return [
        (
            *(number, r.channel, CHANNELS[r.channel].bit, r.form.value),
            *(r.schema, r.source, r.target),
            *(r.overlap, r.overlap and not CHANNELS[r.channel].register),
            *(r.full_days, r.within_days, r.kind, r.role, r.not_role, r.phrase),
            settings.group_limits.get(r.channel, CHANNELS[r.channel].hub_limit),
        )
        for number, r in enumerate(RULES)
    ]


def drop(con: duckdb.DuckDBPyConnection) -> None:
    """Remove what `derive` built."""
    for name in _TABLES:
        kind = "VIEW" if name == "fact" else "TABLE"
        con.execute(f"DROP {kind} IF EXISTS nexus_{name}")
    for name in ("plain", "fits", "number"):
        con.execute(f"DROP MACRO IF EXISTS nexus_{name}")


def ties(con: duckdb.DuckDBPyConnection) -> Ties:
    """Return the pairs by channel."""
    columns = con.execute(
        "SELECT i, j, bit, n, size, coalesce(first_day, $none) AS first_day,"
        " coalesce(last_day, $none) AS last_day,"
        " day_sum, dated, identity, grade FROM nexus_tie ORDER BY i, j, bit",
        {"none": NO_DAY},
    ).fetchnumpy()

    def whole(name: str) -> Ints:
        return np.asarray(columns[name], dtype=np.int64)

    def part(name: str) -> Floats:
        return np.asarray(np.round(columns[name], 6), dtype=np.float64)

    return Ties(
        i=whole("i"),
        j=whole("j"),
        bit=whole("bit"),
        n=whole("n"),
        size=whole("size"),
        first_day=whole("first_day"),
        last_day=whole("last_day"),
        day_sum=whole("day_sum"),
        dated=whole("dated"),
        identity=part("identity"),
        grade=part("grade"),
    )


def hubs(con: duckdb.DuckDBPyConnection) -> list[Hub]:
    """Return the groups that were not crossed, largest first."""
    rows = con.execute(
        "SELECT code, grp, size FROM nexus_group WHERE is_hub ORDER BY size DESC, code, grp"
    ).fetchall()
    return [Hub(*row) for row in rows]


def nodes(con: duckdb.DuckDBPyConnection) -> tuple[list[str], list[str]]:
    """Return the canonical ids and the schemata, by node number."""
    rows = con.execute("SELECT canonical, schema FROM nexus_node ORDER BY node").fetchall()
    return [row[0] for row in rows], [row[1] for row in rows]


def _fill(
    con: duckdb.DuckDBPyConnection, table: str, columns: str, rows: Sequence[tuple[object, ...]]
) -> None:
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table}({columns})")
    if rows:
        marks = ", ".join("?" for _ in rows[0])
        con.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
