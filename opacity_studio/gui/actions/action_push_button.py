"""A push button that does what an action does, and says the action's key."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QPushButton, QStyle, QStyleOptionButton, QWidget

from opacity_studio.gui.actions.action_building import shortcut_signs


class ActionPushButton(QPushButton):
    """Follows the action: enabled or not, its tip, and its key as it is now.

    Where there is too little room, in a language of longer words, the key goes first.

    Parameters
    ----------
    text
        On the button, before the key.
    name
        For screen readers.
    """

    def __init__(self, action: QAction, text: str, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._action, self._words, self._whole = action, text, ""
        self.setObjectName(f"panel.{action.objectName()}")
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        self._follow()

    def set_words(self, text: str) -> None:
        """Say `text` before the key from now on."""
        self._words = text
        self.setAccessibleName(text)
        self._follow()

    def _follow(self) -> None:
        text = f"{self._words}  {shortcut_signs(self._action)}".strip()
        if text != self._whole:
            self._whole = text
            self.setText(text)
            self._fit()
        self.setToolTip(self._action.toolTip())
        self.setEnabled(self._action.isEnabled())

    def sizeHint(self) -> QSize:
        """Return the room for the words and the key, whatever is shown of them."""
        width = self.fontMetrics().horizontalAdvance
        more = width(self._whole) - width(self.text())
        return super().sizeHint() + QSize(more, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show what there is room for."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        inside = self.style().subElementRect(QStyle.SubElement.SE_PushButtonContents, option, self)
        metrics = self.fontMetrics()
        text = self._whole
        if metrics.horizontalAdvance(text) > inside.width():
            text = metrics.elidedText(self._words, Qt.TextElideMode.ElideRight, inside.width())
        if text != self.text():
            self.setText(text)
