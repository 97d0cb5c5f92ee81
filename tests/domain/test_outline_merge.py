"""One outline that two people correct in different places."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.geometry import delete_vertices, insert_vertex, move_vertices
from opacity_studio.domain.merge import merge
from opacity_studio.domain.outline_merge import merged_outline, merged_ring
from opacity_studio.domain.shape import Provenance, Shape


def circle(count: int) -> Shape:
    angles = np.arange(count) * 2 * math.pi / count
    return Shape("opacity", np.stack((100 + 80 * np.cos(angles), 100 + 80 * np.sin(angles)), 1))


def gap(one: int, other: int, count: int) -> int:
    """How many vertices lie between two of a ring."""
    apart = abs(one - other)
    return min(apart, count - apart) - 1


def bulged(shape: Shape, index: int) -> Shape:
    x, y = shape.points[index] - 100
    return move_vertices(shape, [(0, index)], 0.02 * x, 0.02 * y)


@given(st.integers(5, 40), st.data())
def test_changes_at_different_places_are_both_made(count: int, data: st.DataObject):
    before = circle(count)
    here, there = (data.draw(st.integers(0, count - 1)) for _ in range(2))
    assume(here != there)
    mine, theirs = bulged(before, here), bulged(before, there)
    merged = merged_outline(before, mine, theirs)
    if gap(here, there, count) == 0:
        assert merged is None
        return
    expected = bulged(mine, there).points
    assert np.array_equal(merged.points, expected)
    assert np.array_equal(merged_outline(before, theirs, mine).points, expected)


@given(st.integers(12, 40), st.data())
def test_vertices_may_come_and_go_meanwhile(count: int, data: st.DataObject):
    before = circle(count)
    near = data.draw(st.integers(1, count // 2 - 3))
    far = data.draw(st.integers(count // 2, count - 3))
    mine = delete_vertices(before, [(0, near)])
    theirs = insert_vertex(before, 0, far, *(before.points[far] * 0.5 + before.points[far + 1] / 2))
    merged = merged_outline(before, mine, theirs)
    assert np.array_equal(merged.points, delete_vertices(theirs, [(0, near)]).points)


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [("axcd", "aycd"), ("axcd", "abyd"), ("xbcd", "abcy"), ("axbcd", "aybcd"), ("acd", "axbcd")],
)
def test_changes_of_the_same_stretch_meet(mine: str, theirs: str):
    def ring(text: str) -> list[tuple[float, float]]:
        return [(float(ord(letter)), 0.0) for letter in text]

    assert merged_ring(ring("abcd"), ring(mine), ring(theirs)) is None
    assert merged_ring(ring("abcd"), ring(mine), ring(mine)) == ring(mine)
    assert merged_ring(ring("abcd"), ring(mine), ring("abcd")) == ring(mine)


def test_an_outline_that_would_cross_itself_is_not_made():
    before = Shape("opacity", [[0, 0], [50, 0], [100, 0], [100, 20], [50, 20], [0, 20]])
    mine = move_vertices(before, [(0, 1)], 0, 30)
    theirs = move_vertices(before, [(0, 4)], 0, -1)
    assert merged_outline(before, mine, theirs) is None


def test_holes_of_one_side_come_along_and_holes_of_both_do_not():
    before = circle(12)
    hole = [[95, 95], [105, 95], [105, 105]]
    mine = bulged(before, 2)
    theirs = bulged(before, 8)
    theirs = theirs.with_outline(theirs.points, [hole])
    merged = merged_outline(before, mine, theirs)
    assert [each.tolist() for each in merged.holes] == [hole]
    mine = mine.with_outline(mine.points, [[[90, 90], [92, 90], [92, 92]]])
    assert merged_outline(before, mine, theirs) is None


def test_other_shapes_than_polygons_are_left_alone():
    before = Shape("x", [[0, 0], [9, 9]], shape_type="rectangle")
    mine, theirs = before.with_outline([[1, 1], [9, 9]]), before.with_outline([[0, 0], [8, 8]])
    assert merged_outline(before, mine, theirs) is None


def test_both_readers_are_named_and_the_model_stays_the_maker():
    before = circle(12)
    made = Provenance("model", "m1", outline_digest=before.outline_digest)
    before = replace(before, provenance=made)

    def by(reader: str, shape: Shape) -> Shape:
        signed = replace(made, edited_by=reader, outline_digest=shape.outline_digest)
        return replace(shape, provenance=signed)

    base = Annotation("film.png", shapes=(before,))
    mine = replace(base, shapes=(by("Ada", bulged(before, 2)),))
    theirs = replace(base, shapes=(by("Rea", bulged(before, 8)),))
    merged = merge(base, mine, theirs)
    assert merged.clashes == ()
    (shape,) = merged.annotation.shapes
    assert shape.key == before.key
    assert (shape.provenance.source, shape.provenance.model) == ("model", "m1")
    assert shape.provenance.edited_by == "Rea, Ada"
    assert shape.provenance.outline_digest == shape.outline_digest
