"""Averaged weights, and the batch-norm statistics that belong to them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from opacity_studio.learning.backend import load_backend

DECAY: Final = 0.98
"""Averages over about the last 50 steps; less at the start, where 50 steps ago knew nothing."""

_EVERY: Final = 4
"""Steps between updates: weights hardly move in so few, and going over all of them takes time."""


class WeightAverage:
    """Exponential moving average of a network's weights (Polyak averaging).

    Parameters
    ----------
    network
        Whose weights are averaged; its own are left alone.
    """

    def __init__(self, network: Any) -> None:
        tf = load_backend().tf
        self._tf = tf
        self._network = network
        self._average = [tf.Variable(w, trainable=False) for w in network.weights]
        self._steps = 0
        self._kept = 1.0
        self._update = tf.function(self._move)

    def update(self) -> None:
        """Take a step in."""
        self._steps += 1
        self._kept *= min(DECAY, self._steps / (self._steps + 10.0))
        if self._steps % _EVERY == 0:
            self._catch_up()

    def state(self) -> tuple[int, list[Any]]:
        """Return the steps taken in and the averages, in the order of the network's weights."""
        self._catch_up()
        return self._steps, [average.numpy() for average in self._average]

    def restore(self, steps: int, averages: Iterable[Any]) -> None:
        """Go on from what `state` returned."""
        self._steps, self._kept = steps, 1.0
        for average, value in zip(self._average, averages, strict=True):
            average.assign(value)

    def _catch_up(self) -> None:
        if self._kept < 1.0:
            self._update(self._tf.constant(1.0 - self._kept, self._tf.float32))
            self._kept = 1.0

    def _move(self, part: Any) -> None:
        for average, weight in zip(self._average, self._network.weights, strict=True):
            average.assign_sub(part * (average - self._tf.cast(weight, average.dtype)))


def reestimate_batch_norm(network: Any, batches: Iterable[Any]) -> None:
    """Let the batch-norm statistics settle on the weights as they are now.

    Averaged weights give other activations than those the statistics were collected from.
    """
    for films in batches:
        network(films, training=True)
