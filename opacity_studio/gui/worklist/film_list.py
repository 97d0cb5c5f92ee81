"""The list of films: rows of two heights, placed by arithmetic however many there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyleOptionViewItem,
    QWidget,
)

from opacity_studio.gui.worklist.model import Index, WorklistModel

ROW: Final = 58
HEADER: Final = 28
"""Heights in device-independent pixels."""

_LEAST_HINT: Final = QSize(190, 200)


class FilmList(QListView):
    """The rows; letters are the window's shortcuts here, not a search by first letter.

    Qt's own list asks each of ten thousand rows where it is; here a row's place follows from the
    number of headers above it. It stays a list for screen readers, but places, paints and scrolls
    by itself: what it passes on goes to the view that Qt's list is made from.
    """

    sight_changed = Signal()
    """Other rows are in sight."""

    def __init__(self, model: WorklistModel, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("worklist.films")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._films = model
        self._tops: npt.NDArray[np.int64] = np.zeros(1, np.int64)
        # Before Qt's own, which waits for the next round of events: who asks now gets an answer.
        model.layoutChanged.connect(self._place_rows)
        model.modelReset.connect(self._place_rows)
        self.setModel(model)
        self.setMouseTracking(True)
        # A click leaves the keys with the film: H and Space are held there.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.verticalScrollBar().valueChanged.connect(lambda _: self.sight_changed.emit())

    def rows_in_sight(self) -> list[int]:
        """Return the films that can be seen, by their rows in the worklist."""
        entries = self._films.arrangement.entries
        first, last = self._span(0, self.viewport().height())
        return [int(row) for row in entries[first:last] if row >= 0]

    def keyboardSearch(self, _search: str) -> None:
        """Do nothing: A and D go through the films."""

    # Where rows are -----------------------------------------------------------------------

    def doItemsLayout(self) -> None:
        """Work out where every row begins."""
        self._place_rows()
        QAbstractItemView.doItemsLayout(self)

    def _place_rows(self) -> None:
        entries = self._films.arrangement.entries
        heights = np.where(entries < 0, HEADER, ROW)
        self._tops = np.concatenate(([0], np.cumsum(heights, dtype=np.int64)))
        self.updateGeometries()
        self.viewport().update()
        self.sight_changed.emit()

    def updateGeometries(self) -> None:
        """Give the scroll bar its range."""
        bar, height = self.verticalScrollBar(), self.viewport().height()
        bar.setSingleStep(ROW // 2)
        bar.setPageStep(height)
        bar.setRange(0, max(0, int(self._tops[-1]) - height))
        QAbstractItemView.updateGeometries(self)

    def visualRect(self, index: Index) -> QRect:
        """Return where a row is in the viewport."""
        if not index.isValid() or index.row() + 1 >= len(self._tops):
            return QRect()
        top, bottom = (int(y) for y in self._tops[index.row() : index.row() + 2])
        return QRect(0, top - self.verticalOffset(), self.viewport().width(), bottom - top)

    def indexAt(self, point: QPoint) -> QModelIndex:
        """Return the row at a point of the viewport."""
        y = point.y() + self.verticalOffset()
        if not (0 <= y < self._tops[-1] and 0 <= point.x() < self.viewport().width()):
            return QModelIndex()
        return self._films.index(int(np.searchsorted(self._tops, y, "right")) - 1)

    def scrollTo(
        self,
        index: Index,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        """Bring a row into sight, with a film's height above and below where there is room."""
        rect, bar = self.visualRect(index), self.verticalScrollBar()
        height = self.viewport().height()
        if rect.isEmpty() or height <= 0:
            return
        room = min(ROW, max(0, (height - rect.height()) // 2))
        if hint == QAbstractItemView.ScrollHint.PositionAtCenter:
            bar.setValue(bar.value() + rect.center().y() - height // 2)
        elif rect.top() < room:
            bar.setValue(bar.value() + rect.top() - room)
        elif rect.bottom() >= height - room:
            bar.setValue(bar.value() + rect.bottom() + 1 - height + room)

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        """Paint the rows where they are now; Qt's list would move only what it has laid out."""
        self.viewport().update()

    def horizontalOffset(self) -> int:
        """Nothing scrolls sideways."""
        return 0

    def verticalOffset(self) -> int:
        """Return how far the list is scrolled, in pixels."""
        return self.verticalScrollBar().value()

    def isIndexHidden(self, _index: Index) -> bool:
        """Every row is shown."""
        return False

    def sizeHint(self) -> QSize:
        """Return a size that asks for no room of its own."""
        return _LEAST_HINT

    def _span(self, top: int, bottom: int) -> tuple[int, int]:
        """Return the rows from (inclusive) and to (exclusive) between two heights."""
        offset = self.verticalOffset()
        first = int(np.searchsorted(self._tops, top + offset, "right")) - 1
        last = int(np.searchsorted(self._tops, bottom + offset, "left"))
        return max(0, first), min(len(self._tops) - 1, last)

    # Painting -----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows that are in sight."""
        painter = QPainter(self.viewport())
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        plain = option.state & ~QStyle.StateFlag.State_HasFocus
        hovered = self.indexAt(self.viewport().mapFromGlobal(self.cursor().pos()))
        for row in range(*self._span(event.rect().top(), event.rect().bottom() + 1)):
            index = self._films.index(row)
            option.rect = self.visualRect(index)
            option.state = plain
            if self.selectionModel().isSelected(index):
                option.state |= QStyle.StateFlag.State_Selected
            if hovered == index and self.viewport().underMouse():
                option.state |= QStyle.StateFlag.State_MouseOver
            if index == self.currentIndex() and self.hasFocus():
                option.state |= QStyle.StateFlag.State_HasFocus
            self.itemDelegate().paint(painter, option, index)
        painter.end()

    def dataChanged(self, first: Index, last: Index, _roles: Sequence[int] = ()) -> None:
        """Repaint what is in sight of the rows that changed; none changes its height."""
        top, bottom = self.visualRect(first).top(), self.visualRect(last).bottom()
        area = self.viewport().rect()
        changed = QRect(0, top, area.width(), bottom - top + 1).intersected(area)
        if not changed.isEmpty():
            self.viewport().update(changed)

    # Keys and choosing --------------------------------------------------------------------

    def moveCursor(
        self,
        action: QAbstractItemView.CursorAction,
        _modifiers: Qt.KeyboardModifier,
    ) -> QModelIndex:
        """Return the film an arrow key leads to; headers are passed over."""
        films = self._films.arrangement.films
        if not len(films):
            return QModelIndex()
        places = self._films.arrangement.places[films]
        here = self.currentIndex().row()
        at = int(np.searchsorted(places, here))
        move = QAbstractItemView.CursorAction
        page = max(1, self.viewport().height() // ROW - 1)
        steps = {
            move.MoveUp: -1,
            move.MovePrevious: -1,
            move.MoveDown: 1,
            move.MoveNext: 1,
            move.MovePageUp: -page,
            move.MovePageDown: page,
            move.MoveHome: -len(films),
            move.MoveEnd: len(films),
        }
        wanted = 0 if here < 0 else min(max(at + steps.get(action, 0), 0), len(films) - 1)
        return self._films.index(int(places[wanted]))

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Choose the row at a rectangle's corner: one film is in view at a time."""
        index = self.indexAt(rect.topLeft())
        self.selectionModel().select(QItemSelection(index, index), command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        """Return what to repaint when another row is chosen."""
        region = QRegion()
        for index in selection.indexes():
            region = region.united(QRegion(self.visualRect(index)))
        return region
