"""The words that several routes take: ids, days, datasets."""

from typing import Annotated, Any, Final, Literal

from fastapi import Path, Query
from pydantic import StringConstraints

Json = dict[str, Any]
LONGEST_ID: Final = 500
"""Characters of an id."""
MOST_NAMES: Final = 200
"""Datasets, types or ids that one request names."""

EntityPath = Annotated[
    str,
    Path(description="An id of a record, or the canonical one of its cluster.",
         min_length=1, max_length=LONGEST_ID, examples=["rt-1"]),
]  # fmt: skip
IdPath = Annotated[str, Path(description="As a list gave it.", min_length=1, max_length=100)]
Name = Annotated[str, StringConstraints(max_length=100)]
Id = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_ID)]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=2_000, pattern=r"\S")]
Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]
Datasets = Annotated[
    tuple[Name, ...],
    Query(alias="dataset", max_length=MOST_NAMES, description="Only these; several may be named."),
]
Language = Annotated[Literal["en", "fr"], Query(description="Language of its words.")]
