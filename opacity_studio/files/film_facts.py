"""What the names of films and the table beside them say, for a whole worklist."""

from __future__ import annotations

import math

from opacity_studio.domain.film_columns import FilmFacts
from opacity_studio.domain.film_days import numbered_day
from opacity_studio.files.worklist import Film, Films


def facts_of(films: Films) -> tuple[FilmFacts, ...]:
    """Return what is known of each film, in the worklist's order; no film is opened."""
    return tuple(map(_facts, films))


def _facts(film: Film) -> FilmFacts:
    day = numbered_day(film.day) if film.day else None
    return FilmFacts(
        film.name,
        film.patient or "",
        film.day or "",
        film.finding or "",
        math.nan if day is None else day[1],
        film.day_text,
    )
