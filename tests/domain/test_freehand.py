"""Lines drawn by hand: what they enclose, replace and cut."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from opacity_studio.domain.freehand import Place, cut_apart, enclosed, redrawn, thinned
from opacity_studio.domain.geometry import region_of
from opacity_studio.domain.shape import Shape

SQUARE = Shape("opacity", [[0, 0], [100, 0], [100, 100], [0, 100]])
HOLED = SQUARE.with_outline(SQUARE.points, [[[40, 40], [40, 60], [60, 60], [60, 40]]])
BOTTOM, TOP, LEFT = 2, 0, 3
"""Edges of the square."""


def test_thinning_keeps_the_ends_and_stays_within_the_tolerance():
    x = np.linspace(0, 50, 500)
    path = np.stack((x, 10 * np.sin(x / 8)), axis=1)
    thin = thinned(path, 0.5)
    assert len(thin) < 30
    assert np.array_equal(thin[[0, -1]], path[[0, -1]])
    assert shapely.hausdorff_distance(shapely.LineString(thin), shapely.LineString(path)) <= 0.51


def test_a_hand_that_overshoots_its_start_means_the_whole():
    turns = np.linspace(0, 2.3 * np.pi, 80)
    ring = np.stack((50 + 30 * np.cos(turns) + turns, 50 + 30 * np.sin(turns)), axis=1)
    region = enclosed(ring)
    assert region.is_valid
    assert region.geom_type == "Polygon"
    assert len(region.interiors) == 0
    assert region.area == pytest.approx(np.pi * 900, rel=0.2)


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=12).map(
        lambda points: np.array(points, dtype=float)
    )
)
def test_whatever_is_drawn_encloses_valid_areas_without_holes(ring):
    region = enclosed(ring)
    assert region.is_valid
    assert all(not part.interiors for part in shapely.get_parts(region))
    assert region.area >= region_of(Shape("x", ring)).area - 1e-9


def test_a_bulge_is_added():
    path = np.array([[30.0, 130.0], [70.0, 130.0]])
    region = redrawn(SQUARE, Place(0, BOTTOM, 30, 100), Place(0, BOTTOM, 70, 100), path)
    assert region.area == pytest.approx(10000 + 40 * 30)


def test_the_way_round_does_not_matter():
    path = np.array([[70.0, 130.0], [30.0, 130.0]])
    region = redrawn(SQUARE, Place(0, BOTTOM, 70, 100), Place(0, BOTTOM, 30, 100), path)
    assert region.area == pytest.approx(10000 + 40 * 30)


def test_a_bite_is_taken_off_and_the_larger_part_stays():
    none = np.empty((0, 2))
    region = redrawn(SQUARE, Place(0, TOP, 30, 0), Place(0, BOTTOM, 30, 100), none)
    assert region.bounds == (30, 0, 100, 100)
    region = redrawn(SQUARE, Place(0, TOP, 70, 0), Place(0, BOTTOM, 70, 100), none)
    assert region.bounds == (0, 0, 70, 100)


def test_a_large_bulge_over_a_corner_keeps_the_shape():
    path = np.array([[-60.0, 50.0], [-60.0, 160.0], [50.0, 160.0]])
    region = redrawn(SQUARE, Place(0, LEFT, 0, 50), Place(0, BOTTOM, 50, 100), path)
    assert region.area == pytest.approx(10000 - 2500 + 110 * 110)
    kept = set(map(tuple, shapely.get_coordinates(region).tolist()))
    assert {(0, 0), (100, 0), (100, 100)} <= kept
    assert (0, 100) not in kept


def test_a_hole_is_redrawn():
    path = np.array([[50.0, 20.0]])
    region = redrawn(HOLED, Place(1, 3, 45, 40), Place(1, 3, 55, 40), path)
    assert region.area == pytest.approx(10000 - 400 - 100)


def test_a_line_that_crosses_the_outline_on_its_way_leaves_valid_areas():
    path = np.array([[30.0, 130.0], [45.0, 60.0], [60.0, 130.0], [130.0, 80.0], [80.0, 50.0]])
    region = redrawn(HOLED, Place(0, BOTTOM, 20, 100), Place(0, BOTTOM, 80, 100), path)
    assert region.is_valid
    assert region.area > 0


def test_a_cut_shares_its_edge_to_the_last_bit():
    parts = cut_apart(HOLED, np.array([[33.3, -5.0], [41.7, 120.0]]), 1.0)
    assert len(parts) == 2
    assert sum(part.area for part in parts) == pytest.approx(10000 - 400)
    shared = [set(map(tuple, shapely.get_coordinates(part).tolist())) for part in parts]
    assert len(shared[0] & shared[1]) >= 2
    corners = set().union(*shared)
    assert set(map(tuple, HOLED.points.tolist())) <= corners


@pytest.mark.parametrize(
    "line",
    [
        [[50.0, 50.0], [50.0, 120.0]],
        [[-10.0, -10.0], [-10.0, 120.0]],
        [[0.0, -10.0], [0.0, 120.0]],
        [[20.0, 20.0], [80.0, 20.0]],
        [[50.0, -10.0], [50.0, 50.0]],
    ],
)
def test_a_line_that_does_not_go_through_cuts_nothing(line):
    assert cut_apart(HOLED, np.array(line), 1.0) == ()


def test_a_bent_line_cuts_several_parts():
    line = np.array([[20.0, -10.0], [20.0, 120.0], [80.0, 120.0], [80.0, -10.0]])
    assert len(cut_apart(SQUARE, line, 1.0)) == 3
