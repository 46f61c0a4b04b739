"""What a named person made of an automated hit or lead: until then it has no effect.

The person was shown what speaks for the one concerned as large as the rest, weighs each such fact,
and says why. What was shown is kept with the verdict, as codes and keyed hashes. Nothing is
overwritten: a second person's word and the taking back of a verdict are events of their own.
"""

from collections.abc import Callable, Sequence

from sqlalchemy import Connection, or_, select

from maillon.model import Act, RefusedError, StaleError, View
from maillon.store.clearing import held_keys
from maillon.store.desk import Desk
from maillon.store.door import check_act, check_view
from maillon.store.second import People
from maillon.store.tables_cards import VALIDATION
from maillon.store.together import Decision, TogetherError
from maillon.store.validation_log import (
    SECOND,
    TAKEN_BACK,
    VERDICT,
    check_decides,
    check_words,
    folded,
    opened_at,
    opening,
    put_event,
    read_verdicts,
    verdict_of,
)
from maillon.store.verdicts import PROVISION, Proposal, Validation

Then = Callable[[Connection, str], None]
"""What else happens in the transaction, once a verdict stands or was taken back; given its id."""


def nothing_else(_connection: Connection, _id: str) -> None:
    """Let nothing else happen."""


class Validations:
    """The verdicts of one desk.

    Args:
        desk: Holds them.
        people: Accounts.
    """

    def __init__(self, desk: Desk, people: People) -> None:
        self._desk = desk
        self._people = people

    def open(self, view: View, proposal: Proposal) -> str:
        """Return the token of a proposal that is shown now; a verdict gives it back."""
        check_view(view)
        with self._desk.housekeeping() as connection:
            if held_keys(connection, [""]):
                return opening(connection, view, proposal)
        with self._desk.begin() as connection:  # the first of all: its key is made
            return opening(connection, view, proposal)

    def decide(
        self, view: View, proposal: Proposal, verdict: str, reason: str, *,
        weighed: Sequence[str], expected: str, takes_two: bool = False, then: Then = nothing_else,
    ) -> str:  # fmt: skip
        """Write a verdict and its ledger entry; return its id.

        Args:
            view: Opened for the act ``decide``, by a person.
            proposal: What was proposed, as it stands now.
            verdict: One of `VERDICTS` of its kind.
            reason: Why, by objective criteria, in words.
            weighed: Codes of the exculpatory facts that were weighed: all of the proposal's.
            expected: The token that `open` gave this account when it was shown.
            takes_two: Whether it stands only when a second person says the same.
            then: What else happens in the same transaction; not before the second person's word.

        Raises:
            RefusedError: No person, no reason, an unknown verdict, an exculpatory fact passed over,
                or it was never shown to this account.
            StaleError: It changed since it was shown, or somebody has decided in between.
        """
        check_decides(view)
        said = Decision(proposal, verdict, reason, weighed, expected, takes_two)
        check_words(view, proposal, verdict, reason, weighed)
        with self._desk.begin() as connection:
            return self._put(connection, view, said, then)

    def decide_all(self, view: View, said: Sequence[tuple[Decision, Then]]) -> list[str]:
        """Write several verdicts, each with its ledger entry, or none of them; return their ids.

        Args:
            view: Opened for the act ``decide``, by a person.
            said: Each verdict, and what else happens in the same transaction, see `decide`.

        Raises:
            RefusedError: The view does not decide.
            TogetherError: Some cannot be decided, see `decide`: says which, and why.
        """
        check_decides(view)
        made, wrong = [], []
        with self._desk.begin() as connection:
            for one, then in said:
                try:
                    check_words(view, one.proposal, one.verdict, one.reason, one.weighed)
                    made.append(self._put(connection, view, one, then))
                except (RefusedError, StaleError) as error:
                    wrong.append((one.proposal.ids, error))
            if wrong:
                raise TogetherError(wrong, len(said))
        return made

    def _put(self, connection: Connection, view: View, said: Decision, then: Then) -> str:
        """Write one verdict and its ledger entry, in the caller's transaction; return its id."""
        proposal = said.proposal
        held = read_verdicts(connection, view, proposal)
        opened = opened_at(connection, view, proposal, said.expected, held)
        if any(not one.taken_back for one in held):
            raise StaleError(f"this {proposal.kind} has a verdict: take it back first")
        id_ = put_event(
            connection, view, proposal, self._people, VERDICT,
            verdict=said.verdict, reason=said.reason, weighed=sorted(set(said.weighed)),
            opened=opened, takes_two=said.takes_two,
        )  # fmt: skip
        if not said.takes_two:
            then(connection, id_)
        return id_

    def second(
        self, view: View, id_: str, proposal: Proposal, *, expected: str, then: Then = nothing_else
    ) -> None:
        """Write that a second person, shown the same, says the same: the verdict stands.

        Raises:
            RefusedError: The same natural person, whatever the account, no supervisor, or one who
                was not shown it.
            StaleError: It changed since it was shown, or needs no second person any more.
            StoreError: The view sees no such verdict: the same answer for hidden and absent.
        """
        check_decides(view)
        with self._desk.begin() as connection:
            held = read_verdicts(connection, view, proposal)
            one = verdict_of(held, id_)
            opened = opened_at(connection, view, proposal, expected, held)
            if not one.waits:
                raise StaleError(f"verdict {id_} waits for nobody")
            if one.is_disputed:
                raise StaleError(f"verdict {id_} is disputed: a third person settles it")
            self._people.check_second(view, one.person)
            put_event(
                connection, view, proposal, self._people, SECOND, of=id_, verdict=one.verdict,
                reason=one.reason, weighed=list(one.weighed), opened=opened,
            )  # fmt: skip
            then(connection, id_)

    def take_back(self, view: View, id_: str, reason: str, then: Then = nothing_else) -> Validation:
        """Write that a verdict is taken back, and why; return it as it was.

        Raises:
            RefusedError: No reason.
            StaleError: Somebody has taken it back in between.
            StoreError: The view sees no such verdict: the same answer for hidden and absent.
        """
        check_decides(view)
        if not reason.strip():
            raise RefusedError(PROVISION, "a verdict is taken back for a reason", "say why")
        with self._desk.begin() as connection:
            one = verdict_of(read_verdicts(connection, view, None, id_=id_), id_)
            if one.taken_back:
                raise StaleError(f"verdict {id_} was taken back by {one.taken_back}")
            proposal = Proposal(one.kind, one.ids, one.version, one.dataset, labels=one.labels)
            put_event(
                connection, view, proposal, self._people, TAKEN_BACK, of=id_,
                verdict=one.verdict, reason=reason, opened="",
            )  # fmt: skip
            then(connection, id_)
        return one

    def check(self, view: View, proposal: Proposal) -> str:
        """Let a hit or lead have an effect that a person gave it; return the verdict's id.

        Raises:
            RefusedError: Nobody confirmed it as it stands now, the newest verdict went against it,
                or a second person has still to speak.
        """
        for one in reversed(self.read(view, proposal)):
            if one.version == proposal.version and not one.taken_back:
                if one.is_effective:
                    return one.id
                break
        raise RefusedError(
            PROVISION, f"no person has confirmed this {proposal.kind} as it stands",
            f"a named person validates it, with reasons: maillon {proposal.kind}s validate",
        )  # fmt: skip

    def read(self, view: View, proposal: Proposal | None = None) -> list[Validation]:
        """Return the verdicts that the view may read, oldest first, those taken back too.

        Args:
            view: What may be read.
            proposal: On this pair, in whatever version; None for all.
        """
        check_view(view)
        with self._desk.engine.connect() as connection:
            return read_verdicts(connection, view, proposal, every_version=True)

    def one(self, view: View, id_: str) -> Validation:
        """Return a verdict by its id.

        Raises:
            NotFoundError: The view sees no such verdict: the same answer for hidden and absent.
        """
        check_view(view)
        with self._desk.engine.connect() as connection:
            return verdict_of(read_verdicts(connection, view, None, id_=id_), id_)

    def every(self, view: View) -> list[Validation]:
        """Return all verdicts, oldest first, without what was shown and why: how people decide.

        Args:
            view: Opened for the act ``audit``.
        """
        check_act(view, Act.AUDIT)
        with self._desk.housekeeping() as connection:
            rows = connection.execute(select(VALIDATION).order_by(VALIDATION.c.number)).all()
        return folded(rows)

    def overseen(self, view: View, id_: str) -> Validation:
        """Return one of the verdicts of `every`.

        Args:
            view: Opened for the act ``audit``.
            id_: Of the verdict.

        Raises:
            NotFoundError: There is no such verdict.
        """
        check_act(view, Act.AUDIT)
        here = or_(VALIDATION.c.id == id_, VALIDATION.c.of == id_)
        query = select(VALIDATION).where(here).order_by(VALIDATION.c.number)
        with self._desk.housekeeping() as connection:
            return verdict_of(folded(connection.execute(query).all()), id_)
