"""Hits as a person decides on them: the queue, both sides of each, the verdict, its taking back.

A hit is one that stands since a run over records of the workspace; a query file has none here.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Connection

from maillon.model import NotFoundError, StaleError, View
from maillon.screen import (
    Asked,
    Entry,
    Hit,
    Use,
    birth_dates,
    list_entries,
    questions,
    read_rules,
)
from maillon.screen.explain import sentences
from maillon.screen.hit import hit_of
from maillon.screen.score import score
from maillon.store import (
    CLEARED,
    OPEN,
    Bearing,
    Fact,
    Pair,
    Place,
    Proposal,
    Settings,
    Side,
    StandingHit,
    Store,
    Validation,
    Workbench,
    hit_version,
    put_clearing,
    seal,
    sealed,
    standing_events,
    take_back_clearing,
)
from maillon.store.clock import utc_now
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
from maillon.workspace.looking import look

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
        self, view: View, *, receipt: str = "", dataset: str = "", after: str = "",
        count: int = PAGE,
    ) -> list[Queued]:  # fmt: skip
        """Return a page of the hits on which nobody has decided, those that wait longest first.

        Args:
            view: What may be read.
            receipt: Only what this run brought to its state; empty for all, each pair once.
            dataset: Only hits on this list; empty for all.
            after: The ``place`` of the last one seen; empty begins.
            count: How many at most.

        Raises:
            StoreError: ``after`` is no place of this queue.
        """
        parts = parse_place(after, 4)
        rows = self._store.rounds.waiting(
            view, receipt=receipt, dataset=dataset, count=count,
            after=None if parts is None else Place(*parts),
        )  # fmt: skip
        return [
            Queued(
                "hit", (one.hit.subject, one.hit.entry), one.hit.at, one.hit.score,
                one.hit.datasets[1],
                {"band": one.hit.band, "alert": one.hit.is_alert, "why": one.hit.why,
                 "receipt": one.hit.receipt},
                one.verdict,
                place_of(one.place.at, one.place.subject, one.place.entry, one.place.round),
            )
            for one in rows
        ]  # fmt: skip

    def show(self, view: View, subject: str, entry: str) -> Shown:
        """Return a hit with what speaks for and against the person, and what others said of it.

        The ledger has it first: who looked at whom.

        Raises:
            StoreError: The view holds no such hit: the same answer for hidden and absent.
            StaleError: The contents changed since the hit was found.
        """
        found, held = self.proposed(view, subject, entry)
        look(self._store, view, "hit", [subject, entry], found.datasets)
        earlier = _earlier(self._store, view, found, held)
        validations = self._store.safeguards.validations
        return Shown(
            held.proposal, held.captions, held.score, tuple(earlier),
            waiting_for(validations.read(view, held.proposal), held.proposal.version),
            validations.open(view, held.proposal),
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
        back = unclearing(self._store, view, reason)
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
        with self._store.workbench(view) as bench:
            asked, listed = _sides_of(bench, use, found)
            if asked is None or listed is None:
                raise missing
            hit = hit_of(asked.entry, listed, score(asked.entry, listed))
            notes = _notes(bench, use, asked, hit)
            protected = self._protections(view, found, bench)
        keys = self._store.clearings.keys(view, found.datasets)
        seals = (_seal(keys, asked.entry), _seal(keys, listed))
        if seals != found.seals:
            raise StaleError("the contents changed since the hit was found: maillon screen --delta")
        facts = [*_facts(hit, notes), *protected, *self._cleared(view, found)]
        proposal = Proposal(
            "hit", (subject, entry), hit_version(seals), found.datasets[1],
            sealed(unique(facts), [keys[one] for one in sorted(set(found.datasets))]),
            tuple(sorted(self._labels(view, found))),
        )  # fmt: skip
        captions = (asked.entry.caption, listed.caption)
        return found, HeldHit(proposal, captions, hit.scored.score)

    def _use(self, view: View, receipt: str) -> Use:
        """Return the rules under which a hit was found, as far as the view may read its receipt."""
        for one in self._store.receipts.read(view):
            if one.id == receipt:
                return Use.from_said(one.body["rules"])
        return read_rules(self._settings.folder).use()

    def _labels(self, view: View, found: StandingHit) -> frozenset[int]:
        held = [one.id for one in self._store.deliveries(view) if one.dataset in found.datasets]
        return self._store.labels_of(view, held)

    def _protections(self, view: View, found: StandingHit, bench: Workbench) -> list[Fact]:
        return [
            Fact(Bearing.FOR, f"protected: {kind}", f"{one} is protected: {kind}")
            for one in (found.subject, found.entry)
            for kind in Guarding(self._store).flags(view, one, bench=bench)
            if kind != "release"
        ]

    def _cleared(self, view: View, found: StandingHit) -> list[Fact]:
        """Return as facts that somebody told the two apart before, or found them to be one."""
        pair = {found.subject, found.entry}
        facts = [
            Fact(Bearing.FOR, "cleared before", f"{one.who}, {one.at[:10]}: {one.reason}")
            for one in self._store.clearings.read(view)
            if one.is_standing and (one.subject, one.entry) == (found.subject, found.entry)
        ]
        sides = {"negative": Bearing.FOR, "positive": Bearing.AGAINST}
        facts += [
            Fact(sides[one.verdict], f"judged: {one.verdict}", f"{one.who}: {one.reason}")
            for one in standing_events(self._store.log(view).read(touching=sorted(pair)))
            if {one.left, one.right} == pair and one.verdict in sides
        ]
        return facts


@dataclass(frozen=True, slots=True)
class HeldHit:
    """What is shown of a hit, before anybody is shown it.

    Attributes:
        proposal: The hit with its facts on both sides.
        captions: Names of the two, for people.
        score: From 0.0 to 1.0.
    """

    proposal: Proposal
    captions: tuple[str, str]
    score: float


def hits_among(
    store: Store, view: View, settings: Settings, entities: Iterable[str]
) -> list[Proposal]:
    """Return the hits between any two of these entities, as they are now: found by a run or not.

    Args:
        store: The store.
        view: What may be read.
        settings: Whose rules apply.
        entities: Ids.
    """
    wanted, use = sorted(set(entities)), read_rules(settings.folder).use()
    with store.workbench(view) as bench:
        listed = list_entries(bench, ids=wanted)
        if not listed:
            return []
        names = sorted({one.dataset for one in store.deliveries(view)})
        records = [one.entry for one in questions(bench, names, use, wanted)]
    keys = store.clearings.keys(view, {one.dataset for one in (*listed, *records)})
    found = {
        (record.id, entry.id): (_seal(keys, record), _seal(keys, entry))
        for record in records
        for entry in listed
        if record.id != entry.id and score(record, entry).score >= use.threshold
    }
    for one in store.rounds.hits(view, states=(OPEN,)):
        if one.subject in wanted and one.entry in wanted and one.subject != one.entry:
            found.setdefault((one.subject, one.entry), one.seals)
    return [
        Proposal("hit", pair, hit_version(seals)) for pair, seals in sorted(found.items())
    ]  # fmt: skip


def _sides_of(
    bench: Workbench, use: Use, found: StandingHit
) -> tuple[Asked | None, Entry | None]:  # fmt: skip
    asked = list(questions(bench, found.datasets[:1], use, [found.subject]))
    listed = list_entries(bench, ids=[found.entry])
    return (asked[0] if asked else None), (listed[0] if listed else None)


def _seal(keys: Mapping[str, str], record: Entry) -> str:
    return seal(keys, Side(record.id, record.dataset, record.version))


def _notes(bench: Workbench, use: Use, asked: Asked, hit: Hit) -> tuple[str, ...]:
    """Return the rules that hold a hit back, or would if no second fact stood beside the name."""
    dates = birth_dates(bench, [hit.id], doubts=use.edition > 1).get(hit.id, ())
    caution = asked.cautions(use, dates, date.fromisoformat(utc_now()[:10]))
    return tuple(sorted({*caution, *use.ruling(caution, hit.dataset, hit.scored).notes}))


def _facts(hit: Hit, notes: Iterable[str]) -> list[Fact]:
    """Return what an explanation says, by whom it speaks for; in its own words."""
    line, facts = hit.line(), []
    for reason in line["explanation"]:
        if reason["verdict"] == "calibration" or not reason["points"]:
            continue
        side = Bearing.AGAINST if reason["points"] > 0 else Bearing.FOR
        code = f"{reason['kind']}: {reason['verdict']}"
        facts.append(Fact(side, code, *sentences({"explanation": [reason]})))
    facts += [Fact(Bearing.FOR, f"rule: {one}", f"the rules ask for a second fact: {one}")
              for one in notes]  # fmt: skip
    for key, name in ("absent", "not compared"), ("would_change", "would change"):
        for one in line[key]:
            (text,) = sentences({"explanation": [], key: [one]})
            what = f"{one['kind']} {one['verdict']}" if "verdict" in one else one["kind"]
            facts.append(Fact(Bearing.OPEN, f"{name}: {what}", text))
    return facts


def _earlier(store: Store, view: View, found: StandingHit, held: HeldHit) -> list[Earlier]:
    """Return what people said of the pair before, oldest first."""
    pair, version = (found.subject, found.entry), held.proposal.version
    verdicts = store.safeguards.validations.read(view, held.proposal)
    said, own = earlier_verdicts(verdicts, version), {one.id for one in verdicts}
    said += [
        Earlier(
            "clearing", NO_MATCH, one.who, one.at, one.reason, one.is_standing,
            hit_version(one.seals) == version,
        )
        for one in store.clearings.read(view)
        if (one.subject, one.entry) == pair and one.revokes is None and one.id not in own
    ]  # fmt: skip
    said += [
        Earlier("judgement", one.verdict.value, one.who, one.at, one.reason, stands=True,
                is_same=False)
        for one in standing_events(store.log(view).read(touching=sorted(pair)))
        if {one.left, one.right} == set(pair)
    ]  # fmt: skip
    return sorted(said, key=lambda one: (one.at, one.what))


def unclearing(store: Store, view: View, reason: str) -> Callable[[Connection, str], None]:
    """Return what makes a hit stand again that a verdict had cleared."""
    cleared = {one.id: one for one in store.clearings.read(view) if one.is_standing}

    def unclear(connection: Connection, id_: str) -> None:
        if (one := cleared.get(id_)) is not None:
            take_back_clearing(connection, view, id_, reason)
            put_state(
                connection, (one.subject, one.entry), one.seals, OPEN, f"verdict {id_} taken back"
            )

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
