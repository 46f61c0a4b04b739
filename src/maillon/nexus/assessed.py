"""Leads beside what people said of them: a refuted one returns only when its evidence changed."""

import hmac
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from maillon.nexus.lead import Json, Lead
from maillon.store import Assessment, LeadState

_CONTENT: Final = ("entity", "schema", "prop", "value")
"""What a statement says: the same in a later delivery, though its id is another."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a lead stands.

    Attributes:
        state: As people said last; ``proposed`` where nobody did.
        said: What was said, oldest first.
        new: Statements of the lead that were not weighed then.
        gone: How many that were weighed are no longer among those of the lead.
    """

    state: LeadState = LeadState.PROPOSED
    said: tuple[Assessment, ...] = ()
    new: tuple[Json, ...] = ()
    gone: int = 0

    @property
    def is_set_aside(self) -> bool:
        """Whether it is refuted, and nothing has been added to its evidence since."""
        return self.state is LeadState.REFUTED and not self.new

    def line(self) -> Json:
        """Return it as one object of the ``trace`` line."""
        last = self.said[-1] if self.said else None
        return {
            "state": self.state.value,
            "said": None if last is None else {"who": last.who, "at": last.at,
                                               "reason": last.reason, "times": len(self.said)},
            "new_evidence": list(self.new),
            "evidence_gone": self.gone,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Assessed:
    """Leads by where they stand.

    Attributes:
        leads: Best first, those set aside left out.
        standing: One of each, by lead id; of those set aside too.
        set_aside: Refuted leads whose evidence is what it was, best first.
    """

    leads: list[Lead]
    set_aside: list[Lead] = field(default_factory=list)
    standing: Mapping[str, Standing] = field(default_factory=dict)


def statements_of(lead: Lead) -> list[Json]:
    """Return the statements that a lead's paths show, each content once, in order."""
    found: dict[tuple[Any, ...], Json] = {}
    for path in lead.paths:
        for hop in path.hops:
            for line in hop.statements:
                found.setdefault(_content(line), line)
    return [found[key] for key in sorted(found)]


def weighed(lines: Iterable[Json], keys: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return keyed hash and dataset of statements.

    Args:
        lines: Statements, as `statements_of` returns them.
        keys: Key of each dataset, in hex. A statement whose dataset has none is left out.
    """
    return tuple(
        (_seal(keys[line["dataset"]], line), line["dataset"])
        for line in lines
        if line["dataset"] in keys
    )


def assess(
    leads: Sequence[Lead],
    said: Sequence[Assessment],
    current: Callable[[str], str | None],
    keys: Mapping[str, str],
) -> Assessed:
    """Return leads with where they stand.

    Args:
        leads: Best first.
        said: Oldest first.
        current: Gives the canonical id that one of any day stands for now, or None.
        keys: Key of each dataset of the leads' statements, in hex.
    """
    of: dict[tuple[str | None, str | None], list[Assessment]] = {}
    for one in said:
        of.setdefault((current(one.terror), current(one.crime)), []).append(one)
    found = Assessed([], [], standing := {})
    for lead in leads:
        held = _standing(lead, of.get((lead.terror, lead.crime), []), keys)
        standing[lead.lead_id] = held
        (found.set_aside if held.is_set_aside else found.leads).append(lead)
    return found


def _standing(lead: Lead, said: Sequence[Assessment], keys: Mapping[str, str]) -> Standing:
    if not said:
        return Standing()
    lines = statements_of(lead)
    then = set(said[-1].evidence)
    now = [(hash_of, line) for line in lines for hash_of in weighed([line], keys)]
    new = tuple(line for hash_of, line in now if hash_of not in then)
    gone = len(then - {hash_of for hash_of, _ in now})
    return Standing(said[-1].state, tuple(said), new, gone)


def _content(line: Json) -> tuple[Any, ...]:
    return (line["dataset"], *(line[name] for name in _CONTENT))


def _seal(key: str, line: Json) -> str:
    text = "\x1f".join(map(str, _content(line)))
    return hmac.new(bytes.fromhex(key), text.encode(), "sha256").hexdigest()[:32]
