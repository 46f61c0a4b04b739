"""Which hits of the queue are asked for, as the address of its page and of its API twin says it."""

from typing import Annotated, Any, Final, Literal
from urllib.parse import parse_qsl, urlencode

from fastapi import Depends, Query
from pydantic import BeforeValidator

from maillon.store import HitsWanted
from maillon.web.api.words import LONGEST_ID

_NAMES: Final = {
    "list": "dataset", "source": "source", "subject": "subject", "entry": "entry", "from": "least",
    "to": "most", "mine": "mine", "differ": "is_disputed", "second": "is_second",
}  # fmt: skip
"""Name in an address -> attribute."""

_Least = BeforeValidator(lambda said: said or 0.0)
_Most = BeforeValidator(lambda said: 1.0 if said == "" else said)  # a field of a form left empty
Dataset = Annotated[str, Query(max_length=100)]
Yes = Literal["", "yes"]


def wanted_of(
    receipt: Annotated[str, Query(max_length=100, description="Only of this run.")] = "",
    dataset: Annotated[str, Query(alias="list", max_length=100, description="On this list.")] = "",
    source: Annotated[
        str, Query(max_length=100, description="Of records of this dataset.")
    ] = "",
    subject: Annotated[str, Query(max_length=LONGEST_ID, description="Of this record.")] = "",
    entry: Annotated[str, Query(max_length=LONGEST_ID, description="On this entry.")] = "",
    least: Annotated[
        float, _Least, Query(alias="from", ge=0, le=1, description="Of this score and more.")
    ] = 0.0,
    most: Annotated[
        float, _Most, Query(alias="to", ge=0, le=1, description="Of this score and less.")
    ] = 1.0,
    mine: Annotated[
        Literal["", "decided", "waits"],
        Query(description="On which I decided; that wait for my word as a second person."),
    ] = "",
    differ: Annotated[Yes, Query(description="On which two people differ.")] = "",
    second: Annotated[Yes, Query(description="For which a second look is wanted.")] = "",
) -> HitsWanted:  # fmt: skip
    """Return which hits an address asks for; nothing that the law protects is a filter."""
    return HitsWanted(
        receipt, dataset, source, subject, entry, least, most, mine, bool(differ), bool(second)
    )


WantedDep = Annotated[HitsWanted, Depends(wanted_of)]


def values_of(wanted: HitsWanted) -> dict[str, Any]:
    """Return what the fields of a form hold: what leaves none out is empty."""
    plain = HitsWanted()
    held = {name: getattr(wanted, attribute) for name, attribute in _NAMES.items()}
    return {
        name: "" if value == getattr(plain, _NAMES[name]) else "yes" if value is True else value
        for name, value in held.items()
    }


def query_of(wanted: HitsWanted) -> str:
    """Return what an address says of the hits that are asked for; empty for all that wait."""
    return urlencode([(name, value) for name, value in values_of(wanted).items() if value != ""])


def among_of(query: str) -> HitsWanted:
    """Return what `query_of` was given, as far as a hit has a next one there.

    Where it is not understood, all hits that wait are asked for.
    """
    said = dict(parse_qsl(query))
    try:
        least, most = float(said.get("from", 0.0)), float(said.get("to", 1.0))
    except ValueError:
        least, most = 0.0, 1.0
    return HitsWanted(
        dataset=said.get("list", ""), source=said.get("source", ""),
        subject=said.get("subject", ""), entry=said.get("entry", ""), least=least, most=most,
    )  # fmt: skip
