"""Painting with the network's map."""

from __future__ import annotations

import pytest
import shapely

from opacity_studio.domain.geometry import region_of
from opacity_studio.review.session import ReviewSession
from opacity_studio.review.tools.probability_brush import ProbabilityBrushTool
from tests.review.desk import WIDTH, Mouse, box, prediction, session

BLOB = (300, 100, 420, 220)


def painting(work: ReviewSession, radius: float = 30) -> Mouse:
    work.set_prediction(prediction(BLOB))
    work.set_brush_size(radius / WIDTH)
    return Mouse(ProbabilityBrushTool(work))


def test_it_paints_no_further_than_the_patch_reaches():
    work = session()
    mouse = painting(work)
    mouse.drag((360, 160), (300, 160), (240, 160))
    (shape,) = work.annotation.labelled("opacity")
    region = region_of(shape)
    left, top, _, bottom = region.bounds
    assert 290 < left < 305
    assert (top, bottom) == (pytest.approx(130, abs=2), pytest.approx(190, abs=2))
    assert work.undo_label == "Grow opacity"


def test_it_grows_the_outline_that_is_there():
    drawn = box("opacity", 330, 120, 390, 200)
    work = session(drawn)
    mouse = painting(work)
    mouse.drag((360, 160), (420, 160), (470, 160))
    (shape,) = work.annotation.labelled("opacity")
    assert shape.key == drawn.key
    assert 410 < shape.points[:, 0].max() < 430
    assert {(330, 120), (330, 200)} <= set(map(tuple, shape.points.tolist()))


def test_control_trims_what_the_network_does_not_see():
    drawn = box("opacity", 280, 80, 520, 240)
    work = session(drawn)
    mouse = painting(work)
    mouse.press(500, 160, "ctrl")
    for x in range(490, 350, -10):
        mouse.drag_to(x, 160)
    mouse.release(350, 160)
    rest = shapely.union_all([region_of(s) for s in work.annotation.shapes])
    assert not rest.contains(shapely.Point(450, 160))
    assert rest.contains(shapely.Point(400, 160))
    assert work.undo_label == "Trim opacity"


def test_where_the_network_sees_nothing_it_says_so():
    work = session()
    mouse = painting(work)
    mouse.hover(100, 400)
    assert "sees no opacity here" in mouse.tool.hint
    mouse.drag((100, 400), (150, 400))
    assert work.annotation.shapes == ()
    assert not mouse.tool.is_busy
    mouse.hover(360, 160)
    assert "down to 0.40" in mouse.tool.hint


def test_without_a_prediction_it_says_so():
    work = session()
    mouse = Mouse(ProbabilityBrushTool(work))
    mouse.drag((100, 400), (150, 400))
    assert "No prediction" in mouse.tool.hint
    assert work.annotation.shapes == ()


def test_lungs_are_never_painted_with_it():
    lung = box("right_lung", 280, 60, 500, 400)
    work = session(lung)
    work.select({lung.key})
    work.current_label = "right_lung"
    mouse = painting(work)
    mouse.drag((360, 160), (330, 160))
    assert work.annotation.shapes[0] == lung
    assert len(work.annotation.labelled("opacity")) == 1
