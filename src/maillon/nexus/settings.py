"""What a run of ``trace`` is told: one frozen dataclass, made by the caller."""

from dataclasses import dataclass, field
from typing import Final

from maillon.model import LimitError
from maillon.nexus.channels import CHANNELS

MOST_HOPS: Final = 4
"""Longest path of a batch run. Source: DESIGN, section 7."""
MOST_HOPS_OF_TWO: Final = 6
"""Longest path between two named entities. Source: DESIGN, section 7."""
LARGEST_OPENED: Final = 2_000
"""Largest group that may be opened for a search: it makes a pair of every two members."""


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


@dataclass(frozen=True, slots=True)
class BetweenSettings:
    """How paths between two named entities are searched, and how many are shown.

    Attributes:
        k: Most hops of a path, 1 to 6.
        top: Paths shown, best first; all are counted.
        open_nodes: Canonical ids of hubs that may be crossed.
        never_inner: Canonical ids that are never an inner hop.
        household: Whether a family, employer or household tie alone is a hop too.
        time_respecting: Whether hops must be able to follow each other in time, either way.
        budget_paths: Most paths that are put together, and most continuations of half-paths that
            are walked at one step.
        budget_seconds: Wall-clock budget; None reads no clock.
    """

    k: int = MOST_HOPS
    top: int = 20
    open_nodes: frozenset[str] = frozenset()
    never_inner: frozenset[str] = frozenset()
    household: bool = False
    time_respecting: bool = False
    budget_paths: int = 2_000_000
    budget_seconds: float | None = 10.0

    def __post_init__(self) -> None:
        if not 1 <= self.k <= MOST_HOPS_OF_TWO:
            raise LimitError("hops of a path between two entities", MOST_HOPS_OF_TWO, self.k)


@dataclass(frozen=True, slots=True)
class AroundSettings:
    """Which neighbours of an entity are shown.

    Attributes:
        channels: Only neighbours with one of these channels or registers; empty is all.
        schema: Only neighbours of this schema; empty is all.
        offset: Neighbours left out at the start of the order.
        size: Neighbours of one page.
        open_hubs: Groups whose other members are shown too, as ``channel:value``.
    """

    channels: frozenset[str] = frozenset()
    schema: str = ""
    offset: int = 0
    size: int = 50
    open_hubs: frozenset[str] = frozenset()
