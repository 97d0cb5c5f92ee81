"""The rows of the worklist that a search leaves, found a few milliseconds at a time."""

from __future__ import annotations

import time
from bisect import bisect_left, insort
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, overload

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt, QTimer, Signal

from opacity_studio.files.worklist import Films
from opacity_studio.gui.worklist.model import Index, Role, WorklistModel, describe, describe_patient

SLICE_SECONDS: Final = 0.008
"""How long the window's thread looks through films before it looks at the person again."""


class VisiblePaths(Sequence[Path]):
    """The paths of some rows; none is made before it is asked for."""

    def __init__(self, films: Films, rows: Sequence[int]) -> None:
        self._films = films
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, place: int) -> Path: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Path]: ...
    def __getitem__(self, place: int | slice) -> Path | Sequence[Path]:
        if isinstance(place, slice):
            return tuple(map(self._films.path_at, self._rows[place]))
        return self._films.path_at(self._rows[place])

    def __contains__(self, path: object) -> bool:
        return isinstance(path, Path) and self._place_of(path) is not None

    def index(self, path: Path, start: int = 0, stop: int | None = None) -> int:
        """Return where `path` stands; ValueError where it does not."""
        place = self._place_of(path)
        if place is None or not start <= place < (len(self) if stop is None else stop):
            raise ValueError(path)
        return place

    def _place_of(self, path: Path) -> int | None:
        row = self._films.row_of(path)
        return None if row is None else place_in(self._rows, row)


def place_in(rows: Sequence[int], row: int) -> int | None:
    """Return where `row` stands in ascending `rows`, or None."""
    place = bisect_left(rows, row)
    return place if place < len(rows) and rows[place] == row else None


class WorklistFilter(QAbstractListModel):
    """The rows that match every word of the search and, if wanted, still need the reader.

    Without a search it has every row at once. With one, those found so far are shown while the
    rest is looked through.
    """

    filtered = Signal()
    """Every row has been looked at."""

    def __init__(self, source: WorklistModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._words: tuple[str, ...] = ()
        self._only_needed = False
        self._kept: int | None = None
        self._rows: Sequence[int] = range(len(source.films))
        self._looked_at = 0
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._look_on)
        source.modelReset.connect(self._refilter)
        source.dataChanged.connect(self._changed)

    def search(self, text: str) -> None:
        """Keep films whose name, patient or state has every word of `text`."""
        self._words = tuple(text.casefold().split())
        self._refilter()

    def show_only_needed(self, *, wanted: bool, kept: Path | None = None) -> None:
        """Keep films that need the reader, and `kept`: the film in view must not vanish."""
        row = None if kept is None else self._source.row_of(kept)
        if (wanted, row) != (self._only_needed, self._kept):
            self._only_needed, self._kept = wanted, row
            self._refilter()

    @property
    def paths(self) -> VisiblePaths:
        """Paths of the rows that are left, in order."""
        return VisiblePaths(self._source.films, self._rows)

    def index_of(self, path: Path) -> QModelIndex:
        """Return the index of the film at `path`; an invalid one where it is not shown."""
        row = self._source.row_of(path)
        place = None if row is None else place_in(self._rows, row)
        return QModelIndex() if place is None else self.index(place)

    def close(self) -> None:
        """Stop looking."""
        self._timer.stop()

    # What Qt asks -------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return the number of films that are left."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """Return what the worklist's model says of the film."""
        if not index.isValid():
            return None
        return self._source.data(self._source.index(self._rows[index.row()]), role)

    # Filtering ----------------------------------------------------------------------------

    @property
    def _is_active(self) -> bool:
        return bool(self._words) or self._only_needed

    def _refilter(self) -> None:
        self._timer.stop()
        self.beginResetModel()
        if self._is_active:
            self._looked_at = 0
            self._rows = self._found()
        else:
            self._rows = range(len(self._source.films))
        self.endResetModel()
        if not self._timer.isActive():
            self.filtered.emit()

    def _found(self) -> list[int]:
        """Return what is found in one slice of time, and go on later if that was not all."""
        found = []
        # This thread's own time: what others take of a busy machine's must not make it slower.
        end = time.thread_time() + SLICE_SECONDS
        count = len(self._source.films)
        while self._looked_at < count:
            if self._accepts(self._looked_at):
                found.append(self._looked_at)
            self._looked_at += 1
            if time.thread_time() > end:
                break
        if self._looked_at < count:
            self._timer.start()
        else:
            self._timer.stop()
        return found

    def _look_on(self) -> None:
        found = self._found()
        if found:
            assert isinstance(self._rows, list)
            self.beginInsertRows(QModelIndex(), len(self._rows), len(self._rows) + len(found) - 1)
            self._rows += found
            self.endInsertRows()
        if not self._timer.isActive():
            self.filtered.emit()

    def _accepts(self, row: int) -> bool:
        state = self._source.states[row]
        if self._only_needed and not state.needs_annotator and row != self._kept:
            return False
        if not self._words:
            return True
        film = self._source.films[row]
        text = " ".join((film.name, describe_patient(film), describe(state))).casefold()
        return all(word in text for word in self._words)

    def _changed(self, first: QModelIndex, last: QModelIndex, roles: Sequence[int]) -> None:
        top, bottom = first.row(), last.row()
        if self._is_active and Role.STATE in roles:
            for row in range(top, min(bottom + 1, self._looked_at)):
                self._look_at(row)
        start, end = bisect_left(self._rows, top), bisect_left(self._rows, bottom + 1)
        if start < end:
            self.dataChanged.emit(self.index(start), self.index(end - 1), roles)

    def _look_at(self, row: int) -> None:
        """Add or remove a row whose state has changed."""
        rows = self._rows
        assert isinstance(rows, list)
        place, wanted = place_in(rows, row), self._accepts(row)
        if wanted and place is None:
            at = bisect_left(rows, row)
            self.beginInsertRows(QModelIndex(), at, at)
            insort(rows, row)
            self.endInsertRows()
        elif place is not None and not wanted:
            self.beginRemoveRows(QModelIndex(), place, place)
            del rows[place]
            self.endRemoveRows()
