from __future__ import annotations

import numpy as np
import pytest

from opacity_studio.domain.geometry import is_simple
from opacity_studio.domain.shape import Shape
from opacity_studio.review.tools.select import SelectTool
from tests.review.desk import HEIGHT, WIDTH, Mouse, annotation, box, film, session

LUNG = box("right_lung", 10, 10, 300, 440)
OPACITY = box("opacity", 100, 100, 200, 200)
OTHER = box("opacity", 400, 100, 500, 200)


@pytest.fixture
def work():
    return session(LUNG, OPACITY, OTHER)


@pytest.fixture
def tool(work):
    return SelectTool(work)


@pytest.fixture
def mouse(tool):
    return Mouse(tool)


def points(work, shape: Shape) -> list[list[float]]:
    return work.annotation.shape(shape.key).points.tolist()


def test_a_click_selects_and_a_click_on_bare_film_lets_go(work, mouse):
    mouse.click(150, 150)
    assert work.selection == {OPACITY.key}
    mouse.click(150, 400)
    assert work.selection == {LUNG.key}
    mouse.click(350, 300)
    assert work.selection == frozenset()
    assert work.undo_label is None


@pytest.mark.parametrize("key", ["shift", "ctrl"])
def test_a_modifier_adds_and_takes_away(work, mouse, key):
    mouse.click(150, 150)
    mouse.click(450, 150, key)
    assert work.selection == {OPACITY.key, OTHER.key}
    mouse.click(150, 150, key)
    assert work.selection == {OTHER.key}
    mouse.click(350, 300, key)
    assert work.selection == {OTHER.key}


def test_a_plain_click_on_one_of_several_selects_it_alone(work, mouse):
    work.select({OPACITY.key, OTHER.key})
    mouse.click(150, 150)
    assert work.selection == {OPACITY.key}


def test_dragging_a_vertex_is_one_step_and_shows_on_the_way(work, mouse):
    mouse.press(202, 101)
    mouse.drag_to(230, 80)
    assert work.shown_annotation.shape(OPACITY.key).points[1].tolist() == [228, 79]
    assert points(work, OPACITY)[1] == [200, 100]
    mouse.drag_to(252, 61)
    mouse.release(252, 61)
    assert points(work, OPACITY) == [[100, 100], [250, 60], [200, 200], [100, 200]]
    assert work.undo_label == "Move vertex"
    assert work.selected_vertices == {(OPACITY.key, 0, 1)}
    work.undo()
    assert work.annotation == annotation(LUNG, OPACITY, OTHER)
    assert work.undo_label is None


def test_a_trembling_click_moves_nothing(work, mouse):
    mouse.drag((200, 100), (202, 102))
    assert work.undo_label is None
    assert work.selected_vertices == {(OPACITY.key, 0, 1)}
    mouse.scale = 4.0
    mouse.drag((200, 100), (201, 100))
    assert work.undo_label == "Move vertex"


def test_escape_during_a_drag_puts_everything_back(work, tool, mouse):
    mouse.press(200, 100)
    mouse.drag_to(300, 90)
    assert tool.is_busy
    assert tool.key("Escape")
    assert work.shown_annotation is work.annotation
    mouse.drag_to(310, 80)
    mouse.release(310, 80)
    assert work.annotation == annotation(LUNG, OPACITY, OTHER)
    assert not tool.key("Escape")


def test_a_vertex_stays_on_the_film(work, mouse):
    mouse.drag((500, 200), (900, 700))
    assert points(work, OTHER)[2] == [WIDTH, HEIGHT]
    mouse.drag((400, 100), (-50, -80))
    assert points(work, OTHER)[0] == [0, 0]


def test_a_vertex_outside_the_film_can_be_brought_back_not_further_out():
    outside = box("opacity", -40, 100, 60, 200)
    work = session(outside)
    mouse = Mouse(SelectTool(work))
    mouse.drag((-40, 100), (-90, 110))
    assert points(work, outside)[0] == [-40, 110]
    mouse.drag((-40, 110), (20, 110))
    assert points(work, outside)[0] == [20, 110]


