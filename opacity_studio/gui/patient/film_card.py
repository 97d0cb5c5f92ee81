"""One film of the patient on the strip: its picture, day, percentages and state."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from opacity_studio.domain.patient_films import PatientFilm
from opacity_studio.domain.wording import tr
from opacity_studio.gui.look.state_glyphs import paint_state
from opacity_studio.gui.look.theme import STATE_NAMES, Theme

PICTURE: Final = 68
"""Edge of a picture in device-independent pixels."""

_WIDTH: Final = 178
_MARGIN: Final = 6
_GLYPH: Final = 12
_DIM_FONT: Final = 11


class FilmCard(QAbstractButton):
    """A click brings the film into view."""

    def __init__(self, film: PatientFilm, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(f"patient.film-{film.row}")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._theme = theme
        self._picture: QPixmap | None = None
        self._in_view = False
        self.film = film
        self.show_film(film)

    def sizeHint(self) -> QSize:
        """Return the one size all cards have."""
        return QSize(_WIDTH, PICTURE + 2 * _MARGIN)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of `theme` from now on."""
        self._theme = theme
        self.update()

    def show_film(self, film: PatientFilm) -> None:
        """Show what is known of the film now."""
        self.film = film
        self.setAccessibleName(", ".join(filter(None, (film.name, *_words(film)))))
        self.setToolTip("\n".join(filter(None, (film.name, *_words(film)))))
        self.update()

    def show_picture(self, picture: QPixmap | None) -> None:
        """Show the film's picture once it is there."""
        self._picture = picture
        self.update()

    def set_in_view(self, in_view: bool) -> None:
        """Mark the film as the one in view, or not."""
        self._in_view = in_view
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint picture, day, percentages and state."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        box = QRect(_MARGIN, _MARGIN, PICTURE, PICTURE)
        self._paint_picture(painter, box)
        text = QRect(box.right() + 9, box.top(), 0, PICTURE)
        text.setRight(self.width() - _MARGIN - 2)
        self._paint_text(painter, text)
        painter.end()

    def _paint_ground(self, painter: QPainter) -> None:
        theme = self._theme
        ground = theme.selected if self._in_view else theme.hover if self.underMouse() else None
        edge = theme.accent if self.hasFocus() or self._in_view else theme.line
        painter.setPen(QPen(QColor(edge), 1.0))
        painter.setBrush(QColor(ground) if ground else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)

    def _paint_picture(self, painter: QPainter, box: QRect) -> None:
        painter.fillRect(box, QColor(self._theme.ground))
        if self._picture is None:
            return
        size = self._picture.size().scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatio)
        target = QRect(0, 0, size.width(), size.height())
        target.moveCenter(box.center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(target, self._picture)

    def _paint_text(self, painter: QPainter, box: QRect) -> None:
        film, theme = self.film.summary, self._theme
        small = QFont(self.font())
        small.setPixelSize(_DIM_FONT)
        height = QFontMetrics(self.font()).height()
        first = QRect(box.left(), box.top() + 2, box.width(), height)
        glyph = QRectF(box.right() - _GLYPH, first.center().y() - _GLYPH / 2, _GLYPH, _GLYPH)
        paint_state(painter, glyph, film.status, theme, problem=bool(film.problem))
        first.setWidth(first.width() - _GLYPH - 6)
        day = self.film.day_text or tr("day unknown")
        _line(painter, first, day, theme.text, self.font())
        percents = (
            (film.percent, tr("reader"), theme.text),
            (film.model_percent, tr("model"), theme.dim),
        )
        second = QRect(box.left(), box.bottom() - 2 * height, box.width(), height)
        for percent, whose, colour in percents:
            _line(painter, second, whose, theme.dim, small)
            said = "–" if percent is None else f"{percent:.1f} %"
            _line(painter, second, said, colour, self.font(), right=True)
            second.translate(0, height)


def _line(
    painter: QPainter, box: QRect, text: str, colour: str, font: QFont, *, right: bool = False
) -> None:
    painter.setFont(font)
    painter.setPen(QColor(colour))
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    elided = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, elided)


def _words(film: PatientFilm) -> tuple[str, ...]:
    summary = film.summary
    said = [film.day_text, summary.problem or STATE_NAMES[summary.status]]
    if summary.percent is not None:
        said.append(tr("opacity {percent:.1f} %", percent=summary.percent))
    if summary.model_percent is not None:
        said.append(tr("model {percent:.1f} %", percent=summary.model_percent))
    return tuple(said)
