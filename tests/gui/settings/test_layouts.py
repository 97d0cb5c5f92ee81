"""What a person moved is there again the next time, and keys reach every part."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QSplitter, QWidget

from opacity_studio.files.settings import Settings, load_settings
from opacity_studio.gui.settings.layouts import kept_place
from tests.window_fixtures import Desk

NONE = Qt.KeyboardModifier.NoModifier


def splitter(window: QWidget, name: str) -> QSplitter:
    return window.findChild(QSplitter, name)


def drag_handle(splitter: QSplitter, by: int) -> None:
    handle = splitter.handle(1)
    middle = handle.rect().center()
    QTest.mousePress(handle, Qt.MouseButton.LeftButton, NONE, middle)
    QTest.mouseMove(handle, middle + QPoint(by, 0), delay=5)
    QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, NONE, middle + QPoint(by, 0), delay=5)


def test_widths_chosen_by_hand_are_there_the_next_time(make_desk, films: Path):
    first: Desk = make_desk()
    window = first.window
    before = window.worklist.width(), window.side.width()
    drag_handle(splitter(window, "reading"), 60)
    drag_handle(splitter(window, "columns"), -40)
    chosen = window.worklist.width(), window.side.width()
    assert chosen == (before[0] + 60, before[1] + 40)
    window.close()
    second = make_desk(settings=load_settings()).window
    assert (second.worklist.width(), second.side.width()) == chosen
    second.resize(1366, 768)
    assert second.area.width() > 0.4 * second.width()


def test_what_nobody_moved_is_not_remembered(make_desk):
    desk: Desk = make_desk()
    desk.window.close()
    assert not {"side", "worklist", "drawer"} & set(load_settings().layout)


def test_widths_that_would_hide_the_film_do_not_hold(make_desk):
    layout = {"side": (900,), "worklist": (900,)}
    window = make_desk(settings=Settings(reader_name="A", layout=layout)).window
    assert window.area.width() > 0.4 * window.width()


@pytest.mark.usefixtures("qapp")
def test_the_drawer_opens_at_one_height_each_time(desk: Desk, films: Path):
    desk.open(films)
    rows = splitter(desk.window, "rows")
    heights = []
    for _ in range(2):
        desk.act("prediction.training")
        desk.wait(lambda: rows.sizes()[1:] not in ([], [0]))
        heights.append(rows.sizes()[1])
        desk.act("prediction.training")
        desk.wait(lambda: rows.sizes()[1] == 0)
    assert heights[1] == heights[0]


def test_the_window_comes_back_to_its_place_unless_no_screen_shows_it():
    screen = QGuiApplication.primaryScreen().availableGeometry()
    place = QRect(screen.left() + 10, screen.top() + 20, screen.width() - 50, 400)

    def kept(rect: QRect):
        numbers = (rect.x(), rect.y(), rect.width(), rect.height(), 1)
        return kept_place(Settings(layout={"window": numbers}))

    assert kept(place) == (place, True)
    assert kept(place.translated(50_000, 0)) is None
    assert kept_place(Settings()) is None
    assert kept_place(Settings(layout={"window": (1, 2)})) is None


def test_one_key_goes_round_the_parts_of_the_window(desk: Desk, films: Path):
    desk.open(films)
    window = desk.window
    parts = (window.worklist, window.area, window.side, window.bar)

    def here() -> int:
        focus = QApplication.focusWidget()
        (part,) = (n for n, part in enumerate(parts) if part.isAncestorOf(focus))
        return part

    window.view.setFocus()
    seen = []
    for _ in range(4):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_F6)
        seen.append(here())
    assert seen == [2, 3, 0, 1]
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert here() == 0


def test_tab_reaches_every_control_and_comes_round(desk: Desk, films: Path):
    desk.open(films)
    window = desk.window
    window.worklist.search.setFocus()
    start, reached = QApplication.focusWidget(), []
    for _ in range(120):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
        if focus is start:
            break
        reached.append(focus)
    assert QApplication.focusWidget() is start, "the way round ends where it began"
    missed = [
        button.objectName()
        for button in (*window.bar.buttons.values(), window.bar.reader)
        if button.isEnabled() and button not in reached
    ]
    assert missed == []
    wanted = {window.view, window.side.prediction.threshold, window.side.prediction.overlay}
    assert wanted <= set(reached)
    nameless = [type(w).__name__ for w in reached if not (w.accessibleName() and w.objectName())]
    assert nameless == []
