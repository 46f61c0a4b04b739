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
        person: The natural person behind the account, where one has several: who asks is never who
            approves, whatever the account.
        roles: Roles in the house, e.g. ``supervisor``.
    """

    who: str
    agencies: tuple[str, ...]
    purposes: tuple[str, ...]
    compartments: tuple[str, ...] = ()
    person: str = ""
    roles: tuple[str, ...] = ()

    @property
    def natural(self) -> str:
        """The natural person, or the account where none is named."""
        return self.person or self.who
