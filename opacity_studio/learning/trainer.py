"""One training of one network: most epochs on small films, the last ones at full size.

Each phase has a warm-up and half a cosine of its own: structures are larger at full
size, and a learning rate that has already fallen cannot follow.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from opacity_studio.domain.model_version import Task
from opacity_studio.domain.preprocessing import INPUT_SIZE
from opacity_studio.learning.averaging import WeightAverage, reestimate_batch_norm
from opacity_studio.learning.backend import load_backend
from opacity_studio.learning.batches import plain_batch, settling_batches, training_batches
from opacity_studio.learning.network import build_network, compile_network, study_loss
from opacity_studio.learning.prepared_inputs import PreparedInputs

Rows = Sequence[int]

_SETTLING_BATCHES: Final = 20
_EPSILON: Final = 1e-6
_HANDOVER: Final = 0.1
"""Part of a phase's highest rate that it ends with; the last phase ends with none."""


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """What fixes a training.

    Attributes
    ----------
    task
        Which of the two networks.
    epochs
        Each film is seen once in an epoch.
    seed
        Fixes the start, the order and the augmentation.
    batch_size
        Films a step; `full_size_batch` at full size.
    small_size, small_share
        The first `small_share` of the epochs run at `small_size` pixels, at a third of the cost:
        the network is fully convolutional, and coarse structure is learnt first anyway. The rest
        must be long enough, at a learning rate high enough, to get used to the larger scale:
        measured with 160 pixels and the last 15 %, the lungs' loss rose from 0.16 to 0.37 at the
        change and did not come back.
    learning_rate, warm_up_steps
        Adam's highest rate, reached after the warm-up; then half a cosine down to 0.
    extra_share
        Part of a batch that comes from further (synthetic) films, where there are any.
    half
        Compute in bfloat16.
    """

    task: Task
    epochs: int = 60
    seed: int = 0
    batch_size: int = 6
    full_size_batch: int = 4
    small_size: int = 192
    small_share: float = 0.7
    refining_epochs: int = 0
    learning_rate: float = 1e-3
    full_size_rate: float = 5e-4
    warm_up_steps: int = 20
    extra_share: float = 0.0
    half: bool = True


@dataclass(frozen=True, slots=True)
class EpochResult:
    """Figures of one epoch; those of validation are None where nothing is validated on."""

    epoch: int
    loss: float
    iou: float
    f1: float
    validation_loss: float | None = None
    validation_iou: float | None = None
    validation_f1: float | None = None


@dataclass(slots=True)
class TrainingOutcome:
    """A trained network (float32, at full size), and how it got there."""

    weights: list[Any]
    epochs: list[EpochResult] = field(default_factory=list)
    best_epoch: int = 0


def train_network(
    inputs: PreparedInputs,
    validation: PreparedInputs | None,
    settings: TrainingSettings,
    *,
    start: Callable[[Any], None] = lambda _network: None,
    extra: PreparedInputs | None = None,
    on_step: Callable[[int, int, float], None] = lambda _done, _total, _loss: None,
    on_epoch: Callable[[EpochResult], None] = lambda _epoch: None,
) -> TrainingOutcome:
    """Train a network and return the weights of its best epoch.

    The best epoch is that of the highest IoU on the validation films, of averaged weights; the
    last one where there are none.

    Parameters
    ----------
    start
        Loads the weights to start from into a network; does nothing for random ones.
    on_step
        Told (steps done, steps in all, loss).
    """
    backend = load_backend()
    backend.keras.utils.set_random_seed(settings.seed)
    network = build_network(half=settings.half)
    start(network)
    phases = _phases(inputs, settings, extra)
    steps = [len(phase.batches) * phase.epochs for phase in phases]
    compile_network(network, _rate(steps, [phase.rate for phase in phases], settings.warm_up_steps))
    course = _Course(network, validation, sum(steps), on_step, on_epoch)
    for phase in phases:
        course.start_phase()
        network.fit(
            phase.batches,
            initial_epoch=phase.first_epoch,
            epochs=phase.first_epoch + phase.epochs,
            shuffle=False,
            verbose=0,
            callbacks=[course.callback()],
        )
    network.set_weights(course.best_weights)
    reestimate_batch_norm(
        network, settling_batches(inputs, settings.batch_size, _SETTLING_BATCHES, settings.seed)
    )
    return TrainingOutcome(network.get_weights(), course.epochs, course.best_epoch)


@dataclass(frozen=True, slots=True)
class _Phase:
    """Epochs on films of one size, with a learning rate that rises once and falls once."""

    batches: Any
    first_epoch: int
    epochs: int
    rate: float


