"""Batches of films, in an order that a seed fixes."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from opacity_studio.domain.preprocessing import INPUT_SIZE
from opacity_studio.learning.augmentation import Augmentation, resized
from opacity_studio.learning.film_order import FilmOrder
from opacity_studio.learning.prepared_inputs import PreparedInputs

FloatArray = npt.NDArray[np.float32]
Batch = tuple[FloatArray, FloatArray]

_CHANNELS: Final = 3
"""A film is grey; the published networks take three equal channels."""

_AHEAD: Final = 2
"""Batches that are made while the network is at an earlier one."""


def stacked(films: Sequence[FloatArray]) -> FloatArray:
    """Return S×S films as N×S×S×3."""
    return np.repeat(np.stack(films).astype(np.float32)[..., None], _CHANNELS, axis=3)


@dataclass(slots=True, eq=False)
class TrainingBatches:
    """The augmented (films, masks) batches of every epoch.

    Which films a batch holds and how they are varied depends on seed, epoch and place alone, so
    that a training can go on at any epoch as if it had never been interrupted.

    Attributes
    ----------
    inputs
        A film is shown by one of its crops taken at random.
    order
        Which films of `inputs` an epoch shows.
    batch_size
        Films of a batch; the last one of an epoch may have fewer.
    seed
        Fixes the augmentation.
    extra, extra_share
        Further films, and the part of each batch that they make up, rounded down to whole films.
    size
        Edge of the films.
    """

    inputs: PreparedInputs
    order: FilmOrder
    batch_size: int
    seed: int
    extra: PreparedInputs | None = None
    extra_share: float = 0.0
    size: int = INPUT_SIZE

    def __len__(self) -> int:
        """Return the number of batches of an epoch."""
        return math.ceil(len(self.order) / self._own)

    def of(self, epoch: int) -> Iterator[Batch]:
        """Yield the batches of one epoch."""
        films = self.order.of(epoch)
        augment = Augmentation(self.seed, self.size)
        for index in range(len(self)):
            random = np.random.default_rng((self.seed, epoch, index))
            augment.reseed(int(random.integers(2**31)))
            chosen = films[index * self._own : (index + 1) * self._own]
            pairs = [_varied(self.inputs, film, random, augment) for film in chosen]
            if self.extra is not None:
                drawn = random.integers(0, len(self.extra.prepared), self._others)
                pairs += [_varied(self.extra, int(film), random, augment) for film in drawn]
            yield stacked([film for film, _ in pairs]), np.stack([m for _, m in pairs])[..., None]

    @property
    def _others(self) -> int:
        if self.extra is None:
            return 0
        return min(math.floor(self.batch_size * self.extra_share + 1e-9), self.batch_size - 1)

    @property
    def _own(self) -> int:
        return self.batch_size - self._others


def ahead(batches: Iterator[Batch]) -> Iterator[Batch]:
    """Yield `batches`, the next ones being made in a thread meanwhile.

    OpenCV and numpy let others run while they work. ``tf.data`` would do the same, but starting
    its generators anew for every epoch stalls for seconds.
    """
    with ThreadPoolExecutor(1, "batches") as thread:
        coming = deque(thread.submit(next, batches, None) for _ in range(_AHEAD))
        while (batch := coming.popleft().result()) is not None:
            coming.append(thread.submit(next, batches, None))
            yield batch


def _varied(
    source: PreparedInputs, index: int, random: np.random.Generator, augment: Augmentation
) -> Batch:
    row = int(random.choice(source.prepared[index].rows))
    film, mask = (array[row] / np.float32(255) for array in (source.films, source.masks))
    return augment(film, mask)


def plain_batch(inputs: PreparedInputs, rows: Sequence[int], size: int = INPUT_SIZE) -> Batch:
    """Return films and masks of `rows` as they are, with edges of `size`."""
    films = [resized(inputs.films[row] / np.float32(255), size) for row in rows]
    masks = [resized(inputs.masks[row] / np.float32(255), size) for row in rows]
    return stacked(films), np.stack(masks)[..., None]


def settling_batches(
    inputs: PreparedInputs, batch_size: int, count: int, seed: int, size: int = INPUT_SIZE
) -> Iterator[FloatArray]:
    """Yield films as they are, half of them mirrored, for the batch-norm statistics.

    In use a network sees plain films and mirrored ones, none of the other changes: statistics
    of those would shift its probabilities.
    """
    random = np.random.default_rng(seed)
    for _ in range(count):
        chosen = random.integers(0, len(inputs.prepared), batch_size)
        rows = [int(random.choice(inputs.prepared[i].rows)) for i in chosen]
        films, _ = plain_batch(inputs, rows, size)
        mirrored = random.random(batch_size) < 0.5
        films[mirrored] = films[mirrored, :, ::-1]
        yield films
