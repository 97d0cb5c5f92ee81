"""The window before anything is open."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from tests.window_fixtures import Desk


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_enter_opens_what_has_the_keyboard_as_space_does(desk: Desk, films: Path, key: Qt.Key):
    empty = desk.window.area.empty
    empty.show_recent([films])
    button = empty.findChild(QPushButton, "empty.recent-0")
    assert button is not None
    button.setFocus()
    QTest.keyClick(button, key)
    desk.wait_for_film()
    assert desk.window.desk.current is not None


def test_there_is_no_last_film_where_there_is_none(desk: Desk):
    hint = desk.window.findChild(QLabel, "status.hint")
    assert hint is not None
    desk.act("film.next")
    desk.act("film.previous")
    assert hint.text() == ""
