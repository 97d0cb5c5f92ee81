"""The program with a film in view, killed in the middle of a stroke; see test_never_lost.py.

``FOLDER COUNT`` draws COUNT triangles with the mouse, begins to drag a vertex, waits until the
journal holds the triangles, says so and is killed. Nothing is saved meanwhile: the delay of the
autosave is an hour here.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest

from opacity_studio.gui import application
from opacity_studio.gui.main_window import MainWindow

NONE, LEFT = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton


def draw(window: MainWindow, count: int) -> None:
    view, session = window.view, window.session
    if session.radiograph is None:
        QTimer.singleShot(50, window, lambda: draw(window, count))
        return
    window.autosave.set_delay(3600)
    for number in range(count):
        view.set_tool("polygon")
        x, y = 40 + 90 * number, 500
        for point in ((x, y), (x + 60, y), (x + 20, y + 70)):
            place = view.image_to_widget(*point).toPoint()
            QTest.mouseMove(view, place)
            QTest.mouseClick(view, LEFT, NONE, place)
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert len(session.annotation.shapes) == count
    committed = time.monotonic()
    view.set_tool("select")
    session.select({session.annotation.shapes[0].key})
    start = view.image_to_widget(*session.annotation.shapes[0].points[0]).toPoint()
    QTest.mouseMove(view, start)
    QTest.mousePress(view, LEFT, NONE, start)
    for step in range(1, 8):
        QTest.mouseMove(view, start + type(start)(3 * step, 2 * step))
    assert session.shown_annotation is not session.annotation
    wait_for_journal(window, count, committed)


def wait_for_journal(window: MainWindow, count: int, committed: float) -> None:
    kept = list(Path(os.environ["XDG_DATA_HOME"]).glob("opacity-studio/journal/*/*.json"))
    if kept and len(json.loads(kept[0].read_text())["annotation"]["shapes"]) == count:
        sys.stdout.write(f"{time.monotonic() - committed:.3f}\n")
        sys.stdout.flush()
    else:
        QTimer.singleShot(10, window, lambda: wait_for_journal(window, count, committed))


class Drawing(MainWindow):
    """Draws as soon as its film is there."""

    def showEvent(self, event) -> None:  # noqa: N802 - Qt's own
        super().showEvent(event)
        QTimer.singleShot(0, self, lambda: draw(self, int(sys.argv[2])))


if __name__ == "__main__":
    application.MainWindow = Drawing
    application.run(application.Request(Path(sys.argv[1])))
