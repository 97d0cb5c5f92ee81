"""A pixel belongs to what its centre lies inside, by the even-odd rule, and to nothing else."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from opacity_studio.domain.geometry import crossings
from opacity_studio.domain.rasterise import rasterise_rings, rasterise_shapes
from opacity_studio.domain.shape import Shape

HEIGHT, WIDTH = 9, 13

_coordinates = st.integers(-24, 150).map(lambda eighths: eighths / 8)
_rings = st.lists(st.tuples(_coordinates, _coordinates), min_size=3, max_size=8).map(np.array)


@given(st.lists(_rings, min_size=1, max_size=3))
def test_a_pixel_is_inside_where_its_centre_is(rings: list[np.ndarray]) -> None:
    mask = rasterise_rings(rings, HEIGHT, WIDTH)
    assert mask.shape == (HEIGHT, WIDTH)
    edges = shapely.union_all([shapely.LinearRing(ring) for ring in rings])
    for row in range(HEIGHT):
        for column in range(WIDTH):
            x, y = column + 0.5, row + 0.5
            # On an edge either answer is right.
            if shapely.distance(edges, shapely.Point(x, y)) < 1e-9:
                continue
            assert mask[row, column] == (sum(crossings(ring, x, y) for ring in rings) % 2 == 1)


def test_a_border_through_pixel_centres_belongs_to_one_side_only() -> None:
    left = np.array([[0.0, 0], [4.5, 0], [4.5, 6.5], [0, 6.5]])
    right = np.array([[4.5, 0], [13, 0], [13, 6.5], [4.5, 6.5]])
    one, other = (rasterise_rings([ring], HEIGHT, WIDTH) for ring in (left, right))
    assert not (one & other).any()
    assert (one | other)[:6].all()
    assert not (one | other)[7:].any()


def test_holes_are_open_and_overlaps_count_once() -> None:
    outline = np.array([[1.0, 1], [8, 1], [8, 8], [1, 8]])
    hole = np.array([[3.0, 3], [5, 3], [5, 5], [3, 5]])
    shapes = [Shape("a", outline, holes=(hole,)), Shape("a", outline + 2), Shape("a", hole, "line")]
    mask = rasterise_shapes(shapes[:1], HEIGHT, WIDTH)
    assert mask.sum() == 49 - 4
    assert rasterise_shapes(shapes, HEIGHT, WIDTH).sum() == 49 - 4 + 49 - 25 + 4 - 7


def test_rings_beyond_the_film_and_points_leave_it_empty() -> None:
    beyond = np.array([[20.0, 1], [30, 1], [30, 8]])
    above = np.array([[1.0, -9], [8, -9], [8, -2]])
    assert not rasterise_rings([beyond, above, beyond[:2]], HEIGHT, WIDTH).any()
    assert rasterise_rings([], HEIGHT, WIDTH).shape == (HEIGHT, WIDTH)
