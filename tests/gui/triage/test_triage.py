"""The triage tab with a real window, mouse and keys."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from opacity_studio.domain.labels import OPACITY
from opacity_studio.domain.shape import Shape
from opacity_studio.domain.triage import Kind
from opacity_studio.files.settings import Settings
from opacity_studio.gui.triage import live_differences
from tests.window_fixtures import PATCH, Desk

SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
NOTHING_THERE = (440, 300)
"""In the other lung, where the tiny network sees nothing."""


def box(x: float, y: float, half: float) -> Shape:
    corners = ((-half, -half), (half, -half), (half, half), (-half, half))
    return Shape(OPACITY, [[x + dx, y + dy] for dx, dy in corners])


def panel(desk: Desk):
    return desk.window.review.triage._panel


def kinds(desk: Desk) -> list[Kind]:
    desk.wait(lambda: not desk.window.review.triage.is_busy)
    return [difference.kind for difference in panel(desk).model.differences]


def draw(desk: Desk, *shapes: Shape) -> None:
    session = desk.window.session
    assert session.commit("Draw", session.annotation.adding(*shapes))


def opacities(desk: Desk) -> tuple[Shape, ...]:
    return desk.window.session.annotation.labelled(OPACITY)


def in_view(desk: Desk, x: float, y: float) -> bool:
    return desk.window.view.rect().contains(desk.place(x, y))


def test_the_list_follows_edits_and_the_threshold(desk: Desk, films: Path):
    desk.open(films)
    assert kinds(desk) == [Kind.MISSED]
    draw(desk, box(*NOTHING_THERE, 40))
    assert sorted(kinds(desk)) == [Kind.EXTRA, Kind.MISSED]
    draw(desk, box(*PATCH, 20))
    assert sorted(kinds(desk)) == [Kind.DIFFERENT, Kind.EXTRA]
    desk.window.side.prediction.threshold.setValue(98)
    assert sorted(kinds(desk)) == [Kind.DIFFERENT, Kind.EXTRA]
    regions = {region.key for region in desk.window.session.model_regions}
    for difference in panel(desk).model.differences:
        assert {region.key for region in difference.model} <= regions
    desk.key(Qt.Key.Key_Z, CONTROL)
    assert sorted(kinds(desk)) == [Kind.EXTRA, Kind.MISSED]


def test_it_says_why_there_is_nothing_to_go_through(desk: Desk, films: Path):
    assert panel(desk).list.empty_text == ""
    desk.open(films / "film 2.png")
    assert kinds(desk) == []
    assert panel(desk).list.empty_text == "You and the model agree: neither shows opacity."
    desk.window.session.set_prediction(None)
    desk.wait(lambda: not desk.window.review.triage.is_busy)
    assert panel(desk).list.empty_text.startswith("Nothing to compare yet")


def test_its_key_and_its_button_bring_it_to_the_front_and_go_to_the_first(desk: Desk, films: Path):
    desk.open(films)
    draw(desk, box(*NOTHING_THERE, 40))
    tabs, view = desk.window.side.tabs, desk.window.view
    assert tabs.currentWidget() is not panel(desk)
    zoom = view.zoom
    button = next(b for b in desk.window.side.prediction.buttons if "triage" in b.objectName())
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    desk.wait(lambda: tabs.currentWidget() is panel(desk) and view.zoom > zoom)
    assert panel(desk).list.currentIndex().row() == 0
    tabs.setCurrentIndex(0)
    desk.key(Qt.Key.Key_T, CONTROL)
    assert tabs.currentWidget() is panel(desk)


def test_a_click_on_a_row_zooms_to_the_region_and_outlines_both_sides(desk: Desk, films: Path):
    desk.open(films)
    mine = box(*PATCH, 20)
    draw(desk, mine)
    assert kinds(desk) == [Kind.DIFFERENT]
    desk.act("triage.show")
    desk.act("view.fit")
    listed = panel(desk).list
    zoom = desk.window.view.zoom
    middle = listed.visualRect(panel(desk).model.index(0)).center()
    QTest.mouseClick(listed.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert desk.window.view.zoom > zoom
    assert in_view(desk, *PATCH)
    assert desk.window.view._outlined == {mine.key}
    assert desk.window.session.selection == frozenset()
    (difference,) = panel(desk).model.differences
    assert desk.window.view._focused == difference.model


def test_next_and_previous_go_round_the_list(desk: Desk, films: Path):
    desk.open(films)
    draw(desk, box(*NOTHING_THERE, 40))
    assert len(kinds(desk)) == 2
    listed = panel(desk).list
    for key, row in ((Qt.Key.Key_E, 0), (Qt.Key.Key_E, 1), (Qt.Key.Key_E, 0), (Qt.Key.Key_Q, 1)):
        desk.key(key, SHIFT)
        assert listed.currentIndex().row() == row
    assert desk.window.side.tabs.currentWidget() is panel(desk)


def test_arrow_keys_in_the_list_look_at_differences(desk: Desk, films: Path):
    desk.open(films)
    draw(desk, box(*NOTHING_THERE, 40))
    assert len(kinds(desk)) == 2
    desk.act("triage.show")
    listed = panel(desk).list
    listed.setFocus()
    QTest.keyClick(listed, Qt.Key.Key_Down)
    assert listed.currentIndex().row() == 1
    assert desk.window.review.triage._current is panel(desk).model.differences[1]


def test_the_models_outline_is_taken_in_one_step_and_stays_the_models(desk: Desk, films: Path):
    desk.open(films)
    mine = box(*PATCH, 20)
    draw(desk, mine)
    kinds(desk)
    desk.key(Qt.Key.Key_E, SHIFT)
    desk.key(Qt.Key.Key_T, SHIFT)
    assert kinds(desk) == []
    (taken,) = opacities(desk)
    assert taken.provenance.source == "model"
    assert taken.provenance.edited_by is None
    assert panel(desk).list.empty_text == "You and the model agree."
    desk.key(Qt.Key.Key_Z, CONTROL)
    assert opacities(desk) == (mine,) or opacities(desk)[0].key == mine.key
    assert kinds(desk) == [Kind.DIFFERENT]


def test_the_first_press_looks_and_the_next_decides(desk: Desk, films: Path):
    desk.open(films)
    assert kinds(desk) == [Kind.MISSED]
    desk.key(Qt.Key.Key_T, SHIFT)
    assert opacities(desk) == ()
    assert panel(desk).list.currentIndex().row() == 0
    desk.key(Qt.Key.Key_T, SHIFT)
    assert len(opacities(desk)) == 1


def test_taking_the_models_word_removes_what_it_does_not_show(desk: Desk, films: Path):
    desk.open(films / "film 2.png")
    draw(desk, box(*NOTHING_THERE, 40))
    assert kinds(desk) == [Kind.EXTRA]
    desk.key(Qt.Key.Key_E, SHIFT)
    desk.key(Qt.Key.Key_T, SHIFT)
    assert opacities(desk) == ()
    assert kinds(desk) == []


def test_what_is_kept_leaves_the_list_and_the_record_tells(desk: Desk, films: Path):
    desk.open(films)
    mine = box(*NOTHING_THERE, 40)
    draw(desk, mine)
    assert len(kinds(desk)) == 2
    desk.key(Qt.Key.Key_E, SHIFT)
    desk.key(Qt.Key.Key_X, SHIFT)
    assert len(kinds(desk)) == 1
    desk.wait(lambda: panel(desk).list.currentIndex().row() == 0)
    desk.key(Qt.Key.Key_X, SHIFT)
    assert kinds(desk) == []
    assert panel(desk).list.empty_text == "Every difference from the model is settled."
    assert panel(desk)._settled.text() == "2 settled"
    session = desk.window.session
    events = [event for event in session.annotation.review.events if event.kind == "kept"]
    region = session.model_regions[0].outline_digest
    assert {event.outline for event in events} == {mine.outline_digest, region}
    assert {event.reader for event in events} == {"Test Reader"}
    assert {event.threshold for event in events} == {session.threshold}
    assert session.predicted_regions == ()

    desk.wait_until_saved()
    for name in ("film 2.png", "film 1.png"):
        desk.open(films / name)
        desk.wait_for_film(name)
    assert kinds(desk) == []

    desk.window.session.commit("Redraw", session.annotation.removing({opacities(desk)[0].key}))
    draw(desk, box(*NOTHING_THERE, 44))
    assert kinds(desk) == [Kind.EXTRA]


def test_what_is_settled_can_be_looked_at_and_decided_otherwise(desk: Desk, films: Path):
    desk.open(films)
    kinds(desk)
    desk.key(Qt.Key.Key_E, SHIFT)
    desk.key(Qt.Key.Key_X, SHIFT)
    assert kinds(desk) == []
    desk.act("triage.show")
    QTest.mouseClick(panel(desk)._settled, Qt.MouseButton.LeftButton)
    assert kinds(desk) == [Kind.MISSED]
    desk.key(Qt.Key.Key_E, SHIFT)
    assert desk.window.view._focused
    before = desk.window.session.annotation
    desk.key(Qt.Key.Key_X, SHIFT)
    assert desk.window.session.annotation is before
    desk.key(Qt.Key.Key_T, SHIFT)
    assert len(opacities(desk)) == 1
    assert kinds(desk) == []
    QTest.mouseClick(panel(desk)._settled, Qt.MouseButton.LeftButton)


def test_a_locked_outline_stays(desk: Desk, films: Path):
    desk.open(films / "film 2.png")
    mine = box(*NOTHING_THERE, 40)
    draw(desk, mine)
    kinds(desk)
    desk.window.session.toggle_locked({mine.key})
    desk.key(Qt.Key.Key_E, SHIFT)
    desk.key(Qt.Key.Key_T, SHIFT)
    assert [shape.key for shape in opacities(desk)] == [mine.key]
    assert kinds(desk) == [Kind.EXTRA]


def test_an_approved_film_stays_as_it_is(make_desk, films: Path):
    desk: Desk = make_desk(settings=Settings(reader_name="Rita", reader_role="reviewer"))
    desk.open(films)
    draw(desk, box(*NOTHING_THERE, 40))
    session = desk.window.session
    assert session.approve(datetime.now().astimezone(), "test") is None
    assert len(kinds(desk)) == 2
    assert not desk.window.actions_by_id["triage.take"].isEnabled()
    desk.key(Qt.Key.Key_E, SHIFT)
    before = session.annotation
    desk.key(Qt.Key.Key_T, SHIFT)
    desk.key(Qt.Key.Key_X, SHIFT)
    assert session.annotation is before


def test_undo_puts_a_difference_back_on_the_list(desk: Desk, films: Path):
    desk.open(films)
    kinds(desk)
    desk.key(Qt.Key.Key_E, SHIFT)
    desk.key(Qt.Key.Key_X, SHIFT)
    assert kinds(desk) == []
    desk.key(Qt.Key.Key_Z, CONTROL)
    assert kinds(desk) == [Kind.MISSED]
    assert len(desk.window.session.predicted_regions) == 1


def test_a_decision_right_after_an_edit_is_about_the_film_as_it_is(desk: Desk, films: Path):
    """The list is made anew first: the outline it spoke of is gone."""
    desk.open(films / "film 2.png")
    draw(desk, box(*NOTHING_THERE, 40))
    kinds(desk)
    desk.key(Qt.Key.Key_E, SHIFT)
    desk.window.session.delete({opacities(desk)[0].key})
    steps = desk.window.session.undo_label
    desk.key(Qt.Key.Key_X, SHIFT)
    assert kinds(desk) == []
    assert desk.window.session.undo_label == steps


def test_another_film_forgets_the_difference_looked_at(desk: Desk, films: Path):
    desk.open(films)
    kinds(desk)
    desk.key(Qt.Key.Key_E, SHIFT)
    assert desk.window.view._focused
    desk.open(films / "film 3.png")
    desk.wait_for_film("film 3.png")
    assert desk.window.view._focused == ()
    assert kinds(desk) == [Kind.MISSED]
    assert panel(desk).list.currentIndex().row() == -1


@pytest.mark.parametrize("key", [Qt.Key.Key_T, Qt.Key.Key_X])
def test_nothing_is_decided_while_an_outline_is_being_drawn(desk: Desk, films: Path, key):
    desk.open(films)
    kinds(desk)
    desk.key(Qt.Key.Key_P)
    desk.click(300, 300)
    before = desk.window.session.annotation
    desk.key(key, SHIFT)
    assert desk.window.session.annotation is before
    assert desk.window.view.is_tool_busy
    assert desk.window.review.triage._current is None


def test_comparing_hundreds_of_outlines_waits_until_the_hands_rest_or_ask(
    desk: Desk, films: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(live_differences, "HANDS_REST_MS", 60_000)
    desk.open(films)
    assert kinds(desk) == [Kind.MISSED]
    boxes = (box(340 + 40 * (number % 8), 100 + 40 * (number // 8), 18) for number in range(80))
    draw(desk, *boxes)
    for step in range(8):
        QTest.mouseMove(desk.window.view, desk.place(100 + step, 100), delay=5)
        assert desk.window.review.triage.is_busy
    assert [one.kind for one in panel(desk).model.differences] == [Kind.MISSED]
    desk.act("triage.next")
    assert Kind.EXTRA in kinds(desk)
