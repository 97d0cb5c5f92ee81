"""Writes every edit to the journal, away from the window's thread."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject

from opacity_studio.files.journal import Journal
from opacity_studio.gui.background import Background
from opacity_studio.gui.saving.autosave import Autosave
from opacity_studio.review.session import Change, ReviewSession

_log = logging.getLogger(__name__)


class JournalWriter(QObject):
    """Keeps the journal in step with what is not on disk yet.

    Parameters
    ----------
    background
        The one thread on which the journal is used.
    """

    def __init__(
        self,
        session: ReviewSession,
        autosave: Autosave,
        journal: Journal,
        background: Background,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._autosave = autosave
        self._journal = journal
        self._background = background
        self._recorded: set[Path] = set()
        self._ticket, self._ticket_of = 0, Path()
        self._unsubscribe = session.subscribe(self._changed)

    def close(self) -> None:
        """Bring the journal up to date and end it; the thread has come to its end by now."""
        self._unsubscribe()
        file = self._autosave.file
        try:
            if file is not None and self._session.is_modified:
                self._recorded.discard(file.path)
                self._journal.record(file, self._session.annotation)
            for path in self._recorded:
                self._journal.remove(path)
        except (OSError, ValueError) as error:
            self._failed(error)
        self._journal.close()

    def _changed(self, change: Change) -> None:
        file = self._autosave.file
        if file is None or not change.what & {"annotation", "saved"}:
            return
        if self._session.is_modified:
            annotation = self._session.annotation
            self._recorded.add(file.path)
            self._start(file.path, lambda: self._journal.record(file, annotation))
        elif file.path in self._recorded:
            self._start(file.path, lambda: self._journal.remove(file.path))

    def _start(self, path: Path, work: Callable[[], None]) -> None:
        if path == self._ticket_of:
            # What has not begun is out of date by now.
            self._background.cancel(self._ticket)
        self._ticket_of = path
        self._ticket = self._background.start(work, lambda _: None, self._failed)

    def _failed(self, error: Exception) -> None:
        # The annotation file itself is written in a moment; only a kill before that would tell.
        _log.warning("unsaved edits could not be kept: %s", error)
