"""What bodies of people's work hold, and what answers are made of."""

from datetime import date, datetime
from typing import Annotated, Final

from fastapi import Path, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from maillon.web.api.words import LONGEST_ID

_VISIBLE: Final = r"[^\s\x00-\x1f]"
"""A letter that is seen: neither a blank nor a control character."""
EARLIEST: Final = 1900
"""No clock of this house begins before this year."""


class Said(BaseModel):
    """What an answer holds, all of it."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


def _day(text: str) -> str:
    date.fromisoformat(text)
    return text


def _moment(text: str) -> str:
    said = datetime.fromisoformat(text)
    if said.tzinfo is None or said.year < EARLIEST:
        raise ValueError("a moment with its zone, e.g. 2026-11-27T08:00:00+00:00")
    return text


Reason = Annotated[
    str,
    StringConstraints(min_length=1, max_length=4_000, pattern=_VISIBLE),
    Field(description="Why, in words."),
]
Words = Annotated[str, StringConstraints(min_length=1, max_length=4_000, pattern=_VISIBLE)]
Note = Annotated[str, StringConstraints(max_length=4_000)]
Short = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=_VISIBLE)]
"""Accounts, agencies, compartments: what the desk keeps in a hundred letters."""
Brief = Annotated[str, StringConstraints(max_length=100)]
Reference = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_VISIBLE)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Day = Annotated[
    str,
    StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$"),
    AfterValidator(_day),
    Field(json_schema_extra={"format": "date"}, examples=["2026-11-25"]),
]
NoDay = Annotated[str, StringConstraints(max_length=0)]
"""Where a day may be left out."""
Moment = Annotated[
    str,
    StringConstraints(max_length=40),
    AfterValidator(_moment),
    Field(json_schema_extra={"format": "date-time"}, examples=["2026-11-27T08:00:00+00:00"]),
]
EntityQuery = Annotated[
    str, Query(max_length=LONGEST_ID, description="Only of this entity; empty for all.")
]
AccountPath = Annotated[str, Path(min_length=1, max_length=100, description="An account.")]
