"""The events of a film's record, newest first, each painted on as many lines as it needs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from PySide6.QtCore import QAbstractListModel as ListModel
from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from opacity_studio.domain.review_status import ReviewEvent
from opacity_studio.domain.wording import tr
from opacity_studio.gui.actions.own_keys import claims_enter_or_escape
from opacity_studio.gui.look.row_list import RowList, paint_ground
from opacity_studio.gui.look.theme import Theme
from opacity_studio.gui.reviewing.event_words import details, headline, moment_text
from opacity_studio.gui.reviewing.reader_bar import role_name

Index = QModelIndex | QPersistentModelIndex
EVENT: Final = Qt.ItemDataRole.UserRole + 1

_PAD: Final = 6
_SMALL: Final = 11
_WRAPPED: Final = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop)


class RecordModel(ListModel):
    """The events as rows."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._events: tuple[ReviewEvent, ...] = ()

    def set_events(self, events: Sequence[ReviewEvent]) -> None:
        """Show `events`, which are in order of time, the last one first."""
        newest_first = tuple(reversed(events))
        if newest_first != self._events:
            self.beginResetModel()
            self._events = newest_first
            self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return the number of events."""
        return 0 if parent.isValid() else len(self._events)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what `role` asks for of an event."""
        if not index.isValid():
            return None
        event = self._events[index.row()]
        if role == EVENT:
            return event
        if role == Qt.ItemDataRole.DisplayRole:
            return headline(event)
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return "\n".join(filter(None, (headline(event), who(event), details(event))))
        return None


def who(event: ReviewEvent) -> str:
    """Return name, role and moment of an event."""
    moment = moment_text(event, datetime.now().astimezone())
    return f"{event.reader} ({role_name(event.role)}) · {moment}"


class RecordDelegate(QStyledItemDelegate):
    """Paints an event: what, who and when, and what was said."""

    def __init__(self, theme: Theme, parent: QListView) -> None:
        super().__init__(parent)
        self._list = parent
        self.theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the height the words need at the width of the list."""
        event = index.data(EVENT)
        line = option.fontMetrics.height()
        height = 2 * _PAD + line + self._small(option).height()
        said = details(event)
        if said:
            height += self._said(option, said, self._list.viewport().width()).height() + 2
        return QSize(120, height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one event."""
        event, rect = index.data(EVENT), QRect(option.rect)
        painter.save()
        paint_ground(painter, option, self.theme)
        room = rect.adjusted(_PAD, _PAD, -_PAD, -_PAD)
        painter.setPen(QColor(self.theme.text))
        metrics = option.fontMetrics
        title = metrics.elidedText(headline(event), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignTop), title)
        room.setTop(room.top() + metrics.height())
        small = self._small(option)
        painter.setFont(self._small_font(option))
        painter.setPen(QColor(self.theme.dim))
        line = small.elidedText(who(event), Qt.TextElideMode.ElideMiddle, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignTop), line)
        said = details(event)
        if said:
            room.setTop(room.top() + small.height() + 2)
            painter.setFont(option.font)
            painter.setPen(QColor(self.theme.text))
            painter.drawText(room, _WRAPPED, said)
        painter.restore()

    def _said(self, option: QStyleOptionViewItem, said: str, width: int) -> QRect:
        return option.fontMetrics.boundingRect(
            QRect(0, 0, max(width - 2 * _PAD, 40), 10_000), _WRAPPED, said
        )

    def _small_font(self, option: QStyleOptionViewItem) -> QFont:
        font = QFont(option.font)
        font.setPixelSize(_SMALL)
        return font

    def _small(self, option: QStyleOptionViewItem) -> QFontMetrics:
        return QFontMetrics(self._small_font(option))


class RecordList(RowList):
    """The rows; Enter goes to the region that the event in hand speaks of."""

    wanted = Signal(object)
    """`ReviewEvent` a person clicked, or pressed Enter on."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("record.list")
        self.setAccessibleName(tr("Record of this film, newest first"))
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QListView.SelectionMode.SingleSelection)
        self.events = RecordModel(self)
        self.setModel(self.events)
        self.delegate = RecordDelegate(theme, self)
        self.setItemDelegate(self.delegate)
        self.clicked.connect(lambda index: self.wanted.emit(index.data(EVENT)))

    @property
    def chosen(self) -> ReviewEvent | None:
        """The event that is selected."""
        model = self.selectionModel()
        # Qt asks before it has one.
        rows = model.selectedIndexes() if model is not None else []
        return rows[0].data(EVENT) if rows else None

    def event(self, event: QEvent) -> bool:
        """Keep Enter and Escape from the window's shortcuts while they mean something here."""
        chosen = self.chosen
        has_region = chosen is not None and chosen.outline is not None
        return (has_region and claims_enter_or_escape(event)) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the region with Enter; Escape lets the event go."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.wanted.emit(self.chosen)
        elif event.key() == Qt.Key.Key_Escape:
            self.clearSelection()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap anew at another width."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.scheduleDelayedItemsLayout()
