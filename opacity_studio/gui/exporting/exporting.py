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
from opacity_studio.gui.autosave import Autosave
from opacity_studio.gui.background import Background, Job
from opacity_studio.gui.desk import ReviewDesk
from opacity_studio.gui.exporting.dialog import ExportDialog
from opacity_studio.gui.film_loader import sentence_of

_TOLD_EVERY: Final = 0.05
"""Seconds between two words on how far it is: what is faster nobody can read."""


class Exporting(QObject):
    """The action, its dialog and the work behind both.

    An export goes on while its dialog is closed, and ends with nothing left behind when the
    window is.

    Parameters
    ----------
    say
        Shows a line in the window when an export ends that nobody watches.
    """

    _told = Signal(str, int, int)

    def __init__(
        self, window: QWidget, desk: ReviewDesk, autosave: Autosave, *, say: Callable[[str], None]
    ) -> None:
        super().__init__(window)
        self._window, self._desk, self._autosave, self._say = window, desk, autosave, say
        self._background = Background(1, self)
        self._looking = Job()
        self._stop = Event()
        self._last_told = 0.0
        self._folder: Path | None = None
        self._dialog: ExportDialog | None = None
        self._told.connect(self._show_progress)

    def callbacks(self) -> dict[str, Callable[[], None]]:
        """Return what the action does, by its id."""
        return {"file.export": self.open}

    @property
    def dialog(self) -> ExportDialog | None:
        """The dialog, once it was opened."""
        return self._dialog

    def open(self) -> None:
        """Show the dialog on the films of the worklist, or the export that goes on."""
        worklist = self._desk.worklist
        if worklist is None:
            self._say(tr("Open a folder of films first; then it can be exported."))
            return
        if self._dialog is None:
            self._dialog = ExportDialog(self._window)
            self._dialog.wanted.connect(self._start)
            self._dialog.cancelled.connect(self._stop.set)
        # A reader who works apart exports what is theirs.
        folder = worklist.films.annotations or worklist.folder
        is_stale = self._dialog.isHidden() or self._folder != folder
        if is_stale and not self._dialog.is_running:
            self._look_through(folder, suggested_place(worklist.folder))
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()

    def close(self) -> None:
        """Stop whatever goes on; what was half written is removed."""
        self._looking.drop(self._background)
        self._stop.set()
        self._background.close()

    # Looking through --------------------------------------------------------------------------

    def _look_through(self, folder: Path, place: Path) -> None:
        dialog = self._shown()
        self._folder = folder
        self._looking.drop(self._background)
        job = self._looking = Job()
        dialog.begin(folder, place)
        # What is being written belongs to what goes out, too.
        self._autosave.flush(lambda _saved: self._read(folder, job))

    def _read(self, folder: Path, job: Job) -> None:
        if job.is_dropped():
            return

        def read() -> Survey:
            return survey_folder(folder, is_cancelled=job.is_dropped)

        job.ticket = self._background.start(
            read, self._shown().show_survey, partial(self._not_read, folder)
        )

    def _not_read(self, folder: Path, error: Exception) -> None:
        self._shown().show_trouble(sentence_of(error, folder))

    # Writing ----------------------------------------------------------------------------------

    def _start(self, order: ExportOrder, out: Path) -> None:
        self._stop.clear()
        self._shown().show_running()
        self._tell(tr("Saving…"), 0, 1)
        self._autosave.flush(lambda _saved: self._write(order, out))

    def _write(self, order: ExportOrder, out: Path) -> None:
        folder = self._folder
        if folder is None:
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
        dialog = self._shown()
        if dialog.is_running and not self._stop.is_set():
            dialog.show_progress(doing, done, total)

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
        dialog = self._shown()
        dialog.show_end(sentence, finished, failed=failed)
        if not dialog.isVisible():
            self._say(sentence)

    def _shown(self) -> ExportDialog:
        if self._dialog is None:
            raise RuntimeError("nothing is exported before the dialog was opened")
        return self._dialog


def suggested_place(folder: Path) -> Path:
    """Return a folder beside the films that is not there yet."""
    number = 1
    while True:
        name = f"{folder.name}-export" if number == 1 else f"{folder.name}-export-{number}"
        place = folder.with_name(name)
        if not place.exists():
            return place
        number += 1
