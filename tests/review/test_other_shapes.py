"""Rectangles, circles, lines, points and masks that other programs drew."""

from __future__ import annotations

import numpy as np
import pytest

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.masks import with_mask_pixels
from opacity_studio.domain.shape import Shape
from opacity_studio.files.labelme_json import dump_annotation, parse_annotation
from opacity_studio.review.tools.select import SelectTool
from tests.files.labelme_files import PATH
from tests.review.desk import HEIGHT, WIDTH, Mouse, box, session

INSIDE = np.zeros((40, 60), bool)
INSIDE[5:35, 5:55] = True
RECTANGLE = Shape("tube", [[100, 100], [160, 140]], shape_type="rectangle")
CIRCLE = Shape("node", [[250, 120], [270, 120]], shape_type="circle")
LINE = Shape("scale", [[320, 100], [400, 140]], shape_type="line")
STRIP = Shape("lead", [[100, 300], [150, 320], [200, 300]], shape_type="linestrip")
POINT = Shape("tip", [[300, 300]], shape_type="point")
POINTS = Shape("tips", [[350, 300], [380, 320]], shape_type="points")
MASK = with_mask_pixels(Shape("area", [[450, 300], [509, 339]], shape_type="mask"), INSIDE)
UNKNOWN = Shape(
    "box", [[450, 100], [520, 100], [520, 150], [450, 150]], shape_type="oriented_rectangle"
)
ON = {
    "rectangle": (RECTANGLE, (130, 120)),
    "circle": (CIRCLE, (250, 132)),
    "line": (LINE, (360, 121)),
    "linestrip": (STRIP, (125, 311)),
    "point": (POINT, (303, 302)),
    "points": (POINTS, (381, 318)),
    "mask": (MASK, (480, 320)),
    "unknown": (UNKNOWN, (480, 120)),
}
BY_GRIP = ("point", "points")
"""A press on these takes hold of one of their points."""


@pytest.fixture
def work():
    return session(RECTANGLE, CIRCLE, LINE, STRIP, POINT, POINTS, MASK, UNKNOWN)


@pytest.mark.parametrize("kind", ON)
def test_a_click_selects_and_delete_deletes(work, kind):
    shape, at = ON[kind]
    tool = SelectTool(work)
    Mouse(tool).click(*at)
    assert work.selection == {shape.key}
    assert tool.key("Delete")
    assert work.annotation.shape(shape.key) is None
    assert len(work.annotation.shapes) == len(ON) - 1
    work.undo()
    assert work.annotation.shape(shape.key) is shape


@pytest.mark.parametrize("kind", sorted(set(ON) - set(BY_GRIP)))
def test_a_drag_moves_the_whole(work, kind):
    shape, at = ON[kind]
    Mouse(SelectTool(work)).drag(at, (at[0] + 20, at[1] + 7))
    moved = work.annotation.shape(shape.key)
    assert np.array_equal(moved.points, shape.points + np.array((20, 7)))
    assert moved.mask == shape.mask
    assert work.undo_label.startswith("Move ")


@pytest.mark.parametrize("kind", ON)
def test_arrows_move_what_is_selected_and_stop_at_the_border(work, kind):
    shape, _ = ON[kind]
    work.select({shape.key})
    tool = SelectTool(work)
    tool.key("Right")
    assert np.array_equal(work.annotation.shape(shape.key).points, shape.points + np.array((1, 0)))
    for _ in range(80):
        tool.key("Shift+Up")
        tool.key("Shift+Right")
    moved = work.annotation.shape(shape.key).points
    assert moved[:, 0].max() <= WIDTH
    assert moved[:, 1].min() >= 0


def test_a_mask_stays_on_whole_pixels_and_on_the_film(work):
    mouse = Mouse(SelectTool(work))
    mouse.drag((480, 320), (483.3, 330.7))
    assert work.annotation.shape(MASK.key).points[0].tolist() == [453, 311]
    mouse.drag((483, 330), (900, 900))
    assert work.annotation.shape(MASK.key).points[1].tolist() == [WIDTH - 1, HEIGHT - 1]


def test_corners_rims_and_ends_can_be_dragged_by_themselves(work):
    mouse = Mouse(SelectTool(work))
    mouse.drag((160, 140), (180, 170))
    assert work.annotation.shape(RECTANGLE.key).points.tolist() == [[100, 100], [180, 170]]
    mouse.drag((270, 120), (280, 120))
    assert work.annotation.shape(CIRCLE.key).points.tolist() == [[250, 120], [280, 120]]
    mouse.drag((250, 120), (240, 130))
    assert work.annotation.shape(CIRCLE.key).points.tolist() == [[240, 130], [270, 130]]
    mouse.drag((150, 320), (150, 350))
    assert work.annotation.shape(STRIP.key).points[1].tolist() == [150, 350]
    mouse.drag((300, 300), (310, 310))
    assert work.annotation.shape(POINT.key).points.tolist() == [[310, 310]]


def test_a_rectangle_is_not_dragged_flat(work):
    mouse = Mouse(SelectTool(work))
    mouse.press(160, 140)
    mouse.drag_to(120, 110)
    mouse.drag_to(120, 100)
    mouse.release(120, 100)
    assert work.annotation.shape(RECTANGLE.key).points[1].tolist() == [120, 110]


def test_a_click_on_a_line_adds_no_vertex(work):
    tool = SelectTool(work)
    mouse = Mouse(tool)
    mouse.click(360, 121)
    mouse.hover(340, 110)
    assert tool.draft.insertion is None
    mouse.click(340, 110)
    assert work.undo_label is None
    assert work.selection == {LINE.key}


def test_between_its_ends_a_line_is_open():
    strip = Shape("lead", [[100, 100], [300, 100], [300, 300]], shape_type="linestrip")
    work = session(strip)
    Mouse(SelectTool(work)).click(200, 200)
    assert work.selection == frozenset()


def test_a_small_polygon_inside_a_rectangle_is_found_first():
    rectangle = Shape("tube", [[50, 50], [400, 400]], shape_type="rectangle")
    inner = box("opacity", 100, 100, 200, 200)
    work = session(inner, rectangle)
    Mouse(SelectTool(work)).click(150, 150)
    assert work.selection == {inner.key}


def test_a_rubber_band_takes_them_all(work):
    Mouse(SelectTool(work)).drag((20, 20), (600, 400))
    assert len(work.selection) == len(ON)
    work.nudge(3, 4)
    for shape in ON.values():
        moved = work.annotation.shape(shape[0].key)
        assert np.array_equal(moved.points, shape[0].points + np.array((3, 4)))


def test_moved_and_saved_they_read_back_the_same(work):
    work.select(shape.key for shape in work.annotation.shapes)
    work.nudge(5, 5)
    read = parse_annotation(dump_annotation(work.annotation), PATH)
    assert isinstance(read, Annotation)
    assert read.shapes == work.annotation.shapes
    assert [shape.mask for shape in read.shapes][6] == MASK.mask
