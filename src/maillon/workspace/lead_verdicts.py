"""Leads as a person decides on them: the queue, both sides of each, the verdict, its undoing."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection

from maillon.model import NotFoundError, View
from maillon.store import (
    Assessment,
    Bearing,
    Fact,
    LeadState,
    Proposal,
    Store,
    Validation,
    lead_version,
    put_assessment,
    sealed,
)
from maillon.store.clock import utc_now
from maillon.workspace.deciding import (
    PAGE,
    Answer,
    Earlier,
    Queued,
    Shown,
    earlier_verdicts,
    parse_place,
    place_of,
    state_of,
    unique,
    waiting_for,
)
from maillon.workspace.looking import look
from maillon.workspace.resolution import resolved

if TYPE_CHECKING:
    from maillon.nexus import Assessed, Lead, Trace, TraceSettings

Line = dict[str, Any]

_ENDS: Final = """
SELECT DISTINCT c.canonical FROM canonical AS c WHERE c.entity IN (SELECT unnest($wanted))
"""


class LeadVerdicts:
    """What people make of the leads of one workspace; every verb takes a view.

    Args:
        store: Its store.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def found(
        self, view: View, settings: "TraceSettings | None" = None
    ) -> "tuple[Trace, Assessed]":
        """Return the leads of the view with where they stand."""
        raise NotImplementedError

    def queue(
        self, view: View, settings: "TraceSettings | None" = None, *, after: str = "",
        count: int = PAGE,
    ) -> list[Queued]:  # fmt: skip
        """Return a page of the leads on which nobody has decided, those that wait longest first.

        A lead waits since the newest delivery that it stands on was received.

        Args:
            view: What may be read: its leads alone.
            settings: How far to look, and among how many leads.
            after: The ``place`` of the last one seen; empty begins.
            count: How many at most.

        Raises:
            StoreError: ``after`` is no place of this queue.
        """
        from maillon.nexus import statements_of  # noqa: PLC0415 - only when tracing

        begin = parse_place(after, 2)
        trace, held = self.found(view, settings)
        received = {one.id: one.received for one in self._store.deliveries(view, current=False)}
        said: dict[tuple[str, str], list[Validation]] = {}
        for one in self._store.safeguards.validations.read(view):
            said.setdefault(one.ids, []).append(one)
        waiting = []
        for lead in trace.leads:
            lines = statements_of(lead)
            version = self._version(view, lines)
            at = max((received.get(line["delivery"], "") for line in lines), default="")
            mine = said.get((lead.terror, lead.crime), [])
            is_decided = any(one.stands and one.version == version for one in mine)
            if not is_decided and (begin is None or (at, lead.lead_id) > begin):
                standing = held.standing[lead.lead_id].state.value
                waiting.append(_queued(lead, at, standing, waiting_for(mine, version)))
        return sorted(waiting, key=lambda one: (one.at, one.ids))[:count]

    def show(self, view: View, lead_id: str, settings: "TraceSettings | None" = None) -> Shown:
        """Return a lead with what speaks for and against the people, and what others said of it.

        The ledger has it first: who looked at which lead.

        Raises:
            UnknownLeadError: The view holds no such lead: the same answer for hidden and absent.
        """
        lead, proposal = self._proposed(view, lead_id, settings)
        look(self._store, view, "lead", (lead_id,), ())
        validations = self._store.safeguards.validations
        held = validations.read(view, proposal)
        said = earlier_verdicts(held, proposal.version)
        said += [
            Earlier("assessment", one.state.value, one.who, one.at, one.reason, stands=True,
                    is_same=lead_version(one.evidence) == proposal.version)
            for one in self._store.assessments.read(view)
            if (one.terror, one.crime) == proposal.ids
        ]  # fmt: skip
        return Shown(
            proposal, (lead.terror_caption, lead.crime_caption), lead.probability,
            tuple(sorted(said, key=lambda one: (one.at, one.what))),
            waiting_for(held, proposal.version), validations.open(view, proposal),
        )  # fmt: skip

    def state(self, view: View, lead_id: str, settings: "TraceSettings | None" = None) -> str:
        """Return a hash of what a lead stands on and of what was said of it: another, it changed.

        Raises:
            UnknownLeadError: The view holds no such lead: the same answer for hidden and absent.
        """
        _, proposal = self._proposed(view, lead_id, settings)
        said = [one for one in self._store.assessments.read(view)
                if (one.terror, one.crime) == proposal.ids]  # fmt: skip
        return state_of(self._store.safeguards.validations.open(view, proposal), len(said))

    def validate(
        self, view: View, lead_id: str, answer: Answer, settings: "TraceSettings | None" = None
    ) -> str:
        """Write what the mandate's person makes of a lead; return the verdict's id.

        Where the lead stands is said in the same transaction: it is what `assess` says.

        Raises:
            RefusedError: See `Validations.decide`.
            StaleError: Its evidence changed, or somebody decided, since it was shown.
            UnknownLeadError: The view holds no such lead.
        """
        lead, proposal = self._proposed(view, lead_id, settings)
        evidence = self._evidence(view, lead)
        return self._store.safeguards.validations.decide(
            view, proposal, answer.verdict, answer.reason, weighed=answer.weighed,
            expected=answer.expected, takes_two=answer.takes_two,
            then=lambda connection, _: _say(
                connection, view, proposal, evidence, answer.verdict, answer.reason
            ),
        )  # fmt: skip

    def second(
        self, view: View, verdict: str, expected: str, lead_id: str,
        settings: "TraceSettings | None" = None,
    ) -> None:  # fmt: skip
        """Say as a second person, who was shown the lead too, that a verdict stands.

        Raises:
            RefusedError: The same natural person, whatever the account, or no supervisor.
            StaleError: It changed since it was shown, or waits for nobody.
            StoreError: The view sees no such verdict.
            UnknownLeadError: The view holds no such lead.
        """
        said = self._verdict(view, verdict)
        lead, proposal = self._proposed(view, lead_id, settings)
        evidence = self._evidence(view, lead)
        self._store.safeguards.validations.second(
            view, verdict, proposal, expected=expected,
            then=lambda connection, _: _say(
                connection, view, proposal, evidence, said.verdict, said.reason
            ),
        )  # fmt: skip

    def undo(self, view: View, verdict: str, reason: str) -> None:
        """Take a verdict back: the lead is proposed again.

        Raises:
            RefusedError: No reason.
            StaleError: Somebody has taken it back in between.
            StoreError: The view sees no such verdict.
        """
        said = self._verdict(view, verdict)
        proposal = Proposal("lead", said.ids, said.version, labels=said.labels)

        def propose(connection: Connection, _id: str) -> None:
            if said.stands:
                _say(connection, view, proposal, (), LeadState.PROPOSED.value, reason)

        self._store.safeguards.validations.take_back(view, verdict, reason, propose)

    def _verdict(self, view: View, id_: str) -> Validation:
        one = self._store.safeguards.validations.one(view, id_)
        if one.kind != "lead":
            raise NotFoundError(f"no verdict {id_}")
        return one

    def _proposed(
        self, view: View, lead_id: str, settings: "TraceSettings | None"
    ) -> "tuple[Lead, Proposal]":
        from maillon.nexus import TraceSettings, statements_of  # noqa: PLC0415 - only when tracing

        settings = settings or TraceSettings()
        _, held = self.found(view, settings)
        lead = of(lead_id, [*held.leads, *held.set_aside], settings.top)
        lines = statements_of(lead)
        names = sorted({line["dataset"] for line in lines})
        keys = self._store.clearings.keys(view, names)
        labels = self._store.labels_of(view, {line["delivery"] for line in lines})
        return lead, Proposal(
            "lead", (lead.terror, lead.crime), self._version(view, lines),
            facts=sealed(unique(_facts(lead)), [keys[name] for name in names]),
            labels=tuple(sorted(labels)),
        )  # fmt: skip

    def _evidence(self, view: View, lead: "Lead") -> tuple[tuple[str, str], ...]:
        from maillon.nexus import statements_of  # noqa: PLC0415 - as above

        return evidence_of(self._store, view, statements_of(lead))

    def _version(self, view: View, lines: Sequence[Line]) -> str:
        return lead_version(evidence_of(self._store, view, lines))


