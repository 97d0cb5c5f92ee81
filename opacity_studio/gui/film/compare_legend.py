"""What the patterns of the difference mean, and which side blinks up: a line over the film."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from opacity_studio.domain.wording import tr
from opacity_studio.gui.canvas.difference_layer import PARTS, Part, swatch
from opacity_studio.gui.canvas.overlay import Overlay

_EDGE: Final = 40
"""From the bottom: the captions stand below."""

_PAD: Final = 10
_SWATCH: Final = QSize(26, 14)
_INK: Final = QColor("#e8e8e8")
_BACKING: Final = QColor(5, 5, 5, 190)

_SIDES: Final = {Overlay.PREDICTION: tr("prediction"), Overlay.ANNOTATION: tr("annotation")}


class CompareLegend(QWidget):
    """Stands at the bottom of the film, in the middle; the mouse goes through it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("compare-legend")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._overlay = Overlay.ALL
        self._parts: tuple[Part, ...] = PARTS
        parent.installEventFilter(self)
        self.hide()

    def show_for(self, overlay: Overlay) -> None:
        """Explain `overlay`; nothing is to be said where everything is shown."""
        self._explain(overlay, PARTS)

    def explain(self, parts: Sequence[Part]) -> None:
        """Explain `parts`, patterns of the difference under whatever names they have here."""
        self._explain(Overlay.DIFFERENCE, parts)

    def _explain(self, overlay: Overlay, parts: Sequence[Part]) -> None:
        self._overlay, self._parts = overlay, tuple(parts)
        words = ", ".join(part.name for part in parts)
        self.setAccessibleName(_SIDES.get(overlay) or tr("Legend: {words}", words=words))
        self.setVisible(overlay is not Overlay.ALL)
        self._place()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the room of the legend; both sides of a blink take the same."""
        metrics = self.fontMetrics()
        if self._overlay in _SIDES:
            width = max(map(metrics.horizontalAdvance, _SIDES.values()))
        else:
            width = sum(metrics.horizontalAdvance(part.name) for part in self._parts)
            width += len(self._parts) * (_SWATCH.width() + 6) + (len(self._parts) - 1) * 16
        return QSize(width + 2 * _PAD, metrics.height() + 10)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the bottom of the film."""
        if watched is self.parent() and event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint swatches and words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_BACKING)
        painter.drawRoundedRect(self.rect(), 4, 4)
        painter.setPen(_INK)
        if self._overlay in _SIDES:
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, _SIDES[self._overlay])
        else:
            self._paint_parts(painter)
        painter.end()

    def _paint_parts(self, painter: QPainter) -> None:
        metrics, ratio, x = self.fontMetrics(), self.devicePixelRatioF(), _PAD
        top = (self.height() - _SWATCH.height()) // 2
        for part in self._parts:
            place = QRect(x, top, _SWATCH.width(), _SWATCH.height())
            painter.fillRect(place, QColor("#3a3a3a"))
            painter.drawImage(place.topLeft(), swatch(part, _SWATCH, ratio))
            x += _SWATCH.width() + 6
            width = metrics.horizontalAdvance(part.name)
            painter.setPen(_INK)
            where = QRect(x, 0, width + 2, self.height())
            painter.drawText(where, Qt.AlignmentFlag.AlignVCenter, part.name)
            x += width + 16

    def _place(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            size = self.sizeHint()
            left = max((parent.width() - size.width()) // 2, 0)
            top = parent.height() - _EDGE - size.height()
            self.setGeometry(left, top, size.width(), size.height())
