"""The list of films on the left: search, what still needs the reader, and the rows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from opacity_studio.gui.own_keys import claims_enter_or_escape
from opacity_studio.gui.theme import Theme
from opacity_studio.gui.thumbnails import ThumbnailReader, Thumbnails
from opacity_studio.gui.worklist.delegate import PICTURE, FilmDelegate
from opacity_studio.gui.worklist.filter import VisiblePaths, WorklistFilter
from opacity_studio.gui.worklist.model import Index, Role, WorklistModel

PLACED_AT_ONCE = 4000
"""Rows the list puts in their places at once; more follow when the window has time."""


class SearchField(QLineEdit):
    """A line edit whose Enter and arrows speak to the list, not to the film."""

    left = Signal()
    """Enter or an arrow down: on to the rows."""

    def event(self, event: QEvent) -> bool:
        """Claim Enter and Escape before the window's shortcuts see them."""
        return claims_enter_or_escape(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Down go to the rows, Escape clears."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
            self.left.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.clear()
            self.left.emit()
        else:
            super().keyPressEvent(event)


class FilmList(QListView):
    """The rows; letters are the window's shortcuts here, not a search by first letter."""

    def dataChanged(self, first: Index, last: Index, roles: Sequence[int] = ()) -> None:
        """Repaint what is in sight.

        Qt's own list would put every row in its place again, although none changes its height.
        """
        QAbstractItemView.dataChanged(self, first, last, roles)

    def keyboardSearch(self, _search: str) -> None:
        """Do nothing: A and D go through the films."""


class WorklistPanel(QWidget):
    """The worklist.

    `film_chosen` carries the path of the film the person wants; the panel moves its own current
    row only when `show_current` says that film is really in view.
    """

    film_chosen = Signal(object)

    def __init__(
        self, model: WorklistModel, theme: Theme, read_thumbnail: ThumbnailReader, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName("worklist-panel")
        self.setAccessibleName("Worklist")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._model = model
        self._current: Path | None = None
        self._is_sought = False
        self._thumbnails = Thumbnails(
            round(PICTURE * 1.4 * self.devicePixelRatioF()), read_thumbnail, self
        )
        self._thumbnails.ready.connect(model.picture_arrived)
        self._filter = WorklistFilter(model, self)

        self.search = SearchField(self)
        self.search.setObjectName("worklist.search")
        self.search.setAccessibleName("Search the worklist")
        self.search.setPlaceholderText("Search films, patients, states…")
        self.search.setToolTip("Every word must occur in a film's name, patient or state (Ctrl+L)")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter.search)
        self.search.left.connect(self._to_rows)

        self.needed = QPushButton("needs me 0", self)
        self.needed.setObjectName("worklist.needs-me")
        self.needed.setAccessibleName("Only films that need me")
        self.needed.setToolTip("Show only films that are not marked yet")
        self.needed.setCheckable(True)
        self.needed.setProperty("chip", True)
        self.needed.toggled.connect(self._only_needed)

        self.list: FilmList = FilmList(self)
        self._delegate = FilmDelegate(self._thumbnails, theme, self.list)
        self._build_list()

        chips = QHBoxLayout()
        chips.setContentsMargins(10, 0, 10, 4)
        chips.addWidget(self.needed)
        chips.addStretch()
        top = QHBoxLayout()
        top.setContentsMargins(10, 10, 10, 6)
        top.addWidget(self.search)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addLayout(chips)
        layout.addWidget(self.list, 1)
        for signal in (model.dataChanged, model.modelReset):
            signal.connect(self._count)
        self._filter.filtered.connect(self._mark_current)

    def _build_list(self) -> None:
        view = self.list
        view.setObjectName("worklist.films")
        view.setAccessibleName("Films")
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setModel(self._filter)
        view.setItemDelegate(self._delegate)
        # Ten thousand rows must not each be asked for their height.
        view.setUniformItemSizes(True)
        # Nor all hundred thousand of another folder be put in place before the window goes on.
        view.setLayoutMode(QListView.LayoutMode.Batched)
        view.setBatchSize(PLACED_AT_ONCE)
        view.setMouseTracking(True)
        # A click leaves the keys with the film: H and Space are held there.
        view.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setSelectionMode(QListView.SelectionMode.SingleSelection)
        view.verticalScrollBar().rangeChanged.connect(self._rows_placed)
        view.clicked.connect(self._chosen)
        view.activated.connect(self._chosen)
        view.selectionModel().currentChanged.connect(self._moved)

    @property
    def is_busy(self) -> bool:
        """True while pictures in sight are on their way."""
        return self._thumbnails.is_busy

    @property
    def visible_films(self) -> VisiblePaths:
        """Paths of the rows that search and filter leave, in order."""
        return self._filter.paths

    def show_current(self, path: Path | None) -> None:
        """Mark the film at `path` as the one in view and bring its row into sight."""
        self._current = path
        QTimer.singleShot(0, self, self._show_pictures)
        if self.needed.isChecked():
            self._filter.show_only_needed(wanted=True, kept=path)
        self._mark_current()

    def _mark_current(self) -> None:
        index = QModelIndex() if self._current is None else self._filter.index_of(self._current)
        selection = self.list.selectionModel()
        if index.isValid():
            selection.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.list.scrollTo(index)
            # A row far down in a large folder is put in its place a moment later.
            self._is_sought = self.list.visualRect(index).isEmpty()
        else:
            selection.clear()

    def _rows_placed(self) -> None:
        index = self.list.currentIndex()
        if self._is_sought and index.isValid() and not self.list.visualRect(index).isEmpty():
            self._is_sought = False
            self.list.scrollTo(index)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of `theme` from now on."""
        self._delegate.set_theme(theme)
        self.list.viewport().update()

    def clear_pictures(self) -> None:
        """Forget the pictures of the folder that was left; new ones come after its first film."""
        self._thumbnails.clear()
        self._thumbnails.hold(held=True)

    def close_threads(self) -> None:
        """Stop loading pictures and looking for films."""
        self._filter.close()
        self._thumbnails.close()

    def _show_pictures(self) -> None:
        self._thumbnails.hold(held=False)
        self.list.viewport().update()

    def _to_rows(self) -> None:
        self.list.setFocus()

    def _count(self) -> None:
        self.needed.setText(f"needs me {self._model.needed_count}")

    def _only_needed(self, wanted: bool) -> None:
        self._filter.show_only_needed(wanted=wanted, kept=self._current)
        self.show_current(self._current)

    def _chosen(self, index: QModelIndex) -> None:
        self.film_chosen.emit(index.data(Role.FILM).path)

    def _moved(self, index: QModelIndex, _before: QModelIndex) -> None:
        if index.isValid() and index.data(Role.FILM).path != self._current and self.list.hasFocus():
            self.film_chosen.emit(index.data(Role.FILM).path)
