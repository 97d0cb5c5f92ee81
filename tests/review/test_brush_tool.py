"""Painting and erasing, as a hand does it."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from opacity_studio.domain.geometry import is_simple, region_of
from opacity_studio.domain.shape import Shape
from opacity_studio.review.session import ReviewSession
from opacity_studio.review.tools.brush import LARGER, SMALLER, BrushTool, EraserTool
from tests.review.desk import WIDTH, Heard, Mouse, box, modelled, session

RADIUS = 15.0


def brush(work: ReviewSession, tool: type[BrushTool] = BrushTool, scale: float = 1.0) -> Mouse:
    work.set_brush_size(RADIUS / WIDTH)
    return Mouse(tool(work), scale)


def line(start: tuple[float, float], end: tuple[float, float], steps: int = 20):
    return [
        (start[0] + (end[0] - start[0]) * t, start[1] + (end[1] - start[1]) * t)
        for t in np.linspace(0, 1, steps)
    ]


def stroke(mouse: Mouse, start: tuple[float, float], end: tuple[float, float], *keys) -> None:
    mouse.press(*start, *keys)
    for at in line(start, end)[1:]:
        mouse.drag_to(*at)
    mouse.release(*end)


def opacities(work: ReviewSession) -> tuple[Shape, ...]:
    return work.annotation.labelled("opacity")


def test_painting_on_bare_film_starts_a_region():
    work = session()
    stroke(brush(work), (200, 200), (300, 200))
    (shape,) = opacities(work)
    assert region_of(shape).area == pytest.approx(100 * 30 + np.pi * RADIUS**2, rel=0.02)
    assert shape.provenance.source == "person"
    assert work.undo_label == "Brush opacity"
    assert work.selection == frozenset()


def test_a_click_is_a_dab():
    work = session()
    brush(work).click(200, 200)
    (shape,) = opacities(work)
    assert region_of(shape).area == pytest.approx(np.pi * RADIUS**2, rel=0.05)


def test_vertices_the_stroke_does_not_cover_stay_to_the_last_bit():
    angle = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    ring = np.stack((300 + 90.123 * np.cos(angle), 250 + 70.456 * np.sin(angle)), axis=1)
    before = Shape("opacity", ring)
    work = session(before)
    stroke(brush(work), (380, 250), (420, 250))
    (after,) = opacities(work)
    far = np.hypot(*(ring - (400, 250)).T) > 20 + RADIUS + 1
    assert far.sum() > 150
    assert {tuple(p) for p in ring[far].tolist()} <= {tuple(p) for p in after.points.tolist()}
    assert after.key == before.key
    assert region_of(after).area > region_of(before).area
    left = set(map(tuple, after.points.tolist()))
    assert tuple(after.points[0].tolist()) == next(
        p for p in map(tuple, ring.tolist()) if p in left
    )


def test_painting_from_one_region_to_another_of_its_label_makes_them_one():
    one, other = box("opacity", 100, 100, 200, 200), box("opacity", 260, 100, 360, 200)
    lung = box("right_lung", 90, 90, 400, 300)
    work = session(one, lung, other)
    stroke(brush(work), (190, 150), (270, 150))
    (merged,) = opacities(work)
    assert merged.key == one.key
    assert region_of(merged).area == pytest.approx(20000 + 60 * 30)
    assert work.annotation.labelled("right_lung") == (lung,)
    work.undo()
    assert opacities(work) == (one, other)


def test_a_stroke_that_closes_a_ring_leaves_a_hole():
    work = session()
    mouse = brush(work)
    turns = [
        (300 + 60 * np.cos(t), 200 + 60 * np.sin(t)) for t in np.linspace(0, 2 * np.pi + 0.2, 80)
    ]
    mouse.drag(turns[0], *turns[1:])
    (shape,) = opacities(work)
    assert len(shape.holes) == 1
    mouse.click(300, 200)
    stroke(mouse, (240, 200), (360, 200))
    (shape,) = opacities(work)
    assert len(shape.holes) == 2


def test_erasing_takes_away_splits_and_leaves_holes():
    work = session(box("opacity", 100, 100, 300, 200, description="kept"))
    mouse = brush(work, EraserTool)
    mouse.click(150, 150)
    (shape,) = opacities(work)
    assert len(shape.holes) == 1
    assert work.undo_label == "Erase opacity"
    stroke(mouse, (220, 60), (220, 260))
    parts = opacities(work)
    assert len(parts) == 2
    assert parts[0].group_id is not None
    assert parts[0].group_id == parts[1].group_id
    assert all(part.description == "kept" for part in parts)
    assert sum(len(part.holes) for part in parts) == 1


def test_erasing_everything_deletes_the_shape():
    work = session(box("opacity", 100, 100, 120, 120))
    stroke(brush(work, EraserTool), (100, 110), (120, 110))
    assert work.annotation.shapes == ()
    work.undo()
    assert len(opacities(work)) == 1


@pytest.mark.parametrize("tool", [BrushTool, EraserTool])
def test_control_turns_the_tool_round(tool):
    work = session(box("opacity", 100, 100, 300, 200))
    area = region_of(opacities(work)[0]).area
    stroke(brush(work, tool), (90, 150), (120, 150), "ctrl")
    grows = tool is EraserTool
    assert (region_of(opacities(work)[0]).area > area) == grows


def test_hidden_and_locked_shapes_are_left_alone():
    hidden, locked = box("opacity", 100, 100, 200, 200), box("opacity", 220, 100, 320, 200)
    work = session(hidden, locked)
    work.toggle_hidden({hidden.key})
    work.toggle_locked({locked.key})
    stroke(brush(work, EraserTool), (90, 150), (330, 150))
    assert work.undo_label is None
    stroke(brush(work), (190, 150), (240, 150))
    assert work.annotation.shapes[:2] == (hidden, locked)
    assert len(opacities(work)) == 3


def test_the_label_is_the_selected_shapes_or_the_one_chosen():
    lung = box("right_lung", 50, 50, 250, 400)
    work = session(lung)
    mouse = brush(work)
    stroke(mouse, (240, 200), (280, 200))
    assert len(opacities(work)) == 1
    work.undo()
    work.select({lung.key})
    assert "right lung" in mouse.tool.hint
    stroke(mouse, (240, 200), (280, 200))
    assert opacities(work) == ()
    assert region_of(work.annotation.shapes[0]).area > region_of(lung).area
    work.select(())
    work.current_label = "left_lung"
    stroke(mouse, (400, 200), (430, 200))
    assert len(work.annotation.labelled("left_lung")) == 1


def test_a_stroke_that_begins_on_the_selected_shape_erases_nothing_else():
    one, other = box("opacity", 100, 100, 200, 200), box("opacity", 150, 150, 300, 300)
    work = session(one, other)
    work.select({one.key})
    mouse = brush(work, EraserTool)
    stroke(mouse, (110, 110), (260, 260))
    assert work.annotation.shape(other.key) == other
    work.undo()
    stroke(mouse, (280, 280), (180, 180))
    assert work.annotation.shape(other.key) != other
    assert work.annotation.shape(one.key) != one


def test_all_parts_of_a_selected_shape_are_selected():
    work = session(box("opacity", 100, 100, 300, 200))
    work.select({work.annotation.shapes[0].key})
    stroke(brush(work, EraserTool), (200, 60), (200, 260))
    assert work.selection == {shape.key for shape in work.annotation.shapes}


def test_what_is_shown_while_dragging_is_what_is_set():
    work = session(box("opacity", 100, 100, 200, 200))
    mouse = brush(work)
    mouse.press(190, 150)
    for at in line((190, 150), (300, 180))[1:]:
        mouse.drag_to(*at)
    shown = shapely.union_all([region_of(s) for s in work.shown_annotation.shapes])
    assert work.undo_label is None
    assert mouse.tool.is_busy
    mouse.release(300, 180)
    set_to = shapely.union_all([region_of(s) for s in work.annotation.shapes])
    assert shapely.symmetric_difference(shown, set_to).area < 0.01 * set_to.area
    assert work.shown_annotation is work.annotation


def test_escape_drops_the_stroke_then_the_selection():
    shape = box("opacity", 100, 100, 200, 200)
    work = session(shape)
    work.select({shape.key})
    mouse = brush(work)
    mouse.press(190, 150)
    mouse.drag_to(260, 150)
    assert mouse.tool.key("Escape")
    mouse.release(260, 150)
    assert work.undo_label is None
    assert work.shown_annotation.shapes == (shape,)
    assert mouse.tool.key("Escape")
    assert work.selection == frozenset()
    assert not mouse.tool.key("Escape")


def test_a_stroke_dies_when_the_annotation_changes_under_it():
    work = session(box("opacity", 100, 100, 200, 200))
    work.nudge(1, 0)
    mouse = brush(work)
    stroke(mouse, (190, 150), (210, 150))
    mouse.press(190, 150)
    work.undo()
    mouse.drag_to(300, 150)
    mouse.release(300, 150)
    assert work.annotation.shapes[0].points.shape == (4, 2)


def test_painting_inside_the_region_is_no_step():
    work = session(box("opacity", 100, 100, 300, 300))
    stroke(brush(work), (180, 200), (220, 200))
    assert work.undo_label is None


def test_nothing_is_painted_beside_the_film():
    work = session()
    mouse = brush(work)
    stroke(mouse, (600, 470), (700, 500))
    (shape,) = opacities(work)
    assert shape.points.max(axis=0).tolist() == [640, 480]
    work.undo()
    mouse.click(900, 900)
    assert work.undo_label is None


def test_a_corrected_model_outline_stays_the_models_and_names_the_reader():
    work = session(modelled(box("opacity", 100, 100, 200, 200)))
    stroke(brush(work), (190, 150), (230, 150))
    made = opacities(work)[0].provenance
    assert (made.source, made.edited_by) == ("model", "A. Name")


def test_the_radius_is_shown_and_changes_by_keys_and_wheel():
    work = session()
    mouse = brush(work)
    heard = Heard(work)
    mouse.hover(100, 100)
    assert mouse.tool.draft.ring.radius == pytest.approx(RADIUS)
    assert "15.0 px" in mouse.tool.hint
    assert mouse.tool.key(LARGER)
    assert work.brush_radius > RADIUS
    assert mouse.tool.key(SMALLER)
    assert work.brush_radius == pytest.approx(RADIUS)
    assert not mouse.tool.wheel(mouse.event(100, 100), 1.0)
    assert mouse.tool.wheel(mouse.event(100, 100, keys=("shift",)), 2.0)
    assert work.brush_radius > RADIUS
    assert {"brush"} in heard.what
    for _ in range(100):
        mouse.tool.key(SMALLER)
    assert work.brush_radius > 0.5


def test_the_disc_shows_what_control_makes_of_it():
    work = session()
    mouse = brush(work)
    mouse.tool.move(mouse.event(50, 50, keys=("ctrl",)))
    assert mouse.tool.draft.ring.erases
    mouse.hover(50, 50)
    assert not mouse.tool.draft.ring.erases
    mouse.tool.leave()
    assert mouse.tool.draft.ring is None


def test_the_eraser_says_so_where_there_is_nothing_of_the_label():
    work = session(box("right_lung", 50, 50, 250, 400))
    mouse = brush(work, EraserTool)
    stroke(mouse, (50, 100), (60, 200))
    assert "No opacity here" in mouse.tool.hint
    assert work.undo_label is None
    mouse.hover(10, 10)
    assert mouse.tool.hint.startswith("Drag erases opacity")


def test_a_stroke_keeps_few_vertices():
    work = session()
    mouse = brush(work)
    turns = np.linspace(0, 4 * np.pi, 600)
    path = [(300 + 120 * np.cos(t), 240 + 40 * np.sin(2 * t)) for t in turns]
    mouse.drag(path[0], *path[1:])
    (shape,) = opacities(work)
    assert is_simple(shape)
    assert sum(map(len, (shape.points, *shape.holes))) < 160
