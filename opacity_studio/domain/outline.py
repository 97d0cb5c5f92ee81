"""What a LabelMe shape of any type looks like, and by which of its points it can be reshaped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from opacity_studio.domain.masks import MASK, mask_rings
from opacity_studio.domain.shape import POLYGON, Points, Shape

RECTANGLE: Final = "rectangle"
CIRCLE: Final = "circle"
_OPEN: Final = frozenset({"line", "linestrip"})
_DOTS: Final = frozenset({"point", "points"})
_GRIPPED: Final = frozenset({POLYGON, RECTANGLE, CIRCLE}) | _OPEN | _DOTS
_CIRCLE: Final = np.linspace(0.0, 2 * np.pi, 96, endpoint=False)


@dataclass(frozen=True, slots=True)
class Outline:
    """The lines of a shape.

    Attributes
    ----------
    rings
        Each N×2 in image pixels; filled by the even–odd rule where `is_closed`. None for points.
    is_closed
        Whether each ring runs back to its first point and encloses something.
    """

    rings: tuple[Points, ...]
    is_closed: bool


def outline_of(shape: Shape) -> Outline:
    """Return what a shape of any type looks like; one of an unknown type like a polygon.

    A circle is a ring of 96 points; a mask is the outline of its pixels.
    """
    kind, points = shape.shape_type, shape.points
    if kind in _DOTS or len(points) < 2:
        return Outline((), is_closed=False)
    if kind in _OPEN:
        return Outline((points,), is_closed=False)
    if kind == CIRCLE:
        spokes = np.stack((np.cos(_CIRCLE), np.sin(_CIRCLE)), axis=1)
        return Outline((points[0] + spokes * _radius(points),), is_closed=True)
    if kind == MASK and shape.mask:
        return Outline(mask_rings(shape.mask, points), is_closed=True)
    if kind in (RECTANGLE, MASK) and len(points) == 2:
        (left, top), (right, bottom) = points
        corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]])
        return Outline((corners,), is_closed=True)
    return Outline((points, *shape.holes), is_closed=len(points) > 2)


def grips_of(shape: Shape) -> tuple[Points, ...]:
    """Return the points a hand may move one by one, ring by ring.

    None of masks and of types this program does not know: these move as a whole.
    """
    return (shape.points, *shape.holes) if shape.shape_type in _GRIPPED else ()


def is_dots(shape: Shape) -> bool:
    """Whether the shape is nothing but points, to be marked at a fixed size on the screen."""
    return shape.shape_type in _DOTS or len(shape.points) < 2


def extent_of(shapes: Iterable[Shape]) -> tuple[float, float, float, float] | None:
    """Return (left, top, right, bottom) of all that `shapes` cover; None without points.

    Other than `geometry.bounds_of` it looks at the whole of a circle and a mask's last pixels.
    """
    low: list[Points] = []
    high: list[Points] = []
    for shape in shapes:
        points = shape.points
        if not len(points):
            continue
        if shape.shape_type == CIRCLE and len(points) > 1:
            low.append(points[0] - _radius(points))
            high.append(points[0] + _radius(points))
            continue
        low.append(points.min(axis=0))
        high.append(points.max(axis=0) + (1.0 if shape.shape_type == MASK else 0.0))
    if not low:
        return None
    left, top = np.min(low, axis=0)
    right, bottom = np.max(high, axis=0)
    return float(left), float(top), float(right), float(bottom)


def _radius(points: Points) -> float:
    return float(np.hypot(*(points[1] - points[0])))
