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


def test_a_crossing_outline_is_allowed_and_said(work, tool, mouse):
    draw(mouse, [(100, 100), (200, 200), (200, 100), (100, 200)])
    tool.key("Return")
    assert len(drawn(work)) == 4
    assert "crosses itself" in tool.hint
    mouse.click(300, 300)
    assert "crosses itself" not in tool.hint


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
    mouse.click(102, 100)
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
