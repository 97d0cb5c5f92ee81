"""Overlap of masks, correlation, and intervals that respect patients."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from opacity_studio.domain.metrics import Overlap, bootstrap_interval, overlap, pearson_r

masks = arrays(np.bool_, (6, 7))


@given(masks, masks)
def test_f1_and_iou_tell_the_same(one: np.ndarray, other: np.ndarray) -> None:
    both = overlap(one, other)
    assert both.f1() == pytest.approx(2 * both.iou() / (1 + both.iou()))
    assert both.iou() == pytest.approx(overlap(other, one).iou())


def test_a_known_overlap() -> None:
    one = np.zeros((4, 4), dtype=bool)
    other = one.copy()
    one[:2], other[1:3] = True, True
    assert overlap(one, other) == Overlap(shared=4, one=8, other=8)
    assert overlap(one, other).iou() == pytest.approx(4 / 12)
    assert overlap(one, other).f1() == pytest.approx(0.5)


def test_empty_against_empty_counts_as_asked() -> None:
    nothing = np.zeros((3, 3), dtype=bool)
    assert overlap(nothing, nothing).iou() == 1.0
    assert overlap(nothing, nothing).iou(both_empty=0.0) == 0.0
    assert overlap(nothing, ~nothing).iou() == 0.0


def test_correlation_is_unknown_where_nothing_varies() -> None:
    assert pearson_r([1, 2, 4], [2, 4, 8]) == pytest.approx(1.0)
    assert math.isnan(pearson_r([1, 1], [2, 3]))
    assert math.isnan(pearson_r([1], [2]))


@given(st.integers(0, 50))
def test_films_of_one_patient_are_drawn_together(seed: int) -> None:
    values = np.array([0.0, 0.0, 0.0, 1.0])

    def mean_of_pairs(indices: np.ndarray) -> float:
        drawn = list(indices)
        assert all(drawn.count(0) == drawn.count(1) == drawn.count(2) for _ in drawn)
        return float(values[indices].mean())

    low, high = bootstrap_interval(["a", "a", "a", "b"], mean_of_pairs, repeats=50, seed=seed)
    assert 0.0 <= low <= high <= 1.0
