"""Everything Maillon raises on purpose.

MaillonError
├── SourceError      a record that the format's own rules forbid        exit 3, HTTP 422
├── RefusedError     the law, the mandate or a handling code says no    exit 4, HTTP 403
├── StaleError       someone decided in between                         exit 4, HTTP 412
├── LimitError       too large, too many, too often; says the limit     exit 4, HTTP 413
└── StoreError       the store is absent, locked or of another version  exit 5, HTTP 503
    ├── NotFoundError  not there, or not for this mandate               exit 5, HTTP 404
    └── NotValidError  what was asked for cannot be: say it otherwise   exit 2, HTTP 422
"""

from typing import Any, ClassVar


class MaillonError(Exception):
    """The root: never raised itself."""

    exit_code: ClassVar[int] = 1
    http_status: ClassVar[int] = 500

    def __reduce__(self) -> tuple[Any, ...]:
        # an error crosses from a worker process with its fields
        return _again, (type(self), self.args, self.__dict__)


def _again(kind: type[MaillonError], said: tuple[Any, ...], fields: dict[str, Any]) -> MaillonError:
    error = kind.__new__(kind, *said)
    error.args = said
    error.__dict__.update(fields)
    return error


class SourceError(MaillonError):
    """A record that cannot be read, named precisely enough to be fixed by hand.

    Args:
        dataset: The dataset that was being read, e.g. ``un_sc``.
        locator: Where in the delivered file, e.g. ``line:12``.
        reason: What is wrong and what would be right; never a personal value beyond the record's
            own locator.
        whole: Whether the file as a whole cannot be trusted (a web page instead of a list, a
            truncated file), so that ``load`` must refuse it.
        marking: The marking that the record brings: who may not read it is not told of it.
        column: In which column of a table, from 1; 0 where it is of none or of several.
        kind: Of which FollowTheMoney type a value is wanted there, e.g. ``date``; empty: of none.
    """

    exit_code: ClassVar[int] = 3
    http_status: ClassVar[int] = 422

    def __init__(
        self, dataset: str, locator: str, reason: str, *, whole: bool = False, marking: str = "",
        column: int = 0, kind: str = "",
    ) -> None:  # fmt: skip
        super().__init__(f"{dataset} {locator}: {reason}")
        self.dataset = dataset
        self.locator = locator
        self.reason = reason
        self.whole = whole
        self.marking = marking
        self.column = column
        self.kind = kind

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SourceError):
            return NotImplemented
        return str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))


class RefusedError(MaillonError):
    """The law, the mandate or a rule of the house says no.

    Args:
        rule: The rule that refuses, e.g. ``S/2020/754, para. 116`` or ``store: shrink``.
        reason: What was refused and why.
        remedy: What would be needed, or whom to ask.
    """

    exit_code: ClassVar[int] = 4
    http_status: ClassVar[int] = 403

    def __init__(self, rule: str, reason: str, remedy: str) -> None:
        super().__init__(f"refused ({rule}): {reason}; {remedy}")
        self.rule = rule
        self.reason = reason
        self.remedy = remedy


class StaleError(MaillonError):
    """What was to be changed has changed in between."""

    exit_code: ClassVar[int] = 4
    http_status: ClassVar[int] = 412


class LimitError(MaillonError):
    """Too large, too many, too often.

    Args:
        what: What was counted, e.g. ``bytes of one field``.
        limit: The largest allowed count.
        found: The count met, or the smallest count that is certain.
    """

    exit_code: ClassVar[int] = 4
    http_status: ClassVar[int] = 413

    def __init__(self, what: str, limit: int, found: int) -> None:
        super().__init__(f"{what}: {found:,} is more than the limit of {limit:,}")
        self.what = what
        self.limit = limit
        self.found = found


class StoreError(MaillonError):
    """The store is absent, locked, damaged or of another version."""

    exit_code: ClassVar[int] = 5
    http_status: ClassVar[int] = 503


class NotFoundError(StoreError):
    """What was named is not there, or not for this mandate: one answer for both."""

    http_status: ClassVar[int] = 404


class NotValidError(StoreError):
    """What was asked for cannot be: a word that is none, a day that cannot be; says what would."""

    exit_code: ClassVar[int] = 2
    http_status: ClassVar[int] = 422
