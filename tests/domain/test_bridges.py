from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from opacity_studio.domain.bridges import join_holes, open_bridges, signed_area
from opacity_studio.domain.rasterise import rasterise_rings
from opacity_studio.domain.shape import Shape

SQUARE = [[0, 0], [100, 0], [100, 100], [0, 100]]
HOLE = [[40, 40], [40, 60], [60, 60], [60, 40]]


def ring_set(ring) -> frozenset:
    """The directed edges of a ring: equal for rings that differ only in where they start."""
    points = [tuple(p) for p in np.asarray(ring).tolist()]
    return frozenset(zip(points, points[1:] + points[:1], strict=True))


def undirected(ring) -> frozenset:
    return frozenset(frozenset(edge) for edge in ring_set(ring))


@st.composite
def holed_polygons(draw):
    """A valid polygon with holes: discs of few vertices taken out of a larger one."""
    corners = draw(st.integers(3, 12))
    turn = draw(st.floats(0, 6))
    angles = turn + np.arange(corners) * 2 * np.pi / corners
    body = shapely.Polygon(np.stack((200 + 150 * np.cos(angles), 200 + 150 * np.sin(angles)), 1))
    for _ in range(draw(st.integers(1, 6))):
        centre = draw(st.tuples(st.integers(80, 320), st.integers(80, 320)))
        radius = draw(st.integers(2, 40))
        body = body.difference(shapely.Point(centre).buffer(radius, draw(st.integers(1, 3))))
    parts = [part for part in getattr(body, "geoms", [body]) if part.area > 1]
    part = max(parts, key=lambda part: len(part.interiors))
    outline = np.asarray(part.exterior.coords)[:-1]
    holes = [np.asarray(ring.coords)[:-1] for ring in part.interiors]
    flipped = draw(st.lists(st.booleans(), min_size=len(holes), max_size=len(holes)))
    holes = [hole[::-1] if flip else hole for hole, flip in zip(holes, flipped, strict=True)]
    return np.roll(outline, draw(st.integers(0, 20)), axis=0), draw(st.permutations(holes))


def test_a_polygon_without_holes_stays_as_it_is():
    points = np.array(SQUARE, dtype=float)
    assert np.array_equal(join_holes(points), points)
    outline, holes = open_bridges(points)
    assert np.array_equal(outline, points)
    assert holes == ()


def test_one_hole_is_joined_by_existing_vertices_and_reopened():
    joined = join_holes(SQUARE, [HOLE])
    assert len(joined) == 4 + 4 + 2
    assert {tuple(p) for p in joined.tolist()} == {tuple(map(float, p)) for p in SQUARE + HOLE}
    assert abs(signed_area(joined)) == 100 * 100 - 20 * 20
    outline, holes = open_bridges(joined)
    assert outline.tolist() == SQUARE
    assert len(holes) == 1
    assert ring_set(holes[0]) == ring_set(HOLE)


@given(holed_polygons())
def test_bridges_round_trip(polygon):
    outline, holes = polygon
    joined = join_holes(outline, holes)
    back, opened = open_bridges(joined)
    assert np.array_equal(back, outline)
    assert {undirected(hole) for hole in opened} == {undirected(hole) for hole in holes}
    assert len(opened) == len(holes)
    # From then on nothing changes any more, to the last bit.
    assert np.array_equal(join_holes(back, opened), joined)


@given(holed_polygons())
def test_bridges_enclose_nothing(polygon):
    outline, holes = polygon
    joined = join_holes(outline, holes)
    expected = abs(signed_area(outline)) - sum(abs(signed_area(hole)) for hole in holes)
    assert abs(signed_area(joined)) == pytest.approx(expected)
    assert np.array_equal(
        rasterise_rings([joined], 400, 400), rasterise_rings([outline, *holes], 400, 400)
    )


@given(holed_polygons())
def test_bridges_cross_no_edge(polygon):
    outline, holes = polygon
    joined = join_holes(outline, holes)
    walls = shapely.MultiLineString([np.vstack((ring, ring[:1])) for ring in (outline, *holes)])
    known = frozenset().union(*(undirected(ring) for ring in (outline, *holes)))
    bridges = undirected(joined) - known
    assert len(bridges) == len(holes)
    for bridge in bridges:
        assert not walls.crosses(shapely.LineString(list(bridge)))


