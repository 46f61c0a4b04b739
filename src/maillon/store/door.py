"""The store's door: nothing is read or written without a view that policy opened."""

from collections.abc import Iterable

from maillon.model import Act, RefusedError, View
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


def check_act(view: View, *acts: Act) -> None:
    """Let through a view that policy opened for one of these acts.

    Raises:
        RefusedError: It was not opened by policy, or for another act.
    """
    check_view(view)
    if view.act not in acts:
        raise RefusedError(
            "S/2020/754, para. 112 (necessity)",
            f"the view was opened for the act {view.act.value!r}",
            f"open one for {' or '.join(repr(act.value) for act in acts)}",
        )


def is_readable(view: View, labels: Iterable[int], at: str) -> bool:
    """Return whether the view covers every label of a thing that was written at a moment."""
    return view.labels.issuperset(labels) and (not view.known_on or at < view.known_on + "T24")
