"""Whether many outlines were moved alike: then their picture moves, and none is drawn anew."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from opacity_studio.domain.shape import Shape

_EXACT: Final = 1e-6
"""Image pixels that adding a step to coordinates may cost by rounding."""


def common_step(before: Sequence[Shape], after: Sequence[Shape]) -> tuple[float, float] | None:
    """Return the step (x, y) by which all of `before` were moved to become `after`, else None.

    Shapes that look alike where they lie have moved by (0, 0), whatever else is known of them; a
    shape that is the very same object has not moved.
    """
    if len(before) != len(after) or not before:
        return None
    if any(map(operator.is_, before, after)) or not all(map(_looks_alike, before, after)):
        return None
    starts = np.concatenate([ring for shape in before for ring in (shape.points, *shape.holes)])
    ends = np.concatenate([ring for shape in after for ring in (shape.points, *shape.holes)])
    if not len(starts):
        return None
    steps = ends - starts
    if not (np.abs(steps - steps[0]) <= _EXACT).all():
        return None
    dx, dy = steps[0].tolist()
    return dx, dy


def _looks_alike(one: Shape, other: Shape) -> bool:
    return (
        one.key == other.key
        and one.label == other.label
        and one.shape_type == other.shape_type
        and one.mask == other.mask
        and len(one.points) == len(other.points)
        and list(map(len, one.holes)) == list(map(len, other.holes))
    )
