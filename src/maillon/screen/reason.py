"""What a score is made of: reasons, and the bands of the sum."""

from enum import StrEnum
from typing import Any, Final, NamedTuple


class Band(StrEnum):
    """How much a hit deserves a look."""

    NONE = "none"
    WEAK = "weak"
    POSSIBLE = "possible"
    STRONG = "strong"


BANDS: Final = ((0.95, Band.STRONG), (0.7, Band.POSSIBLE), (0.3, Band.WEAK))


class Reason(NamedTuple):
    """One thing that made the score.

    Attributes:
        kind: ``part``, ``name``, ``birth date``, ``country``, ``gender``, ``place``, ``document``,
            ``kind`` or ``rule``.
        value: Of the query; empty where only the list has one.
        counterpart: Of the list; empty where only the query has one.
        verdict: How they compare.
        near: 1.0 for the same letters, less for fewer; 0.0 where letters are not compared.
        weight: How telling the parts are, or a share.
        points: Natural logarithm of the odds that it adds.
        rule: The key that both sides have, when that decided, e.g. ``s:mhmd``.
        prop: Property of the list's value, and so the list's own opinion of it.
        statement: Id of the list's statement; empty when it has none.
        source: The list's whole value: the name that a part belongs to, the date as delivered.
    """

    kind: str
    value: str
    counterpart: str
    verdict: str
    near: float = 0.0
    weight: float = 0.0
    points: float = 0.0
    rule: str = ""
    prop: str = ""
    statement: str = ""
    source: str = ""

    @property
    def said(self) -> tuple[str, str]:
        """Property and delivered value of the list's statement."""
        value = self.source or self.counterpart
        return self.prop, value.removeprefix("~").partition("..")[
            0
        ] if self.prop == "birthDate" else value

    def line(self) -> dict[str, Any]:
        """Return it as it is printed."""
        said = {
            "kind": self.kind,
            "value": self.value,
            "counterpart": self.counterpart,
            "verdict": self.verdict,
            "near": self.near,
            "weight": self.weight,
            "points": self.points,
        }
        extra = {"rule": self.rule, "prop": self.prop, "statement": self.statement}
        return {**said, **{name: value for name, value in extra.items() if value}}
