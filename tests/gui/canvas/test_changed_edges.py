"""What of an outline is painted again when it changes."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from opacity_studio.domain.geometry import move_vertices, region_of, subtracted
from opacity_studio.domain.shape import Shape
from opacity_studio.gui.canvas.changed_edges import changed_box

SQUARE = Shape("opacity", [[0, 0], [100, 0], [100, 100], [0, 100]])
RINGS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=3, max_size=9).map(
    lambda points: np.array(points, dtype=float)
)


def test_turning_a_ring_round_changes_nothing():
    other = SQUARE.with_outline(np.roll(SQUARE.points[::-1], 2, axis=0))
    assert changed_box(SQUARE, other).isEmpty()


def test_a_vertex_changes_as_far_as_its_neighbours():
    box = changed_box(
        SQUARE, move_vertices(SQUARE, [(0, 1)], *(np.array((120, -10)) - SQUARE.points[1]))
    )
    assert box.getCoords() == (0, -10, 120, 100)


def test_a_hole_changes_only_itself():
    holed = subtracted(SQUARE, shapely.box(40, 40, 50, 60), free_group_id=1)[0]
    assert changed_box(SQUARE, holed).getCoords() == (40, 40, 50, 60)


def test_another_label_or_another_type_is_not_compared():
    relabelled = Shape("right_lung", SQUARE.points)
    rectangle = Shape("opacity", SQUARE.points[:2], shape_type="rectangle")
    assert changed_box(SQUARE, relabelled) is None
    assert changed_box(SQUARE, rectangle) is None


@given(RINGS, RINGS)
def test_outside_the_box_the_areas_are_the_same(one, other):
    old, new = Shape("opacity", one), Shape("opacity", other)
    box = changed_box(old, new)
    # Crossings are rounded, which leaves hairs along edges that both have.
    apart = shapely.symmetric_difference(region_of(old), region_of(new)).buffer(-1e-6)
    if not apart.is_empty and box is not None:
        left, top, right, bottom = apart.bounds
        slack = 1e-5
        assert box.left() <= left + slack
        assert box.top() <= top + slack
        assert box.right() >= right - slack
        assert box.bottom() >= bottom - slack
