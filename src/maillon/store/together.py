"""Several verdicts at once: each is one event and one ledger entry; all are written, or none."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from maillon.model import MaillonError
from maillon.store.verdicts import Proposal

Pair = tuple[str, str]
"""What names a hit: subject and entry."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person makes of one proposal.

    Attributes:
        proposal: What was proposed, as it stands now.
        verdict: One of `VERDICTS` of its kind.
        reason: Why, by objective criteria, in words.
        weighed: Codes of the exculpatory facts that were weighed: all of the proposal's.
        expected: The token with which it was shown.
        takes_two: Whether it stands only when a second person says the same.
    """

    proposal: Proposal
    verdict: str
    reason: str
    weighed: Sequence[str]
    expected: str
    takes_two: bool = False


class TogetherError(MaillonError):
    """Some of several cannot be decided, so none was.

    Args:
        each: Which, and why.
        count: Of how many.
    """

    exit_code: ClassVar[int] = 4
    http_status: ClassVar[int] = 409

    def __init__(self, each: Sequence[tuple[Pair, MaillonError]], count: int) -> None:
        said = "; ".join(f"{one} on {other}: {error}" for (one, other), error in each)
        super().__init__(
            f"nothing was decided: {len(each)} of {count} cannot be ({said}); "
            "look at these again, or leave them out"
        )
        self.each = tuple(each)
        self.count = count
