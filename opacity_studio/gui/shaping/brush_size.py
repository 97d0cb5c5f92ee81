"""The brush's size: changed by keys, remembered from one day to the next."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from opacity_studio.gui.film.film_view import FilmView
from opacity_studio.gui.settings.preferences import Preferences
from opacity_studio.review.session import Change, ReviewSession
from opacity_studio.review.tools.brush import LARGER, SMALLER

REMEMBER_MS = 1500
"""A size is remembered once it has been left alone this long."""


class BrushSize(QObject):
    """Gives the session the size of the last time, and the settings that of this one."""

    def __init__(self, session: ReviewSession, view: FilmView, preferences: Preferences) -> None:
        super().__init__(view)
        self._session = session
        self._view = view
        self._preferences = preferences
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REMEMBER_MS)
        self._timer.timeout.connect(self._remember)
        session.set_brush_size(preferences.settings.brush_size)
        self._unsubscribe = session.subscribe(self._changed)

    def callbacks(self) -> dict[str, Callable[[], None]]:
        """Return what the two keys do; only tools that have a brush know them."""
        return {
            "tool.brush-smaller": lambda: self._resize(SMALLER),
            "tool.brush-larger": lambda: self._resize(LARGER),
        }

    def close(self) -> None:
        """Remember what is still to be remembered, and stop listening."""
        self._unsubscribe()
        if self._timer.isActive():
            self._timer.stop()
            self._remember()

    def _resize(self, name: str) -> None:
        self._view.send_key(name)

    def _changed(self, change: Change) -> None:
        if "brush" in change.what:
            self._timer.start()

    def _remember(self) -> None:
        self._preferences.change(brush_size=self._session.brush_size)
