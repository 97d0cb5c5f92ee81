"""The filters that are set, each a chip that a click takes away."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from opacity_studio.domain.wording import tr
from opacity_studio.domain.worklist_query import Query

_GAP: Final = 4
_MARGIN: Final = 10
_HEIGHT: Final = 22
_FRAME: Final = 20
_NARROW: Final = "⇅"
"""Stands for an order that there is no room for."""


class ElidedButton(QPushButton):
    """The button of the order, which gives way: its text ends in dots where room is scarce."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._whole = ""

    def show_text(self, text: str) -> None:
        """Show `text`, or as much of it as there is room for."""
        self._whole = text
        self._elide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Elide anew."""
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        room = self.width() - _FRAME
        metrics = QFontMetrics(self.font())
        text = metrics.elidedText(self._whole, Qt.TextElideMode.ElideRight, max(0, room))
        self.setText(text.replace("&", "&&") if len(text) > 1 else _NARROW)


class Chips(QWidget):
    """Chips in as many lines as they need; no room without any."""

    removed = Signal(object)
    """`Term` that was clicked away."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("worklist.chips")
        self.setAccessibleName(tr("Filters"))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._filters = Query()
        self._chips: list[tuple[QPushButton, str]] = []
        self.hide()

    def show_filters(self, filters: Query) -> None:
        """Show a chip for each of `filters`."""
        if filters == self._filters:
            return
        self._filters = filters
        for chip, _ in self._chips:
            chip.hide()
            chip.deleteLater()
        self._chips = []
        for term in filters.terms:
            chip = QPushButton(self)
            chip.setObjectName(f"worklist.chip.{term}")
            chip.setProperty("chip", True)
            chip.setCheckable(True)
            chip.setChecked(True)
            chip.setAccessibleName(tr("Filter {name}: take it away", name=term.title))
            chip.setToolTip(tr("Take this filter away"))
            chip.clicked.connect(lambda _=False, gone=term: self.removed.emit(gone))
            chip.show()
            self._chips.append((chip, term.title))
        self.setVisible(bool(self._chips))
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the lines anew."""
        super().resizeEvent(event)
        self._place()

    def sizeHint(self) -> QSize:
        """Return a size that asks for no width of its own."""
        return QSize(0, self.height())

    def _place(self) -> None:
        x, y, room = _MARGIN, 0, max(60, self.width() - 2 * _MARGIN)
        for chip, title in self._chips:
            metrics = QFontMetrics(chip.font())
            # A chip as wide as its line is all that fits; the name in full is in its tip.
            text = metrics.elidedText(
                title, Qt.TextElideMode.ElideRight, room - _FRAME - metrics.horizontalAdvance(" ×")
            )
            chip.setText(f"{text} ×".replace("&", "&&"))
            width = min(room, metrics.horizontalAdvance(f"{text} ×") + _FRAME)
            if x > _MARGIN and x + width > _MARGIN + room:
                x, y = _MARGIN, y + _HEIGHT + _GAP
            chip.setGeometry(QRect(x, y, width, _HEIGHT))
            x += width + _GAP
        self.setFixedHeight(y + _HEIGHT + 6 if self._chips else 0)
