"""What is compared between two records, level by level: one table a domain expert can read.

Each level is SQL over the columns of ``records.sql``; the first that holds counts. How much a level
says for or against *same* is not written here: it is learned, and saved as a model (`model.py`).
Country, gender and birth date may decide *same person?*; they never decide suspicion
(DESIGN, section 4: the allow-list).
"""

from typing import Any, Final

Level = tuple[str, str]
"""A label for people, and SQL over the columns ``x_l`` and ``x_r``."""

SHARED: Final = "len(list_intersect({0}_l, {0}_r)) > 0"


def _absent(column: str) -> str:
    return f"len({column}_l) = 0 OR len({column}_r) = 0"


_SWAPPED: Final = (
    "len(list_intersect(days_l, list_transform(list_filter(days_r, lambda d: length(d) = 10), "
    "lambda d: d[1:4] || '-' || d[9:10] || '-' || d[6:7]))) > 0"
)
_NEAR: Final = (
    "len(days_l[1]) = 10 AND len(days_r[1]) = 10 AND damerau_levenshtein(days_l[1], days_r[1]) = 1"
)
_PARTIAL: Final = (
    "len(list_intersect(years_l, years_r)) > 0 AND (len(days_l[1]) < 10 OR len(days_r[1]) < 10)"
)
_YEAR_OFF: Final = (
    "abs(try_cast(years_l[1] AS INTEGER) - try_cast(years_r[1] AS INTEGER)) <= 1 "
    "AND (len(days_l[1]) < 10 OR len(days_r[1]) < 10)"
)
_NEAR_GIVEN: Final = "jaro_winkler_similarity(given_l, given_r) >= 0.84"
_NEAR_FAMILY: Final = "jaro_winkler_similarity(family_l, family_r) >= 0.84"
_TWO_PARTS: Final = "len(skeletons_l) > 1 AND len(skeletons_r) > 1"

BIRTH: Final[tuple[Level, ...]] = (
    ("same day", "len(list_filter(list_intersect(days_l, days_r), lambda d: length(d) = 10)) > 0"),
    ("day and month swapped", _SWAPPED),
    ("one digit differs", _NEAR),
    ("same year, one of them partial", _PARTIAL),
    ("one year apart, one of them partial", _YEAR_OFF),
)

_NO_DOCUMENT: Final = "len(list_intersect(documents_l, documents_r)) = 0"
_OTHER_GIVEN: Final = (
    "coalesce(length(given_l) > 1 AND length(given_r) > 1 "
    "AND jaro_winkler_similarity(given_l, given_r) < 0.84 "
    "AND len(list_intersect(string_split(given_skeleton_l, ' '), "
    "string_split(given_skeleton_r, ' '))) = 0 "
    "AND len(list_intersect(skeletons_l, skeletons_r)) < 2 "
    "AND len(list_intersect(skeleton_keys_l, skeleton_keys_r)) = 0, FALSE) "
    f"AND {_NO_DOCUMENT}"
)
_GENERATION: Final = (
    "len(days_l) = 1 AND len(days_r) = 1 AND "
    "abs(try_cast(years_l[1] AS INTEGER) - try_cast(years_r[1] AS INTEGER)) >= 12 "
    f"AND {_NO_DOCUMENT}"
)
_BARE_NAME: Final = (
    "len(list_intersect(years_l, years_r)) = 0 AND len(list_intersect(phones_l, phones_r)) = 0 "
    "AND len(list_intersect(addresses_l, addresses_r)) = 0 "
    f"AND len(list_intersect(emails_l, emails_r)) = 0 AND {_NO_DOCUMENT}"
)

