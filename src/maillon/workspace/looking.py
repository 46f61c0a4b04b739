"""Who looked at this: what a verb is about to show of whom is in the ledger first.

The ledger keeps the ids as hashes, under the key of each dataset that has them, so that an agency
can be told who looked at its own record; and under the workspace's key as they were asked for. What
is hidden and what is absent have no dataset: they leave the same entry.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from maillon.model import View
from maillon.store import Store, Workbench
from maillon.store.ledger import object_of

_CLUSTER = """
SELECT DISTINCT b.entity, b.canonical FROM canonical AS a JOIN canonical AS b USING (canonical)
WHERE a.entity IN (SELECT unnest($asked)) OR a.canonical IN (SELECT unnest($asked))
"""

_HELD = "SELECT DISTINCT entity, dataset FROM statement WHERE entity IN (SELECT unnest($of))"


def look(store: Store, view: View, verb: str, asked: Sequence[str], found: Iterable[str]) -> None:
    """Write that somebody looks at entities.

    Args:
        store: The store.
        view: Under which view.
        verb: What is done, e.g. ``statements``.
        asked: The ids that were asked for.
        found: The datasets in which the view sees them.
    """
    objects = [object_of(one, dataset) for dataset in sorted(set(found)) for one in asked]
    store.note(view, "look", {"verb": verb}, [*asked, *objects])


def look_at_each(
    store: Store, view: View, verb: str, found: Mapping[str, Iterable[str]]
) -> None:  # fmt: skip
    """Write that somebody looks at entities, each under its own datasets.

    Args:
        store: The store.
        view: Under which view.
        verb: What is done, e.g. ``hits``.
        found: The ids that were asked for, each with the datasets in which the view sees it.
    """
    objects = [object_of(one, dataset) for one, held in found.items() for dataset in sorted(held)]
    store.note(view, "look", {"verb": verb}, [*found, *objects])


def look_whole(store: Store, view: View, verb: str, asked: Sequence[str], bench: Workbench) -> None:
    """Write that somebody looks at canonical entities, with every record that is one with them.

    Args:
        store: The store.
        view: Under which view.
        verb: What is done, e.g. ``around``.
        asked: The ids that were asked for: of records, or canonical.
        bench: The view's workbench with the table ``canonical``.
    """
    rows = bench.con.execute(_CLUSTER, {"asked": list(asked)}).fetchall()
    members = sorted({*asked, *(entity for entity, _ in rows)})
    held = bench.con.execute(_HELD, {"of": members}).fetchall()
    objects = [object_of(entity, dataset) for entity, dataset in sorted(held)]
    names = sorted({canonical for _, canonical in rows} - set(asked))
    store.note(view, "look", {"verb": verb}, [*asked, *names, *objects])


@contextmanager
def looking_at_many(
    store: Store, view: View, verb: str, asked: Sequence[str], bench: Workbench
) -> Iterator[None]:
    """Write `look_many` while what is looked at is put together; it is written when this ends.

    What the block makes must not be given to anybody before that.

    Raises:
        StoreError: It could not be written: nothing may be shown.
    """
    objects = _many(asked, bench)
    with ThreadPoolExecutor(1, "looking") as pool:
        written = pool.submit(store.note, view, "look", {"verb": verb}, objects)
        yield
        written.result()


def look_many(store: Store, view: View, verb: str, asked: Sequence[str], bench: Workbench) -> None:
    """Write that somebody looks at many canonical entities, as `look_whole`, each record once.

    A record that the view sees is written under its datasets alone.

    Args:
        store: The store.
        view: Under which view.
        verb: What is done, e.g. ``chart``.
        asked: The ids that were asked for: of records, or canonical.
        bench: The view's workbench with the table ``canonical``.
    """
    store.note(view, "look", {"verb": verb}, _many(asked, bench))


def _many(asked: Sequence[str], bench: Workbench) -> list[str]:
    rows = bench.con.execute(_CLUSTER, {"asked": list(asked)}).fetchall()
    members = {entity for entity, _ in rows}
    held = bench.con.execute(_HELD, {"of": sorted(members | set(asked))}).fetchall()
    seen = {entity for entity, _ in held}
    rest = sorted(set(asked) - seen)
    names = sorted({canonical for _, canonical in rows} - seen.union(rest))
    return [*rest, *names, *sorted(object_of(entity, dataset) for entity, dataset in held)]


def in_datasets(bench: Workbench, entities: Sequence[str]) -> list[str]:
    """Return the datasets in which a workbench shows any of these entities, sorted."""
    rows = bench.con.execute(_HELD, {"of": list(entities)}).fetchall()
    return sorted({dataset for _, dataset in rows})
