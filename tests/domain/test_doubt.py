from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opacity_studio.domain.doubt import Doubt, calibrated, doubt_about
from opacity_studio.domain.labels import LEFT_LUNG, RIGHT_LUNG
from opacity_studio.domain.prediction import Box, Prediction
from opacity_studio.domain.shape import Shape
from opacity_studio.domain.triage import Zone

SIZE = 90


def a_lung(label: str, left: float) -> Shape:
    right = left + 30
    return Shape(label, np.array([[left, 0.0], [right, 0.0], [right, 90.0], [left, 90.0]]))


def prediction_of(chance: np.ndarray, *, lungs: bool = True) -> Prediction:
    both = (a_lung(RIGHT_LUNG, 5), a_lung(LEFT_LUNG, 55)) if lungs else ()
    return Prediction(
        probability=np.rint(chance * 255).astype(np.uint8),
        box=Box(0.0, 0.0, 90.0, 90.0),
        image_width=90,
        image_height=90,
        lungs=both,
        lungs_from_person=False,
        model="opacity-1",
        lungs_model="lungs-1",
        operating_threshold=0.5,
    )


def in_lungs() -> np.ndarray:
    inside = np.zeros((SIZE, SIZE), np.float32)
    inside[:, 5:35] = inside[:, 55:85] = 1
    return inside


def test_a_network_in_two_minds_about_all_of_the_lungs_leaves_half_of_them_open() -> None:
    chance = in_lungs() * np.float32(0.5)
    assert doubt_about(prediction_of(chance), chance, in_lungs()) == Doubt(pytest.approx(0.5))


def test_where_it_is_sure_little_is_open() -> None:
    chance = in_lungs()
    chance[:, 55:] = 0
    found = doubt_about(prediction_of(chance), chance, in_lungs())
    assert 0 < found.expected_difference < 0.1


def test_the_third_of_a_lung_that_holds_the_doubt_is_named() -> None:
    chance = np.zeros((SIZE, SIZE), np.float32)
    chance[62:88, 57:84] = 0.5
    found = doubt_about(prediction_of(chance), chance, in_lungs())
    assert (found.lung, found.zone) == (LEFT_LUNG, Zone.LOWER)


def test_without_lungs_everything_is_open() -> None:
    nothing = np.zeros((1, 1), np.float32)
    assert doubt_about(prediction_of(nothing, lungs=False), nothing, nothing) == Doubt(1.0)


@given(st.floats(0, 1), st.floats(0, 1))
def test_calibrating_keeps_order_and_side_and_is_never_surer(one: float, other: float) -> None:
    low, high = calibrated(np.array([min(one, other), max(one, other)], np.float32))
    assert 0 < low <= high < 1
    for given_chance, made in ((min(one, other), low), (max(one, other), high)):
        clipped = min(max(given_chance, 1 / 255), 1 - 1 / 255)
        assert abs(made - 0.5) <= abs(clipped - 0.5) + 1e-6
        assert (made - 0.5) * (given_chance - 0.5) >= -1e-6


@given(st.integers(0, 2**32 - 1))
def test_the_expected_difference_is_a_fraction_of_the_lungs(seed: int) -> None:
    random = np.random.default_rng(seed)
    chance = random.random((SIZE, SIZE), np.float32) * in_lungs()
    found = doubt_about(prediction_of(chance), chance, in_lungs())
    assert 0 <= found.expected_difference <= 0.5 + 1e-6
