"""Side by side, difference and blinking, by real keys and a real mouse."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from opacity_studio.gui.canvas.difference_layer import ADDED, AGREED, REMOVED
from opacity_studio.gui.canvas.overlay import Overlay
from opacity_studio.gui.film.comparing import BLINK_MS, Mode
from tests.window_fixtures import PATCH, Desk

NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def reading(desk: Desk, films: Path) -> Desk:
    desk.open(films)
    return desk


def picture(widget: QWidget) -> np.ndarray:
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    data = np.frombuffer(image.constBits(), np.uint8)
    return data.reshape(image.height(), image.bytesPerLine() // 4, 4)[..., :3].copy()


def wheel(widget: QWidget, at: QPoint) -> None:
    event = QWheelEvent(
        QPointF(at),
        QPointF(widget.mapToGlobal(at)),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        NONE,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def test_backtick_goes_round_the_three_views(reading: Desk):
    window = reading.window
    seen = []
    for _ in range(3):
        reading.key(Qt.Key.Key_QuoteLeft)
        seen.append((window.comparing.mode, window.area.bare.isVisible(), window.view.overlay))
        marked = window.bar.buttons["view.compare"].isChecked()
        assert marked == (window.comparing.mode is not Mode.OVERLAY)
    assert seen == [
        (Mode.SIDE_BY_SIDE, True, Overlay.ALL),
        (Mode.DIFFERENCE, False, Overlay.DIFFERENCE),
        (Mode.OVERLAY, False, Overlay.ALL),
    ]


def test_side_by_side_shows_the_film_alone_at_the_same_place(reading: Desk, qtbot):
    window = reading.window
    reading.act("view.side-by-side")
    qtbot.wait(20)
    bare, view = window.area.bare, window.view
    assert bare.size() == view.size()
    window.view.finish_painting()
    overlaid = picture(view)
    view.set_all_overlays_hidden(True)
    assert (picture(bare) == picture(view)).all()
    view.set_all_overlays_hidden(False)
    assert (picture(bare) != overlaid).any()


def test_zoom_pan_and_window_are_linked_from_either_side(reading: Desk, qtbot):
    window = reading.window
    reading.act("view.side-by-side")
    qtbot.wait(20)
    bare, view = window.area.bare, window.view
    at = view.image_to_widget(*PATCH).toPoint()
    scale = view.zoom
    wheel(bare, at)
    assert view.zoom > scale
    window_before, place = view.grey_window, view.image_to_widget(0, 0)
    QTest.mousePress(bare, Qt.MouseButton.MiddleButton, NONE, at)
    QTest.mouseMove(bare, at + QPoint(20, 12))
    QTest.mouseRelease(bare, Qt.MouseButton.MiddleButton, NONE, at + QPoint(20, 12))
    assert view.image_to_widget(0, 0) - place == QPointF(20, 12)
    QTest.mousePress(bare, Qt.MouseButton.RightButton, NONE, at)
    QTest.mouseMove(bare, at + QPoint(-60, 0))
    QTest.mouseRelease(bare, Qt.MouseButton.RightButton, NONE, at + QPoint(-60, 0))
    assert view.grey_window != window_before
    QApplication.sendEvent(bare, QEvent(QEvent.Type.Leave))
    view.set_all_overlays_hidden(True)
    assert (picture(bare) == picture(view)).all()


def test_a_tool_draws_on_the_bare_film_too(reading: Desk, qtbot):
    window = reading.window
    reading.act("view.side-by-side")
    qtbot.wait(20)
    reading.act("tool.polygon")
    for x, y in ((400, 200), (480, 200), (480, 300), (400, 300)):
        QTest.mouseClick(
            window.area.bare, Qt.MouseButton.LeftButton, NONE, reading.place(x, y), delay=2
        )
    reading.key(Qt.Key.Key_Return)
    (shape,) = window.session.annotation.shapes
    assert np.abs(shape.points.max(axis=0) - (480, 300)).max() < 2


def test_the_difference_follows_while_a_shape_is_dragged(reading: Desk, qtbot):
    window = reading.window
    reading.act("prediction.accept-all")
    reading.act("view.difference")
    qtbot.wait(20)
    layer = window.view._scene.difference
    shape = next(s for s in window.session.annotation.shapes if s.label == "opacity")

    def counted() -> dict[int, int]:
        picture(window.view)
        codes = layer.codes(window.view.rect())
        return {code: int((codes == code).sum()) for code in (1, 2, 3)}

    before = counted()
    assert before[AGREED.code] > 0
    assert before[ADDED.code] == before[REMOVED.code] == 0
    x, y = shape.points.mean(axis=0)
    reading.click(x, y)
    QTest.mousePress(window.view, Qt.MouseButton.LeftButton, NONE, reading.place(x, y))
    for step in (10, 20, 30):
        QTest.mouseMove(window.view, reading.place(x + step, y), delay=2)
    during = counted()
    assert during[ADDED.code] > 0
    assert during[REMOVED.code] > 0
    assert window.session.shown_annotation is not window.session.annotation
    QTest.mouseRelease(window.view, Qt.MouseButton.LeftButton, NONE, reading.place(x + 30, y))
    assert counted()[AGREED.code] < before[AGREED.code]
    assert window.area.legend.isVisible()


def test_blinking_shows_each_side_alone_and_slowly(reading: Desk, qtbot):
    window = reading.window
    reading.act("prediction.accept-all")
    reading.key(Qt.Key.Key_G, Qt.KeyboardModifier.ShiftModifier)
    assert window.view.overlay is Overlay.PREDICTION
    assert 1000 / BLINK_MS <= 2, "changes a second"
    qtbot.waitUntil(lambda: window.view.overlay is Overlay.ANNOTATION, timeout=3000)
    shapes = window.session.annotation
    reading.click(*PATCH)
    reading.key(Qt.Key.Key_Delete)
    assert window.session.annotation is shapes, "one side alone cannot be edited"
    reading.key(Qt.Key.Key_Escape)
    assert not window.comparing.is_blinking
    assert window.view.overlay is Overlay.ALL
    assert not window.area.legend.isVisible()


def test_blinking_ends_with_the_film_but_the_chosen_view_stays(reading: Desk):
    window = reading.window
    reading.act("view.difference")
    reading.act("view.blink")
    reading.key(Qt.Key.Key_D)
    reading.wait_for_film("film 2.png")
    assert not window.comparing.is_blinking
    assert window.view.overlay is Overlay.DIFFERENCE
    assert window.comparing.mode is Mode.DIFFERENCE
