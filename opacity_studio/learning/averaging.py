"""Averaged weights, and the batch-norm statistics that belong to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from opacity_studio.learning.backend import load_backend

DECAY: Final = 0.98
"""Averages over about the last 50 steps; less at the start, where 50 steps ago knew nothing."""


class WeightAverage:
    """Exponential moving average of a network's weights (Polyak averaging).

    Parameters
    ----------
    network
        Whose weights are averaged; its own are left alone but within `applied`.
    """

    def __init__(self, network: Any) -> None:
        tf = load_backend().tf
        self._tf = tf
        self._network = network
        self._average = [tf.Variable(w, trainable=False) for w in network.weights]
        self._steps = tf.Variable(0.0, trainable=False)
        self._update = tf.function(self._move)

    def restart(self) -> None:
        """Start again from the network's weights as they are now."""
        self._steps.assign(0.0)
        for average, weight in zip(self._average, self._network.weights, strict=True):
            average.assign(weight)

    def update(self) -> None:
        """Take the weights of this step in."""
        self._update()

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Put the average into the network for a while."""
        own = [weight.numpy() for weight in self._network.weights]
        self.apply()
        try:
            yield
        finally:
            for weight, value in zip(self._network.weights, own, strict=True):
                weight.assign(value)

    def apply(self) -> None:
        """Put the average into the network for good."""
        for weight, average in zip(self._network.weights, self._average, strict=True):
            weight.assign(average)

    def _move(self) -> None:
        tf = self._tf
        self._steps.assign_add(1.0)
        decay = tf.minimum(DECAY, self._steps / (self._steps + 10.0))
        for average, weight in zip(self._average, self._network.weights, strict=True):
            average.assign_add((1.0 - decay) * (tf.cast(weight, average.dtype) - average))


def reestimate_batch_norm(network: Any, batches: Iterable[Any]) -> None:
    """Let the batch-norm statistics settle on the weights as they are now.

    Averaged weights give other activations than those the statistics were collected from.
    """
    for films in batches:
        network(films, training=True)
