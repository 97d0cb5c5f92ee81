from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from opacity_studio.domain.geometry import region_of
from opacity_studio.review.draft import NOTHING
from opacity_studio.review.tools.local_threshold import LocalThresholdTool
from tests.domain.test_click_proposal import smooth_blobs
from tests.review.desk import READER, Mouse, box, prediction, session

A, B = (150, 240), (450, 240)


@pytest.fixture
def work():
    made = session()
    hills = smooth_blobs((150, 320, 80, 0.95), (450, 320, 80, 0.95))  # On a square of 640.
    seen = replace(prediction(), probability=np.rint(hills * 255).astype(np.uint8))
    made.set_prediction(seen)
    assert len(made.predicted_regions) == 2
    return made


@pytest.fixture
def tool(work):
    return LocalThresholdTool(work)


@pytest.fixture
def mouse(tool):
    return Mouse(tool)


def area(work, key=None) -> float:
    shapes = work.shown_annotation.labelled("opacity")
    return sum(region_of(s).area for s in shapes if key in (None, s.key))


def at(work, place):
    return next(s for s in work.annotation.shapes if abs(s.points[:, 0].mean() - place[0]) < 60)


def test_dragging_up_on_a_predicted_region_takes_it_larger_as_one_step(work, tool, mouse):
    region = next(r for r in work.predicted_regions if abs(r.points[:, 0].mean() - A[0]) < 60)
    mouse.press(*A)
    mouse.drag_to(A[0], A[1] - 60)
    assert area(work) > 1.1 * region_of(region).area
    assert work.annotation.shapes == ()
    mouse.release(A[0], A[1] - 60)
    (shape,) = work.annotation.shapes
    assert work.undo_label == "Local threshold"
    assert shape.provenance.source == "model"
    assert shape.provenance.threshold < work.threshold
    assert shape.provenance.edited_by is None
    assert shape.provenance.outline_digest == shape.outline_digest
    assert work.selection == {shape.key}
    work.undo()
    assert work.annotation.shapes == ()
    assert len(work.predicted_regions) == 2


def test_shrunk_to_a_fraction_the_region_is_not_offered_again(work, tool, mouse):
    mouse.drag(A, (A[0], A[1] + 150))
    assert len(work.annotation.shapes) == 1
    assert area(work) < 0.5 * region_of(work.model_regions[0]).area
    assert len(work.predicted_regions) == 1
    assert all(abs(r.points[:, 0].mean() - B[0]) < 60 for r in work.predicted_regions)


def test_only_the_region_dragged_changes(work, tool, mouse):
    work.accept(work.predicted_regions)
    mine = box("opacity", 260, 20, 320, 60)
    work.commit("Draw opacity", work.annotation.adding(mine))
    one, other = at(work, A), at(work, B)
    mine = work.annotation.shape(mine.key)
    mouse.drag(A, (A[0], A[1] - 40))
    changed = work.annotation.shape(one.key)
    assert region_of(changed).area > region_of(one).area
    assert work.annotation.shape(other.key) is other
    assert work.annotation.shape(mine.key) is mine
    assert [s.key for s in work.annotation.shapes] == [one.key, other.key, mine.key]


def test_what_a_person_touched_never_changes_with_the_global_threshold(work, tool, mouse):
    mouse.drag(A, (A[0], A[1] - 40))
    work.accept(work.predicted_regions)
    work.select({at(work, B).key})
    work.nudge(4, 0)
    mine = box("opacity", 260, 20, 320, 60)
    work.commit("Draw opacity", work.annotation.adding(mine))
    before = work.annotation
    for threshold in (0.05, 0.2, 0.5, 0.8, 0.97):
        work.set_threshold(threshold)
        assert work.annotation is before


def test_dragged_there_and_back_nothing_changed(work, tool, mouse):
    work.accept(work.predicted_regions)
    before = work.annotation
    mouse.drag(A, (A[0], A[1] - 40), A)
    assert work.annotation == before
    assert work.undo_label == "Accept 2 regions"


def test_a_click_changes_nothing(work, tool, mouse):
    mouse.click(*A)
    assert work.annotation.shapes == ()
    assert work.shown_annotation is work.annotation


