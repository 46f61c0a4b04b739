"""The verbs of leads: what people say of them, and which return."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Final

from maillon.model import RefusedError, View
from maillon.store import Assessment, LeadState, Store
from maillon.store.verdicts import PROVISION
from maillon.workspace.lead_verdicts import LeadVerdicts, of
from maillon.workspace.resolution import resolved

if TYPE_CHECKING:
    from maillon.nexus import Assessed, Standing, Trace, TraceSettings


ADVERSE: Final = frozenset({LeadState.CONFIRMED, LeadState.SUSPECTED})
"""States that a lead has by a verdict only, before which both sides were shown."""


class Leads(LeadVerdicts):
    """The leads of one workspace, and what people make of them; every verb takes a view.

    Args:
        store: Its store.
        trace: Finds leads, as `Workspace.trace`.
    """

    def __init__(
        self, store: Store, trace: "Callable[[View, TraceSettings | None], Trace]"
    ) -> None:
        super().__init__(store)
        self._trace = trace

    def found(
        self, view: View, settings: "TraceSettings | None" = None
    ) -> "tuple[Trace, Assessed]":
        """Return the leads of the view with where they stand; those set aside take no place.

        Args:
            view: What may be read: leads, ranks and counts are those of this view alone.
            settings: How far to look, see `maillon.nexus.TraceSettings`.
        """
        from maillon.nexus import TraceSettings, assess  # noqa: PLC0415 - only here
        from maillon.resolve import current  # noqa: PLC0415 - as above

        settings = settings or TraceSettings()
        said = self._store.assessments.read(view)
        refuted = len({(one.terror, one.crime) for one in said if one.state is LeadState.REFUTED})
        wide = settings if settings.top is None else replace(settings, top=settings.top + refuted)
        trace = self._trace(view, wide)
        canonical = resolved(self._store, view).canonical if said else None

        @cache
        def now(id_: str) -> str | None:
            return None if canonical is None else current(canonical, id_)

        paths = [path for lead in trace.leads for path in lead.paths]
        hops = [hop for path in paths for hop in path.hops]
        datasets = {line["dataset"] for hop in hops for line in hop.statements}
        keys = self._store.clearings.keys(view, datasets) if said else {}
        held = assess(trace.leads, said, now, keys)
        shown = [replace(lead, rank=rank) for rank, lead in enumerate(held.leads, 1)]
        held = replace(held, leads=shown[: settings.top])
        return replace(trace, leads=held.leads), held

    def standing(
        self, view: View, lead_id: str, settings: "TraceSettings | None" = None
    ) -> "Standing":
        """Return where a lead stands; proposed where nobody said anything, or there is no such."""
        from maillon.nexus import Standing  # noqa: PLC0415 - as above

        if not self._store.assessments.read(view):
            return Standing()
        return self.found(view, settings)[1].standing.get(lead_id, Standing())

    def assess(
        self, view: View, lead_id: str, state: LeadState, reason: str,
        settings: "TraceSettings | None" = None,
    ) -> str:  # fmt: skip
        """Say where a lead stands, and keep what was weighed; return the id of the assessment.

        Args:
            view: Opened for judging: the evidence that is kept is what it can read.
            lead_id: Of a lead that the view holds, set aside or not.
            state: Where it stands from now on.
            reason: Why; never empty.
            settings: With which the lead is found.

        Raises:
            RefusedError: It says that the lead holds: that takes a verdict, see `validate`.
            UnknownLeadError: The view holds no such lead: the same answer for hidden and absent.
            ValueError: There is no reason.
        """
        from maillon.nexus import (  # noqa: PLC0415 - as above
            TraceSettings,
            statements_of,
            weighed,
        )

        if state in ADVERSE:
            raise RefusedError(
                PROVISION, f"nobody says that a lead is {state.value} before both sides were shown",
                "look at it and validate it: maillon leads show, maillon leads validate",
            )  # fmt: skip
        settings = settings or TraceSettings()
        _, held = self.found(view, settings)
        lead = of(lead_id, [*held.leads, *held.set_aside], settings.top)
        lines = statements_of(lead)
        keys = self._store.clearings.keys(view, {line["dataset"] for line in lines})
        labels = self._store.labels_of(view, {line["delivery"] for line in lines})
        said = Assessment(
            lead.terror, lead.crime, state, reason, weighed(lines, keys), tuple(sorted(labels))
        )
        return self._store.assessments.append(view, said)

    def history(self, view: View) -> list[Assessment]:
        """Return what was said of leads, oldest first."""
        return self._store.assessments.read(view)
