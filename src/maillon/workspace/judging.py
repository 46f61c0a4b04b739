"""The verbs of judging: why two records are one, what to judge next, and what labels teach."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from maillon.model import View
from maillon.store import By, ClusterChange, Event, Store, Verdict, Workbench
from maillon.store.changes import view_key
from maillon.workspace.looking import in_datasets, look
from maillon.workspace.resolution import MODELS, resolved, state

if TYPE_CHECKING:
    from maillon.resolve import Conflict, Fitted, Proposals, State


class Judging:
    """Judging in one workspace; every verb takes a view.

    Args:
        store: Its store.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def explain(self, view: View, left: str, right: str) -> dict[str, Any]:
        """Return why two records are one, or not, see `maillon.resolve.explain_pair`.

        Raises:
            NoPairError: The view holds no such record: the same answer for hidden and absent.
        """
        from maillon.resolve import explain_pair  # noqa: PLC0415 - only when explaining

        held = state(self._store, view)
        with self._store.workbench(view) as bench:
            look(
                self._store, view, "explain pair", [left, right], in_datasets(bench, [left, right])
            )
            found = explain_pair(bench, held, left, right, self._store.log(view))
            found["captions"] = captions(bench, [left, right])
        return found

    def why(self, view: View, left: str, right: str) -> dict[str, Any]:
        """Return the chain between two records, or what keeps them apart.

        See `maillon.resolve.explain_cluster`.

        Raises:
            NoPairError: The view holds no such record: the same answer for hidden and absent.
        """
        from maillon.resolve import explain_cluster  # noqa: PLC0415 - as above

        found = resolved(self._store, view)
        return explain_cluster(found.state, found.clusters, self._store.log(view), left, right)

    def next_pairs(self, view: View, count: int, kind: str | None = None) -> "Proposals":
        """Return the pairs whose answer teaches most, see `maillon.resolve.next_pairs`."""
        from maillon.resolve import next_pairs  # noqa: PLC0415 - as above

        found = resolved(self._store, view)
        return next_pairs(found.state, found.clusters, self._store.log(view), count, kind)

    def history(self, view: View, one: str, other: str) -> list[Event]:
        """Return what was said of a pair, oldest first, with what took it back; all that is read.

        The ledger has it first: who looked at whom.
        """
        with self._store.workbench(view) as bench:
            look(self._store, view, "judgements", [one, other], in_datasets(bench, [one, other]))
        events = self._store.log(view).read(touching=sorted({one, other}))
        return [event for event in events if {event.left, event.right} == {one, other}]

    def conflicts(self, view: View) -> list[dict[str, Any]]:
        """Return what people shall settle, strongest first.

        What keeps two clusters apart though something says they are one; and pairs of which two
        people say the contrary, though the newer word stands.
        """
        found = resolved(self._store, view)
        held = [_conflict(found.state, one) for one in found.clusters.conflicts]
        held += _contraries(
            self._store.judgements(view), self._store.safeguards.people.natural
        )  # fmt: skip
        return sorted(held, key=place_of_conflict)

    def captions(self, view: View, entities: list[str]) -> dict[str, dict[str, list[str]]]:
        """Return names and birth dates of records, for people to tell them apart."""
        with self._store.workbench(view) as bench:
            return captions(bench, entities)

    def current(self, view: View, old_id: str) -> str | None:
        """Return the canonical id that an id stands for now; None when the view knows none."""
        from maillon.resolve import current  # noqa: PLC0415 - as above

        return current(resolved(self._store, view).canonical, old_id)

    def changes(self, view: View) -> list[ClusterChange]:
        """Return what became of the canonical ids of this view, up to now, oldest first.

        The place of a change among these, from 1, is what ``--since`` counts: the number in the
        feed would tell how many changes others see.
        """
        resolved(self._store, view)
        key = view_key(view)
        return [one for one in self._store.changes.read(view) if one.key == key]

    def fit(self, view: View) -> "dict[str, Fitted]":
        """Fit the models to the judgements of people that the view reads, and keep what is better.

        Scores are made anew at the next `resolve`, for everybody: so only statements that are for
        statistics teach.
        """
        from maillon.resolve import Models, fit, write_models  # noqa: PLC0415 - as above

        held = state(self._store, view)
        events = self._store.judgements(view)
        with self._store.workbench(view) as bench:
            found = fit(bench, held, events, Models.of(), self._store.unstatistical(view))
        written = write_models(self._store.settings.folder / MODELS, found.values())
        said: Mapping[str, object] = {
            "kinds": {kind: one.model["version"] for kind, one in found.items() if kind in written},
            "labels": sum(one.labels for one in found.values()),
        }
        self._store.note(view, "fit", said)
        return found

    def forget(self, view: View) -> list[str]:
        """Remove the fitted models; return their kinds."""
        from maillon.resolve import forget_models  # noqa: PLC0415 - as above

        gone = forget_models(self._store.settings.folder / MODELS)
        self._store.note(view, "fit", {"forgotten": gone})
        return gone


