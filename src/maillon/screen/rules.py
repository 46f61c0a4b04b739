"""Rules of screening by list and use: what is shown, and what is an alert.

``screening.yaml`` of the workspace says what differs from the package's ``data/rules.yaml``.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Self

from maillon.model import StoreError
from maillon.screen.dates import age_range, least_age
from maillon.screen.entry import Entry
from maillon.screen.model import model, rebased
from maillon.screen.reason import Band
from maillon.screen.ruletext import read_text
from maillon.screen.score import SECOND, SECOND_FACT, Scored

FILE: Final = "screening.yaml"
OTHERS: Final = "*"
"""Stands for the lists that are not named."""

EDITION: Final = 2
"""Of what the rules mean. 1: a birth date that cannot be read says nothing of a minor, and ages are
reckoned by years. A receipt says under which one it was made, and is replayed under it."""

_ORDER: Final = (Band.NONE.value, Band.WEAK.value, Band.POSSIBLE.value, Band.STRONG.value)


@dataclass(frozen=True, slots=True)
class ListRule:
    """What holds for the hits of one list.

    Attributes:
        weak_alias: ``never_alone``, ``show`` or ``ignore``.
        most_hits: Most hits of this list in one answer; 0 for no limit of its own.
    """

    weak_alias: str = "never_alone"
    most_hits: int = 0


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the rules make of one hit.

    Attributes:
        is_shown: Whether it stays in the answer.
        is_alert: Whether somebody must look at it.
        notes: Rules that held it back, by name.
        probability: The score under the base rate of the use.
    """

    is_shown: bool
    is_alert: bool
    notes: tuple[str, ...]
    probability: float


