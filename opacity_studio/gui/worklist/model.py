"""The films of the worklist and where each stands, as Qt's list views want them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from opacity_studio.domain.review_status import ReviewStatus
from opacity_studio.files.worklist import Film, Films
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
    """One row a film, in the worklist's order; a hundred thousand rows cost no more than ten."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.set_films(Films(Path(), ()))

    def set_films(self, films: Films) -> None:
        """Show `films`, all of them unread until their states arrive."""
        self.beginResetModel()
        self._films = films
        self._states = [FilmState()] * len(films)
        self._needed = bytearray(b"\1") * len(films)
        self._needed_count = len(films)
        self._read_count = 0
        self.endResetModel()

    @property
    def films(self) -> Films:
        """All films, in order."""
        return self._films

    @property
    def states(self) -> Sequence[FilmState]:
        """The states, in the films' order."""
        return self._states

    def row_of(self, path: Path) -> int | None:
        """Return the row of the film at `path`, or None."""
        return self._films.row_of(path)

    def state_of(self, path: Path) -> FilmState:
        """Return where the film at `path` stands."""
        row = self.row_of(path)
        return FilmState() if row is None else self._states[row]

    def set_state(self, path: Path, state: FilmState) -> None:
        """Show the film at `path` in `state`."""
        row = self.row_of(path)
        if row is not None and self._put(row, state):
            self._tell(row, row)

    def set_states(self, found: Iterable[tuple[Path, FilmState]]) -> None:
        """Show films in the states found for them, and tell the views once."""
        changed = []
        for path, state in found:
            row = self.row_of(path)
            if row is not None and self._put(row, state):
                changed.append(row)
        if changed:
            self._tell(min(changed), max(changed))

    def _tell(self, first: int, last: int) -> None:
        # Named, so that the search looks again after states, but not after every picture.
        self.dataChanged.emit(self.index(first), self.index(last), [Role.STATE])

    def _put(self, row: int, state: FilmState) -> bool:
        before = self._states[row]
        if before == state:
            return False
        self._states[row] = state
        self._needed[row] = state.needs_annotator
        self._needed_count += state.needs_annotator - before.needs_annotator
        self._read_count += state.is_read - before.is_read
        return True

    def set_model_percent(self, path: Path, percent: float | None) -> None:
        """Show the model's percentage where no person's is known."""
        state = self.state_of(path)
        if state.from_model or state.percent is None:
            self.set_state(path, replace(state, percent=percent, from_model=True))

    def forget_model_percents(self) -> None:
        """Show no percentages of a model that is no longer in use."""
        for row, state in enumerate(self._states):
            if state.from_model and state.percent is not None:
                self._put(row, replace(state, percent=None))
        if self._states:
            self._tell(0, len(self._states) - 1)

    def picture_arrived(self, path: Path) -> None:
        """Repaint the row of `path`."""
        row = self.row_of(path)
        if row is not None:
            index = self.index(row)
            self.dataChanged.emit(index, index, [Qt.ItemDataRole.DecorationRole])

    @property
    def read_count(self) -> int:
        """Number of films a person has marked."""
        return self._read_count

    @property
    def needed_count(self) -> int:
        """Number of films that still want an annotator."""
        return self._needed_count

    def needed_beside(self, row: int, by: int) -> int | None:
        """Return the next (1) or last (-1) row but `row` that needs the reader, round the end."""
        needed = self._needed
        places = (
            (needed.find(1, row + 1), needed.find(1, 0, row))
            if by > 0
            else (needed.rfind(1, 0, row), needed.rfind(1, row + 1))
        )
        return next((place for place in places if place >= 0), None)

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
