"""Keys that mean something in the window and something else in a field or list of it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

OWN_KEYS: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)


def claims_enter_or_escape(event: QEvent) -> bool:
    """Claim Enter and Escape for the widget that got `event`, before the window's shortcuts.

    Returns
    -------
    bool
        Whether it was such a key: `QWidget.event` is then to return True.
    """
    if (
        event.type() == QEvent.Type.ShortcutOverride
        and isinstance(event, QKeyEvent)
        and event.key() in OWN_KEYS
    ):
        event.accept()
        return True
    return False
