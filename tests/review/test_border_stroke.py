"""Freehand lines from border to border: what they fill, extend and cut off."""

from __future__ import annotations

import numpy as np
import pytest

from opacity_studio.domain.geometry import region_of
from opacity_studio.domain.shape import Shape
from opacity_studio.review.tools.brush import BrushTool, EraserTool
from opacity_studio.review.tools.freehand import FreehandTool
from opacity_studio.review.tools.select import SelectTool
from tests.review.desk import Mouse, box, modelled, prediction, session

LUNG = box("right_lung", 100, 40, 300, 440)
OTHER_LUNG = box("left_lung", 340, 40, 540, 440)
OPACITY = box("opacity", 150, 150, 250, 250)


def hand(work) -> Mouse:
    return Mouse(FreehandTool(work))


def line(mouse: Mouse, *stops, keys=()) -> None:
    """Drag from stop to stop, in short steps and with `keys` held."""
    mouse.press(*stops[0], *keys)
    at = stops[0]
    for stop in stops[1:]:
        for step in range(1, 21):
            share = step / 20
            x, y = at[0] + (stop[0] - at[0]) * share, at[1] + (stop[1] - at[1]) * share
            mouse.tool.move(mouse.event(x, y, held=True, keys=keys))
        at = stop
    mouse.tool.release(mouse.event(*at, held=True, keys=keys))


def areas(work) -> list[float]:
    return [region_of(s).area for s in work.annotation.labelled("opacity")]


def test_from_lung_border_to_lung_border_the_lung_closes_the_line():
    work = session(LUNG)
    line(hand(work), (90, 300), (200, 250), (310, 300))
    (drawn,) = work.annotation.labelled("opacity")
    assert region_of(drawn).bounds == pytest.approx((100, 250, 300, 440))
    assert work.selection == {drawn.key}
    assert work.undo_label == "Draw opacity"


def test_a_line_straight_across_means_the_smaller_side_and_shift_the_other():
    work = session(LUNG)
    line(hand(work), (90, 340), (310, 340))
    assert areas(work) == pytest.approx([200 * 100])
    work.undo()
    line(hand(work), (90, 340), (310, 340), keys=("shift",))
    assert areas(work) == pytest.approx([200 * 300])


def test_a_line_straight_across_means_the_side_where_the_network_sees_more():
    work = session(LUNG)
    work.set_prediction(prediction((100, 40, 300, 320)))
    work.set_threshold(0.95)  # It shows no region there, but knows.
    line(hand(work), (90, 340), (310, 340))
    assert areas(work) == pytest.approx([200 * 300])


def test_it_may_begin_a_little_within_the_lung():
    work = session(LUNG)
    line(hand(work), (106, 340), (295, 340))
    assert areas(work) == pytest.approx([200 * 100], rel=0.02)


def test_one_line_through_both_lungs_fills_both():
    work = session(LUNG, OTHER_LUNG)
    line(hand(work), (90, 340), (550, 340))
    assert areas(work) == pytest.approx([200 * 100, 200 * 100])


def test_the_predicted_lungs_close_it_while_they_are_shown():
    work = session()
    work.set_prediction(prediction(lungs=[LUNG]))
    line(hand(work), (90, 340), (310, 340))
    assert areas(work) == pytest.approx([200 * 100])
    work.undo()
    work.set_prediction_shown(False)
    line(hand(work), (90, 300), (200, 250), (310, 300))
    assert areas(work) == pytest.approx([220 * 50 / 2], rel=0.01)


def test_a_loop_stays_what_is_drawn():
    work = session(LUNG)
    line(hand(work), (90, 300), (200, 300), (200, 400), (90, 400), (90, 302))
    assert areas(work) == pytest.approx([110 * 100], rel=0.02)


def test_lungs_close_no_line_of_theirs():
    work = session(LUNG)
    work.current_label = "left_lung"
    line(hand(work), (90, 300), (200, 200), (310, 300))
    assert len(work.annotation.labelled("left_lung")) == 1
    assert work.annotation.shapes[0] == LUNG


def test_from_an_outline_back_into_it_a_bulge_is_added_without_selecting_it():
    work = session(OPACITY)
    line(hand(work), (235, 170), (290, 170), (290, 230), (235, 230))
    (drawn,) = work.annotation.shapes
    assert drawn.key == OPACITY.key
    assert region_of(drawn).area == pytest.approx(100 * 100 + 40 * 60, rel=0.01)
    assert not work.selection
    assert work.undo_label == "Extend opacity"


