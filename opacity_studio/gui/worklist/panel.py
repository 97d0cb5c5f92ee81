"""The list of films on the left: search, filters and order, the rows, and the day's progress."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from opacity_studio.domain.wording import tr
from opacity_studio.domain.worklist_order import Order
from opacity_studio.domain.worklist_query import Query, Term, parse_query
from opacity_studio.gui.look.icons import icon
from opacity_studio.gui.look.theme import Theme
from opacity_studio.gui.worklist.chips import Chips, ElidedButton
from opacity_studio.gui.worklist.delegate import PICTURE, FilmDelegate
from opacity_studio.gui.worklist.film_list import FilmList
from opacity_studio.gui.worklist.filter_menu import FilterMenu, OrderMenu, order_text
from opacity_studio.gui.worklist.foot import Foot
from opacity_studio.gui.worklist.model import WorklistModel
from opacity_studio.gui.worklist.row_data import Role
from opacity_studio.gui.worklist.search_field import SearchField
from opacity_studio.gui.worklist.thumbnails import ThumbnailReader, Thumbnails
from opacity_studio.gui.worklist.visible_paths import VisiblePaths

NEEDS_ME: Final = Term(("needs-me",), "is")


class WorklistPanel(QWidget):
    """The worklist.

    `film_chosen` carries the path of the film the person wants; the panel moves its own current
    row only when `show_current` says that film is really in view.
    """

    film_chosen = Signal(object)

    order_changed = Signal(object)
    """`Order` that the person chose."""

    rows_seen = Signal(object)
    """Rows of the films that have come into sight, by their numbers in the worklist."""

    def __init__(
        self, model: WorklistModel, theme: Theme, read_thumbnail: ThumbnailReader, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName("worklist-panel")
        self.setAccessibleName(tr("Worklist"))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._model = model
        self._current: Path | None = None
        self._filters = Query()
        self._thumbnails = Thumbnails(
            round(PICTURE * 1.4 * self.devicePixelRatioF()), read_thumbnail, self
        )
        self._thumbnails.ready.connect(model.picture_arrived)
        self.search = SearchField(lambda: model.columns, self)
        self.search.set_theme(theme)
        self.needed = self._chip_button("worklist.needs-me", tr("Only films that need me"))
        self.needed.setToolTip(tr("Show only films that need me"))
        self.needed.setCheckable(True)
        self._filter_button = self._chip_button("worklist.filter", tr("Filter the films"))
        self._draw_funnel(theme)
        self._filter_button.setToolTip(tr("Show only some films"))
        self._filter_button.setMenu(FilterMenu(model, lambda: self._filters, self))
        self._order_button = ElidedButton(self)
        self._order_button.setObjectName("worklist.order")
        self._order_button.setProperty("chip", True)
        self._order_button.setMenu(OrderMenu(model, self))
        self._chips = Chips(self)
        self.list = FilmList(model, self)
        self.list.setAccessibleName(tr("Films"))
        self._delegate = FilmDelegate(self._thumbnails, theme, self.list)
        self.list.setItemDelegate(self._delegate)
        self._nothing = self._empty_state()
        self.foot = Foot(model, theme, self)
        self._seen = QTimer(self)
        self._seen.setSingleShot(True)
        self._seen.setInterval(0)
        self._lay_out()
        self._connect()

    def _chip_button(self, name: str, accessible_name: str) -> QPushButton:
        button = QPushButton(self)
        button.setObjectName(name)
        button.setAccessibleName(accessible_name)
        button.setProperty("chip", True)
        return button

    def _draw_funnel(self, theme: Theme) -> None:
        self._filter_button.setIcon(icon("filter", QColor(theme.dim), self))

    def _empty_state(self) -> QWidget:
        page = QWidget(self)
        page.setObjectName("worklist.empty")
        self._why_empty = QLabel(page)
        self._why_empty.setObjectName("worklist.why-empty")
        self._why_empty.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._why_empty.setWordWrap(True)
        self._why_empty.setProperty("dim", True)
        self._clear = QPushButton(tr("Clear filters"), page)
        self._clear.setObjectName("worklist.clear-filters")
        self._clear.setToolTip(tr("Show all films"))
        self._clear.setAccessibleName(tr("Clear filters"))
        self._clear.clicked.connect(self.clear_filters)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(16, 40, 16, 16)
        layout.setSpacing(12)
        layout.addWidget(self._why_empty)
        layout.addWidget(self._clear, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch()
        return page

    def _lay_out(self) -> None:
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.list)
        self._pages.addWidget(self._nothing)
        bar = QHBoxLayout()
        bar.setContentsMargins(10, 0, 10, 6)
        bar.setSpacing(4)
        bar.addWidget(self.needed)
        bar.addWidget(self._filter_button)
        bar.addWidget(self._order_button, 1)
        top = QHBoxLayout()
        top.setContentsMargins(10, 10, 10, 6)
        top.addWidget(self.search)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addLayout(bar)
        layout.addWidget(self._chips)
        layout.addWidget(self._pages, 1)
        layout.addWidget(self.foot)

    def _connect(self) -> None:
        model = self._model
        self.search.textChanged.connect(lambda _: self._ask())
        self.search.left.connect(self._to_rows)
        self.search.emptied.connect(self._drop_last)
        self.needed.toggled.connect(lambda on: self._set(NEEDS_ME, wanted=on))
        self._chips.removed.connect(lambda term: self._set(term, wanted=False))
        menu, order = self._filter_button.menu(), self._order_button.menu()
        assert isinstance(menu, FilterMenu)
        assert isinstance(order, OrderMenu)
        menu.toggled.connect(lambda term: self._set(term, wanted=term not in self._filters.terms))
        order.chosen.connect(self.set_order)
        self.list.clicked.connect(self._chosen)
        self.list.activated.connect(self._chosen)
        self.list.selectionModel().currentChanged.connect(self._moved)
        self.list.sight_changed.connect(self._seen.start)
        self._seen.timeout.connect(lambda: self.rows_seen.emit(self.list.rows_in_sight()))
        model.counted.connect(self._count)
        model.arranged.connect(self._arranged)
        model.layoutChanged.connect(self._show_page)
        self._show_order()
        self._count()

    def callbacks(self) -> dict[str, Callable[[], None]]:
        """Return what to do, by action id."""
        return {
            "worklist.only-needed": self.needed.toggle,
            "worklist.by-patient": self._turn_grouping,
            "worklist.clear": self.clear_filters,
        }

    def _turn_grouping(self) -> None:
        order = self._model.order
        self.set_order(replace(order, by_patient=not order.by_patient))

    @property
    def is_busy(self) -> bool:
        """True while pictures in sight are on their way."""
        return self._thumbnails.is_busy

    @property
    def visible_films(self) -> VisiblePaths:
        """Paths of the films that search and filters leave, in order."""
        return self._model.visible_paths

    # What is asked for --------------------------------------------------------------------

    def clear_filters(self) -> None:
        """Show all films."""
        self._filters = Query()
        self.search.clear()
        self._show_filters()
        self._ask()

    def set_order(self, order: Order) -> None:
        """Put the films in `order`."""
        self._model.set_order(order)
        self._show_order()
        self.order_changed.emit(order)

    def _set(self, term: Term, *, wanted: bool) -> None:
        before = self._filters.without((term,))
        self._filters = before & Query((term,)) if wanted else before
        self._show_filters()
        self._ask()

    def _drop_last(self) -> None:
        shown = self._filters.without((NEEDS_ME,))
        if shown:
            self._set(shown.terms[-1], wanted=False)

    def _show_filters(self) -> None:
        self._chips.show_filters(self._filters.without((NEEDS_ME,)))
        self.needed.blockSignals(True)
        self.needed.setChecked(NEEDS_ME in self._filters.terms)
        self.needed.blockSignals(False)

    def _ask(self) -> None:
        self._model.ask(self._filters & parse_query(self.search.text()))

    def _to_rows(self) -> None:
        """Make chips of the fields that were typed, and go to the list."""
        typed = parse_query(self.search.text())
        if typed.filters:
            self._filters &= typed.filters
            self.search.setText(str(typed.words))
            self._show_filters()
        self.list.setFocus()

    def _show_order(self) -> None:
        order = self._model.order
        self._order_button.show_text(order_text(order))
        name = tr("Order of the films: {name}", name=order_text(order))
        self._order_button.setAccessibleName(name)
        self._order_button.setToolTip(name)
        self._delegate.set_grouped(grouped=order.by_patient)
        self.list.viewport().update()

    def _count(self) -> None:
        # The buttons beside it stay where they are when the count loses a digit.
        digits = max(2, len(str(len(self._model.films))))
        self.needed.setText(tr("needs me {count}", count="8" * digits))
        self.needed.setMinimumWidth(self.needed.sizeHint().width())
        self.needed.setText(tr("needs me {count}", count=self._model.needed_count))

    # The rows -----------------------------------------------------------------------------

    def show_current(self, path: Path | None) -> None:
        """Mark the film at `path` as the one in view and bring its row into sight."""
        self._current = path
        QTimer.singleShot(0, self, self._show_pictures)
        self._model.keep(path)
        self._mark_current()

    def _arranged(self) -> None:
        self._show_page()
        self.list.scrollToTop()
        self._mark_current()

    def _mark_current(self) -> None:
        index = QModelIndex() if self._current is None else self._model.index_of(self._current)
        selection = self.list.selectionModel()
        if index.isValid():
            selection.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.list.scrollTo(index)
        else:
            selection.clear()

    def _show_page(self) -> None:
        is_empty = bool(self._model.query) and not len(self._model.arrangement.films)
        self._pages.setCurrentWidget(self._nothing if is_empty else self.list)
        if is_empty:
            words = tr("No film needs you.") if self._model.query.terms == (NEEDS_ME,) else ""
            self._why_empty.setText(words or tr("No film matches."))

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of `theme` from now on."""
        self._delegate.set_theme(theme)
        self.search.set_theme(theme)
        self.foot.set_theme(theme)
        self._draw_funnel(theme)
        self.list.viewport().update()

    def start_over(self) -> None:
        """Forget filters and pictures of the folder left; new ones come after its first film."""
        self.clear_filters()
        self._thumbnails.clear()
        self._thumbnails.hold(held=True)

    def close_threads(self) -> None:
        """Stop loading pictures."""
        self._seen.stop()
        self.foot.close_clock()
        self._thumbnails.close()

    def _show_pictures(self) -> None:
        self._thumbnails.hold(held=False)
        self.list.viewport().update()

    def _chosen(self, index: QModelIndex) -> None:
        film = index.data(Role.FILM)
        if film is not None:
            self.film_chosen.emit(film.path)

    def _moved(self, index: QModelIndex, _before: QModelIndex) -> None:
        film = index.data(Role.FILM) if index.isValid() and self.list.hasFocus() else None
        if film is not None and film.path != self._current:
            self.film_chosen.emit(film.path)
