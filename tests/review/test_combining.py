from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opacity_studio.domain.geometry import has_area, is_simple, region_of, union_of
from opacity_studio.domain.shape import Shape
from tests.review.desk import box, modelled, session

ONE = box("opacity", 100.1, 100.3, 200.7, 200.9)
TWO = box("effusion", 150, 150, 260, 260)
FAR = box("opacity", 400.5, 100, 500, 200)


def opened(*shapes: Shape, order: tuple[Shape, ...] = ()):
    work = session(*shapes)
    for count in range(1, len(order) + 1):
        work.select(shape.key for shape in order[:count])
    return work


def area(*shapes: Shape) -> float:
    return float(union_of(shapes).area)


def test_the_first_selected_gives_the_label_and_the_place():
    work = opened(ONE, FAR, TWO, order=(TWO, ONE))
    assert work.combine("unite")
    far, united = work.annotation.shapes
    assert (far.key, united.key, united.label) == (FAR.key, TWO.key, "effusion")
    assert area(united) == pytest.approx(area(ONE, TWO))
    untouched = {(100.1, 100.3), (200.7, 100.3), (260.0, 260.0), (260.0, 150.0)}
    assert untouched <= {tuple(point) for point in united.points.tolist()}
    assert work.undo_label == "Unite effusion"
    assert work.selection == {TWO.key}


def test_united_outlines_that_do_not_touch_share_a_group_and_stay_as_they_are():
    work = opened(ONE, FAR, order=(ONE, FAR))
    assert work.combine("unite")
    one, far = work.annotation.shapes
    assert one.group_id == far.group_id == 1
    assert far.key == FAR.key
    assert np.array_equal(far.points, FAR.points)
    assert not work.combine("unite")


def test_two_that_touch_in_a_corner_stay_two():
    corner = box("opacity", 200, 200, 300, 300)
    square = box("opacity", 100, 100, 200, 200)
    work = opened(square, corner, order=(square, corner))
    work.combine("unite")
    assert len(work.annotation.shapes) == 2
    assert len({shape.group_id for shape in work.annotation.shapes}) == 1


def test_a_ring_of_shapes_encloses_a_hole():
    sides = [
        box("opacity", 0, 0, 100, 20),
        box("opacity", 0, 80, 100, 100),
        box("opacity", 0, 0, 20, 100),
        box("opacity", 80, 0, 100, 100),
    ]
    work = opened(*sides, order=tuple(sides))
    work.combine("unite")
    (ring,) = work.annotation.shapes
    assert len(ring.holes) == 1
    assert area(ring) == 100 * 100 - 60 * 60


def test_subtracting_leaves_the_others_and_says_who_changed_it():
    made = modelled(ONE, score=0.8)
    work = opened(made, TWO, order=(made, TWO))
    assert work.combine("subtract")
    first, other = work.annotation.shapes
    assert other is TWO
    assert first.key == made.key
    assert area(first) == pytest.approx(
        area(ONE) - region_of(ONE).intersection(region_of(TWO)).area
    )
    assert first.provenance.source == "model"
    assert first.provenance.edited_by == "A. Name"
    assert work.selection == {made.key}


def test_a_shape_cut_in_two_shares_a_group():
    bar = box("effusion", 140, 90, 160, 210)
    work = opened(ONE, bar, order=(ONE, bar))
    work.combine("subtract")
    parts = work.annotation.labelled("opacity")
    assert len(parts) == 2
    assert len({part.key for part in parts}) == 2
    assert {part.group_id for part in parts} == {1}


def test_a_shape_inside_makes_a_hole():
    inside = box("effusion", 120, 120, 150, 150)
    work = opened(ONE, inside, order=(ONE, inside))
    work.combine("subtract")
    first = work.annotation.shapes[0]
    assert np.array_equal(first.points, ONE.points)
    assert len(first.holes) == 1


def test_intersecting_keeps_what_the_others_cover():
    work = opened(ONE, TWO, order=(ONE, TWO))
    assert work.combine("intersect")
    first, other = work.annotation.shapes
    assert other is TWO
    assert area(first) == pytest.approx(50.7 * 50.9)


@pytest.mark.parametrize("operation", ["subtract", "intersect"])
def test_nothing_happens_without_an_overlap(operation):
    work = opened(ONE, FAR, order=(ONE, FAR))
    assert not work.combine(operation)
    assert work.undo_label is None


def test_a_shape_is_never_subtracted_away():
    cover = box("opacity", 0, 0, 300, 300)
    work = opened(ONE, cover, order=(ONE, cover))
    assert not work.combine("subtract")
    assert ONE.key in {shape.key for shape in work.annotation.shapes}


