"""What is compared between two records, level by level: one table a domain expert can read.

Each level is SQL over the columns of ``records.sql``; the first that holds counts. How much a level
says for or against *same* is not written here: it is learned, and saved as a model (`model.py`).
The SQL keeps to what DuckDB and Spark compute alike: equality, numbers in common, Levenshtein's
distance. Country, gender and birth date may decide *same person?*; they never decide suspicion
(DESIGN, section 4: the allow-list).
"""

from typing import Any, Final

Level = tuple[str, str]
"""A label for people, and SQL over the columns ``x_l`` and ``x_r``."""
Table = dict[str, tuple[str, tuple[Level, ...]]]
"""Comparison -> (when it says nothing, levels from most to least alike); then: they differ.

Where nothing stands for *when it says nothing*, that is when no level holds: such is a rule."""


def shared(column: str) -> str:
    """Return SQL: both have a value of this list in common."""
    return f"list_has_any({column}_l, {column}_r)"


def absent(column: str) -> str:
    """Return SQL: one of them has nothing in this list."""
    return f"len({column}_l) = 0 OR len({column}_r) = 0"


def near(column: str) -> str:
    """Return SQL: one letter differs, two in a long word, or one is the beginning of the other."""
    one, two = f"{column}_l", f"{column}_r"
    least = f"least(length({one}), length({two}))"
    return (
        f"(levenshtein({one}, {two}) <= "
        f"CASE WHEN {least} >= 7 THEN 2 WHEN {least} >= 4 THEN 1 ELSE 0 END "
        f"OR ({least} >= 3 AND (starts_with({one}, {two}) OR starts_with({two}, {one}))))"
    )


RULES: Final = ("other person", "one list")
"""Comparisons that are rules, not rates: neither learned nor fitted."""

_TWO_PARTS: Final = "size_l > 1 AND size_r > 1"
_OTHER_SCRIPT: Final = "(is_bare_l OR is_bare_r)"
_GIVEN: Final = f"({shared('given_keys')} OR {near('given')})"
_FAMILY: Final = f"({shared('family_keys')} OR {near('family')})"

NAME: Final[tuple[Level, ...]] = (
    ("same full name, a rare one", f"{_TWO_PARTS} AND {shared('rare_names')}"),
    ("same full name", f"{_TWO_PARTS} AND {shared('names')}"),
    ("same full name spelt otherwise, a rare one", f"{_TWO_PARTS} AND {shared('rare_whole')}"),
    ("same full name, spelt otherwise", f"{_TWO_PARTS} AND {shared('whole')}"),
    ("two parts in common", shared("pairs")),
    ("two parts in common, in another script", f"{_OTHER_SCRIPT} AND {shared('bare')}"),
    ("one part in common, the other nearly",
     (f"({shared('family_keys')} AND {near('given')}) OR "
     f"({shared('given_keys')} AND {near('family')})")),
    ("both parts nearly", f"{near('given')} AND {near('family')}"),
    ("given name in common only", shared("given_keys")),
    ("family name in common only", shared("family_keys")),
    ("one part in common",
     f"{shared('parts')} OR ({_OTHER_SCRIPT} AND {shared('bare_parts')})"),
)  # fmt: skip

DATE: Final[tuple[Level, ...]] = (
    ("same day", shared("days")),
    ("day and month swapped", "list_has_any(days_l, swapped_r)"),
    ("one digit differs", "day_l <> '' AND day_r <> '' AND levenshtein(day_l, day_r) = 1"),
    ("same year, one of them partial", f"{shared('years')} AND (is_partial_l OR is_partial_r)"),
    ("one year apart, one of them partial",
     "abs(first_year_l - first_year_r) <= 1 AND (is_partial_l OR is_partial_r)"),
    ("same day of another year",
     "day_l <> '' AND day_r <> '' AND substr(day_l, 6) = substr(day_r, 6)"),
    ("same year", shared("years")),
)  # fmt: skip

