"""Periods of the law, in calendar days: months that end where the month ends, leap days kept apart.

All days are days of UTC: no summer time moves them.
Source: Regulation (EEC, Euratom) No 1182/71, art. 3(1) and (2)(c): the day of the event does not
count, and the period ends with the day of the same date, or with the last day of that month.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Self

_WORDS: Final = re.compile(r"([0-9]{1,4}) (day|month|year)s?")

_MONTHS_A_YEAR: Final = 12


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time as a provision says it.

    Attributes:
        months: Months, a year being twelve.
        days: Days.
    """

    months: int = 0
    days: int = 0

    @classmethod
    def read(cls, text: str) -> Self:
        """Return what ``6 months``, ``5 years`` or ``30 days`` says.

        Raises:
            ValueError: It says something else, or no time at all.
        """
        said = _WORDS.fullmatch(text.strip())
        count = int(said[1]) if said else 0
        if said is None or not count:
            raise ValueError(f"{text!r} is no period: say e.g. '5 years', '6 months', '30 days'")
        if said[2] == "day":
            return cls(days=count)
        return cls(months=count * (_MONTHS_A_YEAR if said[2] == "year" else 1))

    def after(self, start: date) -> date:
        """Return the last day of the period that an event of the day ``start`` begins."""
        return _months_on(start, self.months) + timedelta(days=self.days)

    def before(self, end: date) -> date:
        """Return the day that lies this period before ``end``."""
        return _months_on(end, -self.months) - timedelta(days=self.days)

    def is_over(self, start: date, day: date) -> bool:
        """Return whether the period that began on ``start`` has run out by ``day``."""
        return day > self.after(start)

    def newest_over(self, day: date) -> date:
        """Return the newest start whose period has run out by ``day``: older ones have too."""
        start = self.before(day) + timedelta(days=4)  # a month's end moves by three days at most
        while not self.is_over(start, day):
            start -= timedelta(days=1)
        return start


def _months_on(day: date, months: int) -> date:
    count = day.year * _MONTHS_A_YEAR + day.month - 1 + months
    year, month = divmod(count, _MONTHS_A_YEAR)
    month += 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
