"""Asks why a film is returned: typed, or one of the common reasons by one key."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from opacity_studio.domain.wording import tr
from opacity_studio.gui.frame.inline_question import NameField
from opacity_studio.gui.frame.wrapping_layout import WrappingLayout
from opacity_studio.gui.reviewing.bar_keys import BarKeys

_DIGITS: Final = (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4, Qt.Key.Key_5)


def common_reasons() -> tuple[str, ...]:
    """Return the reasons that have a key of their own, in the order of the keys 1 to 5."""
    return (
        tr("Opacity missed"),
        tr("Outline too wide"),
        tr("Outline too narrow"),
        tr("No opacity there"),
        tr("Lungs not right"),
    )


class ReasonField(NameField):
    """A line edit whose digits, while it is empty, stand for the common reasons."""

    digit = Signal(int)
    """Place of the reason, from 0."""

    def event(self, event: QEvent) -> bool:
        """Keep the digits from the window's shortcuts, too."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in _DIGITS
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take a digit for its reason where nothing is typed yet."""
        key = Qt.Key(event.key())
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        )
        if key in _DIGITS and plain and not self.text():
            self.digit.emit(_DIGITS.index(key))
        else:
            super().keyPressEvent(event)


class ReturnBar(QWidget):
    """A field and the common reasons below it; Enter sends, Escape drops.

    A digit or a click fills the reason in, so that it is seen and can be added to; Enter sends it.
    """

    answered = Signal(str)
    dropped = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("return-bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAutoFillBackground(True)
        question = QLabel(tr("Return to the annotator because"), self)
        self.setAccessibleName(question.text())
        self.field = ReasonField(self)
        self.field.setObjectName("return-bar.field")
        self.field.setAccessibleName(question.text())
        self.field.setPlaceholderText(tr("1 to 5, or type"))
        send = QPushButton(tr("Return film"), self)
        send.setObjectName("return-bar.answer")
        send.setAccessibleName(tr("Return film"))
        send.setToolTip(tr("Return the film (Enter)"))
        first = QHBoxLayout()
        first.addWidget(question)
        first.addWidget(self.field, 1)
        first.addWidget(send)
        second = WrappingLayout(gap=6)
        for place, reason in enumerate(common_reasons()):
            second.addWidget(self._chip(place, reason))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 7, 14, 7)
        layout.setSpacing(6)
        layout.addLayout(first)
        layout.addLayout(second)
        send.clicked.connect(self._send)
        self.field.returnPressed.connect(self._send)
        self.field.escaped.connect(self.drop)
        BarKeys(self, escape=self.drop)
        self.field.digit.connect(lambda place: self._fill(common_reasons()[place]))
        self.hide()

    def _chip(self, place: int, reason: str) -> QPushButton:
        chip = QPushButton(f"{place + 1}  {reason}", self)
        chip.setObjectName(f"return-bar.reason-{place + 1}")
        chip.setAccessibleName(reason)
        chip.setToolTip(tr("Fill in this reason ({key})", key=place + 1))
        chip.setProperty("chip", True)
        chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        chip.clicked.connect(lambda: self._fill(reason))
        return chip

    def ask(self) -> None:
        """Show the bar, empty."""
        self.field.clear()
        self.show()
        self.field.setFocus()

    def _fill(self, reason: str) -> None:
        self.field.setText(f"{reason} ")  # what is typed next is a word of its own
        self.field.setFocus()

    def _send(self) -> None:
        reason = " ".join(self.field.text().split())
        if reason:
            self.hide()
            self.answered.emit(reason)

    def drop(self) -> None:
        """Ask no more."""
        if not self.isHidden():
            self.hide()
            self.dropped.emit()
