"""Which records are compared at all: those that have a key in common.

A key is a value of one list of ``records.sql``, or of two lists together. A key that too many
records carry compares nobody by itself; how many were left out so is told (`Blocking`).
"""

from dataclasses import dataclass, field
from typing import Final, NamedTuple

import duckdb


class Rule(NamedTuple):
    """What brings two records together.

    Attributes:
        name: For people.
        columns: One or two list columns, whose values together are a key.
        most: Records of one key that are compared with each other.
        is_bare: Whether one of the two must be in a script without vowels.
    """

    name: str
    columns: tuple[str, ...]
    most: int = 500
    is_bare: bool = False

    def salt(self, kind: str) -> str:
        """Return what tells its keys from those of another rule."""
        # a rule that swaps day and month meets the days of the other record
        name = {"swapped": "days"}.get(self.columns[0], self.columns[0])
        return "-".join((kind, name, *self.columns[1:], *(["bare"] if self.is_bare else [])))


FEW: Final = 30
"""Carriers of a name up to which it brings records together by itself."""

_NUMBER: Final = Rule("number", ("numbers",))
_WEAK_NUMBER: Final = Rule("weak number", ("weak_numbers",), most=100)
_PHONE: Final = Rule("telephone", ("phones",))
_EMAIL: Final = Rule("mailbox", ("emails",))
_NAME: Final = Rule("name as it sounds", ("whole",), most=FEW)
_BARE_NAME: Final = Rule("consonants of a name", ("bare",), most=FEW, is_bare=True)
_ADDRESS: Final = Rule("address", ("addresses",), most=100)
_TWO_PARTS: Final = Rule("two parts of a name", ("pairs",), most=FEW)

RULES: Final[dict[str, tuple[Rule, ...]]] = {
    "person": (
        _NUMBER, _PHONE, _EMAIL,
        Rule("birth date and a part of the name", ("days", "parts")),
        Rule("birth year and two parts of the name", ("years", "pairs")),
        Rule("day, month swapped, and first letters", ("swapped", "starts")),
        Rule("address and first letters", ("addresses", "starts")),
        Rule("door and two parts of the name", ("doors", "pairs")),
        Rule("birth date and first letters", ("days", "starts")),
        Rule("birth date and door", ("days", "doors")),
        Rule("birth date and half of a number", ("days", "halves")),
        Rule("half of a number and first letters", ("halves", "starts")),
        Rule("birth date and consonants", ("days", "bare_parts"), is_bare=True),
        Rule("birth year and consonants", ("years", "bare"), is_bare=True),
        _TWO_PARTS,
    ),
    "firm": (_NUMBER, _PHONE, _EMAIL, _NAME, _BARE_NAME, _TWO_PARTS,
             Rule("address and a part of the name", ("addresses", "parts"))),
    "vessel": (_NUMBER, _WEAK_NUMBER, _NAME, _BARE_NAME),
    "airplane": (_NUMBER, _WEAK_NUMBER),
    "vehicle": (_NUMBER,),
    "container": (_NUMBER,),
    "firearm": (_WEAK_NUMBER,),
    "address": (_ADDRESS, Rule("door", ("doors",), most=100)),
    "document": (_NUMBER,),
    "account": (_NUMBER, _WEAK_NUMBER, Rule("mailbox and service", ("emails", "marks")),
                Rule("telephone and service", ("phones", "marks"))),
}  # fmt: skip
"""Kind of record -> what brings two of them together."""


@dataclass(frozen=True, slots=True)
class Blocking:
    """How the records of one kind were brought together.

    Attributes:
        records: That were compared.
        candidates: Pairs.
        candidates_a_record: Records that one is compared with, mean.
        largest_block: Records of the largest block that was used.
        left_out: By rule, blocks that were too large: keys, and records of the largest.
    """

    records: int
    candidates: int
    candidates_a_record: float
    largest_block: int
    left_out: dict[str, tuple[int, int]] = field(default_factory=dict)


