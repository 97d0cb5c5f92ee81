"""The real window on small rendered films and tiny networks, and what it leaves behind."""

from __future__ import annotations

import functools
import gc
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt, QThreadPool, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from opacity_studio.files.model_store import ModelStore
from opacity_studio.files.prediction_cache import PredictionCache
from opacity_studio.files.settings import Settings
from opacity_studio.gui.look.theme import DARK, apply_theme
from opacity_studio.gui.main_window import MainWindow
from opacity_studio.gui.settings.preferences import Preferences
from tests.tiny_networks import write_tiny_models

WIDTH, HEIGHT = 640, 640
PATCH = (200, 360)
"""Centre of the bright patch in the patient's right lung: the tiny network calls it opacity."""


def draw_film(path: Path, *, opaque: bool = True) -> Path:
    """Write a film whose lungs lie where the tiny network sees some; bright where opaque."""
    path.write_bytes(_drawn(path.suffix, opaque=opaque))
    return path


@functools.cache
def _drawn(suffix: str, *, opaque: bool) -> bytes:
    y, x = np.mgrid[:HEIGHT, :WIDTH] + 0.5
    pixels = np.full((HEIGHT, WIDTH), 110, np.uint8)
    for centre in (200, 440):
        pixels[((x - centre) / 90) ** 2 + ((y - 330) / 210) ** 2 < 1] = 40
    if opaque:
        pixels[((x - PATCH[0]) / 45) ** 2 + ((y - PATCH[1]) / 60) ** 2 < 1] = 240
    done, data = cv2.imencode(suffix, pixels)
    assert done
    return data.tobytes()


@pytest.fixture
def films(tmp_path: Path) -> Path:
    """Return a folder of three films; the second is clear."""
    folder = tmp_path / "films"
    folder.mkdir()
    for number in (1, 2, 3):
        draw_film(folder / f"film {number}.png", opaque=number != 2)
    return folder


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """Return a folder with the two tiny networks."""
    return write_tiny_models(tmp_path / "models")


class Desk:
    """A window under test, and the ways a person has with it."""

    def __init__(self, window: MainWindow, wait: Callable[[Callable[[], bool]], None]) -> None:
        self.window = window
        self._wait = wait

    def wait(self, condition: Callable[[], bool]) -> None:
        """Let the window work until `condition` holds."""
        self._wait(condition)

    def open(self, path: Path) -> None:
        """Open `path` and wait for its film and prediction."""
        self.window.open_path(path)
        self.wait_for_film()

    def wait_for_film(self, name: str | None = None) -> None:
        """Wait until a film (called `name`) and its prediction are in view."""

        def shown() -> bool:
            film = self.window.desk.current
            right = film is not None and name in (None, film.name)
            return right and not self.window.desk.is_busy

        self.wait(shown)

    def wait_until_saved(self) -> None:
        """Wait until nothing is left to be written."""
        self.wait(
            lambda: not self.window.session.is_modified and not self.window.autosave.is_saving
        )

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier | None = None) -> None:
        """Press a key over the film."""
        QTest.keyClick(self.window.view, key, modifiers or Qt.KeyboardModifier.NoModifier, delay=1)

    def act(self, action_id: str) -> None:
        """Trigger an action."""
        action = self.window.actions_by_id[action_id]
        assert action.isEnabled(), f"{action_id} is disabled"
        action.trigger()

    def place(self, x: float, y: float) -> QPoint:
        """Return where image point (x, y) is in the film view."""
        return self.window.view.image_to_widget(x, y).toPoint()

    def click(
        self,
        x: float,
        y: float,
        button: Qt.MouseButton = Qt.MouseButton.LeftButton,
        modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:
        """Click at image point (x, y)."""
        QTest.mouseMove(self.window.view, self.place(x, y), delay=5)
        QTest.mouseClick(self.window.view, button, modifiers, self.place(x, y), delay=5)

    def double_click(self, x: float, y: float) -> None:
        """Double-click at image point (x, y)."""
        self.click(x, y)
        left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        QTest.mouseDClick(self.window.view, left, none, self.place(x, y), delay=5)

    def drag(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        steps: int = 6,
        modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:
        """Drag with the left button from one image point to another, in `steps` moves."""
        view, left = self.window.view, Qt.MouseButton.LeftButton
        QTest.mouseMove(view, self.place(*start), delay=5)
        QTest.mousePress(view, left, modifiers, self.place(*start), delay=5)
        for step in range(1, steps + 1):
            t = step / steps
            point = self.place(
                start[0] + t * (end[0] - start[0]), start[1] + t * (end[1] - start[1])
            )
            QTest.mouseMove(view, point, delay=5)
        QTest.mouseRelease(view, left, modifiers, self.place(*end), delay=5)

    @property
    def message(self) -> str:
        """The sentence over the film; empty where there is none."""
        return self.window.area.messages.text


@pytest.fixture
def make_desk(qtbot, qapp: QApplication, models: Path, tmp_path: Path) -> Iterator[Callable]:
    """Return what makes a window; every window made is closed at the end."""
    made: list[MainWindow] = []

    def make(*, settings: Settings | None = None, models_folder: Path = models) -> Desk:
        apply_theme(qapp, DARK)
        window = MainWindow(
            Preferences(settings or Settings(reader_name="Test Reader")),
            ModelStore([models_folder]),
            PredictionCache(tmp_path / "cache"),
        )
        made.append(window)
        window.resize(1366, 768)
        window.show()
        # Shortcuts belong to the active window, and no window manager is there to choose one.
        window.activateWindow()
        assert QTest.qWaitForWindowActive(window)
        return Desk(window, lambda condition: qtbot.waitUntil(condition, timeout=20_000))

    yield make
    for window in made:
        window.close_anyway()
        window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def desk(make_desk: Callable[[], Desk]) -> Desk:
    """Return an empty window."""
    return make_desk()


@pytest.fixture(autouse=True)
def nothing_left_behind(qapp: QApplication) -> Iterator[None]:
    """Fail a test that leaves a window, a running timer, a thread or a busy pool.

    Qt remembers the modifiers of the last key: they are let go before, as which test ran last in
    this process differs from run to run.
    """
    QTest.keyRelease(QWidget(), Qt.Key.Key_Control)
    assert QApplication.keyboardModifiers() == Qt.KeyboardModifier.NoModifier
    threads_before = set(threading.enumerate())
    yield
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qapp.processEvents()
    left = [f"window {w.objectName() or w}" for w in qapp.topLevelWidgets() if w.isVisible()]
    for thing in gc.get_objects():
        if isinstance(thing, QTimer) and _alive(thing) and thing.isActive():
            left.append(f"timer of {thing.parent()}")
        elif isinstance(thing, QThreadPool) and _alive(thing) and thing.activeThreadCount():
            left.append(f"thread pool of {thing.parent()}")
    left += [
        f"thread {thread.name}"
        for thread in threading.enumerate()
        if thread not in threads_before and not isinstance(thread, threading._DummyThread)
    ]
    assert not left, f"left behind: {', '.join(left)}"


def _alive(thing: object) -> bool:
    from shiboken6 import isValid

    return isValid(thing)
