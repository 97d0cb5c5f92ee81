"""What a brush covers, and what is kept of the outlines it met."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from opacity_studio.domain.geometry import region_of
from opacity_studio.domain.shape import Shape
from opacity_studio.domain.strokes import covered, on_film, overlaps, without_specks

COORDINATES = st.floats(-50, 700, allow_nan=False)
PATHS = st.lists(st.tuples(COORDINATES, COORDINATES), min_size=1, max_size=40).map(np.array)


@pytest.mark.parametrize("radius", [0.4, 3.0, 25.0, 400.0])
@pytest.mark.parametrize("tolerance", [0.05, 0.3, 2.0])
def test_a_dab_is_a_disc_within_the_tolerance(radius, tolerance):
    dab = covered(np.array([[50.0, 60.0]]), radius, tolerance)
    gaps = np.hypot(*(shapely.get_coordinates(dab) - (50, 60)).T)
    assert np.all(gaps <= radius * (1 + 1e-9))
    disc = shapely.Point(50, 60).buffer(radius, quad_segs=200)
    assert shapely.hausdorff_distance(dab, disc) <= max(tolerance, 0.5 * radius) + 1e-6
    if tolerance <= radius / 4:
        assert shapely.hausdorff_distance(dab.exterior, disc.exterior) <= tolerance * 1.1


@given(PATHS, st.floats(0.5, 60), st.floats(0.05, 1.5))
def test_a_stroke_is_valid_and_near_the_true_area(path, radius, tolerance):
    area = covered(path, radius, tolerance)
    assert area.is_valid
    assert area.area > 0
    true = shapely.LineString(path).buffer(radius) if len(path) > 1 else None
    if true is not None and tolerance < radius / 4:
        assert shapely.difference(area, true.buffer(2.5 * tolerance + 0.02 * radius)).area < 1e-6
        assert shapely.difference(true.buffer(-2.5 * tolerance - 0.02 * radius), area).area < 1e-3


def test_a_long_stroke_keeps_few_vertices():
    turns = np.linspace(0, 60 * np.pi, 6000)
    path = np.stack((300 + 200 * np.cos(turns) + turns, 300 + 200 * np.sin(turns)), axis=1)
    area = covered(path, 12.0, 0.3)
    assert len(shapely.get_coordinates(area)) < 1000


def test_resting_the_mouse_changes_nothing():
    path = np.array([[10.0, 10.0], [10.0, 10.0], [40.0, 10.0], [40.0, 10.0]])
    assert covered(path, 5, 0.3).equals(covered(path[[0, 2]], 5, 0.3))


def test_a_stroke_ends_at_the_border_of_the_film():
    stroke = covered(np.array([[-5.0, 30.0], [110.0, 30.0]]), 10, 0.3)
    left, top, right, bottom = on_film(stroke, 100, 80).bounds
    assert (left, right) == (0, 100)
    assert (top, bottom) == (20, 40)
    assert on_film(covered(np.array([[-50.0, 30.0]]), 10, 0.3), 100, 80).is_empty


def test_crumbs_go_but_small_holes_that_were_there_stay():
    hole = [[10.0, 10.0], [10.0, 11.0], [11.0, 11.0]]
    shape = Shape("opacity", [[0, 0], [50, 0], [50, 50], [0, 50]], holes=(hole,))
    crumb = shapely.box(70, 70, 70.5, 70.5)
    pin = shapely.box(30, 30, 30.5, 30.5)
    region = shapely.union(shapely.difference(region_of(shape), pin), crumb)
    kept = without_specks(region, 2.0, known=(shape,))
    assert kept.geom_type == "Polygon"
    assert [sorted(ring.coords[:-1]) for ring in kept.interiors] == [sorted(map(tuple, hole))]
    assert without_specks(crumb, 2.0).equals(crumb)


def test_a_common_border_is_no_overlap():
    shape = Shape("opacity", [[0, 0], [50, 0], [50, 50], [0, 50]])
    assert not overlaps(shape, shapely.box(50, 0, 90, 50))
    assert overlaps(shape, shapely.box(49.9, 0, 90, 50))
