"""Verbs of releases.

Written by `python3 dev.py client` from the OpenAPI document.
"""

from collections.abc import Sequence
from typing import Literal, NotRequired, TypedDict

from maillon.client.call import Call, Page, Verb, as_body, as_page, without_none


class ConsentSaid(TypedDict):
    """What the own agency lets leave to a recipient."""

    originator: str
    code: str


class Consented(TypedDict):
    """A consent that was written."""

    originator: str
    code: str
    recipient: str
    until: str


class LowerLabel(TypedDict):
    """Under which label a text goes out, from the mandate's agency."""

    scheme: NotRequired[str]
    code: NotRequired[str]
    purposes: NotRequired[
        Sequence[
            Literal[
                "linking", "screening", "intake", "review", "training", "oversight", "retention"
            ]
        ]
    ]
    legal_basis: NotRequired[str]


class MayLeave(TypedDict):
    """That a text may leave; a refusal is a problem."""

    may_leave: bool
    sha256: str


class Sanitised(TypedDict):
    """A sanitisation that was recorded, and the hash of its text."""

    sanitisation: str
    sha256: str


def list_consents(*, recipient: str, as_of: str | None = None) -> Call[Page[ConsentSaid]]:
    """Consents of the own agency: `GET /api/v1/consents`.

    Return for which codes the mandate's agency lets its data leave to a recipient today.
    """
    return Call(
        "list_consents",
        "GET",
        "/api/v1/consents",
        as_page,
        params={"recipient": recipient, "as_of": as_of},
    )


def give_consent(
    *,
    recipient: str,
    reason: str,
    until: str,
    as_of: str | None = None,
    code: str | None = None,
    key: str | None = None,
) -> Call[Consented]:
    """Consent: `POST /api/v1/consents`.

    Write the consent of the mandate's agency, for its own data, until a day.
    """
    return Call(
        "give_consent",
        "POST",
        "/api/v1/consents",
        as_body,
        params={"as_of": as_of},
        body=without_none({"code": code, "recipient": recipient, "reason": reason, "until": until}),
        takes_key=True,
        headers={"idempotency-key": key},
    )


def sanitise_text(
    *,
    text: str,
    entities: Sequence[str],
    label: LowerLabel,
    what: str,
    by: str,
    as_of: str | None = None,
    key: str | None = None,
) -> Call[Sanitised]:
    """Approve a sanitisation: `POST /api/v1/sanitisations`.

    Record, as a second person, that a text was made fit for a lower label.

    Of the text only its hash is kept: this very text may leave under the label.
    """
    return Call(
        "sanitise_text",
        "POST",
        "/api/v1/sanitisations",
        as_body,
        params={"as_of": as_of},
        body=without_none(
            {"text": text, "entities": entities, "label": label, "what": what, "by": by}
        ),
        takes_key=True,
        headers={"idempotency-key": key},
    )


def check_release(
    *,
    text: str,
    entities: Sequence[str],
    recipient: str,
    as_of: str | None = None,
    key: str | None = None,
) -> Call[MayLeave]:
    """May this text leave?: `POST /api/v1/releases/check`.

    Let a text about these entities go to a recipient, or refuse and say which rule.

    Everybody in it is categorised in the case and not protected; every automated hit or lead
    that joins two of them was confirmed by a person; labels, codes and consents let it.
    """
    return Call(
        "check_release",
        "POST",
        "/api/v1/releases/check",
        as_body,
        params={"as_of": as_of},
        body=without_none({"text": text, "entities": entities, "recipient": recipient}),
        takes_key=True,
        headers={"idempotency-key": key},
    )


class ReleasesVerbs:
    """Verbs of releases."""

    list_consents = Verb(list_consents)
    give_consent = Verb(give_consent)
    sanitise_text = Verb(sanitise_text)
    check_release = Verb(check_release)
