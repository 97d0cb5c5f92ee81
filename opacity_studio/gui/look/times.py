"""Moments as a person reads them."""

from __future__ import annotations

from datetime import datetime, timedelta

from opacity_studio.domain.wording import tr


def time_in_words(moment: datetime, now: datetime) -> str:
    """Return ``today 09:31``, ``yesterday 17:02`` or ``22 Nov 2026, 09:31`` in local time.

    Parameters
    ----------
    moment, now
        Both with their time zone.
    """
    there, here = moment.astimezone(), now.astimezone()
    clock = f"{there:%H:%M}"
    if there.date() == here.date():
        return tr("today {clock}", clock=clock)
    if there.date() == here.date() - timedelta(days=1):
        return tr("yesterday {clock}", clock=clock)
    # Names of months in the window's language, whatever the system's is.
    months = tr("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec").split()
    month = months[there.month - 1]
    return tr(
        "{day} {month} {year}, {clock}", day=there.day, month=month, year=there.year, clock=clock
    )
