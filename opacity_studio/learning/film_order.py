"""Which films an epoch shows, and in which order: fixed by the seed and the epoch alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from opacity_studio.domain.training_settings import MOST_REPLAY

_TIMES: Final = 2
"""How often an epoch shows a correction, each time varied otherwise."""

_FEWEST: Final = 16
"""Films of an epoch at least: one of two or three films would be validated all the time."""


@dataclass(frozen=True, slots=True)
class FilmOrder:
    """The films of each epoch.

    Where there are both new and earlier films, an epoch shows each new film about twice and as
    many earlier ones, drawn in turn, as `replay_share` asks for (if there are enough that none is
    shown more than twice). Else it shows every film once.

    Attributes
    ----------
    new
        Indices of films that no ancestor of the network has learnt from.
    earlier
        Those of the others.
    replay_share
        Part of an epoch that earlier films make up.
    seed
        Fixes the order.
    """

    new: Sequence[int]
    earlier: Sequence[int]
    replay_share: float
    seed: int

    def __len__(self) -> int:
        """Return how many films an epoch shows."""
        return sum(self._counts())

    def of(self, epoch: int) -> list[int]:
        """Return the films of one epoch, in order."""
        random = np.random.default_rng((self.seed, epoch))
        new, earlier = self._counts()
        chosen = _dealt(self.new, new, random) + _dealt(self.earlier, earlier, random)
        return [chosen[i] for i in random.permutation(len(chosen))]

    def _counts(self) -> tuple[int, int]:
        if not self.new or not self.earlier:
            return len(self.new), len(self.earlier)
        share = min(self.replay_share, MOST_REPLAY)
        new = max(_TIMES * len(self.new), math.ceil((1 - share) * _FEWEST))
        replayed = round(new * share / (1 - share))
        return new, min(replayed, _TIMES * len(self.earlier))


def _dealt(films: Sequence[int], count: int, random: Any) -> list[int]:
    """Return `count` of the films: all of them in turn, the last round as far as it goes."""
    dealt: list[int] = []
    while len(dealt) < count:
        dealt += [films[i] for i in random.permutation(len(films))]
    return dealt[:count]
