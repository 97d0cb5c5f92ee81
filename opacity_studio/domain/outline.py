"""What a LabelMe shape of any type looks like, and by which of its points it can be reshaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

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
    extents = extents_of([shape for shape in shapes if len(shape.points)])
    if not len(extents):
        return None
    left, top = extents[:, :2].min(axis=0).tolist()
    right, bottom = extents[:, 2:].max(axis=0).tolist()
    return left, top, right, bottom


def extents_of(shapes: Sequence[Shape]) -> npt.NDArray[np.float64]:
    """Return N×4 (left, top, right, bottom) of what each of `shapes`, all with points, covers."""
    if not shapes:
        return np.empty((0, 4))
    points = np.concatenate([shape.points for shape in shapes])
    starts = np.cumsum([0, *(len(shape.points) for shape in shapes[:-1])])
    extents = np.hstack((np.minimum.reduceat(points, starts), np.maximum.reduceat(points, starts)))
    for extent, shape in zip(extents, shapes, strict=True):
        if shape.shape_type == CIRCLE and len(shape.points) > 1:
            radius = _radius(shape.points)
            extent[:2], extent[2:] = shape.points[0] - radius, shape.points[0] + radius
        elif shape.shape_type == MASK:
            extent[2:] += 1.0
    return extents


def _radius(points: Points) -> float:
    return float(np.hypot(*(points[1] - points[0])))
