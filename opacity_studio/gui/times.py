"""Moments as a person reads them."""

from __future__ import annotations

from datetime import datetime, timedelta


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
        return f"today {clock}"
    if there.date() == here.date() - timedelta(days=1):
        return f"yesterday {clock}"
    # Names of months in one language, whatever the system's is.
    month = "JanFebMarAprMayJunJulAugSepOctNovDec"[there.month * 3 - 3 : there.month * 3]
    return f"{there.day} {month} {there.year}, {clock}"
