"""Hits as a person decides on them: the queue, both sides of each, the verdict, its taking back.

A hit is one that stands since a run over records of the workspace; a query file has none here.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from sqlalchemy import Connection

from maillon.model import NotFoundError, StaleError, View
from maillon.screen import (
    Use,
    read_rules,
)
from maillon.screen.hit import hit_of
from maillon.screen.score import score
from maillon.store import (
    CLEARED,
    OPEN,
    UNDECIDED,
    Bearing,
    Clearing,
    Event,
    Fact,
    HitsWanted,
    Pair,
    Place,
    Proposal,
    Settings,
    StandingHit,
    Store,
    Validation,
    Workbench,
    hit_version,
    put_clearing,
    sealed,
    standing_clearing,
    standing_events,
    take_back_clearing,
)
from maillon.store.hit_queue import WAITS
from maillon.store.hits import put_state
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
from maillon.workspace.guarding import Guarding
from maillon.workspace.hit_sides import (
    HeldHit,
    facts_of,
    names_of,
    notes_of,
    seal_of,
    sides_of,
    values_of,
)
from maillon.workspace.looking import look, look_at_each

NO_MATCH: Final = "no match"
"""The verdict that clears a hit."""


class HitVerdicts:
    """What people make of the hits of one workspace; every verb takes a view.

    Args:
        store: Its store.
        settings: What ``maillon.toml`` says.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings

    def queue(
        self, view: View, wanted: HitsWanted = UNDECIDED, *, after: str = "", count: int = PAGE
    ) -> list[Queued]:
        """Return a page of the hits that are asked for, those that wait longest first.

        Args:
            view: What may be read.
            wanted: Which; by itself all on which nobody has decided.
            after: The ``place`` of the last one seen; empty begins.
            count: How many at most.

        Raises:
            StoreError: ``after`` is no place of this queue.
        """
        parts = parse_place(after, 4)
        rows = self._store.rounds.waiting(
            view, wanted, person=self._store.safeguards.people.natural(view.mandate.who),
            after=None if parts is None else Place(*parts), count=count,
        )  # fmt: skip
        return [
            Queued(
                "hit", (one.hit.subject, one.hit.entry), one.hit.at, one.hit.score,
                one.hit.datasets[1],
                {"band": one.hit.band, "alert": one.hit.is_alert, "why": one.hit.why,
                 "receipt": one.hit.receipt, "source": one.hit.datasets[0], "own": one.is_own,
                 "disputed": one.disputed, "decided": one.decided},
                one.verdict,
                place_of(one.place.at, one.place.subject, one.place.entry, one.place.round),
            )
            for one in rows
        ]  # fmt: skip

    def captions(
        self, view: View, hits: Iterable[Queued], also: Iterable[str] = ()
    ) -> dict[str, str]:
        """Return by what people call both sides of hits of the queue, by id; see `names`.

        Args:
            view: What may be read.
            hits: Those that are shown, a page of the queue.
            also: Ids of other records that the page names.
        """
        return self.names(view, (*(id_ for one in hits for id_ in one.ids), *also), "hits")

    def names(self, view: View, records: Iterable[str], verb: str) -> dict[str, str]:
        """Return by what people call records, by id.

        The ledger has it first: who looked at whom. What the view sees no more has no name.

        Args:
            view: What may be read.
            records: Their ids, those of one page.
            verb: On what they are shown, as the ledger says it.
        """
        ids = list(dict.fromkeys(records))
        if not ids:
            return {}
        with self._store.workbench(view, threads=1) as bench:
            found = names_of(bench, ids)
        look_at_each(self._store, view, verb, {one: found.get(one, ("", ()))[1] for one in ids})
        return {id_: name for id_, (name, _) in found.items()}

    def waiting(self, view: View, most: int) -> dict[str, int]:
        """Return how many hits wait for the mandate's person as the second, and are disputed.

        Args:
            view: What may be read.
            most: How far each is counted; one more says that there are more.
        """
        me = self._store.safeguards.people.natural(view.mandate.who)
        asked = {"waits": HitsWanted(mine=WAITS), "differ": HitsWanted(is_disputed=True)}
        return {
            name: self._store.rounds.count(view, wanted, most, person=me)
            for name, wanted in asked.items()
        }

    def show(self, view: View, subject: str, entry: str) -> Shown:
        """Return a hit with what speaks for and against the person, and what others said of it.

        The ledger has it first: who looked at whom.

        Raises:
            StoreError: The view holds no such hit: the same answer for hidden and absent.
            StaleError: The contents changed since the hit was found.
        """
        found, held = self.proposed(view, subject, entry)
        look(self._store, view, "hit", [subject, entry], {*found.datasets, *held.datasets})
        validations = self._store.safeguards.validations
        verdicts = validations.read(view, held.proposal)
        return Shown(
            held.proposal, held.captions, held.scored.score, tuple(_earlier(verdicts, held)),
            waiting_for(verdicts, held.proposal.version),
            validations.open(view, held.proposal), held.records, held.scored,
        )  # fmt: skip

    def state(self, view: View, subject: str, entry: str) -> str:
        """Return a hash of what a hit stands on and of what was said of it: another, it changed.

        Raises:
            NotFoundError: The view holds no such hit: the same answer for hidden and absent.
            StaleError: The contents changed since the hit was found.
        """
        _, held = self.proposed(view, subject, entry)
        return state_of(self._store.safeguards.validations.open(view, held.proposal))

    def validate(self, view: View, subject: str, entry: str, answer: Answer) -> str:
        """Write what the mandate's person makes of a hit; return the verdict's id.

        ``no match`` clears the hit as both sides stand, in the same transaction.

        Raises:
            RefusedError: See `Validations.decide`.
            StaleError: It changed, was cleared, or somebody decided since it was shown.
            StoreError: The view holds no such hit.
        """
        found, held = self.proposed(view, subject, entry)
        if found.state == CLEARED:
            raise StaleError(f"the hit was cleared ({found.why}): take the clearing back first")
        return self._store.safeguards.validations.decide(
            view, held.proposal, answer.verdict, answer.reason, weighed=answer.weighed,
            expected=answer.expected, takes_two=answer.takes_two,
            then=lambda connection, id_: settle_hit(
                connection, view, id_, found, held.proposal, answer.verdict, answer.reason
            ),
        )  # fmt: skip

    def second(self, view: View, verdict: str, expected: str) -> None:
        """Say as a second person, who was shown the hit too, that a verdict stands.

        Raises:
            RefusedError: The same natural person, whatever the account, or no supervisor.
            StaleError: It changed since it was shown, or waits for nobody.
            StoreError: The view sees no such verdict.
        """
        said = self._verdict(view, verdict)
        found, held = self.proposed(view, *said.ids)
        self._store.safeguards.validations.second(
            view, verdict, held.proposal, expected=expected,
            then=lambda connection, id_: settle_hit(
                connection, view, id_, found, held.proposal, said.verdict, said.reason
            ),
        )  # fmt: skip

    def undo(self, view: View, verdict: str, reason: str) -> None:
        """Take a verdict back; a hit that it cleared stands again.

        Raises:
            RefusedError: No reason.
            StaleError: Somebody has taken it back in between.
            StoreError: The view sees no such verdict.
        """
        self._verdict(view, verdict)
        back = unclearing(view, reason)
        self._store.safeguards.validations.take_back(view, verdict, reason, back)

    def _verdict(self, view: View, id_: str) -> Validation:
        one = self._store.safeguards.validations.one(view, id_)
        if one.kind != "hit":
            raise NotFoundError(f"no verdict {id_}")
        return one

    def proposed(self, view: View, subject: str, entry: str) -> "tuple[StandingHit, HeldHit]":
        """Return a standing hit, and what is shown of it as both sides are now.

        Nobody is shown it by this: who shows it writes who looked.

        Raises:
            NotFoundError: The view holds no such hit: the same answer for hidden and absent.
            StaleError: The contents changed since the hit was found.
        """
        standing = self._store.rounds.standing(view, (subject, entry))
        missing = NotFoundError(f"no hit of {subject} on {entry}")
        if not standing:
            raise missing
        found, use = standing[0], self._use(view, standing[0].receipt)
        with self._store.workbench(view, threads=1) as bench:
            bench.hold((subject, entry))
            asked, listed = sides_of(bench, use, found)
            if asked is None or listed is None:
                raise missing
            hit = hit_of(asked.entry, listed, score(asked.entry, listed))
            notes = notes_of(bench, use, asked, hit)
            protected = protections_of(self._store, view, (subject, entry), bench)
            records = values_of(bench, (subject, entry))
            labels = bench.labels_in(found.datasets)
        keys = self._store.clearings.keys(view, found.datasets)
        seals = (seal_of(keys, asked.entry), seal_of(keys, listed))
        if seals != found.seals:
            raise StaleError("the contents changed since the hit was found: maillon screen --delta")
        clearings, judgements = self._said(view, (subject, entry))
        facts = [*facts_of(hit, notes), *protected, *told_apart(clearings, judgements)]
        proposal = Proposal(
            "hit", (subject, entry), hit_version(seals), found.datasets[1],
            sealed(unique(facts), [keys[one] for one in sorted(set(found.datasets))]),
            tuple(sorted(labels)),
        )  # fmt: skip
        captions = (asked.entry.caption, listed.caption)
        return found, HeldHit(proposal, captions, hit.scored, records, clearings, judgements)

    def _use(self, view: View, receipt: str) -> Use:
        """Return the rules under which a hit was found, as far as the view may read its receipt."""
        try:
            return Use.from_said(self._store.receipts.one(view, receipt).body["rules"])
        except NotFoundError:
            return read_rules(self._settings.folder).use()

    def _said(
        self, view: View, pair: tuple[str, str]
    ) -> tuple[tuple[Clearing, ...], tuple[Event, ...]]:
        """Return what was said of the two before: clearings, and judgements that stand."""
        events = standing_events(self._store.log(view).read(touching=sorted(pair)))
        return (
            tuple(self._store.clearings.read(view, pair=pair)),
            tuple(one for one in events if {one.left, one.right} == set(pair)),
        )


