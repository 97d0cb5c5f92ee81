from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opacity_studio.domain.film_columns import FilmColumns, FilmFacts
from opacity_studio.domain.film_summary import FilmSummary
from opacity_studio.domain.patient_films import (
    earlier_than,
    films_of_patient,
    has_series,
    places_in_time,
)

DAYS = st.lists(st.just(math.nan) | st.floats(-500, 5000), min_size=1, max_size=8)


def columns_of(*facts: tuple[str, float]) -> FilmColumns:
    """Films by patient and day."""
    made = [
        FilmFacts(f"film-{row}.png", patient, day_number=day)
        for row, (patient, day) in enumerate(facts)
    ]
    return FilmColumns(made, [FilmSummary(fact.name) for fact in made])


def test_the_films_of_one_patient_by_day() -> None:
    films = columns_of(("7", 9.0), ("8", 1.0), ("7", 2.0), ("7", math.nan), ("7", 2.0))
    assert [film.row for film in films_of_patient(films, 0)] == [2, 4, 0, 3]
    assert [film.row for film in films_of_patient(films, 1)] == [1]


def test_films_of_nobody_belong_to_nobody() -> None:
    assert films_of_patient(columns_of(("", 1.0), ("", 2.0)), 0) == ()


def test_the_film_before_another() -> None:
    found = films_of_patient(columns_of(("7", 9.0), ("7", 2.0)), 0)
    before = earlier_than(0, found)
    assert before is not None
    assert before.row == 1
    assert earlier_than(1, found) is None
    assert earlier_than(5, found) is None


def test_places_follow_the_days() -> None:
    found = films_of_patient(columns_of(("7", 0.0), ("7", 10.0), ("7", 4.0)), 0)
    assert places_in_time(found) == pytest.approx((0.0, 0.4, 1.0))


@given(DAYS)
def test_places_never_go_back_and_stay_on_the_line(days: list[float]) -> None:
    found = films_of_patient(columns_of(*(("7", day) for day in days)), 0)
    places = places_in_time(found)
    assert len(places) == len(days)
    assert list(places) == sorted(places)
    assert all(0 <= place <= 1 for place in places)


@pytest.mark.parametrize(
    ("patients", "several"), [(("7", "8", "7"), True), (("7", "8"), False), (("", "", "8"), False)]
)
def test_a_series_needs_two_films_of_a_known_patient(patients: tuple[str, ...], several: bool):
    assert has_series(columns_of(*((patient, 0.0) for patient in patients))) is several
