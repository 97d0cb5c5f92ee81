"""The program with an outline changed by another one, too, closed unanswered; see test_never_lost.

``FOLDER`` drags a vertex of the only outline and says so, then waits until the journal has that and
the person is asked whose outline to keep. It prints its own, closes the window, prints the ways out
that are offered then, and closes it without saving.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from opacity_studio.gui import application
from opacity_studio.gui.main_window import MainWindow
from tests.e2e.test_never_lost import journals

NONE, LEFT = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton


def tell(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def once(window: MainWindow, is_so: Callable[[], bool], then: Callable[[], None]) -> None:
    """Call `then` as soon as `is_so`."""
    if is_so():
        then()
    else:
        QTimer.singleShot(10, window, lambda: once(window, is_so, then))


def drag(window: MainWindow) -> None:
    view, session = window.view, window.session
    window.autosave.set_delay(3600)
    view.set_tool("select")
    (shape,) = session.annotation.shapes
    session.select({shape.key})
    x, y = shape.points[0]
    start, end = (view.image_to_widget(*at).toPoint() for at in ((x, y), (x - 20, y - 10)))
    QTest.mouseMove(view, start)
    QTest.mousePress(view, LEFT, NONE, start)
    for step in range(1, 9):
        QTest.mouseMove(view, start + (end - start) * step / 8)
    QTest.mouseRelease(view, LEFT, NONE, end)
    assert session.is_modified
    tell("edited")
    once(window, lambda: "choose whose" in window.area.messages.text, lambda: asked(window))


def asked(window: MainWindow) -> None:
    once(window, lambda: bool(journals()), lambda: leave(window))


def leave(window: MainWindow) -> None:
    (shape,) = window.session.annotation.shapes
    tell(json.dumps(shape.points.tolist()))
    window.close()
    once(window, lambda: "stays open" in window.area.messages.text, lambda: stays(window))


def stays(window: MainWindow) -> None:
    buttons = window.area.messages.findChildren(QPushButton)
    shown = {b.objectName().removeprefix("message."): b for b in buttons if b.isVisible()}
    tell(" ".join(sorted(shown)))
    QTest.mouseClick(shown["close-anyway"], LEFT)


class Clashing(MainWindow):
    """Drags as soon as its film is there."""

    def showEvent(self, event) -> None:  # noqa: N802 - Qt's own
        super().showEvent(event)
        once(self, lambda: self.session.radiograph is not None, lambda: drag(self))


if __name__ == "__main__":
    application.MainWindow = Clashing
    application.run(application.Request(Path(sys.argv[1])))
