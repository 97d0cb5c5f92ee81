"""The reader's desk: which worklist is open, which film is in view, and how one leaves it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.repeats import RepeatPlan
from opacity_studio.domain.worklist_order import sort_key
from opacity_studio.files.model_store import ModelPair
from opacity_studio.files.rendering import png_rendering
from opacity_studio.files.repeats import films_of_repeat, with_repeats
from opacity_studio.files.worklist import Film, Worklist, open_worklist
from opacity_studio.gui.background import Background
from opacity_studio.gui.film.film_loader import FilmLoader, OpenedFilm, sentence_of
from opacity_studio.gui.frame.message_bar import Choice, Message
from opacity_studio.gui.prediction.film_predictions import FilmPredictions
from opacity_studio.gui.prediction.prediction_loader import PredictionLoader
from opacity_studio.gui.saving.autosave import Autosave
from opacity_studio.gui.worklist.looking_up import LookedUp
from opacity_studio.gui.worklist.model import WorklistModel
from opacity_studio.gui.worklist.standing import Standing
from opacity_studio.review.session import Change, ReviewSession


class ReviewDesk(QObject):
    """Takes films from the worklist, has them read and predicted, and gives them to the session.

    A film is left only once its edits are on disk; where they cannot be written it stays in view
    and a message says why. Runs on the window's thread and waits for nothing.
    """

    worklist_opened = Signal(object)
    """`Worklist`."""

    film_shown = Signal(object)
    """`OpenedFilm`: the session holds it."""

    film_failed = Signal(object)
    """`Film` that cannot be shown; the session holds none."""

    leaving = Signal()
    """The film in view is about to be left: what is known of it must be told now."""

    prediction_ended = Signal(str)
    """The prediction in view has arrived (empty) or cannot be had (the sentence)."""

    work_changed = Signal()
    """Something began or ended in the background."""

    message = Signal(object)
    """`Message` for the bar over the film."""

    settled = Signal(str)
    """Topic of a message that no longer holds."""

    def __init__(
        self,
        session: ReviewSession,
        model: WorklistModel,
        films: FilmLoader,
        predictions: PredictionLoader,
        autosave: Autosave,
        *,
        indexes: Path,
    ) -> None:
        super().__init__(model)
        self._session = session
        self._model = model
        self._films = films
        self.predictions = FilmPredictions(
            session, predictions, films.reader(), self._likely_next, self
        )
        self.autosave = autosave
        self.standing = Standing(session, model, autosave, indexes, self)
        self._background = Background(1, self)
        self._opening = 0
        self._reader_apart: Callable[[], str | None] = lambda: None
        self._repeat_plan: Callable[[], RepeatPlan | None] = lambda: None
        self._worklist: Worklist | None = None
        self._current: Film | None = None
        self._wanted: Film | None = None
        self._direction = 1
        # Qt paints before it looks at its clocks: the film is seen before anything else is begun.
        self._once_seen = QTimer(self)
        self._once_seen.setSingleShot(True)
        self._once_seen.setInterval(0)
        self._once_seen.timeout.connect(self._go_on)
        self._is_new = False
        films.opened.connect(self._opened)
        films.failed.connect(self._failed)
        self.predictions.begun.connect(self.work_changed)
        self.predictions.ended.connect(self._ended)
        self.predictions.remark.connect(self._remarked)
        predictions.predicted_ahead.connect(model.set_model_percent)
        self._unsubscribe = session.subscribe(self._changed)

    # Where we are -------------------------------------------------------------------------

    @property
    def worklist(self) -> Worklist | None:
        """The open worklist."""
        return self._worklist

    @property
    def films(self) -> WorklistModel:
        """The rows of the worklist."""
        return self._model

    @property
    def current(self) -> Film | None:
        """The film in view, also one that could not be read."""
        return self._current

    @property
    def is_loading(self) -> bool:
        """True while a film or worklist is on its way."""
        return self._wanted is not None or self._background.is_wanted(self._opening)

    @property
    def is_predicting(self) -> bool:
        """True while the film in view waits for its prediction."""
        return self._once_seen.isActive() or self.predictions.is_predicting

    @property
    def is_busy(self) -> bool:
        """True while films, predictions or states that are in sight are on their way."""
        return self.is_loading or self.is_predicting or self.standing.is_busy

    @property
    def is_reading_ahead(self) -> bool:
        """True while films that are not in view yet are being read and predicted."""
        return self._films.is_reading_ahead or self.predictions.is_predicting_ahead

    # Worklists ----------------------------------------------------------------------------

    def set_reader_apart(self, reader: Callable[[], str | None]) -> None:
        """Open worklists with the annotations of the reader whom `reader` names, if any."""
        self._reader_apart = reader

    def set_repeat_plan(self, plan: Callable[[], RepeatPlan | None]) -> None:
        """Open worklists with the films that come back by what `plan` says, if anything."""
        self._repeat_plan = plan

    def open_path(self, path: Path) -> None:
        """Open a folder, or a film's folder with that film in view."""
        self.leave(lambda: self._open_path(path))

    def _open_path(self, path: Path) -> None:
        self._background.cancel(self._opening)
        reader, plan = self._reader_apart(), self._repeat_plan()

        def look() -> tuple[Worklist, LookedUp | None, bool]:
            # A film that came back is opened among the others.
            worklist = open_worklist(films_of_repeat(path) or path, reader)
            if plan is not None:
                index = self.standing.index_of(worklist.films)
                worklist = with_repeats(worklist, plan, index, first=path)
            return worklist, self.standing.look_up(worklist.films), path.is_dir()

        self._opening = self._background.start(
            look,
            lambda found: self._show_worklist(*found),
            lambda error: self._not_opened(sentence_of(error, path)),
        )
        self.work_changed.emit()

    def _not_opened(self, sentence: str) -> None:
        self._tell(sentence, "worklist")
        self.work_changed.emit()

    def _show_worklist(self, worklist: Worklist, known: LookedUp | None, is_folder: bool) -> None:
        self._worklist = worklist
        self.standing.show(worklist.films, known)
        self.settled.emit("worklist")
        self._is_new = True
        self.worklist_opened.emit(worklist)
        waiting = self._model.first_waiting() if is_folder else None
        self._open(worklist.films[worklist.current if waiting is None else waiting])
        for number, warning in enumerate(worklist.warnings):
            self._tell(warning, f"worklist-warning-{number}")

    # From film to film --------------------------------------------------------------------

    def show(self, path: Path) -> None:
        """Leave the film in view for the one at `path`."""
        row = self._model.row_of(path)
        if row is not None and (self._current is None or path != self._current.path):
            self.leave(lambda: self._open(self._model.films[row]))

    def step(self, by: int) -> bool:
        """Go `by` films on (1) or back (-1) in the list as it is shown; False at either end."""
        here = self._wanted or self._current
        start = None if here is None else self._model.row_of(here.path)
        return start is not None and self._go_to(self._model.beside(start, by), by)

    def step_to_needed(self, by: int) -> bool:
        """Go to the next (1) or last (-1) film in the list that needs the reader, round the end."""
        here = self._wanted or self._current
        start = None if here is None else self._model.row_of(here.path)
        return start is not None and self._go_to(self._model.needed_beside(start, by), by)

    def go_on(self) -> bool:
        """Go to the film to read next: one that was returned to the annotator before all others."""
        here = self._wanted or self._current
        start = None if here is None else self._model.row_of(here.path)
        if start is None:
            return False
        if sort_key(self._model.order.key).needs_me_first:
            # What has been found out since the list was put in order counts, now that one moves;
            # so does the mark the film in view has just been given.
            self.leaving.emit()
            self._model.arrange()
        return self._go_to(self._model.needed_beside(start, 1, returned_first=True), 1)

    def _go_to(self, row: int | None, by: int) -> bool:
        if row is None:
            return False
        self._direction = by
        self.show(self._model.films.path_at(row))
        return True

    def leave(self, then: Callable[[], None]) -> None:
        """Have the edits on disk, then go on; where they cannot be written, stay."""
        self.leaving.emit()

        def after(saved: bool) -> None:
            if saved:
                then()
            elif self._current is not None:
                # The list may already point at the film that was wanted.
                self.film_shown.emit(None)

        self.autosave.flush(after)

    def _open(self, film: Film) -> None:
        self._wanted = film
        self._once_seen.stop()
        self.predictions.film_left()
        self._films.open(film)
        self.work_changed.emit()

    def _edited_meanwhile(self, wanted: Film) -> bool:
        """Where the film in view was edited while another was read, save first and ask again."""
        self._wanted = None
        if self.autosave.file is None or not self._session.is_modified:
            return False
        self.leave(lambda: self._open(wanted))
        return True

    def _opened(self, opened: OpenedFilm) -> None:
        if self._edited_meanwhile(opened.film):
            return
        self._current = opened.film
        for topic in ("film", "save", "prediction", "mark"):
            self.settled.emit(topic)
        annotation = opened.file.annotation if opened.file else Annotation(opened.film.name)
        radiograph = opened.radiograph
        blocked = opened.problem or None
        self.autosave.follow(opened.file, lambda: png_rendering(radiograph))
        self._session.open(radiograph, annotation, blocked=blocked)
        if blocked:
            self.standing.note_problem(opened.film.path, blocked)
            self._tell(blocked, "film")
        self.film_shown.emit(opened)
        self._once_seen.start()
        self.work_changed.emit()

    def _failed(self, film: Film, sentence: str) -> None:
        if self._edited_meanwhile(film):
            return
        self._current = film
        for topic in ("save", "prediction", "mark"):
            self.settled.emit(topic)
        self.autosave.forget()
        self._session.close()
        self.standing.note_problem(film.path, sentence)
        self._tell(sentence, "film")
        self.film_failed.emit(film)
        self._once_seen.start()
        self.work_changed.emit()

    def _go_on(self) -> None:
        """Begin what may come after the film in view: its prediction, the next film, the list."""
        self.predictions.predict()
        self._films.read_ahead([film.path for film in self._likely_next()])
        if self._is_new:
            self._is_new = False
            self.standing.read(self._current)
        self.work_changed.emit()

    def _likely_next(self) -> tuple[Film, ...]:
        """Return the film beside the one in view, and the one the next Enter leads to."""
        here = None if self._current is None else self._model.row_of(self._current.path)
        if here is None:
            return ()
        films = self._model.films
        rows = (
            self._model.beside(here, self._direction),
            self._model.needed_beside(here, 1, returned_first=True),
        )
        return tuple(films[row] for row in dict.fromkeys(rows) if row is not None)

    # Predictions --------------------------------------------------------------------------

    def predict_again(self) -> None:
        """Predict with the networks in use now; what a person outlined stays as it is."""
        self._model.forget_figures()
        self.predictions.predict()

    def predict_as_judged(self, film: Path | None) -> None:
        """See `FilmPredictions.predict_as_judged`."""
        self.predictions.predict_as_judged(film)

    def compare_with(self, models: ModelPair) -> None:
        """See `FilmPredictions.compare_with`."""
        self.predictions.compare_with(models)

    def _ended(self, trouble: str) -> None:
        self.prediction_ended.emit(trouble)
        self.work_changed.emit()

    def _remarked(self, sentence: str) -> None:
        if sentence:
            self._tell(sentence, "prediction")
        else:
            self.settled.emit("prediction")

    def _changed(self, change: Change) -> None:
        if "annotation" not in change.what:
            return
        self.autosave.edited()
        self.settled.emit("mark")
        self.predictions.outlines_changed()

    # States -------------------------------------------------------------------------------

    def note_state(self, percent: float | None, *, from_model: bool) -> None:
        """Show the film in view in the worklist as it stands now, saved or not."""
        if self._current is not None and self._session.can_record:
            self.standing.note(self._current.path, percent, from_model=from_model)

    def _tell(self, sentence: str, topic: str, *choices: Choice) -> None:
        self.message.emit(Message(sentence, topic, choices))

    def close(self) -> None:
        """Stop every thread; nothing is called back any more."""
        self._unsubscribe()
        self._once_seen.stop()
        for part in (self._background, self.standing, self._films, self.predictions):
            part.close()
        self.autosave.close()
