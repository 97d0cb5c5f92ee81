"""The labels of the open worklist, in the order of their keys."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from opacity_studio.domain.labels import STANDARD_LABELS
from opacity_studio.files.worklist_labels import add_label, read_labels
from opacity_studio.gui.background import Background
from opacity_studio.gui.film_loader import sentence_of


class WorklistLabels(QObject):
    """The study's three labels, those of the worklist's file, and those met on its films.

    A label gets its place in the file once a person gives it to a shape; one that other programs
    brought along is listed behind, for as long as the worklist is open. Reading and writing
    happen on another thread.
    """

    changed = Signal()
    """There are other labels, or other keys."""

    trouble = Signal(str)
    """A sentence: the file could not be written."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._background = Background(1, self)
        self._folder: Path | None = None
        self._stored: tuple[str, ...] = ()
        self._met: tuple[str, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """All labels; the number keys from 1 on belong to the first nine."""
        met = (label for label in self._met if label not in self._stored)
        return (*STANDARD_LABELS, *self._stored, *met)

    def open(self, folder: Path) -> None:
        """Take the labels of another worklist."""
        self._folder, self._stored, self._met = folder, (), ()
        self.changed.emit()
        self._background.start(
            lambda: read_labels(folder), lambda labels: self._take(folder, labels), _ignore
        )

    def meet(self, labels: Iterable[str]) -> None:
        """List the labels found on a film."""
        new = [label for label in dict.fromkeys(labels) if label and label not in self.labels]
        if new:
            self._met = (*self._met, *new)
            self.changed.emit()

    def use(self, label: str) -> None:
        """Keep a label that a person gives to a shape."""
        folder = self._folder
        self.meet((label,))
        if folder is None or label in STANDARD_LABELS or label in self._stored:
            return
        self._background.start(
            lambda: add_label(folder, label),
            lambda labels: self._take(folder, labels),
            lambda error: self.trouble.emit(sentence_of(error, folder)),
        )

    def close(self) -> None:
        """Stop reading; what is being written is written."""
        self._background.close()

    def _take(self, folder: Path, labels: tuple[str, ...]) -> None:
        if folder == self._folder and labels != self._stored:
            self._stored = labels
            self.changed.emit()


def _ignore(_error: Exception) -> None:
    """`read_labels` raises nothing a person could do anything about."""
