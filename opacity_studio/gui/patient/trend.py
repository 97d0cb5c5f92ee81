"""The opacity percentage of one patient's films against their days."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from opacity_studio.domain.patient_films import PatientFilm, places_in_time
from opacity_studio.domain.wording import tr
from opacity_studio.gui.look.theme import Theme

_STEP: Final = 25.0
"""Percentages the axis is marked at; it ends at the next one above the highest point."""

_AXIS_FONT: Final = 11
_DOT: Final = 3.5


class TrendPlot(QWidget):
    """A person's percentages as dots, the model's as rings; what is not known is left out."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("patient.trend")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._theme = theme
        self._films: tuple[PatientFilm, ...] = ()
        self._row = -1

    def sizeHint(self) -> QSize:
        """Return a size that three films have room in."""
        return QSize(240, 80)

    def minimumSizeHint(self) -> QSize:
        """Return what two points need."""
        return QSize(150, 80)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of `theme` from now on."""
        self._theme = theme
        self.update()

    def show_films(self, films: Sequence[PatientFilm], row: int) -> None:
        """Draw the percentages of `films`; the one in `row` is in view."""
        self._films, self._row = tuple(films), row
        said = ", ".join(
            f"{film.day_text} {film.summary.percent:.1f} %"
            for film in films
            if film.summary.percent is not None
        )
        self.setAccessibleName(tr("Opacity over time"))
        self.setAccessibleDescription(said)
        self.setToolTip(tr("Opacity over time: dots as read, rings by the model"))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the axis, both lines and the mark of the film in view."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = QFont(self.font())
        font.setPixelSize(_AXIS_FONT)
        painter.setFont(font)
        highest = self._highest
        widest = QFontMetrics(font).horizontalAdvance("100 %")
        room = QRectF(self.rect()).adjusted(widest + 10, 8, -12, -20)
        self._paint_axis(painter, room, highest)
        self._paint_days(painter, room)
        self._paint_line(
            painter, room, highest, lambda film: film.summary.model_percent, model=True
        )
        self._paint_line(painter, room, highest, lambda film: film.summary.percent, model=False)
        painter.end()

    @property
    def _highest(self) -> float:
        known = [
            percent
            for film in self._films
            for percent in (film.summary.percent, film.summary.model_percent)
            if percent is not None
        ]
        return min(100.0, _STEP * max(1, math.ceil(max(known, default=0.0) / _STEP)))

    def _paint_axis(self, painter: QPainter, room: QRectF, highest: float) -> None:
        for percent in (0.0, highest):
            y = _height(room, percent, highest)
            painter.setPen(QPen(QColor(self._theme.line), 1.0))
            painter.drawLine(QPointF(room.left() - 4, y), QPointF(room.right() + 4, y))
            painter.setPen(QColor(self._theme.dim))
            painter.drawText(
                QRectF(0, y - 8, room.left() - 8, 16),
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                f"{percent:.0f} %",
            )

    def _paint_days(self, painter: QPainter, room: QRectF) -> None:
        """Name the first and the last day, and mark that of the film in view."""
        films = self._films
        if not films:
            return
        for place, film in zip(places_in_time(films), films, strict=True):
            if film.row == self._row:
                x = room.left() + place * room.width()
                painter.setPen(QPen(QColor(self._theme.accent), 1.0, Qt.PenStyle.DotLine))
                painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))
        painter.setPen(QColor(self._theme.dim))
        below = QRectF(room.left() - 8, room.bottom() + 3, room.width() + 16, 16)
        for film, side in (
            (films[0], Qt.AlignmentFlag.AlignLeft),
            (films[-1], Qt.AlignmentFlag.AlignRight),
        ):
            painter.drawText(below, side | Qt.AlignmentFlag.AlignVCenter, film.day_text)

    def _paint_line(
        self,
        painter: QPainter,
        room: QRectF,
        highest: float,
        percent: Callable[[PatientFilm], float | None],
        *,
        model: bool,
    ) -> None:
        theme = self._theme
        colour = QColor(theme.accent_text if model else theme.text)
        points = [
            QPointF(room.left() + place * room.width(), _height(room, known, highest))
            for place, film in zip(places_in_time(self._films), self._films, strict=True)
            if (known := percent(film)) is not None
        ]
        dashes = Qt.PenStyle.DashLine if model else Qt.PenStyle.SolidLine
        painter.setPen(QPen(colour, 1.5, dashes))
        painter.drawPolyline(points)
        painter.setPen(QPen(colour, 1.5))
        painter.setBrush(QColor(theme.panel) if model else colour)
        for point in points:
            painter.drawEllipse(point, _DOT, _DOT)


def _height(room: QRectF, percent: float, highest: float) -> float:
    return room.bottom() - room.height() * min(percent, highest) / highest