def test_a_vertex_dragged_until_nothing_is_enclosed_stops_before(work, mouse):
    triangle = Shape("opacity", [[520, 300], [600, 300], [560, 380]])
    work.commit("Draw opacity", work.annotation.adding(triangle))
    mouse.press(560, 380)
    mouse.drag_to(560, 310)
    mouse.drag_to(560, 300)
    mouse.release(560, 300)
    assert points(work, triangle)[2] == [560, 310]


def test_a_click_on_an_edge_of_the_selected_shape_adds_a_vertex(work, tool, mouse):
    mouse.click(150, 150)
    mouse.hover(203, 150)
    assert tool.draft.insertion == (200, 150)
    mouse.click(203, 150)
    assert points(work, OPACITY) == [[100, 100], [200, 100], [200, 150], [200, 200], [100, 200]]
    assert work.undo_label == "Add vertex"
    assert work.selected_vertices == {(OPACITY.key, 0, 2)}


def test_a_drag_from_an_edge_adds_a_vertex_and_moves_it_in_one_step(work, tool, mouse):
    mouse.click(150, 150)
    mouse.press(200, 150)
    mouse.drag_to(240, 160)
    assert tool.draft.handles[0].selected == {(0, 2)}
    mouse.release(240, 160)
    assert points(work, OPACITY)[2] == [240, 160]
    assert work.undo_label == "Add vertex"
    assert work.selected_vertices == {(OPACITY.key, 0, 2)}
    work.undo()
    assert work.undo_label is None


def test_an_edge_of_a_shape_that_is_not_selected_only_selects(work, mouse):
    mouse.click(200, 150)
    assert work.selection == {OPACITY.key}
    assert work.undo_label is None


def test_dragging_the_inside_moves_the_shape(work, mouse):
    mouse.drag((150, 150), (160, 155), (180, 140))
    assert points(work, OPACITY)[0] == [130, 90]
    assert work.undo_label == "Move opacity"


def test_dragging_moves_all_selected_shapes_and_stops_at_the_border(work, mouse):
    work.select({OPACITY.key, OTHER.key})
    mouse.drag((150, 150), (650, 150))
    assert points(work, OTHER)[1] == [WIDTH, 100]
    assert points(work, OPACITY)[1] == [340, 100]
    assert work.undo_label == "Move 2 shapes"


def test_a_lung_is_not_dragged_by_accident(work, mouse):
    mouse.drag((50, 300), (90, 330))
    assert points(work, LUNG)[0] == [10, 10]
    assert work.undo_label is None
    mouse.click(50, 300)
    mouse.drag((50, 300), (60, 300))
    assert points(work, LUNG)[0] == [20, 10]
    assert work.undo_label == "Move right lung"


def test_a_rubber_band_selects_what_lies_in_it(work, tool, mouse):
    mouse.press(350, 50)
    mouse.drag_to(550, 250)
    assert tool.draft.band == (350, 50, 550, 250)
    mouse.release(550, 250)
    assert work.selection == {OTHER.key}
    mouse.press(620, 470, "shift")
    mouse.drag_to(5, 5)
    mouse.release(5, 5)
    assert work.selection == {LUNG.key, OPACITY.key, OTHER.key}
    assert tool.draft.band is None
    mouse.drag((610, 300), (630, 330))
    assert work.selection == frozenset()


@pytest.mark.parametrize("key", ["Delete", "Backspace"])
def test_delete_takes_the_vertex_under_the_cursor(work, tool, mouse, key):
    mouse.hover(201, 102)
    assert tool.key(key)
    assert points(work, OPACITY) == [[100, 100], [200, 200], [100, 200]]
    assert work.undo_label == "Delete vertex"


def test_delete_takes_the_selected_vertex_when_the_cursor_is_elsewhere(work, tool, mouse):
    mouse.click(200, 100)
    mouse.hover(350, 300)
    tool.key("Delete")
    assert len(points(work, OPACITY)) == 3
    assert work.selected_vertices == frozenset()


def test_delete_without_a_vertex_takes_the_selected_shapes(work, tool, mouse):
    mouse.click(150, 150)
    mouse.click(450, 150, "shift")
    tool.key("Delete")
    assert [shape.key for shape in work.annotation.shapes] == [LUNG.key]
    assert work.undo_label == "Delete 2 shapes"
    assert not tool.key("Delete")


