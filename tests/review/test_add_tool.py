from __future__ import annotations

import numpy as np
import pytest
import shapely

from opacity_studio.domain.geometry import region_of
from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.review.draft import NOTHING
from opacity_studio.review.tools.add import PIXELS_A_STEP, AddTool
from tests.review.desk import (
    HEIGHT,
    READER,
    WIDTH,
    Mouse,
    annotation,
    box,
    film,
    modelled,
    prediction,
    session,
)

BLOB = (60, 80, 200, 240)
MIDDLE = (130, 160)
LUNGS = (box("right_lung", 20, 20, 300, 440), box("left_lung", 340, 20, 620, 440))


@pytest.fixture
def work():
    made = session(*LUNGS)
    made.set_prediction(prediction(BLOB, (400, 120, 520, 280), lungs=LUNGS))
    return made


@pytest.fixture
def tool(work):
    return AddTool(work)


@pytest.fixture
def mouse(tool):
    return Mouse(tool)


def opacities(work):
    return work.annotation.labelled("opacity")


def proposed(tool) -> float:
    """Return the area of what is proposed."""
    return abs(sum(shapely.Polygon(ring).area for ring in tool.draft.proposal))


def test_a_click_proposes_and_enter_accepts_as_one_step(work, tool, mouse):
    mouse.click(*MIDDLE)
    assert tool.is_busy
    assert tool.draft.label == "opacity"
    assert tool.draft.foreground.tolist() == [list(MIDDLE)]
    assert opacities(work) == ()
    assert tool.key("Return")
    (shape,) = opacities(work)
    assert region_of(shape).contains(shapely.Point(MIDDLE))
    assert shape.provenance.source == "model"
    assert shape.provenance.model == "m1"
    assert shape.provenance.edited_by is None
    assert work.selection == {shape.key}
    assert work.undo_label == "Add opacity"
    assert tool.draft == NOTHING
    work.undo()
    assert opacities(work) == ()


def test_the_predicted_region_it_covers_is_offered_no_more(work, tool, mouse):
    mouse.click(*MIDDLE)
    tool.key("Return")
    assert len(work.predicted_regions) == 1


def test_a_double_click_accepts(work, tool, mouse):
    mouse.click(*MIDDLE)
    tool.double_click(mouse.event(*MIDDLE, held=True))
    assert len(opacities(work)) == 1


def test_escape_drops_and_backspace_takes_the_last_click_back(work, tool, mouse):
    mouse.click(*MIDDLE)
    one = proposed(tool)
    mouse.click(460, 200)
    assert proposed(tool) > one
    assert tool.key("Backspace")
    assert proposed(tool) == one
    assert tool.key("Escape")
    assert tool.draft == NOTHING
    assert work.annotation == annotation(*LUNGS)
    mouse.click(*MIDDLE)
    assert tool.key("Backspace")
    assert not tool.is_busy


def test_no_key_is_the_tools_without_a_proposal(tool):
    for name in ("Return", "Backspace", "Escape", "Up", "Down"):
        assert not tool.key(name)


def test_wheel_drag_and_arrows_grow_and_shrink(tool, mouse):
    assert not tool.wheel(mouse.event(*MIDDLE), 1)
    mouse.click(*MIDDLE)
    first = proposed(tool)
    assert tool.wheel(mouse.event(*MIDDLE), 2)
    larger = proposed(tool)
    assert larger > first
    assert tool.wheel(mouse.event(*MIDDLE), -2)
    assert proposed(tool) == first
    assert tool.key("Up")
    assert tool.key("Up")
    assert proposed(tool) == larger
    tool.cancel()

    mouse.press(*MIDDLE)
    mouse.drag_to(MIDDLE[0], MIDDLE[1] - 2 * PIXELS_A_STEP)
    assert proposed(tool) == larger
    mouse.drag_to(*MIDDLE)
    assert proposed(tool) == first
    mouse.release(*MIDDLE)
    mouse.hover(MIDDLE[0], MIDDLE[1] - 100)
    assert proposed(tool) == first


def test_ctrl_click_takes_away_and_the_shape_is_the_models_changed_by_the_reader(work, tool, mouse):
    mouse.click(*MIDDLE)
    mouse.click(460, 200)
    both = proposed(tool)
    mouse.click(500, 260, "ctrl")
    assert proposed(tool) < both
    assert tool.draft.background.tolist() == [[500, 260]]
    tool.key("Return")
    shape, *others = opacities(work)
    assert {other.group_id for other in others} == {shape.group_id}
    assert not region_of(shape).contains(shapely.Point(500, 260))
    assert shape.provenance.source == "model"
    assert shape.provenance.edited_by == READER.name


def test_ctrl_click_on_a_click_takes_it_back(work, tool, mouse):
    mouse.click(*MIDDLE)
    one = proposed(tool)
    mouse.click(460, 200)
    mouse.click(460, 200, "ctrl")
    assert proposed(tool) == one
    tool.key("Return")
    assert opacities(work)[0].provenance.edited_by is None


def test_ctrl_click_first_says_what_to_do(tool, mouse):
    mouse.click(*MIDDLE, "ctrl")
    assert not tool.is_busy
    assert "without Ctrl" in tool.hint


def test_outside_the_lungs_it_says_so(tool, mouse):
    mouse.click(320, 200)
    assert not tool.is_busy
    assert "within the lungs" in tool.hint
    mouse.click(*MIDDLE)
    mouse.click(320, 200)
    assert tool.is_busy


def test_where_the_model_sees_nothing_the_films_greys_do_and_the_shape_is_the_persons(work):
    pixels = np.zeros((HEIGHT, WIDTH), np.uint8)
    pixels[300:380, 100:200] = 120
    work.open(Radiograph(pixels, film().path), annotation(*LUNGS))
    work.set_prediction(prediction(BLOB, lungs=LUNGS))
    tool = AddTool(work)
    Mouse(tool).click(150, 340)
    assert "greys" in tool.hint
    tool.key("Return")
    (shape,) = opacities(work)
    assert region_of(shape).contains(shapely.Point(150, 340))
    assert shape.provenance.source == "person"
    assert shape.provenance.edited_by == READER.name
    assert shape.provenance.model is None


def test_an_untouched_outline_of_the_model_gives_way_to_its_larger_self(work, tool, mouse):
    small = modelled(box("opacity", 110, 140, 150, 180))
    mine = box("opacity", 120, 150, 140, 170)
    work.open(film(), annotation(*LUNGS, small, mine))
    work.set_prediction(prediction(BLOB, lungs=LUNGS))
    mouse.click(100, 120)
    tool.key("Return")
    assert work.annotation.shape(small.key) is None
    assert work.annotation.shape(mine.key) is mine
    assert work.undo() == "Add opacity"
    assert work.annotation.shape(small.key) is small


def test_a_proposal_does_not_follow_to_another_film(work, tool, mouse):
    mouse.click(*MIDDLE)
    work.open(film(), annotation())
    assert tool.draft == NOTHING
    assert not tool.key("Return")


def test_a_blocked_film_is_not_added_to(work, tool, mouse):
    work.open(film(), annotation(), blocked="film.json is damaged.")
    mouse.click(*MIDDLE)
    assert not tool.is_busy
    assert tool.hint == "film.json is damaged."
