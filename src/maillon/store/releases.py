"""What may leave, and under which label: consents of originators, and recorded sanitisations.

Derived data carries the labels of all its inputs. It goes out under a lower one only when somebody
took out what made it higher, said what, and a second person approved it.
"""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import insert, select

from maillon.model import Act, Label, RefusedError, View
from maillon.policy import check_export, handling_of
from maillon.store import ledger
from maillon.store.clock import utc_now
from maillon.store.desk import Desk, intern_label
from maillon.store.door import check_act, check_view
from maillon.store.labelsets import intern_set
from maillon.store.second import People
from maillon.store.tables_mandate import CONSENT, SANITISATION
from maillon.store.validations import Validations
from maillon.store.verdicts import Proposal

PROVISION: Final = "DESIGN, section 4: derived data carries the set of its inputs' labels"
"""What a refusal cites."""


@dataclass(frozen=True, slots=True)
class Consent:
    """What an originator lets leave.

    Attributes:
        code: The handling code that it is given for, verbatim; empty: uncoded data.
        recipient: To whom.
        reason: Why, in words.
        until: Last day, ISO.
        originator: Who gave it; set by the log.
    """

    code: str
    recipient: str
    reason: str
    until: str
    originator: str = ""


class Releases:
    """What one desk knows of leaving data.

    Args:
        desk: Holds it.
        people: Accounts.
        validations: What people made of hits and leads.
    """

    def __init__(self, desk: Desk, people: People, validations: Validations) -> None:
        self._desk = desk
        self._people = people
        self._validations = validations

    def consent(self, view: View, said: Consent) -> None:
        """Write the consent of the mandate's agency, for its own data.

        Raises:
            RefusedError: No reason, recipient or end.
        """
        check_act(view, Act.DECIDE)
        if not (said.reason.strip() and said.recipient.strip() and said.until.strip()):
            raise RefusedError(
                "handling codes: consent of the originator",
                "a consent without reason, recipient or end",
                "name all three",
            )
        with self._desk.begin() as connection:
            connection.execute(
                insert(CONSENT).values(
                    originator=view.mandate.agency, code=said.code, recipient=said.recipient,
                    reason=said.reason, who=view.mandate.who, at=utc_now(), until=said.until,
                )
            )  # fmt: skip
            detail = {"code": said.code, "recipient": said.recipient, "until": said.until}
            ledger.append(connection, view.mandate, "consent", "given", detail)

    def consents(self, view: View, recipient: str, day: str) -> frozenset[tuple[str, str]]:
        """Return originator and code of the own agency's consents for a recipient on a day.

        What others consented to, and to whom, is for them and oversight to know.
        """
        check_view(view)
        own = view.mandate.agency
        return frozenset(one for one in self._standing(recipient, day) if one[0] == own)

    def _standing(self, recipient: str, day: str) -> frozenset[tuple[str, str]]:
        query = select(CONSENT.c.originator, CONSENT.c.code).where(
            CONSENT.c.recipient == recipient, CONSENT.c.until >= day
        )
        with self._desk.engine.connect() as connection:
            return frozenset((row.originator, row.code) for row in connection.execute(query))

    def sanitise(
        self, view: View, text: bytes, inputs: Iterable[int], lower: Label, what: str, by: str
    ) -> str:
        """Record that a text was made fit for a lower label; return the record's id.

        Args:
            view: Opened for the act ``decide`` by who approves; it covers the inputs.
            text: The text as it shall go out: only its hash is kept.
            inputs: Labels of everything that went into it.
            lower: The label under which it goes out.
            what: What was taken out, in words.
            by: Account that took it out: another natural person than the approver.

        Raises:
            RefusedError: The approver took it out himself, is no supervisor, says nothing, or
                cannot read the inputs; or the lower label's code is not known.
        """
        check_act(view, Act.DECIDE)
        held = sorted(set(inputs))
        if not what.strip() or not held or not view.labels.issuperset(held):
            raise RefusedError(
                PROVISION, "who approves says what was taken out, and may read all of it",
                "say what; have somebody approve who is cleared for the inputs",
            )  # fmt: skip
        if not handling_of(lower).travels:
            raise RefusedError(
                PROVISION, f"{lower.code!r} lets nothing leave", "name a label that travels"
            )
        self._people.check_second(view, self._people.natural(by))
        id_ = secrets.token_hex(8)
        with self._desk.begin() as connection:
            connection.execute(
                insert(SANITISATION).values(
                    id=id_, sha256=hashlib.sha256(text).hexdigest(), from_labels=held,
                    to_label=intern_label(connection, lower), what=what, who=by,
                    approved_by=view.mandate.who, at=utc_now(), labels=held,
                    label_set=intern_set(connection, held),
                )
            )  # fmt: skip
            ledger.append(connection, view.mandate, "sanitise", "done", {"sanitisation": id_})
        return id_

    def check(
        self, view: View, text: bytes, inputs: Iterable[int], recipient: str, day: str, *,
        proposals: Iterable[Proposal],
    ) -> tuple[Label, ...]:  # fmt: skip
        """Return the labels under which a text may go to a recipient, or refuse.

        Args:
            view: Opened for the act ``disseminate``.
            text: The text as it shall go out.
            inputs: Labels of everything that went into it.
            recipient: To whom.
            day: Today, ISO.
            proposals: Every automated hit and lead that the text tells of.

        Raises:
            RefusedError: No person confirmed one of the proposals as it stands; or an input is not
                readable for dissemination, its code forbids it, a consent is missing, and no
                sanitisation of exactly this text is recorded.
        """
        check_act(view, Act.DISSEMINATE)
        for one in proposals:
            self._validations.check(view, one)
        held = sorted(set(inputs))
        known = self._desk.labels()
        digest = hashlib.sha256(text).hexdigest()
        # who sends it out may read the text as it was made fit, not what it was made from
        with self._desk.housekeeping() as connection:
            rows = connection.execute(
                select(SANITISATION)
                .where(SANITISATION.c.sha256 == digest)
                .order_by(SANITISATION.c.number.desc())
            ).all()
        for row in rows:
            if set(held) <= set(row.from_labels):
                return (known[row.to_label],)
        if not view.labels.issuperset(held):
            raise RefusedError(
                PROVISION, "the text stands on what must not leave",
                "sanitise it: somebody who may read it takes out what must not leave, a second"
                " person approves",
            )  # fmt: skip
        labels = tuple(known[number] for number in held)
        check_export(labels, view.mandate.agency, self._standing(recipient, day))
        return labels
