"""What stands around a mandate on a day: its case, what was declared, what was opened to it."""

from dataclasses import dataclass, field
from typing import Final

NONE: Final = "none"
"""Declared: no conflict of interest."""
CONFLICT: Final = "conflict"
"""Declared: a conflict of interest. The person acts no more in the case."""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """What policy knows of a case: never its content.

    Attributes:
        number: As mandates name it.
        regime: ``terrorism``, ``organised crime`` or ``both``.
        purposes: Purposes for which it was authorised.
        agencies: Agencies whose people may be its members.
        expires: Last day of its authorisation, ISO.
        is_closed: Whether it was closed before.
    """

    number: str
    regime: str
    purposes: tuple[str, ...]
    agencies: tuple[str, ...]
    expires: str
    is_closed: bool = False

    def is_open(self, day: str) -> bool:
        """Return whether its authorisation stands on a day; no expiry is no authorisation."""
        return not self.is_closed and bool(self.expires) and day <= self.expires


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands around one mandate on one day.

    Attributes:
        case: The case that it names; None: there is none of that number.
        is_member: Whether the person is a member of the case on that day.
        declared: ``none``, ``conflict``, or empty: nothing was declared.
        compartments: Compartments that a team or a break-glass opens to the person that day.
    """

    case: CaseFile | None = None
    is_member: bool = False
    declared: str = ""
    compartments: frozenset[str] = field(default_factory=frozenset)
