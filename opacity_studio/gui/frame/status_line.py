"""The line under the film: what the tool does, where the pointer is, what is saved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from opacity_studio.domain.wording import tr
from opacity_studio.gui.frame.top_bar import ElidedLabel

_WIDEST: Final = "x 00000 y 00000 · 00000"
_LOOK: Final = tr("Click to look at it.")
_WHY_ORDERING: Final = tr("Finds out what matters next while nothing else goes on. Click to stop.")

_WIDE: Final = 1500
"""Width from which on there is room for words about what goes on in the background."""

_WIDEST_IN_MM: Final = "000.0 × 000.0 mm"
_PADDING: Final = 14
"""Logical pixels a flat button wants beside its text."""


class StatusLine(QWidget):
    """Fixed widths on the right: a changing figure never pushes its neighbours."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("status-line")
        self.setAccessibleName(tr("Status"))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 0, 12, 0)
        layout.setSpacing(14)
        self.setFixedHeight(28)
        self._tool_hint = ""
        self._said = ""
        self._worded: Callable[[str], str] = str
        self._hint = ElidedLabel(self)
        self._hint.setObjectName("status.hint")
        self._hint.setAccessibleName(tr("What the tool does"))
        self._hint.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self._hint, 1)
        self.training = QToolButton(self)
        self.training.setObjectName("status.training")
        self.training.setAccessibleName(tr("Training"))
        self.training.setToolTip(tr("Training: click to look at it"))
        self.training.setAutoRaise(True)
        self.training.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.training.hide()
        layout.addWidget(self.training)
        self.ordering = QToolButton(self)
        self.ordering.setObjectName("status.ordering")
        self.ordering.setAccessibleName(tr("What matters next"))
        self.ordering.setToolTip(_WHY_ORDERING)
        self.ordering.setAutoRaise(True)
        self.ordering.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.ordering.hide()
        layout.addWidget(self.ordering)
        self._spacing: tuple[float, float] | None = None
        self._pointer = self._field("status.pointer", tr("Pointer"), _WIDEST)
        # What is being worked out stands where its outcome will: the hint keeps the room.
        self._working, self._model_said = "", ("", "")
        predicting = tr("predicting {seconds:.1f} s", seconds=99.9)
        widest = max(
            predicting, "opacity-starter-3 loading", key=self._hint.fontMetrics().horizontalAdvance
        )
        self._model = self._field("status.model", tr("Model"), widest)
        self._count = self._field(
            "status.count", tr("Progress"), tr("{read} of {total} read", read=9999, total=9999)
        )
        self._saved = self._field("status.saved", tr("Saved"), tr("not saved"))
        for field in (self._pointer, self._model, self._count, self._saved):
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

    def set_wording(self, worded: Callable[[str], str]) -> None:
        """Say everything in the words `worded` makes of it: with the person's keys."""
        self._worded = worded
        self.say(self._said)

    def show_hint(self, text: str) -> None:
        """Say what the tool does."""
        self._tool_hint = text
        self.say(text)

    def end_saying(self) -> None:
        """Say again what the tool does."""
        self.say(self._tool_hint)

    def say(self, text: str) -> None:
        """Say what just happened, until the tool has something new to say or another film comes."""
        self._said = text
        worded = self._worded(text)
        if worded != self._hint.text():
            self._hint.setText(worded)
            self._hint.setToolTip(worded)

    def set_spacing(self, spacing: tuple[float, float] | None) -> None:
        """Take the height and width of the film's pixels in mm; None where unknown."""
        self._spacing = spacing
        self._pointer.setText("")
        widest = _WIDEST if spacing is None else f"{_WIDEST_IN_MM} · {_WIDEST}"
        self._pointer.setFixedWidth(self._pointer.fontMetrics().horizontalAdvance(widest) + 2)

    def show_pointer(self, x: float, y: float, value: int | None) -> None:
        """Show the pixel under the pointer and its grey value; None outside the film.

        With the spacing known also the distance from the upper left corner of the film.
        """
        if value is None:
            self._pointer.setText("")
            return
        text = f"x {int(x)} y {int(y)} · {value}"
        if self._spacing is not None:
            row, column = self._spacing
            text = f"{x * column:.1f} × {y * row:.1f} mm · {text}"
        self._pointer.setText(text)

    def show_work(self, text: str) -> None:
        """Show what is read or predicted, in place of the model; empty where nothing is."""
        self._working = text
        self._show_model()

    def show_training(self, text: str, tip: str) -> None:
        """Show how far a training is; empty where none goes on."""
        self.training.setText(text)
        self.training.setToolTip(f"{tip} {_LOOK}".strip())
        self.training.setVisible(bool(text))

    def show_ordering(self, done: int, total: int) -> None:
        """Show how many films have been looked into; nothing once that is all of them."""
        if done < total:
            said = tr("ordering {done} of {total}", done=done, total=total)
            self.ordering.setToolTip(f"{said}\n{_WHY_ORDERING}")
            text, widest = said, tr("ordering {done} of {total}", done=total, total=total)
            if self.width() < _WIDE:
                # The room is the tool's.
                text = tr("ordering {percent} %", percent=100 * done // total)
                widest = tr("ordering {percent} %", percent=100)
            self.ordering.setText(text)
            room = self.ordering.fontMetrics().horizontalAdvance(widest) + _PADDING
            self.ordering.setFixedWidth(room)
        self.ordering.setVisible(done < total)

    def show_model(self, text: str, tip: str = "") -> None:
        """Name the model whose prediction is in view."""
        self._model_said = text, tip or text
        self._show_model()

    def _show_model(self) -> None:
        text, tip = self._model_said
        metrics, room = self._model.fontMetrics(), self._model.width()
        shown = self._working or text
        self._model.setText(metrics.elidedText(shown, Qt.TextElideMode.ElideMiddle, room))
        self._model.setToolTip("" if self._working else tip)

    def show_count(self, read: int, total: int) -> None:
        """Show how far the worklist is."""
        self._count.setText(tr("{read} of {total} read", read=read, total=total) if total else "")

    def show_saved(self, text: str, tip: str = "") -> None:
        """Show the state of the file."""
        self._saved.setText(text)
        self._saved.setToolTip(tip)
