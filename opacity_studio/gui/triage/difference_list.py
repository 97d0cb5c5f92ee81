"""The rows of the triage list: who drew it, where, how large, what it would change."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel as ListModel
from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import (
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from opacity_studio.domain.labels import OPACITY
from opacity_studio.domain.triage import Difference, Kind
from opacity_studio.gui.look.label_colours import PREDICTION_COLOUR, label_colour
from opacity_studio.gui.look.row_list import paint_ground
from opacity_studio.gui.look.theme import Theme
from opacity_studio.gui.triage.words import (
    change_of,
    longest_title,
    short_title_of,
    sizes_of,
    spoken,
    title_of,
)

Index = QModelIndex | QPersistentModelIndex
DIFFERENCE = Qt.ItemDataRole.UserRole + 1
_ROW = 40
_GLYPH = 12
_INDENT = 26
_GAP = 8
_WIDEST_CHANGE = "+00.0 %"


class DifferenceModel(ListModel):
    """The differences of the film in view, the weightiest first."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._differences: tuple[Difference, ...] = ()

    def set_differences(self, differences: Sequence[Difference]) -> None:
        """Show `differences`; the rows stay where there are as many as before."""
        new = tuple(differences)
        same = len(new) == len(self._differences)
        if not same:
            self.beginResetModel()
        self._differences = new
        if not same:
            self.endResetModel()
        elif new:
            self.dataChanged.emit(self.index(0), self.index(len(new) - 1))

    @property
    def differences(self) -> tuple[Difference, ...]:
        """What the rows show, in order."""
        return self._differences

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return the number of differences."""
        return 0 if parent.isValid() else len(self._differences)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what `role` asks for of a difference."""
        if not index.isValid():
            return None
        difference = self._differences[index.row()]
        if role == DIFFERENCE:
            return difference
        if role == Qt.ItemDataRole.DisplayRole:
            return title_of(difference)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return spoken(difference)
        return None


class DifferenceDelegate(QStyledItemDelegate):
    """Paints one difference in two lines."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Return the height every row has."""
        return QSize(160, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one difference."""
        difference, rect = index.data(DIFFERENCE), QRect(option.rect)
        painter.save()
        painter.setFont(option.font)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_ground(painter, option, self.theme)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect.left(), rect.top(), 3, rect.height(), QColor(self.theme.accent))
        middle = rect.top() + 13
        glyph = QRectF(rect.left() + 8, middle - _GLYPH / 2, _GLYPH, _GLYPH)
        paint_kind(painter, glyph, difference.kind)
        text = rect.adjusted(_INDENT, 4, -4, -4)
        self._paint_text(painter, text, difference)
        painter.restore()

    def _paint_text(self, painter: QPainter, box: QRect, difference: Difference) -> None:
        font, small = painter.font(), painter.font()
        small.setPixelSize(11)
        metrics = QFontMetrics(font)
        upper = QRect(box.left(), box.top(), box.width(), metrics.height())
        change = change_of(difference)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(self.theme.dim if difference.is_settled else self.theme.text))
        painter.drawText(upper, middle | Qt.AlignmentFlag.AlignRight, change)
        upper.setWidth(upper.width() - metrics.horizontalAdvance(change) - _GAP)
        # All rows say it the same way, whichever of them would have had the room.
        room = box.width() - metrics.horizontalAdvance(_WIDEST_CHANGE) - _GAP
        is_narrow = metrics.horizontalAdvance(longest_title()) > room
        title = short_title_of(difference) if is_narrow else title_of(difference)
        title = metrics.elidedText(title, Qt.TextElideMode.ElideRight, upper.width())
        painter.drawText(upper, middle, title)
        lower = QRect(box.left(), upper.bottom() + 1, box.width(), box.bottom() - upper.bottom())
        painter.setFont(small)
        painter.setPen(QColor(self.theme.dim))
        sizes = QFontMetrics(small).elidedText(
            sizes_of(difference), Qt.TextElideMode.ElideRight, lower.width()
        )
        painter.drawText(lower, middle, sizes)


def paint_kind(painter: QPainter, box: QRectF, kind: Kind) -> None:
    """Paint who drew it: the person's full square, the model's dashed one, or both."""
    person, model = label_colour(OPACITY), QColor(PREDICTION_COLOUR)
    inner = box.adjusted(1, 1, -1, -1)
    dashed = QPen(model, 1.5)
    dashed.setDashPattern([1.6, 1.4])
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if kind is Kind.DIFFERENT:
        painter.setPen(QPen(person, 1.5))
        painter.drawRoundedRect(inner.adjusted(0, 0, -3, -3), 2, 2)
        painter.setPen(dashed)
        painter.drawRoundedRect(inner.translated(3, 3).adjusted(0, 0, -3, -3), 2, 2)
    elif kind is Kind.EXTRA:
        painter.setPen(QPen(person, 1.5))
        painter.setBrush(person)
        painter.drawRoundedRect(inner, 2, 2)
    else:
        painter.setPen(dashed)
        painter.drawRoundedRect(inner, 2, 2)
