"""The films of one patient, in the order of their days."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from opacity_studio.domain.film_columns import FilmColumns
from opacity_studio.domain.film_summary import FilmSummary


@dataclass(frozen=True, slots=True)
class PatientFilm:
    """One film of a patient.

    Attributes
    ----------
    row
        In the worklist.
    name
        Of the film's file.
    day_text
        When it was taken, in words; empty where unknown.
    day
        What days are compared by; NaN where unknown.
    summary
        Where it stands.
    """

    row: int
    name: str
    day_text: str
    day: float
    summary: FilmSummary


def films_of_patient(films: FilmColumns, row: int) -> tuple[PatientFilm, ...]:
    """Return the films of the patient of the film in `row`, the earliest first.

    Films of one day, and those whose day is not known (they come last), keep the worklist's
    order. Empty where nobody says whose film it is.
    """
    if not films.facts[row].patient:
        return ()
    rows = np.flatnonzero(films.patient.codes == films.patient.codes[row])
    ordered = rows[np.lexsort((rows, films.day[rows]))]
    return tuple(_film(films, int(each)) for each in ordered)


def has_series(films: FilmColumns) -> bool:
    """Whether any patient is known to have several films."""
    known = films.patient.where(bool)
    return bool((np.bincount(films.patient.codes[known]) > 1).any())


def earlier_than(row: int, films: tuple[PatientFilm, ...]) -> PatientFilm | None:
    """Return the last of a patient's `films` before the one in `row`; None for the first."""
    places = [place for place, film in enumerate(films) if film.row == row]
    return films[places[0] - 1] if places and places[0] > 0 else None


def places_in_time(films: tuple[PatientFilm, ...]) -> tuple[float, ...]:
    """Return where each film stands on a line from 0 (the first) to 1 (the last).

    By their days; side by side at equal distances where a day is not known, or all are one.
    """
    days = [film.day for film in films]
    span = max(days, default=0.0) - min(days, default=0.0)
    if any(map(math.isnan, days)) or span <= 0:
        steps = max(len(films) - 1, 1)
        return tuple(place / steps for place in range(len(films)))
    return tuple((day - min(days)) / span for day in days)


def _film(films: FilmColumns, row: int) -> PatientFilm:
    facts = films.facts[row]
    day = float(films.day[row])
    return PatientFilm(row, facts.name, facts.day_text, day, films.summaries[row])
