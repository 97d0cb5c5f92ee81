"""The patient's earlier film beside the one in view: through the same greys, fitted by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QPainter

from opacity_studio.domain.display import window_alike
from opacity_studio.domain.review_status import Reader
from opacity_studio.domain.wording import tr
from opacity_studio.gui.canvas.gestures import Pan
from opacity_studio.gui.canvas.session_surface import SessionSurface
from opacity_studio.review.pointer import PointerEvent
from opacity_studio.review.session import ReviewSession

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

    from opacity_studio.domain.annotation import Annotation
    from opacity_studio.domain.radiograph import Radiograph
    from opacity_studio.gui.film.film_view import FilmView

_INK: Final = QColor("#e8e8e8")
_BACKING: Final = QColor(5, 5, 5, 190)
_PAD: Final = 8


class EarlierFilmView(SessionSurface):
    """To look at only: the wheel zooms and a drag moves it, whatever tool is in hand.

    Parameters
    ----------
    view
        The film beside it, whose greys it takes over.
    """

    def __init__(self, view: FilmView, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("patient.earlier-film")
        self.setAccessibleName(tr("Earlier film of the patient"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._view = view
        self._told = ""
        # Of its own, and never written: the one in view is another film's.
        self._own = ReviewSession(Reader(""))
        self.set_session(self._own)
        view.looked_otherwise.connect(self._take_greys)
        self.hide()

    def show_earlier(self, film: Radiograph, annotation: Annotation, told: str) -> None:
        """Show a film with its outlines; `told` says which it is."""
        self._told = told
        self.setAccessibleDescription(told)
        self._own.open(film, annotation, blocked=tr("An earlier film is to be looked at only."))
        self.show()
        self._take_greys()
        self.fit()

    def close_film(self) -> None:
        """Show nothing, and keep nothing in memory."""
        self.hide()
        self._own.close()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the film, and over it which one it is."""
        super().paintEvent(event)
        if not self._told:
            return
        painter = QPainter(self)
        width = self.fontMetrics().horizontalAdvance(self._told) + 2 * _PAD
        box = QRect(0, 0, min(width, self.width() - 16), self.fontMetrics().height() + _PAD)
        box.moveTopLeft(QPoint((self.width() - box.width()) // 2, 8))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_BACKING)
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(_INK)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._told)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to move the film."""
        if self._film is not None and self._gesture is None:
            self._gesture = Pan(event.position(), self._scene.transform, self._ratio, self._pan_to)
            self._refresh()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the film."""
        if isinstance(self._gesture, Pan):
            self._gesture.move(event.position(), PointerEvent(0.0, 0.0))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let the film go."""
        self._gesture = None
        self._refresh()

    def _take_greys(self) -> None:
        """Show the film as the one in view is shown; each is mirrored by itself."""
        other, window = self._view.film, self._view.grey_window
        if self._film is None or other is None or window is None or not self.isVisible():
            return
        how = self._view.presentation
        alike = window_alike(window, other, self._film)
        wanted = replace(
            self.presentation, window=alike, inverted=how.inverted, gamma=how.gamma, preset="set"
        )
        self.show_presentation(wanted)