def protections_of(store: Store, view: View, pair: tuple[str, str], bench: Workbench) -> list[Fact]:
    """Return as facts what protects the two records of a hit, on the day of the view."""
    flags = Guarding(store).flags_of(view, pair, bench=bench)
    return [
        Fact(Bearing.FOR, f"protected: {kind}", f"{one} is protected: {kind}")
        for one in pair
        for kind in flags[one]
        if kind != "release"
    ]


def told_apart(clearings: Iterable[Clearing], judgements: Iterable[Event]) -> list[Fact]:
    """Return as facts that somebody told the two apart before, or found them to be one."""
    facts = [
        Fact(Bearing.FOR, "cleared before", f"{one.who}, {one.at[:10]}: {one.reason}")
        for one in clearings
        if one.is_standing
    ]
    sides = {"negative": Bearing.FOR, "positive": Bearing.AGAINST}
    facts += [
        Fact(sides[one.verdict], f"judged: {one.verdict}", f"{one.who}: {one.reason}")
        for one in judgements
        if one.verdict in sides
    ]
    return facts


def _earlier(verdicts: Sequence[Validation], held: HeldHit) -> list[Earlier]:
    """Return what people said of the pair before, oldest first."""
    version = held.proposal.version
    said, own = earlier_verdicts(verdicts, version), {one.id for one in verdicts}
    said += [
        Earlier(
            "clearing", NO_MATCH, one.who, one.at, one.reason, one.is_standing,
            hit_version(one.seals) == version,
        )
        for one in held.clearings
        if one.revokes is None and one.id not in own
    ]  # fmt: skip
    said += [
        Earlier("judgement", one.verdict.value, one.who, one.at, one.reason, stands=True,
                is_same=False)
        for one in held.judgements
    ]  # fmt: skip
    return sorted(said, key=lambda one: (one.at, one.what))


def unclearing(view: View, reason: str) -> Callable[[Connection, str], None]:
    """Return what makes a hit stand again that a verdict had cleared."""

    def unclear(connection: Connection, id_: str) -> None:
        pair = standing_clearing(connection, view, id_)
        if pair is not None:
            take_back_clearing(connection, view, id_, reason)
            put_state(connection, pair.ids, pair.seals, OPEN, f"verdict {id_} taken back")

    return unclear


def settle_hit(
    connection: Connection, view: View, id_: str, found: StandingHit, proposal: Proposal,
    verdict: str, reason: str,
) -> None:  # fmt: skip
    """Clear a hit that is no match, in the transaction of the verdict: the clearing has its id."""
    if verdict == NO_MATCH:
        pair = Pair((found.subject, found.entry), found.datasets, found.seals)
        put_clearing(connection, view, id_, pair, reason, proposal.labels)
        put_state(connection, pair.ids, pair.seals, CLEARED, f"no match: {id_}")
