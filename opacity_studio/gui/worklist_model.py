"""The films of the worklist and where each stands, as Qt's list views want them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
)

from opacity_studio.domain.review_status import ReviewStatus
from opacity_studio.files.worklist import Film
from opacity_studio.gui.theme import STATE_NAMES

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class FilmState:
    """What the worklist shows of one film.

    Attributes
    ----------
    percent
        Opacity percentage of both lungs; None where it is not known.
    from_model
        True where `percent` is the model's because no person has outlined anything.
    problem
        One sentence where film or annotation cannot be read; empty otherwise.
    """

    status: ReviewStatus = ReviewStatus.UNREAD
    percent: float | None = None
    from_model: bool = False
    problem: str = ""

    @property
    def is_read(self) -> bool:
        """True once a person has marked the film."""
        return self.status.is_curated

    @property
    def needs_annotator(self) -> bool:
        """True for a film an annotator has still to mark; a damaged one cannot be marked."""
        return not self.problem and not self.status.is_curated


class Role(IntEnum):
    """What a delegate may ask a row for."""

    FILM = Qt.ItemDataRole.UserRole + 1
    STATE = Qt.ItemDataRole.UserRole + 2


_SEPARATORS: dict[int, str] = {
    Qt.ItemDataRole.ToolTipRole: "\n",
    Qt.ItemDataRole.AccessibleTextRole: ", ",
}


class WorklistModel(QAbstractListModel):
    """One row a film, in the worklist's order."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._films: tuple[Film, ...] = ()
        self._states: list[FilmState] = []
        self._row_of: dict[Path, int] = {}

    def set_films(self, films: Sequence[Film]) -> None:
        """Show `films`, all of them unread until their states arrive."""
        self.beginResetModel()
        self._films = tuple(films)
        self._states = [FilmState() for _ in films]
        self._row_of = {film.path: row for row, film in enumerate(films)}
        self.endResetModel()

    @property
    def films(self) -> tuple[Film, ...]:
        """All films, in order."""
        return self._films

    @property
    def states(self) -> Sequence[FilmState]:
        """The states, in the films' order."""
        return self._states

    def row_of(self, path: Path) -> int | None:
        """Return the row of the film at `path`, or None."""
        return self._row_of.get(path)

    def state_of(self, path: Path) -> FilmState:
        """Return where the film at `path` stands."""
        row = self._row_of.get(path)
        return FilmState() if row is None else self._states[row]

    def set_state(self, path: Path, state: FilmState) -> None:
        """Show the film at `path` in `state`."""
        row = self._row_of.get(path)
        if row is None or self._states[row] == state:
            return
        self._states[row] = state
        index = self.index(row)
        self.dataChanged.emit(index, index)

    def set_model_percent(self, path: Path, percent: float | None) -> None:
        """Show the model's percentage where no person's is known."""
        state = self.state_of(path)
        if state.from_model or state.percent is None:
            self.set_state(path, replace(state, percent=percent, from_model=True))

    def forget_model_percents(self) -> None:
        """Show no percentages of a model that is no longer in use."""
        for film, state in zip(self._films, tuple(self._states), strict=True):
            if state.from_model and state.percent is not None:
                self.set_state(film.path, replace(state, percent=None))

    def picture_arrived(self, path: Path) -> None:
        """Repaint the row of `path`."""
        row = self._row_of.get(path)
        if row is not None:
            index = self.index(row)
            self.dataChanged.emit(index, index, [Qt.ItemDataRole.DecorationRole])

    @property
    def read_count(self) -> int:
        """Number of films a person has marked."""
        return sum(state.is_read for state in self._states)

    @property
    def needed_count(self) -> int:
        """Number of films that still want an annotator."""
        return sum(state.needs_annotator for state in self._states)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return the number of films."""
        return 0 if parent.isValid() else len(self._films)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """Return what `role` asks for of a film."""
        if not index.isValid():
            return None
        film, state = self._films[index.row()], self._states[index.row()]
        plain: dict[int, object] = {
            Qt.ItemDataRole.DisplayRole: film.name,
            Role.FILM: film,
            Role.STATE: state,
        }
        if role in plain:
            return plain[role]
        separator = _SEPARATORS.get(role)
        if separator is None:
            return None
        return separator.join(filter(None, (film.name, describe_patient(film), describe(state))))


class WorklistFilter(QSortFilterProxyModel):
    """The rows that match every word of the search and, if wanted, still need the reader."""

    def __init__(self, source: WorklistModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words: tuple[str, ...] = ()
        self._only_needed = False
        self._kept: Path | None = None
        self.setSourceModel(source)

    def search(self, text: str) -> None:
        """Keep films whose name, patient or state has every word of `text`."""
        self._words = tuple(text.casefold().split())
        self.invalidate()

    def show_only_needed(self, *, wanted: bool, kept: Path | None = None) -> None:
        """Keep films that need the reader, and `kept`: the film in view must not vanish."""
        self._only_needed = wanted
        self._kept = kept
        self.invalidate()

    def filterAcceptsRow(self, row: int, _parent: Index) -> bool:
        """Return whether a row of the source is shown."""
        model = self.sourceModel()
        assert isinstance(model, WorklistModel)
        film, state = model.films[row], model.states[row]
        if self._only_needed and not state.needs_annotator and film.path != self._kept:
            return False
        if not self._words:
            return True
        text = " ".join((film.name, describe_patient(film), describe(state))).casefold()
        return all(word in text for word in self._words)


def describe_patient(film: Film) -> str:
    """Return ``patient 17 · day 3``, as much of it as is known."""
    parts = []
    if film.patient:
        # An id with letters says itself that it is one; a bare number does not.
        parts.append(f"patient {film.patient}" if film.patient.isdigit() else film.patient)
    if film.day_text:
        parts.append(film.day_text)
    return " · ".join(parts)


def describe(state: FilmState) -> str:
    """Return a state in words: what a screen reader says and what the search looks through."""
    if state.problem:
        return f"problem: {state.problem}"
    text = STATE_NAMES[state.status]
    if state.percent is not None:
        text += f", opacity {state.percent:.1f} %" + (" (model)" if state.from_model else "")
    return text