_SLIP: Final = (
    "paper_kind_l <> '' AND paper_kind_l = paper_kind_r AND "
    "least(length(paper_l), length(paper_r)) >= 6 AND levenshtein(paper_l, paper_r) <= "
    "CASE WHEN least(length(paper_l), length(paper_r)) >= 7 THEN 2 ELSE 1 END"
)
"""One character of a number was misread, or two changed places: not a number of its own."""
_SLIP_INSIDE: Final = f"({_SLIP} AND right(paper_l, 1) = right(paper_r, 1))"
"""A slip, and not in the last character, by which papers that were issued together differ."""
_NO_NUMBER: Final = f"NOT {shared('numbers')} AND NOT {_SLIP_INSIDE}"
_OTHER_GIVEN: Final = (
    f"length(given_l) > 1 AND length(given_r) > 1 AND NOT {_GIVEN} AND NOT {shared('pairs')} "
    f"AND NOT ({_OTHER_SCRIPT} AND {shared('bare')}) AND {_NO_NUMBER}"
)
_GENERATION: Final = (
    "first_year_l > 0 AND first_year_r > 0 AND first_year_l = last_year_l AND "
    f"first_year_r = last_year_r AND abs(first_year_l - first_year_r) >= 12 AND {_NO_NUMBER}"
)
_OTHER_NAME: Final = (
    f"size_l > 0 AND size_r > 0 AND NOT {shared('days')} AND NOT {shared('parts')} "
    f"AND NOT {near('given')} AND NOT {near('family')} "
    f"AND NOT ({_OTHER_SCRIPT} AND {shared('bare_parts')})"
)
"""Two names on one paper: it was given again, lent or forged; an alias has the birth date too."""
_BARE_NAME: Final = (
    f"NOT {shared('years')} AND NOT {shared('phones')} AND NOT {shared('addresses')} AND "
    f"NOT {shared('doors')} AND NOT {shared('emails')} AND {_NO_NUMBER}"
)

_THIN: Final = (
    f"NOT {shared('names')} AND NOT {shared('whole')} AND NOT {shared('days')} AND "
    f"({shared('pairs')} OR {_OTHER_SCRIPT} AND {shared('bare')}) AND "
    f"(is_partial_l OR is_partial_r) AND NOT {shared('phones')} AND NOT {shared('addresses')} AND "
    f"NOT {shared('doors')} AND NOT {shared('emails')} AND {_NO_NUMBER}"
)
"""Of people with many names, many share two parts of one and a year: work for people."""
_ONE_LIST: Final = f"listed_l <> '' AND listed_l = listed_r AND {_NO_NUMBER}"
"""A list names a party once: its publisher has told its entries apart."""

_NUMBER: Final = (
    f"NOT list_has_any(paper_kinds_l, paper_kinds_r) AND NOT {shared('numbers')}",
    (("same number", shared("numbers")), ("same number but for a slip", _SLIP)),
)  # a passport says nothing against an identity card; another passport does
_SAME_NAME: Final = (
    f"({shared('names')} OR {shared('whole')} OR {shared('pairs')} OR "
    f"({_OTHER_SCRIPT} AND {shared('bare')}))"
)
SURE: Final[dict[str, str]] = {
    "person": f"{_SLIP_INSIDE} OR {shared('days')} AND {_SAME_NAME} AND "
    f"({shared('phones')} OR {shared('emails')} OR {shared('addresses')} OR {shared('doors')})"
}
"""SQL by kind: another paper does not keep two apart. A passport is renewed; name, birth date and
home or telephone together are one person's. Twins' papers have neighbouring numbers."""

_LIST: Final = ("", (("two entries of one list", _ONE_LIST),))
_PHONE: Final = (absent("phones"), (("same number", shared("phones")),))
_EMAIL: Final = (absent("emails"), (("same mailbox", shared("emails")),))
_COUNTRY: Final = (absent("countries"), (("in common", shared("countries")),))
_MARK: Final = (
    absent("marks"),
    (
        ("all in common",
         "len(list_intersect(marks_l, marks_r)) = least(len(marks_l), len(marks_r))"),
        ("some in common", shared("marks")),
    ),
)  # fmt: skip
_WEAK_NUMBER: Final = (absent("weak_numbers"), (("same number", shared("weak_numbers")),))
_ADDRESS: Final = (
    absent("addresses"),
    (("same address", shared("addresses")), ("same door, spelt otherwise", shared("doors"))),
)
_NAMED: Final = (
    absent("whole"),
    (
        ("same name, a rare one", shared("rare_names")),
        ("same name", shared("names")),
        ("same name, spelt otherwise", (f"{shared('whole')} OR (is_bare_l OR is_bare_r) AND "
                                       f"{shared('bare')}")),
        ("nearly the same name",
         ("levenshtein(spelt_l, spelt_r) <= "
         "CASE WHEN least(length(spelt_l), length(spelt_r)) >= 10 THEN 2 ELSE 1 END")),
        ("two parts in common", shared("pairs")),
    ),
)  # fmt: skip
_BUILT: Final = (absent("years"), (("same day", shared("days")), ("same year", shared("years"))))