PERSON: Final[dict[str, tuple[str, tuple[Level, ...]]]] = {
    "name": (
        _absent("skeletons"),
        (
            ("same full name", f"{_TWO_PARTS} AND {SHARED.format('name_keys')}"),
            (
                "same full name, spelt otherwise",
                f"{_TWO_PARTS} AND {SHARED.format('skeleton_keys')}",
            ),
            (
                "two parts in common",
                "len(list_intersect(skeletons_l, skeletons_r)) > 1",
            ),
            (
                "one part in common, the other nearly",
                (
                    f"(family_skeleton_l = family_skeleton_r AND {_NEAR_GIVEN}) OR "
                    f"(given_skeleton_l = given_skeleton_r AND {_NEAR_FAMILY})"
                ),
            ),
            (
                "both parts nearly",
                f"{_NEAR_GIVEN} AND {_NEAR_FAMILY}",
            ),
            ("given name in common only", "given_skeleton_l = given_skeleton_r"),
            ("family name in common only", "family_skeleton_l = family_skeleton_r"),
            ("one part in common", "len(list_intersect(skeletons_l, skeletons_r)) > 0"),
        ),
    ),
    # twins, siblings, father and son share surname, address, telephone, even the birth date
    "other person": (
        f"NOT (({_OTHER_GIVEN}) OR coalesce({_GENERATION}, FALSE) OR ({_BARE_NAME}))",
        (
            ("the given names contradict, and no document is shared", _OTHER_GIVEN),
            ("a generation apart, and no document is shared", _GENERATION),
            ("nothing but the name agrees", _BARE_NAME),
        ),
    ),
    "birth date": (_absent("days"), BIRTH),
    # a passport says nothing against an identity card; another passport does
    "document": (
        f"len(list_intersect(paper_kinds_l, paper_kinds_r)) = 0 AND {_NO_DOCUMENT}",
        (("same number", SHARED.format("documents")),),
    ),
    "phone": (_absent("phones"), (("same number", SHARED.format("phones")),)),
    "address": (_absent("addresses"), (("same address", SHARED.format("addresses")),)),
    "e-mail": (_absent("emails"), (("same mailbox", SHARED.format("emails")),)),
    "gender": ("gender_l IS NULL OR gender_r IS NULL", (("same", "gender_l = gender_r"),)),
    "country": (_absent("countries"), (("in common", SHARED.format("countries")),)),
}
"""Comparison -> (when it says nothing, levels from most to least alike); then: they differ."""

FIRM: Final[dict[str, tuple[str, tuple[Level, ...]]]] = {
    "name": (
        _absent("skeletons"),
        (
            ("same name", SHARED.format("name_keys")),
            ("same name, spelt otherwise", SHARED.format("skeleton_keys")),
            (
                "nearly the same name",
                "jaro_winkler_similarity(name_keys_l[1], name_keys_r[1]) >= 0.93",
            ),
        ),
    ),
    "number": (_absent("documents"), (("same number", SHARED.format("documents")),)),
    "founded": (_absent("days"), BIRTH[:1]),
    "address": (_absent("addresses"), (("same address", SHARED.format("addresses")),)),
    "phone": (_absent("phones"), (("same number", SHARED.format("phones")),)),
    "country": (_absent("countries"), (("in common", SHARED.format("countries")),)),
}

PERSON_BLOCKS: Final[tuple[tuple[str, str | None], ...]] = (
    ("l.documents = r.documents", "documents"),
    ("l.phones = r.phones", "phones"),
    ("l.emails = r.emails", "emails"),
    ("l.days = r.days AND l.family_skeleton = r.family_skeleton", "days"),
    ("l.days = r.days AND l.given_skeleton = r.given_skeleton", "days"),
    ("l.days = r.days AND l.family_skeleton = r.given_skeleton", "days"),
    ("l.skeleton_keys = r.skeleton_keys AND l.years = r.years", "skeleton_keys,years"),
    ("l.addresses = r.addresses AND l.given_skeleton = r.given_skeleton", "addresses"),
    ("l.rare_name = r.rare_name", None),
)
"""Pairs that are compared: an SQL condition, and the list columns of it that are unrolled."""

FIRM_BLOCKS: Final[tuple[tuple[str, str | None], ...]] = (
    ("l.documents = r.documents", "documents"),
    ("l.phones = r.phones", "phones"),
    ("l.rare_name = r.rare_name", None),
    ("l.rare_skeleton = r.rare_skeleton", None),
)


def level_of(name: str, absent: str, levels: tuple[Level, ...]) -> str:
    """Return SQL for the label of the level at which a pair stands in one comparison."""
    cases = " ".join(f"WHEN {sql} THEN '{label}'" for label, sql in levels)
    return f"CASE WHEN {absent} THEN 'not known' {cases} ELSE 'they differ' END AS {column(name)}"


def column(name: str) -> str:
    """Return the column name of a comparison."""
    return name.replace(" ", "_").replace("-", "_")


def comparison(name: str, absent: str, levels: tuple[Level, ...]) -> dict[str, Any]:
    """Return one comparison as Splink's settings want it."""
    return {
        "output_column_name": column(name),
        "comparison_levels": [
            {"sql_condition": absent, "label_for_charts": "not known", "is_null_level": True},
            *({"sql_condition": sql, "label_for_charts": label} for label, sql in levels),
            {"sql_condition": "ELSE", "label_for_charts": "they differ"},
        ],
    }
