from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from opacity_studio.domain.geometry import has_area, is_simple, region_of
from opacity_studio.domain.shape import Shape
from opacity_studio.domain.tracing import traced

ANGLES = np.linspace(0, 2 * np.pi, 72, endpoint=False)
LUNG = np.stack((200 + 100 * np.cos(ANGLES), 300 + 180 * np.sin(ANGLES)), 1)


def test_vertices_close_by_move_onto_the_outline_and_follow_it():
    # The right-hand edge runs a little inside the lung's right border, cutting its curve.
    shape = Shape("opacity", [[220, 250], [292, 252], [296, 345], [221.5, 350]])
    new = traced(shape, [LUNG], 10)
    assert new.points[0].tolist() == [220, 250]
    assert new.points[-1].tolist() == [221.5, 350]
    followed = new.points[2:-2].tolist()
    assert followed
    assert all(point in LUNG.tolist() for point in followed)
    lung = region_of(Shape("lung", LUNG))
    assert lung.boundary.distance(region_of(Shape("x", new.points[1:-1])).centroid) < 12
    assert new.key == shape.key


def test_what_is_out_of_reach_stays_the_same_object():
    shape = Shape("opacity", [[180, 280], [220, 280], [200, 320]])
    assert traced(shape, [LUNG], 10) is shape
    assert traced(shape, [], 10) is shape


def test_an_edge_across_the_lung_is_not_led_round_it():
    shape = Shape("opacity", [[103, 300], [297, 300], [200, 200]])
    new = traced(shape, [LUNG], 8)
    assert len(new.points) == 3
    assert np.allclose(new.points[0], [100, 300], atol=0.2)
    assert new.points[2].tolist() == [200, 200]


def test_an_outline_close_by_all_the_way_round_becomes_the_same():
    near = (LUNG[::3] - (200, 300)) * 0.98 + (200, 300)
    new = traced(Shape("right_lung", near), [LUNG], 10)
    assert np.array_equal(new.points, LUNG)


def test_a_sliver_along_the_outline_does_not_become_the_lung():
    sliver = Shape("opacity", np.vstack((LUNG[:6], (LUNG[5::-1] - (200, 300)) * 0.97 + (200, 300))))
    new = traced(sliver, [LUNG], 10)
    assert region_of(new).area < 5000


def test_a_hole_is_drawn_onto_it_too_and_the_rest_stays():
    hole = [[250, 290], [250, 310], [296, 300]]
    shape = Shape("opacity", [[150, 200], [400, 200], [400, 400], [150, 400]], holes=[hole])
    new = traced(shape, [LUNG], 10)
    assert np.array_equal(new.points, shape.points)
    assert new.holes[0][:2].tolist() == hole[:2]
    assert abs(new.holes[0][2][0] - 300) < 0.5


def test_the_nearer_of_two_lungs_is_followed():
    other = LUNG + np.array((220.0, 0.0))
    shape = Shape("opacity", [[304, 290], [304, 310], [310, 300]])
    new = traced(shape, [LUNG, other], 30)
    assert new.points[:, 0].min() > 297
    assert is_simple(new)


def test_a_crossing_outline_comes_back_as_it_is():
    bow = Shape("opacity", [[290, 290], [310, 310], [310, 290], [290, 310]])
    assert traced(bow, [LUNG], 10) is bow


@given(
    st.integers(3, 40),
    st.floats(20, 190),
    st.tuples(st.floats(80, 320), st.floats(100, 480)),
    st.floats(1, 60),
    st.randoms(use_true_random=False),
)
def test_whatever_is_traced_stays_an_outline(corners, size, centre, reach, random):
    radii = np.array([random.uniform(0.5, 1) for _ in range(corners)]) * size
    angles = np.arange(corners) * 2 * np.pi / corners
    star = np.stack((centre[0] + radii * np.cos(angles), centre[1] + radii * np.sin(angles)), 1)
    shape = Shape("opacity", star)
    new = traced(shape, [LUNG], reach)
    assert is_simple(new)
    assert has_area(new)
    kept = {tuple(point) for point in new.points.tolist()}
    line = region_of(Shape("lung", LUNG)).boundary
    from shapely import Point

    for point in star.tolist():
        assert tuple(point) in kept or line.distance(Point(point)) <= reach