def test_a_triangle_keeps_its_vertices_and_says_why(work, tool, mouse):
    mouse.hover(200, 100)
    tool.key("Delete")
    mouse.hover(100, 100)
    tool.key("Delete")
    assert len(points(work, OPACITY)) == 3
    assert "three vertices" in tool.hint
    mouse.hover(150, 400)
    assert "three vertices" not in tool.hint


def test_a_cursor_that_left_the_film_points_at_no_vertex(work, tool, mouse):
    work.select({OTHER.key})
    mouse.hover(200, 100)
    tool.leave()
    tool.key("Delete")
    assert len(points(work, OPACITY)) == 4
    assert work.annotation.shape(OTHER.key) is None


def test_holes_are_edited_like_outlines():
    holed = box("opacity", 100, 100, 300, 300, holes=([[150, 150], [150, 250], [250, 250]],))
    work = session(holed)
    tool = SelectTool(work)
    mouse = Mouse(tool)
    mouse.drag((150, 250), (160, 260))
    assert work.annotation.shapes[0].holes[0][1].tolist() == [160, 260]
    assert work.selected_vertices == {(holed.key, 1, 1)}
    tool.key("Delete")
    assert work.annotation.shapes[0].holes == ()
    assert work.undo_label == "Close hole"


def test_arrows_nudge_the_shape_or_its_vertex(work, tool, mouse):
    assert not tool.key("Left")
    mouse.click(150, 150)
    assert tool.key("Left")
    assert tool.key("Shift+Down")
    assert points(work, OPACITY)[0] == [99, 110]
    mouse.click(99, 110)
    assert tool.key("Up")
    assert points(work, OPACITY) == [[99, 109], [199, 110], [199, 210], [99, 210]]
    assert work.undo_label == "Move vertex"


def test_arrows_in_a_row_are_one_step(work, tool, mouse):
    mouse.click(150, 150)
    for _ in range(5):
        tool.key("Right")
    assert points(work, OPACITY)[0] == [105, 100]
    work.undo()
    assert points(work, OPACITY)[0] == [100, 100]


def test_a_vertex_does_not_go_where_the_outline_would_cross_itself(work, tool, mouse):
    mouse.press(200, 100)
    mouse.drag_to(180, 120)
    mouse.drag_to(150, 300)
    assert "cross itself" in tool.hint
    mouse.release(150, 300)
    assert points(work, OPACITY)[1] == [180, 120]
    for _ in range(12):
        assert tool.key("Shift+Left")
    assert "cross itself" in tool.hint
    assert is_simple(work.annotation.shape(OPACITY.key))


def test_an_outline_that_crosses_itself_already_may_be_mended(tool, mouse):
    bow = Shape("opacity", [[100, 100], [200, 200], [200, 100], [100, 200]])
    work = session(bow)
    tool = SelectTool(work)
    mouse = Mouse(tool)
    mouse.drag((200, 200), (220, 210))
    assert points(work, bow)[1] == [220, 210]
    assert "crosses itself" in tool.hint
    mouse.drag((220, 210), (150, 90))
    assert points(work, bow)[1] == [150, 90]
    assert "crosses itself" not in tool.hint


# Several vertices ---------------------------------------------------------------------------

TEETH = Shape(
    "opacity", [[100, 300], [130, 280], [160, 300], [190, 280], [220, 300], [220, 400], [100, 400]]
)


@pytest.fixture
def toothed():
    made = session(TEETH, OTHER)
    made.select({TEETH.key})
    return made


def test_a_band_over_part_of_the_selected_outline_selects_vertices(toothed):
    tool = SelectTool(toothed)
    mouse = Mouse(tool)
    mouse.press(90, 250)
    mouse.drag_to(205, 310)
    assert tool.draft.handles[0].selected == {(0, 0), (0, 1), (0, 2), (0, 3)}
    mouse.release(205, 310)
    assert toothed.selection == {TEETH.key}
    assert toothed.selected_vertices == {(TEETH.key, 0, index) for index in range(4)}
    mouse.hover(130, 280)
    assert "4 vertices" in tool.hint


def test_a_band_round_whole_outlines_selects_shapes(toothed):
    mouse = Mouse(SelectTool(toothed))
    mouse.drag((350, 50), (550, 420))
    assert toothed.selection == {OTHER.key}
    mouse.drag((50, 50), (550, 420))
    assert toothed.selection == {TEETH.key, OTHER.key}
    assert toothed.selected_vertices == frozenset()


