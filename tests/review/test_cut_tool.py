"""Shapes cut apart along a line."""

from __future__ import annotations

import pytest

from opacity_studio.domain.geometry import region_of
from opacity_studio.review.tools.cut import CutTool
from tests.review.desk import Mouse, box, modelled, session


def test_a_dragged_line_cuts_what_it_goes_through():
    shape = modelled(box("opacity", 100, 100, 300, 200))
    work = session(shape)
    mouse = Mouse(CutTool(work))
    mouse.press(200, 60)
    mouse.drag_to(200, 150)
    assert "edge to edge" in mouse.tool.hint
    mouse.drag_to(210, 240)
    assert "1 shape into 2 parts" in mouse.tool.hint
    assert mouse.tool.draft.rubber == ((200, 60), (210, 240))
    assert work.undo_label is None
    mouse.release(210, 240)
    one, other = work.annotation.shapes
    assert shape.key in (one.key, other.key)
    assert one.group_id is not None
    assert one.group_id == other.group_id
    assert region_of(one).area + region_of(other).area == pytest.approx(20000)
    assert one.provenance.source == other.provenance.source == "model"
    assert work.undo_label == "Cut opacity"
    work.undo()
    assert work.annotation.shapes == (shape,)


@pytest.mark.parametrize("end", ["Return", "double click"])
def test_a_clicked_line_ends_with_enter_or_a_double_click(end):
    work = session(box("opacity", 100, 100, 300, 200))
    mouse = Mouse(CutTool(work))
    mouse.click(150, 60)
    mouse.click(150, 150)
    mouse.click(250, 150)
    mouse.click(250, 260)
    assert mouse.tool.is_busy
    assert len(mouse.tool.draft.points) == 4
    if end == "Return":
        assert mouse.tool.key("Return")
    else:
        mouse.tool.double_click(mouse.event(250, 260))
    assert len(work.annotation.shapes) == 2
    assert not mouse.tool.is_busy


def test_only_the_selected_shape_is_cut():
    one, other = box("opacity", 100, 100, 300, 200), box("opacity", 100, 220, 300, 320)
    work = session(one, other)
    work.select({other.key})
    mouse = Mouse(CutTool(work))
    mouse.drag((200, 60), (200, 210))
    assert work.annotation.shapes == (one, other)
    assert "what is selected" in mouse.tool.hint
    mouse.drag((200, 60), (200, 400))
    assert work.annotation.shapes[0] == one
    assert len(work.annotation.shapes) == 3
    assert work.selection == {shape.key for shape in work.annotation.shapes[1:]}


def test_without_a_selection_every_finding_but_no_lung():
    lung = box("right_lung", 50, 80, 400, 450)
    work = session(lung, box("opacity", 100, 100, 300, 200), box("opacity", 100, 220, 300, 320))
    Mouse(CutTool(work)).drag((200, 60), (200, 470))
    assert work.annotation.labelled("right_lung") == (lung,)
    groups = [shape.group_id for shape in work.annotation.labelled("opacity")]
    assert len(groups) == 4
    assert len(set(groups)) == 2
    assert work.undo_label == "Cut 2 shapes"


def test_a_lung_alone_is_cut():
    work = session(box("right_lung", 50, 80, 400, 450))
    Mouse(CutTool(work)).drag((200, 60), (200, 470))
    assert len(work.annotation.shapes) == 2


def test_locked_and_hidden_shapes_are_left_alone():
    one, other = box("opacity", 100, 100, 300, 200), box("opacity", 100, 220, 300, 320)
    work = session(one, other)
    work.toggle_locked({one.key})
    work.toggle_hidden({other.key})
    mouse = Mouse(CutTool(work))
    mouse.drag((200, 60), (200, 400))
    assert work.annotation.shapes == (one, other)
    assert "Nothing cut" in mouse.tool.hint


def test_points_are_taken_back_and_the_line_dropped():
    work = session(box("opacity", 100, 100, 300, 200))
    mouse = Mouse(CutTool(work))
    mouse.click(150, 60)
    mouse.click(150, 250)
    assert "into 2 parts" in mouse.tool.hint
    assert mouse.tool.key("Backspace")
    assert len(mouse.tool.draft.points) == 1
    assert mouse.tool.key("Escape")
    assert not mouse.tool.is_busy
    assert not mouse.tool.key("Escape")
    assert not mouse.tool.key("Return")


def test_a_line_belongs_to_one_state_of_the_film():
    work = session(box("opacity", 100, 100, 300, 200))
    work.select({work.annotation.shapes[0].key})
    work.nudge(3, 0)
    mouse = Mouse(CutTool(work))
    mouse.click(150, 60)
    work.undo()
    assert not mouse.tool.is_busy
    mouse.click(150, 250)
    mouse.tool.key("Return")
    assert len(work.annotation.shapes) == 1
