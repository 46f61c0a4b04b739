"""One value of a list of the desk, as a page shows it."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from markupsafe import Markup, escape

from maillon.web.pages.desk_words import FIELDS, VALUES
from maillon.web.pages.language import Speech
from maillon.web.pages.latin import latin
from maillon.web.pages.values import data

RECORDS: Final = frozenset({"entity", "entry", "subject", "target"})
"""Columns that name a record, which has a page of its own."""
CODES: Final = frozenset(
    {"category", "channel", "exit_rule", "ground", "kind", "outcome", "path", "purposes",
     "regime", "scope", "state"}
)  # fmt: skip
"""Columns whose values are codes with a word in each language."""
DAY_LETTERS: Final = 10


def field(speech: Speech, name: str) -> str:
    """Return what a field or column is called; an unknown one as the data have it."""
    return speech.say(FIELDS[name]) if name in FIELDS else name


def value(speech: Speech, code: object) -> str:
    """Return what a code is called; an unknown one as it is."""
    text = str(code)
    return speech.say(VALUES[text]) if text in VALUES else text


def cell(
    speech: Speech,
    held: Any,  # noqa: ANN401 - any JSON
    name: str, names: Mapping[str, str] | None = None,
) -> Markup:  # fmt: skip
    """Return a value of a list as a page shows it.

    Args:
        speech: The page's language.
        held: The value.
        name: Of its column.
        names: By what people call records, as far as the view sees them.
    """
    if isinstance(held, bool):
        return escape(value(speech, held))
    if isinstance(held, int):
        return escape(speech.number(held))
    if isinstance(held, list):
        return escape(speech.say(", ")).join(cell(speech, one, name, names) for one in held)
    text = str(held or "")
    if name in RECORDS and text:
        return _record(speech, text, (names or {}).get(text, text))
    if name in CODES and text:
        return data(value(speech, text))
    told = _told(speech, text)
    shown = data(text) if text else Markup()
    # the marks of a day are the language's own, not the data's
    return shown if told == text else Markup("<bdi>{}</bdi>").format(told)


def _record(speech: Speech, id_: str, called: str) -> Markup:
    """Return a link to a record, by what people call it, with its id under it."""
    place = f"/{speech.language.code}/record?id={quote(id_, safe='')}"
    shown = Markup('<a href="{}">{}</a>').format(place, data(called))
    if called == id_:
        return shown
    marked = Markup('<br><span class="id muted">{}</span>').format(data(id_))
    return shown + latin(speech, called) + marked


def _told(speech: Speech, text: str) -> str:
    if "T" in text[DAY_LETTERS : DAY_LETTERS + 1]:
        return speech.moment(text)
    return speech.day(text) if len(text) == DAY_LETTERS and text[4:5] == "-" else text
