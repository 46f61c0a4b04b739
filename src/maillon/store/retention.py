"""How long what is kept: dated rules by category and regime, each with its provision.

The rules of the house stand in ``data/retention.toml``; a workspace overrides them in
``law/retention.toml``. They are checked whenever they are read: a rule that is not understood, or
two that hold at once, is an error with file and line.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from maillon.model import RefusedError, StoreError
from maillon.store.periods import Period

FILE: Final = Path("law") / "retention.toml"
"""Where a workspace overrides the rules of the house."""

REFUSE: Final = "refuse"
ADMIT: Final = "admit"

_TABLES: Final = frozenset({"rule", "regimes", "masks", "requests", "breach"})
_HEAD: Final = r"^\s*\[\[\s*rule\s*\]\]"
_PERIODS: Final = ("keep", "review", "mask_after", "without_evidence")
_BELOW: Final = (
    ("review", "keep"),
    ("mask_after", "keep"),
    ("without_evidence", "keep"),
)
"""Which period must be shorter than which."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What holds for one category under one regime, for a time.

    Attributes:
        category: Retention class of a delivery, e.g. ``pnr``.
        regime: The law that applies, e.g. ``eu``.
        since: The first day on which it is in force.
        keep: How long what was received is kept.
        review: How long before the end a person looks at it.
        provision: The provision that says so.
        again: What becomes of erased data that is delivered again: ``refuse`` or ``admit``.
        until: The first day on which it is no longer in force; None: it still is.
        mask: Name of the set of masked properties, or empty.
        mask_after: When they are masked.
        mask_provision: The provision of the mask.
        without_evidence: Shorter period for what nobody has found objective evidence about.
        without_evidence_provision: Its provision.
        line: Where it stands, e.g. ``law/retention.toml line 12``.
    """

    category: str
    regime: str
    since: date
    keep: Period
    review: Period
    provision: str
    again: str
    until: date | None = None
    mask: str = ""
    mask_after: Period | None = None
    mask_provision: str = ""
    without_evidence: Period | None = None
    without_evidence_provision: str = ""
    line: str = ""

    def holds_on(self, day: date) -> bool:
        """Return whether it is in force on a day."""
        return self.since <= day and (self.until is None or day < self.until)

    @property
    def name(self) -> str:
        """What an erasure under it is said to be under, e.g. ``pnr/eu since 2022-06-21``."""
        return f"{self.category}/{self.regime} since {self.since}"


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one workspace.

    Attributes:
        rules: All of them.
        regimes: Which regime holds for which category.
        masks: Masked properties by name; ``Schema:*``, ``Schema:property`` or ``property``.
        due: Within how long a request is answered.
        extension: By how much that may be extended, once.
        request_provision: The provision of both.
        breach_hours: Within how many hours the authority hears of a breach.
        breach_provision: Its provision.
    """

    rules: tuple[Rule, ...]
    regimes: Mapping[str, str]
    masks: Mapping[str, tuple[str, ...]]
    due: Period
    extension: Period
    request_provision: str
    breach_hours: int
    breach_provision: str

    def on(self, category: str, day: date) -> Rule:
        """Return the rule that is in force for a category on a day.

        Raises:
            StoreError: The category has no regime, or no rule on that day.
        """
        regime = self.regimes.get(category)
        if regime is None:
            known = ", ".join(sorted(self.regimes))
            raise StoreError(
                f"{FILE}: [regimes] names none for the category {category!r}; it knows {known}"
            )
        for rule in self.rules:
            if (rule.category, rule.regime) == (category, regime) and rule.holds_on(day):
                return rule
        raise StoreError(f"{FILE}: no rule for {category!r} under {regime!r} is in force on {day}")

    def check_category(self, category: str) -> None:
        """Let through a category that has a regime.

        Raises:
            RefusedError: Nothing says how long it would be kept.
        """
        if category not in self.regimes:
            raise RefusedError(
                "Directive (EU) 2016/680, art. 5",
                f"nothing says how long the category {category!r} is kept",
                f"name one of {', '.join(sorted(self.regimes))}, or add a [[rule]] and its regime"
                f" to {FILE}",
            )


def read_rules(folder: Path | None = None) -> Rules:
    """Return the rules of the house with what a workspace overrides.

    Args:
        folder: The workspace; None for the rules of the house alone.

    Raises:
        StoreError: Something is not understood, or two rules hold at once; with file and line.
    """
    file = folder / FILE if folder else None
    return _rules(file, file.stat().st_mtime_ns if file and file.is_file() else 0)


