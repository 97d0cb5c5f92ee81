"""One training of one network: epoch by epoch, stopped early, taken up again where it was.

Weights are averaged over the steps (Polyak); it is the average that is judged on the validation
films and kept. Every epoch depends on the seed, its number and the state after the epoch before
alone, so that a training that goes on from a checkpoint ends as if it had never been interrupted.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import cv2

from opacity_studio.domain.preprocessing import INPUT_SIZE
from opacity_studio.domain.training_settings import TrainingSettings
from opacity_studio.learning.averaging import WeightAverage, reestimate_batch_norm
from opacity_studio.learning.backend import load_backend
from opacity_studio.learning.batches import TrainingBatches, ahead, settling_batches
from opacity_studio.learning.checkpoint import Checkpoint, EpochResult, TrainingState
from opacity_studio.learning.film_order import FilmOrder
from opacity_studio.learning.network import build_network, compile_network, hold_batch_norm
from opacity_studio.learning.prepared_inputs import PreparedFilm, PreparedInputs
from opacity_studio.learning.step_clock import StepClock, StepResult
from opacity_studio.learning.validation import validation_figures

_SETTLING_BATCHES: Final = 20


@dataclass(frozen=True, slots=True)
class Listeners:
    """Who is told how a training goes, and who is asked whether to go on.

    Attributes
    ----------
    on_step
        After every step.
    on_epoch
        After every epoch, with the best epoch so far.
    on_judged
        After validation, with the averaged network and the epoch.
    is_stopped
        Asked before every batch; True ends the training there.
    """

    on_step: Callable[[StepResult], None] = lambda _step: None
    on_epoch: Callable[[EpochResult, int], None] = lambda _epoch, _best: None
    on_judged: Callable[[Any, int], None] = lambda _network, _epoch: None
    is_stopped: Callable[[], bool] = lambda: False


@dataclass(slots=True)
class TrainingOutcome:
    """A trained network, and how it got there.

    Attributes
    ----------
    weights
        Of the best epoch, float32; empty where no epoch was finished.
    epochs
        Figures of each.
    best_epoch
        0 where none was better than the network the training started from, or none finished.
    stopped
        True where the training was asked to end.
    """

    weights: list[Any]
    epochs: list[EpochResult] = field(default_factory=list)
    best_epoch: int = 0
    stopped: bool = False


def train_network(
    inputs: PreparedInputs,
    validation: PreparedInputs | None,
    settings: TrainingSettings,
    *,
    start: Callable[[Any], None] = lambda _network: None,
    start_counts: bool = False,
    is_new: Callable[[PreparedFilm], bool] = lambda _film: True,
    extra: PreparedInputs | None = None,
    checkpoint: Checkpoint | None = None,
    listeners: Listeners | None = None,
) -> TrainingOutcome:
    """Train a network and return the weights of its best epoch.

    The best epoch is that of the highest IoU on the validation films, of averaged weights; the
    last one where there are none.

    Parameters
    ----------
    start
        Loads the weights to start from into a network; does nothing for random ones.
    start_counts
        The start is a network of the same task. It is epoch 0: where no epoch is better on the
        validation films, its weights are returned untouched. Its batch-norm layers are held.
    is_new
        False for films that the start has learnt from already.
    extra
        Further films, for `TrainingSettings.extra_share` of each batch.
    checkpoint
        Keeps the state after every epoch; what it holds already is gone on from.

    Raises
    ------
    RunError
        The checkpoint is damaged or cannot be written.
    """
    listeners = listeners or Listeners()
    # OpenCV's own threads would take turns with TensorFlow's on the same cores.
    cv2.setNumThreads(1)
    backend = load_backend()
    backend.keras.utils.set_random_seed(settings.seed)
    batches = training_batches(inputs, settings, is_new, extra)
    network = ready_network(batches, settings, start, hold_statistics=start_counts)
    course = Course(network, validation, settings, batches, checkpoint, listeners)
    stopped = course.run(start_counts=start_counts)
    if not course.best_weights:
        return TrainingOutcome([], course.epochs, 0, stopped)
    network.set_weights(course.best_weights)
    if not start_counts:
        settling = settling_batches(inputs, settings.batch_size, _SETTLING_BATCHES, settings.seed)
        reestimate_batch_norm(network, settling)
    return TrainingOutcome(network.get_weights(), course.epochs, course.best_epoch or 0, stopped)


def ready_network(
    batches: TrainingBatches,
    settings: TrainingSettings,
    start: Callable[[Any], None] = lambda _network: None,
    *,
    hold_statistics: bool = False,
) -> Any:
    """Return a compiled network, ready for as many epochs of `batches` as `settings` says."""
    network = build_network(half=settings.half)
    start(network)
    if hold_statistics:
        hold_batch_norm(network)
    compile_network(network, _rate(len(batches) * settings.epochs, settings))
    return network


def training_batches(
    inputs: PreparedInputs,
    settings: TrainingSettings,
    is_new: Callable[[PreparedFilm], bool] = lambda _film: True,
    extra: PreparedInputs | None = None,
) -> TrainingBatches:
    """Return the batches of a training; for the parameters see `train_network`."""
    new = [i for i, film in enumerate(inputs.prepared) if is_new(film)]
    known = frozenset(new)
    earlier = [i for i in range(len(inputs.prepared)) if i not in known]
    order = FilmOrder(new, earlier, settings.replay_share, settings.seed)
    return TrainingBatches(
        inputs, order, settings.batch_size, settings.seed, extra, settings.extra_share
    )


def _rate(total: int, settings: TrainingSettings) -> Any:
    """Return the learning rate over `total` steps: a warm-up, then half a cosine down to 0."""
    backend = load_backend()
    peak = settings.learning_rate
    warm_up = max(1, min(settings.warm_up_steps, total // 5))

    class WarmUpThenCosine(backend.keras.optimizers.schedules.LearningRateSchedule):
        def __call__(self, step: Any) -> Any:
            tf = backend.tf
            done = tf.cast(step, tf.float32)
            part = tf.clip_by_value((done - warm_up) / max(1, total - warm_up), 0.0, 1.0)
            falling = 0.5 * (1.0 + tf.cos(math.pi * part))
            return peak * tf.minimum((done + 1.0) / warm_up, falling)

        def get_config(self) -> dict[str, Any]:
            return {}

    return WarmUpThenCosine()


class _AskedToStopError(Exception):
    """Ends the training within an epoch."""


@dataclass(eq=False)
class Course:
    """What happens around the steps: averaging, validation, keeping the best, checkpoints."""

    network: Any
    validation: PreparedInputs | None
    settings: TrainingSettings
    batches: TrainingBatches
    checkpoint: Checkpoint | None
    listeners: Listeners
    best_weights: list[Any] = field(default_factory=list)
    best_epoch: int | None = None
    epochs: list[EpochResult] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._average = WeightAverage(self.network)
        tf = load_backend().tf
        films, masks = (
            tf.TensorSpec((None, INPUT_SIZE, INPUT_SIZE, n), tf.float32) for n in (3, 1)
        )
        self._step = tf.function(
            lambda film, mask: self.network.train_step((film, mask)), input_signature=(films, masks)
        )
        settings = self.settings
        self._clock = StepClock(len(self.batches), settings.epochs, settings.batch_size)
        self._done = 0
        self._best_score = -math.inf

    def run(self, *, start_counts: bool) -> bool:
        """Train to the end, and return True where it was asked to stop before."""
        self._take_up()
        try:
            if start_counts and self.best_epoch is None and self.validation is not None:
                self._judge(0, EpochResult(0), time.monotonic())
            while self._done < self.settings.epochs and not self._is_out_of_patience():
                self._epoch(self._done)
        except _AskedToStopError:
            return True
        return False

    def train_epoch(self, epoch: int) -> EpochResult:
        """Carry out the steps of one epoch, counted from 0."""
        self._clock.begin_epoch(epoch + 1)
        self.network.reset_metrics()
        told: dict[str, Any] = {}
        for number, batch in enumerate(ahead(self.batches.of(epoch)), 1):
            self._stop_where_asked()
            told = self._step(*batch)
            self._average.update()
            self.listeners.on_step(self._clock.step(number, told["loss"]))
        return EpochResult(
            epoch + 1, float(told["loss"]), float(told["iou_score"]), float(told["f1-score"])
        )

    def _epoch(self, epoch: int) -> None:
        began = time.monotonic()
        trained = self.train_epoch(epoch)
        self._judge(epoch + 1, trained, began)
        self._done = epoch + 1
        if self.checkpoint is not None:
            self.checkpoint.save(self._state())

    def _stop_where_asked(self) -> None:
        if self.listeners.is_stopped():
            raise _AskedToStopError

    def _judge(self, epoch: int, trained: EpochResult, began: float) -> None:
        """Judge the average after an epoch, and keep it where it is the best so far."""
        figures, score = (None, None, None), float(epoch)
        with self._average.applied():
            if self.validation is not None:
                judged = validation_figures(
                    self.network, self.validation, between=self._stop_where_asked
                )
                figures, score = (judged.loss, judged.iou, judged.f1), judged.iou
            # The later of equals, but only what is better replaces the start.
            if score > self._best_score or (score == self._best_score and self.best_epoch):
                self._best_score, self.best_epoch = score, epoch
                self.best_weights = self.network.get_weights()
            self.listeners.on_judged(self.network, epoch)
        result = EpochResult(
            epoch, trained.loss, trained.iou, trained.f1, *figures, time.monotonic() - began
        )
        self.epochs.append(result)
        self.listeners.on_epoch(result, self.best_epoch or 0)

    def _is_out_of_patience(self) -> bool:
        patience = self.settings.patience
        if not patience or self.validation is None or self.best_epoch is None:
            return False
        return self._done - self.best_epoch >= patience

    def _take_up(self) -> None:
        state = self.checkpoint.load() if self.checkpoint is not None else None
        if state is None:
            return
        self.network.set_weights(state.weights)
        optimizer = self.network.optimizer
        optimizer.build(self.network.trainable_variables)
        for variable, value in zip(optimizer.variables, state.optimizer, strict=True):
            variable.assign(value)
        self._average.restore(state.averaged_steps, state.averages)
        self._done, self.epochs = state.epoch, state.epochs
        self.best_epoch, self._best_score = state.best_epoch, state.best_score
        self.best_weights = state.best_weights

    def _state(self) -> TrainingState:
        steps, averages = self._average.state()
        return TrainingState(
            epoch=self._done,
            weights=self.network.get_weights(),
            optimizer=[variable.numpy() for variable in self.network.optimizer.variables],
            averages=averages,
            averaged_steps=steps,
            best_epoch=self.best_epoch,
            best_score=self._best_score,
            best_weights=self.best_weights,
            epochs=self.epochs,
        )
