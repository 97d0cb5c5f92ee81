"""How one film looks in the worklist: picture, name, patient and day, percentage, state."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from opacity_studio.domain.film_columns import FilmFacts
from opacity_studio.domain.film_summary import FilmSummary
from opacity_studio.domain.wording import tr
from opacity_studio.files.worklist import Film
from opacity_studio.gui.look.state_glyphs import paint_comment, paint_flag, paint_state
from opacity_studio.gui.look.theme import Theme
from opacity_studio.gui.worklist.film_list import HEADER, ROW
from opacity_studio.gui.worklist.row_data import PatientGroup, Role
from opacity_studio.gui.worklist.row_words import describe_patient
from opacity_studio.gui.worklist.thumbnails import Thumbnails

PICTURE: Final = ROW - 14
"""Edge of a thumbnail in device-independent pixels."""

_MARGIN: Final = 8
_GLYPH: Final = 12
_MARK: Final = 11
_LEFT: Final = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_RIGHT: Final = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight

Index = QModelIndex | QPersistentModelIndex


class FilmDelegate(QStyledItemDelegate):
    """Paints the rows of the worklist; nothing here reads a file."""

    def __init__(self, thumbnails: Thumbnails, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._theme = theme
        self._is_grouped = False

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of `theme` from now on."""
        self._theme = theme

    def set_grouped(self, *, grouped: bool) -> None:
        """Say the day alone in each row where headers say the patient."""
        self._is_grouped = grouped

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the height of a row."""
        return QSize(160, ROW if index.data(Role.GROUP) is None else HEADER)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one film, or the header of a patient."""
        painter.save()
        painter.setFont(option.font)
        group = index.data(Role.GROUP)
        if group is not None:
            self._paint_header(painter, option.rect, group)
        else:
            self._paint_film(painter, option, index)
        painter.restore()

    def _paint_header(self, painter: QPainter, rect: QRect, group: PatientGroup) -> None:
        small = _small(painter.font())
        metrics = QFontMetrics(small)
        line = QRect(rect.left() + _MARGIN, rect.top() + 6, rect.width() - 2 * _MARGIN, 20)
        painter.setPen(QColor(self._theme.line))
        if rect.top() > 0:
            painter.drawLine(line.left(), rect.top(), line.right(), rect.top())
        painter.setFont(small)
        painter.setPen(QColor(self._theme.dim))
        painter.drawText(line, _RIGHT, group.about)
        room = line.width() - metrics.horizontalAdvance(group.about) - 10
        bold = QFont(small)
        bold.setWeight(QFont.Weight.DemiBold)
        painter.setFont(bold)
        painter.setPen(QColor(self._theme.text))
        title = QFontMetrics(bold).elidedText(group.title, Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(line, _LEFT, title)

    def _paint_film(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect: QRect = option.rect
        film, summary = index.data(Role.FILM), index.data(Role.SUMMARY)
        self._paint_ground(painter, option, rect)
        picture = QRect(rect.left() + _MARGIN, rect.top() + 7, PICTURE, PICTURE)
        self._paint_picture(painter, picture, film.path)
        text = QRect(picture.right() + 10, rect.top() + 8, 0, 0)
        text.setRight(rect.right() - _MARGIN)
        text.setBottom(rect.bottom() - 8)
        self._paint_upper(painter, text, film, summary)
        self._paint_lower(painter, text, summary, index)

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, rect: QRect) -> None:
        flags: QStyle.StateFlag = option.state
        if flags & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(self._theme.selected))
            painter.fillRect(rect.left(), rect.top(), 3, rect.height(), QColor(self._theme.accent))
        elif flags & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, QColor(self._theme.hover))

    def _paint_picture(self, painter: QPainter, box: QRect, path: Path) -> None:
        painter.fillRect(box, QColor(self._theme.ground))
        picture = self._thumbnails.picture(path)
        if picture is None:
            return
        size = picture.size().scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatioByExpanding)
        target = QRect(0, 0, size.width(), size.height())
        target.moveCenter(box.center())
        painter.save()
        painter.setClipRect(box)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(target, picture)
        painter.restore()

    def _paint_upper(self, painter: QPainter, box: QRect, film: Film, summary: FilmSummary) -> None:
        """Paint the name, and at the right edge flag, comment and state."""
        metrics = QFontMetrics(painter.font())
        line = QRect(box.left(), box.top(), box.width(), metrics.height())
        middle = line.center().y() + 0.5
        glyph = QRectF(box.right() - _GLYPH, middle - _GLYPH / 2, _GLYPH, _GLYPH)
        paint_state(painter, glyph, summary.status, self._theme, problem=bool(summary.problem))
        left = glyph.left()
        marks = ((summary.is_flagged, paint_flag), (bool(summary.comments), paint_comment))
        for is_there, paint_mark in marks:
            if is_there:
                left -= _MARK + 5
                paint_mark(painter, QRectF(left, middle - _MARK / 2, _MARK, _MARK), self._theme)
        line.setRight(round(left) - 8)
        painter.setPen(QColor(self._theme.text))
        elided = metrics.elidedText(film.name, Qt.TextElideMode.ElideMiddle, line.width())
        painter.drawText(line, _LEFT, elided)

    def _paint_lower(
        self, painter: QPainter, box: QRect, summary: FilmSummary, index: Index
    ) -> None:
        """Paint patient and day, and at the right edge what is measured."""
        font, small = painter.font(), _small(painter.font())
        metrics = QFontMetrics(font)
        line = QRect(box.left(), box.bottom() - metrics.height(), box.width(), metrics.height() + 1)
        is_models = summary.shows_model
        percent = summary.model_percent if is_models else summary.percent
        if percent is not None:
            text = tr("{percent} %", percent=f"{percent:.1f}")
            # The model's own figure is dimmer than one that stands on a person's outlines.
            painter.setPen(QColor(self._theme.dim if is_models else self._theme.text))
            painter.drawText(line, _RIGHT, text)
            line.setRight(line.right() - metrics.horizontalAdvance(text) - 6)
        painter.setFont(small)
        small_metrics = QFontMetrics(small)
        note = index.data(Role.NOTE)
        if note:
            painter.setPen(QColor(self._theme.accent_text))
            painter.drawText(line, _RIGHT, note)
            line.setRight(line.right() - small_metrics.horizontalAdvance(note) - 6)
        painter.setPen(QColor(self._theme.dim))
        words, colour = self._lower_words(
            index.data(Role.FACTS), summary, index.data(Role.ELSEWHERE)
        )
        painter.setPen(QColor(colour))
        elided = small_metrics.elidedText(words, Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, _LEFT, elided)

    def _lower_words(
        self, facts: Film | FilmFacts, summary: FilmSummary, elsewhere: str
    ) -> tuple[str, str]:
        if elsewhere:
            return tr("open at {reader}", reader=elsewhere), self._theme.accent_text
        if summary.problem:
            return tr("cannot be used"), self._theme.dim
        return (facts.day_text if self._is_grouped else describe_patient(facts)), self._theme.dim


def _small(font: QFont) -> QFont:
    small = QFont(font)
    small.setPixelSize(11)
    return small
