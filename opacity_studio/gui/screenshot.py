"""Renders the window to a file once film and prediction are shown: for documents and tests."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from opacity_studio.gui.frame.message_bar import Message
from opacity_studio.gui.main_window import MainWindow

SETTLE_MS = 300
"""For thumbnails and states of the rows in sight, which arrive after the prediction."""

PATIENCE_MS = 180_000


class Screenshot(QObject):
    """Waits, saves the picture, and ends the program.

    The exit code is 0 where a film was in view, 1 where nothing could be shown or written; what
    was wrong is in `trouble`.
    """

    def __init__(self, window: MainWindow, target: Path) -> None:
        super().__init__(window)
        self._window = window
        self._target = target
        self.trouble = ""
        self._ended = False
        desk = window.desk
        desk.prediction_ended.connect(lambda _trouble: self._settle())
        desk.film_failed.connect(lambda _film: self._settle())
        desk.message.connect(self._hear)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(self._give_up)
        self._patience.start(PATIENCE_MS)
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(SETTLE_MS)
        self._settling.timeout.connect(self._save)

    def _hear(self, message: Message) -> None:
        if message.topic == "worklist":
            self._end(message.text)

    def _settle(self) -> None:
        self._settling.start()

    def _give_up(self) -> None:
        self._end(f"No film and prediction were shown within {PATIENCE_MS // 1000} seconds.")

    def _save(self) -> None:
        if self._window.is_busy:
            self._settle()
            return
        self._window.view.finish_painting()
        picture = self._window.grab()
        saved = picture.save(str(self._target))
        self._end("" if saved else f"The picture could not be written to {self._target}.")

    def _end(self, trouble: str) -> None:
        if self._ended:
            return
        self._ended = True
        self.trouble = trouble
        self._window.leave()
        QApplication.exit(1 if trouble else 0)
