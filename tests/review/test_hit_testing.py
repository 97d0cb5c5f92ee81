from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opacity_studio.domain.rasterise import rasterise_shapes
from opacity_studio.domain.shape import Shape
from opacity_studio.review.hit_testing import ShapeIndex
from tests.review.desk import box, with_vertex

LUNG = box("right_lung", 0, 0, 300, 400)
OPACITY = box("opacity", 100, 100, 200, 200)


def found(hit) -> tuple[str, int] | None:
    return None if hit is None else (hit.kind, hit.key)


def test_bare_film_is_nothing():
    assert ShapeIndex([OPACITY]).hit(300, 300, 1.0) is None
    assert ShapeIndex([]).hit(0, 0, 1.0) is None


def test_a_vertex_comes_before_its_edge_and_the_edge_before_the_inside():
    index = ShapeIndex([OPACITY])
    vertex = index.hit(196, 103, 1.0)
    assert (vertex.kind, vertex.ring, vertex.index) == ("vertex", 0, 1)
    assert (vertex.x, vertex.y) == (200, 100)
    edge = index.hit(195, 150, 1.0)
    assert (edge.kind, edge.index) == ("edge", 1)
    assert (edge.x, edge.y) == (200, 150)
    assert index.hit(150, 150, 1.0).kind == "interior"


def test_the_reach_is_ten_pixels_of_the_screen():
    index = ShapeIndex([OPACITY])
    assert index.hit(200, 91, 1.0).kind == "vertex"
    assert index.hit(200, 89, 1.0) is None
    assert index.hit(200, 81, 0.5).kind == "vertex"
    assert index.hit(200, 94, 2.0) is None


def test_an_opacity_lies_over_the_lung_whatever_the_order():
    for shapes in ([LUNG, OPACITY], [OPACITY, LUNG]):
        assert found(ShapeIndex(shapes).hit(150, 150, 1.0)) == ("interior", OPACITY.key)


def test_an_opacity_can_be_reached_in_a_selected_lung():
    hit = ShapeIndex([LUNG, OPACITY]).hit(150, 150, 1.0, selection={LUNG.key})
    assert found(hit) == ("interior", OPACITY.key)


def test_a_lung_is_found_where_no_opacity_is():
    index = ShapeIndex([LUNG, OPACITY])
    assert found(index.hit(50, 300, 1.0)) == ("interior", LUNG.key)
    assert found(index.hit(295, 300, 1.0)) == ("edge", LUNG.key)


def test_the_selected_shape_keeps_its_vertices_and_edges():
    twin = box("opacity", 100, 100, 250, 250)
    index = ShapeIndex([OPACITY, twin])
    for shape in (OPACITY, twin):
        assert found(index.hit(100, 100, 1.0, selection={shape.key})) == ("vertex", shape.key)
    lung = box("right_lung", 100, 100, 200, 200)
    index = ShapeIndex([lung, OPACITY])
    assert found(index.hit(150, 100, 1.0, selection={lung.key})) == ("edge", lung.key)


@pytest.mark.parametrize(
    ("length", "along", "kind"),
    [(100, 9, "vertex"), (100, 11, "edge"), (18, 9, "edge"), (18, 6, "vertex"), (9, 4, "vertex")],
)
def test_a_vertex_can_be_added_between_two_close_ones(length, along, kind):
    shape = box("opacity", 100, 100, 100 + length, 300)
    index = ShapeIndex([shape])
    assert index.hit(100 + along, 101, 1.0, selection={shape.key}).kind == kind
    # Nothing is added to a shape that is not selected: there the vertex keeps its reach.
    assert index.hit(100 + along, 101, 1.0).kind == ("edge" if along > 10 else "vertex")


def test_the_smaller_of_two_opacities_is_meant():
    inner = box("opacity", 140, 140, 160, 160)
    for shapes in ([OPACITY, inner], [inner, OPACITY]):
        assert found(ShapeIndex(shapes).hit(150, 150, 10.0)) == ("interior", inner.key)


def test_a_hole_is_not_inside_and_its_vertices_are_found():
    holed = box("opacity", 0, 0, 200, 200, holes=([[50, 50], [50, 150], [150, 150], [150, 50]],))
    index = ShapeIndex([holed])
    assert index.hit(100, 100, 1.0) is None
    hit = index.hit(148, 149, 1.0)
    assert (hit.kind, hit.ring, hit.index) == ("vertex", 1, 2)


def test_an_update_is_an_index_of_the_new_shapes():
    index = ShapeIndex([LUNG, OPACITY])
    assert index.updated((LUNG, OPACITY)) is index
    moved = with_vertex(OPACITY, 1, 400, 50)
    updated = index.updated((LUNG, moved))
    assert updated.hit(400, 50, 1.0).kind == "vertex"
    assert index.hit(400, 50, 1.0) is None
    assert updated.updated(()).hit(400, 50, 1.0) is None


def test_a_rubber_band_takes_what_lies_whole_in_it():
    index = ShapeIndex([LUNG, OPACITY])
    assert index.within(90, 90, 210, 210) == {OPACITY.key}
    assert index.within(110, 90, 210, 210) == frozenset()
    assert index.within(-1, -1, 500, 500) == {LUNG.key, OPACITY.key}


@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=3, max_size=8),
        min_size=1,
        max_size=4,
    ),
    st.integers(0, 40),
    st.integers(0, 40),
)
def test_inside_means_what_the_mask_says(outlines, column, row):
    shapes = [Shape("opacity", np.array(points, dtype=float)) for points in outlines]
    # So far zoomed in that the reach of edges is a thousandth of a pixel.
    hit = ShapeIndex(shapes).hit(column + 0.5, row + 0.5, 10_000.0)
    covering = {shape.key for shape in shapes if rasterise_shapes([shape], 41, 41)[row, column]}
    if hit is None:
        assert not covering
    elif hit.kind == "interior":
        assert hit.key in covering
