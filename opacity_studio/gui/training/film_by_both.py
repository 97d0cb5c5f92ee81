"""A film of the comparison, opened with the predictions of both networks over it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject

from opacity_studio.domain.errors import ModelError
from opacity_studio.domain.wording import tr
from opacity_studio.files.model_store import ModelPair, ModelStore
from opacity_studio.files.stored_model import read_model
from opacity_studio.gui.desk import ReviewDesk
from opacity_studio.gui.film.film_loader import OpenedFilm
from opacity_studio.gui.film.film_view import FilmView
from opacity_studio.gui.prediction.prediction_loader import Predicted
from opacity_studio.gui.training.run_follower import candidate_folder
from opacity_studio.gui.training.training_desk import TrainingDesk


class FilmByBoth(QObject):
    """Has the other network of a comparison predict a film, until another film is opened.

    Parameters
    ----------
    review, view
        Open and show the film, with the prediction of the networks in use.
    training
        Knows the run whose comparison the film is of.
    store
        Where the network that the candidate was compared with is.
    say, tell_trouble
        Say what is being done, and what could not be.
    """

    def __init__(
        self,
        review: ReviewDesk,
        view: FilmView,
        training: TrainingDesk,
        store: ModelStore,
        *,
        say: Callable[[str], None],
        tell_trouble: Callable[[str], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._review = review
        self._view = view
        self._training = training
        self._store = store
        self._say = say
        self._tell_trouble = tell_trouble
        self._wanted: Path | None = None
        review.film_shown.connect(self._film_shown)
        review.prediction_ended.connect(lambda _trouble: self._compare())
        review.predictions.compared.connect(self._compared)
        review.predictions.not_compared.connect(tell_trouble)

    def open(self, image: str) -> None:
        """Open the film of this name, in the folder the run learnt from."""
        run = self._training.current
        if run is None or not run.folder:
            return
        path = Path(run.folder) / image
        here = self._review.current
        self._wanted = path
        self._review.predict_as_judged(path)
        if here is not None and here.path == path:
            self._compare()
        elif self._review.films.row_of(path) is not None:
            self._review.show(path)
        else:
            self._review.open_path(path)

    def networks_exchanged(self) -> None:
        """Take the other network's outlines away: it may be the one in use by now."""
        self._view.set_compared(())

    def _film_shown(self, opened: OpenedFilm | None) -> None:
        if opened is not None and opened.film.path != self._wanted:
            self._wanted = None
            self._review.predict_as_judged(None)

    def _is_in_view(self) -> bool:
        here = self._review.current
        return here is not None and here.path == self._wanted

    def _compare(self) -> None:
        """Have the other network predict the film in view, after the one in use."""
        if not self._is_in_view():
            return
        other = self._other_networks()
        if other is not None:
            self._say(tr("The other network predicts this film, too …"))
            self._review.compare_with(other)

    def _other_networks(self) -> ModelPair | None:
        """Return the networks in use with the one of the comparison that is not among them."""
        run, now = self._training.current, self._training.models.now
        if run is None or now.pair is None or run.comparison is None:
            return None
        folder = candidate_folder(run)
        try:
            if not now.uses(run.candidate) and folder is not None:
                return now.pair.with_model(read_model(folder))
            return now.pair.with_model(self._store.get(run.comparison.incumbent))
        except ModelError as error:
            self._tell_trouble(error.message)
            return None

    def _compared(self, made: Predicted) -> None:
        run = self._training.current
        if run is None or not self._is_in_view():
            return
        prediction = made.prediction
        if run.progress.task == "lungs":
            outlines = prediction.lungs
        else:
            outlines = prediction.shapes_at(prediction.operating_threshold)
        self._view.set_compared(outlines)
        self._say(
            tr("Both predictions are shown, in the colours named above the list.")
            if outlines
            else tr("The other network finds nothing on this film.")
        )
