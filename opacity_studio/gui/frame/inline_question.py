"""Asks for one line over the film: a label, a comment."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from opacity_studio.domain.wording import tr
from opacity_studio.gui.actions.own_keys import claims_enter_or_escape

_NAME: Final = 230
"""Room for a name."""


class NameField(QLineEdit):
    """A line edit that keeps Enter and Escape from the window's shortcuts."""

    escaped = Signal()

    def event(self, event: QEvent) -> bool:
        """Claim the keys that mean something here."""
        return claims_enter_or_escape(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves; Enter is `returnPressed`."""
        if event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
        else:
            super().keyPressEvent(event)


class InlineQuestion(QWidget):
    """A slim bar with one field; Enter answers, Escape drops it.

    Parameters
    ----------
    name
        objectName of the bar; the field is ``<name>.field``, the button ``<name>.answer``.
    widest
        Logical pixels the field takes where there is room.
    """

    answered = Signal(str)
    dropped = Signal()

    def __init__(
        self, name: str, question: str, button: str, parent: QWidget, *, widest: int = _NAME
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAutoFillBackground(True)
        self.field = NameField(self)
        self.field.setObjectName(f"{name}.field")
        self.field.setMinimumWidth(_NAME)
        self.field.setMaximumWidth(widest)
        self._question = QLabel(self)
        self._button = QPushButton(self)
        self._button.setObjectName(f"{name}.answer")
        self.word(question, button)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 7, 14, 7)
        layout.addWidget(self._question)
        layout.addWidget(self.field, 1)
        layout.addWidget(self._button)
        # What the field leaves.
        layout.addStretch(1 if widest == _NAME else 0)
        self._button.clicked.connect(self._answer)
        self.field.returnPressed.connect(self._answer)
        self.field.escaped.connect(self.drop)
        self.hide()

    def word(self, question: str, button: str) -> None:
        """Ask in these words from now on."""
        self._question.setText(question)
        self.setAccessibleName(question)
        self.field.setAccessibleName(question)
        self._button.setText(button)
        self._button.setAccessibleName(button)
        self._button.setToolTip(tr("{button} (Enter)", button=button))

    def ask(self, suggestion: str) -> None:
        """Show the bar with `suggestion` filled in and selected."""
        self.field.setText(suggestion)
        self.show()
        self.field.setFocus()
        self.field.selectAll()

    def _answer(self) -> None:
        text = self.field.text().strip()
        if text:
            self.hide()
            self.answered.emit(text)

    def drop(self) -> None:
        """Ask no more."""
        if not self.isHidden():
            self.hide()
            self.dropped.emit()
