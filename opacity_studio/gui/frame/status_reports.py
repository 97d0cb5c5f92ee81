"""Title and status line: where we are, what runs, what is saved."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QMainWindow

from opacity_studio.domain.wording import tr
from opacity_studio.files.settings import choice_name
from opacity_studio.gui.desk import ReviewDesk
from opacity_studio.gui.frame.status_line import StatusLine
from opacity_studio.gui.frame.top_bar import TopBar
from opacity_studio.gui.saving.autosave import Saved
from opacity_studio.review.session import ReviewSession

NAME = "Opacity Studio"
TICK_MS = 250
SPOKEN_AFTER = 0.5
"""Seconds: work that ends sooner is not worth a word."""

_SAVED = {
    Saved.SAVED: (tr("saved"), tr("Everything is on disk")),
    Saved.WAITING: (tr("unsaved"), tr("Written by itself in a moment")),
    Saved.SAVING: (tr("saving"), tr("Being written")),
    Saved.FAILED: (tr("not saved"), tr("The outlines are kept here but are not on disk")),
    Saved.READ_ONLY: (
        tr("read only"),
        tr("The annotation file cannot be used; it is left as it is"),
    ),
    Saved.NOTHING: ("", ""),
}
"""In a word, and in a tip."""


class StatusReports(QObject):
    """Writes the window's title, the place line and the right half of the status line."""

    def __init__(
        self,
        window: QMainWindow,
        session: ReviewSession,
        desk: ReviewDesk,
        bar: TopBar,
        line: StatusLine,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._desk = desk
        self._model = desk.films
        self._bar = bar
        self._line = line
        self._began = 0.0
        self._prediction_is_on = True
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.show_work)
        for signal in (desk.films.dataChanged, desk.films.modelReset):
            signal.connect(self._show_count)
        desk.work_changed.connect(self._work_changed)
        desk.prediction_ended.connect(self.show_model)
        desk.film_shown.connect(lambda _opened: self._line.show_model(""))
        desk.autosave.changed.connect(self._show_saved)
        self.show_title()

    def show_title(self) -> None:
        """Name folder, film and reader; a dot stands for edits that are not on disk."""
        worklist, film, reader = self._desk.worklist, self._desk.current, self._session.reader
        place = ""
        if worklist is not None and film is not None:
            place = f"{worklist.folder.name} ▸ {film.name}"
        dot = " •" if self._session.is_modified else ""
        self._window.setWindowTitle(f"{NAME} — {place}{dot}" if place else NAME)
        if self._bar.place.text() != place:
            self._bar.place.setText(place)
            # Of a film that came back, this is where it seems to be.
            whole = "" if worklist is None or film is None else str(worklist.folder / film.name)
            self._bar.place.setToolTip(whole)
        spoken = tr("reader: {name} ({role})", name=reader.name, role=choice_name(reader.role))
        if self._bar.reader.text() != spoken:
            self._bar.reader.setText(spoken)

    def show_work(self) -> None:
        """Say what runs and for how long, once it has taken half a second."""
        seconds = time.monotonic() - self._began
        if seconds < SPOKEN_AFTER:
            self._line.show_work("")
        elif self._desk.is_loading:
            self._line.show_work(tr("reading {seconds:.1f} s", seconds=seconds))
        else:
            self._line.show_work(tr("predicting {seconds:.1f} s", seconds=seconds))

    def close(self) -> None:
        """Stop the clock."""
        self._timer.stop()

    def _work_changed(self) -> None:
        if self._desk.is_loading or self._desk.is_predicting:
            if not self._timer.isActive():
                self._began = time.monotonic()
                self._timer.start()
        else:
            self._timer.stop()
            self._line.show_work("")
        self.show_title()

    def show_model(self, trouble: str = "") -> None:
        """Name the network whose prediction is in view, or say why there is none."""
        prediction = self._session.prediction
        if self._session.is_blind:
            self._line.show_model(tr("prediction hidden"), tr("Until you have marked the film"))
        elif prediction is None:
            self._line.show_model(tr("no prediction"), trouble)
        elif not self._prediction_is_on:
            self._line.show_model(
                tr("prediction hidden"),
                tr("{model} is switched off: Prediction › Show prediction", model=prediction.model),
            )
        else:
            self._line.show_model(
                prediction.model,
                tr("Opacity by {model}, lungs by a person", model=prediction.model)
                if prediction.lungs_from_person
                else tr(
                    "Opacity by {model}, lungs by {lungs}",
                    model=prediction.model,
                    lungs=prediction.lungs_model,
                ),
            )

    def switch_prediction(self, on: bool) -> None:
        """Say that the prediction is hidden while it is off: no film is clear for that."""
        self._prediction_is_on = on
        if self._session.prediction is not None:
            self.show_model()

    def _show_count(self) -> None:
        self._line.show_count(self._model.read_count, len(self._model.films))

    def _show_saved(self, state: Saved) -> None:
        self._line.show_saved(*_SAVED[state])
        self.show_title()
