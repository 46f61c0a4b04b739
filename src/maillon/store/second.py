"""Two people for one act: who asks is never who approves, also across two accounts of one."""

from collections.abc import Iterable, Mapping
from typing import Final

from maillon.model import RefusedError, View
from maillon.policy import Person

SUPERVISOR: Final = "supervisor"
"""The role that approves."""

BROKER: Final = "broker"
"""The role that is told of leads which nobody may see whole."""


class People:
    """The accounts of a workspace, as far as approvals need them.

    Args:
        by_name: Accounts by name.
    """

    def __init__(self, by_name: Mapping[str, Person]) -> None:
        self._by_name = by_name

    def natural(self, who: str) -> str:
        """Return the natural person behind an account."""
        person = self._by_name.get(who)
        return person.natural if person else who

    def is_supervisor(self, who: str) -> bool:
        """Return whether an account approves."""
        person = self._by_name.get(who)
        return person is not None and SUPERVISOR in person.roles

    def check_second(self, view: View, asked_by: str) -> None:
        """Let a supervisor through who is not the natural person that asked.

        Raises:
            RefusedError: He is no supervisor, or the same person.
        """
        person = self._by_name.get(view.mandate.who)
        if person is None or SUPERVISOR not in person.roles:
            raise RefusedError(
                "S/2020/754, para. 49 (segregation of duties)",
                f"{view.mandate.who!r} does not approve",
                f"somebody with the role {SUPERVISOR!r} approves (maillon.toml, [people])",
            )
        if person.natural == asked_by:
            raise RefusedError(
                "S/2020/754, para. 49 (segregation of duties)",
                "who asks does not approve, whatever the account",
                "a second person approves",
            )

    def has_broker(self, agency: str) -> bool:
        """Return whether an agency has a broker."""
        return any(BROKER in one.roles and agency in one.agencies for one in self._by_name.values())

    def check_broker(self, view: View) -> None:
        """Let a broker through.

        Raises:
            RefusedError: The account is none.
        """
        person = self._by_name.get(view.mandate.who)
        if person is None or BROKER not in person.roles:
            raise RefusedError(
                "DESIGN, section 4 (pointers)",
                f"{view.mandate.who!r} is no broker",
                f"somebody with the role {BROKER!r} looks at the queue (maillon.toml, [people])",
            )

    def check_account(self, who: str, agency: str, parties: Iterable[str]) -> None:
        """Let through an account that acts for an agency which is a party.

        Raises:
            RefusedError: It does not, or the agency is none.
        """
        person = self._by_name.get(who)
        if person is None or agency not in person.agencies or agency not in set(parties):
            raise refused(
                f"{who!r} does not act for {agency!r}, or {agency!r} is no party",
                "name an account of a party",
            )


def refused(reason: str, remedy: str) -> RefusedError:
    """Return a refusal for want of legality."""
    return RefusedError("S/2020/754, para. 116 (legality)", reason, remedy)
