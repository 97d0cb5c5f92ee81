from __future__ import annotations

import numpy as np
import pytest

from opacity_studio.domain.masks import mask_pixels, with_mask_pixels
from opacity_studio.domain.outline import extent_of, grips_of, is_dots, outline_of
from opacity_studio.domain.shape import Shape


def mask(inside: np.ndarray, left: float, top: float) -> Shape:
    rows, columns = inside.shape
    corners = [[left, top], [left + columns - 1, top + rows - 1]]
    return with_mask_pixels(Shape("note", corners, shape_type="mask"), inside)


def test_a_rectangle_has_four_corners_and_two_grips():
    shape = Shape("note", [[10, 20], [40, 60]], shape_type="rectangle")
    (ring,) = outline_of(shape).rings
    assert ring.tolist() == [[10, 20], [40, 20], [40, 60], [10, 60]]
    assert outline_of(shape).is_closed
    assert grips_of(shape)[0].tolist() == [[10, 20], [40, 60]]


def test_a_circle_is_as_large_as_its_rim():
    shape = Shape("note", [[50, 50], [53, 54]], shape_type="circle")
    (ring,) = outline_of(shape).rings
    assert np.allclose(np.hypot(*(ring - 50).T), 5)
    assert extent_of([shape]) == (45, 45, 55, 55)


@pytest.mark.parametrize("kind", ["line", "linestrip"])
def test_lines_are_open(kind):
    outline = outline_of(Shape("note", [[0, 0], [5, 5], [9, 0]], shape_type=kind))
    assert not outline.is_closed
    assert len(outline.rings) == 1


@pytest.mark.parametrize(("kind", "count"), [("point", 1), ("points", 3), ("polygon", 1)])
def test_points_are_dots(kind, count):
    shape = Shape("note", [[3, 4]] * count, shape_type=kind)
    assert outline_of(shape).rings == ()
    assert is_dots(shape)
    assert len(grips_of(shape)[0]) == count


def test_a_mask_is_the_outline_of_its_pixels_without_grips():
    inside = np.zeros((6, 8), bool)
    inside[1:5, 1:7] = True
    inside[2:4, 3:5] = False
    shape = mask(inside, 100, 200)
    outline = outline_of(shape)
    assert len(outline.rings) == 2
    assert outline.is_closed
    assert grips_of(shape) == ()
    assert extent_of([shape]) == (100, 200, 108, 206)
    assert np.array_equal(mask_pixels(shape.mask), inside)


@pytest.mark.parametrize("text", ["no base64 at all", "AAAA", ""])
def test_an_unreadable_mask_is_its_box(text):
    shape = Shape("note", [[1, 2], [4, 6]], shape_type="mask", mask=text)
    (ring,) = outline_of(shape).rings
    assert len(ring) == 4
    assert mask_pixels(text) is None


def test_an_unknown_type_looks_like_a_polygon_and_moves_as_a_whole():
    shape = Shape("note", [[0, 0], [4, 0], [4, 4], [0, 4]], shape_type="oriented_rectangle")
    assert outline_of(shape).is_closed
    assert grips_of(shape) == ()


def test_nothing_has_no_extent():
    assert extent_of([]) is None
