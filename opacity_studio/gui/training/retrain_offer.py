"""Offers a retraining once enough films are new to the network in use; it never starts one."""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from opacity_studio.files.curated_count import CuratedCount, count_curated
from opacity_studio.gui.background import Background
from opacity_studio.gui.training.models_in_use import ModelsInUse
from opacity_studio.gui.worklist.model import WorklistModel

SETTLE_MS = 4000
"""From the last film marked to the count: marking goes first."""

_PAUSE = 0.003
"""Seconds between two films of a count that nobody waits for."""


class RetrainOffer(QObject):
    """Counts in the background, and only where the worklist has enough marked films at all.

    Parameters
    ----------
    least
        How many new films call for an offer; 0 for never.
    """

    due = Signal(object)
    """CuratedCount: enough is new."""

    def __init__(
        self, films: WorklistModel, models: ModelsInUse, least: int, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._films = films
        self._models = models
        self._least = least
        self._folder: Path | None = None
        self._next_count_at = least
        self._next_offer_at = least
        self._background = Background(1, self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SETTLE_MS)
        self._timer.timeout.connect(self._count)
        for signal in (films.dataChanged, films.modelReset):
            signal.connect(self._marked)

    def follow(self, folder: Path) -> None:
        """Count the films of `folder` from now on."""
        self._folder = folder
        self.start_over()

    def start_over(self) -> None:
        """Count anew: another folder, or other networks in use."""
        self._next_count_at = self._next_offer_at = self._least
        self._marked()

    def decline(self, counted: CuratedCount) -> None:
        """Offer again only when as many films more are new."""
        self._next_offer_at = counted.new + self._least
        self._next_count_at = self._films.read_count + self._least

    def close(self) -> None:
        """Count no more."""
        self._timer.stop()
        self._background.close()

    def _marked(self) -> None:
        enough = self._films.read_count >= self._next_count_at
        if self._least and self._folder is not None and enough and not self._timer.isActive():
            self._timer.start()

    def _count(self) -> None:
        folder, pair = self._folder, self._models.now.pair
        if folder is None or pair is None or self._background.is_busy:
            return
        known = pair.opacity.version
        self._background.start(
            lambda: count_curated(
                folder, "opacity", known, compare_tests=False, on_film=_let_others_work
            ),
            self._counted,
            lambda _error: None,
        )

    def _counted(self, counted: CuratedCount) -> None:
        missing = self._next_offer_at - counted.new
        if missing > 0:
            self._next_count_at = self._films.read_count + missing
            return
        self._next_count_at = self._films.read_count + self._least
        self.due.emit(counted)


def _let_others_work() -> None:
    # Reading ten thousand files at one go would slow the window's own thread for a minute.
    time.sleep(_PAUSE)