def build_keys(con: duckdb.DuckDBPyConnection, kind: str, source: str, target: str) -> None:
    """Make a table of keys.

    Args:
        con: A connection that holds the records.
        kind: Kind of record.
        source: Table of the records.
        target: Table to make: ``k`` (key), ``n`` (record), ``rule`` (number), ``is_bare``.
    """
    selects = [_keys(kind, number, source) for number in range(len(RULES[kind]))]
    con.execute(f"CREATE OR REPLACE TEMP TABLE {target} AS {' UNION ALL '.join(selects)}")


def _keys(kind: str, number: int, source: str) -> str:
    rule = RULES[kind][number]
    salt = rule.salt(kind)
    first = f"SELECT unique_id, is_bare, unnest({rule.columns[0]}) AS a"
    if len(rule.columns) == 1:
        inner = f"{first} FROM {source}"
        key = f"hash('{salt}', a)"
    else:
        inner = (
            f"SELECT unique_id, is_bare, a, unnest(b) AS b FROM "
            f"({first}, {rule.columns[1]} AS b FROM {source})"
        )
        key = f"hash('{salt}', a, b)"
    return f"SELECT {key} AS k, unique_id AS n, {number}::UTINYINT AS rule, is_bare FROM ({inner})"


def _is_worth(con: duckdb.DuckDBPyConnection, kind: str, keys: str) -> str:
    """Return SQL of the keys that can bring anybody together: consonants beside a bare name."""
    bare = [str(number) for number, rule in enumerate(RULES[kind]) if rule.is_bare]
    if not bare:
        return "TRUE"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE bare_key AS SELECT DISTINCT k FROM {keys} "
        f"WHERE is_bare AND rule IN ({', '.join(bare)})"
    )
    return f"rule NOT IN ({', '.join(bare)}) OR k IN (SELECT k FROM bare_key)"


def build_pairs(
    con: duckdb.DuckDBPyConnection, kind: str, keys: str, target: str, records: int
) -> Blocking:
    """Make a table of pairs from keys.

    Args:
        con: A connection.
        kind: Kind of record.
        keys: Table that `build_keys` made.
        target: Table to make: ``match_key``, ``join_key_l``, ``join_key_r``, each pair once.
        records: How many records there are.
    """
    rules = RULES[kind]
    most = " ".join(f"WHEN {number} THEN {rule.most}" for number, rule in enumerate(rules))
    # first what occurs twice at all: most keys do not, and need not be told apart
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE used_key AS
            SELECT DISTINCT k, n, rule, is_bare FROM {keys}
            SEMI JOIN (SELECT k FROM {keys} GROUP BY k HAVING count(*) > 1) USING (k)
            WHERE {_is_worth(con, kind, keys)}"""
    )
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE block AS
            SELECT k, min(rule) AS rule, count(DISTINCT n) AS size,
                   size > CASE min(rule) {most} END AS is_too_large
            FROM used_key GROUP BY k HAVING size > 1"""
    )
    con.execute(
        """CREATE OR REPLACE TEMP TABLE used_key AS
           SELECT x.* FROM used_key x SEMI JOIN (FROM block WHERE NOT is_too_large) USING (k)"""
    )
    bare = [str(number) for number, rule in enumerate(rules) if rule.is_bare] or ["255"]
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE {target} AS
            SELECT DISTINCT '0' AS match_key, l.n AS join_key_l, r.n AS join_key_r
            FROM used_key l JOIN used_key r ON l.k = r.k AND l.n < r.n
            WHERE l.rule NOT IN ({", ".join(bare)}) OR l.is_bare OR r.is_bare"""
    )
    ((largest,),) = con.execute(
        "SELECT coalesce(max(size) FILTER (NOT is_too_large), 0) FROM block"
    ).fetchall()
    left_out = con.execute(
        """SELECT rule, count(*), max(size) FROM block WHERE is_too_large
           GROUP BY rule ORDER BY rule"""
    ).fetchall()
    ((pairs,),) = con.execute(f"SELECT count(*) FROM {target}").fetchall()
    con.execute("DROP TABLE used_key")
    return Blocking(
        records, pairs, round(2 * pairs / max(records, 1), 3), largest,
        {rules[number].name: (keys_out, size) for number, keys_out, size in left_out},
    )  # fmt: skip