def test_locked_shapes_are_not_changed():
    work = opened(ONE, TWO, order=(ONE, TWO))
    work.toggle_locked({ONE.key})
    assert not work.combine("unite")
    assert not work.combine("subtract")
    work.unlock_all()
    work.toggle_locked({TWO.key})
    assert work.combine("subtract")


def test_rectangles_take_no_part():
    rectangle = Shape("note", [[0, 0], [300, 300]], shape_type="rectangle")
    work = opened(ONE, rectangle, order=(ONE, rectangle))
    for operation in ("unite", "subtract", "intersect"):
        assert not work.combine(operation)


LUNG = box("right_lung", 90, 90, 180, 400)


def test_opacity_is_clipped_to_the_lungs_all_or_the_selected():
    work = opened(LUNG, ONE, FAR)
    work.select({ONE.key})
    assert work.clip_to_lungs((LUNG,)) == (1, 0)
    assert work.annotation.shape(ONE.key).points[:, 0].max() == 180
    assert work.annotation.shape(FAR.key) is FAR
    work.select(())
    assert work.clip_to_lungs((LUNG,)) == (0, 1)
    assert work.annotation.shape(FAR.key) is None
    assert work.clip_to_lungs((LUNG,)) == (0, 0)
    work.undo()
    work.undo()
    assert work.annotation.shape(ONE.key) is ONE


def test_shapes_clipped_into_parts_have_a_group_each():
    lungs = (box("right_lung", 0, 0, 100, 400), box("left_lung", 200, 0, 300, 400))
    across = [box("opacity", 50, top, 250, top + 50) for top in (10, 110)]
    work = opened(*lungs, *across)
    assert work.clip_to_lungs(lungs) == (2, 0)
    assert [shape.group_id for shape in work.annotation.labelled("opacity")] == [1, 1, 2, 2]


def test_what_touches_only_through_a_third_is_united_too():
    row = [box("opacity", left, 10, left + 60, 60) for left in (10, 110, 60, 400)]
    work = opened(*row, order=row)
    assert work.combine("unite")
    one, alone = work.annotation.labelled("opacity")
    assert (one.key, alone.key) == (row[0].key, row[3].key)
    assert one.points[:, 0].max() == 170


def test_a_selected_lung_is_not_clipped():
    work = opened(LUNG, FAR, order=(LUNG,))
    assert work.clip_to_lungs((LUNG,)) == (0, 0)


def test_snapping_follows_the_lungs_but_not_the_shape_itself():
    work = opened(LUNG, ONE, order=(ONE,))
    assert work.snap_to_lungs((LUNG,), 12)
    assert work.annotation.shape(ONE.key).points[0].tolist() == pytest.approx([90, 100.3])
    assert work.undo_label == "Snap opacity"
    work.select({LUNG.key})
    assert not work.snap_to_lungs((LUNG,), 12)


@st.composite
def stars(draw) -> Shape:
    corners = draw(st.integers(3, 12))
    radii = np.array(draw(st.lists(st.floats(20, 120), min_size=corners, max_size=corners)))
    angles = np.arange(corners) * 2 * np.pi / corners
    x, y = draw(st.tuples(st.floats(150, 450), st.floats(150, 330)))
    return Shape("opacity", np.stack((x + radii * np.cos(angles), y + radii * np.sin(angles)), 1))


@given(
    st.lists(stars(), min_size=2, max_size=4), st.sampled_from(["unite", "subtract", "intersect"])
)
def test_results_are_outlines_of_the_right_area_with_untouched_vertices_exact(shapes, operation):
    work = opened(*shapes, order=tuple(shapes))
    first, others = region_of(shapes[0]), union_of(shapes[1:])
    made = work.combine(operation)
    results = work.annotation.shapes
    for shape in results:
        assert is_simple(shape)
        assert has_area(shape)
    if operation == "unite":
        assert union_of(results).area == pytest.approx(first.union(others).area)
        assert len({shape.label for shape in results}) == 1
    elif made:
        own = [shape for shape in results if shape.key not in {s.key for s in shapes[1:]}]
        wanted = first.difference(others) if operation == "subtract" else first.intersection(others)
        assert union_of(own).area == pytest.approx(wanted.area, abs=1e-6)
    before = {tuple(point) for shape in shapes for point in shape.points.tolist()}
    rings = [ring for shape in results for ring in (shape.points, *shape.holes)]
    after = {tuple(point) for ring in rings for point in ring.tolist()}
    crossings = [s.boundary for s in map(region_of, shapes)]
    for point in after - before:
        from shapely import Point

        assert sum(line.distance(Point(point)) < 1e-6 for line in crossings) >= 2
    work.undo()
    assert work.annotation.shapes == tuple(shapes)
