from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opacity_studio.domain.doubt import Doubt
from opacity_studio.domain.film_columns import FilmColumns, FilmFacts
from opacity_studio.domain.film_summary import FilmSummary
from opacity_studio.domain.labels import LEFT_LUNG
from opacity_studio.domain.priority import (
    chance_of_other_grade,
    place_of,
    what_matters,
    why_it_matters,
)
from opacity_studio.domain.review_status import ReviewStatus
from opacity_studio.domain.triage import Zone
from opacity_studio.domain.worklist_order import Order, sorted_rows

FRACTIONS = st.floats(0, 1)
PERCENTS = st.floats(0, 100)
ROLES = st.sampled_from(["annotator", "reviewer"])
FILMS = st.lists(
    st.builds(
        FilmSummary,
        status=st.sampled_from(ReviewStatus),
        percent=st.none() | PERCENTS,
        model_percent=st.none() | PERCENTS,
        uncertainty=st.none() | FRACTIONS,
        disagreement=st.none() | FRACTIONS,
        lost_approval=st.booleans(),
    ),
    min_size=1,
    max_size=12,
)


def columns_of(films: list[FilmSummary]) -> FilmColumns:
    return FilmColumns([FilmFacts(f"film-{row}.png") for row in range(len(films))], films)


def order_of(films: list[FilmSummary], role: str) -> list[int]:
    rows = np.arange(len(films))
    return sorted_rows(columns_of(films), rows, Order("matters"), role).tolist()  # type: ignore[arg-type]


@given(FRACTIONS, FRACTIONS, PERCENTS)
def test_more_doubt_never_matters_less(one: float, other: float, percent: float) -> None:
    films = [FilmSummary(uncertainty=u, model_percent=percent) for u in sorted((one, other))]
    low, high = what_matters(columns_of(films), "annotator")
    assert low <= high


@given(FRACTIONS, FRACTIONS, PERCENTS)
def test_more_disagreement_never_matters_less_to_a_reviewer(
    one: float, other: float, percent: float
) -> None:
    films = [FilmSummary(disagreement=d, percent=percent) for d in sorted((one, other))]
    low, high = what_matters(columns_of(films), "reviewer")
    assert low <= high


@given(PERCENTS, st.floats(0.001, 1), st.floats(0, 1))
def test_nearer_to_a_cut_off_another_grade_is_likelier(
    percent: float, change: float, nearer: float
) -> None:
    cut_off = min((25.0, 50.0, 75.0), key=lambda each: abs(each - percent))
    moved = cut_off + (percent - cut_off) * nearer
    far, near = chance_of_other_grade([percent, moved], [change, change])
    assert 0 <= far <= near + 1e-12
    assert near <= 0.5


@given(FILMS, ROLES)
def test_every_film_has_one_place_and_unknown_ones_come_last_of_their_kind(
    films: list[FilmSummary], role: str
) -> None:
    order = order_of(films, role)
    assert sorted(order) == list(range(len(films)))
    scores = what_matters(columns_of(films), role)  # type: ignore[arg-type]
    needed = columns_of(films).needs(role)  # type: ignore[arg-type]
    for before, after in pairwise(order):
        assert needed[before] >= needed[after]
        if needed[before] == needed[after]:
            assert np.isnan(scores[after]) or scores[before] >= scores[after]
            if scores[before] == scores[after]:
                assert before < after


def test_an_annotator_sees_returned_films_before_any_doubt() -> None:
    films = [
        FilmSummary(uncertainty=1.0, model_percent=50.0),
        FilmSummary(status=ReviewStatus.RETURNED),
        FilmSummary(uncertainty=0.1),
        FilmSummary(),
    ]
    assert order_of(films, "annotator") == [1, 0, 2, 3]


def test_a_reviewer_sees_what_lost_its_approval_then_the_largest_disagreement() -> None:
    done = FilmSummary(status=ReviewStatus.ANNOTATED, percent=10.0)
    films = [
        replace(done, disagreement=0.05),
        replace(done, disagreement=0.4),
        replace(done, lost_approval=True, awaits_reviewer=True),
        replace(done, uncertainty=0.2),
    ]
    assert order_of(films, "reviewer") == [2, 1, 3, 0]


def test_a_film_near_a_cut_off_comes_before_one_as_open_that_is_not() -> None:
    films = [FilmSummary(uncertainty=0.1, model_percent=p) for p in (5.0, 49.0)]
    assert order_of(films, "annotator") == [1, 0]


@pytest.mark.parametrize(
    ("film", "role", "said"),
    [
        (FilmSummary(), "annotator", ""),
        (
            FilmSummary(uncertainty=0.18, model_percent=24.0, unsure_at="left_lung lower"),
            "annotator",
            (
                "the model is unsure at the left base, 18 % of the lungs expected to change; "
                "24.0 % is near the cut-off at 25 %"
            ),
        ),
        (
            FilmSummary(uncertainty=0.05, model_percent=5.0),
            "annotator",
            "the model is unsure here and there, 5 % of the lungs expected to change",
        ),
        (FilmSummary(uncertainty=1.0), "annotator", "the model found no lungs"),
        (
            FilmSummary(disagreement=0.12, uncertainty=0.2, percent=38.0),
            "reviewer",
            "person and model differ on 12 % of the lungs",
        ),
        (FilmSummary(status=ReviewStatus.RETURNED), "annotator", "returned to you"),
        (FilmSummary(lost_approval=True), "reviewer", "changed after it was approved"),
    ],
)
def test_it_says_why(film: FilmSummary, role: str, said: str) -> None:
    assert why_it_matters(film, role) == said  # type: ignore[arg-type]


def test_the_place_of_a_doubt_is_found_again_in_the_words() -> None:
    film = FilmSummary(uncertainty=0.2, unsure_at=place_of(Doubt(0.2, LEFT_LUNG, Zone.UPPER)))
    assert "top of the left lung" in why_it_matters(film, "annotator")
    assert place_of(Doubt(0.2)) == ""