@lru_cache(maxsize=8)
def _rules(file: Path | None, mtime: int) -> Rules:
    house = (resources.files("maillon.store") / "data" / "retention.toml").read_text("utf-8")
    raw = _parsed(house, "maillon/store/data/retention.toml")
    own = _parsed(file.read_text("utf-8"), str(FILE)) if file and mtime else {}
    rules = tuple(_each_rule(own))
    said = {(rule.category, rule.regime) for rule in rules}
    rules += tuple(rule for rule in _each_rule(raw) if (rule.category, rule.regime) not in said)
    merged = {
        name: {**raw[name], **own.get(name, {})}
        for name in ("regimes", "masks", "requests", "breach")
    }
    try:
        made = Rules(
            rules,
            dict(merged["regimes"]),
            {name: tuple(mask["properties"]) for name, mask in merged["masks"].items()},
            Period.read(merged["requests"]["due"]),
            Period.read(merged["requests"]["extension"]),
            str(merged["requests"]["provision"]),
            int(merged["breach"]["hours"]),
            str(merged["breach"]["provision"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise StoreError(f"{FILE}: [masks], [requests] or [breach]: {error}") from error
    _check(made)
    return made


def _parsed(text: str, name: str) -> dict[str, Any]:
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise StoreError(f"{name}: {error}") from error
    unknown = sorted(set(raw) - _TABLES)
    if unknown:
        line = _line(text, rf"^\s*\[*\s*{re.escape(unknown[0])}\b", 1)
        raise StoreError(f"{name} line {line}: {unknown[0]!r} unknown; it may hold {_listed()}")
    for number, rule in enumerate(raw.get("rule", ()), 1):
        rule["line"] = f"{name} line {_line(text, _HEAD, number)}"
    return raw


def _listed() -> str:
    return ", ".join(sorted(_TABLES))


def _line(text: str, pattern: str, number: int) -> int:
    for count, found in enumerate(re.finditer(pattern, text, re.MULTILINE), 1):
        if count == number:
            return text.count("\n", 0, found.start(0)) + 1 + found[0].count("\n")
    return 1


def _each_rule(raw: Mapping[str, Any]) -> Iterator[Rule]:
    known = {field.name for field in fields(Rule)}
    for said in raw.get("rule", ()):
        line = said["line"]
        unknown = sorted(set(said) - known)
        if unknown:
            raise StoreError(f"{line}: {', '.join(unknown)} unknown; a rule has {_keys(known)}")
        try:
            yield _rule(said)
        except TypeError as error:
            missing = str(error).partition("missing ")[2] or str(error)
            raise StoreError(f"{line}: a rule needs {missing}") from error
        except ValueError as error:
            raise StoreError(f"{line}: {error}") from error


def _keys(known: set[str]) -> str:
    return ", ".join(sorted(known - {"line"}))


def _rule(said: Mapping[str, Any]) -> Rule:
    values = dict(said)
    for name in _PERIODS:
        if name in values:
            values[name] = Period.read(str(values[name]))
    for name in ("since", "until"):
        if name in values:
            values[name] = date.fromisoformat(str(values[name]))
    rule = Rule(**values)
    empty = [name for name in ("category", "regime", "provision") if not values[name].strip()]
    if empty:
        raise ValueError(f"{empty[0]} is empty")
    if rule.again not in {REFUSE, ADMIT}:
        raise ValueError(f"again = {rule.again!r}: say {REFUSE!r} or {ADMIT!r}")
    if rule.until is not None and rule.until <= rule.since:
        raise ValueError(f"until {rule.until} is not after since {rule.since}")
    _check_together(rule)
    return rule


def _check_together(rule: Rule) -> None:
    masked = (bool(rule.mask), rule.mask_after is not None, bool(rule.mask_provision))
    if len(set(masked)) > 1:
        raise ValueError("mask, mask_after and mask_provision go together")
    if (rule.without_evidence is None) == bool(rule.without_evidence_provision):
        raise ValueError("without_evidence and without_evidence_provision go together")
    # any day does: a period of months and one of days are compared over a leap year's length
    for shorter, longer in _BELOW:
        less, more = getattr(rule, shorter), getattr(rule, longer)
        if less is not None and less.after(rule.since) >= more.after(rule.since):
            raise ValueError(f"{shorter} is not shorter than {longer}")


def _check(rules: Rules) -> None:
    by_kind: dict[tuple[str, str], list[Rule]] = {}
    for rule in rules.rules:
        by_kind.setdefault((rule.category, rule.regime), []).append(rule)
        if rule.mask and rule.mask not in rules.masks:
            raise StoreError(f"{rule.line}: mask = {rule.mask!r}: there is no [masks.{rule.mask}]")
    for held in by_kind.values():
        held.sort(key=lambda rule: rule.since)
        for earlier, later in pairwise(held):
            if earlier.until is None or earlier.until > later.since:
                raise StoreError(
                    f"{later.line}: overlaps {earlier.line}: {later.category}/{later.regime} since"
                    f" {later.since}, where the earlier one ends with until ="
                    f" {earlier.until or 'nothing'}"
                )
    for category, regime in rules.regimes.items():
        if (category, regime) not in by_kind:
            raise StoreError(f"{FILE}: [regimes] {category} = {regime!r}: no rule has that regime")
    if rules.breach_hours <= 0:
        raise StoreError(f"{FILE}: [breach] hours = {rules.breach_hours}: say 1 or more")
