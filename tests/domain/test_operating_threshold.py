"""The threshold of a new network follows validation films where they say something."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from opacity_studio.domain.judged_film import JudgedFilm, Judgement
from opacity_studio.domain.metrics import Overlap
from opacity_studio.domain.operating_threshold import OperatingThreshold, chosen_threshold

USUAL = OperatingThreshold(0.5, "usual")
THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7)


def film(patient: str, differences: Sequence[float | None], reference: float | None = 40.0):
    """Return a film whose percentage is off by `differences` at `THRESHOLDS`."""
    at = {
        t: Judgement(Overlap(1, 1, 1), None if d is None else 40.0 + d)
        for t, d in zip(THRESHOLDS, differences, strict=True)
    }
    return JudgedFilm(f"{patient}.png", patient, "validation", at, percent_reference=reference)


def films(differences: Sequence[Sequence[float]]) -> list[JudgedFilm]:
    return [film(f"P{number}", each) for number, each in enumerate(differences)]


def test_a_network_that_is_clearly_off_is_mended() -> None:
    found = chosen_threshold(films([(9, 3, -3, -9, -20), (11, 4, -4, -10, -22)] * 3), USUAL)
    # 0.4 and 0.5 are as far off as each other; neither is within its error: the least one.
    assert found.value == 0.4
    assert (found.source, found.films, found.patients) == ("validation", 6, 6)
    assert found.bias == pytest.approx(3.5)


def test_chance_does_not_move_the_threshold() -> None:
    """Scattered differences: 0.7 happens to be the least biased, 0.5 is within its error."""
    scattered = films(
        [(30, 24, 22, 14, 8), (-10, -14, -16, -22, -30), (40, 33, 28, 20, 12)] * 2
        + [(5, -2, -6, -9, -14), (-3, -8, -14, -20, -27)]
    )
    found = chosen_threshold(scattered, USUAL)
    assert (found.value, found.source) == (0.5, "validation")
    assert found.bias is not None
    assert abs(found.bias) > 1


def test_few_patients_change_nothing() -> None:
    parent = OperatingThreshold(0.6, "parent")
    five = films([(9, 3, -3, -9, -20)] * 5)
    found = chosen_threshold([*five, *five], parent)
    assert found == OperatingThreshold(0.6, "parent", 10, 5, -9.0)
    elsewhere = chosen_threshold(five, OperatingThreshold(0.55, "parent"))
    assert (elsewhere.value, elsewhere.bias) == (0.55, None)


def test_films_without_a_percentage_do_not_count() -> None:
    unknown = [film("A", (None,) * 5), film("B", (1, 1, 1, 1, 1), reference=None)]
    assert chosen_threshold(unknown, USUAL) == USUAL
    assert chosen_threshold([], USUAL) == USUAL
    found = chosen_threshold([*unknown, *films([(9, 3, -3, -9, -20)] * 2)], USUAL)
    assert (found.films, found.patients) == (2, 2)


def test_films_of_one_patient_count_as_one() -> None:
    """Six patients, one of them with many films that agree: that is no certainty."""
    many = [film("P0", (22, 20, 18, 16, 14))] * 20
    others = films([(0, -2, -4, -6, -8)] * 6)[1:]
    found = chosen_threshold([*many, *others], USUAL)
    assert (found.films, found.patients, found.value) == (25, 6, 0.5)
    assert found.bias == pytest.approx((18 - 5 * 4) / 6)


def test_it_is_told_as_json() -> None:
    told = OperatingThreshold(0.45, "validation", 9, 8, -1.23456789).to_json()
    assert told == {
        "value": 0.45, "source": "validation", "films": 9, "patients": 8, "percent_bias": -1.234568,
    }  # fmt: skip
    assert USUAL.to_json()["percent_bias"] is None
