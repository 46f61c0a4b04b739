"""What shall be loaded, what came out of it so far, and what it came to."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, Row

from maillon.model import (
    UNGRADED,
    Adapter,
    Delivery,
    Grade,
    Label,
    Mode,
    Purged,
    SourceError,
    Statement,
    Yielded,
)

if TYPE_CHECKING:
    from maillon.store.parts import Seen

PROBLEMS_KEPT: Final = 10_000
"""Source errors kept word for word for one delivery; the count is always whole."""


@dataclass(frozen=True, slots=True)
class Order:
    """What shall be loaded.

    Attributes:
        adapter: Reads it.
        dataset: Name of the dataset, ``a-z0-9_``.
        label: What its statements get.
        options: The adapter's options.
        option_text: The options as the desk keeps them: JSON values.
        mode: Snapshot or messages; the adapter's own when None.
        retention_class: Which retention rule its statements follow.
        grade: What a statement gets that brings no grade of its own.
        accept_shrink: A second person's reason to accept a smaller list, or empty.
    """

    adapter: Adapter
    dataset: str
    label: Label
    options: Mapping[str, object] = field(default_factory=dict)
    option_text: Mapping[str, object] = field(default_factory=dict)
    mode: Mode | None = None
    retention_class: str = "standard"
    grade: Grade = UNGRADED
    accept_shrink: str = ""


@dataclass(slots=True)
class Tally:
    """What came out of a delivered file so far.

    Attributes:
        label_of: Returns the id of the label of a record with this marking.
    """

    label_of: Callable[[str], int]
    entities: int = 0
    unreadable: int = 0
    purged: int = 0
    unreadable_by: Counter[int] = field(default_factory=Counter)
    purged_by: Counter[int] = field(default_factory=Counter)
    problems: list[SourceError] = field(default_factory=list)
    whole: SourceError | None = None


@dataclass(frozen=True, slots=True)
class Loaded:
    """What `load` did.

    Attributes:
        delivery: The delivery.
        already: Whether the very same file had been loaded before: nothing changed.
        problems: The source errors, the first `PROBLEMS_KEPT` of them.
        counts: Entities by schema, statements by topic.
    """

    delivery: Delivery
    already: bool
    problems: tuple[SourceError, ...]
    counts: Mapping[str, Mapping[str, int]]


Also = Callable[[Connection, Loaded], None]
"""What else is written in the transaction of a delivery: it stands or falls with it."""


Within = Callable[[Connection], None]
"""What else is written in the transaction of an act."""


def sort_out(items: Iterable[Yielded], tally: Tally) -> Iterator[Statement]:
    """Yield the statements among ``items`` and count the rest into ``tally``."""
    for item in items:
        if isinstance(item, Statement):
            yield item
        elif isinstance(item, Purged):
            tally.purged += 1
            tally.purged_by[tally.label_of(item.marking)] += 1
        else:
            tally.unreadable += 1
            tally.unreadable_by[tally.label_of(item.marking)] += 1
            if item.whole and tally.whole is None:
                tally.whole = item
            if len(tally.problems) < PROBLEMS_KEPT:
                tally.problems.append(item)


def delivery_of(row: "Row[Any] | Seen") -> Delivery:
    """Return the delivery that a row of the desk tells of, or what a view sees of one."""
    return Delivery(
        row.id,
        row.dataset,
        row.sha256,
        row.size,
        row.received,
        row.statements,
        row.entities,
        row.records_unreadable,
        row.purged,
    )
