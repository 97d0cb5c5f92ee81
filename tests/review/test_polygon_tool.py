from __future__ import annotations

import pytest

from opacity_studio.review.draft import NOTHING
from opacity_studio.review.tools.polygon import PolygonTool
from tests.review.desk import HEIGHT, WIDTH, Mouse, annotation, film, session

CORNERS = [(100, 100), (200, 100), (200, 200)]


@pytest.fixture
def work():
    return session()


@pytest.fixture
def tool(work):
    return PolygonTool(work)


@pytest.fixture
def mouse(tool):
    return Mouse(tool)


def draw(mouse: Mouse, corners=CORNERS) -> None:
    for corner in corners:
        mouse.click(*corner)


def drawn(work) -> list[list[float]]:
    (shape,) = work.annotation.shapes
    return shape.points.tolist()


def test_a_click_on_the_first_point_closes(work, tool, mouse):
    draw(mouse)
    mouse.hover(105, 104)
    assert tool.draft.snap == (100, 100)
    assert tool.cursor == "pointer"
    mouse.click(105, 104)
    assert drawn(work) == [[100, 100], [200, 100], [200, 200]]
    assert work.undo_label == "Draw opacity"
    assert work.selection == {work.annotation.shapes[0].key}
    assert tool.draft == NOTHING
    assert not tool.is_busy


CROSSED = [(100, 100), (200, 200), (200, 100)]
"""An edge from here to the lower left would cross the first one."""


def test_an_edge_that_would_cross_is_told_before_the_click(tool, mouse):
    draw(mouse, CROSSED)
    mouse.hover(100, 200)
    assert "would cross itself" in tool.hint
    mouse.hover(150, 60)
    assert "cross" not in tool.hint
    mouse.hover(100, 200)
    tool.leave()
    assert "cross" not in tool.hint


def test_a_point_whose_edge_would_cross_is_refused_and_said(work, tool, mouse):
    draw(mouse, [*CROSSED, (100, 200)])
    assert "Not placed" in tool.hint
    assert len(tool.draft.points) == 3
    mouse.hover(105, 200)
    assert "Not placed" in tool.hint
    mouse.hover(300, 100)
    assert "Not placed" not in tool.hint
    mouse.click(250, 50)
    assert "cross" not in tool.hint
    assert tool.key("Return")
    assert drawn(work) == [*map(list, CROSSED), [250, 50]]


def test_an_edge_back_over_the_last_one_or_through_a_point_is_refused(tool, mouse):
    draw(mouse, [(100, 100), (300, 100)])
    mouse.click(200, 100)
    assert "Not placed" in tool.hint
    draw(mouse, [(300, 200), (200, 200), (200, 50)])
    assert "Not placed" in tool.hint
    assert len(tool.draft.points) == 4


BARRED = [(100, 100), (300, 100), (300, 300), (350, 300), (350, 50), (320, 50), (320, 200)]
"""Crosses nothing, but the second edge bars the way back to the first point."""


@pytest.mark.parametrize("how", ["enter", "first point", "double click"])
def test_a_closing_edge_that_would_cross_is_refused_and_said(work, tool, mouse, how):
    draw(mouse, BARRED)
    if how == "enter":
        tool.key("Return")
    elif how == "first point":
        mouse.hover(101, 101)
        assert "would cross itself" in tool.hint
        mouse.click(101, 101)
    else:
        tool.double_click(mouse.event(320, 200, held=True))
    assert "Not closed" in tool.hint
    assert work.annotation.shapes == ()
    assert len(tool.draft.points) == len(BARRED)
    for _ in range(4):
        tool.key("Backspace")
    assert "cross" not in tool.hint
    assert tool.key("Return")
    assert len(drawn(work)) == 3


def test_a_double_click_on_a_refused_point_does_not_close(work, tool, mouse):
    draw(mouse, [*CROSSED, (100, 200)])
    tool.double_click(mouse.event(100, 200, held=True))
    assert "Not placed" in tool.hint
    assert work.annotation.shapes == ()
    assert len(tool.draft.points) == 3


