"""What a country must be like to be worth testing with: point 8 of its specification."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from maillon.model import Statement, stamp_id
from maillon.sources import adapter
from maillon.training.delivery import delivered_as
from maillon.training.names import Floats, Ints, without_marks
from maillon.training.rates import BIT, CHANNELS

TAIL: Final = 8
"""Smallest degree of the tail to which the power law is fitted."""
LARGEST: Final = 5000
"""Records of the largest block that is used."""
SAMPLE: Final = 3000
"""Records for which candidates are counted."""


@dataclass(frozen=True, slots=True)
class Checks:
    """Figures of one country.

    Attributes:
        degree_exponent: Of the tail (degree 8 or more) of the degrees in the relations, by maximum
            likelihood.
        records: Records of persons.
        candidates_per_record: Other records that share a block with a record, mean: same birth
            date, same family
            name without accents, same phone, same document (blocks larger than 5,000 left out).
        auc: For each feature of one single channel of one hop, how well it alone tells a planted
            hop from a hop of
            the background that could lie on a path (each end has a further contact): 0.5 not at
            all, 1 always (never below 0.5: the direction does not count).
        designed_auc: The same for the number of channels, which is the signal that the country is
            made to carry.
    """

    degree_exponent: float
    records: int
    candidates_per_record: float
    auc: dict[str, float]
    designed_auc: dict[str, float]


def self_checks(folder: Path) -> Checks:
    """Measure the country whose root, with ``deliveries`` and ``truth``, is ``folder``."""
    with np.load(folder / "truth" / "relations.npz") as arrays:
        data = {name: arrays[name] for name in arrays.files}
    known = json.loads((folder / "truth" / "truth.json").read_text("utf-8"))
    marks = {h["mark"] for c in known["planted"] for h in c["hops"]}
    records, candidates = _candidates(folder)
    single, designed = _separation(data, marks)
    return Checks(_exponent(data), records, candidates, single, designed)


def _degrees(data: dict[str, Floats]) -> Ints:
    size = len(data["propensity"])
    keys = np.unique(data["a"].astype(np.int64) * size + data["b"].astype(np.int64))
    return np.bincount(np.concatenate([keys // size, keys % size]), minlength=size)


def _exponent(data: dict[str, Floats]) -> float:
    """Return the exponent of the tail. Source: Clauset, Shalizi and Newman 2009, formula 3.7."""
    tail = _degrees(data)
    tail = tail[tail >= TAIL]
    return float(1 + len(tail) / np.log(tail / (TAIL - 0.5)).sum())


def area_under_curve(positive: Floats | Ints, negative: Floats | Ints) -> float:
    """Return the area under the curve of a feature, ties counted half, at least 0.5.

    0.5 where one of the two is empty: a country without planted chains separates nothing.
    """
    if not len(positive) or not len(negative):
        return 0.5
    values = np.concatenate([positive, negative])
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    won = ranks[: len(positive)].sum() - len(positive) * (len(positive) + 1) / 2
    area = float(won / (len(positive) * len(negative)))
    return max(area, 1 - area)


def _separation(
    data: dict[str, Floats], marks: set[int]
) -> tuple[dict[str, float], dict[str, float]]:
    """Compare the channels of planted hops with those of background ties.

    Which stand first in their groups.
    """
    planted = np.isin(data["mark"], sorted(marks))
    a, b = data["a"].astype(np.int64), data["b"].astype(np.int64)
    own = data["size"].astype(np.int64) - 1
    degrees = _degrees(data)
    low, high = np.minimum(degrees[a], degrees[b]) - own, np.maximum(degrees[a], degrees[b]) - own
    background = (data["mark"] == 0) & (low > 0)
    features: dict[str, Floats] = {
        "group size": data["size"],
        "events of the channel": data["events"],
        "day": data["day"],
        "lower degree apart from the group": low.astype(np.float64),
        "higher degree apart from the group": high.astype(np.float64),
        "same community": (data["community"][a] == data["community"][b]).astype(np.float64),
    }
    features |= {
        f"channel is {name}": (data["channel"] == BIT[name]).astype(np.float64) for name in CHANNELS
    }
    single = {
        name: round(area_under_curve(f[planted], f[background]), 3) for name, f in features.items()
    }
    return single, _designed(data, marks)


def _designed(data: dict[str, Floats], marks: set[int]) -> dict[str, float]:
    size = len(data["propensity"])
    key = data["a"].astype(np.int64) * size + data["b"].astype(np.int64)
    pairs, inverse = np.unique(key, return_inverse=True)
    bits = np.zeros(len(pairs), dtype=np.int64)
    np.bitwise_or.at(bits, inverse, 1 << data["channel"].astype(np.int64))
    count: Floats = np.array([int(m).bit_count() for m in bits.tolist()], dtype=np.float64)
    events = np.bincount(inverse, data["events"]).astype(np.float64)
    is_planted = np.zeros(len(pairs), dtype=np.bool_)
    is_planted[inverse[np.isin(data["mark"], sorted(marks))]] = True
    many = count > 1
    jailed = (data["inmate"][pairs // size].astype(np.int64) + data["inmate"][pairs % size]).astype(
        np.float64
    )
    others = jailed[many & ~is_planted]
    return {
        "inmates of the pair, among pairs of several channels": round(
            area_under_curve(jailed[is_planted], others), 3
        ),
        "number of channels of the pair": round(
            area_under_curve(count[is_planted], count[~is_planted]), 3
        ),
        "events of the pair, all channels": round(
            area_under_curve(events[is_planted], events[~is_planted]), 3
        ),
    }


def _candidates(folder: Path) -> tuple[int, float]:
    """Return the records of persons and how many others share a block with one.

    On average over a sample.
    """
    keys_by_record: dict[str, set[str]] = defaultdict(set)
    for record, key in _keys(folder / "deliveries"):
        keys_by_record[record].add(key)
    records = sorted(keys_by_record)
    blocks: dict[str, list[int]] = defaultdict(list)
    for number, record in enumerate(records):
        for key in sorted(keys_by_record[record]):
            blocks[key].append(number)
    sample = records[:: max(1, len(records) // SAMPLE)]
    found = 0
    for record in sample:
        beside: set[int] = set()
        for key in keys_by_record[record]:
            if len(blocks[key]) <= LARGEST:
                beside.update(blocks[key])
        found += max(0, len(beside) - 1)
    return len(records), found / len(sample)


def _keys(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield record and block key of every person in the deliveries, read by the adapters."""
    for entry in json.loads((folder / "manifest.json").read_text("utf-8")):
        options = dict(entry["options"])
        if entry["mapping"]:
            options["mapping"] = folder / "mappings" / entry["mapping"]
        delivery = delivered_as(entry["dataset"], folder / entry["file"])
        with (folder / entry["file"]).open("rb") as raw:
            for item in adapter(entry["adapter"]).open(raw, entry["dataset"], **options):
                if isinstance(item, Statement) and item.schema == "Person":
                    key = _key(item)
                    if key:
                        yield stamp_id(item.entity, delivery), key


def _key(statement: Statement) -> str:
    """Return the standard block of a statement, or nothing."""
    value = statement.value
    if statement.prop == "birthDate" and len(value) == len("1967-01-13"):
        return f"b{value}"
    if statement.prop in {"phone", "idNumber", "passportNumber"}:
        return f"{statement.prop[0]}{value}"
    if statement.prop == "lastName":
        return f"l{without_marks(value).casefold()}"
    return ""
