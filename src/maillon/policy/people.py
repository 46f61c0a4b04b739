"""Who works for whom, and what they are cleared for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """An account of the workspace.

    Attributes:
        who: Account name, e.g. ``analyst``.
        agencies: Agencies for which the person may act.
        purposes: Purposes that the person may name.
        compartments: Sealed compartments that the person is cleared for.
    """

    who: str
    agencies: tuple[str, ...]
    purposes: tuple[str, ...]
    compartments: tuple[str, ...] = ()
