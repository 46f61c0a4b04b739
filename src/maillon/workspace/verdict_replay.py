"""A verdict replayed: what was shown, as codes and hashes, beside the data as they were that day.

What a view of that day holds is compared anew. Where the records have the hashes under which the
verdict was given, they are the very records that were shown; a fact whose hash comes out again is
shown in its words. What the view may not read, and what is not there, look alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from maillon.model import NotFoundError, View
from maillon.screen import Entry, Use, list_entries, questions, read_rules
from maillon.screen.hit import hit_of
from maillon.screen.score import score
from maillon.store import Fact, Settings, Store, Validation, Workbench, hit_version, sealed
from maillon.store.judgement import standing
from maillon.store.pseudonyms import PREFIX
from maillon.workspace.deciding import unique
from maillon.workspace.hit_sides import facts_of, notes_of, seal_of
from maillon.workspace.hit_verdicts import protections_of, told_apart
from maillon.workspace.looking import look

PROVED: Final = "proved"
"""The records of that day have the hashes under which the verdict was given."""
DIFFERS: Final = "differs"
"""Both records are there, and are not as they were shown: not all of it may be read, or is left."""
GONE: Final = "gone"
"""A record is not there for the view: erased, not to be read, or never held."""
NOT_TRACED: Final = "not traced"
"""It is of a lead: oversight traces none."""

BOTH: Final = "both"
REMOVED: Final = "removed"
ADDED: Final = "added"
"""Whether a value was there that day, is there today, or both."""

Value = tuple[str, str, str]
"""Property, value and dataset."""


@dataclass(frozen=True, slots=True)
class SideThen:
    """One record of a replayed verdict.

    Attributes:
        entity: Its id; a pseudonym where it was erased.
        erased: The rule under which it was erased whole; empty: it was not.
        values: Property, value, dataset, and `BOTH`, `REMOVED` or `ADDED`, sorted.
    """

    entity: str
    erased: str
    values: tuple[tuple[str, str, str, str], ...]

    def line(self) -> dict[str, Any]:
        """Return it as one JSON line."""
        names = ("prop", "value", "dataset", "when")
        return {
            "entity": self.entity, "erased": self.erased,
            "values": [dict(zip(names, one, strict=True)) for one in self.values],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class VerdictThen:
    """A verdict, with the data as they were on its day and as they are.

    Attributes:
        verdict: The verdict.
        day: Its day, ISO: the data are those known at the end of it.
        sides: Both records.
        proof: `PROVED`, `DIFFERS`, `GONE` or `NOT_TRACED`.
        words: What each fact that was shown said, in its order; empty: its hash did not come out.
        erased: The rule under which something of a delivery was erased, by delivery.
    """

    verdict: Validation
    day: str
    sides: tuple[SideThen, SideThen]
    proof: str
    words: tuple[str, ...]
    erased: dict[str, str]

    def line(self) -> dict[str, Any]:
        """Return it as one JSON line; the reason of the verdict is not for oversight."""
        said = self.verdict.line()
        shown = [
            {"side": side, "code": code, "seal": seal, "words": words}
            for (side, code, seal), words in zip(self.verdict.shown, self.words, strict=True)
        ]
        return {
            **{name: held for name, held in said.items() if name not in _UNTOLD}, "shown": shown,
            "day": self.day, "proof": self.proof, "sides": [one.line() for one in self.sides],
            "erased": self.erased,
        }  # fmt: skip


_UNTOLD: Final = frozenset({"reason", "taken_back_for", "look"})


def replay_verdict(
    store: Store, settings: Settings, one: Validation, then: View, now: View
) -> VerdictThen:
    """Return a verdict with both records as they were on its day; the ledger has the look first.

    Args:
        store: The store.
        settings: Whose rules of screening apply where the receipt of the hit is not to be read.
        one: The verdict, as `Validations.overseen` gives it.
        then: Opened for the act ``audit``, of what was known on the day of the verdict.
        now: The same, of what is known now.
    """
    before, proof, words = _then(store, settings, one, then)
    with store.workbench(now, threads=1) as bench:
        after = [_values(bench, id_) for id_ in one.ids]
    datasets = {dataset for side in (*before, *after) for _, _, dataset in side} | {one.dataset}
    look(store, now, "verdict replayed", one.ids, datasets - {""})
    held = {row.id for row in store.deliveries(now, current=False) if row.dataset in datasets}
    first, second = (
        SideThen(id_, _erased(one, id_), _marked(was, is_))
        for id_, was, is_ in zip(one.ids, before, after, strict=True)
    )
    return VerdictThen(
        one, then.known_on, (first, second), proof, words, store.erased_of(now, held)
    )


def _then(
    store: Store, settings: Settings, one: Validation, view: View
) -> tuple[list[set[Value]], str, tuple[str, ...]]:
    """Return the values of both sides on the day, whether they are proved, and the facts' words."""
    unknown = ("",) * len(one.shown)
    with store.workbench(view, threads=1) as bench:
        values = [_values(bench, id_) for id_ in one.ids]
        if one.kind != "hit":
            return values, NOT_TRACED, unknown
        if not all(values):
            return values, GONE, unknown
        use = _use(store, settings, one, view)
        for dataset in sorted({dataset for _, _, dataset in values[0]}):
            found = _compared(store, view, bench, use, one, dataset)
            if found is not None:
                said = {(fact.side.value, fact.code, fact.seal): fact.text for fact in found}
                return values, PROVED, tuple(said.get(shown, "") for shown in one.shown)
    return values, DIFFERS, unknown