def test_it_stops_before_nothing_is_left(work, tool, mouse):
    mouse.drag(A, (A[0], A[1] + 60), (A[0], A[1] + 5000))
    assert area(work) > 0


def test_escape_puts_it_back(work, tool, mouse):
    mouse.press(*A)
    mouse.drag_to(A[0], A[1] - 60)
    assert tool.key("Escape")
    assert work.shown_annotation is work.annotation
    mouse.release(A[0], A[1] - 60)
    assert work.annotation.shapes == ()


def test_the_drag_counts_in_screen_pixels(work, tool):
    Mouse(tool, scale=4.0).drag(A, (A[0], A[1] - 10))
    level = at(work, A).provenance.threshold
    work.undo()
    Mouse(tool, scale=1.0).drag(A, (A[0], A[1] - 40))
    assert at(work, A).provenance.threshold == level


def test_arrows_move_the_level_of_the_selected_outline_as_one_step(work, tool):
    work.accept(work.predicted_regions[:1])
    first = area(work)
    assert tool.key("Up")
    assert tool.key("Up")
    assert area(work) > first
    assert work.undo() == "Local threshold"
    assert area(work) == first
    work.select(())
    assert not tool.key("Up")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda shape: replace(shape, provenance=None), "A person drew"),
        (lambda s: replace(s, provenance=replace(s.provenance, edited_by="B.")), "A person drew"),
        (lambda s: replace(s, provenance=replace(s.provenance, model="m0")), "Another model"),
        (lambda s: replace(s, provenance=replace(s.provenance, threshold=None)), "one threshold"),
    ],
)
def test_outlines_without_a_level_of_this_model_stay(work, tool, mouse, change, reason):
    shape = change(work.predicted_regions[0].copied())
    work.open(work.radiograph, replace(work.annotation, shapes=(shape,)))
    work.set_prediction(prediction((100, 200, 200, 280)))
    before = work.annotation
    inside = region_of(shape).representative_point()
    mouse.drag((inside.x, inside.y), (inside.x, inside.y - 80))
    assert work.annotation is before
    mouse.hover(inside.x, inside.y)
    assert reason in tool.hint


def test_a_locked_outline_stays(work, tool, mouse):
    work.accept(work.predicted_regions)
    work.select({at(work, A).key})
    work.toggle_locked({at(work, A).key})
    before = work.annotation
    mouse.drag(A, (A[0], A[1] - 60))
    assert not tool.key("Up")
    assert work.annotation is before


def test_it_shows_what_a_drag_would_change(work, tool, mouse):
    assert tool.draft == NOTHING
    mouse.hover(*A)
    assert len(tool.draft.proposal) == 1
    assert "Level 0.40" in tool.hint
    work.accept(work.predicted_regions)
    mouse.hover(*A)
    assert tool.draft.hovered == at(work, A).key
    mouse.hover(5, 5)
    assert tool.draft == NOTHING
    tool.leave()
    assert tool.cursor == "arrow"


def test_a_person_correcting_it_afterwards_is_named(work, tool, mouse):
    mouse.drag(A, (A[0], A[1] - 40))
    work.nudge(3, 0)
    assert at(work, A).provenance.edited_by == READER.name


def test_without_a_prediction_it_says_so(work, tool, mouse):
    work.set_prediction(None)
    mouse.drag(A, (A[0], A[1] - 40))
    assert "no prediction" in tool.hint


def test_with_ctrl_the_region_stays_within_the_lungs(work, tool, mouse):
    lung = box("right_lung", 100, 100, 200, 400)
    work.commit("Draw", work.annotation.adding(lung))
    up = A[0], A[1] - 60
    mouse.press(*A)
    tool.move(mouse.event(*up, held=True, keys=("ctrl",)))
    assert "within the lungs" in tool.hint
    tool.release(mouse.event(*up, held=True, keys=("ctrl",)))
    (shape,) = work.annotation.labelled("opacity")
    assert region_of(lung).buffer(1e-6).covers(region_of(shape))
    assert shape.provenance.edited_by is None
    assert shape.provenance.threshold < work.threshold
    mouse.drag(A, up)  # Without it the same region reaches beyond again.
    (wider,) = work.annotation.labelled("opacity")
    assert not region_of(lung).covers(region_of(wider))
