"""A measured distance: a line between two ticks, and its length beside it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

if TYPE_CHECKING:
    from opacity_studio.gui.canvas.view_transform import ViewTransform
    from opacity_studio.review.draft import Ruler

_COLOUR: Final = QColor("#f2e394")
_CASING: Final = QColor(0, 0, 0, 150)
_BACKING: Final = QColor(5, 5, 5, 190)
_TEXT_SIZE: Final = 13
_TICK: Final = 6.0
_AWAY: Final = 14.0
"""Logical pixels from the end of the line to the text."""


def ruler_area(ruler: Ruler, transform: ViewTransform, ratio: float, view: QRect) -> QRectF:
    """Return the device pixels the ruler touches, text included; the text stays in `view`."""
    start, end = _ends(ruler, transform)
    reach = (_TICK + 3.0) * ratio
    line = QRectF(start, end).normalized().adjusted(-reach, -reach, reach, reach)
    return line.united(_text_box(ruler, start, end, ratio, view))


def draw_ruler(
    painter: QPainter, ruler: Ruler, transform: ViewTransform, ratio: float, view: QRect
) -> None:
    """Draw the line, its ticks and its length on a painter in device pixels."""
    start, end = _ends(ruler, transform)
    along = end - start
    length = math.hypot(along.x(), along.y())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((_CASING, 3.5), (_COLOUR, 1.5)):
        painter.setPen(QPen(colour, width * ratio))
        painter.drawLine(start, end)
        if length > 0:
            across = QPointF(-along.y(), along.x()) * (_TICK * ratio / length)
            for tip in (start, end):
                painter.drawLine(tip - across, tip + across)
    box = _text_box(ruler, start, end, ratio, view)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_BACKING)
    painter.drawRoundedRect(box, 3 * ratio, 3 * ratio)
    painter.setFont(_font(ratio))
    painter.setPen(_COLOUR)
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), ruler.text)
    painter.restore()


def _ends(ruler: Ruler, transform: ViewTransform) -> tuple[QPointF, QPointF]:
    return QPointF(*transform.to_view(*ruler.start)), QPointF(*transform.to_view(*ruler.end))


def _text_box(ruler: Ruler, start: QPointF, end: QPointF, ratio: float, view: QRect) -> QRectF:
    """Return the box of the text: beyond the end; where there is no room, below or above it."""
    metrics = QFontMetricsF(_font(ratio))
    size = QSizeF(metrics.horizontalAdvance(ruler.text) + 12 * ratio, metrics.height() + 4 * ratio)
    rightwards = end.x() >= start.x()
    left = end.x() + _AWAY * ratio if rightwards else end.x() - _AWAY * ratio - size.width()
    box = QRectF(QPointF(left, end.y() - size.height() / 2), size)
    if QRectF(view).contains(box) or not QRectF(view).contains(end):
        return box
    box.moveLeft(min(max(box.left(), view.left()), view.right() + 1 - box.width()))
    box.moveTop(end.y() + _AWAY * ratio)
    if box.bottom() > view.bottom():
        box.moveBottom(end.y() - _AWAY * ratio)
    return box


def _font(ratio: float) -> QFont:
    font = QFont()
    font.setPixelSize(round(_TEXT_SIZE * ratio))
    return font
