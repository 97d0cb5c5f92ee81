"""How well two masks agree."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Overlap:
    """Sizes of two regions and of what they share, in pixels or px²."""

    shared: float
    one: float
    other: float

    @property
    def union(self) -> float:
        """Size of what at least one of them covers."""
        return self.one + self.other - self.shared

    @property
    def both_empty(self) -> bool:
        """True where neither covers anything."""
        return self.union <= 0

    def iou(self, both_empty: float = 1.0) -> float:
        """Return intersection over union.

        Parameters
        ----------
        both_empty
            The value where neither covers anything: 1 counts a clear film that was recognised as
            such as right; 0 is what naive smoothing gives, and what the study's library reported.
        """
        return both_empty if self.both_empty else self.shared / self.union

    def f1(self, both_empty: float = 1.0) -> float:
        """Return F1, which is Dice: 2·shared / (one + other)."""
        return both_empty if self.both_empty else 2 * self.shared / (self.one + self.other)


def overlap(one: Mask, other: Mask) -> Overlap:
    """Return the overlap of two masks of one size."""
    return Overlap(float((one & other).sum()), float(one.sum()), float(other.sum()))


def pearson_r(x: Sequence[float], y: Sequence[float]) -> float:
    """Return Pearson's correlation; NaN where one side does not vary or has fewer than 2 values."""
    a, b = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if len(a) < 2 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return float("nan")
    return float(np.corrcoef(a, b)[0, 1])


def bootstrap_interval(
    groups: Sequence[Hashable],
    statistic: Callable[[npt.NDArray[np.int64]], float],
    *,
    repeats: int = 2000,
    seed: int = 0,
) -> tuple[float, float]:
    """Return the 95 % percentile interval of `statistic` under resampling of whole groups.

    Films of one patient resemble each other, so patients are drawn, not films (cluster bootstrap).

    Parameters
    ----------
    groups
        The patient of each film.
    statistic
        Of an array of film indices, with repetitions.
    """
    members: dict[Hashable, list[int]] = {}
    for index, group in enumerate(groups):
        members.setdefault(group, []).append(index)
    blocks = [np.array(indices, dtype=np.int64) for indices in members.values()]
    random = np.random.default_rng(seed)
    values = [
        statistic(np.concatenate([blocks[i] for i in random.integers(0, len(blocks), len(blocks))]))
        for _ in range(repeats)
    ]
    low, high = np.nanpercentile(values, (2.5, 97.5))
    return float(low), float(high)
