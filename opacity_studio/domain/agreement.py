"""How far two sets of outlines agree, by exact area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import shapely

from opacity_studio.domain.geometry import union_of
from opacity_studio.domain.shape import Shape


@dataclass(frozen=True, slots=True)
class Agreement:
    """Overlap of two areas, 0 to 1.

    Attributes
    ----------
    iou
        Intersection over union (Jaccard index).
    f1
        Twice the intersection over the sum of both areas (Dice coefficient).
    """

    iou: float
    f1: float


def agreement(one: Sequence[Shape], other: Sequence[Shape]) -> Agreement | None:
    """Return how far the unions of two sets of polygons agree.

    Areas are exact, in the image plane; overlapping polygons of one set count once.

    Returns
    -------
    Agreement or None
        None where both are empty: there is nothing to agree about.
    """
    left, right = union_of(one), union_of(other)
    total = float(left.area + right.area)
    if total == 0:
        return None
    shared = float(shapely.intersection(left, right).area)
    return Agreement(iou=shared / (total - shared), f1=2 * shared / total)
