"""Looks films through and writes them, away from the window's thread."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Event
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from opacity_studio.domain.wording import tr, tr_count
from opacity_studio.export.exporting import Exported, export_films
from opacity_studio.export.order import ExportOrder
from opacity_studio.export.survey import ExportCancelledError, Survey, survey_folder
from opacity_studio.files.pseudonym_key import load_pseudonym_key
from opacity_studio.files.worklist import Worklist
from opacity_studio.gui.background import Background, Job
from opacity_studio.gui.exporting.dialog import ExportDialog
from opacity_studio.gui.film.film_loader import sentence_of
from opacity_studio.gui.saving.autosave import Autosave

_TOLD_EVERY: Final = 0.05
"""Seconds between two words on how far it is: what is faster nobody can read."""


class ExportDesk(QObject):
    """The dialog and the work behind it.

    An export goes on while its dialog is closed, and ends with nothing left behind when the
    window is.

    Parameters
    ----------
    say
        Shows a line in the window when an export ends that nobody watches.
    """

    _told = Signal(str, int, int)

    def __init__(self, window: QWidget, autosave: Autosave, *, say: Callable[[str], None]) -> None:
        super().__init__(window)
        self._autosave, self._say = autosave, say
        self._background = Background(1, self)
        self._looking = Job()
        self._stop = Event()
        self._last_told = 0.0
        self._folder: Path | None = None
        self.dialog = ExportDialog(window)
        self.dialog.wanted.connect(self._start)
        self.dialog.cancelled.connect(self._stop.set)
        self._told.connect(self._show_progress)

    def open(self, worklist: Worklist) -> None:
        """Show the dialog on the films of `worklist`, or the export that goes on."""
        # A reader who works apart exports what is theirs.
        folder = worklist.films.annotations or worklist.folder
        is_stale = self.dialog.isHidden() or self._folder != folder
        if is_stale and not self.dialog.is_running:
            self._look_through(folder, suggested_place(worklist.folder))
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()

    def close(self) -> None:
        """Stop whatever goes on; what was half written is removed."""
        self._looking.drop(self._background)
        self._stop.set()
        self._background.close()

    # Looking through --------------------------------------------------------------------------

    def _look_through(self, folder: Path, place: Path) -> None:
        self._folder = folder
        self._looking.drop(self._background)
        job = self._looking = Job()
        self.dialog.begin(folder, place)
        # What is being written belongs to what goes out, too.
        self._autosave.flush(lambda _saved: self._read(folder, job))

    def _read(self, folder: Path, job: Job) -> None:
        if job.is_dropped():
            return

        def read() -> Survey:
            return survey_folder(folder, is_cancelled=job.is_dropped)

        job.ticket = self._background.start(
            read, self.dialog.show_survey, partial(self._not_read, folder)
        )

    def _not_read(self, folder: Path, error: Exception) -> None:
        self.dialog.show_trouble(sentence_of(error, folder))

    # Writing ----------------------------------------------------------------------------------

    def _start(self, order: ExportOrder, out: Path) -> None:
        self._stop.clear()
        self.dialog.show_running()
        self._tell(tr("Saving…"), 0, 1)
        self._autosave.flush(partial(self._write, order, out))

    def _write(self, order: ExportOrder, out: Path, saved: bool) -> None:
        folder = self._folder
        if folder is None or not saved:
            sentence = tr("The film in view could not be saved, so nothing was exported.")
            self._end(sentence, None, failed=True)
            return

        def write() -> Exported:
            # Films may have been marked or corrected since the dialog was opened.
            survey = survey_folder(
                folder,
                on_film=lambda done, total: self._tell(tr("Reading…"), done, total),
                is_cancelled=self._stop.is_set,
            )
            return export_films(
                survey,
                order,
                out,
                load_pseudonym_key(),
                on_film=lambda done, total: self._tell(
                    tr("{done} of {total} films written", done=done, total=total), done, total
                ),
                is_cancelled=self._stop.is_set,
            )

        self._background.start(write, self._written, partial(self._not_written, out))

    def _tell(self, doing: str, done: int, total: int) -> None:
        """Say how far it is; any thread may."""
        now = time.monotonic()
        if done == total or now - self._last_told >= _TOLD_EVERY:
            self._last_told = now
            self._told.emit(doing, done, total)

    def _show_progress(self, doing: str, done: int, total: int) -> None:
        if self.dialog.is_running and not self._stop.is_set():
            self.dialog.show_progress(doing, done, total)

    def _written(self, exported: Exported) -> None:
        sentence = tr_count("{count} film exported.", "{count} films exported.", exported.films)
        trouble = [left.reason for left in exported.left_out if left.is_trouble]
        if trouble:
            sentence += " " + tr_count(
                "{count} film could not be: {first}",
                "{count} films could not be; the first: {first}",
                len(trouble),
                first=trouble[0],
            )
        if exported.replaced:
            sentence += " " + tr("The earlier export there was replaced.")
        self._end(sentence, exported.out)

    def _not_written(self, out: Path, error: Exception) -> None:
        if isinstance(error, ExportCancelledError):
            self._end(tr("Cancelled; nothing was left behind."), None)
        else:
            self._end(sentence_of(error, out), None, failed=True)

    def _end(self, sentence: str, finished: Path | None, *, failed: bool = False) -> None:
        self.dialog.show_end(sentence, finished, failed=failed)
        if not self.dialog.isVisible():
            self._say(sentence)


def suggested_place(folder: Path) -> Path:
    """Return a folder beside the films that is not there yet."""
    number = 1
    while True:
        name = f"{folder.name}-export" if number == 1 else f"{folder.name}-export-{number}"
        place = folder.with_name(name)
        if not place.exists():
            return place
        number += 1
