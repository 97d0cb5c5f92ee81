"""Finds out where the films of a worklist stand, from their annotation files, in the background."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.errors import AnnotationError
from opacity_studio.domain.measurement import measure
from opacity_studio.files.annotation_store import load_annotation
from opacity_studio.files.worklist import Films
from opacity_studio.gui.background import Background
from opacity_studio.gui.worklist.model import FilmState

CHUNK = 16
"""Films a task looks at before the window hears of them."""


def state_of(annotation: Annotation) -> FilmState:
    """Return where a film with this annotation stands; its percentage needs lungs in the file."""
    percent = None
    if annotation.shapes and annotation.image_width and annotation.image_height:
        percent = measure(
            annotation.shapes, width=annotation.image_width, height=annotation.image_height
        ).opacity_percent
    return FilmState(annotation.status, percent)


def read_state(film: Path) -> FilmState:
    """Return where the film at `film` stands; the film itself is not opened."""
    try:
        return state_of(load_annotation(film).annotation)
    except AnnotationError as error:
        return FilmState(problem=error.message)


class FilmStates(QObject):
    """Reads the states of a worklist, a few films at a time, without holding the window up."""

    found = Signal(object)
    """Sequence of (path, `FilmState`)."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = Background(1, self)
        self._ticket = 0
        self._films: Films | None = None
        self._rows: Iterator[int] = iter(())

    def read(self, films: Films, first: int = 0) -> None:
        """Report the states of `films`, those from row `first` on first of all.

        What was asked for before is forgotten.
        """
        self._background.cancel(self._ticket)
        self._films = films
        self._rows = chain(range(first, len(films)), range(first))
        self._read_on()

    @property
    def is_busy(self) -> bool:
        """True while states are being read."""
        return self._background.is_busy

    def close(self) -> None:
        """Stop reading."""
        self._background.close()

    def _read_on(self) -> None:
        # One task after another: what a person asks for meanwhile need not wait for all of them.
        rows = tuple(islice(self._rows, CHUNK))
        films = self._films
        if films is not None and rows:
            self._ticket = self._background.start(
                lambda: [(path, read_state(path)) for path in map(films.path_at, rows)],
                self._found,
                _raise,
            )

    def _found(self, states: Sequence[tuple[Path, FilmState]]) -> None:
        self.found.emit(states)
        self._read_on()


def _raise(error: Exception) -> None:
    raise error
