"""Misuse from inside: who looks himself up, who browses, who asks without a case.

Each finding is a question to a person, not a verdict. Source: Directive (EU) 2016/680, art. 25(2)
(logs serve the verification of lawfulness); S/2020/754, para. 116.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

from maillon.model import View
from maillon.policy import Person
from maillon.store import Store
from maillon.store.ledger_book import LedgerBook

TIMES: Final = 5.0
"""How many times the median of the role a day's distinct objects must be to be asked about."""

LEAST: Final = 20
"""Fewer distinct objects a day are never asked about, however small the median."""


@dataclass(frozen=True, slots=True)
class Misuse:
    """Something that oversight should ask about.

    Attributes:
        kind: ``self search``, ``bulk browsing`` or ``without case``.
        who: The account.
        day: The day, ISO.
        count: Acts, or distinct objects for bulk browsing.
        against: What it was compared with: the median of the role, or all acts of the day.
        entries: Numbers of the ledger's entries, as far as they are named.
    """

    kind: str
    who: str
    day: str
    count: int
    against: float
    entries: tuple[int, ...] = ()

    def line(self) -> dict[str, Any]:
        """Return it as one JSON line."""
        return {
            "kind": self.kind, "who": self.who, "day": self.day, "count": self.count,
            "against": self.against, "entries": list(self.entries),
        }  # fmt: skip


def misuses(
    store: Store,
    view: View,
    self_ids: Mapping[str, Sequence[str]] | None = None,
    *,
    times: float = TIMES,
    least: int = LEAST,
) -> list[Misuse]:
    """Return what oversight should ask about, by kind, account and day.

    Args:
        store: Of the workspace.
        view: Of oversight.
        self_ids: Entity ids of the people behind accounts; else ``self_ids`` of [people.NAME] in
            ``maillon.toml``.
        times: Least multiple of the role's median for bulk browsing.
        least: Fewest distinct objects a day for bulk browsing.
    """
    book = LedgerBook(store.house.desk)
    said = store.settings.raw.get("people", {})
    own = self_ids if self_ids is not None else {
        who: [str(one) for one in person.get("self_ids", ())] for who, person in said.items()
    }  # fmt: skip
    days = list(book.opened(view))
    people = store.settings.people
    return [
        *_self_searches(book, view, own, people),
        *_browsing(days, people, times, least),
        *_without_case(days),
    ]


def _self_searches(
    book: LedgerBook, view: View, own: Mapping[str, Sequence[str]], people: Mapping[str, Person]
) -> Iterator[Misuse]:
    for who in sorted(own):
        mine = {one for one, person in people.items() if person.natural == _natural(people, who)}
        by_day: dict[tuple[str, str], list[int]] = defaultdict(list)
        for entry in book.acts_on(view, own[who]):
            if entry["who"] in mine | {who}:
                by_day[entry["who"], entry["at"][:10]].append(entry["number"])
        for (account, day), numbers in sorted(by_day.items()):
            yield Misuse("self search", account, day, len(numbers), 0.0, tuple(numbers))


def _browsing(
    days: Sequence[Mapping[str, Any]], people: Mapping[str, Person], times: float, least: int
) -> Iterator[Misuse]:
    """Yield days on which somebody looked at many more objects than the others of the role do."""
    looked: dict[tuple[str, str, str], int] = defaultdict(int)
    for day in days:
        looked[_role(day, people), day["who"], day["day"]] += day["objects"]
    for (role, who, at), count in sorted(looked.items()):
        # the own days are left out: who browses every day is not his own measure
        others = [n for (other, whose, _), n in looked.items()
                  if other == role and whose != who and n]  # fmt: skip
        usual = float(median(others)) if others else 0.0
        if count >= least and count > times * usual:
            yield Misuse("bulk browsing", who, at, count, usual)


def _without_case(days: Sequence[Mapping[str, Any]]) -> Iterator[Misuse]:
    """Yield days on which somebody who works in cases acted without one."""
    in_cases = {day["who"] for day in days if day["acts"] > day["bare"]}
    for day in days:
        if day["bare"] and day["who"] in in_cases:
            yield Misuse("without case", day["who"], day["day"], day["bare"], float(day["acts"]))


def _role(day: Mapping[str, Any], people: Mapping[str, Person]) -> str:
    person = people.get(day["who"])
    return person.roles[0] if person is not None and person.roles else str(day["purpose"])


def _natural(people: Mapping[str, Person], who: str) -> str:
    person = people.get(who)
    return person.natural if person is not None else who
