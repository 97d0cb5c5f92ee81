"""Batches of films, in an order that a seed fixes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from opacity_studio.domain.preprocessing import INPUT_SIZE
from opacity_studio.learning.augmentation import Augmentation, resized
from opacity_studio.learning.backend import load_backend
from opacity_studio.learning.prepared_inputs import PreparedInputs

FloatArray = npt.NDArray[np.float32]
Batch = tuple[FloatArray, FloatArray]

_CHANNELS: Final = 3
"""A film is grey; the published networks take three equal channels."""


def stacked(films: Sequence[FloatArray]) -> FloatArray:
    """Return S×S films as N×S×S×3."""
    return np.repeat(np.stack(films).astype(np.float32)[..., None], _CHANNELS, axis=3)


def training_batches(
    inputs: PreparedInputs,
    *,
    size: int,
    batch_size: int,
    seed: int,
    first_epoch: int,
    extra: PreparedInputs | None = None,
    extra_share: float = 0.0,
) -> Any:
    """Return a Keras Sequence of augmented (films, masks) batches.

    Parameters
    ----------
    inputs
        Each of its films is seen once an epoch, by one of its crops taken at random.
    size
        Edge the films are resized to.
    seed, first_epoch
        Fix order and augmentation of every epoch.
    extra, extra_share
        Further films, and the part of each batch that they make up, rounded down to whole films.
    """
    keras = load_backend().keras

    class TrainingBatches(keras.utils.Sequence):
        def __init__(self) -> None:
            self._augment = Augmentation(seed, size)
            self._epoch = first_epoch
            self._start_epoch()

        def __len__(self) -> int:
            return math.ceil(len(inputs.prepared) / own)

        def __getitem__(self, index: int) -> Batch:
            random = np.random.default_rng((seed, self._epoch, index))
            self._augment.reseed(int(random.integers(2**31)))
            chosen = self._order[index * own : (index + 1) * own]
            pairs = [self._pair(inputs, int(i), random) for i in chosen]
            if extra is not None:
                drawn = random.integers(0, len(extra.prepared), batch_size - own)
                pairs += [self._pair(extra, int(i), random) for i in drawn]
            return stacked([film for film, _ in pairs]), np.stack([m for _, m in pairs])[..., None]

        def on_epoch_end(self) -> None:
            self._epoch += 1
            self._start_epoch()

        def _start_epoch(self) -> None:
            random = np.random.default_rng((seed, self._epoch))
            self._order = random.permutation(len(inputs.prepared))

        def _pair(self, source: PreparedInputs, index: int, random: Any) -> Any:
            row = int(random.choice(source.prepared[index].rows))
            film, mask = (array[row] / np.float32(255) for array in (source.films, source.masks))
            return self._augment(film, mask)

    others = 0 if extra is None else math.floor(batch_size * extra_share + 1e-9)
    own = max(1, batch_size - others)
    return TrainingBatches()


def plain_batch(inputs: PreparedInputs, rows: Sequence[int], size: int) -> Batch:
    """Return films and masks of `rows` as they are, at `size`×`size`."""
    films = [resized(inputs.films[row] / np.float32(255), size) for row in rows]
    masks = [resized(inputs.masks[row] / np.float32(255), size) for row in rows]
    return stacked(films), np.stack(masks)[..., None]


def settling_batches(
    inputs: PreparedInputs, batch_size: int, count: int, seed: int
) -> Iterator[FloatArray]:
    """Yield films at full size as they are, half of them mirrored, for the batch-norm statistics.

    In use a network sees plain films and mirrored ones, none of the other changes: statistics
    of those would shift its probabilities.
    """
    random = np.random.default_rng(seed)
    for _ in range(count):
        chosen = random.integers(0, len(inputs.prepared), batch_size)
        rows = [int(random.choice(inputs.prepared[i].rows)) for i in chosen]
        films, _ = plain_batch(inputs, rows, INPUT_SIZE)
        mirrored = random.random(batch_size) < 0.5
        films[mirrored] = films[mirrored, :, ::-1]
        yield films
