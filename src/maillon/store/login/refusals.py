"""What a login is refused with; none of it repeats what was typed."""

from typing import ClassVar

from maillon.model import LimitError, RefusedError

RULE = "login: who proves nothing is nobody"


class WrongLoginError(RefusedError):
    """No such account, a wrong proof, an account that is locked: one answer for all of them."""

    http_status: ClassVar[int] = 401

    def __init__(self) -> None:
        super().__init__(RULE, "the login is not right", "check account, password and code")

    def __reduce__(self) -> tuple[type["WrongLoginError"], tuple[()]]:
        # a worker process may send it
        return type(self), ()


class SecondFactorError(RefusedError):
    """The password alone does not open this account."""

    http_status: ClassVar[int] = 401

    def __init__(self) -> None:
        super().__init__(
            RULE, "a second factor is needed", "send `code` of the device, or use a passkey"
        )

    def __reduce__(self) -> tuple[type["SecondFactorError"], tuple[()]]:
        # a worker process may send it
        return type(self), ()


class OftenError(LimitError):
    """Too many attempts.

    Args:
        what: What was counted.
        limit: How many are allowed.
        seconds: After which the next one is allowed.
    """

    http_status: ClassVar[int] = 429

    def __init__(self, what: str, limit: int, seconds: int) -> None:
        super().__init__(what, limit, limit + 1)
        self.seconds = seconds
