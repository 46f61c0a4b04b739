"""What a service refused, as the errors of the house: callers read fields, not messages."""

from collections.abc import Mapping
from typing import Any, Final

from maillon.model import (
    LimitError,
    MaillonError,
    NotFoundError,
    RefusedError,
    StaleError,
    StoreError,
)

_FORBIDDEN: Final = 403
_CONFLICT: Final = 409


class ServiceError(MaillonError):
    """What a service answered instead, where no error of the house says it better.

    Args:
        status: HTTP status.
        code: The service's stable code, e.g. ``not-valid``.
        detail: What is wrong, and what would be right.
        errors: Parts of the request that are not valid: ``pointer``, ``detail``.
    """

    def __init__(
        self, status: int, code: str, detail: str, errors: tuple[Mapping[str, str], ...] = ()
    ) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = errors


def error_of(status: int, problem: Mapping[str, Any]) -> MaillonError:
    """Return the error that a problem is.

    Args:
        status: HTTP status.
        problem: Its body, RFC 9457; empty where it was none.
    """
    code, detail = str(problem.get("code", "")), str(problem.get("detail", ""))
    if status in {_FORBIDDEN, _CONFLICT} and "rule" in problem:
        return RefusedError(problem["rule"], problem["reason"], problem["remedy"])
    if code == "stale":
        return StaleError(detail)
    if code == "not-found":
        return NotFoundError(detail)
    if code == "unavailable":
        return StoreError(detail)
    if isinstance(problem.get("limit"), int):
        return LimitError(str(problem.get("what", "")), problem["limit"], problem["limit"] + 1)
    return ServiceError(status, code or "none", detail, tuple(problem.get("errors", ())))
