"""Feeds the reading clock: keys, mouse and wheel in the window, and whether it is in front."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QApplication

from opacity_studio.gui.desk import ReviewDesk
from opacity_studio.review.reading_clock import ReadingClock

IDLE_AFTER: Final = 30.0
"""Seconds without key, mouse or wheel from which on nobody is taken to be reading."""

_SIGNS: Final = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
    }
)


class ReadingTime(QObject):
    """Listens to the whole application; stands still while its windows are behind others."""

    touched = Signal()
    """A key, the mouse or its wheel: somebody is at work."""

    def __init__(self, clock: ReadingClock, desk: ReviewDesk) -> None:
        super().__init__(desk)
        self._clock = clock
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        self._application = application
        application.installEventFilter(self)
        application.applicationStateChanged.connect(self._state_changed)
        desk.film_shown.connect(self._film_shown)

    def close(self) -> None:
        """Stop listening."""
        self._application.removeEventFilter(self)
        self._application.applicationStateChanged.disconnect(self._state_changed)
        self._clock.pause()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take every sign of the reader, and leave it to whom it is for."""
        if event.type() in _SIGNS:
            self._clock.activity()
            self.touched.emit()
        return super().eventFilter(watched, event)

    def _state_changed(self, state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationActive:
            self._clock.activity()
        else:
            self._clock.pause()

    def _film_shown(self, _opened: object) -> None:
        if self._application.applicationState() == Qt.ApplicationState.ApplicationActive:
            self._clock.activity()