def evidence_of(store: Store, view: View, lines: Sequence[Line]) -> tuple[tuple[str, str], ...]:
    """Return keyed hash and dataset of each statement of a lead."""
    from maillon.nexus import weighed  # noqa: PLC0415 - only when tracing

    return weighed(lines, store.clearings.keys(view, {line["dataset"] for line in lines}))


def lead_proposal(store: Store, view: View, line: Line) -> Proposal:
    """Return a lead, as its ``trace`` line has it, as what a person must have confirmed."""
    lines = [one for path in line["paths"] for hop in path["hops"] for one in hop["statements"]]
    ends = (line["terror"]["id"], line["crime"]["id"])
    return Proposal("lead", ends, lead_version(evidence_of(store, view, lines)))


def leads_among(store: Store, view: View, entities: Iterable[str]) -> list[Proposal]:
    """Return the leads between any two of these entities, of all that the view's statements hold.

    Args:
        store: The store.
        view: What may be read.
        entities: Ids of entities, as loaded.
    """
    wanted = sorted(set(entities))
    if len(wanted) < 2:  # noqa: PLR2004 - a lead has two ends
        return []
    from maillon.nexus import FEATURES, TraceSettings, trace  # noqa: PLC0415 - only when tracing
    from maillon.workspace.workspace import show_canonical  # noqa: PLC0415 - it imports this

    canonical = resolved(store, view).canonical
    with store.workbench(view) as bench:
        show_canonical(bench, canonical)
        rows = bench.con.execute(_ENDS, {"wanted": wanted}).fetchall()
        ends = {row[0] for row in rows}
        if len(ends) < 2:  # noqa: PLR2004 - as above
            return []
        store.cards.check("lead-ranking", FEATURES, view, utc_now()[:10])
        found = trace(bench, TraceSettings(top=None)).leads
    return [
        lead_proposal(store, view, one.line())
        for one in found
        if one.terror in ends and one.crime in ends
    ]


