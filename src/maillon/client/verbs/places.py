"""Verbs of places.

Written by `python3 dev.py client` from the OpenAPI document.
"""

from collections.abc import Sequence
from typing import Any

from maillon.client.call import Call, Verb, as_body, without_none


def show_places(
    *,
    ids: Sequence[str],
    as_of: str | None = None,
    from_: str | None = None,
    until: str | None = None,
) -> Call[dict[str, Any]]:
    """Where some are, or did something: `POST /api/v1/places`.

    Return the places of some ids that this mandate reads; what it does not read is left out.

    Each says how exact it is (`coordinates`, `country only`), which statements say so, and
    when. What says where without being a place (words, coordinates that cannot be) is
    `not_placed`, with the reason. Nationality, birth place and the State that issued a paper
    are no places.
    """
    return Call(
        "show_places",
        "POST",
        "/api/v1/places",
        as_body,
        params={"as_of": as_of},
        body=without_none({"ids": ids, "from": from_, "until": until}),
    )


class PlacesVerbs:
    """Verbs of places."""

    show_places = Verb(show_places)