def _compared(
    store: Store, view: View, bench: Workbench, use: Use, one: Validation, dataset: str
) -> Sequence[Fact] | None:  # fmt: skip
    """Return the facts of a hit as it stood; None: its records were other ones."""
    subject, entry = one.ids
    asked = next(iter(questions(bench, [dataset], use, [subject])), None)
    listed = next(iter(list_entries(bench, ids=[entry])), None)
    if asked is None or listed is None:
        return None
    names = sorted({dataset, listed.dataset})
    keys = store.clearings.keys(view, names)
    sides: tuple[Entry, Entry] = (asked.entry, listed)
    if hit_version((seal_of(keys, sides[0]), seal_of(keys, sides[1]))) != one.version:
        return None
    hit = hit_of(asked.entry, listed, score(asked.entry, listed))
    events = standing(store.log(view).read(touching=sorted(one.ids)))
    facts = [
        *facts_of(hit, notes_of(bench, use, asked, hit)),
        *protections_of(store, view, one.ids, bench),
        *told_apart(
            [held for held in store.clearings.read(view, pair=one.ids) if held.at < one.at],
            [held for held in events if {held.left, held.right} == set(one.ids)
             and held.at <= one.at],
        ),
    ]  # fmt: skip
    return sealed(unique(facts), [keys[name] for name in names])


def _use(store: Store, settings: Settings, one: Validation, view: View) -> Use:
    """Return the rules under which a hit was found, as far as the view may read its receipt."""
    for found in store.rounds.standing(view, one.ids):
        try:
            return Use.from_said(store.receipts.one(view, found.receipt).body["rules"])
        except NotFoundError:
            continue
    return read_rules(settings.folder).use()


def _values(bench: Workbench, entity: str) -> set[Value]:
    return {(row.prop, row.value, row.dataset) for row in bench.rows((entity,))}


def _marked(was: set[Value], now: set[Value]) -> tuple[tuple[str, str, str, str], ...]:
    def when(one: Value) -> str:
        return BOTH if one in was and one in now else REMOVED if one in was else ADDED

    return tuple((*one, when(one)) for one in sorted(was | now))


def _erased(one: Validation, id_: str) -> str:
    return one.reason.removeprefix("erased under ") if id_.startswith(PREFIX) else ""