def place_of_conflict(one: Mapping[str, Any]) -> tuple[str | int, ...]:
    """Return where among the conflicts one stands."""
    return round((1 - one["score"]) * 1e6), one["left"], one["right"], one["kind"]


def _conflict(held: "State", one: "Conflict") -> dict[str, Any]:
    return {
        "kind": one.kind.value, "left": held.name(one.left), "right": held.name(one.right),
        "score": round(float(one.score), 6), "positives": list(one.positives),
        "negatives": list(one.negatives), "negative_count": one.negative_count,
        "members": [held.name(number) for number in one.members],
        "member_count": one.member_count, "pair_count": one.pair_count,
    }  # fmt: skip


def _contraries(events: Iterable[Event], natural: Callable[[str], str]) -> list[dict[str, Any]]:
    """Return the pairs that one person judged to be one, and another two; both words stand.

    Of several accounts of one person the newest word counts.
    """
    events = list(events)
    revoked = {one.revokes for one in events if one.verdict is Verdict.REVOKED}
    newest: dict[tuple[str, str], dict[str, Event]] = {}
    for one in events:
        if one.by is By.PERSON and one.verdict is not Verdict.REVOKED and one.id not in revoked:
            newest.setdefault((one.left, one.right), {})[natural(one.who)] = one
    found = []
    for pair, by_person in newest.items():
        sides = [[one.id for one in by_person.values() if one.verdict is verdict]
                 for verdict in (Verdict.POSITIVE, Verdict.NEGATIVE)]  # fmt: skip
        if all(sides):
            found.append({
                "kind": PEOPLE_DIFFER, "left": pair[0], "right": pair[1], "score": 1.0,
                "positives": sides[0], "negatives": sides[1], "negative_count": len(sides[1]),
                "members": list(pair), "member_count": 2, "pair_count": 1,
            })  # fmt: skip
    return found


PEOPLE_DIFFER: Final = "people differ"
"""A conflict between two people's judgements of one pair."""
_SHOWN = ("name", "birthDate", "incorporationDate", "buildDate", "full", "number")


def captions(bench: Workbench, entities: list[str]) -> dict[str, dict[str, list[str]]]:
    """Return what people tell records by: names and dates, by entity and property, sorted."""
    if not entities:
        return {}
    found: dict[str, dict[str, list[str]]] = {entity: {} for entity in sorted(set(entities))}
    marks = ", ".join("?" * len(found))
    props = ", ".join(f"'{prop}'" for prop in _SHOWN)
    rows = bench.con.execute(
        f"""SELECT DISTINCT entity, prop, value FROM statement
            WHERE entity IN ({marks}) AND prop IN ({props}) ORDER BY ALL""",
        list(found),
    ).fetchall()
    for entity, prop, value in rows:
        found[entity].setdefault(prop, []).append(value)
    return found
