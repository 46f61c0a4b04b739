"""Several hits of one record, or on one entry, decided at once, for one reason.

Few at a time, each shown with what speaks for the person, each weighed by itself; and never that
they are matches: that is said of one hit alone. Source: Directive (EU) 2016/680, art. 11.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from sqlalchemy import Connection

from maillon.model import MaillonError, NotValidError, RefusedError, StaleError, View
from maillon.store import CLEARED, VERDICTS, Settings, StandingHit, Store
from maillon.store.together import Decision, Pair, TogetherError
from maillon.store.validations import Then
from maillon.store.verdicts import EFFECTIVE, PROVISION
from maillon.workspace.deciding import Shown
from maillon.workspace.hit_sides import HeldHit
from maillon.workspace.hit_verdicts import HitVerdicts, settle_hit

MOST_TOGETHER: Final = 10
"""Hits that are decided at once: more are not looked at, one by one, before one reason is given."""
SAID_TOGETHER: Final = tuple(one for one in VERDICTS["hit"] if one not in EFFECTIVE["hit"])
"""Verdicts that are given on several hits at once."""


@dataclass(frozen=True, slots=True)
class One:
    """What a person weighed of one of several hits.

    Attributes:
        pair: Subject and entry.
        weighed: Codes of the facts that speak for the person: all of them were weighed.
        expected: The revision that was shown.
    """

    pair: Pair
    weighed: tuple[str, ...]
    expected: str


@dataclass(frozen=True, slots=True)
class ShownTogether:
    """Several hits as they are shown to one person.

    Attributes:
        hits: Those that can be decided, as they stand.
        gone: Those that cannot, and why.
    """

    hits: tuple[Shown, ...]
    gone: tuple[tuple[Pair, MaillonError], ...]


class Together:
    """What people make of several hits at once; every verb takes a view.

    Args:
        store: The workspace's store.
        settings: What ``maillon.toml`` says.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._hits = HitVerdicts(store, settings)

    def show(self, view: View, pairs: Sequence[Pair]) -> ShownTogether:
        """Return several hits, each as `HitVerdicts.show` does; the ledger has each first.

        Raises:
            NotValidError: They are too many, too few, or not of one record or on one entry.
        """
        _check(pairs)
        shown, gone = [], []
        for pair in pairs:
            try:
                shown.append(self._hits.show(view, *pair))
            except MaillonError as error:
                gone.append((pair, error))
        return ShownTogether(tuple(shown), tuple(gone))

    def decide(
        self, view: View, verdict: str, reason: str, said: Sequence[One], *,
        takes_two: bool = False,
    ) -> list[str]:  # fmt: skip
        """Write one verdict on each of several hits, all or none; return their ids.

        Each is an entry of the ledger, and one verdict for whoever looks at how people decide.

        Args:
            view: Opened for the act ``decide``, by a person.
            verdict: One of `SAID_TOGETHER`.
            reason: Why, by objective criteria: the same for all.
            said: The hits, with what was weighed of each.
            takes_two: Whether each stands only when a second person says the same.

        Raises:
            NotValidError: They are too many, too few, or not of one record or on one entry.
            RefusedError: The verdict is that they are matches, or see `Validations.decide`.
            TogetherError: Some cannot be decided: says which, and why.
        """
        _check([one.pair for one in said])
        if verdict not in SAID_TOGETHER:
            raise RefusedError(
                PROVISION, f"several hits at once are not said to be {verdict!r}",
                f"say it of each by itself; of several: {', '.join(SAID_TOGETHER)}",
            )  # fmt: skip
        decided: list[tuple[Decision, Then]] = []
        gone: list[tuple[Pair, MaillonError]] = []
        for one in said:
            try:
                found, held = self._standing(view, one.pair)
            except MaillonError as error:
                gone.append((one.pair, error))
                continue
            decision = Decision(
                held.proposal, verdict, reason, one.weighed, one.expected, takes_two
            )
            then = partial(_settle, view=view, found=found, said=decision)
            decided.append((decision, then))
        if gone:
            raise TogetherError(gone, len(said))
        return self._store.safeguards.validations.decide_all(view, decided)

    def _standing(self, view: View, pair: Pair) -> tuple[StandingHit, HeldHit]:
        found, held = self._hits.proposed(view, *pair)
        if found.state == CLEARED:
            raise StaleError(f"the hit was cleared ({found.why}): take the clearing back first")
        return found, held


def _settle(
    connection: Connection, id_: str, *, view: View, found: StandingHit, said: Decision
) -> None:
    settle_hit(connection, view, id_, found, said.proposal, said.verdict, said.reason)


def _check(pairs: Sequence[Pair]) -> None:
    """Let through a few hits, each once, of one record or on one entry."""
    if not 2 <= len(set(pairs)) == len(pairs) <= MOST_TOGETHER:  # noqa: PLR2004 - one is decided by itself
        raise NotValidError(
            f"{len(pairs)} hits: from 2 to {MOST_TOGETHER} different ones are decided at once"
        )
    subjects, entries = ({pair[side] for pair in pairs} for side in (0, 1))
    if len(subjects) > 1 and len(entries) > 1:
        raise NotValidError("hits of several records on several entries: decide each by itself")
