"""What a page of the desk is: a list, what may be done about each line, what may be begun."""

import inspect
from dataclasses import dataclass
from typing import get_type_hints

from maillon.web.api.shapes import Body
from maillon.web.pages.desk.calling import Route, addressed, takes_body
from maillon.web.pages.desk.fields import Field, fields_of


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that can be done: a form, and the function of the API that it calls.

    Attributes:
        name: In the address.
        title: What it is called, as a verb on a thing.
        route: The function.
        of: Column of a line that names what it is about; empty: it begins something new.
        read: Function that shows the thing with its tag, where a decision names what was seen.
        states: Only about lines in one of these states (column ``state``); empty: about any.
        shows: Whether its answer is shown, once: a code, a letter.
    """

    name: str
    title: str
    route: Route
    of: str = ""
    read: Route | None = None
    states: tuple[str, ...] = ()
    shows: bool = False

    @property
    def body(self) -> type[Body] | None:
        """What the function is sent; None: nothing."""
        return get_type_hints(self.route)["body"] if takes_body(self.route) else None

    @property
    def place(self) -> str:
        """The name under which the function's address has the thing; empty: it has none."""
        return next(iter(addressed(self.route)), "") if self.of else ""

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields of its form: what else stands in the address, then the body's."""
        more = [one for one in addressed(self.route) if one != self.place]
        signature = inspect.signature(self.route)
        asked = [
            Field(one, "text", is_required=True, most=100)
            for one in more
            if signature.parameters[one].default is inspect.Parameter.empty
        ]
        return (*asked, *fields_of(self.body))


@dataclass(frozen=True, slots=True)
class Desk:
    """One page of the desk.

    Attributes:
        name: In the address.
        title: What it lists.
        about: What it is for, in a sentence.
        route: The function of the API that lists.
        columns: What of each line is shown, in order.
        deeds: What can be done.
        asks: What the list is of, where it must be said: the name of a field; or empty.
        names: Column that says what a line is, on the page of a deed.
        elsewhere: Page that does more about a line: its address, the column that ends it, what it
            is called; empty: there is none.
    """

    name: str
    title: str
    about: str
    route: Route
    columns: tuple[str, ...]
    deeds: tuple[Deed, ...] = ()
    asks: str = ""
    names: str = ""
    elsewhere: tuple[str, str, str] | tuple[()] = ()

    def deed(self, name: str) -> Deed | None:
        """Return a deed by its name; None: there is none."""
        return next((one for one in self.deeds if one.name == name), None)

    @property
    def begun(self) -> tuple[Deed, ...]:
        """The deeds that begin something new."""
        return tuple(one for one in self.deeds if not one.of)

    def about_line(self, line: dict[str, object]) -> tuple[Deed, ...]:
        """Return the deeds about one line of the list."""
        return tuple(
            one for one in self.deeds
            if one.of and (not one.states or str(line.get("state", "")) in one.states)
        )  # fmt: skip
