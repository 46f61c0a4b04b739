"""The truth of a country, in a folder of its own.

Who is who in every record, the chains, the relations.
"""

import csv
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict
from itertools import combinations
from pathlib import Path
from typing import Any, Final

import numpy as np

from maillon.training.cast import Agency
from maillon.training.delivery import BUFFER, Book, Witness
from maillon.training.plant import Chain, channels_of
from maillon.training.rates import BIT
from maillon.training.variant import USUAL
from maillon.training.world import World, day_of

LARGEST: Final = 25
"""Members of the largest group that makes relations; a larger one is a hub."""


def write(folder: Path, world: World, book: Book, seed: int) -> None:
    """Write ``truth.json``, ``persons.csv`` and ``relations.npz``."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "persons.csv").open("w", encoding="utf-8", newline="", buffering=BUFFER) as raw:
        rows = csv.writer(raw, lineterminator="\n")
        rows.writerow(["dataset", "entity_id", "person"])
        rows.writerows(
            (dataset, entity, f"n{person}") for (dataset, entity), person in book.persons.items()
        )
    _relations(folder / "relations.npz", world)
    witnesses: dict[int, list[Witness]] = defaultdict(list)
    for witness in [*book.witnesses, *_shared(world, book)]:
        witnesses[witness.mark].append(witness)
    known = {
        "seed": seed,
        "persons": world.rates.persons,
        "rates": asdict(world.rates),
        "terror": [f"n{p}" for p in world.cast.terror.tolist()],
        "crime": {f"n{p}": asdict(world.cast.offence[p]) for p in world.cast.crime.tolist()},
        "planted": [_chain(c, world, witnesses) for c in world.chains if c.kind == "planted"],
        "decoys": [_chain(c, world, witnesses) for c in world.chains if c.kind != "planted"],
        "hubs": _hubs(world),
        "purged": [list(record) for record in book.purged],
        "defects": [list(record) for record in book.defects],
        "homonyms": [[f"n{a}", f"n{b}"] for a, b in world.people.homonyms],
    }
    if world.variant != USUAL:
        known["variant"] = asdict(world.variant)
    (folder / "truth.json").write_text(
        json.dumps(known, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )


def _chain(chain: Chain, world: World, witnesses: dict[int, list[Witness]]) -> dict[str, Any]:
    offence = world.cast.offence[chain.persons[-1]]
    hops = [
        {
            "from": f"n{a}",
            "to": f"n{b}",
            "mark": mark,
            "channels": channels_of(mask),
            "day": day_of(day).isoformat(),
            "recorded": mark not in chain.unrecorded,
            "explained": chain.explained[place] if place < len(chain.explained) else "",
            "witnesses": [asdict(w) for w in witnesses.get(mark, [])],
        }
        for place, (a, b, mask, day, mark) in enumerate(chain.hops)
    ]
    return {
        "id": chain.id,
        "kind": chain.kind,
        "persons": [f"n{p}" for p in chain.persons],
        "link_types": [offence.link_type],
        "modes": sorted(_modes(chain)),
        "observed": not chain.unrecorded,
        "alias": "" if chain.alias < 0 else f"n{chain.alias}",
        "hops": hops,
    }


_MODES: Final = {
    "payment": "transaction",
    "account": "transaction",
    "firearm": "transaction",
    "consignee": "service",
    "codirector": "alliance",
    "case": "convergence",
    "cell": "prison-tie",
    "visit": "prison-tie",
    "call": "personal-tie",
    "booking": "personal-tie",
    "phone": "personal-tie",
    "address": "personal-tie",
}
"""Mode of a link by channel. Source: S/2020/754, para. 4."""


def _modes(chain: Chain) -> set[str]:
    return {_MODES[c] for _, _, mask, _, _ in chain.hops for c in channels_of(mask)}


def _shared(world: World, book: Book) -> Iterator[Witness]:
    """Yield the two records that carry one phone or address.

    For each hop that has such a channel.
    """
    for channel, agency in (("phone", Agency.CUSTOMS), ("address", Agency.COMPANIES)):
        for group in world.groups.get(channel, []):
            if not group.mark:
                continue
            for person, where in zip(group.members, (Agency.POLICE, agency), strict=True):
                dataset, file, locator, entity = book.sightings[where, person]
                yield Witness(group.mark, channel, dataset, file, locator, (entity,))


def _relations(path: Path, world: World) -> None:
    """Write the true relations.

    A row for each pair, channel and event, and what the registers explain.

    Arrays: ``a``, ``b`` (persons), ``channel`` (bit), ``size`` (of the group), ``events``, ``day``
        (mean), ``mark``
    (of the tie, 0 also for pairs that are together in a group by chance); ``kin`` (pairs);
    ``propensity``, ``offender``, ``community``, ``household`` (by person); ``ties`` (pairs of
    working ties).
    """
    columns: list[tuple[int, int, int, int, int, float, int]] = []
    for channel, listed in world.groups.items():
        bit = BIT[channel]
        for group in listed:
            size, events, day = (
                len(group.members),
                len(group.days),
                sum(group.days) / len(group.days),
            )
            for place, (a, b) in enumerate(combinations(group.members, 2)):
                mark = group.mark if place == 0 else 0
                columns.append((min(a, b), max(a, b), bit, size, events, day, mark))
    data = np.array(columns, dtype=np.float64).reshape(-1, 7)
    people = world.people
    kin = sorted({(min(a, b), max(a, b)) for a, b, _ in people.families})
    colleagues = sorted({(min(a, b), max(a, b)) for a, b, _ in world.hubs.colleagues})
    np.savez(
        path,
        a=data[:, 0].astype(np.int64),
        b=data[:, 1].astype(np.int64),
        channel=data[:, 2].astype(np.int64),
        size=data[:, 3].astype(np.int64),
        events=data[:, 4].astype(np.int64),
        day=data[:, 5],
        mark=data[:, 6].astype(np.int64),
        kin=np.array(kin, dtype=np.int64).reshape(-1, 2),
        colleagues=np.array(colleagues, dtype=np.int64).reshape(-1, 2),
        propensity=people.propensity * people.adult(),
        offender=people.offender,
        inmate=np.isin(np.arange(people.size), sorted(world.cast.inmates)),
        community=people.community,
        household=people.household,
    )


def _hubs(world: World) -> dict[str, Any]:
    hubs = world.hubs
    return {
        "exchange office": {
            "name": "GOLDEN LION EXCHANGE LTD",
            "persons": len({p for p, _ in hubs.exchange}),
        },
        "call centre": {
            "entity": "rt-prison-C000000",
            "persons": len({p for p, _ in hubs.callers}),
        },
        "lawyers": {
            "lawyers": len({k for k, _, _ in hubs.clients}),
            "inmates": len({p for _, p, _ in hubs.clients}),
        },
        "airport desk": {"phone": "+88850000000001"},
        "registered office": {
            "address": "1 Castle Street, 1000 Strelsau",
            "companies": len(hubs.office),
        },
        "big employer": {
            "entity": "first employer of the register",
            "employees": len(hubs.employees),
        },
        "dormitories": [len(d) for d in hubs.dormitories],
        "tours": [len(members) for members, _ in hubs.tours],
    }
