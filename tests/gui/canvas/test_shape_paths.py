"""Every LabelMe shape has a path, and no file's numbers can hang the painter."""

from __future__ import annotations

import base64

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QPointF

from opacity_studio.domain.shape import Shape
from opacity_studio.gui.canvas.shape_paths import PathCache, shape_path


def contains(shape: Shape, x: float, y: float) -> bool:
    return shape_path(shape).path.contains(QPointF(x, y))


def test_a_polygon_is_closed_and_its_holes_are_open():
    hole = [[4, 4], [6, 4], [6, 6], [4, 6]]
    shape = Shape("opacity", [[0, 0], [10, 0], [10, 10], [0, 10]], holes=(hole,))
    path = shape_path(shape)
    assert path.is_area
    assert path.bounds.getRect() == (0, 0, 10, 10)
    assert contains(shape, 2, 9)
    assert not contains(shape, 5, 5)
    assert not contains(shape, 11, 5)


def test_a_rectangle_is_given_by_two_corners_and_a_circle_by_centre_and_rim():
    rectangle = Shape("a", [[10, 20], [30, 5]], "rectangle")
    assert contains(rectangle, 11, 6)
    assert not contains(rectangle, 9, 6)
    circle = Shape("a", [[50, 50], [50, 60]], "circle")
    assert shape_path(circle).bounds.getRect() == pytest.approx((40, 40, 20, 20))
    assert not contains(circle, 58, 58)


@pytest.mark.parametrize("kind", ["line", "linestrip"])
def test_lines_stay_open(kind):
    path = shape_path(Shape("a", [[0, 0], [10, 0], [10, 10]], kind))
    assert not path.is_area
    assert path.path.elementCount() == 3
    assert len(path.dots) == 0


@pytest.mark.parametrize("kind", ["point", "points"])
def test_points_are_dots_of_their_own_bounds(kind):
    path = shape_path(Shape("a", [[3, 4], [8, 1]], kind))
    assert path.dots.tolist() == [[3, 4], [8, 1]]
    assert path.path.isEmpty()
    assert path.corners == (3, 1, 8, 4)


def test_a_mask_is_outlined_pixel_by_pixel():
    inside = np.zeros((6, 8), np.uint8)
    inside[1:5, 2:7] = 255
    inside[2, 3] = 0
    text = base64.b64encode(cv2.imencode(".png", inside)[1].tobytes()).decode()
    shape = Shape("a", [[100, 50], [107, 55]], "mask", mask=text)
    for row, column in ((1, 2), (4, 6), (3, 4)):
        assert contains(shape, 100.5 + column, 50.5 + row)
    for row, column in ((0, 2), (2, 3), (5, 6)):
        assert not contains(shape, 100.5 + column, 50.5 + row)


@pytest.mark.parametrize("text", ["", "not base64!", base64.b64encode(b"no png").decode()])
def test_an_unreadable_mask_shows_its_box(text):
    shape = Shape("a", [[1, 2], [4, 6]], "mask", mask=text)
    assert shape_path(shape).path.contains(QPointF(2, 3))


@pytest.mark.parametrize(
    "points", [[], [[1, 1]], [[1, 1], [2, 2]], [[np.nan, 1], [2, np.inf]], [[1e300, 0], [0, 1e300]]]
)
@pytest.mark.parametrize("kind", ["polygon", "rectangle", "circle", "line", "mask", "unheard of"])
def test_odd_numbers_make_a_finite_path(points, kind):
    path = shape_path(Shape("a", points, kind))
    assert np.isfinite(path.corners).all()
    assert np.abs(path.corners).max() < 1e8


def test_the_cache_makes_a_path_once_and_again_only_for_another_outline():
    paths = PathCache()
    shape = Shape("a", [[0, 0], [1, 0], [1, 1]])
    first = paths[shape]
    assert paths[shape] is first
    moved = shape.with_outline([[5, 5], [6, 5], [6, 6]])
    assert paths[moved].corners == (5, 5, 6, 6)
    paths.keep_only([shape.key])
    assert paths[moved].corners == (5, 5, 6, 6)
    paths.keep_only([])
    assert paths[shape] is not first
