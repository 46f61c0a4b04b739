"""What a run of ``trace`` is told: one frozen dataclass, made by the caller."""

from dataclasses import dataclass, field
from typing import Final

from maillon.model import LimitError
from maillon.nexus.channels import CHANNELS

MOST_HOPS: Final = 4
"""Longest path of a batch run. Source: DESIGN, section 7."""


def _group_limits() -> dict[str, int]:
    return {code: channel.hub_limit for code, channel in CHANNELS.items()}


@dataclass(frozen=True, slots=True)
class TraceSettings:
    """How far to look, what not to cross, how much to keep.

    Attributes:
        k: Most hops of a path, 1 to 4.
        top: Leads kept, best first; None keeps all.
        group_limits: Largest group (members) by channel code that makes links; a larger one is a
            hub.
        degree_limits: Most crossable pairs of an inner node by schema; ``""`` is every other
            schema.
        open_hubs: Hubs opened by an analyst: canonical ids, or ``channel:value`` of a group.
        time_respecting: Whether hops must be able to follow each other in time, in either
            direction.
        budget_paths: Most paths searched; what is left out is said in `Trace.cut`.
        budget_seconds: Wall-clock budget of the search; None (batch) keeps the result free of the
            clock.
        baseline: Whether to rank by path length alone, as a yardstick.
        anchor_datasets: Datasets whose statements may be anchors and links; None is all.
        never_inner: Canonical ids that are never an inner hop (children, victims, protected
            professions).
        draws: Rewirings by kind for the q-value; 0 leaves the posterior alone.
        seed: Seed of the rewirings.
        paths_per_lead: Paths shown for one lead.
    """

    k: int = MOST_HOPS
    top: int | None = 50
    group_limits: dict[str, int] = field(default_factory=_group_limits)
    degree_limits: dict[str, int] = field(default_factory=lambda: {"": 80, "Person": 80})
    open_hubs: frozenset[str] = frozenset()
    time_respecting: bool = False
    budget_paths: int = 20_000_000
    budget_seconds: float | None = None
    baseline: bool = False
    anchor_datasets: frozenset[str] | None = None
    never_inner: frozenset[str] = frozenset()
    draws: int = 6
    seed: int = 20_200_754
    paths_per_lead: int = 3

    def __post_init__(self) -> None:
        if not 1 <= self.k <= MOST_HOPS:
            raise LimitError("hops of a batch path", MOST_HOPS, self.k)