def test_from_an_outline_to_the_lung_border_both_close_it():
    work = session(LUNG, OPACITY)
    line(hand(work), (240, 170), (310, 170))
    # What lies free in the lung is in one piece all the same: it is the line and a straight one.
    assert max(areas(work)) < 100 * 100 + 1000
    work = session(LUNG, box("opacity", 90, 150, 250, 250))
    line(hand(work), (240, 240), (240, 330), (90, 330))
    assert region_of(work.annotation.shapes[1]).bounds == pytest.approx((90, 150, 250, 330), abs=1)
    assert areas(work) == pytest.approx([160 * 100 + 140 * 80], rel=0.01)


def test_what_lies_between_two_outlines_makes_them_one():
    work = session(OPACITY, box("opacity", 270, 150, 330, 250))
    mouse = hand(work)
    line(mouse, (235, 170), (285, 170), (285, 230), (235, 230))
    (drawn,) = work.annotation.shapes
    assert drawn.key == OPACITY.key
    assert region_of(drawn).area == pytest.approx(100 * 100 + 60 * 100 + 20 * 60, rel=0.01)


def test_from_an_outline_to_another_a_straight_line_closes_it():
    work = session(box("opacity", 100, 100, 200, 300), box("opacity", 240, 100, 340, 300))
    line(hand(work), (150, 200), (150, 350), (290, 350), (290, 200))
    (drawn,) = work.annotation.shapes
    assert region_of(drawn).area == pytest.approx(2 * 100 * 200 + 40 * 100 + 140 * 50, rel=0.01)


def test_any_outline_of_the_label_is_redrawn_from_without_selecting_it():
    work = session(OPACITY, LUNG)
    mouse = hand(work)
    mouse.hover(250, 170)
    assert mouse.tool.draft.insertion == pytest.approx((250, 170))
    line(mouse, (250, 170), (220, 170), (220, 230), (250, 230))
    assert region_of(work.annotation.shapes[0]).area == pytest.approx(100 * 100 - 30 * 60)
    assert work.undo_label == "Redraw opacity"
    mouse.hover(300, 300)
    assert mouse.tool.draft.insertion is None  # The lung is another label's.


def test_a_predicted_region_is_accepted_with_a_stretch_redrawn():
    work, region = predicted()
    right = region.points[:, 0].max()
    line(hand(work), (right, 200), (right - 40, 200), (right - 40, 280), (right, 280))
    (drawn,) = work.annotation.shapes
    assert region_of(drawn).area == pytest.approx(region_of(region).area - 40 * 80, rel=0.02)
    assert work.undo_label == "Accept and redraw opacity"
    assert not work.predicted_regions
    work.undo()
    assert work.predicted_regions == (region,)


def test_with_ctrl_the_select_tool_draws_and_with_shift_cuts_off():
    work = session(LUNG)
    mouse = Mouse(SelectTool(work))
    line(mouse, (90, 340), (310, 340), keys=("ctrl",))
    assert areas(work) == pytest.approx([200 * 100])
    line(mouse, (200, 330), (200, 450), keys=("ctrl", "shift"))
    assert areas(work) == pytest.approx([100 * 100])
    assert work.undo_label == "Cut off opacity"
    before = work.annotation
    mouse.press(150, 150, "ctrl")
    mouse.tool.move(mouse.event(150, 250, held=True, keys=("ctrl",)))
    assert mouse.tool.is_busy
    assert mouse.tool.key("Escape")
    mouse.release(150, 250)
    assert work.annotation is before


def test_the_outcome_is_shown_while_the_line_is_drawn_and_escape_drops_it():
    work = session(OPACITY)
    mouse = hand(work)
    mouse.press(235, 170)
    for stop in ((290, 170), (290, 230), (235, 230)):
        mouse.drag_to(*stop)
    shown = work.shown_annotation
    assert region_of(shown.shapes[0]).area > 100 * 100
    assert "adds this" in mouse.tool.hint
    assert mouse.tool.draft.rubber is None
    assert mouse.tool.key("Escape")
    assert work.shown_annotation is work.annotation
    assert work.annotation.shapes == (OPACITY,)


def test_with_ctrl_a_line_through_an_outline_cuts_the_smaller_part_off():
    work = session(OPACITY)
    line(hand(work), (140, 220), (260, 220), keys=("ctrl",))
    assert areas(work) == pytest.approx([100 * 70])
    assert work.undo_label == "Cut off opacity"
    work.undo()
    line(hand(work), (140, 220), (260, 220), keys=("ctrl", "shift"))
    assert areas(work) == pytest.approx([100 * 30])


def test_with_ctrl_a_line_round_a_part_cuts_it_off_though_it_is_larger():
    work = session(OPACITY)
    line(hand(work), (160, 260), (160, 160), (240, 160), (240, 260), keys=("ctrl",))
    assert areas(work) == pytest.approx([100 * 100 - 80 * 90], rel=0.01)


