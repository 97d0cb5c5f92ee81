"""The marks on a film: each a shape and a colour, so that neither has to tell alone."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from opacity_studio.domain.review_status import ReviewStatus
from opacity_studio.gui.look.theme import Theme


def paint_state(
    painter: QPainter, box: QRectF, status: ReviewStatus, theme: Theme, *, problem: bool = False
) -> None:
    """Paint ○ unread, ◐ in work, ● annotated, ✓ approved, ↩ returned or ! problem into `box`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    side = min(box.width(), box.height())
    inner = QRectF(0, 0, side, side)
    inner.moveCenter(box.center())
    colour = QColor(theme.bad if problem else theme.state_colour(status))
    pen = QPen(colour, 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if problem:
        _paint_problem(painter, inner, colour)
    elif status is ReviewStatus.APPROVED:
        painter.drawPolyline(
            [_at(inner, 0.05, 0.55), _at(inner, 0.38, 0.88), _at(inner, 0.95, 0.15)]
        )
    elif status is ReviewStatus.RETURNED:
        _paint_returned(painter, inner)
    else:
        ring = inner.adjusted(1.5, 1.5, -1.5, -1.5)
        if status is ReviewStatus.ANNOTATED:
            painter.setBrush(colour)
        painter.drawEllipse(ring)
        if status is ReviewStatus.IN_WORK:
            painter.setBrush(colour)
            painter.drawPie(ring, 90 * 16, 180 * 16)
    painter.restore()


def paint_flag(painter: QPainter, box: QRectF, theme: Theme) -> None:
    """Paint a reader's flag into `box`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colour = QColor(theme.accent_text)
    painter.setPen(QPen(colour, 1.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawLine(_at(box, 0.2, 0.0), _at(box, 0.2, 1.0))
    cloth = QPainterPath(_at(box, 0.2, 0.08))
    for x, y in ((0.95, 0.08), (0.75, 0.34), (0.95, 0.6), (0.2, 0.6)):
        cloth.lineTo(_at(box, x, y))
    cloth.closeSubpath()
    painter.fillPath(cloth, colour)
    painter.restore()


def paint_comment(painter: QPainter, box: QRectF, theme: Theme) -> None:
    """Paint the mark of a film that has comments into `box`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(QColor(theme.dim), 1.3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    balloon = QPainterPath(_at(box, 0.05, 0.1))
    for x, y in ((0.95, 0.1), (0.95, 0.7), (0.5, 0.7), (0.25, 0.98), (0.25, 0.7), (0.05, 0.7)):
        balloon.lineTo(_at(box, x, y))
    balloon.closeSubpath()
    painter.drawPath(balloon)
    painter.restore()


def _at(box: QRectF, x: float, y: float) -> QPointF:
    return QPointF(box.left() + x * box.width(), box.top() + y * box.height())


def _paint_problem(painter: QPainter, box: QRectF, colour: QColor) -> None:
    path = QPainterPath(_at(box, 0.5, 0.04))
    path.lineTo(_at(box, 1.0, 0.94))
    path.lineTo(_at(box, 0.0, 0.94))
    path.closeSubpath()
    painter.drawPath(path)
    painter.drawLine(_at(box, 0.5, 0.38), _at(box, 0.5, 0.60))
    painter.setBrush(colour)
    painter.drawEllipse(_at(box, 0.5, 0.77), 0.4, 0.4)


def _paint_returned(painter: QPainter, box: QRectF) -> None:
    path = QPainterPath(_at(box, 0.05, 0.35))
    path.lineTo(_at(box, 0.65, 0.35))
    path.cubicTo(_at(box, 1.05, 0.35), _at(box, 1.05, 0.85), _at(box, 0.65, 0.85))
    path.lineTo(_at(box, 0.4, 0.85))
    painter.drawPath(path)
    painter.drawPolyline([_at(box, 0.3, 0.1), _at(box, 0.05, 0.35), _at(box, 0.3, 0.6)])
