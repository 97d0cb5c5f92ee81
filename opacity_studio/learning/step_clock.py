"""How fast a training goes, and how long it has still to go."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from typing import Any, Final

_RECENT: Final = 20


@dataclass(frozen=True, slots=True)
class StepResult:
    """One step; the loss is fetched from the network only where somebody asks for it.

    Attributes
    ----------
    step, steps
        Within the epoch, from 1.
    epoch, epochs
        From 1.
    images_per_second, seconds_left
        From the time of the last steps, None before there are any to judge by; early stopping may
        end the training sooner.
    """

    step: int
    steps: int
    epoch: int
    epochs: int
    images_per_second: float | None
    seconds_left: float | None
    running_loss: Any

    @property
    def loss(self) -> float:
        """Mean loss of the epoch so far."""
        return float(self.running_loss)


class StepClock:
    """Times the steps of a training.

    Parameters
    ----------
    steps
        Of an epoch.
    epochs
        Of the training.
    batch_size
        Films a step.
    """

    def __init__(self, steps: int, epochs: int, batch_size: int) -> None:
        self._steps, self._epochs, self._batch_size = steps, epochs, batch_size
        self._recent: deque[float] = deque(maxlen=_RECENT)
        self._epoch = 0
        self._began: float | None = None
        self._epoch_seconds: float | None = None
        self._last = 0.0

    def begin_epoch(self, epoch: int) -> None:
        """Begin an epoch, counted from 1."""
        now = time.monotonic()
        if self._began is not None and self._epoch > 1:
            self._epoch_seconds = now - self._began  # with validation and checkpoint
        self._epoch, self._began, self._last = epoch, now, now

    def step(self, number: int, running_loss: Any) -> StepResult:
        """Return the result of the step that has just ended."""
        now = time.monotonic()
        if number > 1:  # the first step of an epoch waits for films, the very first for the graph
            self._recent.append(now - self._last)
        self._last = now
        rate = left = None
        if self._recent:
            seconds = max(sum(self._recent) / len(self._recent), 1e-9)
            rate = self._batch_size / seconds
            epoch = self._epoch_seconds or self._steps * seconds
            left = (self._steps - number) * seconds + (self._epochs - self._epoch) * epoch
        return StepResult(number, self._steps, self._epoch, self._epochs, rate, left, running_loss)
