"""The networks' word on the film in view, and on those that are likely to be wanted next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.measurement import persons_lungs
from opacity_studio.domain.prediction import Prediction
from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.domain.shape import Shape
from opacity_studio.domain.wording import tr
from opacity_studio.files.annotation_store import load_annotation
from opacity_studio.files.model_store import ModelPair
from opacity_studio.files.radiograph_reader import read_radiograph
from opacity_studio.files.worklist import Film
from opacity_studio.gui.prediction.prediction_loader import Predicted, PredictionLoader
from opacity_studio.review.session import Change, ReviewSession

LUNGS_SETTLE_MS = 900
"""From the last change of a lung outline to the prediction inside the new lungs."""


class FilmPredictions(QObject):
    """Asks for predictions within the right lungs and gives them to the session.

    Parameters
    ----------
    read
        Reads a film, through what is kept of it in memory, on whatever thread.
    likely_next
        The films to predict ahead, the likeliest first.
    """

    begun = Signal()

    ended = Signal(str)
    """The prediction in view has arrived (empty) or cannot be had (the sentence)."""

    remark = Signal(str)
    """What a person is to know of the prediction in view; empty where there is nothing."""

    def __init__(
        self,
        session: ReviewSession,
        loader: PredictionLoader,
        read: Callable[[Path], Radiograph],
        likely_next: Callable[[], Sequence[Film]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._loader = loader
        self._read = read
        self._likely_next = likely_next
        self._as_judged: Path | None = None
        self._lungs_used = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(LUNGS_SETTLE_MS)
        self._timer.timeout.connect(self.predict)
        # While a film is read blind its prediction waits here: nothing of the window has it.
        self._withheld: Prediction | None = None
        self._unsubscribe = session.subscribe(self._session_changed)
        loader.predicted.connect(self._predicted)
        loader.failed.connect(self._failed)

    @property
    def compared(self) -> SignalInstance:
        """`Predicted` by the networks asked about; see `compare_with`."""
        return self._loader.compared

    @property
    def not_compared(self) -> SignalInstance:
        """Why those networks say nothing, as a sentence."""
        return self._loader.not_compared

    @property
    def looked_into(self) -> SignalInstance:
        """See `PredictionLoader.looked_into`."""
        return self._loader.looked_into

    def likely_next(self) -> Sequence[Film]:
        """Return the films that are likely to be wanted next, the likeliest first."""
        return self._likely_next()

    def look_into(self, film: Film) -> None:
        """Find out what is open about `film` in the background; `looked_into` follows."""

        def film_and_shapes() -> tuple[Radiograph, Annotation, Sequence[Shape]]:
            annotation = load_annotation(film.path, folder=film.annotations).annotation
            # Not through the memory: a thousand films would push out the few wanted next.
            return read_radiograph(film.path), annotation, persons_lungs(annotation)

        self._loader.look_into(film.path, film_and_shapes)

    def stop_looking(self) -> None:
        """Look into no film any more."""
        self._loader.stop_looking()

    @property
    def is_looking(self) -> bool:
        """True while a film is looked into."""
        return self._loader.is_looking

    @property
    def is_predicting(self) -> bool:
        """True while the film in view waits for its prediction."""
        return self._loader.is_predicting

    @property
    def is_predicting_ahead(self) -> bool:
        """True while films that are not in view are being predicted."""
        return self._loader.is_predicting_ahead

    def predict(self) -> None:
        """Predict the film in view with the networks in use."""
        radiograph = self._session.radiograph
        if radiograph is None:
            return
        lungs = self._lungs_to_look_in()
        self._lungs_used = _outlines(lungs)
        self._loader.predict(radiograph, lungs)
        self.begun.emit()

    def predict_as_judged(self, film: Path | None) -> None:
        """Predict `film`, and no other, within the lungs that the networks find, as on a new film.

        So they were judged: within a person's lungs they would draw something else.
        """
        before, self._as_judged = self._as_judged, film
        radiograph = self._session.radiograph
        if film != before and radiograph is not None and radiograph.path in (film, before):
            self.predict()

    def compare_with(self, models: ModelPair) -> None:
        """Have the film in view predicted by other networks, too; see `PredictionLoader`."""
        radiograph = self._session.radiograph
        if self._session.is_blind:
            self._loader.not_compared.emit(
                tr("This film is read blind: predictions are shown once you have marked it.")
            )
        elif radiograph is not None:
            self._loader.compare(radiograph, self._lungs_to_look_in(), models)

    def outlines_changed(self) -> None:
        """Predict anew in a moment where a person changed the lungs."""
        if _outlines(self._lungs_to_look_in()) != self._lungs_used:
            self._timer.start()

    def film_left(self) -> None:
        """Wait for nothing any more."""
        self._timer.stop()
        self._loader.forget()

    def close(self) -> None:
        """Stop predicting."""
        self._unsubscribe()
        self._timer.stop()
        self._loader.close()

    def _lungs_to_look_in(self) -> tuple[Shape, ...]:
        radiograph = self._session.radiograph
        if radiograph is not None and radiograph.path == self._as_judged:
            return ()
        return persons_lungs(self._session.annotation)

    def _session_changed(self, change: Change) -> None:
        if "film" in change.what:
            self._withheld = None
        elif self._withheld is not None and not self._session.is_blind:
            prediction, self._withheld = self._withheld, None
            self._session.set_prediction(prediction)

    def _predicted(self, made: Predicted) -> None:
        if self._session.is_blind:
            self._withheld = made.prediction
        else:
            self._session.set_prediction(made.prediction)
        self.remark.emit(
            ""
            if made.prediction.lungs
            else tr("No lungs were found on this film, so nothing is predicted.")
        )
        self._predict_ahead()
        self.ended.emit("")

    def _failed(self, sentence: str) -> None:
        self._session.set_prediction(None)
        self.remark.emit(sentence)
        self.ended.emit(sentence)

    def _predict_ahead(self) -> None:
        read = self._read

        def film_and_lungs(film: Film) -> tuple[Radiograph, Sequence[Shape]]:
            annotation = load_annotation(film.path, folder=film.annotations).annotation
            return read(film.path), persons_lungs(annotation)

        for film in self._likely_next():
            self._loader.predict_ahead(partial(film_and_lungs, film))


def _outlines(lungs: Sequence[Shape]) -> str:
    return " ".join(f"{lung.label}:{lung.outline_digest}" for lung in lungs)