PERSON: Final[Table] = {
    "name": ("size_l = 0 OR size_r = 0", NAME),
    # twins, siblings, father and son share surname, address, telephone, even the birth date
    "other person": (
        "",
        (
            ("the given names contradict, and no document is shared", _OTHER_GIVEN),
            ("a generation apart, and no document is shared", _GENERATION),
            ("nothing but the name agrees", _BARE_NAME),
            ("no part of the names in common, nor the birth date", _OTHER_NAME),
            ("nothing but two parts of a name and a year agree", _THIN),
        ),
    ),
    "one list": _LIST,
    "birth date": (absent("years"), DATE),
    "document": _NUMBER,
    "phone": _PHONE,
    "address": _ADDRESS,
    "e-mail": _EMAIL,
    "gender": ("gender_l = '' OR gender_r = ''", (("same", "gender_l = gender_r"),)),
    "country": _COUNTRY,
}
FIRM: Final[Table] = {
    "name": _NAMED,
    "one list": _LIST,
    "number": _NUMBER,
    "founded": _BUILT,
    "address": _ADDRESS,
    "phone": _PHONE,
    "e-mail": _EMAIL,
    "country": _COUNTRY,
}
THING: Final[Table] = {
    "number": _NUMBER,
    "weak number": _WEAK_NUMBER,
    "name": _NAMED,
    "built": _BUILT,
    "mark": _MARK,
    "country": _COUNTRY,
    "phone": _PHONE,
    "e-mail": _EMAIL,
}
"""Vessels, aircraft, vehicles, containers, firearms, accounts: one table, other weights."""
PLACE: Final[Table] = {"address": _ADDRESS, "country": _COUNTRY}
PAPER: Final[Table] = {
    "number": _NUMBER,
    # of two names that share no part, one is false or the number was given again
    "holder": (
        "size_l = 0 OR size_r = 0",
        (
            ("two parts in common", (f"{shared('whole')} OR {shared('pairs')} OR "
                                    f"({_OTHER_SCRIPT} AND {shared('bare')})")),
            ("one part in common", f"{shared('parts')} OR {near('spelt')}"),
        ),
    ),
    "mark": _MARK,
    "country": _COUNTRY,
}  # fmt: skip

TABLES: Final[dict[str, Table]] = {
    "person": PERSON, "firm": FIRM, "vessel": THING, "airplane": THING, "vehicle": THING,
    "container": THING, "firearm": THING, "address": PLACE, "document": PAPER, "account": THING,
}  # fmt: skip
"""Kind of record -> what is compared."""


def compared() -> tuple[str, ...]:
    """Return everything that a model compares, of any kind of record, sorted."""
    return tuple(sorted({name for table in TABLES.values() for name in table}))


_SPARK: Final = (
    ("list_has_any(", "arrays_overlap("), ("list_intersect(", "array_intersect("),
    ("len(", "size("), ("starts_with(", "startswith("),
)  # fmt: skip


def in_spark(sql: str) -> str:
    """Return a level's SQL as Spark says it; the two compute the same."""
    for ours, theirs in _SPARK:
        sql = sql.replace(ours, theirs)
    return sql


def level_of(name: str, nothing: str, levels: tuple[Level, ...]) -> str:
    """Return SQL for the label of the level at which a pair stands in one comparison."""
    cases = " ".join(f"WHEN {sql} THEN '{label}'" for label, sql in levels)
    if not nothing:
        return f"CASE {cases} ELSE 'not known' END AS {column(name)}"
    return f"CASE WHEN {nothing} THEN 'not known' {cases} ELSE 'they differ' END AS {column(name)}"


def column(name: str) -> str:
    """Return the column name of a comparison."""
    return name.replace(" ", "_").replace("-", "_")


def comparison(name: str, nothing: str, levels: tuple[Level, ...]) -> dict[str, Any]:
    """Return one comparison as Splink's settings want it."""
    return {
        "output_column_name": column(name),
        "comparison_levels": [
            {
                "sql_condition": nothing or "1 = 0",
                "label_for_charts": "not known",
                "is_null_level": True,
            },
            *({"sql_condition": sql, "label_for_charts": label} for label, sql in levels),
            {"sql_condition": "ELSE", "label_for_charts": "they differ"},
        ],
    }
