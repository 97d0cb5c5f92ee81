"""Outlines and stretches of outlines in one stroke."""

from __future__ import annotations

import numpy as np
import pytest

from opacity_studio.domain.geometry import is_simple, region_of
from opacity_studio.review.tools.freehand import FreehandTool
from tests.review.desk import Mouse, box, session


def loop(x: float, y: float, radius: float, turns: float = 1.0, steps: int = 90):
    angle = np.linspace(0, 2 * np.pi * turns, steps)
    return [(x + radius * np.cos(t), y + radius * np.sin(t)) for t in angle.tolist()]


def draw(mouse: Mouse, points) -> None:
    mouse.drag(points[0], *points[1:])


def test_a_loop_is_an_outline_with_few_points():
    work = session()
    work.current_label = "left_lung"
    draw(Mouse(FreehandTool(work)), loop(300, 200, 60))
    (shape,) = work.annotation.shapes
    assert shape.label == "left_lung"
    assert region_of(shape).area == pytest.approx(np.pi * 3600, rel=0.03)
    assert len(shape.points) < 30
    assert work.undo_label == "Draw left lung"
    assert work.selection == {shape.key}


def test_the_tolerance_is_a_pixel_of_the_screen_not_of_the_film():
    counts = []
    for scale in (0.25, 4.0):
        work = session()
        draw(Mouse(FreehandTool(work), scale), loop(300, 200, 60, steps=800))
        counts.append(len(work.annotation.shapes[0].points))
    assert counts[0] < counts[1]


def test_overshooting_the_start_leaves_no_crossing():
    work = session()
    draw(Mouse(FreehandTool(work)), loop(300, 200, 60, turns=1.2))
    (shape,) = work.annotation.shapes
    assert is_simple(shape)


def test_a_figure_of_eight_is_two_outlines_of_one_group():
    work = session()
    draw(
        Mouse(FreehandTool(work)),
        [(100, 100), (200, 200), (300, 300), (300, 100), (200, 200), (100, 300)],
    )
    one, other = work.annotation.shapes
    assert one.group_id is not None
    assert one.group_id == other.group_id
    assert work.selection == {one.key, other.key}


def test_the_draft_shows_how_it_would_close():
    work = session()
    mouse = Mouse(FreehandTool(work))
    mouse.press(100, 100)
    for at in [(150, 100), (150, 160)]:
        mouse.drag_to(*at)
    draft = mouse.tool.draft
    assert draft.rubber == ((150, 160), (100, 100))
    assert draft.path.tolist() == [[100, 100], [150, 100], [150, 160]]
    assert "closes" in mouse.tool.hint
    assert mouse.tool.is_busy


def test_a_tiny_one_is_refused_with_a_word():
    work = session()
    mouse = Mouse(FreehandTool(work))
    draw(mouse, loop(300, 200, 2.5))
    assert work.annotation.shapes == ()
    assert "Too small" in mouse.tool.hint
    mouse.hover(10, 10)
    assert "Too small" not in mouse.tool.hint


def test_a_click_selects_and_a_click_beside_selects_nothing():
    shape = box("opacity", 100, 100, 200, 200)
    work = session(shape)
    mouse = Mouse(FreehandTool(work))
    mouse.click(150, 150)
    assert work.selection == {shape.key}
    mouse.click(400, 400)
    assert work.selection == frozenset()
    assert work.undo_label is None


def test_from_the_selected_outline_back_to_it_a_stretch_is_redrawn():
    shape = box("opacity", 100.25, 100.5, 300.125, 300.75)
    work = session(shape)
    work.select({shape.key})
    mouse = Mouse(FreehandTool(work))
    mouse.hover(301, 150)
    assert mouse.tool.draft.insertion == (300.125, 150)
    mouse.press(301, 150)
    for at in [(330, 155), (350, 200), (330, 245)]:
        mouse.drag_to(*at)
    assert mouse.tool.draft.snap is None
    mouse.drag_to(302, 250)
    assert mouse.tool.draft.snap == (300.125, 250)
    assert "replaces this stretch" in mouse.tool.hint
    assert region_of(work.shown_annotation.shapes[0]).area > region_of(shape).area
    mouse.release(302, 250)
    (after,) = work.annotation.shapes
    assert after.key == shape.key
    assert work.undo_label == "Redraw opacity"
    assert {tuple(p) for p in shape.points.tolist()} <= {tuple(p) for p in after.points.tolist()}
    assert tuple(after.points[0]) == tuple(shape.points[0])
    assert work.selection == {shape.key}
    work.undo()
    assert work.annotation.shapes == (shape,)


def test_a_bite_taken_by_redrawing():
    shape = box("opacity", 100, 100, 300, 300)
    work = session(shape)
    work.select({shape.key})
    mouse = Mouse(FreehandTool(work))
    mouse.drag((300, 150), (250, 160), (250, 240), (300, 250))
    (after,) = work.annotation.shapes
    assert region_of(after).area < 40000


def test_a_loop_beside_the_selected_outline_is_an_outline_of_its_own():
    shape = box("opacity", 100, 100, 300, 300)
    work = session(shape)
    work.select({shape.key})
    ring = loop(340, 200, 38)
    ring = ring[45:] + ring[:45]
    draw(Mouse(FreehandTool(work)), ring)
    assert work.annotation.shapes[0] == shape
    assert len(work.annotation.shapes) == 2


@pytest.mark.parametrize("state", ["locked", "hidden"])
def test_an_outline_out_of_reach_is_not_redrawn(state):
    shape = box("opacity", 100, 100, 300, 300)
    work = session(shape)
    work.select({shape.key})
    getattr(work, f"toggle_{state}")({shape.key})
    mouse = Mouse(FreehandTool(work))
    mouse.drag((300, 150), (350, 160), (350, 240), (300, 250))
    assert work.annotation.shapes[0] == shape
    assert len(work.annotation.shapes) == 2


def test_escape_and_undo_drop_the_line():
    shape = box("opacity", 100, 100, 300, 300)
    work = session(shape)
    work.nudge(0, 0)
    work.select({shape.key})
    work.nudge(5, 0)
    mouse = Mouse(FreehandTool(work))
    mouse.press(305, 150)
    for at in [(350, 160), (350, 240), (305, 250)]:
        mouse.drag_to(*at)
    assert mouse.tool.key("Escape")
    assert work.shown_annotation is work.annotation
    mouse.release(305, 250)
    assert work.undo_label == "Move opacity"
    mouse.press(400, 400)
    mouse.drag_to(450, 400)
    work.undo()
    mouse.drag_to(450, 450)
    mouse.release(400, 450)
    assert work.annotation.shapes == (shape,)


def test_points_stay_on_the_film():
    work = session()
    Mouse(FreehandTool(work)).drag((500, 400), (700, 400), (700, 600), (500, 600))
    (shape,) = work.annotation.shapes
    assert shape.points.max(axis=0).tolist() == [640, 480]
