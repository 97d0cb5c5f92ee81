"""The line under the film: what the tool does, where the pointer is, what is saved."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from opacity_studio.gui.top_bar import ElidedLabel


class StatusLine(QWidget):
    """Fixed widths on the right: a changing figure never pushes its neighbours."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("status-line")
        self.setAccessibleName("Status")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 0, 12, 0)
        layout.setSpacing(14)
        self.setFixedHeight(28)
        self._tool_hint = ""
        self._hint = ElidedLabel(self)
        self._hint.setObjectName("status.hint")
        self._hint.setAccessibleName("What the tool does")
        self._hint.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self._hint, 1)
        self.training = QToolButton(self)
        self.training.setObjectName("status.training")
        self.training.setAccessibleName("Training")
        self.training.setToolTip("Training: click to look at it")
        self.training.setAutoRaise(True)
        self.training.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.training.hide()
        layout.addWidget(self.training)
        self._pointer = self._field("status.pointer", "Pointer", "x 00000 y 00000 · 00000")
        self._work = self._field("status.work", "Work in the background", "predicting 00.0 s")
        self._model = self._field("status.model", "Model", "opacity-starter-2 loading")
        self._count = self._field("status.count", "Progress", "0000 of 0000 read")
        self._saved = self._field("status.saved", "Saved", "not saved")
        for field in (self._pointer, self._work, self._model, self._count, self._saved):
            layout.addWidget(field)

    def _field(self, name: str, accessible_name: str, widest: str) -> QLabel:
        label = QLabel("", self)
        label.setObjectName(name)
        label.setAccessibleName(accessible_name)
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        label.setFixedWidth(label.fontMetrics().horizontalAdvance(widest) + 2)
        return label

    def sizeHint(self) -> QSize:
        """Return the fixed height."""
        return QSize(600, 28)

    def show_hint(self, text: str) -> None:
        """Say what the tool does."""
        self._tool_hint = text
        self.say(text)

    def end_saying(self) -> None:
        """Say again what the tool does."""
        self.say(self._tool_hint)

    def say(self, text: str) -> None:
        """Say what just happened, until the tool has something new to say or another film comes."""
        if text != self._hint.text():
            self._hint.setText(text)
            self._hint.setToolTip(text)

    def show_pointer(self, x: float, y: float, value: int | None) -> None:
        """Show the pixel under the pointer and its grey value; None outside the film."""
        text = "" if value is None else f"x {int(x)} y {int(y)} · {value}"
        self._pointer.setText(text)

    def show_work(self, text: str) -> None:
        """Show what runs in the background; empty where nothing does."""
        self._work.setText(text)

    def show_training(self, text: str, tip: str) -> None:
        """Show how far a training is; empty where none goes on."""
        self.training.setText(text)
        self.training.setToolTip(f"{tip} Click to look at it.".strip())
        self.training.setVisible(bool(text))

    def show_model(self, text: str, tip: str = "") -> None:
        """Name the model whose prediction is in view."""
        metrics = self._model.fontMetrics()
        self._model.setText(
            metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, self._model.width())
        )
        self._model.setToolTip(tip or text)

    def show_count(self, read: int, total: int) -> None:
        """Show how far the worklist is."""
        self._count.setText(f"{read} of {total} read" if total else "")

    def show_saved(self, text: str, tip: str = "") -> None:
        """Show the state of the file."""
        self._saved.setText(text)
        self._saved.setToolTip(tip)