def test_the_first_point_at_the_border_closes_from_beyond_it(work, mouse):
    draw(mouse, [(-20, -5), (200, 10), (100, 200), (-60, -60)])
    assert drawn(work) == [[0, 0], [200, 10], [100, 200]]


def test_two_points_do_not_close(work, tool, mouse):
    draw(mouse, [(100, 100), (200, 100)])
    mouse.click(101, 101)
    assert work.annotation.shapes == ()
    assert len(tool.draft.points) == 3


def test_enter_closes(work, tool, mouse):
    draw(mouse)
    assert tool.key("Return")
    assert len(drawn(work)) == 3


def test_a_double_click_closes_on_the_point_its_first_press_placed(work, tool, mouse):
    draw(mouse)
    tool.double_click(mouse.event(200, 200, held=True))
    tool.release(mouse.event(200, 200, held=True))
    assert len(drawn(work)) == 3


def test_enter_is_not_the_tools_without_an_outline(tool):
    for name in ("Return", "Backspace", "Escape", "Delete"):
        assert not tool.key(name)


def test_enter_with_too_few_points_says_so_and_keeps_them(work, tool, mouse):
    draw(mouse, [(100, 100), (200, 100)])
    assert tool.key("Return")
    assert "three points" in tool.hint
    assert tool.is_busy
    mouse.click(300, 100)
    assert tool.key("Return")
    assert "three points" in tool.hint
    mouse.click(300, 200)
    assert tool.key("Return")
    assert len(drawn(work)) == 4


def test_backspace_takes_points_back_until_there_is_no_outline(tool, mouse):
    draw(mouse)
    for left in (2, 1):
        assert tool.key("Backspace")
        assert len(tool.draft.points) == left
    assert tool.key("Backspace")
    assert tool.draft == NOTHING
    assert not tool.key("Backspace")


def test_escape_drops_the_outline(work, tool, mouse):
    draw(mouse)
    assert tool.key("Escape")
    assert tool.draft == NOTHING
    assert work.annotation == annotation()


def test_the_line_follows_the_cursor(tool, mouse):
    mouse.click(100, 100)
    mouse.hover(150, 120)
    assert tool.draft.rubber == ((100, 100), (150, 120))
    assert tool.draft.label == "opacity"
    tool.leave()
    assert tool.draft.rubber is None


def test_points_stay_on_the_film(work, tool, mouse):
    draw(mouse, [(-20, -5), (WIDTH + 9, 10), (300, HEIGHT + 50)])
    tool.key("Return")
    assert drawn(work) == [[0, 0], [WIDTH, 10], [300, HEIGHT]]


def test_clicking_twice_on_the_spot_is_one_point(tool, mouse):
    mouse.click(100, 100)
    mouse.click(100, 100)
    assert len(tool.draft.points) == 1


def test_the_outline_gets_the_current_label(work, tool, mouse):
    work.current_label = "left_lung"
    assert "left lung" in tool.hint
    draw(mouse)
    tool.key("Return")
    assert work.annotation.shapes[0].label == "left_lung"
    assert work.undo_label == "Draw left lung"


def test_the_first_point_is_reached_in_screen_pixels(work, tool, mouse):
    mouse.scale = 10.0
    draw(mouse)
    mouse.click(102, 103)
    assert work.annotation.shapes == ()
    mouse.click(100.5, 100)
    assert len(drawn(work)) == 4


def test_an_outline_does_not_follow_to_another_film(work, tool, mouse):
    draw(mouse)
    work.open(film(), annotation())
    assert tool.draft == NOTHING
    mouse.click(10, 10)
    assert len(tool.draft.points) == 1


def test_a_blocked_film_is_not_drawn_on(work, tool, mouse):
    work.open(film(), annotation(), blocked="film.json is damaged.")
    draw(mouse)
    assert tool.draft == NOTHING
    assert tool.hint == "film.json is damaged."
