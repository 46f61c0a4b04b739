"""A score's reasons in the shape that clients made for yente read."""

from collections.abc import Iterable
from typing import Any, Final

from maillon.screen import Hit
from maillon.screen.reason import Reason

KINDS: Final = {
    "part": "name", "name": "name", "birth date": "birth_date", "document": "document",
    "country": "country", "gender": "gender", "place": "place", "kind": "kind", "rule": "rule",
}  # fmt: skip
"""Feature by kind of reason; another kind keeps its own name."""


def explained(hit: Hit) -> dict[str, Any]:
    """Return each feature of a hit with the points that it adds: natural logarithm of the odds."""
    held: dict[str, list[Reason]] = {}
    for reason in hit.scored.reasons:
        name = KINDS.get(reason.kind, reason.kind.replace(" ", "_"))
        held.setdefault(name, []).append(reason)
    return {name: _feature(reasons) for name, reasons in held.items()}


def _feature(reasons: list[Reason]) -> dict[str, Any]:
    points = sum(round(reason.points * 1_000_000) for reason in reasons) / 1_000_000
    return {
        "score": points,
        "detail": "; ".join(
            f"{one.value or '—'} / {one.counterpart or '—'}: {one.verdict} ({one.points:+.2f})"
            for one in reasons
        ),
        "query": _joined(one.value for one in reasons),
        "candidate": _joined(one.source or one.counterpart for one in reasons),
    }


def _joined(values: Iterable[str]) -> str | None:
    return ", ".join(dict.fromkeys(value for value in values if value)) or None
