"""One training of one network: epoch by epoch, stopped early, taken up again where it was.

Weights are averaged over the steps (Polyak); it is the average that is judged on the validation
films and kept. Every epoch depends on the seed, its number and the state after the epoch before
alone, so that a training that goes on from a checkpoint ends as if it had never been interrupted.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final

import cv2

from opacity_studio.domain.training_settings import TrainingSettings
from opacity_studio.learning.averaging import WeightAverage, reestimate_batch_norm
from opacity_studio.learning.backend import is_faster_in_bfloat16, load_backend
from opacity_studio.learning.batches import TrainingBatches, ahead, settling_batches
from opacity_studio.learning.checkpoint import Checkpoint, EpochResult, TrainingState
from opacity_studio.learning.distribution import Devices
from opacity_studio.learning.film_order import FilmOrder
from opacity_studio.learning.network import (
    build_network,
    compile_network,
    hold_batch_norm,
    share_batch_norm,
)
from opacity_studio.learning.prepared_inputs import PreparedFilm, PreparedInputs
from opacity_studio.learning.step_clock import StepClock, StepResult
from opacity_studio.learning.validation import validation_figures

_SETTLING_BATCHES: Final = 20


@dataclass(frozen=True, slots=True)
class Listeners:
    """Who is told how a training goes, and who is asked whether to go on.

    Attributes
    ----------
    on_devices
        Before the first step, with `distribution.Devices.words`.
    on_step
        After every step.
    on_epoch
        After every epoch, with the best epoch so far.
    on_judged
        After validation, with the averaged network and the epoch.
    is_stopped
        Asked before every batch; True ends the training there.
    """

    on_devices: Callable[[str], None] = lambda _words: None
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
    devices: str = "none",
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
    devices
        One of `distribution.STRATEGIES`. Of several hosts all but the leader only take steps, and
        return nothing.

    Raises
    ------
    RunError
        The checkpoint is damaged or cannot be written.
    """
    listeners = listeners or Listeners()
    # OpenCV's own threads would take turns with TensorFlow's on the same cores.
    cv2.setNumThreads(1)
    spread = Devices(devices)  # before anything else is asked of TensorFlow
    listeners.on_devices(spread.words)
    load_backend().keras.utils.set_random_seed(settings.seed)
    batches = training_batches(inputs, settings, is_new, extra)
    with spread.scope():
        network = ready_network(
            batches, settings, start, hold_statistics=start_counts, shared=spread.replicas > 1
        )
    course = Course(network, validation, settings, batches, checkpoint, listeners, spread)
    stopped = course.run(start_counts=start_counts)
    if not course.best_weights:
        return TrainingOutcome([], course.epochs, 0, stopped)
    plain = course.judge
    plain.set_weights(course.best_weights)
    if not start_counts:
        settling = settling_batches(
            inputs, settings.batch_size, _SETTLING_BATCHES, settings.seed, settings.working_size
        )
        reestimate_batch_norm(plain, settling)
    return TrainingOutcome(plain.get_weights(), course.epochs, course.best_epoch or 0, stopped)


def settled(settings: TrainingSettings) -> TrainingSettings:
    """Return `settings` as this machine goes about them, to be written down."""
    if settings.half is not None:
        return settings
    return replace(settings, half=is_faster_in_bfloat16())


