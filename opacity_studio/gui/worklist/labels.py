"""The labels of the open worklist, in the order of their keys."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from opacity_studio.domain.labels import STANDARD_LABELS
from opacity_studio.files.worklist import Worklist
from opacity_studio.files.worklist_labels import add_labels
from opacity_studio.gui.background import Background
from opacity_studio.gui.film.film_loader import sentence_of
from opacity_studio.gui.look.label_colours import give_colours


class WorklistLabels(QObject):
    """The study's three labels, those of the worklist's file, and those met on its films.

    Labels keep their places, and with them keys and colours, while the worklist is open. Once a
    person gives a label to a shape, it and those before it are written to the file, so that they
    keep them for good; labels that were only met leave no trace. Writing happens on another
    thread.
    """

    changed = Signal()
    """There are other labels."""

    trouble = Signal(str)
    """A sentence: the file could not be written."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._background = Background(1, self)
        self._folder: Path | None = None
        self._own: tuple[str, ...] = ()
        self._stored = 0

    @property
    def labels(self) -> tuple[str, ...]:
        """All labels; the number keys from 1 on belong to the first nine."""
        return (*STANDARD_LABELS, *self._own)

    @property
    def kept(self) -> tuple[str, ...]:
        """Those beyond the study's that are in the worklist's file, not merely met on a film."""
        return self._own[: self._stored]

    def open(self, worklist: Worklist) -> None:
        """Take the labels of another worklist."""
        self._folder, self._own = worklist.folder, worklist.labels
        self._stored = len(self._own)
        self._tell()

    def meet(self, labels: Iterable[str]) -> None:
        """List the labels found on a film behind those known."""
        new = [label for label in dict.fromkeys(labels) if label and label not in self.labels]
        if new:
            self._own = (*self._own, *new)
            self._tell()

    def use(self, label: str) -> None:
        """Keep a label that a person gives to a shape."""
        self.meet((label,))
        folder = self._folder
        if folder is None or label not in self._own[self._stored :]:
            return
        self._stored = self._own.index(label) + 1
        labels = self._own[: self._stored]
        self._background.start(
            lambda: add_labels(folder, labels),
            _written,
            lambda error: self.trouble.emit(sentence_of(error, folder)),
        )

    def close(self) -> None:
        """Let what is being written be written, and tell nobody."""
        self._background.close()

    def _tell(self) -> None:
        give_colours(self._own)
        self.changed.emit()


def _written(_nothing: None) -> None:
    """Nobody need be told."""
