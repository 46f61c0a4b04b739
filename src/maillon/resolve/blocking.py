"""Which records are compared at all: those that have a key in common.

A key is a value of one list of ``records.sql``, or of two lists together. A key that too many
records carry compares nobody by itself; how many were left out so is told (`Blocking`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
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


Keep = Callable[[duckdb.DuckDBPyConnection, int, str], object]
"""Takes the keys of one pass: connection, number of the pass, table ``k, n``."""


@cache
def passes(kind: str) -> tuple[tuple[int, ...], ...]:
    """Return the numbers of the rules that are blocked together: those of the same keys."""
    found: dict[str, list[int]] = {}
    for number, rule in enumerate(RULES[kind]):
        found.setdefault(rule.salt(kind), []).append(number)
    return tuple(tuple(numbers) for numbers in found.values())


def build_keys(
    con: duckdb.DuckDBPyConnection, kind: str, source: str, target: str, rules: Sequence[int] = ()
) -> None:
    """Make a table of keys.

    Args:
        con: A connection that holds the records.
        kind: Kind of record.
        source: Table of the records.
        target: Table to make: ``k`` (key), ``n`` (record), ``rule`` (number), ``is_bare``.
        rules: Numbers of the rules; none stands for all.
    """
    con.execute(f"CREATE OR REPLACE TEMP TABLE {target} AS {keys_sql(kind, source, rules)}")


def keys_sql(kind: str, source: str, rules: Sequence[int] = ()) -> str:
    """Return SQL of the rows that `build_keys` writes."""
    numbers = rules or range(len(RULES[kind]))
    return " UNION ALL ".join(_keys(kind, number, source) for number in numbers)


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


def build_pairs(
    con: duckdb.DuckDBPyConnection, kind: str, source: str, target: str, keep: Keep | None = None
) -> Blocking:
    """Make a table of pairs, one pass after the other: the keys of all at once are many.

    Args:
        con: A connection.
        kind: Kind of record.
        source: Table of the records.
        target: Table to make: ``match_key``, ``join_key_l``, ``join_key_r``, each pair once.
        keep: Takes the keys of each pass before they are forgotten.
    """
    con.execute("CREATE OR REPLACE TEMP TABLE met (l INTEGER, r INTEGER)")
    largest, left_out = 0, {}
    for number, rules in enumerate(passes(kind)):
        build_keys(con, kind, source, "pass_key", rules)
        if keep is not None:
            keep(con, number, "pass_key")
        most, out = _meet(con, kind, rules)
        largest = max(largest, most)
        left_out.update(out)
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE {target} AS
            SELECT DISTINCT '0' AS match_key, l AS join_key_l, r AS join_key_r FROM met"""
    )
    con.execute("DROP TABLE met")
    ((records,),) = con.execute(f"SELECT count(*) FROM {source}").fetchall()
    ((pairs,),) = con.execute(f"SELECT count(*) FROM {target}").fetchall()
    return Blocking(records, pairs, round(2 * pairs / max(records, 1), 3), largest, left_out)


def _meet(
    con: duckdb.DuckDBPyConnection, kind: str, rules: Sequence[int]
) -> tuple[int, dict[str, tuple[int, int]]]:
    """Add the pairs of one pass to ``met``; return the largest block, and what was left out."""
    first = RULES[kind][rules[0]]
    # first what occurs twice at all: most keys do not, and need not be told apart
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE used_key AS
            SELECT {"DISTINCT" if len(rules) > 1 else ""} k, n, is_bare FROM pass_key
            SEMI JOIN (SELECT k FROM pass_key GROUP BY k
                       HAVING count(*) > 1 AND {"bool_or(is_bare)" if first.is_bare else "TRUE"})
            USING (k)"""
    )
    con.execute("DROP TABLE pass_key")
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE block AS
            SELECT k, count(*) AS size, size > {first.most} AS is_too_large
            FROM used_key GROUP BY k HAVING size > 1"""
    )
    con.execute(
        f"""INSERT INTO met
            SELECT l.n, r.n
            FROM (used_key SEMI JOIN (FROM block WHERE NOT is_too_large) USING (k)) l
            JOIN used_key r ON l.k = r.k AND l.n < r.n
            WHERE {"l.is_bare OR r.is_bare" if first.is_bare else "TRUE"}"""
    )
    ((largest, keys, most),) = con.execute(
        """SELECT coalesce(max(size) FILTER (NOT is_too_large), 0),
                  count(*) FILTER (is_too_large), coalesce(max(size) FILTER (is_too_large), 0)
           FROM block"""
    ).fetchall()
    con.execute("DROP TABLE used_key")
    return int(largest), {first.name: (int(keys), int(most))} if keys else {}
