"""How often a second look overturns a dismissal: whether people clear too much.

Each list has its own rate: people read names of one script better than those of another.
Source: S/2020/754, paras. 49 and 112; Directive (EU) 2016/680, art. 11.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from maillon.model import View
from maillon.store import Store, Validation
from maillon.store.verdicts import OVERRIDING


@dataclass(frozen=True, slots=True)
class Recheck:
    """What second looks at the dismissals of one list came to.

    Attributes:
        dataset: The list; empty for all of them together.
        dismissals: How many hits one person dismissed, those taken back too.
        looked: How many of them another person saw again.
        differs: How many of those came to something else.
        overturned: How many of these a third person settled against the first.
        unsettled: How many of these nobody has settled.
    """

    dataset: str
    dismissals: int
    looked: int
    differs: int
    overturned: int
    unsettled: int

    @property
    def rate(self) -> float | None:
        """Share that was overturned among those looked at and settled; None: there is none."""
        settled = self.looked - self.unsettled
        return round(self.overturned / settled, 6) if settled else None

    def line(self) -> dict[str, Any]:
        """Return it as one JSON line."""
        return {
            "list": self.dataset, "dismissals": self.dismissals, "looked": self.looked,
            "differs": self.differs, "overturned": self.overturned, "unsettled": self.unsettled,
            "overturn_rate": self.rate,
        }  # fmt: skip


def rechecks(store: Store, view: View) -> list[Recheck]:
    """Return what second looks at dismissals came to: over all lists, then by list.

    Args:
        store: Of the workspace.
        view: Opened for the act ``audit``.
    """
    return found_rechecks(store.safeguards.validations.every(view))


def found_rechecks(held: Iterable[Validation]) -> list[Recheck]:
    """Return the rechecks behind verdicts; none where nothing was dismissed."""
    of: dict[str, list[Validation]] = defaultdict(list)
    for one in held:
        if one.kind == "hit" and one.verdict in OVERRIDING["hit"]:
            of[""].append(one)
            of[one.dataset].append(one)
    return [_recheck(dataset, of[dataset]) for dataset in sorted(of)]


def _recheck(dataset: str, held: list[Validation]) -> Recheck:
    looks = [(one, one.look) for one in held if one.look is not None]
    differing = [(one, look) for one, look in looks if look.verdict != one.verdict]
    settled = [(one, look) for one, look in differing if look.settled]
    return Recheck(
        dataset, len(held), len(looks), len(differing),
        sum(look.settled != one.verdict for one, look in settled),
        len(differing) - len(settled),
    )  # fmt: skip