def of(lead_id: str, leads: "Iterable[Lead]", kept: int | None) -> "Lead":
    """Return the lead of an id.

    Raises:
        UnknownLeadError: There is none among so many.
    """
    from maillon.nexus import UnknownLeadError  # noqa: PLC0415 - only when tracing

    for lead in leads:
        if lead.lead_id == lead_id:
            return lead
    raise UnknownLeadError(lead_id, kept)


def _queued(lead: "Lead", at: str, state: str, waits: str) -> Queued:
    said = {
        "state": state, "rank": lead.rank, "terror": lead.terror_caption,
        "crime": lead.crime_caption, "link_types": list(lead.link_types),
    }  # fmt: skip
    ids, place = (lead.lead_id, ""), place_of(at, lead.lead_id)
    return Queued("lead", ids, at, lead.probability, "", said, waits, place)


def _facts(lead: "Lead") -> list[Fact]:
    """Return what the lead says, by whom it speaks for: what weakens it speaks for the people."""
    facts = [
        Fact(
            Bearing.AGAINST, f"hop {number}: {', '.join(hop.channels)}",
            f"{hop.source_caption} - {hop.target_caption}, strength {hop.strength:.2f}",
        )
        for number, hop in enumerate(lead.paths[0].hops, 1)
    ]  # fmt: skip
    facts.append(
        Fact(
            Bearing.AGAINST, f"independent sources: {lead.independent_sources}",
            f"{len(lead.paths)} paths, probability {lead.probability:.2f}",
        )
    )  # fmt: skip
    for side, name, remarks in (
        (Bearing.FOR, "innocent explanation", lead.alternatives),
        (Bearing.FOR, "weakness", lead.against),
        (Bearing.OPEN, "would end it", lead.refute),
    ):
        for one in remarks:
            where = "" if one.hop is None else f" (hop {one.hop + 1})"
            facts.append(Fact(side, f"{name}: {one.code}{where}", one.text))
    return facts


def _say(
    connection: Connection, view: View, proposal: Proposal,
    evidence: tuple[tuple[str, str], ...], state: str, reason: str,
) -> None:  # fmt: skip
    """Write where the lead stands, in the transaction of the verdict."""
    said = Assessment(*proposal.ids, LeadState(state), reason, evidence, proposal.labels)
    put_assessment(connection, view, said)
