"""On which day a film was taken, as tables and file names write it."""

from __future__ import annotations

import re
from datetime import date
from typing import Final, Literal

_COUNT: Final = re.compile(r"-?\d{1,4}(\.\d+)?", re.ASCII)
_YEAR_FIRST: Final = re.compile(r"(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})", re.ASCII)
_YEAR_LAST: Final = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", re.ASCII)


def numbered_day(text: str) -> tuple[Literal["count", "date"], float] | None:
    """Return the kind of a day and a number that grows with it; None where it is neither.

    A count of days is that number, a date the days since the year 1.
    """
    text = text.strip()
    if _COUNT.fullmatch(text):
        return "count", float(text)
    try:
        if match := _YEAR_FIRST.fullmatch(text):
            year, month, day = map(int, match.groups())
            return "date", float(date(year, month, day).toordinal())
        if match := _YEAR_LAST.fullmatch(text):
            month, day, year = map(int, match.groups())
            # The month stands first in the study's names; where that cannot be, the day does.
            month, day = (day, month) if month > 12 else (month, day)
            return "date", float(date(year, month, day).toordinal())
    except ValueError:
        pass
    return None