def _phases(
    inputs: PreparedInputs, settings: TrainingSettings, extra: PreparedInputs | None
) -> list[_Phase]:
    small = round(settings.epochs * settings.small_share) if settings.epochs > 1 else 0
    full = (INPUT_SIZE, settings.full_size_batch, settings.full_size_rate)
    plan = (
        ((settings.small_size, settings.batch_size, settings.learning_rate), 0, small),
        (full, small, settings.epochs - small),
        (full, settings.epochs, settings.refining_epochs),
    )
    return [
        _Phase(
            training_batches(
                inputs,
                size=size,
                batch_size=batch_size,
                seed=settings.seed,
                first_epoch=first,
                extra=extra,
                extra_share=settings.extra_share,
            ),
            first,
            count,
            rate,
        )
        for (size, batch_size, rate), first, count in plan
        if count
    ]


def _rate(steps: Sequence[int], peaks: Sequence[float], warm_up_steps: int) -> Any:
    """Return the learning rate over the phases' `steps`: in each a warm-up, then half a cosine."""
    backend = load_backend()
    floors = (*[_HANDOVER] * (len(steps) - 1), 0.0)

    class WarmUpThenCosine(backend.keras.optimizers.schedules.LearningRateSchedule):
        def __call__(self, step: Any) -> Any:
            tf = backend.tf
            done = tf.cast(step, tf.float32)
            rate = tf.constant(0.0)
            first = 0
            for count, peak, floor in zip(steps, peaks, floors, strict=True):
                warm_up = max(1, min(warm_up_steps, count // 5))
                part = (done - first - warm_up) / max(1, count - warm_up)
                part = tf.clip_by_value(part, 0.0, 1.0)
                falling = floor + (1.0 - floor) * 0.5 * (1.0 + tf.cos(math.pi * part))
                here = peak * tf.minimum((done - first + 1.0) / warm_up, falling)
                rate = tf.where(done >= first, here, rate)
                first += count
            return rate

    return WarmUpThenCosine()


class _Course:
    """What happens beside the steps: averaging, validation, keeping the best."""

    def __init__(
        self,
        network: Any,
        validation: PreparedInputs | None,
        total: int,
        on_step: Callable[[int, int, float], None],
        on_epoch: Callable[[EpochResult], None],
    ) -> None:
        self._network = network
        self._average = WeightAverage(network)
        self._validation = validation
        self._total = total
        self._on_step = on_step
        self._on_epoch = on_epoch
        self._done = 0
        self._best = -1.0
        self.best_weights: list[Any] = []
        self.best_epoch = 0
        self.epochs: list[EpochResult] = []

    def start_phase(self) -> None:
        """Forget the average: weights of another film size do not belong into it."""
        self._average.restart()

    def callback(self) -> Any:
        return load_backend().keras.callbacks.LambdaCallback(
            on_batch_end=lambda _batch, logs: self._after_step(logs),
            on_epoch_end=self._after_epoch,
        )

    def _after_step(self, logs: dict[str, float]) -> None:
        self._average.update()
        self._done += 1
        self._on_step(self._done, self._total, float(logs["loss"]))

    def _after_epoch(self, epoch: int, logs: dict[str, float]) -> None:
        figures = (None, None, None)
        with self._average.applied():
            if self._validation is not None:
                figures = validation_figures(self._network, self._validation)
            score = figures[1] if figures[1] is not None else float(epoch)
            if score >= self._best:
                self._best, self.best_epoch = score, epoch + 1
                self.best_weights = self._network.get_weights()
        result = EpochResult(
            epoch + 1,
            float(logs["loss"]),
            float(logs["iou_score"]),
            float(logs["f1-score"]),
            *figures,
        )
        self.epochs.append(result)
        self._on_epoch(result)


def validation_figures(network: Any, inputs: PreparedInputs) -> tuple[float, float, float]:
    """Return loss, IoU and F1 on films as they are (empty against empty counts as 1).

    IoU and F1 are means over films at probability 0.5, on the crop by the drawn lungs.
    """
    loss = study_loss()
    losses, ious, f1s = [], [], []
    for prepared in inputs.prepared:
        films, masks = plain_batch(inputs, prepared.rows[:1], INPUT_SIZE)
        probability = network(films, training=False).numpy()
        losses.append(float(loss(masks, probability)))
        found, true = probability > 0.5, masks > 0.5
        shared, both = float((found & true).sum()), float(found.sum() + true.sum())
        ious.append((shared + _EPSILON) / (both - shared + _EPSILON))
        f1s.append((2 * shared + _EPSILON) / (both + _EPSILON))
    return float(np.mean(losses)), float(np.mean(ious)), float(np.mean(f1s))
