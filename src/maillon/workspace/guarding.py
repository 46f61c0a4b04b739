"""The verbs of safeguards that look at statements: protect, categorise, name an anchor, release."""

import re
from calendar import monthrange
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from datetime import date
from typing import Final

from maillon.model import DOUBTFUL_BIRTH, NotFoundError, RefusedError, View
from maillon.store import FEW, Proposal, Store, Workbench
from maillon.store.anchoring import NamedAnchor
from maillon.store.clock import utc_now
from maillon.store.protections import PROVISIONS, Protection

COMES_OF_AGE: Final = 18
"""Years. Source: Convention on the Rights of the Child, art. 1."""

MINOR: Final = "minor"
ADULT: Final = "adult"
UNKNOWN: Final = "age unknown"
"""No date at all: bars watchlisting and dissemination, nothing else."""

KEPT_BACK: Final = frozenset({MINOR, UNKNOWN, "restricted", "sealed", "victim", "witness"})
"""What keeps a person out of a dissemination."""

_DATE: Final = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")

# the note of a date that cannot be read counts as such a date, or as the year that is certain
_SEEN: Final = """
SELECT entity, schema, CASE WHEN native_scheme = ? THEN 'birthDate' ELSE prop END,
       CASE WHEN native_scheme = ? THEN coalesce(native_grade, '') ELSE value END, label
FROM statement WHERE entity IN (SELECT unnest(?))
"""

_Line = tuple[str, str, str, str, int]
"""An entity, its schema, a property, its value, the label."""
_Held = tuple[set[int], list[tuple[str, str, str]]]
"""Labels of what is said of an entity; and schema, property and value of each."""


class Guarding:
    """Safeguards over one workspace; every verb takes a view.

    Args:
        store: Its store.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def protect(self, view: View, said: Protection) -> str:
        """Protect an entity that the view can see; return the id. See `Protections.protect`."""
        labels, _ = self._seen(view, [said.entity])[said.entity]
        return self._store.safeguards.protections.protect(view, said, labels)

    def categorise(
        self, view: View, entity: str, category: str, reason: str, since: str = ""
    ) -> None:
        """Say what a person is in the mandate's case. See `Categories.set`."""
        labels, _ = self._seen(view, [entity])[entity]
        self._store.safeguards.categories.set(view, entity, category, reason, labels, since)

    def propose_anchor(self, view: View, said: NamedAnchor) -> str:
        """Propose an anchor by hand; return the id. See `Anchoring.propose`.

        Raises:
            RefusedError: The person is protected, a minor, or of unknown age.
        """
        labels, _ = self._seen(view, [said.entity])[said.entity]
        flags = self.flags(view, said.entity)
        return self._store.safeguards.anchoring.propose(view, said, labels, flags)

    def flags(
        self, view: View, entity: str, day: str = "", *, bench: Workbench | None = None
    ) -> tuple[str, ...]:
        """Return what protects an entity on a day: kinds of protection, and its age if a person.

        Args:
            view: What may be read.
            entity: Its id.
            day: The day, ISO; empty: that of the view.
            bench: A workbench of this view that is open already; None: one is opened.

        Raises:
            StoreError: The view sees no such entity: the same answer for hidden and absent.
        """
        return self.flags_of(view, [entity], day, bench=bench)[entity]

    def flags_of(
        self, view: View, entities: Sequence[str], day: str = "", *, bench: Workbench | None = None
    ) -> dict[str, tuple[str, ...]]:
        """Return what protects each of some entities; arguments and errors as of `flags`."""
        seen = self._seen(view, entities, bench)
        today = day or view.known_on or utc_now()[:10]
        protected = self._store.safeguards.protections.flags(view, today)
        found = {}
        for entity, (_, values) in seen.items():
            kinds = set(protected.get(entity, ()))
            if any(schema == "Person" for schema, _, _ in values):
                dates = [value for _, prop, value in values if prop == "birthDate"]
                kinds.add(age(dates, today))
            found[entity] = tuple(sorted(kinds - {ADULT}))
        return found

    def check_dissemination(
        self, view: View, entities: Iterable[str], text: bytes, recipient: str
    ) -> None:
        """Let a text about these entities go to a recipient, or refuse.

        Args:
            view: Opened for the act ``disseminate``, under a case.
            entities: Everybody and everything in it.
            text: The text as it shall go out.
            recipient: To whom.

        Raises:
            RefusedError: Somebody is protected, of unknown age or unclassified; an automated hit
                or lead joins two of them that no person has confirmed as it stands: a text that
                names both sides tells of it, whatever its words; a label, a code or a missing
                consent forbids it.
            StoreError: The view sees one of them not: the same answer for hidden and absent.
        """
        today = utc_now()[:10]
        inputs: set[int] = set()
        persons = []
        entities = sorted(set(entities))
        with self._store.workbench(view) as bench:
            seen = self._seen(view, entities, bench)
            flags = self.flags_of(view, entities, today, bench=bench)
        for entity, (labels, values) in seen.items():
            inputs |= labels
            barred = sorted(KEPT_BACK.intersection(flags[entity]))
            if barred:
                kind = barred[0]
                raise RefusedError(
                    PROVISIONS.get(kind, PROVISIONS[MINOR]),
                    f"{entity} does not go out: {', '.join(barred)}",
                    "a judge, a guardian or a second person decides; or leave the person out",
                )
            if any(schema == "Person" for schema, _, _ in values):
                persons.append(entity)
        self._store.safeguards.categories.check_dissemination(view, persons, today)
        found = [*self._hits(view, entities), *self._leads(view, entities)]
        self._store.safeguards.releases.check(view, text, inputs, recipient, today, proposals=found)

    def _hits(self, view: View, entities: Iterable[str]) -> list[Proposal]:
        from maillon.workspace.hit_sides import hits_among  # noqa: PLC0415 - only here

        return hits_among(self._store, view, self._store.settings, entities)

    def _leads(self, view: View, entities: Iterable[str]) -> list[Proposal]:
        from maillon.workspace.lead_verdicts import leads_among  # noqa: PLC0415 - only here

        return leads_among(self._store, view, entities)

    def _seen(
        self, view: View, entities: Sequence[str], bench: Workbench | None = None
    ) -> dict[str, _Held]:
        with self._store.workbench(view) if bench is None else nullcontext(bench) as held:
            rows = _few(held, entities) if len(entities) <= FEW else _many(held, entities)
        found: dict[str, _Held] = {}
        for entity, schema, prop, value, label in sorted(set(rows)):
            labels, values = found.setdefault(entity, (set(), []))
            labels.add(label)
            values.append((schema, prop, value))
        if missing := [one for one in entities if one not in found]:
            raise NotFoundError(f"no entity {missing[0]}")
        return found


