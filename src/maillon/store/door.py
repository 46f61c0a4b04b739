"""The store's door: nothing is read or written without a view that policy opened."""

from collections.abc import Iterable

from maillon.model import RefusedError, View
from maillon.policy import is_opened_here


def check_view(view: View) -> None:
    """Let through a view that `Policy.open` of this process made, unchanged since.

    Raises:
        RefusedError: The view was made or widened by hand.
    """
    if not is_opened_here(view):
        raise RefusedError(
            "DESIGN, section 4: the store's door",
            "the view was not opened by policy",
            "open it with policy.open(mandate, act)",
        )


def is_readable(view: View, labels: Iterable[int], at: str) -> bool:
    """Return whether the view covers every label of a thing that was written at a moment."""
    return view.labels.issuperset(labels) and (not view.known_on or at < view.known_on + "T24")
