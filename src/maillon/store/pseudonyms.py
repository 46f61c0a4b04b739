"""What the desk says of somebody who was erased: keyed hashes remain, and the key is gone.

Within one erasure an id gets one pseudonym, so that the log of judgements keeps its shape; the key
is never written down.
"""

import hmac
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, Table, select, update

from maillon.store.hits import VOID
from maillon.store.tables import (
    CLEARING,
    CLUSTER_CHANGE,
    JUDGEMENT,
    LEAD_ASSESSMENT,
    PROBLEM,
    SCREEN_HIT,
)
from maillon.store.tables_cards import VALIDATION
from maillon.store.tables_charts import CHART, CHART_NODE
from maillon.store.tables_jobs import BY_HAND, QUESTION_NOTICE, STANDING_QUESTION
from maillon.store.tables_keeping import (
    EVIDENCE_MARK,
    HOLD,
    RECIPIENT,
    SUBJECT_REQUEST,
    UNMASKING,
)
from maillon.store.tables_mandate import NAMED_ANCHOR, POINTER, PROTECTION, SUBJECT_CATEGORY

PREFIX: Final = "erased-"
"""What a pseudonym begins with: nothing delivered has such an id by chance."""

_DIGITS: Final = 24
_CHUNK: Final = 5_000


@dataclass(frozen=True, slots=True)
class Speaks:
    """How a table of the desk speaks of entities.

    Attributes:
        table: The table.
        ids: Columns that hold one entity id.
        lists: Columns that hold a list of them.
        reasons: Columns of free text, or of hashes, that speak of them.
        values: What else is set in a row that speaks of somebody erased; ``{why}`` is the rule.
    """

    table: Table
    ids: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    values: Mapping[str, object] | None = None


SPEAKS: Final = (
    Speaks(JUDGEMENT, ("left", "right"), (), ("reason",)),
    Speaks(CLUSTER_CHANGE, (), ("before", "after", "entities")),
    Speaks(LEAD_ASSESSMENT, ("terror", "crime"), (), ("reason",), {"evidence": []}),
    Speaks(
        SCREEN_HIT, ("subject", "entry"), (), ("why",),
        {"state": VOID, "subject_seal": "", "entry_seal": ""},
    ),
    Speaks(
        CLEARING, ("subject", "entry"), (), ("reason",), {"subject_seal": "", "entry_seal": ""}
    ),
    Speaks(EVIDENCE_MARK, ("entity",), (), ("reason",)),
    Speaks(HOLD, ("target",), (), ("reason", "release_reason")),
    Speaks(RECIPIENT, ("object",)),
    Speaks(SUBJECT_REQUEST, (), ("entities",)),
    Speaks(UNMASKING, (), ("entities",), ("reason",)),
    Speaks(PROTECTION, ("entity",), (), ("reason",)),
    Speaks(SUBJECT_CATEGORY, ("entity",), (), ("reason",)),
    Speaks(NAMED_ANCHOR, ("entity",), (), ("reason", "removal_reason")),
    Speaks(POINTER, (), ("entities",), ("answer",)),
    Speaks(
        STANDING_QUESTION, (), ("entities",), ("reason",),
        {"state": "ended", "ended": "erased", "value": ""},
    ),
    Speaks(QUESTION_NOTICE, ("entity",)),
    Speaks(BY_HAND, ("entity",), (), ("reason",)),
    Speaks(CHART, (), ("entities",), ("title",)),
    Speaks(CHART_NODE, (), ("entities",), ("note",)),
    Speaks(
        VALIDATION, ("left", "right"), (), ("reason",), {"version": "", "shown": [], "weighed": []}
    ),
)  # fmt: skip
"""Every table of the desk that holds entity ids; a test knows why each other one does not."""


def mentioned(connection: Connection) -> set[str]:
    """Return every id that the desk's tables speak of."""
    found: set[str] = set()
    for one in SPEAKS:
        for name in one.ids:
            found.update(connection.execute(select(one.table.c[name]).distinct()).scalars())
        for name in one.lists:
            for ids in connection.execute(select(one.table.c[name])).scalars():
                found.update(ids)
    return {id_ for id_ in found if id_ and not id_.startswith(PREFIX)}


def forget(connection: Connection, entities: Iterable[str], why: str) -> Callable[[str], str]:
    """Put pseudonyms in the place of these ids, and the rule in the place of what was said of them.

    Args:
        connection: A write transaction.
        entities: Ids of the erased.
        why: E.g. ``erased under pnr/eu since 2022-06-21``.

    Returns:
        What makes the pseudonym of an id: the same ones, as long as the caller keeps it.
    """
    key = secrets.token_bytes(32)

    def pseudonym(id_: str) -> str:
        digest = hmac.new(key, id_.encode(), "sha256").hexdigest()
        return f"{PREFIX}{digest[:_DIGITS]}"

    gone = set(entities)
    if gone:
        for one in SPEAKS:
            _forget(connection, one, gone, pseudonym, why)
    return pseudonym


def forget_places(
    connection: Connection, delivery: str, locators: Iterable[str] | None, why: str
) -> None:
    """Put the rule in the place of what was said of records that could not be read.

    Args:
        connection: A write transaction.
        delivery: Id of the delivery.
        locators: Of the erased records; None for all of the delivery.
        why: As for `forget`.
    """
    of = PROBLEM.c.delivery == delivery
    if locators is None:
        connection.execute(update(PROBLEM).where(of).values(reason=why))
        return
    wanted = sorted(locators)
    for start in range(0, len(wanted), _CHUNK):
        places = PROBLEM.c.locator.in_(wanted[start : start + _CHUNK])
        connection.execute(update(PROBLEM).where(of, places).values(reason=why))


def _forget(
    connection: Connection,
    one: Speaks,
    gone: set[str],
    pseudonym: Callable[[str], str],
    why: str,
) -> None:
    keys = list(one.table.primary_key.columns)
    names = {
        column.name for column in (*keys, *(one.table.c[name] for name in (*one.ids, *one.lists)))
    }
    query = select(*(one.table.c[name] for name in sorted(names)))
    for row in connection.execute(query).all():
        changed = _changed(one, row, gone, pseudonym)
        if not changed:
            continue
        changed |= dict.fromkeys(one.reasons, why) | dict(one.values or {})
        mapping = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
        here = [column == mapping[column.name] for column in keys]
        connection.execute(update(one.table).where(*here).values(**changed))


def _changed(
    one: Speaks, row: Row[Any], gone: set[str], pseudonym: Callable[[str], str]
) -> dict[str, Any]:
    mapping = row._mapping  # noqa: SLF001 - as above
    changed: dict[str, Any] = {}
    for name in one.ids:
        if mapping[name] in gone:
            changed[name] = pseudonym(mapping[name])
    for name in one.lists:
        if not gone.isdisjoint(mapping[name]):
            changed[name] = [pseudonym(id_) if id_ in gone else id_ for id_ in mapping[name]]
    return changed