def _many(bench: Workbench, entities: Sequence[str]) -> list[_Line]:
    scheme = DOUBTFUL_BIRTH.scheme
    return bench.con.cursor().execute(_SEEN, [scheme, scheme, list(entities)]).fetchall()


def _few(bench: Workbench, entities: Sequence[str]) -> list[_Line]:
    return [
        (one.entity, one.schema, "birthDate", one.native_grade or "", one.label)
        if one.native_scheme == DOUBTFUL_BIRTH.scheme
        else (one.entity, one.schema, one.prop, one.value, one.label)
        for one in bench.rows(entities)
    ]


def age(dates: Iterable[str], day: str) -> str:
    """Return ``minor``, ``adult`` or ``age unknown`` of a person on a day.

    A minor is whose age range, as stated or estimated, reaches below 18, and who has a date that
    cannot be read: doubt speaks for the person. Source: DESIGN, section 4.

    Args:
        dates: Birth dates as they stand, whole or partial: ``2009``, ``2009-05``, ``2009-05-17``.
        day: The day, ISO.
    """
    found = [_latest(text) for text in dates]
    if not found:
        return UNKNOWN
    today = date.fromisoformat(day)
    return (
        MINOR
        if any(born is None or _years(born, today) < COMES_OF_AGE for born in found)
        else ADULT
    )


def _latest(text: str) -> date | None:
    """Return the last day that a date may stand for; None: it cannot be read."""
    said = _DATE.fullmatch(text.strip())
    if said is None:
        return None
    year, month, day = (int(part) if part else 0 for part in said.groups())
    try:
        month = month or 12
        return date(year, month, day or monthrange(year, month)[1])
    except ValueError:
        return None


def _years(born: date, today: date) -> int:
    """Return completed years; who was born on 29 February has a birthday on 1 March else."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
