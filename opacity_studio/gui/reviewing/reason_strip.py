"""The seven reasons of a correction, shown while R waits for its digit."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from opacity_studio.domain.correction import CorrectionReason
from opacity_studio.domain.wording import tr
from opacity_studio.gui.frame.wrapping_layout import WrappingLayout

_DIGITS: Final = (
    Qt.Key.Key_1,
    Qt.Key.Key_2,
    Qt.Key.Key_3,
    Qt.Key.Key_4,
    Qt.Key.Key_5,
    Qt.Key.Key_6,
    Qt.Key.Key_7,
)


class ReasonStrip(QWidget):
    """Waits for one key: 1 to 7 is a reason, 0 takes it back, everything else drops the strip."""

    chosen = Signal(object)
    """`CorrectionReason`, or None to take it back."""

    dropped = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("reason-strip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAutoFillBackground(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._question = QLabel(self)
        self._question.setObjectName("reason-strip.question")
        chips = WrappingLayout(gap=6)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 7, 14, 7)
        layout.setSpacing(6)
        layout.addWidget(self._question)
        layout.addLayout(chips)
        for place, reason in enumerate(CorrectionReason):
            chips.addWidget(self._chip(f"{place + 1}  {reason.display_name}", reason))
        chips.addWidget(self._chip(tr("0  none"), None))
        self.hide()

    def _chip(self, text: str, reason: CorrectionReason | None) -> QPushButton:
        chip = QPushButton(text, self)
        chip.setObjectName(f"reason-strip.{reason.value if reason else 'none'}")
        chip.setAccessibleName(reason.display_name if reason else tr("No reason"))
        chip.setToolTip(chip.accessibleName())
        chip.setProperty("chip", True)
        # The keyboard stays with the strip: the digit is what it waits for.
        chip.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        chip.clicked.connect(lambda: self._choose(reason))
        return chip

    def ask(self, question: str) -> None:
        """Show the reasons below `question`, and wait for a key."""
        self._question.setText(question)
        self.setAccessibleName(question)
        self.show()
        self.setFocus()

    def event(self, event: QEvent) -> bool:
        """Keep every plain key from the window's shortcuts: it ends the waiting."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the digit; anything else drops the strip."""
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta):
            return
        if key in _DIGITS:
            self._choose(tuple(CorrectionReason)[_DIGITS.index(key)])
        elif key == Qt.Key.Key_0:
            self._choose(None)
        else:
            self.drop()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """End the waiting: the person has gone on to something else."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.ActiveWindowFocusReason:
            self.drop()

    def _choose(self, reason: CorrectionReason | None) -> None:
        self.hide()
        self.chosen.emit(reason)

    def drop(self) -> None:
        """Wait no more."""
        if not self.isHidden():
            self.hide()
            self.dropped.emit()
