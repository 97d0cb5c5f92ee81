from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.bridges import signed_area
from opacity_studio.domain.geometry import (
    delete_vertices,
    free_group_id,
    has_area,
    insert_vertex,
    is_simple,
    is_simple_line,
    move_vertices,
    region_of,
    reshaped,
    simplify,
    subtracted,
    translate,
    union_of,
    united,
)
from opacity_studio.domain.rasterise import rasterise_shapes
from opacity_studio.domain.shape import Shape

SQUARE = Shape("opacity", [[0.1, 0.2], [100.3, 0.2], [100.3, 100.7], [0.1, 100.7]])
HOLED = Shape(
    "opacity",
    [[0, 0], [100, 0], [100, 100], [0, 100]],
    holes=([[40, 40], [40, 60], [60, 60]], [[10, 10], [10, 20], [20, 20], [20, 10]]),
)
BOW = Shape("opacity", [[0, 0], [40, 40], [40, 0], [0, 40]])


@st.composite
def rings(draw, span: int = 60):
    points = draw(
        st.lists(st.tuples(st.integers(0, span), st.integers(0, span)), min_size=3, max_size=10)
    )
    return np.array(points, dtype=float)


@st.composite
def stars(draw):
    """A simple polygon: corners at growing angles around a centre."""
    corners = draw(st.integers(3, 24))
    radii = draw(st.lists(st.floats(20, 90), min_size=corners, max_size=corners))
    angles = np.arange(corners) * 2 * np.pi / corners
    points = np.stack((100 + radii * np.cos(angles), 100 + radii * np.sin(angles)), 1)
    points = points[::-1] if draw(st.booleans()) else points
    return Shape("opacity", np.roll(points, draw(st.integers(0, corners)), axis=0))


def test_moving_a_vertex_leaves_every_other_coordinate_alone():
    moved = move_vertices(HOLED, [(1, 2)], -4.5, -15.75)
    assert moved.holes[0].tolist() == [[40, 40], [40, 60], [55.5, 44.25]]
    assert np.array_equal(moved.points, HOLED.points)
    assert np.array_equal(moved.holes[1], HOLED.holes[1])
    assert moved.key == HOLED.key


def test_an_inserted_vertex_comes_after_the_one_its_edge_starts_at():
    longer = insert_vertex(SQUARE, 0, 3, 0, 50)
    assert longer.points[4].tolist() == [0, 50]
    assert np.array_equal(longer.points[:4], SQUARE.points)


def test_deleting_stops_at_three_vertices():
    triangle = delete_vertices(SQUARE, [(0, 1)])
    assert triangle is not None
    assert len(triangle.points) == 3
    assert delete_vertices(triangle, [(0, 0)]) is None


def test_deleting_refuses_what_would_enclose_nothing():
    kite = Shape("opacity", [[0, 0], [5, 5], [10, 0], [20, 0]])
    assert delete_vertices(kite, [(0, 1)]) is None


def test_a_hole_of_three_vertices_closes():
    closed = delete_vertices(HOLED, [(1, 0)])
    assert closed is not None
    assert [len(hole) for hole in closed.holes] == [4]


def test_moving_a_shape_moves_its_holes():
    moved = translate(HOLED, 3, -2)
    assert moved.points[0].tolist() == [3, -2]
    assert moved.holes[0][0].tolist() == [43, 38]


def test_crossing_outlines_are_detected():
    assert is_simple(HOLED)
    assert not is_simple(BOW)
    assert not is_simple(move_vertices(HOLED, [(1, 0)], 160, 160))


def test_what_has_no_area_is_detected():
    assert has_area(BOW)
    assert not has_area(Shape("opacity", [[0, 0], [5, 5], [10, 10]]))
    assert not has_area(Shape("opacity", [[0, 0], [5, 5]]))
    assert not has_area(Shape("opacity", [[0, 0], [5, np.nan], [10, 0]]))


@settings(max_examples=50)
@given(rings(), st.lists(rings(), max_size=2))
def test_regions_are_what_the_even_odd_rule_says(outline, holes):
    shape = Shape("opacity", outline, holes=tuple(holes))
    region = region_of(shape)
    assert region.is_valid
    mask = rasterise_shapes([shape], 61, 61)
    rows, columns = np.nonzero(np.ones_like(mask))
    centres = shapely.points(columns + 0.5, rows + 0.5)
    shapely.prepare(region)
    inside = shapely.contains(region, centres).reshape(mask.shape)
    # A centre on the outline itself may fall on either side.
    rim = shapely.dwithin(region.boundary, centres, 1e-6).reshape(mask.shape)
    crossing = shapely.MultiLineString(
        [np.vstack((r, r[:1])) for r in (shape.points, *shape.holes)]
    )
    rim |= shapely.dwithin(crossing, centres, 1e-6).reshape(mask.shape)
    assert np.array_equal(inside[~rim], mask[~rim])


