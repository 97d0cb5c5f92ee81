"""The palette by real keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from opacity_studio.gui.actions import ROWS
from tests.window_fixtures import PATCH, Desk

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def reading(desk: Desk, films: Path) -> Desk:
    desk.open(films)
    return desk


def names(desk: Desk) -> list[str]:
    model = desk.window._ways.palette.model
    return [model.index(row).data() for row in range(model.rowCount())]


def type_in(desk: Desk, text: str) -> None:
    QTest.keyClicks(desk.window._ways.palette.field, text)


def press(desk: Desk, key: Qt.Key) -> None:
    QTest.keyClick(desk.window._ways.palette.field, key)


def test_every_action_can_be_found(reading: Desk):
    reading.key(Qt.Key.Key_K, CONTROL)
    assert reading.window._ways.palette.isVisible()
    shown = {row.text for row in ROWS if not row.held and row.id != "help.palette"}
    assert shown <= set(names(reading)) | {"Undo", "Redo"}


def test_typing_narrows_and_enter_runs_and_the_film_has_the_keys_again(reading: Desk):
    reading.key(Qt.Key.Key_K, CONTROL)
    type_in(reading, "accall")
    assert names(reading)[0] == "Accept all"
    press(reading, Qt.Key.Key_Return)
    window = reading.window
    assert window.session.annotation.shapes
    assert not window.session.annotation.status.is_curated, "Enter must not mark the film"
    assert not window._ways.palette.isVisible()
    assert window.view.hasFocus()


def test_letters_typed_are_no_shortcuts_and_escape_leaves_everything(reading: Desk):
    window = reading.window
    before = window.session.annotation
    reading.key(Qt.Key.Key_K, CONTROL)
    type_in(reading, "dpb")
    press(reading, Qt.Key.Key_Backspace)
    press(reading, Qt.Key.Key_Escape)
    assert not window._ways.palette.isVisible()
    assert window.view.tool == "select"
    assert window.session.annotation is before
    assert window.desk.current.name == "film 1.png"


def test_what_was_run_last_comes_first_also_next_time(reading: Desk, make_desk, qtbot):
    reading.key(Qt.Key.Key_K, CONTROL)
    type_in(reading, "zoom out")
    press(reading, Qt.Key.Key_Return)
    reading.key(Qt.Key.Key_K, CONTROL)
    assert names(reading)[0] == "Zoom out"
    press(reading, Qt.Key.Key_Escape)
    later = make_desk(settings=reading.window._preferences.settings)
    later.key(Qt.Key.Key_K, CONTROL)
    assert names(later)[0] == "Zoom out"


def test_what_cannot_run_now_is_shown_grey_and_does_nothing(reading: Desk):
    window = reading.window
    reading.key(Qt.Key.Key_K, CONTROL)
    type_in(reading, "redo")
    assert names(reading)[0] == "Redo"
    assert not window.actions_by_id["edit.redo"].isEnabled()
    press(reading, Qt.Key.Key_Return)
    assert window._ways.palette.isVisible()


def test_what_is_nowhere_is_said_to_be_nowhere(reading: Desk):
    palette = reading.window._ways.palette
    reading.key(Qt.Key.Key_K, CONTROL)
    nothing = palette.findChild(QLabel, "palette.nothing")
    assert not nothing.isVisible()
    type_in(reading, "zzqq")
    assert nothing.isVisible()
    assert not palette.list.isVisible()
    palette.field.clear()
    assert not nothing.isVisible()
    assert palette.list.isVisible()


def test_arrows_go_through_and_round(reading: Desk):
    reading.key(Qt.Key.Key_K, CONTROL)
    listed = reading.window._ways.palette.list
    press(reading, Qt.Key.Key_Up)
    assert listed.currentIndex().row() == len(names(reading)) - 1
    press(reading, Qt.Key.Key_Down)
    press(reading, Qt.Key.Key_Down)
    assert listed.currentIndex().row() == 1


def test_a_click_on_the_film_closes_it_and_counts(reading: Desk):
    reading.key(Qt.Key.Key_K, CONTROL)
    reading.window._ways.palette.field.setText("zzzz")
    view = reading.window.view
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=reading.place(PATCH[0], PATCH[1] + 60))
    assert not reading.window._ways.palette.isVisible()


def test_the_same_keys_close_it(reading: Desk):
    reading.key(Qt.Key.Key_K, CONTROL)
    QTest.keyClick(reading.window._ways.palette.field, Qt.Key.Key_K, CONTROL)
    assert not reading.window._ways.palette.isVisible()
