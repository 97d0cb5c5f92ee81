from datetime import datetime, timedelta, timezone

import pytest

from opacity_studio.domain.day_progress import DayProgress, day_progress
from opacity_studio.domain.film_summary import FilmSummary, Mark

ZONE = timezone(timedelta(hours=2))
NOW = datetime(2026, 5, 4, 16, tzinfo=ZONE)


def film(*marks: tuple) -> FilmSummary:
    return FilmSummary(
        marks=tuple(
            Mark(kind, f"2026-05-{time}", reader, "reviewer", seconds)
            for kind, time, reader, seconds in marks
        )
    )


def test_each_film_counts_once_by_its_last_mark_of_the_day():
    films = (
        film(("annotated", "04T08:00:00+02:00", "Eve", 60.0)),
        film(
            ("approved", "04T09:00:00+02:00", "Eve", 20.0),
            ("returned", "04T09:30:00+02:00", "Eve", 20.0),
        ),
        film(("approved", "03T22:30:00+00:00", "Eve", 20.0)),  # half past midnight here
        film(("approved", "03T21:30:00+00:00", "Eve", 20.0)),  # yesterday here
        film(("no_opacity", "04T10:00:00+02:00", "Ada", 20.0)),
        film(("approved", "not a time", "Eve", 20.0)),
    )
    assert day_progress(films, "Eve", NOW) == DayProgress(1, 1, 1, 120.0, pytest.approx(90.0))
    assert day_progress(films, "Ada", NOW) == DayProgress(read=1, seconds=20.0)


def test_where_no_time_was_taken_the_gaps_count_but_no_pause():
    films = [
        film(("approved", f"04T{time}:00+02:00", "Eve", None))
        for time in ("08:00", "08:02", "11:00", "11:01")
    ]
    progress = day_progress(films, "Eve", NOW)
    assert progress.seconds == 120 + 300 + 60
    assert progress.per_hour == pytest.approx(4 * 3600 / 480)
    assert progress.films == 4