def ready_network(
    batches: TrainingBatches,
    settings: TrainingSettings,
    start: Callable[[Any], None] = lambda _network: None,
    *,
    hold_statistics: bool = False,
    shared: bool = False,
) -> Any:
    """Return a compiled network, ready for as many epochs of `batches` as `settings` says."""
    network = build_network(half=settings.half)
    start(network)
    if hold_statistics:
        hold_batch_norm(network)
    elif shared:
        share_batch_norm(network)
    compile_network(network, _rate(len(batches) * settings.epochs, settings), shared=shared)
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
        inputs,
        order,
        settings.batch_size,
        settings.seed,
        extra,
        settings.extra_share,
        settings.working_size,
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
    devices: Devices
    best_weights: list[Any] = field(default_factory=list)
    best_epoch: int | None = None
    epochs: list[EpochResult] = field(default_factory=list)

    def __post_init__(self) -> None:
        with self.devices.scope():
            self._average = WeightAverage(self.network)
        self._step = self.devices.step(self.network)
        # Several devices read and write the network's variables together only; judging it is the
        # leader's business alone.
        spread = self.devices.replicas > 1
        self.judge = build_network(half=self.settings.half) if spread else self.network
        settings = self.settings
        self._clock = StepClock(len(self.batches), settings.epochs, settings.batch_size)
        self._done = 0
        self._best_score = -math.inf

    def run(self, *, start_counts: bool) -> bool:
        """Train to the end, and return True where it was asked to stop before."""
        self._take_up()
        leads = self.devices.leads
        try:
            if start_counts and self.best_epoch is None and self.validation is not None:
                self._end_epoch(EpochResult(0), time.monotonic())
            while self._done < self.settings.epochs:
                if leads and self._is_out_of_patience():
                    self._release_others()
                    break
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
            asked = self.listeners.is_stopped()
            if asked and self.devices.hosts == 1:
                raise _AskedToStopError
            told, ends = self._step(*batch, asked)
            if ends:
                raise _AskedToStopError
            self._average.update()
            self.listeners.on_step(self._clock.step(number, told["loss"]))
        return EpochResult(
            epoch + 1, float(told["loss"]), float(told["iou_score"]), float(told["f1-score"])
        )

    def _epoch(self, epoch: int) -> None:
        began = time.monotonic()
        trained = self.train_epoch(epoch)
        self._done = epoch + 1
        state = self._end_epoch(trained, began)
        if self.checkpoint is not None:
            self.checkpoint.save(state)

    def _end_epoch(self, trained: EpochResult, began: float) -> TrainingState:
        """Return the state after an epoch, or before the first, once it has been judged."""
        steps, averages = self._average.state()
        weights = self.network.get_weights()
        optimizer = [variable.numpy() for variable in self.network.optimizer.variables]
        if self.devices.leads:
            self.judge.set_weights(averages)
            try:
                self._judge(trained, began)
            finally:
                if self.judge is self.network:
                    self.network.set_weights(weights)
        return TrainingState(
            epoch=self._done,
            weights=weights,
            optimizer=optimizer,
            averages=averages,
            averaged_steps=steps,
            best_epoch=self.best_epoch,
            best_score=self._best_score,
            best_weights=self.best_weights,
            epochs=self.epochs,
        )

    def _release_others(self) -> None:
        """Tell other hosts, who are waiting in the next epoch's first step, that it is over."""
        if self.devices.hosts > 1:
            self._step(*next(self.batches.of(self._done)), True)

    def _judge(self, trained: EpochResult, began: float) -> None:
        """Judge the average after an epoch, and keep it where it is the best so far."""
        epoch = trained.epoch
        figures, score = (None, None, None), float(epoch)
        if self.validation is not None:
            judged = validation_figures(
                self.judge,
                self.validation,
                self.settings.working_size,
                between=self._between_films,
            )
            figures, score = (judged.loss, judged.iou, judged.f1), judged.iou
        # The later of equals, but only what is better replaces the start.
        if score > self._best_score or (score == self._best_score and self.best_epoch):
            self._best_score, self.best_epoch = score, epoch
            self.best_weights = self.judge.get_weights()
        self.listeners.on_judged(self.judge, epoch)
        result = EpochResult(
            epoch, trained.loss, trained.iou, trained.f1, *figures, time.monotonic() - began
        )
        self.epochs.append(result)
        self.listeners.on_epoch(result, self.best_epoch or 0)

    def _between_films(self) -> None:
        # Other hosts can be told to end within a step only.
        if self.devices.hosts == 1 and self.listeners.is_stopped():
            raise _AskedToStopError

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
        for variable, value in zip(self.network.optimizer.variables, state.optimizer, strict=True):
            variable.assign(value)
        self._average.restore(state.averaged_steps, state.averages)
        self._done, self.epochs = state.epoch, state.epochs
        self.best_epoch, self._best_score = state.best_epoch, state.best_score
        self.best_weights = state.best_weights
