"""Enter and Escape on the buttons of a bar over the film: they mean the bar, not the film."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from opacity_studio.gui.actions.own_keys import claims_enter_or_escape


class BarKeys(QObject):
    """Keeps both keys from the window's shortcuts while a button of `bar` has the keyboard.

    Parameters
    ----------
    enter
        Called for Enter; None to press the button that has the keyboard.
    escape
        Called for Escape.
    """

    def __init__(
        self, bar: QWidget, *, escape: Callable[[], None], enter: Callable[[], None] | None = None
    ) -> None:
        super().__init__(bar)
        self._enter, self._escape = enter, escape
        for button in bar.findChildren(QAbstractButton):
            button.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the two keys."""
        if claims_enter_or_escape(event):
            return True
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape:
                self._escape()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._press(watched)
                return True
        return super().eventFilter(watched, event)

    def _press(self, watched: QObject) -> None:
        if self._enter is not None:
            self._enter()
        elif isinstance(watched, QAbstractButton):
            watched.click()
