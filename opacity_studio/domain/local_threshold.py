"""One region of the network's map at a level of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import shapely

from opacity_studio.domain.geometry import Region, region_of
from opacity_studio.domain.prediction import Prediction
from opacity_studio.domain.shape import Shape

LEVELS: Final = (0.02, 0.98)
"""The lowest and the highest level a region can be contoured at."""

SAME: Final = 0.5
"""Two contours are of one region where this part of the smaller lies in the larger."""


def moved_level(level: float, by: float) -> float:
    """Return `level` (0 to 1) moved by `by` on the logit scale, within `LEVELS`.

    Networks are sure of most cells: on a plain scale almost nothing would happen in the middle
    and everything at the ends.
    """
    low, high = LEVELS
    level = min(max(level, low), high)
    moved = 1.0 / (1.0 + np.exp(-(np.log(level / (1.0 - level)) + by)))
    return float(min(max(moved, low), high))


def recontoured(
    prediction: Prediction, shape: Shape, threshold: float, *, free_group_id: int
) -> tuple[Shape, ...]:
    """Return one region as the network would draw it at another threshold.

    Parameters
    ----------
    prediction
        Whose map it is.
    shape
        The region as it was contoured before.
    threshold
        0 to 1. Below the region's own it may hold what was separate; above, it may fall apart.
    free_group_id
        For the parts to share where it falls apart and has no group yet.

    Returns
    -------
    tuple of Shape
        The largest first, with the identity of `shape`, and each with a provenance that names the
        threshold; empty where nothing of the region is left.
    """
    before = region_of(shape)
    found = [
        region for region in prediction.shapes_at(threshold) if _is_same(region_of(region), before)
    ]
    group = shape.group_id
    if group is None and len(found) > 1:
        group = free_group_id
    drawn = []
    for number, region in enumerate(found):
        base = shape if number == 0 else shape.copied()
        outlined = base.with_outline(region.points, region.holes)
        drawn.append(replace(outlined, provenance=region.provenance, group_id=group))
    return tuple(drawn)


def _is_same(one: Region, other: Region) -> bool:
    smaller, shared = min(one.area, other.area), shapely.intersection(one, other).area
    return bool(smaller > 0 and shared >= SAME * smaller)
