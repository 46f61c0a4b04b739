"""Second looks at hits: what is due, the hit without what was said of it, and who settles.

The first person's verdict and reason are shown to nobody who looks again, before they have said
what they make of it; nor may somebody look again who was shown them.
"""

from dataclasses import replace
from typing import Any, Final

from maillon.model import NotFoundError, View
from maillon.store import Proposal, Settings, Store, Validation
from maillon.store.second_looks import Said
from maillon.workspace.deciding import Answer, Shown
from maillon.workspace.hit_verdicts import HitVerdicts, settle_hit, unclearing
from maillon.workspace.looking import look

TOLD: Final = frozenset({"cleared before", "judged"})
"""Codes of facts that say what a person made of the hit before."""


class SecondLooking:
    """Second looks at the hits of one workspace; every verb takes a view.

    Args:
        store: Its store.
        settings: What ``maillon.toml`` says.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._hits = HitVerdicts(store, settings)

    def due(self, view: View) -> list[dict[str, Any]]:
        """Return the hits at which the mandate's person has to look again, oldest first.

        Each as a line: the verdict's id, the pair, the list, since when, and why; never what was
        said, nor by whom.
        """
        found = self._store.safeguards.second_looks.due(view)
        return [
            {
                "validation": one.id, "ids": list(one.ids), "list": one.dataset, "at": one.at,
                "why": "waits for a second person" if one.waits else "drawn",
            }
            for one in found
        ]  # fmt: skip

    def disputed(self, view: View) -> list[Validation]:
        """Return the verdicts on which a second look came to something else, oldest first."""
        return self._store.safeguards.second_looks.disputed(view)

    def show(self, view: View, verdict: str) -> Shown:
        """Return a hit as if nobody had decided on it, for who has to look again.

        Raises:
            RefusedError: The person gave the verdict, or was shown it.
            StaleError: The contents changed, or somebody has looked again.
            NotFoundError: The view sees no such verdict: the same answer for hidden and absent.
        """
        one = self._verdict(view, verdict)
        found, held = self._hits.proposed(view, *one.ids)
        proposal = blinded(held.proposal)
        token = self._store.safeguards.second_looks.open(view, verdict, proposal)
        look(self._store, view, "second look", one.ids, {*found.datasets, *held.datasets})
        return Shown(
            proposal, held.captions, held.scored.score, (), "", token, held.records, held.scored
        )

    def look(self, view: View, verdict: str, answer: Answer) -> bool:
        """Say what the mandate's person makes of the hit; return whether the first said the same.

        Raises:
            RefusedError: See `SecondLooks.look`.
            StaleError: It changed since it was shown, or somebody has looked again in between.
            NotFoundError: The view sees no such verdict.
        """
        one = self._verdict(view, verdict)
        found, held = self._hits.proposed(view, *one.ids)
        return self._store.safeguards.second_looks.look(
            view, verdict, blinded(held.proposal), _said(answer),
            lambda connection, id_: settle_hit(
                connection, view, id_, found, held.proposal, one.verdict, one.reason
            ),
        )  # fmt: skip

    def settle(self, view: View, verdict: str, answer: Answer) -> str:
        """Say as a third person what holds where two differ; return the id of what holds now.

        It is shown by `HitVerdicts.show`: with what both said.

        Raises:
            RefusedError: See `SecondLooks.settle`.
            StaleError: It changed since it was shown, or is disputed no more.
            NotFoundError: The view sees no such verdict.
        """
        one = self._verdict(view, verdict)
        found, held = self._hits.proposed(view, *one.ids)
        return self._store.safeguards.second_looks.settle(
            view, verdict, held.proposal, _said(answer),
            back=unclearing(view, answer.reason),
            then=lambda connection, id_: settle_hit(
                connection, view, id_, found, held.proposal, answer.verdict, answer.reason
            ),
        )  # fmt: skip

    def _verdict(self, view: View, id_: str) -> Validation:
        one = self._store.safeguards.validations.one(view, id_)
        if one.kind != "hit":
            raise NotFoundError(f"no verdict {id_}")
        return one


def blinded(proposal: Proposal) -> Proposal:
    """Return a hit without the facts that say what people made of it before."""
    facts = tuple(one for one in proposal.facts if one.code.partition(":")[0] not in TOLD)
    return replace(proposal, facts=facts)


def _said(answer: Answer) -> Said:
    return Said(answer.verdict, answer.reason, answer.weighed, answer.expected)
