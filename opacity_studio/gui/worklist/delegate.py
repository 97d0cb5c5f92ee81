"""How one film looks in the worklist: picture, name, patient and day, percentage, state."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from opacity_studio.files.worklist import Film
from opacity_studio.gui.state_glyphs import paint_state
from opacity_studio.gui.theme import Theme
from opacity_studio.gui.thumbnails import Thumbnails
from opacity_studio.gui.worklist.model import FilmState, Role, describe_patient

PICTURE = 44
"""Edge of a thumbnail in device-independent pixels."""

_MARGIN = 8
_GLYPH = 12


class FilmDelegate(QStyledItemDelegate):
    """Paints the rows of the worklist; nothing here reads a file."""

    def __init__(self, thumbnails: Thumbnails, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._theme = theme

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of `theme` from now on."""
        self._theme = theme

    def sizeHint(
        self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the height every row has."""
        return QSize(160, PICTURE + 14)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint one film."""
        painter.save()
        painter.setFont(option.font)
        rect: QRect = option.rect
        film, state = index.data(Role.FILM), index.data(Role.STATE)
        self._paint_ground(painter, option, rect)
        picture = QRect(rect.left() + _MARGIN, rect.top() + 7, PICTURE, PICTURE)
        self._paint_picture(painter, picture, film.path)
        text = QRect(picture.right() + 10, rect.top() + 8, 0, 0)
        text.setRight(rect.right() - _MARGIN)
        text.setBottom(rect.bottom() - 8)
        self._paint_text(painter, text, film, state)
        painter.restore()

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

    def _paint_text(self, painter: QPainter, box: QRect, film: Film, state: FilmState) -> None:
        font, small = painter.font(), painter.font()
        small.setPixelSize(11)
        metrics, small_metrics = QFontMetrics(font), QFontMetrics(small)
        upper = QRect(box.left(), box.top(), box.width(), metrics.height())
        lower = QRect(
            box.left(), box.bottom() - metrics.height(), box.width(), metrics.height() + 1
        )
        # State and percentage share the right edge, so that both lines keep their room.
        glyph = QRectF(box.right() - _GLYPH, upper.center().y() - _GLYPH / 2, _GLYPH, _GLYPH)
        paint_state(painter, glyph, state.status, self._theme, problem=bool(state.problem))
        upper.setWidth(upper.width() - _GLYPH - 8)
        painter.setFont(font)
        painter.setPen(QColor(self._theme.text))
        elided = metrics.elidedText(film.name, Qt.TextElideMode.ElideMiddle, upper.width())
        painter.drawText(upper, Qt.AlignmentFlag.AlignVCenter, elided)
        taken = 0
        if state.percent is not None:
            percent = f"{state.percent:.1f} %"
            taken = metrics.horizontalAdvance(percent) + 6
            # The model's own figure is dimmer than one that stands on a person's outlines.
            painter.setPen(QColor(self._theme.dim if state.from_model else self._theme.text))
            painter.drawText(
                lower, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, percent
            )
        lower.setWidth(lower.width() - taken)
        painter.setFont(small)
        painter.setPen(QColor(self._theme.dim))
        line = "cannot be used" if state.problem else describe_patient(film)
        elided = small_metrics.elidedText(line, Qt.TextElideMode.ElideRight, lower.width())
        painter.drawText(lower, Qt.AlignmentFlag.AlignVCenter, elided)
