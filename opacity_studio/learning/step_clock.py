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
        From the time of the last steps; early stopping may end the training sooner.
    """

    step: int
    steps: int
    epoch: int
    epochs: int
    images_per_second: float
    seconds_left: float
    running_loss: Any

    @property
    def loss(self) -> float:
        """Mean loss of the epoch so far."""
        return float(self.running_loss)


class StepClock:
    """Times the steps of one epoch.

    Parameters
    ----------
    epoch, epochs
        From 1.
    steps
        Of an epoch.
    batch_size
        Films a step.
    """

    def __init__(self, epoch: int, steps: int, epochs: int, batch_size: int) -> None:
        self._epoch, self._epochs, self._steps = epoch, epochs, steps
        self._batch_size = batch_size
        self._times = deque([time.monotonic()], maxlen=_RECENT + 1)

    def step(self, number: int, running_loss: Any) -> StepResult:
        """Return the result of the step that has just ended."""
        self._times.append(time.monotonic())
        seconds = max((self._times[-1] - self._times[0]) / (len(self._times) - 1), 1e-9)
        left = self._steps - number + (self._epochs - self._epoch) * self._steps
        return StepResult(
            number,
            self._steps,
            self._epoch,
            self._epochs,
            self._batch_size / seconds,
            left * seconds,
            running_loss,
        )
