"""What a verb asks of a service, and how the two clients ask it: at once, or awaited."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, Generic, ParamSpec, Protocol, TypeVar, overload

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A page of a list.

    Attributes:
        items: In the order of the list.
        next: What to send as ``cursor`` for the next page; None at the end.
        more: What else the service says of the list, e.g. ``total``.
    """

    items: list[T]
    next: str | None
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tagged(Generic[T]):
    """An answer with the tag of what was seen, which a decision on it sends back.

    Attributes:
        value: The answer.
        tag: Its tag.
    """

    value: T
    tag: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service answered.

    Attributes:
        body: The JSON of it; None without.
        raw: Its bytes, where they are no JSON.
        tag: Its tag; empty without.
    """

    body: Any
    raw: bytes
    tag: str


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """One request, and how its answer is read.

    Attributes:
        operation: Its name in the OpenAPI document.
        method: HTTP method.
        path: Path under the address of the service, quoted.
        read: Reads the answer.
        params: Query parameters; None is left out.
        body: JSON body; None for none.
        file: A file that is the body.
        headers: Headers beside those of every request; None is left out.
        takes_key: Whether it takes an ``Idempotency-Key``, so that it may be sent again.
    """

    operation: str
    method: str
    path: str
    read: Callable[[Answer], T]
    params: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    file: IO[bytes] | None = None
    headers: Mapping[str, str | None] = field(default_factory=dict)
    takes_key: bool = False


class Asking(Protocol):
    """A client that answers at once."""

    def ask(self, call: Call[T]) -> T:
        """Return the answer to a call."""
        ...


class AskingSoon(Protocol):
    """A client whose answers are awaited."""

    def ask(self, call: Call[T]) -> Awaitable[T]:
        """Return the answer to a call, to be awaited."""
        ...


class Group:
    """Verbs of one kind, answered at once.

    Args:
        client: Asks.
    """

    def __init__(self, client: Asking) -> None:
        self.client = client


class SoonGroup:
    """Verbs of one kind, awaited.

    Args:
        client: Asks.
    """

    def __init__(self, client: AskingSoon) -> None:
        self.client = client


class Verb(Generic[P, T]):
    """A verb of both clients: what it takes is one function, how it is answered the client's.

    Args:
        call: Makes the call.
    """

    def __init__(self, call: Callable[P, Call[T]]) -> None:
        self.call = call
        self.__doc__ = call.__doc__

    @overload
    def __get__(self, group: Group, owner: type) -> Callable[P, T]: ...

    @overload
    def __get__(self, group: SoonGroup, owner: type) -> Callable[P, Awaitable[T]]: ...

    @overload
    def __get__(self, group: None, owner: type) -> "Verb[P, T]": ...

    def __get__(self, group: Group | SoonGroup | None, owner: type) -> Any:  # typed above
        """Return the verb as a client's method."""
        if group is None:
            return self
        client: Any = group.client
        call = self.call

        def asked(*args: P.args, **words: P.kwargs) -> Any:  # noqa: ANN401 - typed above
            return client.ask(call(*args, **words))

        asked.__doc__ = call.__doc__
        asked.__name__ = getattr(call, "__name__", "verb")
        return asked


def as_page(answer: Answer) -> Page[Any]:
    """Read a page of a list."""
    more = {name: held for name, held in answer.body.items() if name not in {"items", "next"}}
    return Page(answer.body["items"], answer.body["next"], more)


def as_body(answer: Answer) -> Any:  # noqa: ANN401 - the verb says its type
    """Read a JSON answer."""
    return answer.body


def as_tagged(answer: Answer) -> Tagged[Any]:
    """Read a JSON answer with its tag."""
    return Tagged(answer.body, answer.tag)


def as_raw(answer: Answer) -> bytes:
    """Read the bytes of an answer."""
    return answer.raw


def as_nothing(_answer: Answer) -> None:
    """Read an answer without a body."""


def without_none(words: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is said, without what is not."""
    return {name: held for name, held in words.items() if held is not None}


def repeated(params: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return query parameters as they are sent: a list by its values, a claim as true or false."""
    found: list[tuple[str, str]] = []
    for name, held in without_none(params).items():
        is_list = isinstance(held, Sequence) and not isinstance(held, str)
        values = held if is_list else [held]
        found += [(name, str(one).lower() if isinstance(one, bool) else str(one)) for one in values]
    return found
