"""What leaves as a file, a lead or a chart: its handling note, and when it is refused."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from maillon.model import Label, RefusedError, View
from maillon.policy import check_leaves, is_known
from maillon.store import Store

if TYPE_CHECKING:
    from maillon.nexus import Note


def handling_note(
    store: Store, view: View, behind: Iterable[tuple[int, str]], what: str
) -> "Note":  # fmt: skip
    """Return who may do what with a file.

    Args:
        store: The store.
        view: Under which view it is made.
        behind: Label and marking of every statement that it shows or is named by.
        what: What leaves, e.g. ``lead``.

    Raises:
        RefusedError: A handling code behind it is unknown to the house, or lets nothing leave.
    """
    from maillon.nexus import Note  # noqa: PLC0415 - only when leaving

    rows = sorted(set(behind), key=lambda row: (row[0], row[1] or ""))
    known = store.labels(view)
    labels = [known[number] for number, _ in rows]
    _check_codes(labels, what)
    check_leaves(labels, view.mandate.agency)
    received = [one.received for one in store.deliveries(view)]
    codes = {"/".join(filter(None, (one.scheme, one.code))) for one in labels}
    return Note(
        codes=tuple(sorted(codes - {""})),
        markings=tuple(sorted({marking for _, marking in rows if marking})),
        originators=tuple(sorted({one.originator for one in labels})),
        legal_bases=tuple(sorted({one.legal_basis for one in labels} - {""})),
        agency=view.mandate.agency,
        purpose=view.mandate.purpose,
        legal_basis=view.mandate.legal_basis,
        as_of=view.known_on or max(received, default="")[:10],
    )


def _check_codes(labels: Iterable[Label], what: str) -> None:
    unknown = sorted({f"{one.scheme}/{one.code}" for one in labels if not is_known(one)})
    if unknown:
        raise RefusedError(
            "handling: an unknown code is not exported",
            f"the {what} stands on statements marked {', '.join(unknown)}",
            "ask the originator for a code that the house knows",
        )