def test_of_hundreds_of_shapes_none_of_the_vertices_are_meant():
    angle = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    ring = np.c_[np.cos(angle), np.sin(angle)] * 10
    many = [
        Shape("opacity", ring + np.array((50 + i % 7 * 60, 50 + i // 7 * 60))) for i in range(42)
    ]
    work = session(*many)
    tool = SelectTool(work)
    work.select(shape.key for shape in many)
    assert tool.draft.handles == ()
    Mouse(tool).drag((30, 30), (110, 141))
    assert work.selected_vertices == frozenset()
    assert work.selection == {many[0].key, many[7].key}
    assert {handles.key for handles in tool.draft.handles} == work.selection


def test_shift_adds_vertices_and_takes_them_away(toothed):
    mouse = Mouse(SelectTool(toothed))
    mouse.click(130, 280, "shift")
    mouse.click(190, 280, "shift")
    assert toothed.selected_vertices == {(TEETH.key, 0, 1), (TEETH.key, 0, 3)}
    mouse.press(90, 390, "shift")
    mouse.drag_to(230, 410)
    mouse.release(230, 410)
    assert {index for _, _, index in toothed.selected_vertices} == {1, 3, 5, 6}
    mouse.click(190, 280, "shift")
    assert {index for _, _, index in toothed.selected_vertices} == {1, 5, 6}
    assert toothed.selection == {TEETH.key}


def test_several_vertices_are_dragged_together_as_one_step(toothed):
    mouse = Mouse(SelectTool(toothed))
    toothed.select({TEETH.key}, vertices={(TEETH.key, 0, 1), (TEETH.key, 0, 3)})
    mouse.drag((190, 280), (195, 250), (200, 260))
    new = points(toothed, TEETH)
    assert (new[1], new[3]) == ([140, 260], [200, 260])
    assert [new[index] for index in (0, 2, 4, 5, 6)] == [
        TEETH.points.tolist()[index] for index in (0, 2, 4, 5, 6)
    ]
    assert toothed.undo_label == "Move 2 vertices"
    assert len(toothed.selected_vertices) == 2
    toothed.undo()
    assert toothed.undo_label is None


def test_a_click_on_one_of_several_selects_it_alone(toothed):
    mouse = Mouse(SelectTool(toothed))
    toothed.select({TEETH.key}, vertices={(TEETH.key, 0, 1), (TEETH.key, 0, 3)})
    mouse.click(190, 280)
    assert toothed.selected_vertices == {(TEETH.key, 0, 3)}
    assert toothed.undo_label is None


def test_several_vertices_are_nudged_and_stop_at_the_border(toothed):
    tool = SelectTool(toothed)
    toothed.select({TEETH.key}, vertices={(TEETH.key, 0, 5), (TEETH.key, 0, 6)})
    for _ in range(20):
        tool.key("Shift+Down")
    assert points(toothed, TEETH)[5:] == [[220, HEIGHT], [100, HEIGHT]]
    toothed.undo()
    assert points(toothed, TEETH) == TEETH.points.tolist()


def test_several_vertices_are_deleted_together_or_not_at_all(toothed):
    tool = SelectTool(toothed)
    toothed.select({TEETH.key}, vertices={(TEETH.key, 0, 1), (TEETH.key, 0, 3)})
    assert tool.key("Delete")
    assert len(points(toothed, TEETH)) == 5
    assert toothed.undo_label == "Delete 2 vertices"
    assert toothed.selected_vertices == frozenset()
    toothed.select({TEETH.key}, vertices={(TEETH.key, 0, index) for index in range(3)})
    assert tool.key("Delete")
    assert "three vertices" in tool.hint
    assert len(points(toothed, TEETH)) == 5


def test_escape_lets_go_of_several_vertices_first(toothed):
    tool = SelectTool(toothed)
    toothed.select({TEETH.key}, vertices={(TEETH.key, 0, 1), (TEETH.key, 0, 3)})
    assert tool.key("Escape")
    assert toothed.selection == {TEETH.key}
    assert toothed.selected_vertices == frozenset()
    assert not tool.key("Escape")


def test_vertices_of_several_shapes_move_together(toothed):
    toothed.select({TEETH.key, OTHER.key})
    mouse = Mouse(SelectTool(toothed))
    mouse.drag((90, 150), (600, 310))
    chosen = {key for key, _, _ in toothed.selected_vertices}
    assert chosen == {TEETH.key, OTHER.key}
    mouse.drag((190, 280), (190, 270))
    assert toothed.undo_label == "Move 7 vertices"


def test_vertices_are_let_go_where_another_edit_changes_their_number(toothed):
    toothed.select({TEETH.key}, vertices={(TEETH.key, 0, 1), (TEETH.key, 0, 3)})
    smaller = toothed.annotation.shape(TEETH.key).with_outline(TEETH.points[:5])
    toothed.commit("Cut", toothed.annotation.replacing(TEETH.key, smaller))
    assert toothed.selected_vertices == frozenset()


def test_handles_show_for_the_hovered_and_the_selected_shape(work, tool, mouse):
    assert tool.draft.handles == ()
    mouse.hover(450, 150)
    assert [handles.key for handles in tool.draft.handles] == [OTHER.key]
    assert tool.draft.hovered == OTHER.key
    mouse.click(100, 100)
    mouse.hover(400, 101)
    first, second = tool.draft.handles
    assert (first.key, first.selected, first.hovered) == (OPACITY.key, {(0, 0)}, None)
    assert (second.key, second.selected, second.hovered) == (OTHER.key, set(), (0, 0))


def test_the_hover_follows_an_undo(work, tool, mouse):
    work.delete({OTHER.key})
    mouse.hover(450, 150)
    assert tool.hit is None
    work.undo()
    assert tool.hit.key == OTHER.key


def test_locked_and_hidden_shapes_are_out_of_reach(work, tool, mouse):
    work.toggle_locked({OPACITY.key})
    mouse.drag((200, 100), (260, 60))
    work.toggle_hidden({OTHER.key})
    mouse.drag((500, 100), (560, 60))
    assert work.annotation == annotation(LUNG, OPACITY, OTHER)


def test_a_blocked_film_can_be_pointed_at_only(work):
    work.open(film(), annotation(OPACITY), blocked="film.json is damaged.")
    tool = SelectTool(work)
    mouse = Mouse(tool)
    mouse.drag((200, 100), (260, 60))
    mouse.drag((150, 150), (180, 150))
    mouse.click(150, 150)
    assert work.selection == {OPACITY.key}
    assert not tool.key("Delete")
    assert work.annotation == annotation(OPACITY)
    assert tool.hint == "film.json is damaged."


def test_a_drag_is_void_when_the_annotation_changed_under_it(work, tool, mouse):
    work.delete({OTHER.key})
    mouse.press(200, 100)
    mouse.drag_to(250, 60)
    work.undo()
    mouse.drag_to(260, 50)
    mouse.release(260, 50)
    assert work.annotation == annotation(LUNG, OPACITY, OTHER)
    assert not tool.is_busy


def test_a_release_at_the_press_is_still_a_click_after_undo(work, mouse):
    work.delete({OTHER.key})
    mouse.press(350, 300)
    work.undo()
    mouse.release(350, 300)
    assert work.annotation == annotation(LUNG, OPACITY, OTHER)


@pytest.mark.parametrize(
    ("at", "claimed"),
    [
        ((350, 300), False),
        ((50, 300), False),
        ((150, 150), True),
        ((200, 100), True),
        ((300, 300), True),
    ],
)
def test_what_is_drawn_comes_before_a_predicted_region_but_not_a_lungs_inside(
    work, tool, mouse, at, claimed
):
    assert tool.claims(mouse.event(*at)) is claimed
    work.select({LUNG.key})
    assert tool.claims(mouse.event(*at)) is claimed


def test_cursor_and_hint_tell_what_a_press_does(work, tool, mouse):
    mouse.hover(350, 300)
    assert tool.cursor == "arrow"
    mouse.hover(200, 100)
    assert tool.cursor == "pointer"
    mouse.click(150, 150)
    assert tool.cursor == "move"
    mouse.hover(200, 150)
    assert (tool.cursor, tool.hint) == ("cross", "Click or drag adds a vertex")
