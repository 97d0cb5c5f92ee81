"""What a reader got done today, from the records of the films."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from opacity_studio.domain.film_summary import FilmSummary, Mark

_LONGEST: Final = 300.0
"""Seconds between two marks that count as reading where nobody took the time."""

_FEWEST: Final = 3
"""Marks a rate is told from."""


@dataclass(frozen=True, slots=True)
class DayProgress:
    """One reader's day.

    Attributes
    ----------
    read, approved, returned
        Films the reader marked as annotated, approved and returned; each counts once, by the
        last of the day.
    seconds
        Active reading time of these marks; where it was not taken, the time from one mark to the
        next, five minutes at most.
    per_hour
        Films marked in an hour of it; None for too few to tell.
    """

    read: int = 0
    approved: int = 0
    returned: int = 0
    seconds: float = 0.0
    per_hour: float | None = None

    @property
    def films(self) -> int:
        """Films marked in any way."""
        return self.read + self.approved + self.returned


def day_progress(films: Iterable[FilmSummary], reader: str, now: datetime) -> DayProgress:
    """Return what `reader` got done on the day of `now`.

    Parameters
    ----------
    films
        At least all films with a mark of that day.
    now
        With time zone: the day is this zone's.
    """
    marks: list[tuple[datetime, Mark]] = []
    last: list[str] = []
    for film in films:
        own = [
            (time, mark)
            for mark in film.marks
            if mark.reader == reader and (time := _on_day(mark.time, now)) is not None
        ]
        if own:
            marks += own
            last.append(max(own, key=lambda found: found[0])[1].kind)
    seconds = _reading_seconds(marks)
    count = len(last)
    return DayProgress(
        read=sum(kind in ("annotated", "no_opacity") for kind in last),
        approved=last.count("approved"),
        returned=last.count("returned"),
        seconds=seconds,
        per_hour=3600 * count / seconds if count >= _FEWEST and seconds > 0 else None,
    )


def _on_day(time: str, now: datetime) -> datetime | None:
    """Return a time in the zone of `now` where it is on the same day."""
    try:
        made = datetime.fromisoformat(time)
        made = made.astimezone(now.tzinfo) if made.tzinfo else made.replace(tzinfo=now.tzinfo)
    except (ValueError, OverflowError):
        return None
    today: date = now.date()
    return made if made.date() == today else None


def _reading_seconds(marks: list[tuple[datetime, Mark]]) -> float:
    total, before = 0.0, None
    for time, mark in sorted(marks, key=lambda found: found[0]):
        if mark.seconds is not None:
            total += mark.seconds
        elif before is not None:
            total += min(_LONGEST, (time - before).total_seconds())
        before = time
    return total
