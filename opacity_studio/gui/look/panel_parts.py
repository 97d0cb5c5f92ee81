"""Pieces the panels on the right are put together from."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QSlider, QStyle, QStyleOptionSlider, QWidget

from opacity_studio.gui.look.theme import Theme

UNKNOWN = "–"


def heading(text: str, parent: QWidget) -> QLabel:
    """Return the small capital line above a panel."""
    label = QLabel(text.upper(), parent)
    label.setProperty("heading", True)
    label.setAccessibleName(text)
    return label


def percent_text(value: float | None) -> str:
    """Return a percentage with one decimal, or a dash where it is not known."""
    return UNKNOWN if value is None else f"{value:.1f} %"


class Figure(QLabel):
    """A number at the right edge of its column, in room for the widest one to come.

    A dash stands where the decimals of the others do not disturb it; everything else ends in one
    decimal and a unit, so that right-aligned figures stand with their points in one line.
    """

    def __init__(self, name: str, accessible_name: str, widest: str, parent: QWidget) -> None:
        super().__init__(UNKNOWN, parent)
        self.setObjectName(name)
        self.setAccessibleName(accessible_name)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.widest = widest
        self.reserve()

    def reserve(self, pixel_size: int | None = None) -> None:
        """Fix the width for the widest figure, in type of `pixel_size` or the usual one."""
        font = QFont(self.font())
        if pixel_size is not None:
            font.setPixelSize(pixel_size)
            self.setFont(font)
        self.setFixedWidth(QFontMetrics(font).horizontalAdvance(self.widest) + 2)

    def show_text(self, text: str) -> None:
        """Show `text`; nothing is repainted where it is the same."""
        if text != self.text():
            self.setText(text)


class TickSlider(QSlider):
    """A slider that paints its own groove and one tick, and jumps to where it is clicked.

    Signals
    -------
    reset
        The person double-clicked it: back to the tick.
    """

    reset = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = theme
        self._tick: int | None = None
        self.setFixedHeight(22)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of `theme` from now on."""
        self._theme = theme
        self.update()

    def set_tick(self, value: int | None) -> None:
        """Mark `value` on the groove."""
        if value != self._tick:
            self._tick = value
            self.update()

    def _x_of(self, value: int) -> int:
        room = self.width() - 14
        span = self.maximum() - self.minimum()
        return 7 + QStyle.sliderPositionFromValue(0, span, value - self.minimum(), room)

    def _value_at(self, x: float) -> int:
        room = self.width() - 14
        return self.minimum() + QStyle.sliderValueFromPosition(
            0, self.maximum() - self.minimum(), round(x) - 7, room
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go where the click is, and on from there."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self.setValue(self._value_at(event.position().x()))
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the mouse while it is down."""
        if self.isSliderDown():
            self.setValue(self._value_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the drag."""
        self.setSliderDown(False)
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        """Ask for the value at the tick."""
        self.setSliderDown(False)
        self.reset.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint groove, tick and handle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        middle, x = self.height() // 2, self._x_of(self.sliderPosition())
        enabled = self.isEnabled()
        painter.setBrush(QColor(self._theme.line))
        painter.drawRoundedRect(QRect(0, middle - 2, self.width(), 4), 2, 2)
        if enabled:
            painter.setBrush(QColor(self._theme.accent))
            painter.drawRoundedRect(QRect(0, middle - 2, x, 4), 2, 2)
        if self._tick is not None and enabled:
            painter.setBrush(QColor(self._theme.dim))
            painter.drawRect(QRect(self._x_of(self._tick) - 1, middle - 8, 2, 16))
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        handle = QColor(self._theme.text if enabled else self._theme.line)
        painter.setBrush(handle)
        if self.hasFocus():
            painter.setPen(QColor(self._theme.accent))
        painter.drawEllipse(QRect(x - 6, middle - 6, 12, 12))