def test_only_polygons_have_a_region():
    assert region_of(Shape("opacity", [[0, 0], [9, 9]], shape_type="rectangle")).is_empty
    assert union_of([]).is_empty
    assert union_of([SQUARE, SQUARE]).area == pytest.approx(region_of(SQUARE).area)


@given(stars())
def test_a_region_goes_back_to_the_outline_it_came_from(shape):
    (back,) = reshaped(shape, shapely.normalize(region_of(shape)), free_group_id=1)
    assert back == shape
    assert back.key == shape.key


@given(stars(), stars())
def test_a_union_keeps_start_orientation_and_untouched_coordinates(shape, other):
    other = translate(other, 60, 25)
    both = shapely.union(region_of(shape), region_of(other))
    parts = united(shape, region_of(other), free_group_id=7)
    assert sum(region_of(part).area for part in parts) == pytest.approx(both.area)
    first = parts[0]
    assert first.key == shape.key
    assert (signed_area(first.points) > 0) == (signed_area(shape.points) > 0)
    kept = [
        p for p in map(tuple, shape.points.tolist()) if p in set(map(tuple, first.points.tolist()))
    ]
    if kept:
        assert tuple(first.points[0]) == kept[0]


@given(stars(), stars())
def test_a_difference_in_parts_shares_a_group(shape, other):
    other = translate(other, 30, 0)
    parts = subtracted(shape, region_of(other), free_group_id=7)
    rest = shapely.difference(region_of(shape), region_of(other))
    assert sum(region_of(part).area for part in parts) == pytest.approx(rest.area)
    assert len({part.key for part in parts}) == len(parts)
    groups = {part.group_id for part in parts}
    assert groups == ({7} if len(parts) > 1 else {None} if parts else set())
    if parts:
        assert region_of(parts[0]).area == max(region_of(part).area for part in parts)


def test_parts_stay_in_the_group_they_were_in():
    grouped = Shape("opacity", SQUARE.points, group_id=3)
    bar = shapely.box(40, -10, 60, 110)
    assert [part.group_id for part in subtracted(grouped, bar, free_group_id=9)] == [3, 3]


def test_a_hole_left_alone_keeps_start_and_orientation():
    parts = subtracted(HOLED, shapely.box(90, -10, 110, 110), free_group_id=1)
    assert len(parts) == 1
    assert {hole.tobytes() for hole in parts[0].holes} == {hole.tobytes() for hole in HOLED.holes}


def test_a_new_hole_runs_against_the_outline():
    for shape in (SQUARE, SQUARE.with_outline(SQUARE.points[::-1])):
        (ring,) = subtracted(shape, shapely.box(40, 40, 60, 60), free_group_id=1)
        assert (signed_area(ring.holes[0]) > 0) != (signed_area(shape.points) > 0)
        assert np.array_equal(ring.points, shape.points)


def test_taking_everything_away_leaves_nothing():
    assert subtracted(SQUARE, shapely.box(-1, -1, 200, 200), free_group_id=1) == ()


@given(stars(), st.floats(0.1, 20))
def test_simplifying_keeps_a_subset_of_the_vertices_in_order(shape, tolerance):
    simpler = simplify(shape, tolerance)
    known = list(map(tuple, shape.points.tolist()))
    places = [known.index(point) for point in map(tuple, simpler.points.tolist())]
    assert places == sorted(places)
    assert is_simple(simpler)


def test_what_simplifying_does_not_change_is_the_same_object():
    square = Shape("opacity", [[0, 0], [10, 0], [10, 10], [0, 10]])
    assert simplify(square, 1) is square


def test_simplifying_leads_no_outline_through_a_hole_of_its_own():
    # Without its tip the outline would run through the hole below it.
    shape = Shape(
        "opacity",
        [[0, 0], [0, -20], [50, -26], [100, -20], [100, 0]],
        holes=([[45, -24], [55, -24], [50, -22]],),
    )
    simpler = simplify(shape, 10)
    assert is_simple(simpler)
    assert len(simpler.holes) == 1


def test_a_line_is_simple_until_it_meets_itself():
    bent = np.array([[0.0, 0], [10, 0], [10, 10]])
    assert is_simple_line(bent[:1])
    assert is_simple_line(bent)
    for end in ((5, -5), (5, 0), (10, 5)):
        assert not is_simple_line(np.vstack((bent, [end])))


def test_what_is_infinite_is_not_simple():
    assert not is_simple(Shape("opacity", [[0, 0], [np.inf, 0], [10, 10]]))
    assert not is_simple(Shape("opacity", [[0, 0], [np.nan, 0], [10, 10]]))


def test_a_crossing_outline_is_not_simplified():
    assert simplify(BOW, 5) is BOW


def test_a_free_group_id_is_free():
    shapes = (SQUARE, Shape("opacity", SQUARE.points, group_id=4))
    assert free_group_id(Annotation("film.png", shapes=shapes)) == 5
    assert free_group_id(Annotation("film.png")) == 1