def test_holes_run_against_the_outline():
    for hole in (HOLE, HOLE[::-1]):
        _, (opened,) = open_bridges(join_holes(SQUARE, [hole]))
        assert (signed_area(opened) > 0) != (signed_area(np.array(SQUARE, float)) > 0)


def test_a_hole_that_touches_the_outline_is_found_again():
    touching = [[0, 0], [30, 10], [10, 30]]
    _, holes = open_bridges(join_holes(SQUARE, [touching]))
    assert [undirected(hole) for hole in holes] == [undirected(np.array(touching, float))]


def test_a_foreign_ring_that_starts_on_its_hole_is_opened():
    joined = join_holes(SQUARE, [HOLE])
    start = int(np.flatnonzero((joined == [60, 60]).all(axis=1))[0])
    outline, holes = open_bridges(np.roll(joined, -start, axis=0))
    assert ring_set(outline) == ring_set(np.array(SQUARE, float))
    assert len(holes) == 1


@pytest.mark.parametrize(
    "points",
    [
        pytest.param([[0, 0], [100, 0], [150, 0], [100, 0], [100, 100]], id="spike"),
        pytest.param(
            [[0, 0], [10, 0], [10, 10], [50, 10], [60, 10], [60, 20], [50, 10], [10, 10], [0, 10]],
            id="two parts side by side",
        ),
        pytest.param([*SQUARE, *SQUARE], id="the same ring twice"),
        pytest.param([[0, 0], [9, 0], [9, 9], [0, 9], [0, 0]], id="closed"),
        pytest.param([[1, 1]], id="a point"),
        pytest.param([], id="nothing"),
    ],
)
def test_what_has_no_single_reading_is_left_alone(points):
    outline, holes = open_bridges(points)
    assert outline.tolist() == points
    assert holes == ()


def test_an_island_in_a_hole_is_left_alone():
    island = [[48, 48], [52, 48], [52, 52]]
    joined = join_holes(SQUARE, [HOLE, island])
    outline, holes = open_bridges(joined)
    assert holes == ()
    assert np.array_equal(outline, joined)


def test_a_hole_outside_the_outline_still_saves_without_losing_area():
    outside = [[200, 200], [220, 200], [220, 220]]
    joined = join_holes(SQUARE, [outside])
    assert (
        rasterise_rings([joined], 300, 300).sum()
        == rasterise_rings([np.array(SQUARE, float), np.array(outside, float)], 300, 300).sum()
    )


@given(holed_polygons())
def test_the_digest_survives_the_bridges(polygon):
    outline, holes = polygon
    drawn = Shape("opacity", outline, holes=tuple(holes))
    outline, opened = open_bridges(join_holes(outline, holes))
    assert Shape("opacity", outline, holes=opened).outline_digest == drawn.outline_digest


def test_the_digest_tells_holes_apart():
    drawn = Shape("opacity", SQUARE, holes=(HOLE,))
    moved = Shape("opacity", SQUARE, holes=(np.array(HOLE, float) + 0.5,))
    assert moved.outline_digest != drawn.outline_digest
    assert Shape("opacity", SQUARE).outline_digest != drawn.outline_digest


@given(holed_polygons())
def test_no_bridge_starts_where_older_labelmes_would_drop_a_point(polygon):
    joined = join_holes(*polygon)
    assert not np.any(np.all(joined[1:] == joined[0], axis=1))


def test_two_holes_that_touch_the_outline_do_not_share_a_bridge():
    outline = [[0, 0], [2, 0], [12, 0], [12, 12], [0, 12], [0, 3]]
    holes = [[[2, 0], [5, 2], [6, 2]], [[0, 3], [4, 7], [3, 9], [6, 11], [11, 6]]]
    opened, found = open_bridges(join_holes(outline, holes))
    assert opened.tolist() == outline
    assert len(found) == 2
    assert shapely.Polygon(opened, found).is_valid
