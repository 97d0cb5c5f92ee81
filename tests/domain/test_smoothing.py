from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opacity_studio.domain.geometry import has_area, is_simple, region_of
from opacity_studio.domain.shape import Shape
from opacity_studio.domain.smoothing import smooth

ANGLES = np.linspace(0, 2 * np.pi, 200, endpoint=False)


def ring(radius: np.ndarray | float, x: float = 200, y: float = 200) -> np.ndarray:
    return np.stack((x + radius * np.cos(ANGLES), y + radius * np.sin(ANGLES)), 1)


def test_teeth_go_and_the_size_stays():
    toothed = Shape("opacity", ring(100 + 6 * (np.arange(200) % 4 < 2)))
    new = smooth(toothed, 8)
    assert region_of(new).length < 0.8 * region_of(toothed).length
    assert region_of(new).area == pytest.approx(region_of(toothed).area, rel=0.01)
    assert len(new.points) < len(toothed.points)
    assert new.key == toothed.key


def test_holes_are_smoothed_and_stay_holes():
    hole = ring(30 + 4 * (np.arange(200) % 4 < 2))
    new = smooth(Shape("opacity", ring(100), holes=[hole]), 6)
    assert len(new.holes) == 1
    assert is_simple(new)
    assert region_of(new).area == pytest.approx(np.pi * (100**2 - 32**2), rel=0.02)


def test_nothing_happens_at_nothing_nor_to_what_crosses_itself():
    square = Shape("opacity", [[0, 0], [40, 0], [40, 40], [0, 40]])
    bow = Shape("opacity", [[0, 0], [40, 40], [40, 0], [0, 40]])
    line = Shape("line", [[0, 0], [40, 40]], shape_type="line")
    assert smooth(square, 0) is square
    assert smooth(bow, 5) is bow
    assert smooth(line, 5) is line


@given(
    st.lists(st.floats(2, 150), min_size=3, max_size=30),
    st.floats(0.01, 200),
    st.tuples(st.floats(-50, 900), st.floats(-50, 900)),
)
def test_whatever_is_smoothed_stays_an_outline_within_its_box(radii, amount, centre):
    angles = np.arange(len(radii)) * 2 * np.pi / len(radii)
    points = np.stack((np.cos(angles), np.sin(angles)), 1) * np.array(radii)[:, None] + centre
    shape = Shape("opacity", points)
    new = smooth(shape, amount)
    assert is_simple(new)
    assert has_area(new)
    assert (new.points.min(axis=0) >= points.min(axis=0)).all()
    assert (new.points.max(axis=0) <= points.max(axis=0)).all()