@dataclass(frozen=True, slots=True)
class Use:
    """The rules of one use, as they are in force.

    Attributes:
        name: E.g. ``border``.
        base_rate: Share of records that truly are somebody on a list.
        threshold: Least score of a hit.
        alert_from: Least band of an alert.
        most_hits: Most hits of one record.
        lists: Rules by list; ``*`` for the others.
        minors_under: Age below which a person is a minor.
        minors: ``second_fact`` or ``as_any``.
        humanitarian_topics: Topics of humanitarian actors.
        humanitarian_datasets: Datasets of humanitarian actors.
        humanitarian: ``second_fact`` or ``as_any``.
        edition: What the rules mean, see `EDITION`.
    """

    name: str
    base_rate: float
    threshold: float
    alert_from: str
    most_hits: int
    lists: Mapping[str, ListRule]
    minors_under: int
    minors: str
    humanitarian_topics: tuple[str, ...]
    humanitarian_datasets: tuple[str, ...]
    humanitarian: str
    edition: int = 1

    def said(self) -> dict[str, Any]:
        """Return it as a receipt keeps it; the first edition had no name."""
        found: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        if self.edition == 1:
            del found["edition"]
        return found

    @classmethod
    def from_said(cls, said: Mapping[str, Any]) -> Self:
        """Return the rules that a receipt kept."""
        lists = {name: ListRule(**rule) for name, rule in said["lists"].items()}
        topics = tuple(said["humanitarian_topics"])
        datasets = tuple(said["humanitarian_datasets"])
        more = {"humanitarian_topics": topics, "humanitarian_datasets": datasets}
        return cls(**{**said, "lists": lists, **more})

    @property
    def sha256(self) -> str:
        """SHA-256 of all that they say."""
        text = json.dumps(self.said(), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def of_list(self, dataset: str) -> ListRule:
        """Return the rule of a list."""
        return self.lists.get(dataset) or self.lists.get(OTHERS) or ListRule()

    def ruling(self, caution: tuple[str, ...], dataset: str, scored: Scored) -> Ruling:
        """Return what the rules make of a hit.

        Args:
            caution: Names of the protections that stand on the record or the entry (`cautions`).
            dataset: Which list.
            scored: The hit's score and reasons.
        """
        has_second = any(
            reason.kind in SECOND and reason.points >= SECOND_FACT for reason in scored.reasons
        )
        notes = () if has_second else caution
        is_weak = any(reason.verdict == "weak alias" for reason in scored.reasons)
        is_shown, rule = True, self.of_list(dataset).weak_alias
        if is_weak and not has_second and rule != "show":
            notes = (*notes, "weak alias alone")
            is_shown = rule != "ignore"
        reaches = _ORDER.index(scored.band.value) >= _ORDER.index(self.alert_from)
        probability = rebased(scored.score, model().prior, self.base_rate)
        return Ruling(is_shown, is_shown and reaches and not notes, notes, probability)

    def cautions(
        self, query: Entry, listed_dates: tuple[str, ...], today: date, *, is_humanitarian: bool,
        doubts: tuple[str, ...] = (),
    ) -> tuple[str, ...]:  # fmt: skip
        """Return the protections that stand on a record or on the entry that it hit.

        Args:
            query: The record.
            listed_dates: Birth dates of the entry.
            today: On which day ages are reckoned.
            is_humanitarian: Whether the record is of a humanitarian actor.
            doubts: What the record says of its birth date that is no date, see `Asked`.
        """
        found = []
        dates = (*query.facts.get("birthDate", ()), *listed_dates, *doubts)
        if self.minors == "second_fact" and any(self._may_be_minor(text, today) for text in dates):
            found.append("minor")
        if self.humanitarian == "second_fact" and is_humanitarian:
            found.append("humanitarian actor")
        return tuple(found)

    def _may_be_minor(self, text: str, today: date) -> bool:
        """Return whether one birth date leaves it open: doubt speaks for the child."""
        if self.edition == 1:
            ages = age_range(text, today)
            return ages is not None and ages[0] < self.minors_under and ages[1] >= 0
        age = least_age(text, today)
        return age is None or age < self.minors_under


@dataclass(frozen=True, slots=True)
class Rules:
    """All that a workspace says of screening."""

    default_use: str
    uses: Mapping[str, Use]

    def use(self, name: str = "") -> Use:
        """Return the rules of a use.

        Raises:
            StoreError: There is no such use; the message lists those there are.
        """
        found = self.uses.get(name or self.default_use)
        if found is None:
            raise StoreError(f"no use {name!r}: there are {', '.join(sorted(self.uses))}")
        return found


def read_rules(folder: Path) -> Rules:
    """Read the rules of a workspace.

    Raises:
        StoreError: ``screening.yaml`` says something that is not understood: where, and what would
            be right.
    """
    file = folder / FILE
    said = _packaged()
    if file.is_file():
        said = _merged(said, read_text(file.read_bytes(), str(file)))
    if said["default_use"] not in said["uses"]:
        known = ", ".join(sorted(said["uses"]))
        raise StoreError(f"{file}: default_use {said['default_use']!r} is none of {known}")
    lists = {name: ListRule(**rule) for name, rule in said["lists"].items()}
    minors, humanitarian = said["protected"]["minors"], said["protected"]["humanitarian"]
    uses = {
        name: Use(
            name, float(use["base_rate"]), float(use["threshold"]), use["alert_from"],
            use["most_hits"], lists, minors["under"], minors["alert"],
            tuple(humanitarian["topics"]), tuple(humanitarian["datasets"]), humanitarian["alert"],
            EDITION,
        )
        for name, use in said["uses"].items()
    }  # fmt: skip
    return Rules(said["default_use"], uses)


@cache
def _packaged() -> dict[str, Any]:
    file = files("maillon.screen") / "data" / "rules.yaml"
    return read_text(file.read_bytes(), "rules.yaml")


def _merged(base: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    """Return what is said over what holds otherwise; a new use or list starts from the defaults."""
    found = dict(base)
    for name, value in said.items():
        if not isinstance(value, dict):
            found[name] = value
            continue
        start = dict(base.get(name, {}))
        default = start.get(OTHERS) or start.get(base.get("default_use", ""), {})
        for key, inner in value.items():
            if isinstance(inner, dict):
                start[key] = {**(start.get(key) or default), **inner}
            else:
                start[key] = inner
        found[name] = start
    return found
