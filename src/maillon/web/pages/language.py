"""Languages of the pages: their words, their direction, how they write days and numbers."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import resources
from typing import Final

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from babel.support import NullTranslations, Translations


@dataclass(frozen=True, slots=True)
class Language:
    """One language.

    Attributes:
        code: As in the address of a page, e.g. ``ar``.
        name: As its speakers write it.
        direction: ``ltr`` or ``rtl``.
        is_whole: Whether everything is said in it; else the rest is in English.
    """

    code: str
    name: str
    direction: str = "ltr"
    is_whole: bool = False


LANGUAGES: Final[Mapping[str, Language]] = {
    one.code: one
    for one in (
        Language("en", "English", is_whole=True),
        Language("fr", "français", is_whole=True),
        Language("ar", "العربية", "rtl", is_whole=True),
        Language("es", "español"),
        Language("ru", "русский"),
        Language("zh", "中文"),
    )
}
"""The languages of the United Nations, by code."""
FIRST: Final = "en"


@dataclass(frozen=True, slots=True)
class Speech:
    """A language, ready to speak.

    Attributes:
        language: Which one.
        words: Its catalogue.
    """

    language: Language
    words: NullTranslations
    locale: Locale = field(repr=False)

    def say(self, text: str, **values: object) -> str:
        """Return a text of the catalogue, with values in its places ``%(name)s`` if there are any.

        Without values the text is as it stands: a code may be called ``Share held (%)``.
        """
        said = str(self.words.gettext(text))
        return said % values if values else said

    def number(self, value: float) -> str:
        """Return a number as the language writes it."""
        return str(format_decimal(value, locale=self.locale))

    def precise(self, value: float) -> str:
        """Return a small number with four digits that count, as the language writes it."""
        return str(format_decimal(value, "0.####", locale=self.locale))

    def share(self, value: float) -> str:
        """Return a share of one in per cent."""
        return str(format_percent(value, locale=self.locale))

    def moment(self, text: str) -> str:
        """Return an instant with its zone beside it; what is no instant as it is."""
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            return text
        if at.tzinfo is None:
            return text
        said = format_datetime(at.astimezone(UTC), "medium", locale=self.locale)
        return f"{said} UTC"

    def day(self, text: str) -> str:
        """Return a whole day as the language writes it; a partial one stays as it was given."""
        try:
            on = datetime.strptime(text[:10], "%Y-%m-%d").replace(tzinfo=UTC)
        except ValueError:
            return text
        return str(format_date(on, "medium", locale=self.locale))


def speeches() -> dict[str, Speech]:
    """Return every language, ready to speak, by code; the catalogues are read once a service."""
    return {code: Speech(one, _catalogue(code), Locale(code)) for code, one in LANGUAGES.items()}


def chosen(said: str) -> str:
    """Return the language that a browser prefers. Source: RFC 9110, 12.5.4.

    Args:
        said: Its header ``Accept-Language``; empty for none.
    """
    ranked: list[tuple[float, int, str]] = []
    for place, one in enumerate(said.split(",")[:20]):
        tag, _, more = one.strip().partition(";")
        weight = more.strip().removeprefix("q=") or "1"
        code = tag.strip().lower().partition("-")[0]
        if code in LANGUAGES:
            try:
                ranked.append((-float(weight), place, code))
            except ValueError:
                continue
    return min(ranked)[2] if ranked else FIRST


def _catalogue(code: str) -> NullTranslations:
    file = resources.files("maillon.web.pages") / "words" / f"{code}.po"
    if not file.is_file():
        return NullTranslations()
    with file.open("rb") as raw:
        catalogue = read_po(raw, locale=code)
    packed = io.BytesIO()
    write_mo(packed, catalogue)
    packed.seek(0)
    return Translations(packed)