def test_with_ctrl_a_loop_within_makes_a_hole_and_elsewhere_nothing():
    work = session(OPACITY)
    mouse = hand(work)
    line(mouse, (180, 180), (220, 180), (220, 220), (180, 220), (180, 182), keys=("ctrl",))
    assert areas(work) == pytest.approx([100 * 100 - 40 * 40], rel=0.01)
    before = work.annotation
    line(mouse, (400, 400), (440, 400), (440, 440), (400, 440), keys=("ctrl",))
    assert work.annotation is before


def test_with_ctrl_lungs_are_left_alone_while_opacity_is_drawn():
    work = session(LUNG)
    line(hand(work), (90, 340), (310, 340), keys=("ctrl",))
    assert work.annotation.shapes == (LUNG,)
    work.current_label = "right_lung"
    line(hand(work), (90, 340), (310, 340), keys=("ctrl",))
    assert region_of(work.annotation.shapes[0]).area == pytest.approx(200 * 300)


def predicted(*shapes):
    """A session with one predicted region, 200 to 300 by 160 to 320."""
    work = session(*shapes)
    work.set_prediction(prediction((200, 160, 300, 320)))
    (region,) = work.predicted_regions
    return work, region


@pytest.mark.parametrize(
    ("make", "keys", "stops", "step", "grows"),
    [
        (FreehandTool, (), ((280, 200), (350, 200), (350, 280), (280, 280)), "extend", True),
        (FreehandTool, ("ctrl",), ((150, 280), (350, 280)), "cut off", False),
        (BrushTool, (), ((290, 240), (330, 240)), "brush", True),
        (BrushTool, ("ctrl",), ((330, 240), (290, 240)), "erase", False),
        (EraserTool, (), ((330, 240), (290, 240)), "erase", False),
    ],
)
def test_a_stroke_accepts_a_predicted_region_and_changes_it_in_one_step(
    make, keys, stops, step, grows
):
    work, region = predicted()
    line(Mouse(make(work)), *stops, keys=keys)
    (drawn,) = work.annotation.shapes
    assert (region_of(drawn).area > region_of(region).area) == grows
    assert drawn.provenance.source == "model"
    assert drawn.provenance.edited_by == "A. Name"
    assert not work.predicted_regions
    assert work.undo_label == f"Accept and {step} opacity"
    work.undo()
    assert not work.annotation.shapes
    assert work.predicted_regions == (region,)


def test_a_region_being_changed_is_not_shown_as_offered():
    work, region = predicted()
    mouse = Mouse(EraserTool(work))
    mouse.press(330, 240)
    assert work.offered_regions == (region,)
    mouse.drag_to(290, 240)
    assert not work.offered_regions
    mouse.tool.key("Escape")
    assert work.offered_regions == (region,)


def test_a_region_that_is_hidden_is_left_alone():
    work, region = predicted()
    work.set_prediction_shown(False)
    line(Mouse(EraserTool(work)), (330, 240), (290, 240))
    assert not work.annotation.shapes
    assert work.predicted_regions == (region,)


def test_painting_over_a_region_from_beside_it_leaves_it_offered():
    work, region = predicted()
    line(Mouse(BrushTool(work)), (380, 240), (290, 240))
    (drawn,) = work.annotation.shapes
    assert drawn.provenance.source == "person"
    assert work.predicted_regions == (region,)


def test_erasing_what_is_drawn_first_leaves_regions_offered():
    own = modelled(box("opacity", 320, 200, 400, 280))
    work, region = predicted(own)
    line(Mouse(EraserTool(work)), (390, 240), (250, 240))
    assert work.predicted_regions == (region,)
    assert len(areas(work)) >= 1


def test_a_region_erased_as_a_whole_is_rejected():
    work, _ = predicted()
    work.set_brush_size(0.25)
    line(Mouse(EraserTool(work)), (200, 240), (300, 240))
    assert not work.annotation.shapes
    assert not work.predicted_regions
    work.undo()
    assert len(work.predicted_regions) == 1


def test_among_hundreds_of_outlines_a_line_tells_what_it_makes_at_its_end():
    many = [box("opacity", 10 + 2 * n, 5, 11 + 2 * n, 15) for n in range(3)]
    dense = Shape("opacity", np.column_stack((np.linspace(400, 600, 7000), np.full(7000, 450.0))))
    dense = dense.with_outline(np.vstack((dense.points, [[500, 470]])), ())
    work = session(OPACITY, dense, *many)
    mouse = hand(work)
    mouse.press(235, 170)
    for stop in ((290, 170), (290, 230), (235, 230)):
        mouse.drag_to(*stop)
    assert work.shown_annotation is work.annotation
    mouse.release(235, 230)
    assert work.undo_label == "Extend opacity"
