"""Paints an outline's row: colour, label, where it came from, shown or not, locked or not."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from opacity_studio.gui.look.label_colours import label_colour
from opacity_studio.gui.look.row_list import paint_ground
from opacity_studio.gui.look.theme import Theme
from opacity_studio.gui.shaping.shape_rows import SHAPE, Index, ShapesModel, row_text

ROW = 26
"""Height, in pixels."""

_ICON = 15


class ShapeDelegate(QStyledItemDelegate):
    """Paints a shape's row and takes the clicks on its eye and lock."""

    eye_clicked = Signal(int)
    lock_clicked = Signal(int)

    def __init__(self, model: ShapesModel, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self.theme = theme

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Return the height every row has."""
        return QSize(120, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one shape."""
        shape, rect = index.data(SHAPE), QRect(option.rect)
        hidden, locked = shape.key in self._model.hidden, shape.key in self._model.locked
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_ground(painter, option, self.theme)
        swatch = QRectF(rect.left() + 4, rect.center().y() - 4, 9, 9)
        colour = QColor(label_colour(shape.label))
        painter.setPen(QPen(colour, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush if hidden else colour)
        painter.drawRoundedRect(swatch, 2, 2)
        metrics = option.fontMetrics
        middle = Qt.AlignmentFlag.AlignVCenter
        title = metrics.elidedText(
            self._model.title(index.row()), Qt.TextElideMode.ElideRight, rect.width() // 2 + 20
        )
        painter.setPen(QColor(self.theme.dim if hidden else self.theme.text))
        painter.drawText(rect.adjusted(22, 0, 0, 0), middle, title)
        left = rect.left() + 22 + metrics.horizontalAdvance(title) + 8
        eye, lock = icon_boxes(rect)
        if hovered or hidden:
            _paint_eye(painter, eye, QColor(self.theme.dim), closed=hidden)
        if hovered or locked:
            _paint_lock(painter, lock, QColor(self.theme.dim), closed=locked)
        right = rect.right() - 4
        if hovered or locked:
            right = int(lock.left()) - 6
        elif hidden:
            right = int(eye.left()) - 6
        font = painter.font()
        font.setPixelSize(11)
        painter.setFont(font)
        painter.setPen(QColor(self.theme.dim))
        room = QRect(left, rect.top(), max(0, right - left), rect.height())
        text = painter.fontMetrics().elidedText(
            row_text(shape), Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, middle | Qt.AlignmentFlag.AlignRight, text)
        painter.restore()

    def clicked_icon(self, point: QPoint, rect: QRect, key: int) -> bool:
        """Take a click at `point` of a row; False where it hit neither eye nor lock."""
        for box, signal in zip(
            icon_boxes(rect), (self.eye_clicked, self.lock_clicked), strict=True
        ):
            if box.adjusted(-3, -5, 3, 5).contains(QPointF(point)):
                signal.emit(key)
                return True
        return False


def icon_boxes(rect: QRect) -> tuple[QRectF, QRectF]:
    """Return where the eye and the lock of a row stand."""
    y = rect.center().y() - _ICON / 2 + 1
    eye = QRectF(rect.right() - _ICON - 4, y, _ICON, _ICON)
    return eye, eye.translated(-_ICON - 7, 0)


def _paint_eye(painter: QPainter, box: QRectF, colour: QColor, *, closed: bool) -> None:
    painter.setPen(QPen(colour, 1.3))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    middle = box.center().y()
    lid = QPainterPath(QPointF(box.left(), middle))
    lid.quadTo(QPointF(box.center().x(), box.top() - 1), QPointF(box.right(), middle))
    lid.quadTo(QPointF(box.center().x(), box.bottom() + 1), QPointF(box.left(), middle))
    painter.drawPath(lid)
    if closed:
        painter.drawLine(box.topRight() + QPointF(-2, 2), box.bottomLeft() + QPointF(2, -2))
    else:
        painter.setBrush(colour)
        painter.drawEllipse(box.center(), 2.2, 2.2)


def _paint_lock(painter: QPainter, box: QRectF, colour: QColor, *, closed: bool) -> None:
    painter.setPen(QPen(colour, 1.3))
    painter.setBrush(colour if closed else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(box.left() + 2.5, box.top() + 6.5, 10, 7), 1.5, 1.5)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    shackle = QRectF(box.left() + 4.5, box.top() + 1.5, 6, 9)
    painter.drawArc(shackle, 0, (180 if closed else 140) * 16)
