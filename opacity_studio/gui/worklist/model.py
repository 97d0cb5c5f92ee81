"""The films of the worklist as the list shows them: those asked for, in the order chosen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)

from opacity_studio.domain.film_columns import FilmColumns
from opacity_studio.domain.film_summary import FilmSummary, ModelFigures
from opacity_studio.domain.review_status import Reader
from opacity_studio.domain.worklist_matching import Asker
from opacity_studio.domain.worklist_order import Order
from opacity_studio.domain.worklist_query import Query
from opacity_studio.files.worklist import Films
from opacity_studio.gui.worklist.arrangement import Arrangement, arranged
from opacity_studio.gui.worklist.known_films import KnownFilms
from opacity_studio.gui.worklist.row_data import film_data, header_data
from opacity_studio.gui.worklist.turns import Turns
from opacity_studio.gui.worklist.visible_paths import VisiblePaths

Index = QModelIndex | QPersistentModelIndex

SETTLE_MS: Final = 250
"""From a change of a film to the list that shows or hides it for that."""


class WorklistModel(QAbstractListModel):
    """One row a film that is asked for, and one a patient where films are grouped.

    "Row" is a film's number in the worklist everywhere here; "place" is where it stands in the
    list. A hundred thousand films are a few numpy arrays.
    """

    arranged = Signal()
    """The list has other rows, or another order."""

    counted = Signal()
    """Films stand elsewhere than before: other numbers are read and needed."""

    figures_set = Signal(object)
    """Sequence of (path, `ModelFigures`) that were set and are worth keeping."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reader = Reader("")
        self._query, self._order = Query(), Order()
        self._in_view: int | None = None
        self._kept: int | None = None
        self._holds_still = True
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SETTLE_MS)
        self._timer.timeout.connect(self._settle)
        self._turns = Turns(self._changed, self)
        self._known = KnownFilms(Films(Path(), ()))
        self._arrangement = Arrangement.of(np.zeros(0, np.intp), 0)

    # The films ----------------------------------------------------------------------------

    def set_films(self, films: Films, columns: FilmColumns | None = None) -> None:
        """Show `films`; all of them, in the folder's order, until it is known how they stand."""
        self.beginResetModel()
        self._turns.forget()
        is_hidden = self._known.is_model_hidden
        self._known = KnownFilms(films, columns)
        self._known.hide_model(hidden=is_hidden)
        self._in_view = self._kept = None
        self._arrangement = Arrangement.of(np.arange(len(films)), len(films))
        self._arrangement = self._arranged()
        self.endResetModel()
        self.arranged.emit()
        self.counted.emit()

    def set_columns(self, columns: FilmColumns) -> None:
        """Take what is known of all films at once."""
        self._known.take(columns)
        self._look_at_kept()
        self._show(self._arranged())
        self._repaint()
        self.counted.emit()

    @property
    def films(self) -> Films:
        """All films, in the folder's order."""
        return self._known.films

    @property
    def columns(self) -> FilmColumns | None:
        """What is known of all films; None while that is being looked up."""
        return self._known.columns

    def row_of(self, path: Path) -> int | None:
        """Return the row of the film at `path`, or None."""
        return self.films.row_of(path)

    def summary_of(self, path: Path) -> FilmSummary:
        """Return what is known of the film at `path`."""
        row = self.row_of(path)
        return FilmSummary() if row is None else self._known.summary(row)

    def set_summary(self, path: Path, summary: FilmSummary) -> None:
        """Show the film at `path` so."""
        self.set_summaries([(path, summary)])

    def set_summaries(self, found: Iterable[tuple[Path, FilmSummary]]) -> None:
        """Show films so, and tell the views once."""
        self._changed(self._known.put_all(found))

    def set_figures(self, path: Path, figures: ModelFigures) -> None:
        """Show what a network says about the film at `path`, and have it kept."""
        self.set_all_figures([(path, figures)])
        self.figures_set.emit([(path, figures)])

    def set_all_figures(self, found: Iterable[tuple[Path, ModelFigures]]) -> None:
        """Show what a network says about some films."""
        self.set_summaries(
            (path, self.summary_of(path).with_figures(figures)) for path, figures in found
        )

    def set_model_percent(self, path: Path, percent: float | None) -> None:
        """Show the network's percentage, whatever else it may say."""
        self.set_summary(path, replace(self.summary_of(path), model_percent=percent))

    def set_stored_figures(self, found: Sequence[tuple[Path, ModelFigures]]) -> None:
        """Show what is known of a network from before, a few films at a time.

        What it was found to say meanwhile is newer.
        """

        def rows() -> Iterator[int]:
            for path, figures in found:
                row = self.row_of(path)
                if row is None or self._known.summary(row).uncertainty is not None:
                    continue
                if self._known.put(row, self._known.summary(row).with_figures(figures)):
                    yield row

        self._turns.take(rows())

    def forget_figures(self) -> None:
        """Show nothing of a network that is no longer in use, a few films at a time."""
        judged = self._known.judged()

        def rows() -> Iterator[int]:
            for row, summary in judged:
                # Another network may have said something meanwhile.
                if self._known.summary(row) is summary:
                    self._known.put(row, summary.with_figures(None))
                    yield row

        self._turns.take(rows())

    def _changed(self, rows: Sequence[int]) -> None:
        if not rows:
            return
        self._repaint(rows)
        self.counted.emit()
        if self._query or self._order != Order():
            self._timer.start()

    def picture_arrived(self, path: Path) -> None:
        """Repaint the film at `path`."""
        row = self.row_of(path)
        if row is not None:
            self._repaint([row])

    @property
    def is_model_hidden(self) -> bool:
        """Whether nothing of what the network says is shown: films are read blind."""
        return self._known.is_model_hidden

    def set_model_hidden(self, hidden: bool) -> None:
        """Show nothing of what the network says while films are read blind."""
        if hidden != self._known.is_model_hidden:
            self._known.hide_model(hidden=hidden)
            self._show(self._arranged(hold=True))
            self._repaint()

    def set_elsewhere(self, readers: Mapping[Path, str]) -> None:
        """Show which films others have open, and who; all others are free."""
        self._repaint(self._known.set_elsewhere(readers))

    # What is asked for --------------------------------------------------------------------

    @property
    def query(self) -> Query:
        """What is asked for."""
        return self._query

    @property
    def order(self) -> Order:
        """The order the list is in."""
        return self._order

    @property
    def asker(self) -> Asker:
        """Who asks, now."""
        return Asker(self._reader, datetime.now().astimezone())

    def set_reader(self, reader: Reader) -> None:
        """Ask as `reader`: what is needed depends on the role."""
        if reader != self._reader:
            self._reader = reader
            self.arrange()
            self.counted.emit()

    def ask(self, query: Query) -> None:
        """Show the films that `query` asks for."""
        if query != self._query:
            self._query = query
            self._look_at_kept()
            self.arrange()

    def set_order(self, order: Order) -> None:
        """Put the list in `order`, also where it already was: films may stand otherwise now."""
        self._order = order
        self.arrange()

    def keep(self, path: Path | None) -> None:
        """Show the film at `path`, which is in view, also when its state is not asked for."""
        row = None if path is None else self.row_of(path)
        if row != self._in_view:
            self._in_view = row
            self._look_at_kept()
            if self._query:
                self._show(self._arranged(hold=True))

    def _look_at_kept(self) -> None:
        """Keep the film in view through all that changes by working on it, now or later.

        What cannot change so, or is typed when it does not fit any more, makes it go.
        """
        self._kept, columns = None, self.columns
        if self._in_view is None or columns is None:
            return
        rest = self._query.without(t for t in self._query.terms if t.field in ("state", "is"))
        if rest.where(columns, self.asker)[self._in_view]:
            self._kept = self._in_view

    def hold_still(self, *, held: bool) -> None:
        """Keep films in their order while they change; not `held` while films are being read."""
        if held != self._holds_still:
            self._holds_still = held
            if held:
                self._timer.start()

    def arrange(self) -> None:
        """Look for what is asked for, and put it in order."""
        self._show(self._arranged())
        self.arranged.emit()

    def close(self) -> None:
        """Stop what waits."""
        self._timer.stop()
        self._turns.forget()

    def _settle(self) -> None:
        self._show(self._arranged(hold=self._holds_still))

    def _arranged(self, *, hold: bool = False) -> Arrangement:
        columns = self.columns
        if columns is None:
            return self._arrangement
        return arranged(
            columns,
            self._query,
            self._order,
            self.asker,
            kept=self._kept,
            before=self._arrangement if hold else None,
        )

    def _show(self, now: Arrangement) -> None:
        """Put `now` in place of what is shown; what is chosen in a view stays chosen."""
        self._timer.stop()
        before = self._arrangement
        if np.array_equal(before.entries, now.entries):
            return
        self.layoutAboutToBeChanged.emit()
        indexes = self.persistentIndexList()
        rows = [int(before.entries[index.row()]) for index in indexes]
        self._arrangement = now
        places = [int(now.places[row]) if row >= 0 else -1 for row in rows]
        self.changePersistentIndexList(
            indexes, [self.index(place) if place >= 0 else QModelIndex() for place in places]
        )
        self.layoutChanged.emit()

    # Where one is -------------------------------------------------------------------------

    @property
    def arrangement(self) -> Arrangement:
        """The rows of the list."""
        return self._arrangement

    @property
    def visible_paths(self) -> VisiblePaths:
        """Paths of the films in the list, in order."""
        return VisiblePaths(self.films, self._arrangement.films, self._arrangement.places)

    def index_of(self, path: Path) -> QModelIndex:
        """Return the index of the film at `path`; an invalid one where it is not in the list."""
        row = self.row_of(path)
        place = -1 if row is None else int(self._arrangement.places[row])
        return self.index(place) if place >= 0 else QModelIndex()

    def beside(self, row: int, by: int) -> int | None:
        """Return the row `by` films after the one in `row`; None beyond either end of the list.

        From a film that is not in the list one comes to its first or last.
        """
        return self._arrangement.beside(row, by)

    def needed_beside(self, row: int, by: int, *, returned_first: bool = False) -> int | None:
        """Return the next (1) or last (-1) film in the list that needs the reader, round the end.

        Parameters
        ----------
        returned_first
            Whether a film that came back to an annotator goes before all others.
        """
        came_back = None
        if returned_first:
            came_back = self._arrangement.next_of(self._known.came_back(self._reader.role), row, by)
        if came_back is not None:
            return came_back
        return self._arrangement.next_of(self._known.needs(self._reader.role), row, by)

    def first_waiting(self) -> int | None:
        """Return the film in the list to begin with; None where any will do.

        The first that came back to an annotator, or that waits for a reviewer.
        """
        films, role = self._arrangement.films, self._reader.role
        waits = self._known.needs if role == "reviewer" else self._known.came_back
        found = np.flatnonzero(waits(role)[films])
        return int(films[found[0]]) if len(found) else None

    @property
    def read_count(self) -> int:
        """Number of films a person has marked."""
        return self._known.read_count

    @property
    def needed_count(self) -> int:
        """Number of films that need the reader, in the list or not."""
        return int(np.count_nonzero(self._known.needs(self._reader.role)))

    # What Qt asks -------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return the number of rows of the list, headers included."""
        return 0 if parent.isValid() else len(self._arrangement.entries)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Headers cannot be chosen."""
        if index.isValid() and self._arrangement.entries[index.row()] < 0:
            return Qt.ItemFlag.ItemIsEnabled
        return super().flags(index)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """Return what `role` asks for of a film or a header."""
        if not index.isValid():
            return None
        row = int(self._arrangement.entries[index.row()])
        if row >= 0:
            return film_data(self._known, row, role, self._order, self._reader.role)
        rows = self._arrangement.group_at(index.row())
        return None if rows is None else header_data(self._known, rows, role)

    def _repaint(self, rows: Sequence[int] | None = None) -> None:
        count = len(self._arrangement.entries)
        if not count:
            return
        if rows is None:
            self.dataChanged.emit(self.index(0), self.index(count - 1))
            return
        places = self._arrangement.places[np.asarray(rows, dtype=np.intp)]
        places = places[places >= 0]
        if len(places):
            first, last = int(places.min()), int(places.max())
            self.dataChanged.emit(self.index(first), self.index(last))
