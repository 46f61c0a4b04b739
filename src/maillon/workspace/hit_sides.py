"""Both sides of a hit as they stand now: the records, their values, and what speaks for whom."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from maillon.model import View
from maillon.screen import (
    NAME_PROPS,
    TAGGED,
    Asked,
    Entry,
    Hit,
    Scored,
    Use,
    birth_dates,
    list_entries,
    questions,
    read_rules,
)
from maillon.screen.explain import sentences
from maillon.screen.score import score
from maillon.store import (
    OPEN,
    Bearing,
    Clearing,
    Event,
    Fact,
    Proposal,
    Row,
    Settings,
    Side,
    StandingHit,
    Store,
    Workbench,
    hit_version,
    seal,
)
from maillon.store.clock import utc_now
from maillon.workspace.deciding import Valued, Values


@dataclass(frozen=True, slots=True)
class HeldHit:
    """What is shown of a hit, before anybody is shown it.

    Attributes:
        proposal: The hit with its facts on both sides.
        captions: Names of the two, for people.
        scored: The score, from 0.0 to 1.0, and what made it.
        records: Values of both, each with who says it.
        clearings: Of the two, taken back or not, oldest first.
        judgements: Of the two, those that stand, oldest first.
    """

    proposal: Proposal
    captions: tuple[str, str]
    scored: Scored
    records: tuple[Values, Values]
    clearings: tuple[Clearing, ...] = ()
    judgements: tuple[Event, ...] = ()

    @property
    def datasets(self) -> frozenset[str]:
        """Of all that is shown of both: whose records are looked at."""
        return frozenset(
            row.dataset for side in self.records for held in side.values()
            for one in held for row in one.said
        )  # fmt: skip


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
        (record.id, entry.id): (seal_of(keys, record), seal_of(keys, entry))
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


def sides_of(bench: Workbench, use: Use, found: StandingHit) -> tuple[Asked | None, Entry | None]:
    """Return the record that was asked about and the list entry, as they are now; None: gone."""
    asked = list(questions(bench, found.datasets[:1], use, [found.subject]))
    listed = list_entries(bench, ids=[found.entry])
    return (asked[0] if asked else None), (listed[0] if listed else None)


def values_of(bench: Workbench, ids: tuple[str, str]) -> tuple[Values, Values]:
    """Return what the view sees of two records; nothing of one that a file brought."""
    sides: dict[str, dict[str, dict[str, list[Row]]]] = {id_: {} for id_ in ids}
    for row in sorted(set(bench.rows(ids)), key=_by_value):
        sides[row.entity].setdefault(row.prop, {}).setdefault(row.value, []).append(row)
    one, other = (
        {
            prop: tuple(Valued(value, tuple(said)) for value, said in values.items())
            for prop, values in sides[id_].items()
        }
        for id_ in ids
    )
    return one, other


def _by_value(row: Row) -> tuple[str, ...]:
    return row.prop, row.value, row.dataset, row.delivery, row.locator


_NAMED: Final = (*NAME_PROPS, *TAGGED)
"""Properties by which people call a record, the telling ones first."""


def names_of(bench: Workbench, ids: Sequence[str]) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return by what people call records, and the datasets in which the view sees each.

    Args:
        bench: The view's workbench; it is asked once.
        ids: Of the records; what the view sees nothing of is left out.
    """
    where, values = Workbench.among(ids)
    rows = bench.con.cursor().execute(
        f"SELECT entity, dataset, prop, value FROM statement WHERE {where}", values
    )  # what is wanted of it is taken here: the database would take twice as long
    datasets: dict[str, set[str]] = {}
    names: dict[str, set[tuple[int, str]]] = {}
    for entity, dataset, prop, value in rows.fetchall():
        datasets.setdefault(entity, set()).add(dataset)
        if prop in _NAMED:
            names.setdefault(entity, set()).add((_NAMED.index(prop), value))
    return {
        id_: (_caption(sorted(names.get(id_, ()))) or id_, tuple(sorted(held)))
        for id_, held in datasets.items()
    }


def _caption(names: Sequence[tuple[int, str]]) -> str:
    """Return the first name of a record; of one without, the parts of it that are tagged."""
    if names and names[0][0] < len(NAME_PROPS):
        return names[0][1]
    return " ".join(value for _, value in names)


def seal_of(keys: Mapping[str, str], record: Entry) -> str:
    """Return the seal of a record under the key of its dataset."""
    return seal(keys, Side(record.id, record.dataset, record.version))


def notes_of(bench: Workbench, use: Use, asked: Asked, hit: Hit) -> tuple[str, ...]:
    """Return the rules that hold a hit back, or would if no second fact stood beside the name."""
    dates = birth_dates(bench, [hit.id], doubts=use.edition > 1).get(hit.id, ())
    caution = asked.cautions(use, dates, date.fromisoformat(utc_now()[:10]))
    return tuple(sorted({*caution, *use.ruling(caution, hit.dataset, hit.scored).notes}))


def facts_of(hit: Hit, notes: Iterable[str]) -> list[Fact]:
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
