"""The film alone, beside the film with everything over it: moved, zoomed and windowed as one."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from opacity_studio.domain.wording import tr
from opacity_studio.gui.film.film_view import FilmView

_ARM: Final = 9
_GAP: Final = 3


class BareFilm(QWidget):
    """A second look at what `view` shows, without outlines and tint.

    It has no film and no greys of its own: it paints the view's, and hands every movement of the
    mouse to the view, so that a tool draws here what is seen there. A cross marks in each of the
    two where the mouse is in the other.
    """

    def __init__(self, view: FilmView, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("bare-film")
        self.setAccessibleName(tr("Film without overlay"))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setFocusProxy(view)
        self._view = view
        self._here = _Cross(self)
        self._there = _Cross(view)
        view.looked_otherwise.connect(self.update)
        view.installEventFilter(self)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the film as the view shows it."""
        painter = QPainter(self)
        self._view.paint_film_alone(painter, event.rect())
        painter.end()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the mouse over the view, and the shape of its cursor."""
        if self.isVisible() and watched is self._view:
            if event.type() == QEvent.Type.CursorChange:
                self.setCursor(self._view.cursor())
            elif event.type() == QEvent.Type.Leave:
                self._here.hide()
            elif isinstance(event, QMouseEvent) and not self.underMouse():
                self._here.show_at(event.position())
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Let the view have it."""
        self._view.setFocus(Qt.FocusReason.MouseFocusReason)
        self._hand_over(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let the view have it."""
        self._hand_over(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Let the view have it."""
        self._hand_over(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Let the view have it, and mark the place there."""
        self._hand_over(event)
        self._there.show_at(event.position())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom both."""
        QApplication.sendEvent(self._view, event.clone())
        event.accept()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Take over from the view."""
        self._here.hide()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Forget the mouse in both."""
        self._there.hide()
        QApplication.sendEvent(self._view, QEvent(QEvent.Type.Leave))
        super().leaveEvent(event)

    def hideEvent(self, _event: QEvent) -> None:
        """Leave no cross behind."""
        self._there.hide()
        self._here.hide()

    def _hand_over(self, event: QMouseEvent) -> None:
        # Both are of one size: a place here is the same place there.
        QApplication.sendEvent(self._view, event.clone())
        event.accept()


class _Cross(QWidget):
    """A small open cross that follows the mouse of the other side."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFixedSize(QSize(2 * _ARM + 3, 2 * _ARM + 3))
        self.hide()

    def show_at(self, at: QPointF) -> None:
        """Stand at `at` of the parent."""
        self.move(at.toPoint() - QPoint(_ARM + 1, _ARM + 1))
        self.show()
        self.raise_()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint four arms, dark behind light: to be seen on every grey."""
        painter = QPainter(self)
        middle = QRect(0, 0, self.width(), self.height()).center()
        for colour, width in ((QColor(0, 0, 0, 150), 3.0), (QColor(255, 255, 255, 220), 1.0)):
            painter.setPen(QPen(colour, width))
            for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                way = QPoint(dx, dy)
                painter.drawLine(middle + way * _GAP, middle + way * _ARM)
        painter.end()
