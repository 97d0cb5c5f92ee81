"""Where two states of an outline look different: along the edges that only one of them has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF

if TYPE_CHECKING:
    from opacity_studio.domain.shape import Points, Shape

_FACTORS: Final = np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53)
_SHIFT: Final = np.uint64(33)


def changed_box(old: Shape, new: Shape) -> QRectF | None:
    """Return the image rectangle outside of which two polygons of one label look the same.

    By the even–odd rule the areas differ only within the edges that are not in both, whatever
    vertex a ring starts at and whichever way it runs. A stroke on a lung therefore repaints what
    the brush has covered and not half the film.

    Returns
    -------
    QRectF or None
        Empty where nothing differs; None where that cannot be told.
    """
    if not (old.is_polygon and new.is_polygon) or old.label != new.label:
        return None
    if min(len(old.points), len(new.points)) < 3:
        return None
    before, after = _edges(old), _edges(new)
    if len(before) < _count(old) or len(after) < _count(new):
        return None  # An edge run along twice counts for nothing, or for two.
    ends = [
        edges[number]
        for edges, others in ((before, after), (after, before))
        for number in edges.keys() - others.keys()
    ]
    if not ends:
        return QRectF()
    corners = np.array(ends).reshape(-1, 2)
    return QRectF(QPointF(*corners.min(axis=0)), QPointF(*corners.max(axis=0)))


def _count(shape: Shape) -> int:
    return len(shape.points) + sum(map(len, shape.holes))


def _edges(shape: Shape) -> dict[int, list[float]]:
    """Return the ends (x, y, x, y) of each edge by a number, the same in either direction."""
    rings = (shape.points, *shape.holes)
    starts = np.concatenate(rings)
    ends = np.concatenate([np.roll(ring, -1, axis=0) for ring in rings])
    numbers = _number(starts) + _number(ends)
    return dict(zip(numbers.tolist(), np.hstack((starts, ends)).tolist(), strict=True))


def _number(points: Points) -> npt.NDArray[np.uint64]:
    """Return a number for each point; the chance that two points share one is nil."""
    # Adding 0 makes -0 of 0: they are one place.
    bits = np.ascontiguousarray(points + 0.0).view(np.uint64)
    return _mixed(_mixed(bits[:, 0]) ^ _mixed(~bits[:, 1]) * _FACTORS[1])


def _mixed(bits: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Spread every bit over all (the last step of MurmurHash3)."""
    for factor in _FACTORS:
        bits = (bits ^ (bits >> _SHIFT)) * factor
    return bits ^ (bits >> _SHIFT)
