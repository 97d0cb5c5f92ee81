"""Predicts away from the window's thread; what was predicted once comes from the cache."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.film_summary import ModelFigures, disagreement_of
from opacity_studio.domain.measurement import measure
from opacity_studio.domain.prediction import Prediction
from opacity_studio.domain.priority import place_of
from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.domain.shape import Shape
from opacity_studio.files.model_store import ModelPair, ModelStore
from opacity_studio.files.prediction_cache import PredictionCache, prediction_key
from opacity_studio.gui.background import Background, Job
from opacity_studio.gui.film.film_loader import sentence_of

if TYPE_CHECKING:
    from opacity_studio.inference.predictor import Predictor

KEPT = 64
"""Predictions in memory: about 100 kB each."""


@dataclass(frozen=True, slots=True)
class Predicted:
    """What the networks say about the film in view, and how long it took them, in seconds."""

    prediction: Prediction
    seconds: float


def percent_of(prediction: Prediction) -> float | None:
    """Return the opacity percentage of both lungs at the operating threshold."""
    shapes = (*prediction.lungs, *prediction.shapes_at(prediction.operating_threshold))
    size = prediction.image_width, prediction.image_height
    return measure(shapes, width=size[0], height=size[1]).opacity_percent


class Oracle:
    """The networks, made on the worker thread when they are first needed.

    Everything here runs on that one thread.
    """

    def __init__(self, store: ModelStore, cache: PredictionCache) -> None:
        self._store = store
        self._cache = cache
        self._predictor: Predictor | None = None
        self._other: Predictor | None = None
        self._recent: OrderedDict[str, Prediction] = OrderedDict()

    def predict(
        self,
        radiograph: Radiograph,
        lungs: Sequence[Shape],
        is_cancelled: Callable[[], bool],
        *,
        by: ModelPair | None = None,
    ) -> Predicted:
        """Return the prediction for one film within the person's `lungs`, if any.

        The networks in use are asked for anew each time: others may have been put to use.

        Parameters
        ----------
        by
            Networks other than those in use, to compare with.

        Raises
        ------
        ModelError
            There are no networks, or they cannot be used.
        """
        started = time.perf_counter()
        models = by or self._store.active()
        key = prediction_key(radiograph.digest, models, lungs)
        prediction = self._recent.get(key) or self._cache.get(key)
        if prediction is None:
            ready = self._ready(models) if by is None else self._ready_to_compare(models)
            prediction = ready.predict(
                radiograph, lungs, find_lungs=by is None, is_cancelled=is_cancelled
            )
            self._cache.put(key, prediction)
        self._recent[key] = prediction
        self._recent.move_to_end(key)
        while len(self._recent) > KEPT:
            self._recent.popitem(last=False)
        return Predicted(prediction, time.perf_counter() - started)

    def look_into(
        self,
        radiograph: Radiograph,
        annotation: Annotation,
        lungs: Sequence[Shape],
        is_cancelled: Callable[[], bool],
    ) -> ModelFigures:
        """Return the figures a worklist is ordered by; takes several times as long as `predict`.

        Raises
        ------
        ModelError
            There are no networks, or they cannot be used.
        PredictionCancelledError
            `is_cancelled` said so.
        """
        # ONNX Runtime comes with it; see `_ready`.
        from opacity_studio.inference.uncertainty import look_closer  # noqa: PLC0415

        models = self._store.active()
        prediction = self.predict(radiograph, lungs, is_cancelled).prediction
        key = prediction_key(radiograph.digest, models, lungs)
        doubt = self._cache.get_doubt(key)
        if doubt is None:
            doubt = look_closer(
                self._ready(models), radiograph, prediction, is_cancelled=is_cancelled
            )
            self._cache.put_doubt(key, doubt)
        return ModelFigures(
            prediction.model,
            percent_of(prediction),
            doubt.expected_difference,
            disagreement_of(annotation, prediction),
            place_of(doubt),
        )

    def _ready(self, models: ModelPair) -> Predictor:
        if self._predictor is None or self._predictor.models != models:
            # ONNX Runtime takes a third of a second to import: not before the first film is seen.
            from opacity_studio.inference.predictor import Predictor  # noqa: PLC0415

            self._predictor = Predictor(models)
        return self._predictor

    def _ready_to_compare(self, models: ModelPair) -> Predictor:
        # Beside the networks in use, which would else be read again for every other film.
        if self._other is None or self._other.models != models:
            from opacity_studio.inference.predictor import Predictor  # noqa: PLC0415

            self._other = Predictor(models)
        return self._other


class PredictionLoader(QObject):
    """The prediction for the film in view, and the next film's ahead of time.

    One thread predicts: the networks use every core already. A film that is asked for goes before
    one that is read ahead, and forgets the one asked for before.
    """

    predicted = Signal(object)
    """Predicted."""

    predicted_ahead = Signal(object, object)
    """Path of a film that is not in view, and its opacity percentage (None without lungs)."""

    looked_into = Signal(object, object)
    """Path of a film and its `ModelFigures`; None where they cannot be had."""

    failed = Signal(str)

    compared = Signal(object)
    """Predicted, by the networks that were asked about."""

    not_compared = Signal(str)

    def __init__(
        self, store: ModelStore, cache: PredictionCache, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._oracle = Oracle(store, cache)
        self._background = Background(1, self)
        self._wanted = Job()
        self._ahead: list[Job] = []
        self._comparison = Job()
        self._look = Job()

    def predict(self, radiograph: Radiograph, lungs: Sequence[Shape]) -> None:
        """Predict the film in view; `predicted` or `failed` follows unless it is forgotten."""
        self.stop_looking()
        self._wanted.drop(self._background)
        self._forget_ahead()
        job = Job()
        job.ticket = self._background.start(
            lambda: self._oracle.predict(radiograph, lungs, job.is_dropped),
            self.predicted.emit,
            lambda error: self.failed.emit(sentence_of(error, radiograph.path)),
            priority=10,
        )
        self._wanted = job

    def predict_ahead(self, read: Callable[[], tuple[Radiograph, Sequence[Shape]]]) -> None:
        """Predict a film that is likely to be wanted next; `read` runs on the worker thread.

        Several are predicted in the order they were asked for.
        """
        job = Job()

        def work() -> tuple[Path, float | None]:
            radiograph, lungs = read()
            made = self._oracle.predict(radiograph, lungs, job.is_dropped)
            return radiograph.path, percent_of(made.prediction)

        job.ticket = self._background.start(
            work,
            lambda found: self.predicted_ahead.emit(*found),
            lambda _error: None,
            priority=0,
        )
        self._ahead.append(job)

    def compare(self, radiograph: Radiograph, lungs: Sequence[Shape], by: ModelPair) -> None:
        """Predict the film in view by other networks; `compared` or `not_compared` follows."""
        self._comparison.drop(self._background)
        job = Job()
        job.ticket = self._background.start(
            lambda: self._oracle.predict(radiograph, lungs, job.is_dropped, by=by),
            self.compared.emit,
            lambda error: self.not_compared.emit(sentence_of(error, radiograph.path)),
            priority=5,
        )
        self._comparison = job

    def look_into(
        self, film: Path, read: Callable[[], tuple[Radiograph, Annotation, Sequence[Shape]]]
    ) -> None:
        """Find out what is open about a film, once nothing else is to be predicted.

        `looked_into` follows unless `stop_looking` comes first; one film at a time.
        """
        self.stop_looking()
        job = Job()

        def work() -> ModelFigures:
            radiograph, annotation, lungs = read()
            return self._oracle.look_into(radiograph, annotation, lungs, job.is_dropped)

        job.ticket = self._background.start(
            work,
            lambda figures: self.looked_into.emit(film, figures),
            lambda _error: self.looked_into.emit(film, None),
            priority=-10,
        )
        self._look = job

    def stop_looking(self) -> None:
        """Drop what `look_into` asked for: it ends before the next pass of a network."""
        self._look.drop(self._background)

    @property
    def is_looking(self) -> bool:
        """True while a film is looked into."""
        return self._background.is_wanted(self._look.ticket)

    @property
    def is_predicting(self) -> bool:
        """True while the film in view waits for its prediction."""
        return self._background.is_wanted(self._wanted.ticket)

    @property
    def is_predicting_ahead(self) -> bool:
        """True while a film that is not in view is being predicted."""
        return any(self._background.is_wanted(job.ticket) for job in self._ahead)

    def forget(self) -> None:
        """Drop everything that was asked for."""
        self._forget_ahead()
        self.stop_looking()
        for job in (self._wanted, self._comparison):
            job.drop(self._background)

    def _forget_ahead(self) -> None:
        for job in self._ahead:
            job.drop(self._background)
        self._ahead.clear()

    def close(self) -> None:
        """Stop predicting."""
        self.forget()
        self._background.close()
