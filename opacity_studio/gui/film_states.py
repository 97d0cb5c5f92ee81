"""Finds out where the films of a worklist stand, from their annotation files, in the background."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.errors import AnnotationError
from opacity_studio.domain.measurement import measure
from opacity_studio.files.annotation_store import load_annotation
from opacity_studio.files.worklist import Film
from opacity_studio.gui.background import Background
from opacity_studio.gui.worklist_model import FilmState

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
        self._tickets: list[int] = []

    def read(self, films: Sequence[Film]) -> None:
        """Report the states of `films`, in order; what was asked for before is forgotten."""
        for ticket in self._tickets:
            self._background.cancel(ticket)
        paths = [film.path for film in films]
        chunks = (paths[start : start + CHUNK] for start in range(0, len(paths), CHUNK))
        self._tickets = [
            self._background.start(partial(_read_all, chunk), self.found.emit, _raise)
            for chunk in chunks
        ]

    @property
    def is_busy(self) -> bool:
        """True while states are being read."""
        return self._background.is_busy

    def close(self) -> None:
        """Stop reading."""
        self._background.close()


def _read_all(paths: Sequence[Path]) -> list[tuple[Path, FilmState]]:
    return [(path, read_state(path)) for path in paths]


def _raise(error: Exception) -> None:
    raise error
